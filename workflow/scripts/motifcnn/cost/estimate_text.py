"""An estimate in words and two small tables, for a terminal."""

import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..core.meter import amount
from ..experiment.config import Plan
from ..experiment.dataset_kinds import KINDS
from .dry_run import Invocation, Job
from .estimate import UNKNOWN, Estimate, NetworkOnDataset, Speed, network_of
from .sizes import Size

# Letters of a line, where a sentence does not hold a longer path.
_WIDTH = 110


@dataclass(frozen=True)
class Machine:
    """What the run would use.

    Attributes
    ----------
    device
        Name of the device on which trainings were timed.
    on_gpu
        It is a GPU.
    cores, gpus
        How many CPU cores and GPUs are used at once, at most.
    cluster_jobs
        Jobs on a cluster at once, or None on one machine.
    """

    device: str
    on_gpu: bool
    cores: int
    gpus: int
    cluster_jobs: int | None = None

    @classmethod
    def of(cls, invocation: Invocation, device: str, gpus: int, threads: int) -> "Machine":
        """Return what Snakemake would use of a machine with so many GPUs, given threads per training."""
        jobs = invocation.jobs
        if jobs:
            return cls(device, gpus > 0, jobs * threads, jobs, jobs)
        at_once = gpus if invocation.gpus is None else min(gpus, invocation.gpus)
        return cls(device, gpus > 0, invocation.cores, max(1, at_once))

    def in_words(self) -> str:
        """Return how much of it is used at once, in words."""
        if self.cluster_jobs:
            return f"a cluster with {self.cluster_jobs} jobs at once"
        cores = f"{self.cores} core{'s' if self.cores > 1 else ''}"
        return cores + (f" and {self.gpus} GPU{'s' if self.gpus > 1 else ''}" if self.on_gpu else "")


def in_words(
    estimate: Estimate,
    jobs: Sequence[Job],
    plan: Plan,
    sizes: Mapping[str, Size | None],
    speeds: Mapping[NetworkOnDataset, Speed],
    shares: Sequence[float],
    machine: Machine,
) -> str:
    """Return an estimate as text.

    Parameters
    ----------
    estimate, jobs, plan, sizes, speeds
        As `estimate.estimate` gives and takes them.
    shares
        For every finished training the share of its epochs that it needed.
    machine
        That the run would use.
    """
    if not jobs:
        return f"{plan.config['experiment']}: nothing is left to do.\n"
    trained = [key for job in jobs if job.rule == "train_model" and (key := network_of(job))]
    paragraphs = [_headline(plan, len(trained), len(shares))]
    if trained:
        paragraphs.append(_networks(trained, plan, sizes, speeds, machine))
    paragraphs.append(_rules(estimate, machine.on_gpu))
    sentences = [_time(estimate, shares, machine), _disk(estimate, plan), *_left_out(estimate, plan, sizes)]
    paragraphs.append(
        "\n".join(
            textwrap.fill(sentence, _WIDTH, break_long_words=False, break_on_hyphens=False)
            for sentence in sentences
        )
    )
    if machine.cluster_jobs and estimate.longest_training:
        paragraphs.append(_time_limit(estimate))
    return "\n\n".join(paragraphs) + "\n"


