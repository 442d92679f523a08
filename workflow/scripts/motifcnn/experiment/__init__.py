"""What a configuration asks for: schema, registries, runs, paths. Imports no PyTorch."""
