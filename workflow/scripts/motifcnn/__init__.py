"""Which motifs do the filters of a genomic CNN learn? The logic, free of Snakemake."""
