"""The work that is left to do: the jobs of a plan, as workflow/rules/ has them, less those that are finished.

A job is finished if its files exist and every job that it builds on is finished; a training must also
have followed the protocol of the configuration. Snakemake knows more reasons to run a job again, edited
code for one; only its own dry run shows those.
"""

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py

from ..core.errors import UserError
from ..core.files import read_json
from ..core.run_key import RunKey
from ..core.splits import SPLITS
from ..experiment.analyses import ARCHITECTURE, CONVOLUTION, DATASET, PART, SHEET
from ..experiment.config import Plan
from ..experiment.dataset_kinds import KINDS, Size, kind_of
from ..experiment.grid import JUDGED
from ..experiment.paths import Layout

# Rules whose jobs get the threads of `compute:`, and the GPU if there is one.
ON_DEVICE = ("train_model", "extract_filters", "score_importance", "attribute_sequences")
DOWNLOADS = {kind.downloader for kind in KINDS.values()} - {None}
_TRAINED = ("model.safetensors", "metrics.json", "history.tsv", "precision_recall.tsv", "record.json")
Folder = str | os.PathLike


@dataclass(frozen=True, eq=False)
class Job:
    """A job of a rule: what it needs, and those of its files that are results or that another job needs.

    `key` is the run or convolution that it is about, `dataset` the dataset that it makes, if there is just one,
    `method` the attribution method by which it explains.
    """

    rule: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    key: RunKey | None = None
    dataset: str | None = None
    method: str | None = None


def dataset_sizes(plan: Plan, root: Folder = ".") -> dict[str, Size | None]:
    """Return the size of each dataset, from its file or else its definition; None where it is not known."""
    return {
        name: _size_in_file(Path(root, Layout(plan).dataset.format(dataset=name), "dataset.h5"))
        or kind_of(definition).size(definition)
        for name, definition in plan.datasets.items()
    }


def _size_in_file(path: Path) -> Size | None:
    try:
        with h5py.File(path, "r") as file:
            length, targets = (file["train"][key].shape[1] for key in ("sequence", "label"))
            return Size(length, targets, *(len(file[split]["label"]) for split in SPLITS))
    except (OSError, KeyError):
        return None


def jobs_left(
    plan: Plan, jobs: Sequence[Job], targets: Collection[str] = (), root: Folder = "."
) -> list[Job]:
    """Return those of `all_jobs` that are still to be done for `targets`, or for all results if there are none.

    Raises
    ------
    UserError
        A file that a job needs and no job makes does not exist below `root`, where the workflow is started.
    """
    outdated: set[str] = set()
    unfinished = []
    for job in jobs:
        if not outdated.isdisjoint(job.inputs) or not _is_finished(plan, job, root):
            unfinished.append(job)
            # Where the excerpt of a download is there, nobody downloads gigabytes again.
            outdated.update(() if job.rule in DOWNLOADS else job.outputs)
    made = {path for job in jobs for path in job.outputs}
    left, needed = [], set(targets)
    for job in reversed(unfinished):
        if (targets or job.rule in DOWNLOADS) and needed.isdisjoint(job.outputs):
            continue
        left.append(job)
        needed.update(job.inputs)
        if absent := [path for path in job.inputs if path not in made and not Path(root, path).exists()]:
            raise UserError(f"{job.rule} needs files that do not exist: {', '.join(absent)}")
    return left[::-1]


def _is_finished(plan: Plan, job: Job, root: Folder) -> bool:
    if not all(Path(root, path).exists() for path in job.outputs):
        return False
    if job.rule != "train_model":
        return True
    metrics = next(path for path in job.outputs if path.endswith("metrics.json"))
    return read_json(Path(root, metrics)).get("protocol") == plan.settings[job.key.setting].training


