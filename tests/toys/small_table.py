"""A table of three runs beside published values of all sorts, for the tests of what is made of it."""

from motifcnn.core.run_key import RunKey
from motifcnn.results.published import Published, Value
from motifcnn.results.tables import read_table, results_table, write_table

KEY = RunKey("d_1", "cnn-2", "relu")
PUBLISHED = Published(
    name="A & B 2019",
    citation="A & B. A title_with 100%.",
    url="",
    values={
        (KEY, "match_relevant"): Value(0.5, 0.0, "exact", "Table 1", 5),
        (KEY, "motifs_found"): Value(1.2, 0.5, "derived", "a formula", 5),
        (KEY, "auroc"): Value(0.5, None, "single_run", "a file", 1),
        (KEY, "one_minus_missed_per_filter"): Value(1.0, 0.0, "exact", "Table 1", 5),
    },
)


def summary(seed, relevant, activation, layer=1, **more):
    values = {"match_any": 0.9, "match_relevant": relevant, "motifs_found": 1, "motifs": {"SP1": 1}}
    values |= {"motifs_total": 1, "one_minus_missed_per_filter": 1.0}
    run = {"dataset": "d_1", "architecture": "cnn-2", "activation": activation, "seed": seed}
    run["layer"] = layer
    return run | {"n_filters": 10, "auroc": 0.97, "aupr": 0.88, "variants": {"trained": values, **more}}


def small_table(folder):
    """The table of results of a network with two activations, once with two seeds and a control; read from its file."""
    shuffled = {
        "match_any": 0.1,
        "match_relevant": 0.0,
        "motifs_found": 0,
        "one_minus_missed_per_filter": 0.9,
    }
    runs = [summary(seed, share, "relu", shuffled=shuffled) for seed, share in ((1, 0.5), (2, 0.7))]
    runs.append(summary(1, 0.8, "<exp>"))
    write_table(folder / "table1.tsv", results_table(runs, PUBLISHED))
    return read_table(folder / "table1.tsv")


def two_datasets(folder):
    """The table of two networks on one dataset, of which one was run on another, too; nothing published."""
    runs = [summary(1, 0.5, "relu"), summary(1, 0.6, "exponential")]
    runs.append(summary(1, 0.25, "exponential") | {"dataset": "d_2"})
    write_table(folder / "both.tsv", results_table(runs))
    return read_table(folder / "both.tsv")
