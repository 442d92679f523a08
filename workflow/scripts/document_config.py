"""Write config/README.md from the schema of the configuration (a maintainer's tool).

Parameters
----------
output
    Markdown file to write.
"""

from pathlib import Path

from motifcnn.adapters.entry import run
from motifcnn.core.files import write_text
from motifcnn.experiment.schema import read_schema
from motifcnn.experiment.schema_docs import document

README = Path(__file__).resolve().parents[2] / "config" / "README.md"


def main(*, output: Path = README) -> None:
    write_text(output, document(read_schema()))


if __name__ == "__main__":
    run(main)
