"""Settings: named changes of the protocol within one experiment, and what they can share.

Training depends on `protocol: training`, motifs on that and on `protocol: filters`. Settings that
agree in these therefore share models or motifs; they lie with the first setting that has them, and
the protocol as it stands comes before all others.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..core.errors import UserError
from ..core.run_key import UNCHANGED
from .dataset_kinds import kind_of
from .protocols import changed
from .schema import complete
from .yaml_file import place

SECTIONS = ("training", "filters", "matching")
_PROTOCOL = "protocol"


@dataclass(frozen=True)
class Setting:
    """The protocol under a setting.

    Attributes
    ----------
    training, filters, matching
        Sections of the protocol with the setting's changes.
    own_relevant
        Whether it is the setting that says which motifs are relevant.
    where
        Where it is defined, for messages.
    database
        Path of the motif database that filters are compared with.
    model, motifs
        Names of the settings in whose folders the trained models and the motifs lie.
    """

    training: dict[str, Any]
    filters: dict[str, Any]
    matching: dict[str, Any]
    own_relevant: bool
    where: str
    database: str
    model: str
    motifs: str

    def at(self, key: str) -> str:
        """Where a key of the protocol stands, for messages."""
        return _at(self.where, key)

    def relevant_on(self, dataset: Mapping[str, Any]) -> str | dict[str, list[str]]:
        """Return what is relevant on a dataset.

        The setting goes before the dataset, the dataset before the protocol, and what its kind has by default
        stands in where none of them says anything.
        """
        own = None if self.own_relevant else dataset.get("relevant")
        return own or self.matching["relevant"] or kind_of(dataset).relevant


def names_of(block: Mapping[str, Any]) -> list[str]:
    """Return the names of a block's settings, "" for the protocol as it stands."""
    return ["" if name == UNCHANGED else name for name in block.get("settings", {UNCHANGED: {}})]


def read_settings(config: Mapping[str, Any], find_database: Callable[[str, str], str]) -> dict[str, Setting]:
    """Return all settings of a complete configuration by name, the protocol as it stands, "", first.

    `find_database` returns the path of a motif database, given its name and where it stands.

    Raises
    ------
    UserError
        A change is not allowed or does nothing, a name cannot be used, or two blocks mean different
        changes by one name.
    """
    found: dict[str, Setting] = {}
    changes: dict[str, Mapping[str, Any]] = {}
    for name, change, where in _definitions(config):
        if name in changes:
            if change != changes[name]:
                raise UserError(
                    f"{where} and {found[name].where} change the protocol in different ways; give them "
                    "different names"
                )
            continue
        changes[name] = change
        merged = config["protocol"]
        if name:
            merged = complete(changed(merged, change), "protocol", where)
        sections = {section: merged[section] for section in SECTIONS}
        sections["training"] = _with_monitor(sections["training"])
        found[name] = Setting(
            **sections,
            own_relevant="relevant" in change.get("matching", {}),
            where=where,
            database=find_database(sections["matching"]["database"], _at(where, "matching.database")),
            model=_first(found, sections, ("training",), name),
            motifs=_first(found, sections, ("training", "filters"), name),
        )
    return found


def _with_monitor(training: dict[str, Any]) -> dict[str, Any]:
    """Fill in what the schedule monitors, if it does not say: the same as early stopping."""
    if not training["schedule"] or "monitor" in training["schedule"]:
        return training
    monitor = training["stop"]["monitor"] if training["stop"] else "val_loss"
    return {**training, "schedule": {"monitor": monitor, **training["schedule"]}}


def _at(where: str, key: str) -> str:
    return f"{where}{'.' if where == _PROTOCOL else ': '}{key}"


def _definitions(config: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Name, changes and place of each setting, block by block; the protocol as it stands before all others."""
    yield "", {}, _PROTOCOL
    known: dict[str, str] = {}
    for number, block in enumerate(config["grid"]):
        for name, change in block.get("settings", {}).items():
            where = place(("grid", number, "settings", name))
            change = {section: keys for section, keys in (change or {}).items() if keys}
            if known.setdefault(name.casefold(), name) != name:
                raise UserError(
                    f"{where} differs from the setting '{known[name.casefold()]}' in upper and lower case only; "
                    "choose another name"
                )
            if name.startswith("seed-"):
                raise UserError(f"{where}: seed-… are the folders of runs; choose another name")
            if name == UNCHANGED and change:
                raise UserError(f"{where} has changes, but is the protocol as it stands; choose another name")
            if name != UNCHANGED and not change:
                raise UserError(
                    f"{where} changes nothing; write `{UNCHANGED}: {{}}` for the protocol as it stands"
                )
            if change:
                yield name, change, where


def _first(found: Mapping[str, Setting], sections: Mapping[str, Any], of: tuple[str, ...], name: str) -> str:
    """The first setting whose sections `of` are the same; `name`, if there is none before it."""
    alike = (
        known for known, one in found.items() if all(getattr(one, part) == sections[part] for part in of)
    )
    return next(alike, name)
