"""Motifs that a configuration names, held against the databases that are searched."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from ..core.errors import UserError
from ..motifs.factors import Factor
from ..motifs.matrix_ids import names_in
from ..motifs.relevance import without_motif
from .dataset_kinds import kind_of
from .schema import nearest
from .settings import Setting

# More names would not be read.
_LISTED = 5
_names_in = cache(names_in)


def check_motifs(
    names: Iterable[str], where: str, databases: Iterable[str], others: Collection[str] = ()
) -> None:
    """Check that each of `names`, which stand at `where`, is a motif of a database or one of the `others`.

    A database that cannot be read is left to the job that reads it.

    Raises
    ------
    UserError
        One line for each name that is neither.
    """
    if sentences := list(_unknown(names, where, databases, others)):
        raise UserError("\n".join(sentences))


def without_idle_drops(settings: Mapping[str, Setting]) -> tuple[dict[str, Setting], list[str]]:
    """Leave out of `drop` the motifs that a database lacks, where it is not the user who lists them.

    Settings with a list other than that of the protocol as it stands keep it.

    Returns
    -------
    dict, list of str
        The settings, and a sentence for each database that lacks some.
    """
    inherited, left, lacking = settings[""].matching["drop"], dict(settings), {}
    for name, setting in settings.items():
        ids = _ids_in_any([setting.database])
        idle = [motif for motif in inherited if ids and motif not in ids]
        if idle and setting.matching["drop"] == inherited:
            kept = [motif for motif in inherited if motif not in idle]
            left[name] = replace(setting, matching={**setting.matching, "drop": kept})
            lacking[setting.database] = idle
    return left, [
        f"matching.drop of the protocol that yours is like has {', '.join(idle)}, which {database} lacks: nothing to "
        "leave out"
        for database, idle in lacking.items()
    ]


def check_relevant(
    used: Iterable[tuple[str, str]], datasets: Mapping[str, dict], settings: Mapping[str, Setting]
) -> None:
    """Check that lists of relevant motifs hold ids of a database that their filters are compared with.

    Beside the version of a matrix that is there, its others may be listed, too.

    Parameters
    ----------
    used
        Names of a dataset and of a setting that it is run under.
    datasets, settings
        As in `config.Plan`.

    Raises
    ------
    UserError
        One line for each id that is in none.
    """
    databases: dict[str, tuple[Any, dict[str, None]]] = {}
    for dataset, name in used:
        setting, own = settings[name], datasets[dataset].get("relevant")
        where = settings[name if setting.own_relevant else ""].at("matching.relevant")
        where = f"dataset '{dataset}': relevant" if own and not setting.own_relevant else where
        choice = setting.relevant_on(datasets[dataset])
        databases.setdefault(where, (choice, {}))[1][setting.database] = None
    sentences = []
    for where, (choice, paths) in databases.items():
        known = _ids_in_any(paths)
        for factor, ids in choice.items() if isinstance(choice, Mapping) else ():
            there = {_matrix(name) for name in ids if name in known}
            rest = [name for name in ids if _matrix(name) not in there]
            sentences += _unknown(rest, f"{where}.{factor}", paths)
    if sentences:
        raise UserError("\n".join(sentences))


def _unknown(
    names: Iterable[str], where: str, databases: Iterable[str], others: Collection[str] = ()
) -> Iterator[str]:
    """Yield a sentence for each name that is in none of the databases nor one of the `others`."""
    ids = _ids_in_any(databases)
    for name in names if ids else ():
        if name in ids or name in others:
            continue
        # The latest version of the same matrix, or else what is spelt most alike.
        versions = [other for other in ids if _matrix(other) == _matrix(name)]
        meant = versions[-1] if versions else nearest(name, [*others, *ids])
        suggestion = f"; did you mean '{meant}'?" if meant else "; look up its id there"
        yield f"{where} has '{name}', which is not in {' or '.join(databases)}{suggestion}"


def _ids_in_any(databases: Iterable[str]) -> list[str]:
    """Return the ids in any of the databases, sorted; none at all if one cannot be read."""
    found = [_names_in(database) for database in databases]
    return [] if None in found else sorted(set().union(*found))


def _matrix(name: str) -> str:
    """Return an id without its version: MA0139 for MA0139.1."""
    return name.partition(".")[0]


def without_motifs(
    used: Iterable[tuple[str, str]],
    datasets: Mapping[str, dict],
    settings: Mapping[str, Setting],
    factors: Mapping[str, Factor],
    synonyms: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """Yield a dataset, and a sentence on those of its factors that no filter can be found to match.

    Parameters are those of `check_relevant` and of `relevance.relevant_lists`. Nothing is said of datasets whose
    targets only their file knows.
    """
    for dataset, name in used:
        choice, database = settings[name].relevant_on(datasets[dataset]), settings[name].database
        targets, known = kind_of(datasets[dataset]).targets(datasets[dataset]), _names_in(database)
        # Targets of DeepSEA may be given as numbers of its features.
        names = list(map(str, choice if isinstance(choice, Mapping) else targets or ()))
        if known is None or not names:
            continue
        missing = without_motif(choice, names, known, factors, synonyms)
        if not missing:
            continue
        more = f" and {len(missing) - _LISTED} more" if len(missing) > _LISTED else ""
        effect = f"leave {'it' if len(missing) == 1 else 'them'} out"
        yield (
            dataset,
            f"{dataset}: no motif in {database} is known to be relevant for {', '.join(missing[:_LISTED])}{more}, so "
            f"'match relevant' and 'motifs found' {effect if len(missing) < len(names) else 'have no values'}; if "
            "there is one, list its id under `relevant`",
        )
