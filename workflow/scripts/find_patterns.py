"""Search the attributions of a network for recurring patterns, by TF-MoDISco.

Parameters
----------
attributions
    attributions.h5 of a run, by deep_shap with times: difference.
output
    HDF5 file of TF-MoDISco to write.
modisco
    `attribution: modisco:` of the configuration.
threads
    Number of CPU threads.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.experiment import lookup
from motifcnn.interpretation.attribution.attribution_file import read_attributions
from motifcnn.interpretation.pattern_search import find_patterns


def main(*, attributions: str, output: str, modisco: dict, threads: int = 1) -> None:
    explained = read_attributions(attributions)
    positive, negative = find_patterns(explained, output, modisco, threads)
    count = f"{positive} patterns for and {negative} against {explained.target}"
    print(f"{output}: {count} in {len(explained.sequence)} sequences", file=sys.stderr)


if __name__ == "__main__":
    run(main, lookup)
