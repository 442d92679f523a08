"""A user's peaks, blacklist and choice of chromosomes, as far as they fit a genome, and a first look at all of them."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import Sentences, UserError
from ...core.splits import SPLITS
from .bins import check_track
from .genome import Genome, is_indexed, open_genome
from .intervals import fit_to_genome, read_intervals, some_names

# The split of a chromosome that is in none.
UNUSED = -1
# Larger files take longer to read than a user will wait for a first look (bytes).
_QUICKLY_READ = 30_000_000


def split_of_chromosomes(chromosomes: Mapping[str, list[str] | None], genome: Genome) -> np.ndarray:
    """Return the index of the split of every sequence of a genome, `UNUSED` for none: int8 (sequences,).

    Raises
    ------
    UserError
        A split has a chromosome that the genome has not.
    """
    chosen = {split: list(chromosomes[split] or ()) for split in SPLITS}
    for split, names in chosen.items():
        for name in names:
            if name not in genome.lengths:
                raise UserError(
                    f"chromosomes.{split} has '{name}', but {genome.path} has {some_names(genome.lengths)}; "
                    "write a name that it has"
                )
    held_out = chosen["valid"] + chosen["test"]
    if chromosomes["train"] is None:
        chosen["train"] = [
            name
            for name in genome.lengths
            if name not in held_out and not name.startswith(tuple(f"{other}_" for other in held_out))
        ]
    index = {name: number for number, split in enumerate(SPLITS) for name in chosen[split]}
    return np.array([index.get(name, UNUSED) for name in genome.lengths], np.int8)


def read_peaks(target: str, path: str | os.PathLike, genome: Genome) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the peaks of a target and their counts, as `intervals.fit_to_genome` has them.

    Raises
    ------
    UserError
        The file cannot be read, has no peaks, or does not fit the genome.
    """
    intervals = read_intervals(path)
    if not len(intervals):
        raise UserError(
            f"{path}, the peaks of {target}, has no peaks; give another file or leave the target out"
        )
    return fit_to_genome(intervals, path, genome.lengths, genome.path)


def read_blacklist(path: str | os.PathLike, genome: Genome) -> pd.DataFrame:
    """Return the intervals of a blacklist, which may have none.

    Raises
    ------
    UserError
        The file cannot be read or does not fit the genome.
    """
    return fit_to_genome(read_intervals(path), path, genome.lengths, genome.path)[0]


def look_at_inputs(parameters: Mapping[str, Any], said: Sentences) -> None:
    """Say what is wrong with the files of a dataset, as far as can be told in seconds.

    A genome without an index, and files that take long to read, are left to `windows.window_peaks`. What does
    not exist is passed over.

    Parameters
    ----------
    parameters
        As `windows.window_peaks` takes them.
    said
        Gets a sentence for each thing that is wrong.
    """
    path = Path(parameters["genome"])
    with said.noted():
        if not path.exists() or not (is_indexed(path) or _is_small(path)):
            return
        with open_genome(path) as genome:
            with said.noted():
                split_of_chromosomes(parameters["chromosomes"], genome)
            for target, peaks in parameters["peaks"].items():
                with said.noted():
                    if _is_small(peaks):
                        read_peaks(target, peaks, genome)
            with said.noted():
                if parameters["blacklist"] and _is_small(parameters["blacklist"]):
                    read_blacklist(parameters["blacklist"], genome)
            with said.noted():
                if parameters["filter"] and os.path.exists(parameters["filter"]["file"]):
                    check_track(parameters["filter"]["file"], genome.lengths, genome.path)


def _is_small(path: str | os.PathLike) -> bool:
    """Tell whether a file is there and can be read in a second."""
    return os.path.exists(path) and os.path.getsize(path) < _QUICKLY_READ
