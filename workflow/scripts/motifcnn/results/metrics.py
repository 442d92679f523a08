"""The metrics: what each is called, what it belongs to, and how its numbers are written.

Tables, figures, statements and published values read this table. To add a metric, add an entry here and
compute it: for a network in `training.prediction_scores.evaluate` (as `{name}_mean`), for a layer in
`interpretation.matching.summarise_matches`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .statistics import Scale

UNKNOWN = "–"


class Of(StrEnum):
    """What a metric counts, or is a share of."""

    FILTERS = "filters"
    MOTIFS = "motifs"


class Owner(StrEnum):
    """What a metric belongs to."""

    # In the table of results, in the row of the first layer.
    NETWORK = "network"
    # In the table of results, in the row of each layer and of each control.
    LAYER = "layer"
    # In the table of motifs found, for each motif.
    MOTIF = "motif"
    # In the table of attributions, for each method.
    METHOD = "method"
    # In no table over seeds.
    SCAN = "scan"


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes
    ----------
    name
        Key in metrics.json or summary.json, prefix of the columns of tables.
    title
        Heading of a column.
    hint
        One phrase that explains it.
    axis
        Label of an axis, in one or two lines.
    owner
        What it belongs to.
    digits
        Decimals that are written.
    is_share
        Whether it lies between 0 and 1.
    of
        What it counts, or is a share of, which its interval depends on; None if neither.
    needs_published
        Shown only where there is a published value to compare it with.
    """

    name: str
    title: str
    hint: str
    axis: str
    owner: Owner
    digits: int = 3
    is_share: bool = True
    of: Of | None = None
    needs_published: bool = False

    def scale(self, n_filters: float | None, n_motifs: float | None) -> Scale | None:
        """Return the values that it can take; None where the number that this depends on is not known.

        Parameters
        ----------
        n_filters, n_motifs
            Of the layer; of the targets that have a motif. None or NaN where not known.
        """
        if not self.of:
            return Scale() if self.is_share else Scale(-np.inf, np.inf)
        trials = n_filters if self.of is Of.FILTERS else n_motifs
        if not trials or np.isnan(trials):
            return None
        if self.of is Of.FILTERS:
            return Scale(high=1 if self.is_share else trials, trials=trials)
        if not self.is_share:
            return Scale(high=trials, trials=trials)
        if not n_filters or np.isnan(n_filters):
            return None
        # One minus the motifs missed, divided by the number of filters.
        return Scale(low=1 - trials / n_filters, trials=trials)

    def decimals(self, kind: str = "exact") -> int:
        """Return the decimals of a value, at most two for a published one of the kind `approx`."""
        return min(self.digits, 2) if kind == "approx" else self.digits

    def format(self, mean: float, sd: float = np.nan, kind: str = "exact") -> str:
        """Write a mean, with its sd where that is known; "–" for NaN."""
        if np.isnan(mean):
            return UNKNOWN
        places = self.decimals(kind)
        return f"{mean:.{places}f}" if np.isnan(sd) else f"{mean:.{places}f} ± {sd:.{places}f}"

    def format_deviation(self, deviation: float) -> str:
        """Write a deviation with its sign; "" for NaN."""
        if np.isnan(deviation):
            return ""
        text = f"{deviation:+.{self.digits}f}"
        return text.replace("-", "−") if float(text) else f"±{text[1:]}"


