"""The report: one HTML file that holds everything, with no script and no request to anywhere."""

import base64
import json
import os
import re
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import yaml

from ..core.errors import UserError
from ..core.run_key import KEY_COLUMNS, RunKey
from ..experiment.analyses import ANALYSES, ARCHITECTURE, DATA, PART, SHEET, Analysis
from ..experiment.grid import Table, unfold_tables
from ..results.published import Published
from ..results.tables import MODISCO, joined
from .data_panel import data_panel
from .figures.svg_logo import letter_shapes
from .filter_rows import read_filters
from .findings import agreement, key_findings, missing_runs, undertrained
from .pair_tables import pair_tables
from .provenance import Provenance
from .ranking import rankings
from .replication import for_readers
from .table_formats import attribution_sections, attribution_title, notes_on, sections, template

_MEDIA = {".png": "image/png", ".svg": "image/svg+xml"}
# Pixels of a PNG per CSS pixel, so that it is sharp on a dense screen; `style.save` makes 160 per inch.
_DENSITY = 1.6
# A wider table of motifs would be unreadable; motifs_found.tsv has them all.
_MAX_MOTIFS = 40


class _Image(NamedTuple):
    """A picture: where links find it, a data URL, the width at which it is shown in CSS pixels, caption and class."""

    place: str
    data: str
    natural: int
    caption: str
    look: str


def render_report(
    tables: Mapping[str, pd.DataFrame],
    motifs: pd.DataFrame,
    config: Mapping[str, Any],
    *,
    published: Published | None = None,
    verdicts: pd.DataFrame | None = None,
    pairs: pd.DataFrame | None = None,
    board: pd.DataFrame | None = None,
    figures: Sequence[str | os.PathLike] = (),
    provenance: Provenance | None = None,
    descriptions: Sequence[Mapping[str, Any]] = (),
    sheet_titles: Sequence[str] = (),
    remarks: Sequence[str] = (),
    attributions: pd.DataFrame | None = None,
    filters: Sequence[str | os.PathLike] = (),
) -> str:
    """Put the report together.

    Parameters
    ----------
    tables
        `tables.read_table` of the tables of results, by the names that they have in the configuration.
    motifs
        `tables.read_table` of motifs_found.tsv.
    config
        The experiment's configuration; whatever it lacks is left out of the text.
    published
        Published values, for their citation and notes.
    verdicts
        `verdicts.read_verdicts` of statements.tsv.
    pairs
        `tables.read_table` of comparisons.tsv.
    board
        `tables.read_table` of leaderboard.tsv, which stands on the page with the figure of the trade-off.
    figures
        PNG or SVG files, each named after its analysis, with `-` and the number of a sheet or an architecture.
    provenance
        How the numbers were made.
    descriptions
        What is known of each dataset, as `data_panel.read_descriptions` returns it.
    sheet_titles
        A title for each sheet of logos among the figures, or none at all.
    remarks
        What a reader should know of the plan, a sentence each (`Plan.remarks_on`).
    attributions
        attributions.tsv, as `attribution_scores.ATTRIBUTION_COLUMNS` describe it.
    filters
        Files about the filters that the sheets of logos show, as `filter_rows.read_filters` needs them.

    Raises
    ------
    UserError
        A figure or a file about filters cannot be read, a figure is of no known analysis, or there are more or
        fewer titles than sheets.
    """
    images = _images(figures, sheet_titles, bool(published))
    filter_panels, matrices = read_filters(filters), motif_matrices(motifs)
    places = {image.place for shown in images.values() for image in shown}
    sheets = [image.place for image in images.get(ANALYSES["logos"], [])]
    # By dataset, the first.
    first_sheets = {place.rpartition("-logos-")[0]: place for place in reversed(sheets)}
    places |= {f"motifs-{matrix['dataset']}" for matrix in matrices}
    gallery: dict[str, list[tuple[Analysis, list[_Image]]]] = {}
    for analysis, shown in images.items():
        gallery.setdefault(analysis.section, []).append((analysis, shown))
    on_top, of_data = gallery.pop("", []), gallery.pop(DATA, [])
    panels = [data_panel(description) for description in descriptions]
    table = joined(tables.values())
    known_totals = table.dropna(subset=["motifs_total"]).groupby("dataset")["motifs_total"]
    known = {one.name: one for one in unfold_tables({"datasets": list(table["dataset"].unique())} | config)}
    shown = []
    for name, part in tables.items():
        about = known.get(name, Table(name, name, ()))
        shown.append((about, sections(part, about.side_by_side, about.metrics)))
    parts = sections(table)
    explained = [] if attributions is None else attribution_sections(attributions)
    compared = [] if pairs is None else pair_tables(pairs)
    protocol = config.get("protocol") or {}
    stops_early = bool((protocol.get("training") or {}).get("stop"))
    return template("report.html.j2").render(
        title=config.get("title") or config.get("experiment") or "motif-filters",
        experiment=config.get("experiment", ""),
        tables_of_results=shown,
        controls=[section for section in parts if section.controls],
        findings=key_findings(table, ddof=(protocol.get("metrics") or {}).get("ddof", 0)),
        agreement=agreement(table, attributions),
        missing=missing_runs(table, config),
        undertrained=undertrained(table, published, stops_early),
        notes=notes_on(parts, published),
        rankings=[] if board is None or ANALYSES["trade_off"] not in images else rankings(board),
        pairs=[table for table in compared if not table.of_attributions],
        attribution_pairs=[table for table in compared if table.of_attributions],
        matrices=matrices,
        motifs_total=known_totals.max().astype(int).to_dict(),
        published=published,
        replication=None if verdicts is None else for_readers(verdicts),
        charts=[image for _, shown in on_top for image in shown],
        of_data=[image for _, shown in of_data for image in shown],
        gallery=gallery,
        filter_panels=filter_panels,
        filter_section=ANALYSES["logos"].section,
        letter_shapes=letter_shapes() if filter_panels else "",
        places=places,
        first_sheets=first_sheets,
        provenance=provenance or Provenance(),
        panels=panels,
        checks=[panel.check for panel in panels if panel.check],
        remarks=[*remarks, *(remark for panel in panels for remark in panel.remarks)],
        attributions=explained,
        attribution_title=attribution_title(explained),
        attribution_metrics={column.metric for section in explained for column in section.columns},
        attribution_notes=notes_on(explained, published),
        protocol=protocol,
        seeds=_seeds_in_words(config),
        # By way of JSON, so that what the configuration uses twice is written twice, not as an alias.
        config=yaml.safe_dump(json.loads(json.dumps(config)), sort_keys=False, allow_unicode=True, width=100),
        has_relevant=bool(table["match_relevant_mean"].notna().any()),
        has_published=any(line.published for part in (*parts, *explained) for line in part.networks),
        control_rows=set(table["row"]),
    )


