"""Plans of small configurations, for tests of what a configuration means."""

import copy
from typing import Any

from motifcnn.experiment.config import Plan, make_plan

MINIMAL = {
    "experiment": "mine",
    "datasets": ["synthetic"],
    "grid": [{"architectures": ["cnn-2"], "activations": ["relu"]}],
}


def plan(**changes: Any) -> Plan:
    """Plan a minimal configuration with some keys changed: `protocol__filters__window=9`."""
    given = copy.deepcopy(MINIMAL)
    for path, value in changes.items():
        *parents, key = path.split("__")
        place = given
        for parent in parents:
            place = place.setdefault(parent, {})
        place[key] = value
    return make_plan(given)