_ALL = (
    Metric(
        "auroc",
        title="auROC",
        hint="area under the ROC curve, mean over the targets, test set",
        axis="auROC, test",
        owner=Owner.NETWORK,
    ),
    Metric(
        "aupr",
        title="auPR",
        hint="area under the precision-recall curve, mean over the targets, test set",
        axis="auPR, test",
        owner=Owner.NETWORK,
    ),
    Metric(
        "match_any",
        title="Match any",
        hint="share of the filters that match any motif of the database",
        axis="filters that match\nany known motif",
        owner=Owner.LAYER,
        of=Of.FILTERS,
    ),
    Metric(
        "match_relevant",
        title="Match relevant",
        hint="share of the filters that match a motif of one of the targets",
        axis="filters that match\na relevant motif",
        owner=Owner.LAYER,
        of=Of.FILTERS,
    ),
    Metric(
        "motifs_found",
        title="Motifs found",
        hint="number of targets whose motif at least one filter matches",
        axis="motifs found",
        owner=Owner.LAYER,
        digits=1,
        is_share=False,
        of=Of.MOTIFS,
    ),
    Metric(
        "one_minus_missed_per_filter",
        title="1 − missed / filters",
        hint="one minus the number of motifs that no filter matches, divided by the number of filters",
        axis="1 − motifs missed / filters",
        owner=Owner.LAYER,
        of=Of.MOTIFS,
        needs_published=True,
    ),
    Metric(
        "share",
        title="Share of seeds that find",
        hint="share of the seeds in which at least one filter matches the motif",
        axis="share of seeds",
        owner=Owner.MOTIF,
    ),
    Metric(
        "filters",
        title="Filters whose best hit is",
        hint="number of filters that match the motif",
        axis="filters",
        owner=Owner.MOTIF,
        digits=1,
        is_share=False,
        of=Of.FILTERS,
    ),
    Metric(
        "localisation_auroc",
        title="auROC of localisation",
        hint="area under the ROC curve of stretches with and without a planted motif, mean over the test sequences",
        axis="auROC of localisation",
        owner=Owner.SCAN,
    ),
    Metric(
        "localisation_aupr",
        title="auPR of localisation",
        hint="area under the precision-recall curve of the same stretches, mean over the test sequences",
        axis="auPR of localisation",
        owner=Owner.SCAN,
    ),
    Metric(
        "attribution_auroc",
        title="auROC",
        hint="area under the ROC curve of informative positions of planted motifs against all others, by their scores; "
        "mean over the sequences",
        axis="auROC of planted positions",
        owner=Owner.METHOD,
    ),
    Metric(
        "attribution_aupr",
        title="auPR",
        hint="area under the precision-recall curve of the same positions, mean over the sequences",
        axis="auPR of planted positions",
        owner=Owner.METHOD,
    ),
    Metric(
        "attribution_snr",
        title="Signal / noise",
        hint="by how many standard deviations of the other positions' scores the mean score of those of planted motifs "
        "is above theirs, mean over the sequences",
        axis="signal-to-noise ratio",
        owner=Owner.METHOD,
        digits=2,
        is_share=False,
    ),
    Metric(
        "proxy_auroc",
        title="Proxy auROC",
        hint="a proxy: area under the ROC curve of positions in hits of the target's known motifs against all others, by "
        "their scores; mean over the sequences with hits",
        axis="proxy: auROC of motif hits",
        owner=Owner.METHOD,
    ),
    Metric(
        "proxy_aupr",
        title="Proxy auPR",
        hint="a proxy: area under the precision-recall curve of the positions in hits, mean over the same sequences",
        axis="proxy: auPR of motif hits",
        owner=Owner.METHOD,
    ),
    Metric(
        "proxy_snr",
        title="Proxy signal / noise",
        hint="a proxy: by how many standard deviations of the other positions' scores the mean score of those in hits is "
        "above theirs, mean over the same sequences",
        axis="proxy: signal-to-noise ratio of motif hits",
        owner=Owner.METHOD,
        digits=2,
        is_share=False,
    ),
    Metric(
        "off_simplex_30",
        title="Over 30°",
        hint="share of positions at which the gradient, not corrected, lies more than 30 degrees off the simplex of one-hot "
        "sequences; 0.391 of random directions do",
        axis="share of gradients\nmore than 30° off",
        owner=Owner.METHOD,
    ),
    Metric(
        "off_simplex_45",
        title="Over 45°",
        hint="share of positions at which the gradient, not corrected, lies more than 45 degrees off the simplex of one-hot "
        "sequences; 0.182 of random directions do",
        axis="share of gradients\nmore than 45° off",
        owner=Owner.METHOD,
    ),
    Metric(
        "off_simplex_60",
        title="Over 60°",
        hint="share of positions at which the gradient, not corrected, lies more than 60 degrees off the simplex of one-hot "
        "sequences; 0.058 of random directions do",
        axis="share of gradients\nmore than 60° off",
        owner=Owner.METHOD,
    ),
)
METRICS = {metric.name: metric for metric in _ALL}
# Those with columns in the table of results, in their order.
TABLE_METRICS = tuple(metric.name for metric in _ALL if metric.owner in (Owner.NETWORK, Owner.LAYER))
# Those of single motifs, which statements may be about.
MOTIF_METRICS = tuple(metric.name for metric in _ALL if metric.owner is Owner.MOTIF)
# With columns in the table of attributions.
ATTRIBUTION_METRICS = tuple(metric.name for metric in _ALL if metric.owner is Owner.METHOD)


def match_metric(relevant: Iterable[float | None]) -> str:
    """Return the share of matching filters to show on a dataset: of relevant matches, or of any where none is known.

    `relevant` are its values of `match_relevant`, NaN or None where not known.
    """
    known = any(value is not None and not np.isnan(value) for value in relevant)
    return "match_relevant" if known else "match_any"
