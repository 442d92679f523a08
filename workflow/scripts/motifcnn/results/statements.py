"""What a paper states, in a form that our tables can confirm or refute: who, what number, which bound or order.

A file in `resources/published/` lists them under `statements:`; `verdicts` judges them.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..core.errors import UserError
from ..core.run_key import RunKey
from .metrics import ATTRIBUTION_METRICS, METRICS, MOTIF_METRICS, TABLE_METRICS, Owner
from .yaml_entries import in_one_line, is_names, is_number, mapping, source_of

RULES = ("at_least", "at_most", "within", "order", "above", "above_in_turn")
# Those that compare networks with others, which are their bound.
_AGAINST = ("above", "above_in_turn")
# What a statement may be about besides networks, and the metrics that it may then have.
_ABOUT = {"motifs": MOTIF_METRICS, "method": ATTRIBUTION_METRICS}
_KEYS = ("name", "says", "source", "dataset", "metric", "networks")


@dataclass(frozen=True)
class Statement:
    """One statement of a paper.

    Attributes
    ----------
    name
        A few words.
    says
        One sentence.
    source
        Where it is stated, in words; the details behind a semicolon, if there are any.
    dataset, metric
        Which number it is about.
    motifs
        For a metric of single motifs: which, each of which has to meet the bound.
    networks
        Their keys, without a seed; for `order` from first to last.
    rule
        One of `RULES`.
    bound
        What the rule needs: a number for `at_least` and `at_most`, (low, high) for `within`,
        `falling` or `rising` for `order`, networks for `above` and, one for each, `above_in_turn`.
    method
        For a metric of attributions: by which method.
    """

    name: str
    says: str
    source: str
    dataset: str
    metric: str
    networks: tuple[RunKey, ...]
    rule: str
    bound: float | tuple[float, float] | str | tuple[RunKey, ...]
    motifs: tuple[str, ...] = ()
    method: str | None = None

    @property
    def others(self) -> tuple[RunKey, ...]:
        """The networks that `networks` are compared with."""
        return self.bound if self.rule in _AGAINST else ()

    def on(self, dataset: str) -> "Statement":
        """Return the statement about the same networks on another dataset."""
        networks, others = (
            tuple(key._replace(dataset=dataset) for key in keys) for keys in (self.networks, self.others)
        )
        return replace(self, dataset=dataset, networks=networks, bound=others or self.bound)

    @property
    def number(self) -> tuple[str, ...]:
        """The metric, and the method if there is one, as `Published.value` takes them."""
        return (self.metric,) if self.method is None else (self.metric, self.method)


def read_statements(
    block: list[Any] | None, sources: Mapping[str, str], path: str | os.PathLike
) -> tuple[Statement, ...]:
    """Check the `statements:` of a file of published values.

    Parameters
    ----------
    block
        The list as YAML has it, or None.
    sources
        `sources:` of the file.
    path
        The file, for messages.

    Raises
    ------
    UserError
        An entry has an unknown key, metric, source or rule, none or several rules, a bound that does
        not fit its rule, motifs and a method, a network that is none or comes twice, or the name of another.
    """
    statements: dict[str, Statement] = {}
    for number, entry in enumerate(block or (), start=1):
        where = f"statement {number}"
        entry = mapping(entry, path, where, (*_KEYS, *_ABOUT, *RULES), required=_KEYS)
        name = in_one_line(entry["name"])
        where = f"{where} ({name})"
        if name in statements:
            raise UserError(f"{path}: {where} has the name of another one; write another name")
        rules = [rule for rule in RULES if rule in entry]
        if len(rules) != 1:
            found = " and ".join(rules) or "none"
            raise UserError(f"{path}: {where} must have exactly one of {', '.join(RULES)}; it has {found}")
        about = [name for name in _ABOUT if name in entry]
        if len(about) > 1:
            raise UserError(f"{path}: {where} has {' and '.join(about)}; keep one of the two")
        known = _ABOUT[about[0]] if about else TABLE_METRICS
        if entry["metric"] not in known:
            raise UserError(
                f"{path}: {where} has the metric {entry['metric']!r}; write one of {', '.join(known)}"
            )
        if "motifs" in entry and rules != ["at_least"]:
            raise UserError(f"{path}: {where} has motifs and {rules[0]}; of motifs only at_least can be judged")
        source = source_of(entry, sources, path, where)
        networks = _networks(entry, "networks", path, where)
        statements[name] = Statement(
            name=name,
            says=in_one_line(entry["says"]),
            source=source,
            dataset=str(entry["dataset"]),
            metric=entry["metric"],
            networks=networks,
            rule=rules[0],
            bound=_bound(rules[0], entry, networks, path, where),
            motifs=_motifs(entry.get("motifs"), path, where),
            method=str(entry["method"]) if "method" in entry else None,
        )
    return tuple(statements.values())


def _motifs(written: Any, path, where: str) -> tuple[str, ...]:
    if written is None:
        return ()
    if not is_names(written):
        raise UserError(f"{path}: {where}, motifs, must be a list of names such as [SP1, YY1]")
    return tuple(written)


def _networks(entry: Mapping[str, Any], name: str, path, where: str) -> tuple[RunKey, ...]:
    """Read the networks under `name` of a statement."""
    where, written, metric = f"{where}, {name}", entry[name], entry["metric"]
    if not (isinstance(written, list) and written):
        raise UserError(f"{path}: {where} must be a list such as [[cnn-1, relu], [cnn-1, relu, 2]]")
    networks = []
    for parts in written:
        try:
            key = RunKey.of_network(str(entry["dataset"]), parts)
        except ValueError as error:
            raise UserError(
                f"{path}: {where}: {error}; write [architecture, activation], then a setting and a layer if need be"
            ) from None
        if METRICS[metric].owner in (Owner.NETWORK, Owner.METHOD) and key.layer > 1:
            raise UserError(
                f"{path}: {where} has layer {key.layer}, but {metric} is a score of the whole network; leave it out"
            )
        if key in networks:
            raise UserError(f"{path}: {where} has {key.network} twice; keep one of the two")
        networks.append(key)
    return tuple(networks)


def _bound(rule: str, entry: Mapping[str, Any], networks: tuple[RunKey, ...], path, within: str) -> Any:
    value, where = entry[rule], f"{within}, {rule}"
    if rule == "order":
        if value not in ("falling", "rising"):
            raise UserError(f"{path}: {where} is {value!r}; write falling or rising")
        if len(networks) < 2:
            raise UserError(f"{path}: {where} needs at least two networks")
        return value
    if rule in _AGAINST:
        others = _networks(entry, rule, path, within)
        if rule == "above_in_turn" and len(others) != len(networks):
            raise UserError(f"{path}: {where} has {len(others)} networks for {len(networks)}; write one for each")
        if both := [network for network in others if network in networks]:
            raise UserError(f"{path}: {where} has {both[0].network} on both sides")
        return others
    numbers = value if rule == "within" else [value]
    if not isinstance(numbers, list) or len(numbers) != (2 if rule == "within" else 1):
        raise UserError(f"{path}: {where} is {value!r}; write two numbers such as [0.6, 0.7]")
    for number in numbers:
        if not is_number(number):
            raise UserError(f"{path}: {where} has {number!r}; write a number")
        if METRICS[entry["metric"]].is_share and not 0 <= number <= 1:
            raise UserError(f"{path}: {where} has {number!r}; {entry['metric']} lies between 0 and 1")
    if rule != "within":
        return float(value)
    if numbers[0] >= numbers[1]:
        raise UserError(f"{path}: {where} is {value!r}; write the lower number first")
    return float(numbers[0]), float(numbers[1])
