"""Make a JASPAR counts file in resources/ from the `pyjaspar` package (a maintainer's tool).

It has the newest version of each CORE vertebrates motif, sorted by id.

Parameters
----------
release
    A release that pyjaspar knows.
output
    File to write. In resources/ by default.
"""

from pathlib import Path

from motifcnn.adapters.entry import run
from motifcnn.core.errors import UserError
from motifcnn.core.files import write_text
from motifcnn.core.resources import RESOURCES

SOURCES = {
    "JASPAR2016": "Mathelier et al. 2016, Nucleic Acids Research 44:D110-D115, doi 10.1093/nar/gkv1176",
    "JASPAR2024": "Rauluseviciute et al. 2024, Nucleic Acids Research 52:D174-D182, doi 10.1093/nar/gkad1059",
    "JASPAR2026": "the release of 2026, https://jaspar.elixir.no, PMC12807658",
}


def main(*, release: str = "JASPAR2016", output: Path | None = None) -> None:
    try:
        from pyjaspar import jaspardb
    except ImportError:
        raise UserError("the package pyjaspar is not installed; run 'pip install pyjaspar'") from None
    releases = jaspardb().get_releases()
    if release not in releases:
        raise UserError(f"pyjaspar has no release {release}; it has {', '.join(sorted(releases))}")
    motifs = jaspardb(release=release).fetch_motifs(collection="CORE", tax_group=["vertebrates"])
    lines = [
        f"# {release} CORE vertebrates: {len(motifs)} motifs, counts, newest version of each, sorted by id.",
        f"# Source: {SOURCES.get(release, 'https://jaspar.elixir.no')}",
        "# Licence: open data, free to use without restriction (see NOTICE).",
        "# Made by workflow/scripts/make_jaspar.py. A motif is '>id name' and its counts per position.",
    ]
    for motif in sorted(motifs, key=lambda motif: motif.matrix_id):
        lines.append(f">{motif.matrix_id} {motif.name}")
        for letter in "ACGT":
            lines.append(f"{letter} [ {' '.join(f'{count:.10g}' for count in motif.counts[letter])} ]")
    write_text(output or RESOURCES / f"{release.lower()}_core_vertebrates.txt", "\n".join(lines) + "\n")


if __name__ == "__main__":
    run(main)
