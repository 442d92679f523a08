"""Where the files of an experiment are, and which of them a table, figure or report is made from."""

from collections.abc import Iterable
from typing import NamedTuple

from ..core.errors import UserError
from ..core.run_key import RunKey
from .analyses import ARCHITECTURE, CONVOLUTION, DATASET, PART, SHEET, Analysis
from .config import Plan
from .dataset_kinds import kind_of
from .grid import Table

# Filters beside those of the trained network, in the order of the files.
_CONTROLS = ("untrained", "shuffled")


class Shown(NamedTuple):
    """A panel of a sheet of logos: heading, MEME file, matches.tsv, and which of its rows are about the motifs."""

    label: str
    motifs: str
    matches: str
    variant: str


class Layout:
    """Paths of an experiment, as patterns with wildcards and filled in.

    Attributes
    ----------
    experiment, dataset, run, ground_truth
        Folders, with wildcards (`RunKey.wildcards`); the last is that of a dataset's control.
    description
        What is known of a dataset.
    layer
        What the paths of a layer's files begin with: the folder of the run for the first layer, one
        below it for deeper ones.
    attribution
        Folder of one attribution method, below that of a run; its wildcard `method` is the method's name
        in the configuration.
    modisco
        Folder of what TF-MoDISco finds, below that of a run.
    parts
        What tables and reports are about: everything (""), and, if there are several datasets, each of
        them alone (its name and a slash), so that one that fails does not hold up the others' results.
    part
        What the paths of a part's files begin with.
    motifs, matches
        Motifs of a layer's filters, and what Tomtom says about them, by variant: those of the trained
        network and of the controls that the configuration asks for.
    figures
        Figures, by what there is one for: a part, a dataset, an architecture or a sheet of logos.
    tables
        The tables of results of each part, by name.
    """

    def __init__(self, plan: Plan):
        self._plan = plan
        self.experiment = f"results/{plan.config['experiment']}"
        self.dataset = f"{self.experiment}/{{dataset}}"
        self.run = f"{self.dataset}/{{architecture}}/{{activation}}/{{setting}}seed-{{seed}}"
        self.layer = f"{self.run}/{{layer}}"
        self.ground_truth = f"{self.dataset}/controls/ground_truth"
        self.description = f"{self.dataset}/data.json"
        self.attribution = f"{self.run}/attribution/{{method}}"
        self.modisco = f"{self.run}/modisco"
        controls = [name for name in _CONTROLS if name in plan.config["protocol"]["controls"]]
        self.motifs, self.matches = (
            {"trained": f"{self.layer}{trained}"}
            | {name: f"{self.layer}controls/{name}{ending}" for name in controls}
            for trained, ending in (("filters.meme", ".meme"), ("tomtom.tsv", ".tomtom.tsv"))
        )
        self.part = f"{self.experiment}/{{part}}"
        self.figures = {
            "part": f"{self.part}figures/{{figure}}.svg",
            "dataset": f"{self.experiment}/figures/{{dataset}}/{{figure}}.png",
            "architecture": f"{self.experiment}/figures/{{dataset}}/{{figure}}-{{architecture}}.png",
            "sheet": f"{self.experiment}/figures/{{dataset}}/{{figure}}-{{sheet}}.png",
        }
        self.parts = ["", *(f"{name}/" for name in plan.datasets if len(plan.datasets) > 1)]
        self.tables: dict[str, dict[str, Table]] = {}
        for part in self.parts:
            tables = [table.among(self.datasets_of(part)) for table in plan.tables]
            self.tables[part] = {table.name: table for table in tables if table.datasets}
        self._convolutions: dict[str, list[RunKey]] = {name: [] for name in plan.datasets}
        for key in plan.convolutions:
            self._convolutions[key.dataset].append(key)

    def of_trainings(self, pattern: str, dataset: str) -> list[str]:
        """Fill a pattern in for every training on a dataset, once each."""
        return list(dict.fromkeys(fill_in(pattern, map(self._plan.model_of, self._runs(dataset)))))

    def of_attributions(self, name: str, dataset: str) -> list[str]:
        """Return a file of every attribution method and training on a dataset."""
        methods = self._plan.attribution
        return [
            path
            for method in methods
            for path in self.of_trainings(self.in_attribution(method, name), dataset)
        ]

    def in_attribution(self, method: str, name: str = "attributions.h5") -> str:
        """Return the pattern of a file of an attribution method."""
        return f"{self.attribution}/{name}".replace("{method}", method)

    def rows_of_logos(self, dataset: str, architecture: str) -> list[tuple[str, RunKey]]:
        """Return method and training of each row of attribution logos, with the first seed of each network.

        Of several targets, they show the first.
        """
        first: dict[RunKey, RunKey] = {}
        for key in self._runs(dataset):
            if key.architecture == architecture:
                model = self._plan.model_of(key)
                first.setdefault(model.over_seeds, model)
        targets = {method: options["target"] for method, options in self._plan.attribution.items()}
        shown = [method for method, target in targets.items() if target == next(iter(targets.values()))]
        return [(method, key) for method in shown for key in first.values()]

    def attribution_scores(self, part: str) -> list[str]:
        """Return what says how well methods and trainings find the motifs of a part's datasets, or a proxy of it."""
        names = self.datasets_of(part)
        return [path for name in names for path in (*self.scores_of(name), *self.proxies_of(name))]

    def scores_of(self, dataset: str) -> list[str]:
        """Return what says how well each method and training finds the motifs of a dataset, where they are known."""
        known = self.truth_of_letters_is_known(dataset)
        return self.of_attributions("scores.json", dataset) if known else []

    def proxies_of(self, dataset: str) -> list[str]:
        """Return the proxy of the same, if it is asked for and the truth is not known."""
        is_made = self._plan.proxy is not None and not self.truth_of_letters_is_known(dataset)
        return self.of_attributions("proxy.json", dataset) if is_made else []

    def attribution_table_of(self, part: str) -> list[str]:
        """Return the table that is made of `attribution_scores`, if there are any."""
        return (
            [f"{self.part.format(part=part)}tables/attributions.tsv"] if self.attribution_scores(part) else []
        )

    def truth_of_letters_is_known(self, dataset: str) -> bool:
        """Tell whether we know which letters should matter: where motifs are, all of them those of a single target."""
        definition = self._plan.datasets[dataset]
        kind = kind_of(definition)
        return kind.positions_are_known(definition) and len(kind.targets(definition) or ()) <= 1

    def of_convolutions(self, pattern: str, dataset: str) -> list[str]:
        """Fill a pattern in for every convolution on a dataset whose filters become motifs."""
        return fill_in(pattern, self._convolutions[dataset])

    def _runs(self, dataset: str) -> list[RunKey]:
        return [key for key in self._convolutions[dataset] if key.layer == 1]

    def of_ground_truth(self, name: str, dataset: str) -> list[str]:
        """Return the path of a file of the ground-truth control, or nothing where the truth is not known."""
        known = dataset in self._plan.with_ground_truth
        return [f"{self.ground_truth}/{name}".format(dataset=dataset)] if known else []

    def panels(self, dataset: str, number: int) -> list[Shown]:
        """Return the panels of a sheet of logos; after a network's first one stands what TF-MoDISco finds in it."""
        found, seen = [], set()
        for key in self._plan.sheets[dataset, number].panels:
            motifs = self._plan.motifs_of(key).fill_in(f"{self.layer}filters.meme")
            found.append(Shown(key.label, motifs, key.fill_in(f"{self.layer}matches.tsv"), "trained"))
            if key.run not in seen:
                patterns = self.of_patterns("patterns.meme", [self._plan.model_of(key)])
                matches = self.of_patterns("matches.tsv", [key.run])
                label = f"{key.run.label}: modisco"
                found += [Shown(label, *files, "modisco") for files in zip(patterns, matches, strict=True)]
            seen.add(key.run)
        return found

    def titles_of_sheets(self, dataset: str) -> list[str]:
        """Return the titles of the sheets of a dataset, in the order of their figures."""
        if all(analysis.per != SHEET for analysis in self._plan.analyses):
            return []
        return [sheet.title for (name, _), sheet in self._plan.sheets.items() if name == dataset]

    def filters_of_sheets(self, dataset: str) -> list[str]:
        """Return the files about the filters that the sheets of a dataset show, once each."""
        names = [analysis.name for analysis in self._plan.analyses]
        if "logos" not in names:
            return []
        sheets = [sheet for (name, _), sheet in self._plan.sheets.items() if name == dataset]
        keys = list(dict.fromkeys(key for sheet in sheets for key in sheet.panels))
        paths = fill_in(f"{self.layer}summary.json", keys) + fill_in(f"{self.layer}matches.tsv", keys)
        paths += fill_in(f"{self.layer}filters.meme", map(self._plan.motifs_of, keys))
        if "importance" in names:
            first = [self._plan.model_of(key) for key in keys if key.layer == 1]
            paths += fill_in(f"{self.run}/importance.tsv", first)
        return paths

    def analyses_of(self, dataset: str) -> list[Analysis]:
        """Return the analyses that can be made of a dataset."""
        definition = self._plan.datasets[dataset]
        known, scored = kind_of(definition).positions_are_known(definition), bool(self.scores_of(dataset))
        return [
            analysis
            for analysis in self._plan.analyses
            if (known or not analysis.needs_positions) and (scored or not analysis.needs_attributions)
        ]

    def of_analysis(self, analysis: Analysis, dataset: str) -> list[str]:
        """Return the files of a dataset that the figures of an analysis are drawn from."""
        runs, paths = self._runs(dataset), []
        for whose, name in analysis.files:
            pattern = f"{self.run}/{name}"
            match whose:
                case "runs":
                    paths += fill_in(pattern, runs)
                case "models":
                    paths += fill_in(pattern, map(self._plan.model_of, runs))
                case "motifs":
                    paths += fill_in(pattern, map(self._plan.motifs_of, runs))
                case "trainings":
                    paths += self.of_trainings(pattern, dataset)
                case "attributions":
                    paths += self.scores_of(dataset)
                case "dataset":
                    paths.append(f"{self.dataset}/{name}".format(dataset=dataset))
                case "convolutions":
                    paths += self.of_convolutions(f"{self.layer}{name}", dataset)
                    paths += self.of_ground_truth(name, dataset)
        return paths

    def localised(self, dataset: str) -> list[str]:
        """Return summary.json of each run on a dataset and localisation.tsv of its model, if they are computed."""
        if all(analysis.name != "localisation" for analysis in self.analyses_of(dataset)):
            return []
        runs = self._runs(dataset)
        models = map(self._plan.model_of, runs)
        return fill_in(f"{self.run}/summary.json", runs) + fill_in(f"{self.run}/localisation.tsv", models)

    def figures_of(self, part: str) -> list[str]:
        """Return the figures that the report of a part shows, in their order."""
        paths, datasets = [], self.datasets_of(part)
        for analysis in self._plan.analyses:
            if analysis.per == CONVOLUTION:
                continue
            if analysis.per == PART:
                wildcards = [{"part": part}]
            elif analysis.per == DATASET:
                wildcards = [{"dataset": name} for name in datasets if analysis in self.analyses_of(name)]
            elif analysis.per == ARCHITECTURE:
                runs = [key for name in datasets for key in self._runs(name)]
                wildcards = [
                    {"dataset": dataset, "architecture": architecture}
                    for dataset, architecture in dict.fromkeys(
                        (key.dataset, key.architecture) for key in runs
                    )
                ]
            else:
                sheets = [key for dataset in datasets for key in self._plan.sheets if key[0] == dataset]
                wildcards = [{"dataset": dataset, "sheet": number} for dataset, number in sheets]
            pattern = self.figures[analysis.per]
            paths += [pattern.format(figure=analysis.name, **values) for values in wildcards]
        return paths

    def folders_of_figures(self) -> list[str]:
        """Return the folders of figures beside motifs, once each."""
        keys = [self._plan.motifs_of(key) for keys in self._convolutions.values() for key in keys]
        names = [analysis.name for analysis in self._plan.analyses if analysis.per == CONVOLUTION]
        return [path for name in names for path in dict.fromkeys(fill_in(f"{self.layer}{name}", keys))]

    def datasets_of(self, part: str) -> list[str]:
        """Return the datasets that a part is about."""
        return [part.rstrip("/")] if part else list(self._plan.datasets)

    def summaries(self, dataset: str) -> list[str]:
        """Return what the tables are made from: a summary per convolution, those of TF-MoDISco and the ground truth."""
        patterns = self.of_patterns("summary.json", self._runs(dataset))
        truth = self.of_ground_truth("summary.json", dataset)
        return self.of_convolutions(f"{self.layer}summary.json", dataset) + patterns + truth

    def of_patterns(self, name: str, runs: Iterable[RunKey]) -> list[str]:
        """Return a file of what TF-MoDISco finds for each of some runs, or nothing where it is not used."""
        return fill_in(f"{self.modisco}/{name}", runs) if self._plan.modisco else []

    def tables_of(self, part: str) -> list[str]:
        """Return the tables of results of a part."""
        return [f"{self.part.format(part=part)}tables/{name}.tsv" for name in self.tables[part]]

    def table(self, part: str, name: str) -> Table:
        """Return a table of results of a part.

        Raises
        ------
        UserError
            The table has no dataset of the part.
        """
        if name not in self.tables[part]:
            asked, known = f"{self.part.format(part=part)}tables/{name}.tsv", self.tables_of(part)
            raise UserError(
                f"{asked} would be empty, as the table has no dataset there; ask for {' or '.join(known)}"
            )
        return self.tables[part][name]

    def summaries_of(self, part: str, table: str) -> list[str]:
        """Return what a table of results of a part is made from; a `UserError` as for `table`."""
        return [path for name in self.table(part, table).datasets for path in self.summaries(name)]

    def accounts(self, dataset: str) -> dict[str, str]:
        """Return the files that a dataset's maker writes about it, by name."""
        names, folder = kind_of(self._plan.datasets[dataset]).accounts, self.dataset.format(dataset=dataset)
        return {name: f"{folder}/{name}.json" for name in names}

    def descriptions(self, dataset: str) -> list[str]:
        """Return the file that describes a dataset for the report."""
        return [self.description.format(dataset=dataset)]

    def benchmarks(self, dataset: str) -> list[str]:
        """Return where Snakemake writes how long jobs took; some of the files may not exist."""
        timed = (kind_of(self._plan.datasets[dataset]).maker, "match_ground_truth")
        paths = [f"{self.dataset}/benchmarks/{name}.tsv".format(dataset=dataset) for name in timed]
        rules = [analysis.rule for analysis in self.analyses_of(dataset) if analysis.rule]
        for name in ("train_model", *rules):
            paths += self.of_trainings(f"{self.run}/benchmarks/{name}.tsv", dataset)
        for method in self._plan.attribution:
            paths += self.of_trainings(f"{self.run}/benchmarks/attribute_sequences-{method}.tsv", dataset)
        pattern = f"{self.layer}benchmarks/extract_filters.tsv"
        paths += dict.fromkeys(fill_in(pattern, map(self._plan.motifs_of, self._convolutions[dataset])))
        return paths + self.of_convolutions(f"{self.layer}benchmarks/match_motifs.tsv", dataset)


def fill_in(pattern: str, keys: Iterable[RunKey]) -> list[str]:
    """Fill a pattern in for runs or their convolutions."""
    return [key.fill_in(pattern) for key in keys]
