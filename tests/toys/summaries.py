"""Contents of summary.json of runs on one dataset, for figures over networks."""

from motifcnn.core.run_key import RunKey


def summary(architecture, activation, seed, relevant, aupr=0.8, setting="", dataset="d"):
    variants = {"trained": {"match_relevant": relevant, "match_any": 0.7}}
    key = RunKey(dataset, architecture, activation, setting, seed)
    return key._asdict() | {"auroc": 0.9, "aupr": aupr, "variants": variants}


def seeds(architecture, activation, shares, **more):
    return [summary(architecture, activation, seed, share, **more) for seed, share in enumerate(shares, 1)]
