"""Decide from the history when to stop and when to lower the learning rate.

No state is kept, so that an interrupted training decides the same when it continues.
"""

import math
from collections.abc import Sequence

# Whether higher is better.
MONITORS = {
    "val_loss": False,
    "val_auroc": True,
    "val_aupr": True,
    "val_auroc_micro": True,
    "val_aupr_micro": True,
}


def best_epoch(history: Sequence[dict], monitor: str) -> int:
    """Return the 0-based epoch with the best value of a monitor, the first one in case of ties.

    `history` has a dict per epoch with the value of that monitor, a key of `MONITORS`.
    """
    sign = -1 if MONITORS[monitor] else 1
    values = [sign * epoch[monitor] for epoch in history]
    return values.index(min(values))


def has_run_out(history: Sequence[dict], stop: dict | None) -> bool:
    """Tell whether `patience` epochs have passed since the best value.

    `stop` is `{"monitor": .., "patience": epochs}`, or None to never stop early.
    """
    if not stop or not history:
        return False
    return len(history) - 1 - best_epoch(history, stop["monitor"]) >= stop["patience"]


def learning_rate(initial: float, history: Sequence[dict], schedule: dict | None) -> float:
    """Return the learning rate of the next epoch.

    It is multiplied by `factor` whenever `patience` epochs in a row have not improved on the best
    value by more than `min_delta`, but never falls below `floor`, as with Keras' ReduceLROnPlateau.
    `schedule` is `{"monitor": .., "factor": .., "patience": epochs, "floor": .., "min_delta": ..}` or
    None.
    """
    if not schedule:
        return initial
    sign = -1 if MONITORS[schedule["monitor"]] else 1
    rate, best, waited = initial, math.inf, 0
    for epoch in history:
        value = sign * epoch[schedule["monitor"]]
        if value < best - schedule["min_delta"]:
            best, waited = value, 0
            continue
        waited += 1
        if waited >= schedule["patience"]:
            rate, waited = max(rate * schedule["factor"], schedule["floor"]), 0
    return rate
