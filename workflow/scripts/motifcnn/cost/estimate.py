"""Cost the jobs that are left: seconds and disk from the speed of a training step and the size of the datasets.

Most of it is trainings: the time of a step, measured, times the steps of all epochs. Other jobs are
short and costed with constants, measured once in CPU seconds on one core of an Intel Xeon with CNN-2
and CNN-10 on synthetic sequences (30 filters, 12 targets).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..core.run_key import RunKey
from ..experiment.config import Plan
from ..experiment.dataset_kinds import KINDS, Size
from ..experiment.paths import Layout
from .timing import Speed
from .work import DOWNLOADS, ON_DEVICE, Job

# A job of a rule that is not listed: Python starts, reads small files and writes some.
_SECONDS_PER_JOB = 2.0
# Importing PyTorch, reading the dataset and writing the result; all tables, and a page with all figures.
_SECONDS_OF_RULE = {"train_model": 4.0, "extract_filters": 3.0, "score_importance": 3.0}
_SECONDS_OF_RULE |= {
    "attribute_sequences": 5.0,
    "score_localisation": 14.0,
    # Half a minute for 500 sequences of 200 nt.
    "find_patterns": 30.0,
    "make_table": 5.0,
    "judge_statements": 5.0,
    "make_report": 5.0,
}
_MAKERS = {kind.maker: kind.maker_seconds for kind in KINDS.values()}
# Their time depends on the mirror, the connection and the user's files.
UNKNOWN = DOWNLOADS | {rule for rule, seconds in _MAKERS.items() if seconds is None}
_SECONDS_PER_QUERY = 0.006
# Passing on the first convolution's maps takes 0.1 to 0.3 of a training step, more if pooling comes late.
_SHARE_OF_STEP = 0.25

# What a method costs per sequence, in training steps per sequence, given its options and the sequences' length: a pass
# forward and back is about one, the rescale rule takes 2.5, and the windows of a letter's replacements a tenth.
_STEPS_OF_METHOD = {
    "saliency": lambda options, length: 1,
    "smoothgrad": lambda options, length: options["samples"],
    "integrated_gradients": lambda options, length: _references(options) * options["steps"],
    "deep_shap": lambda options, length: 2.5 * _references(options),
    "mutagenesis": lambda options, length: 0.1 * length,
}

_BYTES_PER_PARAMETER = 4
# A checkpoint, deleted in the end, has the weights, the best ones so far and two moments of Adam.
_MODELS_PER_CHECKPOINT = 4
_BYTES_PER_FILTER = 5_000
_BYTES_PER_TARGET = 5_500
_BYTES_PER_RUN = 25_000
# Hypothetical contributions and scores, which hardly compress.
_BYTES_PER_LETTER = 20


@dataclass(frozen=True)
class Estimate:
    """What the jobs left of a plan cost if every training takes all its epochs.

    They come from `work.jobs_left`, `work.dataset_sizes` and `timing.measure_speeds`; `on_gpu` says whether
    the speeds are those of a GPU.
    """

    plan: Plan
    jobs: Sequence[Job]
    sizes: Mapping[str, Size | None]
    speeds: Mapping[RunKey, Speed]
    on_gpu: bool

    @cached_property
    def seconds(self) -> dict[Job, float | None]:
        """Seconds of each job; None if nothing is known about them."""
        return {job: self._seconds(job) for job in self.jobs}

    @cached_property
    def _variants(self) -> Collection[str]:
        return Layout(self.plan).motifs.keys()

    @cached_property
    def trainings(self) -> list[Job]:
        """The trainings among the jobs."""
        return [job for job in self.jobs if job.rule == "train_model"]

    def speed_of(self, job: Job) -> Speed | None:
        """Return the speed of the network that a job is about, if there is one and it is known."""
        return self.speeds.get(self.plan.model_of(job.key).over_seeds) if job.key else None

    def core_seconds(self, jobs: Sequence[Job]) -> float:
        """Return the known seconds times threads of those jobs that run on CPUs."""
        threads = self.plan.config["compute"]["threads"]
        on_cpu = [job for job in jobs if not (self.on_gpu and job.rule in ON_DEVICE)]
        return sum((self.seconds[job] or 0) * (threads if job.rule in ON_DEVICE else 1) for job in on_cpu)

    def gpu_seconds(self, jobs: Sequence[Job]) -> float:
        """Return the known seconds of those jobs that run on GPUs."""
        return sum(self.seconds[job] or 0 for job in jobs if self.on_gpu and job.rule in ON_DEVICE)

    @property
    def longest_chain(self) -> float:
        """Seconds of the longest chain of jobs that wait for each other."""
        ends: dict[str, float] = {}
        for job in self.jobs:
            end = max((ends.get(path, 0) for path in job.inputs), default=0) + (self.seconds[job] or 0)
            ends.update(dict.fromkeys(job.outputs, end))
        return max(ends.values(), default=0.0)

    def wall(self, cores: int, gpus: int = 1) -> float:
        """Return an upper bound of the seconds from start to end; several trainings on one GPU take turns.

        Jobs are started as soon as they can be. Then at every moment all cores are busy, or all GPUs, or the
        longest chain advances, so that the bound is all the work, shared out evenly, plus that chain (Graham
        1966, doi 10.1002/j.1538-7305.1966.tb01709.x; without GPUs the chain's own share of the work counts once).
        """
        core_seconds, gpu_seconds = self.core_seconds(self.jobs), self.gpu_seconds(self.jobs)
        chain = self.longest_chain * (1 if gpu_seconds else 1 - 1 / cores)
        return core_seconds / cores + gpu_seconds / gpus + chain

    @property
    def result_bytes(self) -> float:
        """Disk space that results take, in bytes, as far as it is known."""
        size = 0.0
        for job in self.jobs:
            speed = self.speed_of(job)
            if job.dataset and self.sizes[job.dataset]:
                size += self.sizes[job.dataset].bytes
            elif speed and job.rule == "train_model":
                targets = self.sizes[job.key.dataset].targets
                size += _BYTES_PER_PARAMETER * speed.parameters + _BYTES_PER_TARGET * targets + _BYTES_PER_RUN
            elif job.rule == "attribute_sequences" and (about := self.sizes[job.key.dataset]):
                rows = min(about.test, self.plan.attribution[job.method]["sequences"])
                size += _BYTES_PER_LETTER * about.length * rows
            elif speed and job.rule == "extract_filters":
                # Including the motifs and matches that become of them.
                size += _BYTES_PER_FILTER * speed.filters[job.key.layer - 1]
        return size

    @property
    def checkpoint_bytes(self) -> int:
        """Disk space that the checkpoint of the largest network takes while it is trained, in bytes."""
        parameters = [speed.parameters for job in self.trainings if (speed := self.speed_of(job))]
        return _MODELS_PER_CHECKPOINT * _BYTES_PER_PARAMETER * max(parameters, default=0)

    @property
    def sequence_memory(self) -> int:
        """Memory for the sequences and labels of the largest training in bytes; 0 if it is not known."""
        sizes = [size for job in self.trainings if (size := self.sizes[job.key.dataset])]
        rows = [(size.length + size.targets) * (size.train + size.valid + size.test) for size in sizes]
        return max(rows, default=0)

    def _seconds(self, job: Job) -> float | None:
        if job.rule in UNKNOWN:
            return None
        seconds = (_MAKERS | _SECONDS_OF_RULE).get(job.rule, _SECONDS_PER_JOB)
        if job.key is None:
            return seconds
        size, speed = self.sizes[job.key.dataset], self.speed_of(job)
        if speed is None:
            return None if job.rule in ON_DEVICE else seconds
        if job.rule == "train_model":
            epochs = self.plan.settings[job.key.setting].training["epochs"]
            seconds += speed.seconds_per_sequence * (epochs * size.train + size.valid + size.test)
        elif job.rule == "extract_filters":
            # The test sequences go through the network twice, about as much work as a step.
            seconds += speed.seconds_per_sequence * size.test * (1 + ("untrained" in self._variants))
        elif job.rule == "score_importance":
            # Of the first convolution, whatever others there are.
            seconds += speed.seconds_per_sequence * size.test * speed.filters[0] * _SHARE_OF_STEP
        elif job.rule == "attribute_sequences":
            options = self.plan.attribution[job.method]
            steps = _STEPS_OF_METHOD[options["method"]](options, size.length)
            seconds += speed.seconds_per_sequence * min(size.test, options["sequences"]) * steps
        elif job.rule == "match_motifs":
            seconds += _SECONDS_PER_QUERY * speed.filters[job.key.layer - 1] * len(self._variants)
        return seconds


def _references(options: Mapping[str, Any]) -> int:
    """Return how many references an attribution method compares a sequence with."""
    return options["n_references"] if options["references"] in ("permuted", "dinucleotide") else 1
