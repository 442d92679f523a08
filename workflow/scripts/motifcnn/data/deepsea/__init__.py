"""The DeepSEA training bundle: download, MATLAB files, features, truncation."""
