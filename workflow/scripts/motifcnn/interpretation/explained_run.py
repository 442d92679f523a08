"""Which training, method and target scores of attributions are about."""

from collections.abc import Mapping
from typing import Any


def run_explained(metrics: Mapping[str, Any], method: str, target: str) -> dict[str, Any]:
    """Return what scores.json and proxy.json say of the training whose attributions they are about.

    `metrics` is its metrics.json.
    """
    return {
        **{name: metrics[name] for name in ("dataset", "architecture", "activation", "seed")},
        "setting": metrics.get("setting", ""),
        "method": method,
        "target": target,
        "auroc": metrics.get("test", {}).get("auroc_mean"),
        "stopped": metrics.get("stopped"),
        "max_epochs": metrics.get("protocol", {}).get("epochs"),
    }
