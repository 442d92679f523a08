"""Write config/README.md from the schema of the configuration (a maintainer's tool)."""

import argparse
from pathlib import Path

from motifcnn.adapters.entry import from_command_line
from motifcnn.core.files import write_text
from motifcnn.experiment.config import SCHEMA
from motifcnn.experiment.registries import read_yaml
from motifcnn.experiment.schema_docs import document

README = Path(__file__).resolve().parents[2] / "config" / "README.md"


def main(*, output: Path) -> None:
    """Write the file."""
    write_text(output, document(read_yaml(SCHEMA)))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `main`."""
    parser.add_argument("--output", type=Path, default=README, help="Markdown file to write")


if __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
