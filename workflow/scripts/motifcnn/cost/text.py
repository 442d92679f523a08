"""Put an estimate into words and two small tables, for a terminal."""

import math
import textwrap
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..core.amounts import amount, duration
from ..experiment.dataset_kinds import KINDS
from .estimate import UNKNOWN, Estimate
from .invocation import Invocation

# Letters per line; a longer path is not broken.
_WIDTH = 110


class Machine(NamedTuple):
    """What a run may use at once: a kind of device, CPU cores, GPUs, and jobs if it is a cluster."""

    device: str
    cores: int
    gpus: int
    cluster_jobs: int | None = None

    @classmethod
    def of(cls, invocation: Invocation, device: str, gpus: int, threads: int, jobs: int) -> "Machine":
        """Return what `jobs` jobs use of this machine with so many GPUs, or of a cluster of such machines."""
        if invocation.cluster_jobs:
            at_once = max(1, min(invocation.cluster_jobs, jobs))
            return cls(device, at_once * threads, at_once if gpus else 0, at_once)
        limit = gpus if invocation.gpus is None else min(gpus, invocation.gpus)
        return cls(device, invocation.cores, max(1, limit) if gpus else 0)

    def __str__(self) -> str:
        if self.cluster_jobs:
            return f"a cluster with {_count(self.cluster_jobs, 'job')} at once"
        return _count(self.cores, "core") + (f" and {_count(self.gpus, 'GPU')}" if self.gpus else "")


def in_words(estimate: Estimate, machine: Machine, shares: Sequence[float]) -> str:
    """Return an estimate for a machine as text; `shares` of their epochs is what finished trainings took."""
    experiment = estimate.plan.config["experiment"]
    if not estimate.jobs:
        return f"{experiment}: nothing is left to do.\n"
    done = f"; {len(shares)} {'is' if len(shares) == 1 else 'are'} finished" if shares else ""
    paragraphs = [f"{experiment}: {_count(len(estimate.trainings), 'training')} to do{done}"]
    if estimate.trainings:
        paragraphs.append(_networks(estimate, machine))
    sentences = [_time(estimate, machine, shares), *_space(estimate), *_unknown(estimate)]
    sentences += [f"Note: {remark}." for _, remark in estimate.plan.remarks]
    filled = [
        textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False) for text in sentences
    ]
    paragraphs += [_rules(estimate), "\n".join(filled)]
    longest = max((estimate.seconds[job] or 0 for job in estimate.trainings), default=0)
    if machine.cluster_jobs and longest:
        paragraphs.append(
            "For set-resources in the profile, in minutes: twice the longest training (on nodes as fast as this one)\n"
            f"  train_model: {{runtime: {math.ceil(2 * longest / 60)} * attempt}}"
        )
    return "\n\n".join(paragraphs) + "\n"


