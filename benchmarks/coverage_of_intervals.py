"""How often a 95% interval of the mean over few seeds holds the true value; draws docs/images/coverage.svg.

    python benchmarks/coverage_of_intervals.py docs/images/coverage.svg >coverage.tsv

Shares of filters are simulated as beta-binomial: a seed draws its share from a beta distribution, and its filters match
with that probability. The intra-seed correlation of the filters is 0 where all seeds have one share.
"""

import sys
import zlib
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

from motifcnn.results.statistics import Scale, interval

SHARES = (0.01, 0.05, 0.2, 0.5, 0.9, 0.96, 0.99)
CORRELATIONS = (0.0, 0.02, 0.1)
SEEDS = (2, 3, 5, 10)
FILTERS = (30, 120)
# The one in use stands last.
METHODS = {
    "bootstrap": "percentile bootstrap",
    "t": "Student's t",
    "wilson": "Wilson, effective number of filters",
}


def coverage(
    method: str, share: float, *, seeds: int, filters: int, correlation: float, repeats: int
) -> tuple[float, float]:
    """Return the fraction of experiments whose interval holds the true share, and the mean width of the intervals."""
    name = f"{share} {seeds} {filters} {correlation}"
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    of_seeds = np.full((repeats, seeds), share)
    if correlation:
        strength = (1 - correlation) / correlation
        of_seeds = rng.beta(share * strength, (1 - share) * strength, (repeats, seeds))
    found = rng.binomial(filters, of_seeds) / filters
    # The interval depends on mean and sd alone, and few of them differ.
    known: dict[tuple[float, float], tuple[float, float]] = {}
    held, width = 0, 0.0
    for values in found:
        mean, sd = float(values.mean()), float(values.std(ddof=1))
        if method == "bootstrap":
            means = values[rng.integers(0, seeds, (1000, seeds))].mean(axis=1)
            low, high = np.percentile(means, [2.5, 97.5])
        else:
            scale = Scale(trials=filters if method == "wilson" else None)
            key = round(mean, 9), round(sd, 9)
            low, high = known.setdefault(key, known.get(key) or interval(mean, sd, seeds, scale))
        held += low - 1e-9 <= share <= high + 1e-9
        width += high - low
    return held / repeats, width / repeats


def main() -> None:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "coverage"
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(
        len(CORRELATIONS), len(SEEDS), figsize=(10, 6.2), sharex=True, sharey=True, layout="constrained"
    )
    print(
        "seeds",
        "filters",
        "correlation",
        "share",
        *(f"{m}_{w}" for m in METHODS for w in ("held", "width")),
        sep="\t",
    )
    for row, correlation in enumerate(CORRELATIONS):
        for column, seeds in enumerate(SEEDS):
            panel = panels[row, column]
            panel.axhline(0.95, color="black", linewidth=0.6)
            for filters, line in zip(FILTERS, ("-", ":"), strict=True):
                held = {name: [] for name in METHODS}
                for share in SHARES:
                    cells = []
                    for name in METHODS:
                        repeats = 1000 if name == "bootstrap" else 4000
                        found = coverage(
                            name,
                            share,
                            seeds=seeds,
                            filters=filters,
                            correlation=correlation,
                            repeats=repeats,
                        )
                        held[name].append(found[0])
                        cells += [f"{number:.3f}" for number in found]
                    print(seeds, filters, correlation, share, *cells, sep="\t", flush=True)
                for (name, title), colour in zip(
                    METHODS.items(), ("#a84300", "#6c757d", "#00695c"), strict=True
                ):
                    label = f"{title}, {filters} filters"
                    panel.plot(
                        range(len(SHARES)),
                        held[name],
                        line,
                        color=colour,
                        marker=".",
                        label=label,
                    )
            panel.set_ylim(0, 1.02)
            panel.set_xticks(range(len(SHARES)), SHARES, fontsize=7)
            if row == 0:
                panel.set_title(f"{seeds} seeds", fontsize=10)
            if column == 0:
                panel.set_ylabel(f"correlation {correlation:g}", fontsize=9)
    figure.supxlabel("true share of filters that match", fontsize=10)
    figure.supylabel("intervals that hold it", fontsize=10)
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2, fontsize=8, frameon=False)
    figure.savefig(sys.argv[1], metadata={"Date": None})


if __name__ == "__main__":
    main()
