"""Tabulate how well attribution methods point at planted motifs, over seeds.

Parameters
----------
scores
    scores.json of runs and methods.
output
    attributions.tsv to write.
ddof
    0 for the population's standard deviation over seeds, 1 for the sample's.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.results.attribution_scores import attribution_table, read_attribution_scores
from motifcnn.results.tables import write_table


def main(*, scores: list[str], output: str, ddof: int = 0) -> None:
    table = attribution_table(read_attribution_scores(scores), ddof=ddof)
    write_table(output, table)
    print(f"{output}: {len(table)} rows", file=sys.stderr)


if __name__ == "__main__":
    run(main)
