"""A first look at a user's own files before a run starts: all that would end its first jobs, at once."""

from collections.abc import Callable
from pathlib import Path

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
        if kind.is_downloaded(definition) or Path(layout.dataset.format(dataset=name), "dataset.h5").exists():
            continue
        for path, what in {path: what for what, path in kind.each_file(name, definition)}.items():
            if not Path(path).exists():
                said.append(f"the dataset '{name}': {path} ({what}) does not exist")
        if look := _LOOKS.get(definition["type"]):
            look(definition, said)
    return said


def _look_at_peaks(definition: Definition, said: Sentences) -> None:
    # Only who has such data waits for pandas and pysam.
    from .peaks.inputs import look_at_inputs

    look_at_inputs(definition, said)


def _look_at_released(definition: Definition, said: Sentences) -> None:
    from .released import look_at_released

    if Path(definition["file"]).exists():
        with said.noted():
            look_at_released(
                definition["file"], **{key: definition[key] for key in ("targets", "channels", "models")}
            )


_LOOKS: dict[str, Callable[[Definition, Sentences], None]] = {
    "peaks": _look_at_peaks,
    "released": _look_at_released,
}
