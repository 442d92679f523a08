"""The filters that the sheets of logos show, a row each: logo, match, sites, and what the network loses without it."""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ..core.errors import UserError
from ..core.run_key import RunKey
from ..interpretation.filter_tables import read_importance, read_matches
from ..motifs.meme import Motif, read_meme
from ..results.tables import read_summaries
from .figures.svg_logo import svg_logo

_UNKNOWN = "–"


class FilterRow(NamedTuple):
    """What is said of a filter; texts are "" or "–" where there is nothing to say.

    `logo` is SVG, `factor` the target whose motif it matches, if there is one, else `match` a motif of the
    database; `lost`, the auPR, and `suffers`, the target that suffers most, are of the network without the filter.
    """

    name: str
    logo: str
    factor: str
    match: str
    evalue: str
    sites: str
    lost: str
    suffers: str


class FilterPanel(NamedTuple):
    """The filters of one layer of a run; `measured` says whether their importance is known."""

    key: RunKey
    summary: str
    measured: bool
    rows: tuple[FilterRow, ...]


def read_filters(files: Iterable[str | os.PathLike]) -> list[FilterPanel]:
    """Read what is known of the filters of several layers of runs.

    Parameters
    ----------
    files
        summary.json, matches.tsv and filters.meme of each, in the same order; and importance.tsv of all that
        are first layers, or of none.

    Raises
    ------
    UserError
        A file is missing or damaged, there are not as many of each kind, or they are about different filters.
    """
    kinds: dict[str, list[str | os.PathLike]] = defaultdict(list)
    for path in files:
        kinds[Path(path).name].append(path)
    if not kinds:
        return []
    summaries = read_summaries(kinds["summary.json"])
    needed = [kinds["summary.json"], kinds["matches.tsv"], kinds["filters.meme"]]
    n_first = sum(RunKey.of(summary).layer == 1 for summary in summaries)
    if len(set(map(len, needed))) > 1 or len(kinds["importance.tsv"]) not in (0, n_first):
        raise UserError(
            f"there are {', '.join(f'{len(paths)} {name}' for name, paths in kinds.items())}; "
            "give one of each per layer of a run, and importance.tsv of all first layers or of none"
        )
    importance = map(read_importance, kinds["importance.tsv"])
    panels = []
    for summary, match_file, motif_file in zip(summaries, *needed[1:], strict=True):
        table = read_matches(match_file)
        trained = table[table["variant"] == "trained"]
        losses = next(importance, None) if RunKey.of(summary).layer == 1 else None
        panels.append(_panel(summary, trained, read_meme(motif_file), losses))
    return panels


def _panel(
    summary: Mapping[str, Any], matches: pd.DataFrame, motifs: Sequence[Motif], losses: pd.DataFrame | None
) -> FilterPanel:
    key = RunKey.of(summary)
    for named in (matches["filter"], *([] if losses is None else [losses["filter"]])):
        if list(named) != [motif.id for motif in motifs]:
            raise UserError(
                f"{key.label}: matches, motifs and importance are not about the same filters; give files of one run"
            )
    relevant = bool(summary["variants"].get("trained", {}).get("motifs"))
    counted = int((matches["relevant_tf" if relevant else "best_id"] != "").sum())
    what = "a relevant motif" if relevant else "a motif of the database"
    lost = [None] * len(motifs) if losses is None else losses.to_dict("records")
    rows = [
        _row(motif, match, loss)
        for motif, match, loss in zip(motifs, matches.itertuples(), lost, strict=True)
    ]
    return FilterPanel(
        key, f"{counted} of {len(motifs)} filters match {what}", losses is not None, tuple(rows)
    )


def _row(motif: Motif, match: Any, loss: Mapping[str, Any] | None) -> FilterRow:
    factor, evalue = match.relevant_tf, match.relevant_evalue if match.relevant_tf else match.best_evalue
    name, about = (factor, match.relevant_id) if factor else (match.best_name, match.best_id)
    drop = None if loss is None else loss["aupr_drop"]
    return FilterRow(
        name=motif.id,
        logo="" if match.dead else svg_logo(motif.probabilities),
        factor=factor,
        match="dead" if match.dead else " ".join(dict.fromkeys(filter(None, (name, about)))) or _UNKNOWN,
        evalue=_UNKNOWN if pd.isna(evalue) else f"{evalue:.1g}",
        sites=_UNKNOWN if pd.isna(match.n_sites) else f"{int(match.n_sites):,}",
        # Adding zero makes what is rounded to −0 a zero.
        lost=_UNKNOWN if pd.isna(drop) else f"{round(drop, 4) + 0.0:.4f}".replace("-", "−"),
        suffers="" if loss is None else loss["target"],
    )
