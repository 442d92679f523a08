"""What a rendered table of results says, whatever the format: lines of text, in sections.

A network has a line with our mean ± sd over seeds and, where the paper gives a value, a line below
it with the published values and our deviation from them in brackets.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import jinja2
import pandas as pd

from ..core.run_key import RunKey
from ..results.comparison import differs
from ..results.metrics import ATTRIBUTION_METRICS, METRICS, TABLE_METRICS, UNKNOWN
from ..results.published import Published
from ..results.tables import GROUND_TRUTH, MODISCO

TEMPLATES = Path(__file__).resolve().parents[3] / "report"

MARKS = {
    "exact": "",
    "derived": "†",
    "digitised": "‡",
    "digitised_median": "¶",
    "approx": "≈",
    "single_run": "§",
}
KIND_WORDS = {
    "derived": "computed from printed numbers",
    "digitised": "read off a figure",
    "digitised_median": "a median over seeds, read off a box plot; in brackets the deviation of our median",
    "approx": "printed as a rounded value only",
    "single_run": "one trained network",
}
DIFFERS_WORDS = (
    "bold: differs from the published value (Welch’s test, p ≤ 0.05 after Holm’s adjustment on the dataset)"
)
MODISCO_WORDS = (
    "modisco: the patterns that TF-MoDISco finds in the network's attributions, matched like filters; shares are of "
    "the patterns"
)
_CONTROLS = [GROUND_TRUTH, "untrained", "shuffled"]


class Cell(NamedTuple):
    """What one cell says.

    `text` is mean ± sd, or "–" where nothing is known; `deviation` is signed, or ""; `mark` one of `MARKS`;
    `differs`, whether the deviation is significant; `remark` an interval or a source, for
    a tooltip.
    """

    text: str
    deviation: str = ""
    mark: str = ""
    differs: bool = False
    remark: str = ""


class Line(NamedTuple):
    """One line of a table: a network, with setting and layer if it has any; whose values; a cell per column."""

    network: str
    activation: str
    who: str
    published: bool
    cells: tuple[Cell, ...]


class Column(NamedTuple):
    """A column of values: a metric on a dataset, or, without a metric, the number of seeds."""

    dataset: str
    metric: str

    @property
    def title(self) -> str:
        """Its heading."""
        return METRICS[self.metric].title if self.metric else "Seeds"

    @property
    def hint(self) -> str:
        """What explains it."""
        return METRICS[self.metric].hint if self.metric else "number of trainings"


class Section(NamedTuple):
    """The lines of one dataset, or of several side by side: networks and controls; `kinds` are those of its values."""

    datasets: tuple[str, ...]
    columns: tuple[Column, ...]
    networks: tuple[Line, ...]
    controls: tuple[Line, ...]
    kinds: tuple[str, ...]
    differs: bool

    def shown(self, lines: Iterable[Line]) -> list[int]:
        """Return the indices of the columns that have a value in one of `lines`."""
        cells = list(zip(*(line.cells for line in lines), strict=True))
        return [i for i, column in enumerate(cells) if any(cell.text != UNKNOWN for cell in column)]

    def groups(self, shown: Iterable[int]) -> list[tuple[str, int]]:
        """Return the datasets of the columns that are `shown`, each with the number of its columns."""
        return list(Counter(self.columns[i].dataset for i in shown).items())


def sections(table: pd.DataFrame, side_by_side: bool = False, metrics: Sequence[str] = ()) -> list[Section]:
    """Arrange a table of results by dataset.

    Parameters
    ----------
    table
        As `tables.read_table` returns it.
    side_by_side
        Whether its datasets are one section, in which a network that was not run on one of them has no values there.
    metrics
        Which columns to show, in this order; all of them if empty. Those without any value are left out.
    """
    datasets = list(dict.fromkeys(table["dataset"]))
    groups = [datasets] if side_by_side else [[name] for name in datasets]
    return [_section(table, names, metrics or TABLE_METRICS) for names in groups]


def _section(table: pd.DataFrame, datasets: Sequence[str], wanted: Iterable[str]) -> Section:
    metrics = {name: _with_values(table[table["dataset"] == name], wanted) for name in datasets}
    rows: dict[tuple[str, RunKey], dict[str, pd.Series]] = {}
    for _, row in table[table["dataset"].isin(datasets)].iterrows():
        rows.setdefault((row["row"], RunKey.of(row)._replace(dataset="")), {})[row["dataset"]] = row
    networks = [
        line
        for place in rows
        if place[0] in ("trained", MODISCO)
        for line in _lines(*place, rows[place], metrics)
    ]
    controls = [
        line
        for control in _CONTROLS
        for place in rows
        if place[0] == control
        for line in _lines(*place, rows[place], metrics)
    ]
    kinds = {
        row[f"{metric}_kind"]
        for found in rows.values()
        for dataset, row in found.items()
        for metric in metrics[dataset]
    }
    return _of_lines(metrics, networks, controls, kinds)


def attribution_sections(table: pd.DataFrame) -> list[Section]:
    """Arrange attributions.tsv by dataset, with a line per network and method in place of one per network.

    `table` has `attribution_scores.ATTRIBUTION_COLUMNS`.
    """
    found = []
    for dataset, part in table.groupby("dataset", sort=False):
        metrics = {dataset: _with_values(part, ATTRIBUTION_METRICS)}
        lines = [
            line
            for _, row in part.iterrows()
            for line in _lines(row["method"], RunKey.of(row)._replace(dataset=""), {dataset: row}, metrics)
        ]
        kinds = {kind for metric in metrics[dataset] for kind in part[f"{metric}_kind"]}
        found.append(_of_lines(metrics, lines, [], kinds))
    return found


def attribution_title(shown: Iterable[Section]) -> str:
    """Return the heading of sections of attributions: a proxy is called one."""
    metrics = {column.metric for section in shown for column in section.columns}
    planted = "Planted motifs in attributions"
    if "proxy_auroc" not in metrics:
        return planted
    return (
        f"{planted}, and a proxy" if "attribution_auroc" in metrics else "Motif hits in attributions, a proxy"
    )


def _of_lines(
    metrics: Mapping[str, Sequence[str]], networks: Sequence[Line], controls: Sequence[Line], kinds: set[str]
) -> Section:
    if not any(line.published for line in networks):
        # Without theirs, "ours" says nothing.
        networks = [line._replace(who="trained") if line.who == "ours" else line for line in networks]
    return Section(
        datasets=tuple(metrics),
        columns=tuple(Column(name, metric) for name in metrics for metric in ("", *metrics[name])),
        networks=tuple(networks),
        controls=tuple(controls),
        kinds=tuple(kind for kind in KIND_WORDS if kind in kinds),
        differs=any(cell.differs for line in networks for cell in line.cells),
    )


def _with_values(part: pd.DataFrame, metrics: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        metric
        for metric in metrics
        if part[f"{metric}_mean"].notna().any()
        and (not METRICS[metric].needs_published or part[f"{metric}_published"].notna().any())
    )


def template(name: str) -> jinja2.Template:
    """Load a template of `workflow/report`; everything put into it must exist, and is escaped in HTML."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=lambda name: name is not None and ".html" in name,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["METRICS"] = METRICS
    return environment.get_template(name)


