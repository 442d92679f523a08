"""Look up what a job needs to know from the configuration of an experiment.

Snakemake passes these parts as params, so that a change of one re-runs what depends on it. By hand
`--config FILE` and the names of dataset, network and activation say the same.
"""

import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from ..core.errors import UserError
from .activation_combinations import of_studied, with_combination
from .dataset_kinds import kind_of

# What a part may be looked up by, with the help of its command-line argument.
SELECTORS = {
    "dataset_name": "Name of the dataset in the configuration.",
    "architecture": "Name of the architecture in the configuration.",
    "activation": "Name of the activation in the configuration.",
    "setting": "Name of the setting in the configuration, if the run has one.",
    "method": "Name of the attribution method in the configuration.",
}


def parameters(plan, dataset_name: str) -> dict[str, Any]:
    """What a dataset is made with, without its description and the files it is made from."""
    definition = _entry(plan.datasets, "dataset", dataset_name)
    return kind_of(definition).parameters(definition)


def declaration(plan, architecture: str, activation: str) -> dict[str, Any]:
    """The network as its layers, or as the user's own module."""
    network = _entry(plan.architectures, "architecture", architecture)
    network = with_combination(network, _entry(plan.activations, "activation", activation))
    return {key: value for key, value in network.items() if key != "source"}


def activation_spec(plan, activation: str) -> str | dict[str, Any]:
    """The studied activation: a function, with its parameters, or the user's own module."""
    return of_studied(_entry(plan.activations, "activation", activation))


def training(plan, setting: str = "") -> dict[str, Any]:
    """How networks are trained."""
    return _entry(plan.settings, "setting", setting).training


def filters(plan, setting: str = "") -> dict[str, Any]:
    """How filters become motifs."""
    return _entry(plan.settings, "setting", setting).filters


def matching(plan, dataset_name: str, setting: str = "") -> dict[str, Any]:
    """How filters are matched, and with which motifs as the relevant ones."""
    dataset = _entry(plan.datasets, "dataset", dataset_name)
    chosen = _entry(plan.settings, "setting", setting)
    return chosen.matching | {"relevant": chosen.relevant_on(dataset)}


def relevant(plan, dataset_name: str) -> str | dict[str, list[str]]:
    """Which motifs are those of a dataset's targets, by the unchanged protocol."""
    return matching(plan, dataset_name)["relevant"]


def attribution(plan, method: str) -> dict[str, Any]:
    """An attribution method with its options, the target and the number of sequences."""
    return _entry(plan.attribution, "attribution method", method)


def modisco(plan) -> dict[str, Any]:
    """How TF-MoDISco searches attributions for patterns."""
    return {key: value for key, value in _of_modisco(plan).items() if key not in ("method", "trim_at")}


def trim_at(plan) -> float:
    """Where the patterns of TF-MoDISco are trimmed."""
    return _of_modisco(plan)["trim_at"]


def aupr(plan) -> str:
    """How the area under the precision-recall curve is computed."""
    return plan.config["protocol"]["metrics"]["aupr"]


def sweeps(plan) -> list[dict[str, Any]]:
    """What the sweeps of the report are about."""
    return plan.config["report"]["sweeps"]


def compute(plan) -> dict[str, Any]:
    """Device, precision and number of threads."""
    return plan.config["compute"]


_FUNCTIONS = (
    parameters, declaration, activation_spec, training, filters, matching, relevant, attribution, modisco, trim_at,
    aupr, sweeps, compute,
)  # fmt: skip
# The parts by name, which is also the name of the parameter of an adapter's `main`.
PARTS: dict[str, Callable[..., Any]] = {function.__name__: function for function in _FUNCTIONS}


@cache
def selectors(part: str) -> list[inspect.Parameter]:
    """Return the names that a part is looked up by, as parameters of its function."""
    return list(inspect.signature(PARTS[part]).parameters.values())[1:]


def look_up(plan, part: str, **names: str) -> Any:
    """Return the part of the configuration that is called `part` in `PARTS`.

    `names` are by the keys of `SELECTORS`; those that the part does not depend on are ignored.

    Raises
    ------
    UserError
        The configuration has no dataset, architecture, activation or setting of that name.
    """
    needed = {parameter.name for parameter in selectors(part)}
    return PARTS[part](plan, **{name: value for name, value in names.items() if name in needed})


def read_plan(path: str | Path):
    """Read a configuration file as `snakemake --configfile` does, and unfold it.

    Raises
    ------
    UserError
        The file cannot be read, or something in it is wrong.
    """
    # The environment of a job may lack what it takes to check a configuration, and needs it by hand alone.
    from .config import make_plan
    from .yaml_file import read_yaml

    return make_plan(read_yaml(path))


def _of_modisco(plan) -> dict[str, Any]:
    if plan.modisco is None:
        raise UserError("the experiment does not use TF-MoDISco; write attribution: {modisco: {}}")
    return plan.modisco


def _entry(entries: dict[str, Any], what: str, name: str) -> Any:
    if name not in entries:
        known = ", ".join(filter(None, entries)) or "none at all"
        raise UserError(f"the experiment has no {what} '{name}'; it has {known}")
    return entries[name]
