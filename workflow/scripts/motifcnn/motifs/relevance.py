"""Which motifs of a database count as those of a dataset's transcription factors."""

from collections.abc import Container, Iterable, Mapping, Sequence

from .factors import Factor

Choice = str | Mapping[str, Sequence[str]]


def relevant_lists(
    choice: Choice, targets: Iterable[str], factors: Mapping[str, Factor], database_ids: Container[str]
) -> dict[str, list[str]]:
    """Return the ids of the relevant motifs of each transcription factor that the database has one of.

    Parameters
    ----------
    choice
        `protocol: matching: relevant:`, for the papers' factors `papers` or `strict`; or the user's own lists,
        {factor: ids}.
    targets
        Label names of the dataset.
    factors
        The papers' factors, by name.
    database_ids
        Ids of the database's motifs; a target that is one of them is relevant to itself.

    Returns
    -------
    dict
        {factor: ids} of the targets that are known, in their order, or the user's own lists. A factor none of
        whose motifs is in the database could not be found in any filter and is left out.
    """
    lists = _all_lists(choice, targets, factors, database_ids)
    return {factor: ids for factor, ids in lists.items() if any(name in database_ids for name in ids)}


def without_motif(
    choice: Choice, targets: Iterable[str], factors: Mapping[str, Factor], database_ids: Container[str]
) -> list[str]:
    """Return the factors of the user's own lists, or else the targets, that `relevant_lists` leaves out."""
    known = relevant_lists(choice, targets, factors, database_ids)
    return [name for name in (choice if isinstance(choice, Mapping) else targets) if name not in known]


def _all_lists(choice, targets, factors, database_ids) -> dict[str, list[str]]:
    if isinstance(choice, Mapping):
        return {factor: list(ids) for factor, ids in choice.items()}
    lists = {}
    for target in targets:
        if target in factors:
            lists[target] = list(getattr(factors[target], f"relevant_{choice}"))
        elif target in database_ids:
            lists[target] = [target]
    return lists
