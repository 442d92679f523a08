"""Contents of summary.json files: two seeds of a network with ten filters, and the ground truth."""

from motifcnn.core.run_key import RunKey

KEY = RunKey("synthetic", "cnn-2", "relu")


def variant(relevant, motifs, **more):
    found = sum(count > 0 for count in motifs.values())
    return {
        "match_any": relevant,
        "match_relevant": relevant,
        "motifs_found": found,
        "motifs": motifs,
        "motifs_total": len(motifs),
        "one_minus_missed_per_filter": (10 - len(motifs) + found) / 10,
        "dead": 0,
    } | more


def summary(seed, relevant, motifs, aupr=0.8, key=KEY, **variants):
    return {
        **{name: value for name, value in key.columns.items() if name != "setting" or value},
        "seed": seed,
        "n_filters": 10,
        "auroc": 0.9,
        "aupr": aupr,
        "variants": {"trained": variant(relevant, motifs), **variants},
    }


GROUND_TRUTH = summary(0, 1.0, {"SP1": 1, "YY1": 1}, None, RunKey("synthetic", "ground_truth", "")) | {
    "auroc": None
}
RUNS = [
    GROUND_TRUTH,
    summary(1, 0.2, {"SP1": 2, "YY1": 0}, 0.80, untrained=variant(0.0, {"SP1": 0, "YY1": 0})),
    summary(2, 0.5, {"SP1": 4, "YY1": 1}, 0.84, untrained=variant(0.1, {"SP1": 1, "YY1": 0})),
]
