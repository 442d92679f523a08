"""Draw every motif of a file as a sequence logo of its own: an SVG file for a figure editor."""

import sys
from pathlib import Path

from motifcnn.adapters.entry import run
from motifcnn.motifs.meme import read_meme
from motifcnn.report.figures.sequence_logo import logo_figure
from motifcnn.report.figures.style import save


def main(*, motifs: str, folder: str) -> None:
    """Draw every motif of a file as a sequence logo of its own: an SVG file for a figure editor.

    Parameters
    ----------
    motifs
        MEME file of the motifs, such as filters.meme.
    folder
        Folder to write the SVG files to, each named after its motif.
    """
    drawn = read_meme(motifs)
    for motif in drawn:
        save(logo_figure(motif.probabilities), Path(folder) / f"{motif.id.replace('/', '_')}.svg")
    print(f"{folder}: {len(drawn)} logos", file=sys.stderr)


if __name__ == "__main__":
    run(main)