def all_jobs(plan: Plan) -> list[Job]:
    """Return every job of a plan, finished or not, each after those that it builds on."""
    layout = Layout(plan)
    jobs = [*_jobs_of_datasets(plan, layout)]
    # Runs share the models and motifs that their settings do not change, and layers the model.
    of_convolutions = (job for key in plan.convolutions for job in _jobs_of_convolution(plan, layout, key))
    jobs += {job.outputs: job for job in of_convolutions}.values()
    for analysis in plan.analyses:
        if analysis.per == SHEET:
            for dataset, number in plan.sheets:
                panels = [panel.matches for panel in layout.panels(dataset, number)]
                truth = layout.of_ground_truth("filters.meme", dataset)
                logos = layout.figures[SHEET].format(figure=analysis.name, dataset=dataset, sheet=number)
                jobs.append(Job(f"plot_{analysis.name}", (*panels, *truth), (logos,)))
        elif analysis.per == ARCHITECTURE:
            for dataset, architecture in dict.fromkeys((run.dataset, run.architecture) for run in plan.runs):
                rows = layout.rows_of_logos(dataset, architecture)
                files = [key.fill_in(layout.in_attribution(method)) for method, key in rows]
                figure = layout.figures[ARCHITECTURE].format(
                    figure=analysis.name, dataset=dataset, architecture=architecture
                )
                jobs.append(Job(f"plot_{analysis.name}", tuple(files), (figure,)))
        elif analysis.per == DATASET:
            for dataset in (name for name in plan.datasets if analysis in layout.analyses_of(name)):
                figure = layout.figures[DATASET].format(figure=analysis.name, dataset=dataset)
                jobs.append(Job("plot_figure", tuple(layout.of_analysis(analysis, dataset)), (figure,)))
    return jobs + [job for part in layout.parts for job in _jobs_of_part(plan, layout, part)]


def _jobs_of_datasets(plan: Plan, layout: Layout) -> Iterator[Job]:
    downloads: dict[tuple[str, str], list[str]] = {}
    sources: dict[str, list[str]] = {}
    for name, dataset in plan.datasets.items():
        kind = kind_of(dataset)
        sources[name] = [path for _, path in kind.each_file(name, dataset)]
        if kind.is_downloaded(dataset):
            # Datasets may share a bundle, and need different files of it.
            downloads.setdefault((kind.downloader, dataset.get("bundle", name)), []).extend(sources[name])
    for (rule, _), files in downloads.items():
        yield Job(rule, (), tuple(dict.fromkeys(files)))
    for name, dataset in plan.datasets.items():
        file = f"{layout.dataset}/dataset.h5".format(dataset=name)
        outputs = (file, *layout.accounts(name).values())
        yield Job(kind_of(dataset).maker, tuple(sources[name]), outputs, dataset=name)
        yield Job("describe_dataset", outputs, tuple(layout.descriptions(name)))
        if truth := layout.of_ground_truth("filters.meme", name):
            tomtom, summary = (layout.of_ground_truth(path, name) for path in ("tomtom.tsv", "summary.json"))
            yield Job("write_ground_truth", (file,), tuple(truth))
            yield Job("match_ground_truth", tuple(truth), tuple(tomtom))
            yield Job("score_ground_truth", (file, *truth, *tomtom), tuple(summary))


