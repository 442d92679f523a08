"""DeepSEA's 919 features, and which ones a configuration asks for."""

import difflib
import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from ...core.errors import UserError
from ...motifs.factors import Factor


def read_features(path: str | os.PathLike) -> tuple[str, ...]:
    """Read the table of DeepSEA's features, tab-separated: `index`, 0, 1, …, and `name`, cell|target|treatment.

    Raises
    ------
    UserError
        The file is missing or is not such a table.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"the table of DeepSEA features {path} cannot be read ({error})") from None
    rows = [line.split("\t") for line in lines]
    if not rows or rows[0] != ["index", "name"]:
        raise UserError(f"{path} must be tab-separated with the columns index and name")
    for number, row in enumerate(rows[1:]):
        if len(row) != 2 or row[0] != str(number):
            raise UserError(
                f"{path}, line {number + 2}: there must be the index {number} and a name, not {row}"
            )
    return tuple(name for _, name in rows[1:])


def choose_targets(
    chosen: Sequence[str | int] | Mapping[str, str | int],
    factors: Mapping[str, Factor],
    features: Sequence[str],
) -> dict[str, int]:
    """Find the features that a configuration names.

    A name that is in neither table is looked up again ignoring case, hyphens, underscores and spaces.

    Parameters
    ----------
    chosen
        Names of the factors table (`MAX`), DeepSEA's own names (`K562|Max|None`) or 0-based indices,
        in the order of the labels; the keys of a mapping become the names of the targets.
    factors
        The factors table.
    features
        DeepSEA's names, in order.

    Returns
    -------
    dict
        Index by name; a name is spelt as in its table.

    Raises
    ------
    UserError
        A target does not exist, is not unique, or is asked for twice.
    """
    pairs = chosen.items() if isinstance(chosen, Mapping) else ((None, target) for target in chosen)
    found: dict[str, int] = {}
    for given, target in pairs:
        name, index = _find(target, factors, features)
        if name in found and isinstance(target, int):
            name = f"{name}|{index}"
        name = name if given is None else given
        if name in found or index in found.values():
            raise UserError(f"targets: the DeepSEA feature {index}, {features[index]}, is asked for twice")
        found[name] = index
    if not found:
        raise UserError("targets: there must be at least one DeepSEA feature")
    return found


def _spelling(name: str) -> str:
    """Reduce a name to what its spellings share: USF-1 and usf1, or a no-break space and none."""
    return re.sub(r"[\s_\-\u2010-\u2015]", "", unicodedata.normalize("NFKC", name)).casefold()


def _find(target: str | int, factors: Mapping[str, Factor], features: Sequence[str]) -> tuple[str, int]:
    """Return the name, as in our tables, and the index of one target."""
    if isinstance(target, int):
        if not 0 <= target < len(features):
            raise UserError(
                f"targets: there is no DeepSEA feature {target}; indices run from 0 to {len(features) - 1}"
            )
        return features[target], target
    for same in (lambda name: name == target, lambda name: _spelling(name) == _spelling(target)):
        if named := next((name for name in factors if same(name)), None):
            return named, factors[named].deepsea_index
        places = [index for index, name in enumerate(features) if same(name)]
        if len(places) == 1:
            return features[places[0]], places[0]
        if places:
            raise UserError(
                f"targets: DeepSEA has several features {target}; write the index of one, "
                + " or ".join(map(str, places))
            )
    close = difflib.get_close_matches(target, [*factors, *features], 3, 0.6)
    hint = f"did you mean {' or '.join(close)}? " if close else ""
    raise UserError(
        f"targets: '{target}' is neither a transcription factor of the table nor a DeepSEA feature; {hint}"
        "see resources/deepsea_features.tsv, or write an index"
    )