def motif_matrices(motifs: pd.DataFrame) -> list[dict[str, Any]]:
    """Turn motifs_found into a table per dataset: networks, and their patterns, by motifs, seeds in each cell.

    Each is a dict of dataset, motifs, whether anything is published, and lines of network, activation and
    cells (text, published, share). Datasets with more than 40 motifs are left out.
    """
    matrices = []
    for dataset, part in motifs[motifs["row"].isin(["trained", MODISCO])].groupby("dataset", sort=False):
        names = list(dict.fromkeys(part["motif"]))
        if len(names) > _MAX_MOTIFS:
            continue
        lines = []
        for (*_, row), rows in part.groupby([*KEY_COLUMNS, "row"], sort=False):
            key, cells = RunKey.of(rows.iloc[0]), [_share_cell(row) for _, row in rows.iterrows()]
            name = key.network_without_activation + (f", {MODISCO}" if row == MODISCO else "")
            lines.append({"network": name, "activation": key.activation, "cells": cells})
        has_published = bool(part["published_share"].notna().any())
        matrices.append({"dataset": dataset, "motifs": names, "lines": lines, "published": has_published})
    return matrices


def _share_cell(row: pd.Series) -> dict[str, str | float]:
    share, published = row["share"], row["published_share"]
    return {
        "text": f"{round(share * row['n_seeds'])}/{row['n_seeds']}",
        "published": "" if pd.isna(published) else f"{published:.1f}",
        "share": share,
    }


def _seeds_in_words(config: Mapping[str, Any]) -> str:
    given = [config.get("seeds"), *(block.get("seeds") for block in config.get("grid") or ())]
    words = []
    for seeds in given:
        if isinstance(seeds, int):
            words.append("1" if seeds == 1 else f"1 to {seeds}")
        elif seeds:
            words.append(", ".join(map(str, seeds)))
    return "; ".join(dict.fromkeys(words))


def _images(
    paths: Sequence[str | os.PathLike], sheet_titles: Sequence[str], has_published: bool
) -> dict[Analysis, list[_Image]]:
    """Read the figures, by analysis in the order of the report."""
    files: dict[str, list[Path]] = {name: [] for name in ANALYSES}
    for path in map(Path, paths):
        name = path.stem.partition("-")[0]
        if name not in files:
            raise UserError(f"{path} is a figure of no analysis; known are {', '.join(ANALYSES)}")
        files[name].append(path)
    n_sheets = sum(len(files[name]) for name, analysis in ANALYSES.items() if analysis.per == SHEET)
    if sheet_titles and len(sheet_titles) != n_sheets:
        raise UserError(
            f"there are {len(sheet_titles)} titles for {n_sheets} sheets of logos; give one for each"
        )
    titles = iter(sheet_titles)
    images: dict[Analysis, list[_Image]] = {}
    for name, analysis in ANALYSES.items():
        for path in files[name]:
            title = next(titles, "") if analysis.per == SHEET else ""
            title = path.stem.partition("-")[2] if analysis.per == ARCHITECTURE else title
            caption = f"{title}. " * bool(title) + analysis.caption_for(has_published)
            data, natural = _read_image(path)
            wide = analysis.per in (SHEET, ARCHITECTURE)
            look = f"sheet{' narrow' if natural <= 1100 else ''}" if wide else "plot"
            # Figures of a part are in no folder of a dataset.
            place = path.stem if analysis.per == PART else f"{path.parent.name}-{path.stem}"
            images.setdefault(analysis, []).append(_Image(place, data, natural, caption, look))
    return images


def _read_image(path: Path) -> tuple[str, int]:
    """Return a picture as a data URL, and the width at which it is shown: 100 CSS pixels per inch of the figure."""
    media = _MEDIA.get(path.suffix.lower())
    if not media:
        raise UserError(f"{path} cannot stand in the report; give a PNG or an SVG file")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
    data = f"data:{media};base64,{base64.b64encode(content).decode('ascii')}"
    if content.startswith(b"\x89PNG"):
        return data, round(struct.unpack(">I", content[16:20])[0] / _DENSITY)
    points = re.search(rb'<svg[^>]*\swidth="([0-9.]+)pt"', content)
    return data, round(float(points[1]) / 72 * 100) if points else 1100
