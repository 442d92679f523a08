"""Tomtom's comparison of motifs: ours in NumPy, and the program of the MEME suite."""
