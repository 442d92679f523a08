"""How the numbers were made: devices, versions, and how long the trainings and the other jobs took."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd

from ..core.errors import UserError
from ..core.files import read_json
from ..core.run_key import RunKey


@dataclass(frozen=True)
class Provenance:
    """What is known about how the numbers were made.

    Attributes
    ----------
    facts
        (what, values): all different values over the runs.
    trainings
        A dict per network: architecture, activation, runs, parameters, epochs, best_epoch,
        milliseconds_per_step, minutes; texts, "–" where nothing was recorded.
    jobs
        A dict per kind of job: name, jobs, median seconds, all minutes, peak memory in MB; texts.
    """

    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    trainings: tuple[dict[str, str], ...] = ()
    jobs: tuple[dict[str, str], ...] = ()


def read_provenance(
    metrics: Iterable[str | os.PathLike] = (),
    records: Iterable[str | os.PathLike] = (),
    benchmarks: Iterable[str | os.PathLike] = (),
) -> Provenance:
    """Collect what was run and how long it took.

    Parameters
    ----------
    metrics
        metrics.json of the runs.
    records
        record.json of the same runs, beside their metrics.json.
    benchmarks
        Snakemake's benchmark tables; the name of a file is the kind of its job. Those that are
        not there are left out.

    Raises
    ------
    UserError
        A file of metrics or a record is missing or is not JSON.
    """
    by_folder = {Path(path).parent: read_json(path) for path in records}
    runs = [(read_json(path), by_folder.get(Path(path).parent, {})) for path in metrics]
    return Provenance(_facts([record for _, record in runs]), _trainings(runs), _jobs(benchmarks))


def _facts(records: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = {
        "Device": [_device(record) for record in records],
        "Precision": [record.get("precision") for record in records],
        "Threads per training": [record.get("threads") for record in records],
        "Repository": [_commit(record.get("git") or {}) for record in records],
        "Trainings continued from a checkpoint": [
            sum(record.get("resumed_from_epoch") is not None for record in records) or None
        ],
        "Versions": [
            ", ".join(f"{name} {version}" for name, version in (record.get("versions") or {}).items())
            for record in records
        ],
    }
    known = {what: tuple(dict.fromkeys(str(v) for v in values if v)) for what, values in found.items()}
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
        measured, recorded = [m for m, _ in members], [r for _, r in members]
        seconds = [(record.get("seconds") or {}).get("train") for record in recorded]
        rows.append(
            {
                "dataset": key.dataset,
                "architecture": key.network_without_activation,
                "activation": key.activation,
                "runs": str(len(members)),
                "parameters": _range((m.get("parameters") for m in measured), ",.0f"),
                "epochs": _range((m.get("epochs") for m in measured), ".0f"),
                "best_epoch": _range((m.get("best_epoch") for m in measured), ".0f"),
                "step": _median((r.get("milliseconds_per_step") for r in recorded), ".2f"),
                "minutes": _median((s / 60 if s is not None else None for s in seconds), ".1f"),
            }
        )
    return tuple(rows)


def _jobs(benchmarks: Iterable[str | os.PathLike]) -> tuple[dict[str, str], ...]:
    kinds: dict[str, list[pd.Series]] = {}
    for path in map(Path, benchmarks):
        if not path.exists():
            continue
        try:
            measured = pd.read_csv(path, sep="\t", na_values=["-", "NA"])
            kinds.setdefault(path.stem, []).extend(row for _, row in measured.iterrows())
        except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
            raise UserError(f"{path} is no benchmark table ({error}); delete it") from None
    rows = []
    for kind, members in kinds.items():
        seconds = [row.get("s") for row in members if pd.notna(row.get("s"))]
        memory = [row.get("max_rss") for row in members if pd.notna(row.get("max_rss"))]
        rows.append(
            {
                "name": kind,
                "jobs": str(len(members)),
                "seconds": f"{median(seconds):.1f}" if seconds else "–",
                "minutes": f"{sum(seconds) / 60:.1f}" if seconds else "–",
                "memory": f"{max(memory):,.0f}" if memory else "–",
            }
        )
    return tuple(rows)


def _range(values: Iterable[float | None], form: str) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "–"
    low, high = format(min(known), form), format(max(known), form)
    return low if low == high else f"{low} to {high}"


def _median(values: Iterable[float | None], form: str) -> str:
    known = [value for value in values if value is not None]
    return format(median(known), form) if known else "–"
