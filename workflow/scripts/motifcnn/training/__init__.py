"""Training a network, and what a training leaves behind."""
