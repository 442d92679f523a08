"""Networks: activations, layers, declared architectures, initial weights, saved models."""
