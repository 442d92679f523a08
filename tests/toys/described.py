"""The description of a dataset of peaks, as data.json has it."""


def described(**changes):
    """Two targets, one without a motif; 3 of the peaks of MAX are in no window."""
    counts = {
        "centre": "bin",
        "bin": 200,
        "min_overlap": 0.5,
        "peaks": {
            "MAX": {"read": 1200, "cut_at_end": 0, "not_in_genome": 200, "with_summit": 0, "without_bin": 30},
            "<X>": {"read": 50, "cut_at_end": 0, "not_in_genome": 0, "with_summit": 0, "without_bin": 0},
        },
        "bins_with_a_peak": 1020,
        "dropped": {"chromosome_not_used": 0, "blacklisted": 12},
        "negatives_missing": 0,
    }
    sizes = {"train": 4000, "valid": 400, "test": 500}
    splits = {
        split: {"sequences": n, "without_target": n // 2, "positives": {"MAX": n // 4, "<X>": n // 5}}
        for split, n in sizes.items()
    }
    return {
        "dataset": "mine",
        "length": 1000,
        "targets": ["MAX", "<X>"],
        "splits": splits,
        "relevant": {"MAX": [["MA0058.3", "MAX"], ["MA0059.1", "MAX::MYC"]]},
        "without_motif": ["<X>"],
        "counts": counts,
        "checks": None,
    } | changes
