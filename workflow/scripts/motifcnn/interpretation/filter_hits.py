"""Where the filters of a trained network fire: an interval for every activation above a threshold."""

import os

import numpy as np
import pandas as pd
import torch

from ..core.errors import UserError
from ..data.sequence_files import Sequences
from .filter_tables import read_arrays, read_matches
from .filters import FilterOptions, motifs_of_layer

HIT_COLUMNS = ("chrom", "start", "end", "name", "score", "strand", "activation")


@torch.inference_mode()
def find_hits(
    network: torch.nn.Module,
    sequences: Sequences,
    reference: np.ndarray,
    threshold: np.ndarray,
    names: list[str] | None = None,
    batch_size: int = 500,
) -> pd.DataFrame:
    """Find where first-layer filters are more active than their thresholds.

    Parameters
    ----------
    network
        With `activation_maps(codes)` and `receptive_fields()`, in eval mode, on the device to be used.
    sequences
        What to scan, and where it lies.
    reference, threshold
        float (F,), the activation of each filter that scores 1000, and the one to exceed; infinite for dead filters.
    names
        F names of the filters; by default filter0, filter1 and so on.
    batch_size
        Sequences at a time; the result does not depend on it.

    Returns
    -------
    pandas.DataFrame
        `HIT_COLUMNS`, those of BED6 and the activation, sorted by place. An interval is what the filter sees, as far as
        it is on the sequence; score is 1000 × activation / reference, at most 1000.

    Raises
    ------
    UserError
        There are not as many thresholds as filters.
    """
    length, fields = sequences.codes.shape[1], network.receptive_fields()
    # The width of a user's own filters is unknown.
    first = np.arange(fields.positions) * fields.step + fields.start
    low, high = np.maximum(first, 0), np.minimum(first + (fields.width or 1), length)
    names = names or [f"filter{number}" for number in range(len(threshold))]
    limit = np.asarray(threshold, np.float32)
    device, parts = next(network.parameters()).device, []
    for start in range(0, len(sequences.codes), batch_size):
        batch = torch.from_numpy(sequences.codes[start : start + batch_size]).to(device)
        maps = network.activation_maps(batch).cpu().numpy()
        if maps.shape[2] != len(limit):
            raise UserError(
                f"the network has {maps.shape[2]} filters, but there are thresholds of {len(limit)}; give the "
                "filters.h5 of the same run"
            )
        row, position, number = np.nonzero(maps > limit)
        found = {"row": row + start, "low": low[position], "high": high[position], "number": number}
        parts.append(pd.DataFrame(found | {"activation": maps[row, position, number]}))
    hits = pd.concat(parts, ignore_index=True)
    place = sequences.places.iloc[hits["row"].to_numpy()].reset_index(drop=True)
    # A sequence of the strand - was read backwards.
    backwards = (place["strand"] == "-").to_numpy()
    begin = np.where(backwards, length - hits["high"], hits["low"]) + place["start"]
    score = 1000 * hits["activation"] / np.asarray(reference)[hits["number"]]
    table = pd.DataFrame(
        {
            "chrom": place["chrom"],
            "start": begin,
            "end": begin + hits["high"] - hits["low"],
            "name": np.array(names, object)[hits["number"]],
            "score": score.clip(0, 1000).round().astype(int),
            "strand": place["strand"],
            "activation": hits["activation"],
        }
    )
    return table.sort_values(["chrom", "start", "end", "name"], kind="stable", ignore_index=True)


def thresholds(
    network: torch.nn.Module, codes: np.ndarray, share: float, arrays: str | os.PathLike | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the reference and the threshold of each filter, float64 (F,).

    They are those of a filters.h5, or else the highest activation on `codes` and a share of it.

    Raises
    ------
    UserError
        The file is missing or damaged; or the sequences do not fit the network.
    """
    if arrays:
        known = read_arrays(arrays)
        return known["reference"], np.where(known["dead"], np.inf, known["threshold"])
    found = motifs_of_layer(network, codes, FilterOptions(threshold=share))
    return found.reference, np.where(found.dead, np.inf, found.threshold)


def names_of_filters(matches: str | os.PathLike) -> list[str]:
    """Return names of the trained filters from matches.tsv: filter3, or filter3:SP1 if it matches a motif.

    Raises
    ------
    UserError
        The file is missing or is not such a table.
    """
    table = read_matches(matches)
    rows = table[table["variant"] == "trained"].itertuples()
    return [
        ":".join(filter(None, (row.filter, row.relevant_tf or row.best_name or row.best_id))) for row in rows
    ]
