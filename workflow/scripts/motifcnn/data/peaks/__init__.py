"""A user's own peaks: genome, intervals, windows, negatives."""
