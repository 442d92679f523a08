"""What a rendered table1 says, whatever the format: lines of text, in sections.

A network has a line with our mean ± sd over seeds and, where the paper gives a value, a line below
it with the published values and our deviation from them in brackets.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import jinja2
import pandas as pd

from ..core.run_key import RunKey
from ..results.comparison import differs
from ..results.metrics import METRICS, TABLE1_METRICS, UNKNOWN
from ..results.published import Published
from ..results.tables import GROUND_TRUTH

TEMPLATES = Path(__file__).resolve().parents[3] / "report"

MARKS = {"exact": "", "derived": "†", "digitised": "‡", "approx": "≈", "single_run": "§"}
KIND_WORDS = {
    "derived": "computed from printed numbers",
    "digitised": "read off a figure",
    "approx": "printed as a rounded value only",
    "single_run": "one trained network",
}
DIFFERS_WORDS = (
    "bold: differs from the published value (Welch’s test, p ≤ 0.05 after Holm’s adjustment on the dataset)"
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
    """One line of a table: a network, with setting and layer if it has any; whose values; a cell per metric."""

    network: str
    activation: str
    who: str
    n_seeds: str
    published: bool
    cells: tuple[Cell, ...]


class Section(NamedTuple):
    """The lines of one dataset, networks and controls; `metrics` and `kinds` are those of its values."""

    dataset: str
    metrics: tuple[str, ...]
    networks: tuple[Line, ...]
    controls: tuple[Line, ...]
    kinds: tuple[str, ...]
    differs: bool

    @staticmethod
    def filled(lines: Iterable[Line]) -> list[int]:
        """Return the indices of the metrics that have a value in one of `lines`."""
        cells = list(zip(*(line.cells for line in lines), strict=True))
        return [i for i, column in enumerate(cells) if any(cell.text != UNKNOWN for cell in column)]


def sections(table: pd.DataFrame) -> list[Section]:
    """Arrange table1, as `tables.read_table` returns it, by dataset."""
    result = []
    for dataset, part in table.groupby("dataset", sort=False):
        metrics = tuple(
            metric
            for metric in TABLE1_METRICS
            if part[f"{metric}_mean"].notna().any()
            and (not METRICS[metric].needs_published or part[f"{metric}_published"].notna().any())
        )
        trained, controls = (part[part["row"].isin(rows)] for rows in (["trained"], _CONTROLS))
        controls = controls.sort_values("row", key=lambda rows: rows.map(_CONTROLS.index), kind="stable")
        networks = tuple(_lines(trained, metrics))
        kinds = {kind for metric in metrics for kind in trained[f"{metric}_kind"]}
        result.append(
            Section(
                dataset=str(dataset),
                metrics=metrics,
                networks=networks,
                controls=tuple(_lines(controls, metrics)),
                kinds=tuple(kind for kind in KIND_WORDS if kind in kinds),
                differs=any(cell.differs for line in networks for cell in line.cells),
            )
        )
    return result


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


def _lines(part: pd.DataFrame, metrics: Iterable[str]) -> Iterable[Line]:
    for _, row in part.iterrows():
        cells = tuple(_our_cell(row, metric) for metric in metrics)
        if row["row"] == GROUND_TRUTH:
            yield Line("–", "–", "ground truth", "–", False, cells)
            continue
        names = RunKey.of(row).network_without_activation, row["activation"]
        yield Line(
            *names, "ours" if row["row"] == "trained" else row["row"], str(row["n_seeds"]), False, cells
        )
        if any(pd.notna(row[f"{metric}_published"]) for metric in metrics):
            cells = tuple(_published_cell(row, metric) for metric in metrics)
            counts = row[[f"{metric}_published_n_seeds" for metric in metrics]].dropna().astype(int)
            n_seeds = ", ".join(map(str, sorted(set(counts), reverse=True)))
            yield Line(*names, "published", n_seeds, True, cells)


def _our_cell(row: pd.Series, metric: str) -> Cell:
    mean, sd = row[f"{metric}_mean"], row[f"{metric}_sd"]
    about, remark = METRICS[metric], ""
    if pd.notna(row[f"{metric}_low"]):
        low, high = (about.format(row[f"{metric}_{end}"]) for end in ("low", "high"))
        remark = f"95% interval of the mean {low} to {high}"
    return Cell(about.format(mean, sd), remark=remark)


def _published_cell(row: pd.Series, metric: str) -> Cell:
    published, kind, n_seeds = (row[f"{metric}_{of}"] for of in ("published", "kind", "published_n_seeds"))
    if pd.isna(published):
        return Cell(UNKNOWN, remark="no published value")
    seeds = f"; {n_seeds:.0f} seed{'s' if n_seeds > 1 else ''}" if pd.notna(n_seeds) else ""
    p, adjusted = row[f"{metric}_p"], row[f"{metric}_p_holm"]
    test = f"; Welch’s test p = {p:.2g}, adjusted {adjusted:.2g}" if pd.notna(p) else ""
    return Cell(
        text=METRICS[metric].format(published, row[f"{metric}_published_sd"], kind),
        deviation=METRICS[metric].format_deviation(row[f"{metric}_deviation"]),
        mark=MARKS[kind],
        differs=differs(row, metric),
        remark=f"{kind.replace('_', ' ')}; {row[f'{metric}_source']}{seeds}{test}",
    )


def notes_on(table: pd.DataFrame, published: Published | None = None) -> list[str]:
    """Return what a reader must know to read table1: a phrase per column, mark and source."""
    shown = sections(table)
    beside = any(line.published for section in shown for line in section.networks)
    notes = ["mean ± sd over seeds"]
    if beside:
        notes = [
            "ours: mean ± sd over seeds; published: as the paper has it, our deviation from it in brackets"
        ]
    used = {metric for section in shown for metric in section.metrics}
    notes += [f"{metric.title}: {metric.hint}" for metric in METRICS.values() if metric.name in used]
    used = {kind for section in shown for kind in section.kinds}
    notes += [f"{MARKS[kind]} {words}" for kind, words in KIND_WORDS.items() if kind in used]
    if any(section.differs for section in shown):
        notes.append(DIFFERS_WORDS)
    if published and beside:
        notes.append(f"published values: {published.citation}".rstrip("."))
    return notes
