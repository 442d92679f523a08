"""What every room stands on: errors, whole files, progress, versions, sequences, receptive fields, the run key."""
