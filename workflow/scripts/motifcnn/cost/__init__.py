"""What an experiment will take: planned runs times a timed training step."""