def _jobs_of_convolution(plan: Plan, layout: Layout, key: RunKey) -> Iterator[Job]:
    def files(pattern: str, names: Sequence[str], owner: RunKey) -> tuple[str, ...]:
        return tuple(owner.fill_in(pattern + name) for name in names)

    model, motifs, run = plan.model_of(key), plan.motifs_of(key), f"{layout.run}/"
    dataset = key.fill_in(f"{layout.dataset}/dataset.h5")
    weights, metrics, *others = files(run, _TRAINED, model)
    yield Job("train_model", (dataset,), (weights, metrics, *others), model)
    for analysis in layout.analyses_of(key.dataset):
        if analysis.rule:
            of_model = [name for whose, name in analysis.files if whose in ("models", "trainings")]
            computed = [name for name in of_model if name not in _TRAINED]
            yield Job(analysis.rule, (weights, dataset), files(run, computed, model), model)
    for method in plan.attribution:
        explained, scored = (
            model.fill_in(layout.in_attribution(method, name)) for name in ("attributions.h5", "scores.json")
        )
        yield Job("attribute_sequences", (weights, dataset), (explained,), model, method=method)
        if layout.truth_of_letters_is_known(key.dataset):
            yield Job("score_attributions", (explained, dataset, metrics), (scored,))
        elif plan.proxy is not None:
            proxy = model.fill_in(layout.in_attribution(method, "proxy.json"))
            yield Job("score_proxy", (explained, metrics), (proxy,))
    if plan.modisco:
        yield from _jobs_of_patterns(plan, layout, key, model, metrics)
    queries = tuple(map(motifs.fill_in, layout.motifs.values()))
    arrays = files(layout.layer, ["filters.h5"], motifs)
    yield Job("extract_filters", (weights, dataset), (*queries, *arrays), motifs)
    for analysis in plan.analyses:
        if analysis.per == CONVOLUTION:
            folder = files(layout.layer, [analysis.name], motifs)
            yield Job(f"plot_{analysis.name}", queries[:1], folder, motifs)
    tomtom = tuple(map(key.fill_in, layout.matches.values()))
    yield Job("match_motifs", queries, tomtom, key)
    summary = files(layout.layer, ["matches.tsv", "summary.json"], key)
    yield Job("score_matches", (*queries, *tomtom, *arrays, metrics), summary, key)


def _jobs_of_patterns(plan: Plan, layout: Layout, key: RunKey, model: RunKey, metrics: str) -> Iterator[Job]:
    found, motifs = (model.fill_in(f"{layout.modisco}/patterns.{ending}") for ending in ("h5", "meme"))
    tomtom, matches, summary = (
        key.run.fill_in(f"{layout.modisco}/{name}") for name in ("tomtom.tsv", "matches.tsv", "summary.json")
    )
    explained = model.fill_in(layout.in_attribution(plan.modisco["method"]))
    yield Job("find_patterns", (explained,), (found,), model)
    yield Job("trim_patterns", (found,), (motifs,))
    yield Job("match_patterns", (motifs,), (tomtom,))
    yield Job("score_patterns", (motifs, tomtom, metrics), (matches, summary))


def _jobs_of_part(plan: Plan, layout: Layout, part: str) -> Iterator[Job]:
    folder, datasets = layout.part.format(part=part), layout.datasets_of(part)
    tables = layout.tables_of(part)
    for name, path in zip(layout.tables[part], tables, strict=True):
        yield Job("make_table", tuple(layout.summaries_of(part, name)), (path,))
    summaries = tuple(path for name in datasets for path in layout.summaries(name))
    judged = tuple(f"{folder}tables/{name}.tsv" for name in JUDGED)
    attributions = tuple(layout.attribution_table_of(part))
    if attributions:
        yield Job("tabulate_attributions", tuple(layout.attribution_scores(part)), attributions)
    localised = tuple(path for name in datasets for path in layout.localised(name))
    yield Job("judge_statements", (*summaries, *tables, *attributions, *localised), judged)
    for analysis in plan.analyses:
        if analysis.per == PART:
            inputs = tuple(path for name in datasets for path in layout.of_analysis(analysis, name))
            figure = layout.figures[PART].format(part=part, figure=analysis.name)
            yield Job("plot_figure_of_part", inputs, (figure,))
    shown = [*tables, *judged, *attributions, *layout.figures_of(part)]
    for name in datasets:
        for file in ("metrics.json", "record.json"):
            shown += layout.of_trainings(f"{layout.run}/{file}", name)
        shown += layout.descriptions(name)
    yield Job("make_report", tuple(shown), (f"{folder}report.html",))
