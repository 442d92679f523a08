"""attributions.h5: what one method says about sequences of a run's test split. Reading needs no PyTorch.

Datasets, a row per sequence: `sequence`, its row in the test split; `codes`, `logit`, `hypothetical`, `score`,
`references` and `delta` as in `Attributions`, the last two only where the method has them; `label`,
uint8 (N,), of the target. Root attributes: `target` (its name); `options` (JSON), the method with all that it
was called with; `model` and `dataset`, SHA-256 of the files; `versions` (JSON).
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from typing import Any

import h5py
import numpy as np

from ...core.errors import UserError
from ...core.hdf5 import whole_hdf5
from ...core.versions import versions


@dataclass(frozen=True)
class Attributions:
    """What a method says about sequences.

    Attributes
    ----------
    codes
        uint8 (N, L), the sequences.
    logit
        float32 (N,), what the network says about them.
    hypothetical
        float32 (N, 4, L): what each letter contributes to the output, or would in place of the one that is there.
    score
        float32 (N, L): what the letter that is there contributes, 0 for N.
    references
        uint8 (N, R, L), codes of what the sequences were compared with, 5 for a quarter of each letter; or None.
    delta
        float32 (N,), as in `explained.Contributions`: of multipliers × difference, whatever the scores are; or None.
    """

    codes: np.ndarray
    logit: np.ndarray
    hypothetical: np.ndarray
    score: np.ndarray
    references: np.ndarray | None
    delta: np.ndarray | None

    @property
    def summary(self) -> str:
        """Mean score and, where the method has it, delta, in words."""
        said = f"mean |score| {np.abs(self.score).mean():.3g}"
        return said if self.delta is None else f"{said}, mean |delta| {np.abs(self.delta).mean():.2g}"


@dataclass(frozen=True)
class AttributionFile:
    """What attributions.h5 holds.

    Attributes
    ----------
    attributions
        Row by row what the method says.
    sequence
        int32 (N,), rows of the sequences in the test split.
    label
        uint8 (N,), their labels.
    target
        Name of the target.
    options
        `method`, and everything that it was called with.
    """

    attributions: Attributions
    sequence: np.ndarray
    label: np.ndarray
    target: str
    options: dict[str, Any]


def write_attributions(
    path: str | os.PathLike, content: AttributionFile, model: str | os.PathLike, dataset: str | os.PathLike
) -> None:
    """Write attributions.h5, whole or not at all; `model` and `dataset` are the files that it is made from."""
    columns = {"sequence": content.sequence.astype(np.int32), "label": content.label.astype(np.uint8)}
    columns |= {name: values for name, values in asdict(content.attributions).items() if values is not None}
    with whole_hdf5(path) as (file, _):
        file.attrs["target"] = content.target
        file.attrs["options"] = json.dumps(content.options, sort_keys=True)
        file.attrs["model"], file.attrs["dataset"] = _sha256(model), _sha256(dataset)
        file.attrs["versions"] = json.dumps(versions("tangermeme"), sort_keys=True)
        for name, values in columns.items():
            file.create_dataset(name, data=values, compression="gzip", compression_opts=1, shuffle=True)


def read_attributions(path: str | os.PathLike) -> AttributionFile:
    """Read what `write_attributions` wrote.

    Raises
    ------
    UserError
        The file is missing, cut short, or was not written by this package.
    """
    if not os.path.exists(path):
        raise UserError(f"{path} does not exist")
    try:
        with h5py.File(path, "r") as file:
            columns = {name: values[()] for name, values in file.items()}
            optional = {"references": None, "delta": None}
            sequence, label = columns.pop("sequence"), columns.pop("label")
            found = Attributions(**optional | columns)
            return AttributionFile(
                found, sequence, label, str(file.attrs["target"]), json.loads(file.attrs["options"])
            )
    except (OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise UserError(
            f"{path} is not a complete file of attributions ({str(error).splitlines()[0]}); delete it and run again"
        ) from error


def _sha256(path: str | os.PathLike) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
