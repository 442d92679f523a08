"""Write config/README.md from the schema of the configuration (a maintainer's tool)."""

import argparse
from pathlib import Path

from motifcnn.config import SCHEMA
from motifcnn.doors import from_command_line
from motifcnn.files import write_text
from motifcnn.registries import read_yaml
from motifcnn.schema_docs import document

README = Path(__file__).resolve().parents[2] / "config" / "README.md"


def main(*, output: Path) -> None:
    """Write the file."""
    write_text(output, document(read_yaml(SCHEMA)))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `main`."""
    parser.add_argument("--output", type=Path, default=README, help="Markdown file to write")


if __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
