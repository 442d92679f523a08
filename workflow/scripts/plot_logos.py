"""Draw the filters of one or several networks as sequence logos on one sheet."""

import argparse
import sys

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.core.errors import UserError
from motifcnn.interpretation.matching import read_matches
from motifcnn.motifs.meme import read_meme
from motifcnn.report.figures.logos import Panel, logo_sheet
from motifcnn.report.figures.style import save


def main(*, motifs, matches, labels, output, truth=None, title="", variant="trained") -> None:
    """Draw a panel per file of motifs; the lists go together."""
    if not len(motifs) == len(matches) == len(labels):
        raise UserError(
            f"there are {len(motifs)} files of motifs, {len(matches)} of matches and {len(labels)} labels; "
            "give one of each per panel"
        )
    panels = []
    for label, motif_file, match_file in zip(labels, motifs, matches, strict=True):
        table = read_matches(match_file)
        panels.append(Panel(label, read_meme(motif_file), table[table["variant"] == variant]))
    save(logo_sheet(panels, read_meme(truth) if truth else (), title), output)
    print(f"{output}: {sum(len(panel.motifs) for panel in panels)} logos", file=sys.stderr)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `main`."""
    parser.add_argument("--motifs", nargs="+", required=True, help="filters.meme of each panel")
    parser.add_argument("--matches", nargs="+", required=True, help="matches.tsv of each panel")
    parser.add_argument("--labels", nargs="+", required=True, help="heading of each panel")
    parser.add_argument("--truth", help="MEME file of the targets' own motifs, drawn below")
    parser.add_argument("--title", default="", help="of the sheet")
    what = "which rows of the matches the motifs belong to: trained, untrained or shuffled"
    parser.add_argument("--variant", default="trained", help=what)
    parser.add_argument("--output", required=True, help="PNG, SVG or PDF file to write")


if "snakemake" in globals():
    given, options = snakemake.input, snakemake.params
    arguments = {"motifs": given.motifs, "matches": given.matches, "truth": next(iter(given.truth), None)}
    arguments |= {"labels": options.labels, "title": options.get("title", "")}
    from_snakemake(main, snakemake, output=snakemake.output[0], **arguments)
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
