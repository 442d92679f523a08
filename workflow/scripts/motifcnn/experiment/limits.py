"""What cannot work, however long one waits: motifs wider than their sequences, pipes for files, more than any memory
holds.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..core.amounts import amount
from ..core.errors import UserError
from ..core.memory import free_memory
from ..core.receptive_field import convolution_shapes
from ..core.run_key import RunKey
from ..motifs.factors import Factor
from ..motifs.matrix_ids import widths_in
from .dataset_kinds import kind_of

# Bytes that no machine has; a plan may be made on another machine than its jobs run on.
_MEMORY = 64 * 10**12
# Bytes of a sequence besides its letters, while it is simulated.
PER_SEQUENCE = 300
# Bytes of a parameter with its gradient and Adam's two moments.
_PER_PARAMETER = 16
# dataset.h5 has so many bytes for the id of a planted motif.
_LONGEST_ID = 16


def check_planted(widths: Mapping[str, int], parameters: Mapping[str, Any], where: str = "") -> None:
    """Check that planted motifs fit into their sequences.

    Parameters
    ----------
    widths
        Width of each motif (nt), by its id.
    parameters
        The keys of a dataset of type simulate, complete with their defaults.
    where
        Put before the sentence.

    Raises
    ------
    UserError
        One does not fit, or not as many as may be planted; or an id is too long.
    """
    length, gap = parameters["length"], parameters["min_gap"]
    for name, width in widths.items():
        if width + 2 * gap > length:
            raise UserError(
                f"{where}the motif {name} is {width} nt wide and does not fit into sequences of {length} nt with gaps "
                f"of {gap} nt; raise length or leave the motif out"
            )
    most, widest = _most_planted(parameters["p_motifs"]), max(widths.values(), default=0)
    if most * widest + (most + 1) * gap > length:
        raise UserError(
            f"{where}up to {most} motifs of up to {widest} nt with gaps of {gap} nt do not fit into sequences of "
            f"{length} nt; raise length or shorten p_motifs"
        )
    if long := [name for name in widths if len(name.encode()) > _LONGEST_ID]:
        raise UserError(
            f"{where}the motif id {long[0]} is longer than {_LONGEST_ID} letters; give the motif a shorter one"
        )


def _most_planted(p_motifs: Sequence[float] | str) -> int:
    return 5 if p_motifs == "uniform" else len(p_motifs)


def check_limits(
    runs: Iterable[RunKey],
    datasets: Mapping[str, dict],
    architectures: Mapping[str, dict],
    databases: Mapping[str, str],
    factors: Mapping[str, Factor],
) -> None:
    """Check the planted motifs of datasets, and that datasets and networks fit into some memory.

    Parameters are attributes of `config.Plan`, and the table of transcription factors.

    Raises
    ------
    UserError
        A motif does not fit into its sequences; what should be a file is a folder or a named pipe; a dataset or a
        network would take more than 64 TB of memory.
    """
    for name, dataset in datasets.items():
        kind = kind_of(dataset)
        _check_files(name, kind.each_file(name, dataset))
        if planted := kind.planted_motifs(dataset):
            if (dataset["negatives"] or {}).get("exclude_lookalikes") is not None:
                planted = dataset["motifs"]  # which of the others are planted is known later
            known = widths_in(databases[name])
            ids = [factors[motif].matrix_id if motif in factors else motif for motif in planted]
            check_planted(
                {motif: known[motif] for motif in ids if motif in known}, dataset, f"dataset '{name}': "
            )
        if size := kind.size(dataset):
            total = size.train + size.valid + size.test
            what = f"dataset '{name}': {total:,} sequences of {size.length:,} nt"
            _check_memory(total * (size.length + PER_SEQUENCE), what, "ask for fewer")
    for dataset, architecture in dict.fromkeys((run.dataset, run.architecture) for run in runs):
        layers, definition = architectures[architecture].get("layers"), datasets[dataset]
        kind = kind_of(definition)
        # Neither the size of a user's own network nor, at times, the length of sequences is known before a job.
        if layers and (length := kind.sequence_length(definition)):
            number = count_parameters(layers, length, len(kind.targets(definition) or ("one",)))
            what = f"the network '{architecture}' on {dataset}: {number:,} parameters"
            _check_memory(number * _PER_PARAMETER, what, "give it fewer or smaller layers")


def _check_files(name: str, files: Iterable[tuple[str, str]]) -> None:
    """Refuse folders, and named pipes, for which a job would wait forever."""
    for what, path in files:
        if os.path.exists(path) and not os.path.isfile(path):
            raise UserError(
                f"dataset '{name}': {what}: {path} is not an ordinary file; a pipe has to be saved as a file first"
            )


def count_parameters(layers: Sequence[Mapping[str, Any]], length: int, targets: int) -> int:
    """Return the number of weights of a declared network, without norms and biases."""
    number, inputs = 0, 4
    shapes = iter(convolution_shapes(layers, length))
    positions = length
    for layer in layers:
        if layer["type"] == "dense":
            number += inputs * positions * layer["units"]
            inputs, positions = layer["units"], 1
            continue
        positions = next(shapes).positions_out
        if layer["type"] == "residual":
            number += sum(inputs**2 * convolution["size"] for convolution in layer["convolutions"])
        else:
            number += inputs * layer["size"] * layer["filters"]
            inputs = layer["filters"]
    return number + inputs * positions * targets


def _check_memory(needed: int, what: str, advice: str) -> None:
    if needed > _MEMORY:
        free = free_memory()
        here = f", of which this machine has {amount(free)} free" if free is not None else ""
        raise UserError(f"{what} would take {amount(needed)} of memory{here}; {advice}")
