"""Where the files of an experiment lie, and which of them a table, figure or report is made of."""

from collections.abc import Iterable

from .config import Plan
from .dataset_kinds import kind_of
from .grid import Run, RunLayer

# Jobs that Snakemake times, beside the one that makes the dataset: per dataset, per run, per layer of a run.
_TIMED = ("match_ground_truth",)
_TIMED_PER_RUN = ("train_model", "score_importance")
_TIMED_PER_LAYER = ("extract_filters", "match_motifs")


class Layout:
    """Paths of an experiment, as patterns with wildcards and filled in.

    Parameters
    ----------
    plan
        What the configuration asks for.

    Attributes
    ----------
    experiment, dataset, run
        Folders; the latter two with wildcards.
    layer
        What paths of files about a layer begin with: the folder of the run for the first layer,
        whose wildcard `layer` is empty, and a folder below it for deeper ones.
    ground_truth
        Folder of the ground-truth control of a dataset.
    parts
        What there is a table and a report of: everything (""), and, if there are several datasets,
        each of them alone (its name and a slash), so that one that fails does not take the others'
        results with it.
    part
        What paths of files about a part begin with.
    """

    def __init__(self, plan: Plan):
        self._plan = plan
        self.experiment = f"results/{plan.config['experiment']}"
        self.dataset = f"{self.experiment}/{{dataset}}"
        self.run = f"{self.dataset}/{{architecture}}/{{activation}}/seed-{{seed}}"
        self.layer = f"{self.run}/{{layer}}"
        self.ground_truth = f"{self.dataset}/controls/ground_truth"
        self.part = f"{self.experiment}/{{part}}"
        self.parts = ["", *(f"{name}/" for name in plan.datasets if len(plan.datasets) > 1)]
        self._runs: dict[str, list[Run]] = {}
        self._layers: dict[str, list[RunLayer]] = {}
        for run in plan.runs:
            self._runs.setdefault(run.dataset, []).append(run)
        for layer in plan.layers:
            self._layers.setdefault(layer.dataset, []).append(layer)

    def of_runs(self, pattern: str, dataset: str) -> list[str]:
        """Fill a pattern in for every run on a dataset."""
        return [pattern.format(**run._asdict()) for run in self._runs[dataset]]

    def of_layers(self, pattern: str, dataset: str) -> list[str]:
        """Fill a pattern in for every layer of every run on a dataset."""
        return fill_in(pattern, self._layers[dataset])

    def of_ground_truth(self, name: str, dataset: str) -> list[str]:
        """Return the path of a file of the ground-truth control, or nothing where the truth is not known."""
        known = dataset in self._plan.with_ground_truth
        return [f"{self.ground_truth}/{name}".format(dataset=dataset)] if known else []

    def of_sheets(self, pattern: str, dataset: str) -> list[str]:
        """Fill a pattern in for every sheet of logos of a dataset."""
        sheets = self._plan.sheets
        return [pattern.format(dataset=name, sheet=number) for name, number in sheets if name == dataset]

    def titles_of_sheets(self, dataset: str) -> list[str]:
        """Return the titles of the sheets of a dataset, in the order of `of_sheets`."""
        return [sheet.title for (name, _), sheet in self._plan.sheets.items() if name == dataset]

    def of_dataset(self, pattern: str, dataset: str) -> list[str]:
        """Fill a pattern in for a dataset, as a list of one."""
        return [pattern.format(dataset=dataset)]

    def datasets_of(self, part: str) -> list[str]:
        """Return the datasets that a part is about."""
        return [part.rstrip("/")] if part else list(self._plan.datasets)

    def summaries(self, dataset: str) -> list[str]:
        """Return what the tables are made of: a summary per layer of a run, and that of the ground truth."""
        truth = self.of_ground_truth("summary.json", dataset)
        return self.of_layers(f"{self.layer}summary.json", dataset) + truth

    def checks(self, dataset: str) -> list[str]:
        """Return where a dataset's counts stand beside published ones."""
        checked = kind_of(self._plan.datasets[dataset]).counts_are_checked
        return [f"{self.dataset}/checks.json".format(dataset=dataset)] if checked else []

    def benchmarks(self, dataset: str) -> list[str]:
        """Return where Snakemake writes how long the jobs took; some files may not be there."""
        timed = (kind_of(self._plan.datasets[dataset]).maker, *_TIMED)
        paths = [f"{self.dataset}/benchmarks/{name}.tsv".format(dataset=dataset) for name in timed]
        for name in _TIMED_PER_RUN:
            paths += self.of_runs(f"{self.run}/benchmarks/{name}.tsv", dataset)
        for name in _TIMED_PER_LAYER:
            paths += self.of_layers(f"{self.layer}benchmarks/{name}.tsv", dataset)
        return paths


def fill_in(pattern: str, layers: Iterable[RunLayer]) -> list[str]:
    """Fill a pattern in for layers of runs."""
    return [pattern.format(**(layer._asdict() | {"layer": layer.folder})) for layer in layers]
