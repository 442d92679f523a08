"""What connects the package to Snakemake and the shell."""
