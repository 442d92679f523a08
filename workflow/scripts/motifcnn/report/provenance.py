"""How the numbers were made: devices, versions, and how long the trainings and the other jobs took."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import pandas as pd

from ..core.errors import UserError
from ..core.files import read_json
from ..core.run_key import RunKey

# In MB. Every job is a Python process with NumPy; where Snakemake measured less, it looked before that had begun.
_LEAST_MEMORY = 10


class Provenance(NamedTuple):
    """What is known about how the numbers were made; all values are texts, "–" where nothing was recorded.

    Attributes
    ----------
    facts
        (what, values): all different values over the runs.
    trainings
        Per network: dataset, architecture, activation, runs, parameters, epochs, best_epoch, milliseconds
        per step, minutes.
    jobs
        Per kind of job: name, number of jobs, median seconds, minutes in all, peak memory in MB.
    learned_nothing
        Names of the trainings whose validation loss is not below that of a constant prediction.
    """

    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    trainings: tuple[dict[str, str], ...] = ()
    jobs: tuple[dict[str, str], ...] = ()
    learned_nothing: tuple[str, ...] = ()


def read_provenance(
    metrics: Iterable[str | os.PathLike] = (),
    records: Iterable[str | os.PathLike] = (),
    benchmarks: Iterable[str | os.PathLike] = (),
) -> Provenance:
    """Collect what was run and how long it took.

    Parameters
    ----------
    metrics, records
        metrics.json and record.json of the runs, in the same folders.
    benchmarks
        Snakemake's benchmark tables, each named after the kind of its job; they may be missing.

    Raises
    ------
    UserError
        A file of metrics or a record is missing or is not JSON, or a benchmark is no table.
    """
    by_folder = {Path(path).parent: read_json(path) for path in records}
    runs = [(read_json(path), by_folder.get(Path(path).parent, {})) for path in metrics]
    nothing = tuple(
        f"{RunKey.of(metrics).over_seeds.network} on {metrics['dataset']}, seed {metrics['seed']}"
        for metrics, record in runs
        if record.get("warning")
    )
    return Provenance(_facts([record for _, record in runs]), _trainings(runs), _jobs(benchmarks), nothing)


def _facts(records: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    resumed = sum(record.get("resumed_from_epoch") is not None for record in records)
    found = {
        "Device": map(_device, records),
        "Precision": (record.get("precision") for record in records),
        "Threads per training": (record.get("threads") for record in records),
        "Repository": (_commit(record.get("git") or {}) for record in records),
        "Trainings continued from a checkpoint": [resumed],
        "Versions": (
            ", ".join(f"{name} {version}" for name, version in (record.get("versions") or {}).items())
            for record in records
        ),
    }
    known = {
        what: tuple(dict.fromkeys(str(value) for value in values if value)) for what, values in found.items()
    }
    return tuple((what, values) for what, values in known.items() if values)


def _device(record: Mapping[str, Any]) -> str:
    kind, name = record.get("device") or "", record.get("device_name") or ""
    return name if kind in name else f"{name} ({kind})".strip()


def _commit(git: Mapping[str, Any]) -> str | None:
    if not git.get("commit"):
        return None
    return f"commit {git['commit'][:12]}" + (", with uncommitted changes" if git.get("dirty") else "")


def _trainings(runs: Sequence[tuple[Mapping, Mapping]]) -> tuple[dict[str, str], ...]:
    networks: dict[RunKey, list[tuple[Mapping, Mapping]]] = {}
    for metrics, record in runs:
        networks.setdefault(RunKey.of(metrics).over_seeds, []).append((metrics, record))
    rows = []
    for key, members in networks.items():
        measured, recorded = zip(*members, strict=True)
        seconds = _known((record.get("seconds") or {}).get("train") for record in recorded)
        row = {
            "dataset": key.dataset,
            "architecture": key.network_without_activation,
            "activation": key.activation,
            "runs": str(len(members)),
        }
        for name, form in (("parameters", ",.0f"), ("epochs", ".0f"), ("best_epoch", ".0f")):
            row[name] = _range(_known(metrics.get(name) for metrics in measured), form)
        row["step"] = _median(_known(record.get("milliseconds_per_step") for record in recorded), ".2f")
        row["minutes"] = _median([value / 60 for value in seconds], ".1f")
        rows.append(row)
    return tuple(rows)


def _jobs(benchmarks: Iterable[str | os.PathLike]) -> tuple[dict[str, str], ...]:
    kinds: dict[str, list[dict[str, Any]]] = {}
    for path in filter(Path.exists, map(Path, benchmarks)):
        try:
            measured = pd.read_csv(path, sep="\t", na_values=["-", "NA"])
        except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
            raise UserError(f"{path} is no benchmark table ({error}); delete it") from None
        kinds.setdefault(path.stem, []).extend(measured.to_dict("records"))
    rows = []
    for kind, members in kinds.items():
        seconds, memory = (_known(row.get(name) for row in members) for name in ("s", "max_rss"))
        memory = [value for value in memory if value >= _LEAST_MEMORY]
        rows.append(
            {
                "name": kind,
                "jobs": str(len(members)),
                "seconds": _median(seconds, ".1f"),
                "minutes": f"{sum(seconds) / 60:.1f}" if seconds else "–",
                "memory": f"{max(memory):,.0f}" if memory else "–",
            }
        )
    return tuple(rows)


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if pd.notna(value)]


def _range(values: Sequence[float], form: str) -> str:
    ends = dict.fromkeys(format(end(values), form) for end in (min, max)) if values else ["–"]
    return " to ".join(ends)


def _median(values: Sequence[float], form: str) -> str:
    return format(median(values), form) if values else "–"
