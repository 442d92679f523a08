"""What a run will cost, before it starts: the time of its jobs, and the disk that its results take.

Trainings are what counts; their cost is that of a step, measured, times the steps of all epochs. The
other jobs are short, and costed with the constants below: measured once in CPU seconds of one core
of an Intel Xeon, with CNN-2 and CNN-10 on synthetic sequences (30 filters, 12 targets).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..core.run_key import RunKey
from ..experiment.config import Plan
from ..experiment.dataset_kinds import KINDS
from .dry_run import Job
from .sizes import Size

# A job of a rule that is not listed: Python starts, reads small files and writes some.
_SECONDS_PER_JOB = 2.0
_SECONDS_OF_RULE = {
    "all": 0.0,
    # PyTorch is imported, the dataset read, and what was found written.
    "train_model": 4.0,
    "extract_filters": 3.0,
    "score_importance": 3.0,
    # Every table, and a page with all figures.
    "make_tables": 5.0,
    "make_report": 5.0,
}
# Rules that write dataset.h5.
_MAKERS = {kind.maker: kind.maker_seconds for kind in KINDS.values()}
_DOWNLOADERS = {kind.downloader for kind in KINDS.values()} - {None}
# Rules whose time depends on the mirror, the connection and the user's files.
UNKNOWN = _DOWNLOADERS | {rule for rule, seconds in _MAKERS.items() if seconds is None}
_SECONDS_PER_QUERY = 0.01
# These run on the GPU where there is one.
_ON_DEVICE = ("train_model", "extract_filters", "score_importance")
# Of a training step, what passing on the first layer's maps takes: 0.1 to 0.3, the more the earlier the pooling.
_SHARE_OF_STEP = 0.25

_BYTES_PER_PARAMETER = 4
# A checkpoint, deleted in the end, has the weights, the best ones so far and two moments of Adam.
_MODELS_PER_CHECKPOINT = 4
_BYTES_PER_FILTER = 5_000
_BYTES_PER_TARGET = 5_500
_BYTES_PER_RUN = 25_000


class NetworkOnDataset(NamedTuple):
    """A network on a dataset: all seeds of it cost the same."""

    dataset: str
    architecture: str
    activation: str


@dataclass(frozen=True)
class Speed:
    """What a training of a network costs.

    Attributes
    ----------
    seconds_per_sequence
        Per training sequence and epoch, validation included.
    parameters
        Number of the network's trainable parameters.
    filters
        Number of filters of each of its layers, the first layer first; a user's own network has one.
    runs
        How many finished trainings say so; 0 where it was timed.
    """

    seconds_per_sequence: float
    parameters: int
    filters: tuple[int, ...]
    runs: int = 0


@dataclass(frozen=True)
class Row:
    """The jobs of a rule.

    Attributes
    ----------
    rule
        Its name.
    jobs
        How many are to be run.
    core_seconds
        What those without a GPU take together: seconds times threads.
    gpu_seconds
        What those with a GPU take together.
    uncosted
        How many of them these leave out, as nothing is known about them.
    """

    rule: str
    jobs: int
    core_seconds: float
    gpu_seconds: float
    uncosted: int


@dataclass(frozen=True)
class Estimate:
    """What is to be done, and what it costs where every training takes all its epochs.

    Attributes
    ----------
    rows
        Per rule, in the order of the jobs.
    longest
        Seconds of the longest chain of jobs that wait for each other.
    result_bytes, checkpoint_bytes
        Disk that results take for good, and that a training under way takes beside it.
    longest_training
        Seconds of the longest training that there is to do, as far as they are known; else 0.
    """

    rows: tuple[Row, ...]
    longest: float
    result_bytes: float
    checkpoint_bytes: float
    longest_training: float

    @property
    def core_seconds(self) -> float:
        """Of all jobs."""
        return sum(row.core_seconds for row in self.rows)

    @property
    def gpu_seconds(self) -> float:
        """Of all jobs."""
        return sum(row.gpu_seconds for row in self.rows)

    def wall(self, cores: int, gpus: int = 1) -> float:
        """Return an upper bound of the seconds from start to end.

        Parameters
        ----------
        cores
            CPU cores that jobs may use at once.
        gpus
            GPUs; several trainings on one count as if they took turns.

        Notes
        -----
        At every moment all cores are busy, or all GPUs, or the longest chain gets on: so no order in
        which jobs are started as soon as they can be takes longer than all the work shared out
        evenly plus that chain (Graham 1966, doi 10.1002/j.1538-7305.1966.tb01709.x; without GPUs
        its own share of the work counts once).
        """
        shared = self.core_seconds / cores + self.gpu_seconds / gpus
        return shared + self.longest * (1 if self.gpu_seconds else 1 - 1 / cores)


def network_of(job: Job) -> NetworkOnDataset | None:
    """Return which network a job is about, or None."""
    if not set(NetworkOnDataset._fields) <= job.wildcards.keys():
        return None
    return NetworkOnDataset(*(job.wildcards[name] for name in NetworkOnDataset._fields))


def estimate(
    jobs: Sequence[Job],
    plan: Plan,
    sizes: Mapping[str, Size | None],
    speeds: Mapping[NetworkOnDataset, Speed],
    on_gpu: bool,
) -> Estimate:
    """Cost jobs.

    Parameters
    ----------
    jobs
        What is to be run.
    plan
        Of the configuration.
    sizes
        Of each dataset, None where it is not known.
    speeds
        Of each network in `jobs`, as far as they are known.
    on_gpu
        Trainings are timed on a GPU.
    """
    costs = [_seconds(job, plan, sizes, speeds) for job in jobs]
    rows = []
    for rule in dict.fromkeys(job.rule for job in jobs):
        own = [(job, cost) for job, cost in zip(jobs, costs, strict=True) if job.rule == rule]
        known = [(job, cost) for job, cost in own if cost is not None]
        gpu = on_gpu and rule in _ON_DEVICE
        core_seconds = 0.0 if gpu else sum(cost * job.threads for job, cost in known)
        gpu_seconds = sum(cost for _, cost in known) if gpu else 0.0
        rows.append(Row(rule, len(own), core_seconds, gpu_seconds, len(own) - len(known)))
    trained = [key for job in jobs if job.rule == "train_model" and (key := network_of(job)) in speeds]
    made = [sizes[job.wildcards["dataset"]] for job in jobs if job.rule in _MAKERS]
    models = [_BYTES_PER_PARAMETER * speeds[key].parameters for key in trained]
    curves = [_BYTES_PER_TARGET * sizes[key.dataset].targets + _BYTES_PER_RUN for key in trained]
    # And their matches.
    motifs = [
        _BYTES_PER_FILTER * _filters(job, speeds[key])
        for job in jobs
        if job.rule == "extract_filters" and (key := network_of(job)) in speeds
    ]
    trainings = [cost for job, cost in zip(jobs, costs, strict=True) if job.rule == "train_model" and cost]
    return Estimate(
        rows=tuple(rows),
        longest=_longest((job, cost) for job, cost in zip(jobs, costs, strict=True) if cost is not None),
        result_bytes=sum(models) + sum(curves) + sum(motifs) + sum(size.bytes for size in made if size),
        checkpoint_bytes=_MODELS_PER_CHECKPOINT * max(models, default=0),
        longest_training=max(trainings, default=0.0),
    )


def _seconds(job: Job, plan: Plan, sizes: Mapping, speeds: Mapping) -> float | None:
    if job.rule in UNKNOWN:
        return None
    seconds = (_MAKERS | _SECONDS_OF_RULE).get(job.rule, _SECONDS_PER_JOB)
    key = network_of(job)
    if key is None:
        return seconds
    if key not in speeds:
        return None if job.rule in _ON_DEVICE else seconds
    size, speed = sizes[key.dataset], speeds[key]
    controls = plan.config["protocol"]["controls"]
    if job.rule == "train_model":
        epochs = plan.config["protocol"]["training"]["epochs"]
        seconds += speed.seconds_per_sequence * (epochs * size.train + size.valid + size.test)
    elif job.rule == "extract_filters":
        # The test sequences go through the network twice, about as much work as a step.
        seconds += speed.seconds_per_sequence * size.test * (1 + ("untrained" in controls))
    elif job.rule == "score_importance":
        # Of the first layer, whatever other layers there are.
        seconds += speed.seconds_per_sequence * size.test * speed.filters[0] * _SHARE_OF_STEP
    elif job.rule == "match_motifs":
        variants = 1 + len({"untrained", "shuffled"} & set(controls))
        seconds += _SECONDS_PER_QUERY * _filters(job, speed) * variants
    return seconds


def _longest(costs: Iterable[tuple[Job, float]]) -> float:
    """Return the length of the longest chain: one job of each rule, of which those of a run are of one run."""
    chains: dict[Any, dict[str, float]] = {}
    for job, seconds in costs:
        chain = chains.setdefault(network_of(job), {})
        chain[job.rule] = max(seconds, chain.get(job.rule, 0.0))
    common = sum(chains.pop(None, {}).values())
    return common + max((sum(chain.values()) for chain in chains.values()), default=0.0)


def _filters(job: Job, speed: Speed) -> int:
    """Return how many filters the layer has that a job is about; one about no layer is about the first."""
    return speed.filters[RunKey.of_wildcards(job.wildcards).layer - 1]
