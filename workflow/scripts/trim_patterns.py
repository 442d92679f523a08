"""Turn the patterns that TF-MoDISco found into motifs, trimmed to where their scores are high.

Parameters
----------
patterns
    HDF5 file of TF-MoDISco.
motifs
    MEME file to write.
trim_at
    `attribution: modisco: trim_at:` of the configuration.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.experiment import lookup
from motifcnn.interpretation.modisco import as_motifs, read_patterns
from motifcnn.motifs.meme import write_meme


def main(*, patterns: str, motifs: str, trim_at: float) -> None:
    found = read_patterns(patterns)
    write_meme(motifs, as_motifs(found, trim_at))
    print(f"{motifs}: {len(found)} patterns", file=sys.stderr)


if __name__ == "__main__":
    run(main, lookup)
