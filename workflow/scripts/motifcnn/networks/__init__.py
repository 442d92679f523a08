"""Networks: activations, declared networks and users' own, initial weights, model files, the plain form."""
