"""Make the report of an experiment: one HTML file that holds tables, pictures and what was run."""

import argparse
import sys

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.core.files import write_text
from motifcnn.report.page import Pictures, read_checks, read_config, render_report
from motifcnn.report.provenance import read_provenance
from motifcnn.results import tables
from motifcnn.results.published import read_published
from motifcnn.results.verdicts import read_verdicts

PICTURES = tuple(Pictures.__annotations__)
FILES = ("metrics", "records", "benchmarks", "checks")
OPTIONS = ("benchmarks", "sheet_titles")


def main(
    *, table, motifs_found, config, output, published=None, statements=None, metrics=(), records=(),
    benchmarks=(), checks=(), sheet_titles=(), **pictures,
) -> None:  # fmt: skip
    """Write the report; whatever is not given is left out of it."""
    page = render_report(
        tables.read_table(table),
        tables.read_table(motifs_found, tables.MOTIFS_FOUND_COLUMNS),
        config if isinstance(config, dict) else read_config(config),
        published=read_published(published) if published else None,
        verdicts=read_verdicts(statements) if statements else None,
        pictures=Pictures(**pictures),
        provenance=read_provenance(metrics, records, benchmarks),
        checks=read_checks(checks),
        sheet_titles=sheet_titles,
    )
    write_text(output, page)
    print(f"{output}: {len(page) / 1e6:.1f} MB", file=sys.stderr)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `main`."""
    for name in ("table", "motifs-found", "config"):
        parser.add_argument(f"--{name}", required=True, help=f"{name.replace('-', '_')} of the experiment")
    parser.add_argument("--published", help="published values, as in resources/published")
    parser.add_argument("--statements", help="statements.tsv of the experiment")
    for name in (*PICTURES, *FILES, "sheet_titles"):
        parser.add_argument(f"--{name.replace('_', '-')}", nargs="+", default=(), help=f"{name} to include")
    parser.add_argument("--output", required=True, help="HTML file to write")


if "snakemake" in globals():
    given, options = snakemake.input, snakemake.params
    several = {name: given.get(name, ()) for name in (*PICTURES, "metrics", "records", "checks")}
    several |= {name: options.get(name, ()) for name in OPTIONS}
    several = {name: [value] if isinstance(value, str) else list(value) for name, value in several.items()}
    single = {name: given.get(name) for name in ("table", "motifs_found", "published", "statements")}
    from_snakemake(main, snakemake, output=snakemake.output[0], config=options.config, **single, **several)
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
