"""Motifs and motif databases: PPMs, MEME and JASPAR files, transcription factors, Tomtom."""
