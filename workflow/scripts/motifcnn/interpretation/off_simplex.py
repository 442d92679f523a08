"""How far gradients lie off the simplex of one-hot sequences, where no sequence can show what they say."""

import numpy as np

from ..core.sequences import N_CODE

# Degrees (Majdandzic et al. 2023, Genome Biol 24:109), and the squares of their sines.
ANGLES = {30: 0.25, 45: 0.5, 60: 0.75}


def off_simplex(gradients: np.ndarray | None, codes: np.ndarray) -> dict[str, float | None]:
    """Return the shares of positions at which the gradient lies more than each of `ANGLES` off the simplex.

    The four letters of a position add up to 1, so that the gradient's component along (1, 1, 1, 1) is arbitrary. The
    angle between gradient and simplex is the arcsine of that component, |Σ g| / 2, over the gradient's length.

    Parameters
    ----------
    gradients
        float (N, 4, L); their scale does not matter. None for scores that are no gradients, which have no such angle.
    codes
        uint8 (N, L), the sequences; N, and positions without any gradient, are left out.

    Returns
    -------
    dict
        `off_simplex_30` and so on; None where no position has a gradient. Of random directions in four dimensions the
        shares are 0.391, 0.182 and 0.058.
    """
    if gradients is None:
        return dict.fromkeys(map(_name, ANGLES))
    columns = gradients.transpose(0, 2, 1)[codes != N_CODE].astype(np.float64)
    # So that squares of tiny numbers do not vanish.
    largest = np.abs(columns).max(1, initial=0)
    columns = columns[largest > 0] / largest[largest > 0, None]
    squares = columns.sum(1) ** 2 / (4 * (columns**2).sum(1))
    return {
        _name(angle): float((squares > limit).mean()) if len(squares) else None
        for angle, limit in ANGLES.items()
    }


def _name(angle: int) -> str:
    return f"off_simplex_{angle}"
