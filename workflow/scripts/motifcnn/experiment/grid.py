"""What a grid unfolds to: runs, the convolutions whose filters become motifs, and the sheets and tables of them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import product, starmap
from typing import Any, NamedTuple

from ..core.errors import UserError
from ..core.receptive_field import ReceptiveFields, convolution_shapes, window_width
from ..core.run_key import RunKey
from .dataset_kinds import kind_of
from .settings import Setting, names_of

# Where the length of the sequences is not known, nt: enough for whatever does not depend on it to be checked.
_LONG = 10**6
# Trainings of a block, far beyond what Snakemake can plan.
_MOST_RUNS = 10**5
# What rule judge_statements writes beside the tables of results.
JUDGED = ("motifs_found", "comparisons", "leaderboard", "statements")
# Names of other files beside them: what they are, and how those with the values of every seed end.
_TAKEN, _TAKEN_ENDING = (*JUDGED, "attributions"), "_seeds"


class Sheet(NamedTuple):
    """A sheet of logos: its title, and what each panel shows."""

    title: str
    panels: tuple[RunKey, ...]


class Table(NamedTuple):
    """A table of results: the name of its files, its title, its datasets, and what its renderings show.

    `side_by_side` says whether its datasets are shown beside or below each other; `metrics` are those that are
    shown, all if there are none.
    """

    name: str
    title: str
    datasets: tuple[str, ...]
    side_by_side: bool = False
    metrics: tuple[str, ...] = ()

    def among(self, datasets: Iterable[str]) -> "Table":
        """Return the table without datasets other than these."""
        return self._replace(datasets=tuple(name for name in self.datasets if name in datasets))


def unfold(config: Mapping[str, Any]) -> tuple[RunKey, ...]:
    """Return the convolutions whose filters become motifs, run by run in the order of the configuration.

    The first convolution of every run is among them and comes first.

    Raises
    ------
    UserError
        Two blocks ask for the same run, or a dataset is in no block.
    """
    found: dict[RunKey, int] = {}
    convolutions: list[RunKey] = []
    for number, block in enumerate(config["grid"]):
        # Datasets that are left out at the top are passed over, so that an experiment can run without them.
        datasets = [name for name in block.get("datasets", config["datasets"]) if name in config["datasets"]]
        seeds = block.get("seeds", config["seeds"])
        wanted = math.prod(
            map(len, (datasets, block["architectures"], block["activations"], names_of(block)))
        )
        wanted *= seeds if isinstance(seeds, int) else len(seeds)
        if wanted > _MOST_RUNS:
            raise UserError(
                f"grid, item {number + 1}, asks for {wanted:,} trainings; a block may have at most {_MOST_RUNS:,}"
            )
        seeds = _seeds(seeds)
        for run in starmap(
            RunKey, product(datasets, block["architectures"], block["activations"], names_of(block), seeds)
        ):
            if run in found:
                under = f" under {run.setting}" if run.setting else ""
                raise UserError(
                    f"grid, items {found[run] + 1} and {number + 1}, both ask for {run.architecture} with "
                    f"{run.activation}{under} on {run.dataset}, seed {run.seed}; take it out of one of them"
                )
            found[run] = number
            convolutions += [run._replace(layer=layer) for layer in sorted({1, *block.get("layers", ())})]
    for dataset in config["datasets"]:
        if all(run.dataset != dataset for run in found):
            raise UserError(
                f"the dataset '{dataset}' is listed under datasets, but no block of the grid uses it; "
                "take it out or add it to a block"
            )
    return tuple(convolutions)


def check_convolutions(
    convolutions: Iterable[RunKey],
    architectures: Mapping[str, Mapping[str, Any]],
    datasets: Mapping[str, Mapping[str, Any]],
    settings: Mapping[str, Setting],
) -> None:
    """Check that every convolution exists, and that a window and a reference can be defined for it.

    Parameters are attributes of `config.Plan`.

    Raises
    ------
    UserError
        A convolution does not exist, or has no window or no theoretical reference.
    """
    for dataset, architecture, setting, layer in dict.fromkeys(
        (key.dataset, key.architecture, key.setting, key.layer) for key in convolutions
    ):
        data = datasets[dataset]
        length = kind_of(data).sequence_length(data) or _LONG
        filters = settings[setting].filters
        try:
            fields = _receptive_fields(architectures[architecture], layer, length)
            window_width(filters["window"], fields, layer, length)
            if layer > 1 and filters["reference"] == "theoretical":
                raise UserError(
                    f"filters: reference: theoretical is not defined for layer {layer}, whose input is not "
                    "free; write observed"
                )
        except UserError as error:
            where = f"{settings[setting].where}: " if setting else ""
            raise UserError(f"{where}{architecture} on {dataset}: {error}") from None


def _receptive_fields(architecture: Mapping[str, Any], layer: int, length: int) -> ReceptiveFields:
    """Where the positions of a layer's map lie; of a user's own module only the first is known."""
    if "layers" not in architecture:
        if layer > 1:
            raise UserError(
                "grid: layers: of a network of your own only the first layer can be turned into motifs; "
                "write [1]"
            )
        return ReceptiveFields(start=0, step=1, width=None, positions=length)
    found = convolution_shapes(architecture["layers"], length)
    if layer > len(found):
        raise UserError(
            f"grid: layers: there is no convolution {layer}; the network has {len(found)}, counted from 1"
        )
    return found[layer - 1].fields


def unfold_sheets(config: Mapping[str, Any], convolutions: Sequence[RunKey]) -> dict[tuple[str, int], Sheet]:
    """Return the sheets of logos by dataset and number, counted from 1.

    A dataset has those that are meant for it and all of whose networks were trained on it. A panel shows
    the first seed.

    Raises
    ------
    UserError
        A panel is not a network, a sheet shows what the grid does not make, or no dataset has all of it.
    """
    first: dict[RunKey, RunKey] = {}
    for key in convolutions:
        first.setdefault(key.over_seeds, key)
    made = {key._replace(dataset="") for key in first}
    sheets = {}
    for number, sheet in enumerate(config["report"]["sheets"], start=1):
        where = f"report.sheets, item {number}"
        try:
            wanted = [RunKey.of_network("", panel) for panel in sheet["panels"]]
        except ValueError as error:
            raise UserError(
                f"{where}: panels: {error}; write [architecture, activation], and a setting and a layer if need be"
            ) from None
        meant_for = [name for name in config["datasets"] if name in sheet.get("datasets", config["datasets"])]
        # One that is meant for datasets which are left out at the top is passed over, as in the grid.
        if not meant_for:
            continue
        for dataset in meant_for:
            panels = [first.get(panel._replace(dataset=dataset)) for panel in wanted]
            if None not in panels:
                sheets[dataset, number] = Sheet(sheet["title"], tuple(panels))
        for panel in wanted:
            if panel not in made:
                raise UserError(
                    f"{where}, shows {panel.network}, which the grid does not train; add it to the grid or take "
                    "the panel out"
                )
        if all((dataset, number) not in sheets for dataset in meant_for):
            raise UserError(f"{where}, shows networks that no dataset has all of; make a sheet for each")
    return sheets


def unfold_tables(config: Mapping[str, Any]) -> tuple[Table, ...]:
    """Return the tables of results: those of `report: tables:`, or one of all datasets.

    Datasets that are left out at the top are left out of the tables, and tables without any are left out.

    Raises
    ------
    UserError
        Two tables have one name, a name is that of another file, or a dataset is in no table.
    """
    title = "Table 1" if config.get("published") else "Results"
    entries = (config.get("report") or {}).get("tables") or [{"name": "table1", "title": title}]
    tables: dict[str, Table] = {}
    for number, entry in enumerate(entries, start=1):
        if entry["name"] in (*tables, *_TAKEN) or entry["name"].endswith(_TAKEN_ENDING):
            raise UserError(
                f"report.tables, item {number}: the name '{entry['name']}' is taken; write another one"
            )
        tables[entry["name"]] = Table(
            entry["name"],
            entry["title"],
            tuple(entry.get("datasets", config["datasets"])),
            entry.get("side_by_side", False),
            tuple(entry.get("metrics", ())),
        ).among(config["datasets"])
    for dataset in config["datasets"]:
        if all(dataset not in table.datasets for table in tables.values()):
            raise UserError(f"report.tables: the dataset '{dataset}' is in none of them; add it to one")
    return tuple(table for table in tables.values() if table.datasets)


def _seeds(seeds: int | list[int]) -> list[int]:
    return list(range(1, seeds + 1)) if isinstance(seeds, int) else seeds
