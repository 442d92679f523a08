"""Networks: activations, declared networks and users' own, their plain form, initial weights, saved models."""
