"""Scores of predictions per target: auROC, auPR and the precision-recall curve."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn import metrics as sklearn_metrics

from ..core.errors import UserError

AUPR_METHODS = ("trapezoid", "average_precision")
_THRESHOLDS = 200
PRECISION_RECALL_COLUMNS = ("target", "recall", "precision")


def auroc(label: np.ndarray, score: np.ndarray) -> list[float | None]:
    """Return the area under the ROC curve of each target.

    Parameters
    ----------
    label
        0 or 1, (N, T).
    score
        float (N, T), higher where the target is more likely bound, such as logits.

    Returns
    -------
    list of float or None
        T values; None for a target with labels of one class only, for which it is not defined.

    Raises
    ------
    UserError
        A score is NaN or infinite.
    """
    return _per_target(lambda *pair: float(sklearn_metrics.roc_auc_score(*pair)), label, score)


def aupr(label: np.ndarray, score: np.ndarray, method: str = "trapezoid") -> list[float | None]:
    """Return the area under the precision-recall curve of each target; otherwise as `auroc`.

    `method` is one of `AUPR_METHODS`: `trapezoid`, straight lines between the points of the curve, as in
    the papers; or `average_precision`, the sum of precision times gain in recall.
    """
    if method == "average_precision":
        return _per_target(lambda *pair: float(sklearn_metrics.average_precision_score(*pair)), label, score)
    return _per_target(_trapezoid, label, score)


def macro_mean(values: Iterable[float | None]) -> float | None:
    """Return the mean over the targets that have a value; None if none has."""
    present = [value for value in values if value is not None]
    return float(np.mean(present)) if present else None


def evaluate(
    label: np.ndarray, score: np.ndarray, targets: Sequence[str], aupr_method: str = "trapezoid"
) -> dict[str, Any]:
    """Score the predictions for one split.

    Parameters
    ----------
    label, score, aupr_method
        As for `auroc` and `aupr`.
    targets
        T names.

    Returns
    -------
    dict
        `auroc` and `aupr`, {target: value or None}; `auroc_mean`, `aupr_mean`. If targets have labels
        of one class only, also `note`, a sentence that names them: the means leave them out.
    """
    roc, pr = auroc(label, score), aupr(label, score, aupr_method)
    result = {
        "auroc": dict(zip(targets, roc, strict=True)),
        "aupr": dict(zip(targets, pr, strict=True)),
        "auroc_mean": macro_mean(roc),
        "aupr_mean": macro_mean(pr),
    }
    if undefined := [target for target, value in zip(targets, roc, strict=True) if value is None]:
        result["note"] = f"labels of one class only, left out of the means: {', '.join(undefined)}"
    return result


def constant_loss(label: np.ndarray) -> float:
    """Return the lowest mean cross entropy (nat) of predictions that are the same for every sequence.

    Those are the frequencies of the targets, and it is the mean of their entropies. `label` is 0 or 1, (N, T).
    """
    positive = label.mean(axis=0, dtype=np.float64)
    shares = np.stack([positive, 1 - positive])
    # A difference, since the negative of zero would be told as -0.
    return float(0 - (shares * np.log(np.where(shares > 0, shares, 1))).sum(axis=0).mean())


def micro_scores(label: np.ndarray, logits: np.ndarray, prefix: str = "") -> dict[str, float | None]:
    """Return the areas under the ROC and the PR curve of all targets together, as the metric AUC of Keras has them.

    Curves are known at 200 thresholds i / 199 of the probability only. Between them, the ROC curve is straight,
    and the number of true positives rises in proportion to the number of positive predictions (Davis & Goadrich
    2006, doi 10.1145/1143844.1143874, section 4).

    Parameters
    ----------
    label, logits
        0 or 1, and float, both (N, T).
    prefix
        Put before the names.

    Returns
    -------
    dict
        `auroc_micro`, `aupr_micro`; None if all labels are alike.
    """
    names = (f"{prefix}auroc_micro", f"{prefix}aupr_micro")
    bound = label.ravel() == 1
    if not 0 < bound.sum() < bound.size:
        return dict.fromkeys(names)
    thresholds = np.arange(_THRESHOLDS) / (_THRESHOLDS - 1)
    # All probabilities lie above the first threshold and none above the last.
    thresholds[[0, -1]] = -np.inf, np.inf
    probability = (1 + np.tanh(logits.ravel().astype(np.float64) / 2)) / 2
    # Number of thresholds below each probability.
    passed = np.searchsorted(thresholds, probability)
    true, false = (
        np.bincount(passed[kind], minlength=_THRESHOLDS + 1)[::-1].cumsum()[-2::-1]
        for kind in (bound, ~bound)
    )
    positive = true + false
    d_true, d_positive = -np.diff(true), -np.diff(positive)
    auroc = (-np.diff(false) * (true[1:] + true[:-1]) / 2).sum() / (true[0] * false[0])
    # Where true = slope * positive + intercept, precision = true / positive integrates to a logarithm.
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(d_positive > 0, d_true / d_positive, 0)
        ratio = np.where(positive[1:] > 0, positive[:-1] / positive[1:], 1)
    intercept = true[1:] - slope * positive[1:]
    aupr = (slope * (d_true + intercept * np.log(ratio))).sum() / true[0]
    return dict(zip(names, (float(auroc), float(aupr)), strict=True))


def precision_recall_points(
    label: np.ndarray, score: np.ndarray, targets: Sequence[str], limit: int = 200
) -> pd.DataFrame:
    """Return the precision-recall curve of each target, thinned for plotting.

    Parameters
    ----------
    label, score, targets
        As for `evaluate`.
    limit
        Most points per target, at least 2: the first, the last, and others evenly spaced between them.

    Returns
    -------
    pandas.DataFrame
        `PRECISION_RECALL_COLUMNS`, targets in their order, recall ascending within each. Targets
        with labels of one class only are left out.
    """
    curves = _per_target(sklearn_metrics.precision_recall_curve, label, score)
    parts = []
    for target, curve in zip(targets, curves, strict=True):
        if curve is None:
            continue
        precision, recall = curve[0][::-1], curve[1][::-1]
        kept = np.unique(np.linspace(0, len(recall) - 1, min(limit, len(recall))).round().astype(int))
        parts.append(pd.DataFrame({"target": target, "recall": recall[kept], "precision": precision[kept]}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=PRECISION_RECALL_COLUMNS)


def _per_target(function: Callable[..., Any], label: np.ndarray, score: np.ndarray) -> list[Any]:
    if label.shape != score.shape or label.ndim != 2:
        raise ValueError(f"labels {label.shape} and scores {score.shape} must both be (N, T)")
    if wrong := int((~np.isfinite(score)).any(axis=1).sum()):
        raise UserError(
            f"the predictions of {wrong} of {len(score)} sequences are not finite numbers; "
            "the training has diverged, lower the learning rate or choose another activation"
        )
    return [
        function(label[:, t], score[:, t]) if 0 < label[:, t].sum() < len(label) else None
        for t in range(label.shape[1])
    ]


def _trapezoid(label: np.ndarray, score: np.ndarray) -> float:
    precision, recall, _ = sklearn_metrics.precision_recall_curve(label, score)
    return float(sklearn_metrics.auc(recall, precision))
