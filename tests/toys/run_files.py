"""Files of several runs with four filters each, for what is drawn and counted over runs."""

import json

import numpy as np
import pandas as pd
from motifcnn.core.run_key import RunKey
from motifcnn.interpretation.filter_tables import (
    DROP_OF,
    IMPORTANCE_COLUMNS,
    MATCH_COLUMNS,
    write_importance,
    write_matches,
)
from motifcnn.motifs.meme import Motif, write_meme
from motifcnn.results.run_files import RunFilters, RunTable

DROPS = [0.01, 0.2, 0.05, -0.03]
FACTORS, TARGETS = ["", "SP1", "MAX", ""], ["MAX", "SP1", "SP1", ""]


def matches(factors, best=None):
    """A table of matches with the given factors."""
    texts = {name: "" for name in MATCH_COLUMNS if name.endswith(("_id", "_name", "_tf"))}
    rows = []
    for number, (factor, name) in enumerate(zip(factors, best or factors, strict=True)):
        row = dict.fromkeys(MATCH_COLUMNS, 1.0) | texts | {"filter": f"filter{number}", "dead": False}
        row |= {"n_sites": 3, "relevant_tf": factor, "best_name": name, "best_id": name and f"MA.{name}"}
        rows.append(row)
    return pd.DataFrame(rows)


def importance(drops, targets, known=("SP1", "MAX")):
    columns = [*IMPORTANCE_COLUMNS, *(DROP_OF + target for target in known)]
    table = pd.DataFrame({name: np.zeros(len(drops)) for name in columns})
    names = [f"filter{number}" for number in range(len(drops))]
    return table.assign(filter=names, aupr_drop=drops, target=targets, aupr_intact=0.9)


def run(table, architecture="cnn-2", activation="relu", seed=1, factors=("SP1", "MAX")):
    return RunFilters(RunKey("d", architecture, activation, seed=seed), tuple(factors), table)


def network(architecture, activation, tables):
    return [
        RunTable(RunKey("d", architecture, activation, seed=seed), table)
        for seed, table in enumerate(tables, 1)
    ]


def titles(figure):
    return [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def labels(panel):
    return [label.get_text() for label in panel.get_yticklabels()]


def write_run(folder, seed, dataset="d"):
    folder = folder / dataset / "cnn-2" / "relu" / f"seed-{seed}"
    folder.mkdir(parents=True)
    summary = {"dataset": dataset, "architecture": "cnn-2", "activation": "relu", "seed": seed, "layer": 1}
    summary |= {"n_filters": 4, "auroc": 0.9, "aupr": 0.8}
    variant = {"motifs": {"SP1": 1, "MAX": 1, "YY1": 0}}
    (folder / "summary.json").write_text(json.dumps(summary | {"variants": {"trained": variant}}))
    others = matches(["YY1"] * 4)
    write_matches(folder / "matches.tsv", {"untrained": others, "trained": matches(FACTORS)})
    write_importance(folder / "importance.tsv", importance(DROPS, TARGETS))
    return folder


def write_filters(folder, seed, names=range(4)):
    """`write_run`, and motifs of the filters."""
    folder = write_run(folder, seed)
    ppm = np.tile([0.7, 0.1, 0.1, 0.1], (5, 1))
    write_meme(folder / "filters.meme", [Motif(f"filter{number}", "", ppm) for number in names])
    return folder


def files(name, *folders):
    return [folder / name for folder in folders]


def two(*folders):
    return [files(name, *folders) for name in ("summary.json", "matches.tsv")]