def _lines(
    row: str, key: RunKey, found: Mapping[str, pd.Series], metrics: Mapping[str, Sequence[str]]
) -> Iterable[Line]:
    """Lines of a network, control or method, given its row on each dataset that it was run on."""
    names = ("–", "–") if row == GROUND_TRUTH else (key.network_without_activation, key.activation)
    ours = {"trained": "ours", GROUND_TRUTH: "ground truth"}.get(row, row)
    for who, published, cells_of in ((ours, False, _our_cells), ("published", True, _published_cells)):
        cells = []
        for dataset, shown in metrics.items():
            nothing = [Cell(UNKNOWN)] * (1 + len(shown))
            cells += cells_of(found[dataset], shown) if dataset in found else nothing
        if not published or any(cell.text != UNKNOWN for cell in cells):
            yield Line(*names, who, published, tuple(cells))


def _our_cells(row: pd.Series, metrics: Iterable[str]) -> Iterable[Cell]:
    """The number of seeds, and our values."""
    yield Cell(UNKNOWN if row.get("row") == GROUND_TRUTH else str(row["n_seeds"]))
    for metric in metrics:
        about, remark = METRICS[metric], ""
        if pd.notna(row[f"{metric}_low"]):
            low, high = (about.format(row[f"{metric}_{end}"]) for end in ("low", "high"))
            remark = f"95% interval of the mean {low} to {high}"
        yield Cell(about.format(row[f"{metric}_mean"], row[f"{metric}_sd"]), remark=remark)


def _published_cells(row: pd.Series, metrics: Iterable[str]) -> Iterable[Cell]:
    """The numbers of seeds, and the published values."""
    counts = row[[f"{metric}_published_n_seeds" for metric in metrics]].dropna().astype(int)
    yield Cell(", ".join(map(str, sorted(set(counts), reverse=True))) or UNKNOWN)
    for metric in metrics:
        published, kind, n_seeds = (
            row[f"{metric}_{of}"] for of in ("published", "kind", "published_n_seeds")
        )
        if pd.isna(published):
            yield Cell(UNKNOWN, remark="no published value")
            continue
        seeds = f"; {n_seeds:.0f} seed{'s' if n_seeds > 1 else ''}" if pd.notna(n_seeds) else ""
        p, adjusted = row[f"{metric}_p"], row[f"{metric}_p_holm"]
        test = f"; Welch’s test p = {p:.2g}, adjusted {adjusted:.2g}" if pd.notna(p) else ""
        yield Cell(
            text=METRICS[metric].format(published, row[f"{metric}_published_sd"], kind),
            deviation=METRICS[metric].format_deviation(row[f"{metric}_deviation"]),
            mark=MARKS[kind],
            differs=differs(row, metric),
            remark=f"{kind.replace('_', ' ')}; {row[f'{metric}_source']}{seeds}{test}",
        )


def notes_on(shown: Sequence[Section], published: Published | None = None) -> list[str]:
    """Return what a reader must know to read the sections of a table: a phrase per column, mark and source."""
    beside = any(line.published for section in shown for line in section.networks)
    notes = ["mean ± sd over seeds"]
    if beside:
        notes = [
            "ours: mean ± sd over seeds; published: as the paper has it, our deviation from it in brackets"
        ]
    used = {column.metric for section in shown for column in section.columns}
    notes += [f"{metric.title}: {metric.hint}" for metric in METRICS.values() if metric.name in used]
    if any(line.who == MODISCO for section in shown for line in section.networks):
        notes.append(MODISCO_WORDS)
    used = {kind for section in shown for kind in section.kinds}
    notes += [f"{MARKS[kind]} {words}" for kind, words in KIND_WORDS.items() if kind in used]
    if any(section.differs for section in shown):
        notes.append(DIFFERS_WORDS)
    if published and beside:
        notes.append(f"published values: {published.citation}".rstrip("."))
    return notes
