"""Datasets of a user's own peaks: genome, intervals, bins, negatives, windows."""
