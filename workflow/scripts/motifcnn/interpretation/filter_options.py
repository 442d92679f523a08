"""The choices to be made on the way from activation maps to motifs, checked."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from ..core.errors import UserError

_CHOICES = {
    "reference": ("observed", "theoretical"),
    "positions": ("all", "best"),
    "weighting": ("activation", "uniform"),
    "ends": ("pad", "drop"),
}


@dataclass(frozen=True)
class FilterOptions:
    """How activations become motifs; the defaults are those of Koo & Ploenzke 2019.

    Attributes
    ----------
    threshold
        A position is a site where the activation is strictly above `threshold` × reference.
    reference
        `observed`: the filter's maximum over all sequences; `theoretical`: the highest activation
        that any sequence could reach.
    positions
        `all` positions above the threshold, or the `best` one of each sequence (the first of
        equals), if above the threshold.
    weighting
        Each site counts with its `activation`, or all count alike (`uniform`).
    ends
        Windows that stick out of the sequence: `pad` keeps what lies inside, `drop` leaves them out.
    window
        Width of the window, nt, of which `window // 2` lie before the centre; or `receptive_field`,
        all that a position of the layer depends on: in the first layer, the size of its filters.
    clip_information, clip_pad
        Motifs are cut to the columns from the first to the last with more than `clip_information`
        bits, and `clip_pad` more on both sides. None as `clip_information`: no clipping.
    """

    threshold: float = 0.5
    reference: str = "observed"
    positions: str = "all"
    weighting: str = "activation"
    ends: str = "pad"
    window: int | str = 19
    clip_information: float | None = 0.5
    clip_pad: int = 3

    def __post_init__(self):
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise UserError(
                    f"filters: {name}: {getattr(self, name)!r} is unknown; write {' or '.join(choices)}"
                )
        if not _is_number(self.threshold) or not 0 <= self.threshold <= 1:
            raise UserError(
                f"filters: threshold: {self.threshold!r} must be a number from 0 to 1, such as 0.5"
            )
        if self.window != "receptive_field" and not (_is_whole(self.window) and self.window >= 1):
            raise UserError(
                f"filters: window: {self.window!r} must be a width in nt, such as 19, or receptive_field"
            )
        bits = self.clip_information
        if bits is not None and not (_is_number(bits) and 0 <= bits <= 2):
            raise UserError(f"filters: clip: information: {bits!r} must be a number of bits from 0 to 2")
        if not (_is_whole(self.clip_pad) and self.clip_pad >= 0):
            raise UserError(f"filters: clip: pad: {self.clip_pad!r} must be a number of columns, such as 3")

    @classmethod
    def from_config(cls, section: Mapping[str, Any]) -> "FilterOptions":
        """Read the `protocol: filters:` section, whose `clip` is null or {information, pad}."""
        values = dict(section)
        if "clip" in values:
            clip = values.pop("clip")
            if clip is None:
                values["clip_information"] = None
            elif isinstance(clip, Mapping) and not set(clip) - {"information", "pad"}:
                values |= {f"clip_{key}": value for key, value in clip.items()}
            else:
                raise UserError(f"filters: clip: {clip!r} must be null or {{information: 0.5, pad: 3}}")
        known = [field.name for field in fields(cls)]
        if unknown := [key for key in values if key not in known]:
            raise UserError(f"filters: {unknown[0]} is unknown; write one of {', '.join(known[:6])}, clip")
        return cls(**values)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
