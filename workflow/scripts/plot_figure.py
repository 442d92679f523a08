"""Draw one of the report's figures from files of runs.

Parameters
----------
figure
    A module of motifcnn/report/figures with a function draw, such as importance.
files
    Files of the runs, such as summary.json; if of several kinds, each in the same order of runs.
output
    PNG, SVG or PDF file to write.
published
    Published values, as in resources/published.
sweeps
    What the figure `sweeps` is about.
"""

import importlib
import sys
from collections import defaultdict
from pathlib import Path

from motifcnn.adapters.entry import run
from motifcnn.core.errors import UserError
from motifcnn.report.figures.style import save
from motifcnn.results.published import read_published


def main(
    *, figure: str, files: list[str], output: str, published: str | None = None, sweeps: list[dict] = ()
) -> None:
    # Not imported above, so that the digest of each figure's rule includes its own module alone.
    try:
        draw = importlib.import_module(f"motifcnn.report.figures.{figure}").draw
    except (ModuleNotFoundError, AttributeError):
        raise UserError(f"there is no figure '{figure}'; write one such as importance") from None
    kinds = defaultdict(list)
    for path in files:
        kinds[Path(path).name].append(path)
    about = {"sweeps": sweeps} if figure == "sweeps" else {}
    save(draw(kinds, read_published(published) if published else None, **about), output)
    print(f"{output}: {len(files)} files", file=sys.stderr)


if __name__ == "__main__":
    run(main)
