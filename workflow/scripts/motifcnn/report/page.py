"""The report: one HTML file that holds everything, with no script and no request to anywhere."""

import base64
import json
import os
import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from ..core.errors import UserError
from ..core.files import read_json
from ..core.run_key import network_name
from ..results.published import Published
from ..results.verdicts import for_readers
from .findings import agreement, key_findings, missing_runs
from .provenance import Provenance
from .table_formats import notes_on, sections, template

_MEDIA = {".png": "image/png", ".svg": "image/svg+xml"}
# Pixels of a PNG per CSS pixel, so that it is sharp on a dense screen; `drawing.save` makes 160 per inch.
_DENSITY = 1.6
# A wider table of motifs cannot be read; motifs_found.tsv has it all.
_MAX_MOTIFS = 40


@dataclass(frozen=True)
class Pictures:
    """Paths of the report's pictures, PNG or SVG, in the order in which they are shown."""

    charts: Sequence[str | os.PathLike] = ()
    sheets: Sequence[str | os.PathLike] = ()
    learning_curves: Sequence[str | os.PathLike] = ()
    precision_recall: Sequence[str | os.PathLike] = ()
    importance: Sequence[str | os.PathLike] = ()
    redundancy: Sequence[str | os.PathLike] = ()


@dataclass(frozen=True)
class Check:
    """A dataset's counts beside published ones: how many were compared, and those that differ."""

    dataset: str
    compared: int
    different: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class _Image:
    data: str
    natural: int
    name: str
    wide: bool = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "wide", self.natural > 1100)


def render_report(
    table: pd.DataFrame,
    motifs: pd.DataFrame,
    config: Mapping[str, Any],
    *,
    published: Published | None = None,
    verdicts: pd.DataFrame | None = None,
    pictures: Pictures | None = None,
    provenance: Provenance | None = None,
    checks: Sequence[Check] = (),
    sheet_titles: Sequence[str] = (),
) -> str:
    """Put the report together.

    Parameters
    ----------
    table, motifs
        `tables.read_table` of table1.tsv and of motifs_found.tsv.
    config
        The experiment's configuration; whatever it lacks is left out of the text.
    published
        Values beside ours, for their citation and notes.
    verdicts
        `verdicts.read_verdicts` of statements.tsv.
    pictures, provenance, checks
        What else there is to show.
    sheet_titles
        One for each of the sheets of logos among the pictures, or none at all.

    Returns
    -------
    str
        The whole HTML page.

    Raises
    ------
    UserError
        A picture cannot be read, or there are titles for more or fewer sheets than there are.
    """
    pictures = pictures or Pictures()
    if sheet_titles and len(sheet_titles) != len(pictures.sheets):
        raise UserError(
            f"there are {len(sheet_titles)} titles for {len(pictures.sheets)} sheets of logos; give one for each"
        )
    parts = sections(table)
    return template("report.html.j2").render(
        title=config.get("title") or config.get("experiment") or "motif-filters",
        experiment=config.get("experiment", ""),
        sections=parts,
        findings=key_findings(table),
        agreement=agreement(table),
        missing=missing_runs(table, config),
        notes=notes_on(table, published),
        matrices=motif_matrices(motifs),
        motifs_total=_motif_totals(table),
        published=published,
        replication=None if verdicts is None else for_readers(verdicts),
        images={
            name: [_image(path) for path in getattr(pictures, name)] for name in Pictures.__annotations__
        },
        sheet_titles=sheet_titles,
        provenance=provenance or Provenance(),
        checks=checks,
        protocol=config.get("protocol") or {},
        seeds=_seeds_in_words(config),
        config=_as_yaml(config),
        has_relevant=bool(table["match_relevant_mean"].notna().any()),
        has_published=any(line.published for part in parts for line in part.networks),
        control_rows=set(table["row"]),
    )


