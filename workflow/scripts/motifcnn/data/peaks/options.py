"""What a dataset of type peaks is made of: its declaration, checked."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ...core.errors import UserError
from ..strands import is_doubled

# Keys of a declaration that do not change what is made.
_DESCRIPTION = ("type", "title", "relevant")


@dataclass(frozen=True)
class PeakOptions:
    """A dataset of type peaks.

    Attributes
    ----------
    genome
        FASTA file.
    peaks
        Peak file of every target, {target: path}.
    chromosomes
        Those of each split, {valid: [...], test: [...], train: [...] or None}. None: all that are not
        held out, nor named after one that is (chr8_KI270818v1_alt holds what chr8 holds).
    bin, window
        nt.
    min_overlap
        A bin is positive if more than this share of it lies in peaks.
    blacklist
        File of intervals that bins must not touch, or None.
    filter
        {file: bigWig, min: number}: the least mean of a signal over the bin; or None.
    max_n
        The largest share of letters other than A, C, G and T that a window may have.
    negatives
        {kind: gc_matched, ratio: negatives per positive}, or None.
    reverse_complement
        `none`, `train` or `all`.
    seed
        Of the draw of negatives.
    source
        Where it all comes from, in words.
    """

    genome: str
    peaks: Mapping[str, str]
    chromosomes: Mapping[str, list[str] | None]
    bin: int = 200
    window: int = 1000
    min_overlap: float = 0.5
    blacklist: str | None = None
    filter: Mapping[str, Any] | None = None
    max_n: float = 0.5
    negatives: Mapping[str, Any] | None = None
    reverse_complement: str = "train"
    seed: int = 1
    source: str = ""

    def __post_init__(self):
        if not self.peaks:
            raise UserError("peaks is empty; give a file per target, such as {CTCF: ctcf.narrowPeak.gz}")
        for name, value in (("min_overlap", self.min_overlap), ("max_n", self.max_n)):
            if not 0 <= value < 1:
                raise UserError(f"{name} is {value}, but must be a share: at least 0 and less than 1")
        if self.filter is not None and set(self.filter) != {"file", "min"}:
            raise UserError(
                "filter must have the keys file, a bigWig file, and min, the least mean, or be null"
            )
        if self.negatives is not None:
            object.__setattr__(self, "negatives", {"kind": "gc_matched", "ratio": 1, **self.negatives})
            if set(self.negatives) != {"kind", "ratio"} or self.negatives["kind"] != "gc_matched":
                raise UserError("negatives must be {kind: gc_matched, ratio: 1} or null")
            if not self.negatives["ratio"] > 0:
                raise UserError(f"negatives.ratio is {self.negatives['ratio']}, but must be more than 0")
        is_doubled("train", self.reverse_complement)
        self._check_chromosomes()

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> "PeakOptions":
        """Read a dataset of the registry.

        Raises
        ------
        UserError
            A key is unknown or missing, or a value makes no sense.
        """
        known = [field.name for field in fields(cls)]
        given = {key: value for key, value in parameters.items() if key not in _DESCRIPTION}
        if unknown := sorted(set(given) - set(known)):
            raise UserError(
                f"there is no key '{unknown[0]}' in a dataset of type peaks; write {', '.join(known)}"
            )
        if missing := [key for key in ("genome", "peaks", "chromosomes") if key not in given]:
            raise UserError(f"the dataset lacks the key '{missing[0]}'; add it")
        return cls(**given)

    def _check_chromosomes(self) -> None:
        seen: dict[str, str] = {}
        if unknown := sorted(set(self.chromosomes) - {"train", "valid", "test"}):
            raise UserError(f"there is no key '{unknown[0]}' in chromosomes; write valid, test and train")
        for split in ("valid", "test", "train"):
            names = self.chromosomes.get(split)
            if split != "train" and not names:
                raise UserError(f"chromosomes.{split} is empty; hold out at least one, such as [chr8]")
            for name in names or ():
                if name in seen:
                    raise UserError(
                        f"chromosomes: {name} is in {seen[name]} and in {split}; leave it in one of them"
                    )
                seen[name] = split
