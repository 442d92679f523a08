"""Tabulate how well attribution methods point at planted motifs, over seeds.

Parameters
----------
scores
    localisation.json of runs and methods.
output
    localisation.tsv to write.
ddof
    0 for the population's standard deviation over seeds, 1 for the sample's.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.results.localisation import localisation_table, read_localisations
from motifcnn.results.tables import write_table


def main(*, scores: list[str], output: str, ddof: int = 0) -> None:
    table = localisation_table(read_localisations(scores), ddof=ddof)
    write_table(output, table)
    print(f"{output}: {len(table)} rows", file=sys.stderr)


if __name__ == "__main__":
    run(main)
