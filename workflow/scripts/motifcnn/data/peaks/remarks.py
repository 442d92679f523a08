"""What a user should know of how peaks became windows, in sentences made of counts.json."""

from collections.abc import Mapping
from typing import Any


def remarks_on_peaks(counts: Mapping[str, Any]) -> list[str]:
    """Return a sentence, without a full stop, for each target that lost peaks, and on negatives that are missing."""
    sentences = [lost_peaks(counts, target) for target in counts["peaks"]]
    if missing := counts["negatives_missing"]:
        sentences.append(
            f"{missing:,} negatives are missing, as too few windows have the GC content of the positives"
        )
    return [sentence for sentence in sentences if sentence]


def lost_peaks(counts: Mapping[str, Any], target: str) -> str:
    """Return a sentence on the peaks of a target that are in no window, "" if all are in one."""
    known = counts["peaks"][target]
    lost, there = known["without_bin"], known["read"] - known["not_in_genome"]
    if not lost:
        return ""
    return (
        f"{lost:,} of {there:,} peaks of {target} ({lost / there:.0%}) make no window, as they cover no more than "
        f"min_overlap ({counts['min_overlap']}) of a bin ({counts['bin']} nt); centre: summit takes them all"
    )