def motif_matrices(motifs: pd.DataFrame) -> list[dict[str, Any]]:
    """Turn motifs_found into a table per dataset: networks by motifs, the share of seeds in each cell.

    Parameters
    ----------
    motifs
        `tables.motifs_found`; only its trained rows are shown.

    Returns
    -------
    list of dict
        dataset; motifs; lines of network, activation and cells (text, published, background,
        colour). Datasets with more than 40 motifs are left out.
    """
    matrices = []
    for dataset, part in motifs[motifs["row"] == "trained"].groupby("dataset", sort=False):
        names = list(dict.fromkeys(part["motif"]))
        if len(names) > _MAX_MOTIFS:
            continue
        lines = []
        for key, rows in part.groupby(["architecture", "activation", "layer"], sort=False):
            architecture, activation, layer = key
            cells = [_share_cell(row) for _, row in rows.iterrows()]
            name = network_name(architecture, layer)
            lines.append({"network": name, "activation": activation, "cells": cells})
        has_published = bool(part["published_share"].notna().any())
        matrices.append({"dataset": dataset, "motifs": names, "lines": lines, "published": has_published})
    return matrices


def read_checks(paths: Iterable[str | os.PathLike]) -> tuple[Check, ...]:
    """Read the checks.json of datasets, each in the folder that is named after its dataset.

    Raises
    ------
    UserError
        A file is missing or is not such a list of comparisons.
    """
    checks = []
    for path in map(Path, paths):
        found = read_json(path)
        keys = {"what", "expected", "found", "equal"}
        if not isinstance(found, list) or any(not keys <= set(line) for line in found):
            raise UserError(
                f"{path} is no list of comparisons with published counts; delete it and run again"
            )
        if found:
            different = tuple(line for line in found if not line["equal"])
            checks.append(Check(path.parent.name, len(found), different))
    return tuple(checks)


def read_config(path: str | os.PathLike) -> dict[str, Any]:
    """Read the configuration of an experiment; it is shown, and not checked again.

    Raises
    ------
    UserError
        The file cannot be read or is not YAML.
    """
    try:
        return yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise UserError(f"cannot read the configuration {path} ({error})") from None


def _share_cell(row: pd.Series) -> dict[str, str]:
    share = row["share"]
    published = row["published_share"]
    return {
        "text": f"{round(share * row['n_seeds'])}/{row['n_seeds']}",
        "published": "" if pd.isna(published) else f"{published:.1f}",
        # From nothing to the accent colour; white on it from three quarters on.
        "background": f"rgba(0, 105, 92, {0.04 + 0.86 * share:.3f})",
        "colour": "#ffffff" if share >= 0.6 else "#1c2430",
    }


def _motif_totals(table: pd.DataFrame) -> dict[str, int]:
    known = table.dropna(subset=["motifs_total"])
    return {dataset: int(part["motifs_total"].max()) for dataset, part in known.groupby("dataset")}


def _seeds_in_words(config: Mapping[str, Any]) -> str:
    given = [config.get("seeds"), *(block.get("seeds") for block in config.get("grid") or ())]
    words = []
    for seeds in given:
        if isinstance(seeds, int):
            words.append("1" if seeds == 1 else f"1 to {seeds}")
        elif seeds:
            words.append(", ".join(map(str, seeds)))
    return "; ".join(dict.fromkeys(words))


def _as_yaml(config: Mapping[str, Any]) -> str:
    # By way of JSON, so that what the configuration uses twice is written twice, not as an alias.
    plain = json.loads(json.dumps(config))
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=100)


def _natural_width(content: bytes) -> int:
    """Width in CSS pixels at which a PNG or SVG is to be shown: 100 per inch of the figure."""
    if content.startswith(b"\x89PNG"):
        return round(struct.unpack(">I", content[16:20])[0] / _DENSITY)
    points = re.search(rb'<svg[^>]*\swidth="([0-9.]+)pt"', content)
    return round(float(points[1]) / 72 * 100) if points else 1100


def _image(path: str | os.PathLike) -> _Image:
    path = Path(path)
    if path.suffix.lower() not in _MEDIA:
        raise UserError(f"{path} cannot stand in the report; give a PNG or an SVG file")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
    natural = _natural_width(content)
    data = base64.b64encode(content).decode("ascii")
    name = path.stem.replace("_", " ").replace("-", " ")
    return _Image(f"data:{_MEDIA[path.suffix.lower()]};base64,{data}", natural, name)
