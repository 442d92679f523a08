"""Training a network, and the files that a training writes."""
