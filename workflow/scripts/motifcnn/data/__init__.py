"""How dataset.h5 is made: simulation, released arrays, DeepSEA, peaks."""