def aligned(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as text; columns of numbers are those whose cells start with a digit, and stand to the right."""
    table = [tuple(header), *map(tuple, rows)]
    columns = list(zip(*table, strict=True))
    widths = [max(map(len, column)) for column in columns]
    right = [all(cell[:1].isdigit() or cell == "?" for cell in column[1:]) for column in columns]
    lines = [
        "  ".join(
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, is_number in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in table
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def duration(seconds: float) -> str:
    """Return a time in words, to two digits or so."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} days"


def _headline(plan: Plan, left: int, finished: int) -> str:
    done = f"; {finished} {'is' if finished == 1 else 'are'} finished" if finished else ""
    return f"{plan.config['experiment']}: {left} training{'s' if left != 1 else ''} to do{done}"


def _networks(
    trained: Sequence[NetworkOnDataset], plan: Plan, sizes: Mapping, speeds: Mapping, machine: Machine
) -> str:
    """Return what the trainings cost, a line per dataset and network."""
    training = plan.config["protocol"]["training"]
    rows = []
    for dataset, architecture in dict.fromkeys(run[:2] for run in plan.runs):
        keys = [key for key in trained if key[:2] == (dataset, architecture)]
        if not keys:
            continue
        known = [speeds[key] for key in keys if key in speeds]
        if not known:
            rows.append((dataset, architecture, str(len(keys)), "?", "?", "the dataset's size is not known"))
            continue
        mean = sum(speed.seconds_per_sequence for speed in known) / len(known)
        hours = mean * training["epochs"] * sizes[dataset].train / 3600
        runs = sum(speeds[key].runs for key in dict.fromkeys(keys) if key in speeds)
        source = f"{runs} finished run{'s' if runs > 1 else ''}" if runs else "timed now"
        milliseconds = f"{1000 * mean * training['batch_size']:.1f}"
        rows.append((dataset, architecture, str(len(keys)), milliseconds, f"{hours:.2f}", source))
    header = ("dataset", "network", "trainings", "ms per step", "hours each", "from")
    threads = plan.config["compute"]["threads"]
    how = "" if machine.on_gpu else f", {threads} thread{'s' if threads > 1 else ''}"
    return f"{aligned(header, rows)}\nOn {machine.device}{how}."


def _rules(estimate: Estimate, on_gpu: bool) -> str:
    """Return a line per rule."""
    kinds = ["core_seconds", *(["gpu_seconds"] if on_gpu else [])]
    rows = [
        (row.rule, f"{row.jobs:,}", *(_hours(getattr(row, kind), row.uncosted, row.jobs) for kind in kinds))
        for row in estimate.rows
        if row.rule != "all"
    ]
    jobs = sum(row.jobs for row in estimate.rows if row.rule != "all")
    rows.append(("total", f"{jobs:,}", *(_hours(getattr(estimate, kind)) for kind in kinds)))
    return aligned(("rule", "jobs", "CPU hours", "GPU hours")[: 2 + len(kinds)], rows)


def _hours(seconds: float, uncosted: int = 0, jobs: int = 1) -> str:
    if uncosted == jobs:
        return "?"
    return f"{seconds / 3600:.2f}" + (" + ?" if uncosted else "")


def _time(estimate: Estimate, shares: Sequence[float], machine: Machine) -> str:
    seconds = estimate.wall(machine.cores, machine.gpus)
    trainings = next((row for row in estimate.rows if row.rule == "train_model"), None)
    text = f"Time: about {duration(seconds)} on {machine.in_words()}"
    if trainings is None:
        return text + "."
    if trainings.uncosted:
        return text + f", without {trainings.uncosted} of the trainings, of which nothing is known yet."
    text += "; at most, since early stopping usually ends a training sooner."
    if shares:
        mean = sum(shares) / len(shares)
        number = f"{len(shares)} finished training{'s' if len(shares) > 1 else ''}"
        text += f" The {number} took {mean:.0%} of the epochs; at that rate about {duration(mean * seconds)}."
    return text


def _time_limit(estimate: Estimate) -> str:
    """Return a line for the profile of a cluster, on its own so that it can be pasted."""
    minutes = math.ceil(2 * estimate.longest_training / 60)
    return (
        "For set-resources in the profile: minutes, twice the longest training (on nodes as fast as this machine):\n"
        f"  train_model: {{runtime: {minutes} * attempt}}"
    )


def _disk(estimate: Estimate, plan: Plan) -> str:
    text = f"Disk: about {amount(round(estimate.result_bytes))} in results/{plan.config['experiment']}"
    if estimate.checkpoint_bytes:
        text += f", and up to {amount(round(estimate.checkpoint_bytes))} more for each training under way"
    return text + "."


def _left_out(estimate: Estimate, plan: Plan, sizes: Mapping[str, Size | None]) -> list[str]:
    """Return sentences about what the figures leave out."""
    rules = [row.rule for row in estimate.rows if row.rule in UNKNOWN]
    sentences = []
    if rules:
        sentences.append(
            f"Not in the figures: {', '.join(rules)}; they take what the network and the disk take."
        )
    sentences += [
        kind.download_note for kind in KINDS.values() if kind.downloader in rules and kind.download_note
    ]
    for name in [name for name, size in sizes.items() if size is None]:
        path = f"results/{plan.config['experiment']}/{name}/dataset.h5"
        sentences.append(
            f"How many sequences {name} has is known once {path} is there: make it first, with ./run and its path, "
            "and estimate again."
        )
    return sentences
