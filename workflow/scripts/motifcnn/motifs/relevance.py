"""Which motifs of a database count as those of a dataset's transcription factors."""

from collections.abc import Iterable, Mapping, Sequence

from .factor_names import factors_in, name_of_matrix
from .factors import Factor

Choice = str | Mapping[str, Sequence[str]]


def relevant_lists(
    choice: Choice,
    targets: Iterable[str],
    names: Mapping[str, str],
    factors: Mapping[str, Factor],
    synonyms: Mapping[str, str],
) -> dict[str, list[str]]:
    """Return the ids of the relevant motifs of each transcription factor that the database has one of.

    Parameters
    ----------
    choice
        `auto`, all matrices of the database that are named after the target, also those of dimers that it is
        part of; for the papers' factors `papers` or `strict`; or the user's own lists, {factor: ids}.
    targets
        Label names of the dataset.
    names
        Names of the database's motifs by id; a target that is an id is relevant to itself.
    factors
        The papers' factors, by name.
    synonyms
        As `factor_names.read_synonyms` returns them.

    Returns
    -------
    dict
        {factor: ids} of the targets that are known, in their order, or the user's own lists. A factor none of
        whose motifs is in the database could not be found in any filter and is left out.
    """
    if isinstance(choice, Mapping):
        lists = {factor: list(ids) for factor, ids in choice.items()}
    else:
        matrices = _by_factors(names, synonyms) if choice == "auto" else {}
        lists = {}
        for target in targets:
            if target in names:
                lists[target] = [target]
            elif choice == "auto":
                wanted = factors_in(target, synonyms)
                lists[target] = [name for name, parts in matrices.items() if wanted <= parts]
            elif target in factors:
                lists[target] = list(getattr(factors[target], f"relevant_{choice}"))
    return {factor: ids for factor, ids in lists.items() if any(name in names for name in ids)}


def without_motif(
    choice: Choice,
    targets: Iterable[str],
    names: Mapping[str, str],
    factors: Mapping[str, Factor],
    synonyms: Mapping[str, str],
) -> list[str]:
    """Return the factors of the user's own lists, or else the targets, that `relevant_lists` leaves out."""
    known = relevant_lists(choice, targets, names, factors, synonyms)
    return [name for name in (choice if isinstance(choice, Mapping) else targets) if name not in known]


def in_words(relevant: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> list[str]:
    """Return a line for each factor with its relevant motifs, such as "MAX: MA0058.3, MA0059.1 (MAX::MYC)"."""
    lines = []
    for factor, ids in relevant.items():
        shown = []
        for name in (name for name in ids if name in names):
            other = names[name] if names[name] not in ("", factor, name) else ""
            shown.append(f"{name} ({other})" if other else name)
        lines.append(f"{factor}: {', '.join(shown)}")
    return lines


def _by_factors(names: Mapping[str, str], synonyms: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return the factors that each matrix is of, by its id."""
    return {name: factors_in(name_of_matrix(name, second), synonyms) for name, second in names.items()}