def aligned(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as text; columns whose cells start with a digit are flush right."""
    columns = []
    for column in zip(header, *rows, strict=True):
        width = max(map(len, column))
        right = all(cell[:1].isdigit() or cell == "?" for cell in column[1:])
        cells = [cell.rjust(width) if right else cell.ljust(width) for cell in column]
        columns.append([cells[0], "-" * width, *cells[1:]])
    return "\n".join("  ".join(line).rstrip() for line in zip(*columns, strict=True))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _networks(estimate: Estimate, machine: Machine) -> str:
    """What the trainings cost, a line per dataset and network without its activation."""
    rows, groups = [], {}
    for job in estimate.trainings:
        groups.setdefault((job.key.dataset, job.key.network_without_activation), []).append(job)
    for names, jobs in groups.items():
        cells = ("?", "?", "the dataset's size is not known")
        # A network's seeds share its speed.
        known = {job.key.over_seeds: speed for job in jobs if (speed := estimate.speed_of(job))}
        if known:
            training = estimate.plan.settings[jobs[0].key.setting].training
            mean = sum(estimate.speed_of(job).seconds_per_sequence for job in jobs) / len(jobs)
            hours = mean * training["epochs"] * estimate.sizes[names[0]].train / 3600
            runs = sum(speed.runs for speed in known.values())
            timed = {speed.timed_with for speed in known.values()} - {""}
            reused = f" with {', '.join(sorted(timed))}" if len(known) > max(1, len(timed)) else ""
            source = _count(runs, "finished run") if runs else f"timed now{reused}"
            cells = (f"{1000 * mean * training['batch_size']:.1f}", f"{hours:.2f}", source)
        rows.append((*names, str(len(jobs)), *cells))
    header = ("dataset", "network", "trainings", "ms per step", "hours each", "from")
    threads = "" if machine.gpus else f", {_count(estimate.plan.config['compute']['threads'], 'thread')}"
    return f"{aligned(header, rows)}\nOn {machine.device}{threads}."


def _rules(estimate: Estimate) -> str:
    """The jobs and hours of each rule."""
    rows = []
    for rule in [*dict.fromkeys(job.rule for job in estimate.jobs), "total"]:
        jobs = [job for job in estimate.jobs if rule in (job.rule, "total")]
        unknown = sum(estimate.seconds[job] is None for job in jobs)
        seconds = [estimate.core_seconds(jobs), *([estimate.gpu_seconds(jobs)] if estimate.on_gpu else [])]
        hours = [f"{value / 3600:.2f}{' + ?' if unknown else ''}" for value in seconds]
        rows.append((rule, f"{len(jobs):,}", *(["?"] * len(hours) if unknown == len(jobs) else hours)))
    return aligned(("rule", "jobs", "CPU hours", "GPU hours")[: len(rows[0])], rows)


def _time(estimate: Estimate, machine: Machine, shares: Sequence[float]) -> str:
    seconds = estimate.wall(machine.cores, max(1, machine.gpus))
    text = f"Time: about {duration(seconds)} on {machine}"
    if unknown := sum(estimate.seconds[job] is None for job in estimate.trainings):
        return f"{text}, without {unknown} of the trainings, about which nothing is known yet."
    if not estimate.trainings:
        return f"{text}."
    text += "; at most, since early stopping usually ends a training sooner."
    if shares:
        mean = sum(shares) / len(shares)
        text += (
            f" The {_count(len(shares), 'finished training')} took {mean:.0%} of the epochs; at that rate "
        )
        text += f"about {duration(mean * seconds)}."
    return text


def _space(estimate: Estimate) -> list[str]:
    """Sentences about disk and memory."""
    folder, size = f"results/{estimate.plan.config['experiment']}", estimate.result_bytes
    said = f"about {amount(round(size))}" if size >= 1e6 else "less than 1 MB"
    if unknown := [name for name, size in estimate.sizes.items() if size is None]:
        rest = f"; the rest takes {said}" if size else ""
        disk = f"Disk: what {', '.join(unknown)} and its trainings take in {folder} is not known yet{rest}."
    else:
        checkpoint = f", and up to {amount(estimate.checkpoint_bytes)} more for each training under way"
        disk = f"Disk: {said} in {folder}{checkpoint if estimate.trainings else ''}."
    if not estimate.sequence_memory:
        return [disk]
    # Measured with CNN-2, CNN-50 and CNN-deep on 200 and 1,000 nt, batches of 100; most when they are evaluated.
    memory = "Memory: for each training under way 0.5 to 1.7 GB on a CPU, and"
    return [disk, f"{memory} {amount(estimate.sequence_memory)} for its sequences."]


def _unknown(estimate: Estimate) -> list[str]:
    """Sentences about what the figures leave out."""
    sentences, rules = (
        [],
        [rule for rule in dict.fromkeys(job.rule for job in estimate.jobs) if rule in UNKNOWN],
    )
    if rules:
        sentences = [f"Not in the figures: {', '.join(rules)}, which depend on the connection and the files."]
    sentences += [
        kind.download_note for kind in KINDS.values() if kind.downloader in rules and kind.download_note
    ]
    for name in [name for name, size in estimate.sizes.items() if size is None]:
        path = f"results/{estimate.plan.config['experiment']}/{name}/dataset.h5"
        sentences.append(
            f"How many sequences {name} has is known once {path} exists: make it first, with ./run and this path, "
            "and estimate again."
        )
    return sentences
