"""Draw the filters of one or several networks as sequence logos on one sheet.

Parameters
----------
motifs, matches, labels
    filters.meme of each panel; matches.tsv of each panel; heading of each panel.
output
    PNG, SVG or PDF file to write.
truth
    MEME file of the targets' own motifs, drawn below.
title
    Title of the sheet.
variants
    Which rows of the matches the motifs of each panel belong to: trained (by default), untrained, shuffled or modisco.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.core.errors import UserError
from motifcnn.interpretation.filter_tables import read_matches
from motifcnn.motifs.meme import read_meme
from motifcnn.report.figures.logos import Panel, logo_sheet
from motifcnn.report.figures.style import save


def main(
    *, motifs: list[str], matches: list[str], labels: list[str], output: str, truth: str | None = None,
    title: str = "", variants: list[str] = (),
) -> None:  # fmt: skip
    variants = variants or ["trained"] * len(motifs)
    if not len(motifs) == len(matches) == len(labels) == len(variants):
        raise UserError(
            f"there are {len(motifs)} files of motifs, {len(matches)} of matches, {len(labels)} labels and "
            f"{len(variants)} variants; give one of each per panel"
        )
    panels = []
    for label, motif_file, match_file, variant in zip(labels, motifs, matches, variants, strict=True):
        table = read_matches(match_file)
        panels.append(Panel(label, read_meme(motif_file), table[table["variant"] == variant]))
    save(logo_sheet(panels, read_meme(truth) if truth else (), title), output)
    print(f"{output}: {sum(len(panel.motifs) for panel in panels)} logos", file=sys.stderr)


if __name__ == "__main__":
    run(main)
