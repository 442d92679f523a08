"""Make the report of an experiment: one HTML file with its tables, figures and how they were made.

Parameters
----------
tables, figures, sheet_titles, filters
    Tables of results; PNG or SVG files, named after their analyses, as logos-1.png; titles of sheets; their filters.
motifs_found, comparisons, leaderboard, statements, attributions
    motifs_found.tsv; comparisons.tsv, of activations; leaderboard.tsv of activations; statements.tsv; attributions.tsv.
config, output, published, remarks
    Configuration file; HTML file to write; published values, as in resources/published; remarks on the plan.
metrics, records, benchmarks, descriptions
    metrics.json of all trainings; record.json of all trainings; benchmark tables of jobs; data.json of datasets.
"""

import sys
from pathlib import Path

from motifcnn.adapters.entry import run
from motifcnn.core.files import write_text
from motifcnn.experiment.yaml_file import read_yaml
from motifcnn.report.data_panel import read_descriptions
from motifcnn.report.page import render_report
from motifcnn.report.provenance import read_provenance
from motifcnn.results import tables as results
from motifcnn.results.activation_pairs import PAIR_COLUMNS
from motifcnn.results.attribution_scores import ATTRIBUTION_COLUMNS
from motifcnn.results.leaderboard import LEADERBOARD_COLUMNS
from motifcnn.results.published import read_published
from motifcnn.results.verdicts import read_verdicts


def main(
    *, tables: list[str], motifs_found: str, config: str | dict, output: str, published: str | None = None,
    comparisons: str | None = None, leaderboard: str | None = None, statements: str | None = None,
    attributions: str | None = None, metrics: list[str] = (), records: list[str] = (), benchmarks: list[str] = (),
    descriptions: list[str] = (), figures: list[str] = (), sheet_titles: list[str] = (), filters: list[str] = (),
    remarks: list[str] = (),
) -> None:  # fmt: skip
    page = render_report(
        {Path(path).stem: results.read_table(path) for path in tables},
        results.read_table(motifs_found, results.MOTIFS_FOUND_COLUMNS),
        config if isinstance(config, dict) else read_yaml(config),
        published=read_published(published) if published else None,
        verdicts=read_verdicts(statements) if statements else None,
        pairs=results.read_table(comparisons, PAIR_COLUMNS) if comparisons else None,
        board=results.read_table(leaderboard, LEADERBOARD_COLUMNS) if leaderboard else None,
        figures=figures,
        provenance=read_provenance(metrics, records, benchmarks),
        descriptions=read_descriptions(descriptions),
        sheet_titles=sheet_titles,
        remarks=remarks,
        attributions=results.read_table(attributions, ATTRIBUTION_COLUMNS) if attributions else None,
        filters=filters,
    )
    write_text(output, page)
    print(f"{output}: {len(page) / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    run(main)
