"""The sequences that a sequence is compared with."""

import numpy as np

from ...core.errors import UserError
from ...core.sequences import N_CODE
from .explained import UNIFORM_CODE

_CONSTANT = {"zeros": N_CODE, "uniform": UNIFORM_CODE}


def draw_references(
    kind: str | np.ndarray, codes: np.ndarray, number: int, rng: np.random.Generator
) -> np.ndarray:
    """Return the references of each sequence, uint8 (N, R, L).

    Where a sequence has N, so have its references: what is not known is never compared.

    Parameters
    ----------
    kind
        `permuted`, the letters of the sequence in random order; `dinucleotide`, the same with every pair of
        neighbours as often as before; `zeros`, no letter at all (code 4); `uniform`, a quarter of each
        (code 5); or the references themselves, uint8 (R, L) or (N, R, L).
    codes
        uint8 (N, L).
    number
        How many are drawn for each sequence; of the constant ones there is one.
    rng
        Draws them.

    Raises
    ------
    UserError
        There is no such kind, or an array does not fit.
    """
    n, length = codes.shape
    if isinstance(kind, np.ndarray):
        if kind.ndim not in (2, 3) or kind.shape[-1] != length or (kind.ndim == 3 and len(kind) != n):
            raise UserError(
                f"references has the shape {kind.shape}; it must be (R, {length}) or ({n}, R, {length})"
            )
        found = np.broadcast_to(kind, (n, *kind.shape[-2:])).astype(np.uint8)
    elif kind in _CONSTANT:
        found = np.full((n, 1, length), _CONSTANT[kind], np.uint8)
    elif kind in _SHUFFLES:
        found = np.repeat(codes[:, None], number, axis=1)
        for row in found.reshape(-1, length):
            for start, end in _known(row):
                row[start:end] = _SHUFFLES[kind](row[start:end], rng)
    else:
        kinds = ", ".join((*_SHUFFLES, *_CONSTANT))
        raise UserError(f"there are no references '{kind}'; write one of {kinds}, or give an array")
    return np.where((codes == N_CODE)[:, None], np.uint8(N_CODE), found)


def _known(row: np.ndarray) -> list[tuple[int, int]]:
    """Return the stretches without N, as (start, end)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], row != N_CODE, [False]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _shuffle_pairs(letters: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a random order of letters with the same pairs of neighbours, first and last letter.

    A random Eulerian path (Altschul & Erickson 1985, Mol Biol Evol 2:526): what follows each letter is
    shuffled, but for its last follower in the sequence, which stays last, so that the path never ends early.
    """
    following: list[list[int]] = [[] for _ in range(4)]
    for letter, after in zip(letters[:-1].tolist(), letters[1:].tolist(), strict=True):
        following[letter].append(after)
    for after in following:
        after[:-1] = rng.permutation(after[:-1]).tolist()
    queues = [iter(after) for after in following]
    path = [int(letters[0])]
    while (letter := next(queues[path[-1]], None)) is not None:
        path.append(letter)
    return np.array(path, np.uint8)


_SHUFFLES = {"permuted": lambda letters, rng: rng.permutation(letters), "dinucleotide": _shuffle_pairs}
