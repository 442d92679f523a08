"""Make the report of an experiment: one HTML file that holds tables, pictures and what was run."""

import argparse
import sys
from pathlib import Path

import yaml
from motifcnn import tables
from motifcnn.doors import from_command_line, from_snakemake
from motifcnn.errors import UserError
from motifcnn.files import write_text
from motifcnn.published import read_published
from motifcnn.report import Pictures, read_checks, read_provenance, render_report

PICTURES = ("charts", "sheets", "learning_curves", "precision_recall")
FILES = ("metrics", "records", "benchmarks", "checks")


def main(
    *, table, motifs_found, config, output, published=None, charts=(), sheets=(), learning_curves=(),
    precision_recall=(), metrics=(), records=(), benchmarks=(), checks=(),
) -> None:  # fmt: skip
    """Write the report; whatever is not given is left out of it."""
    if not isinstance(config, dict):
        try:
            config = yaml.safe_load(Path(config).read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise UserError(f"cannot read the configuration {config} ({error})") from None
    page = render_report(
        tables.read_table(table),
        tables.read_table(motifs_found, tables.MOTIFS_FOUND_COLUMNS),
        config,
        published=read_published(published) if published else None,
        pictures=Pictures(charts, sheets, learning_curves, precision_recall),
        provenance=read_provenance(metrics, records, benchmarks),
        checks=read_checks(checks),
    )
    write_text(output, page)
    print(f"{output}: {len(page) / 1e6:.1f} MB", file=sys.stderr)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `main`."""
    for name in ("table", "motifs-found", "config"):
        parser.add_argument(f"--{name}", required=True, help=f"{name.replace('-', '_')} of the experiment")
    parser.add_argument("--published", help="published values, as in resources/published")
    for name in (*PICTURES, *FILES):
        parser.add_argument(f"--{name.replace('_', '-')}", nargs="+", default=(), help=f"{name} to include")
    parser.add_argument("--output", required=True, help="HTML file to write")


if "snakemake" in globals():
    given, options = snakemake.input, snakemake.params
    several = {name: given.get(name, ()) for name in (*PICTURES, "metrics", "records", "checks")}
    several["benchmarks"] = options.get("benchmarks", ())
    several = {name: [value] if isinstance(value, str) else list(value) for name, value in several.items()}
    single = {name: given.get(name) for name in ("table", "motifs_found", "published")}
    from_snakemake(main, snakemake, output=snakemake.output[0], config=options.config, **single, **several)
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
