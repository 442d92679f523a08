"""Draw each motif of a file as an SVG file of its own, for a figure editor.

Parameters
----------
motifs, folder
    MEME file such as filters.meme; folder for the SVG files, each named after its motif.
"""

import sys
from pathlib import Path

from motifcnn.adapters.entry import run
from motifcnn.motifs.meme import read_meme
from motifcnn.report.figures.sequence_logo import logo_figure
from motifcnn.report.figures.style import save


def main(*, motifs: str, folder: str) -> None:
    drawn = read_meme(motifs)
    for motif in drawn:
        save(logo_figure(motif.probabilities), Path(folder) / f"{motif.id.replace('/', '_')}.svg")
    print(f"{folder}: {len(drawn)} logos", file=sys.stderr)


if __name__ == "__main__":
    run(main)
