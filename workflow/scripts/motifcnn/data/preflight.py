"""A first look at a user's own files before a run starts: all that would end its first jobs, at once."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..core.errors import Sentences
from ..experiment.config import Plan
from ..experiment.dataset_kinds import Definition, kind_of
from ..experiment.paths import Layout


def look_at_files(plan: Plan) -> list[str]:
    """Say what is wrong with the files that datasets are to be made of, as far as can be told in seconds.

    Datasets that are made already, or of what is downloaded, are left out.

    Returns
    -------
    list of str
        A sentence for each thing that is wrong.
    """
    said, layout = Sentences(), Layout(plan)
    for name, definition in plan.datasets.items():
        kind = kind_of(definition)
        downloaded = kind.own_copy and not definition[kind.own_copy]
        if downloaded or Path(layout.dataset.format(dataset=name), "dataset.h5").exists():
            continue
        missing = {
            path: what for what, path in _paths(kind.files(name, definition)) if not Path(path).exists()
        }
        said += [f"the dataset '{name}': {path} ({what}) does not exist" for path, what in missing.items()]
        if look := _LOOKS.get(definition["type"]):
            said += [sentence for sentence in look(definition) if sentence not in said]
    return said


def _paths(files: Mapping[str, str | list[str]]) -> list[tuple[str, str]]:
    return [
        (what, path)
        for what, paths in files.items()
        for path in ([paths] if isinstance(paths, str) else paths)
    ]


def _look_at_peaks(definition: Definition) -> list[str]:
    # Only who has such data waits for pandas and pysam.
    from .peaks.inputs import look_at_inputs

    return look_at_inputs(definition)


def _look_at_released(definition: Definition) -> list[str]:
    from .released import look_at_released

    said = Sentences()
    if not Path(definition["file"]).exists():
        return said
    with said.noted():
        look_at_released(
            definition["file"], **{key: definition[key] for key in ("targets", "channels", "models")}
        )
    return said


_LOOKS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "peaks": _look_at_peaks,
    "released": _look_at_released,
}
