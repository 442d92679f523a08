"""From activation maps to motifs: what a convolutional filter looks for, as a PPM.

Wherever a filter is more active than a share of its reference activation, the window of sequence
around that position is a site of its motif; the letters of all sites, weighted or not, give the PPM.
The rules follow Koo & Eddy 2019, Koo & Ploenzke 2019 and 2021 and their public code, which differ in
places: `FilterOptions` names every choice. Maps come in batches and are not kept.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ..core.errors import UserError
from ..core.hdf5 import whole_hdf5
from ..core.receptive_field import window_width
from ..core.sequences import N_CODE, one_hot
from ..motifs.meme import Motif
from ..motifs.ppm import clip_span, to_ppm

# Sites handled at a time: their windows as float64 one-hot stay within a few MB.
_SITES_AT_A_TIME = 2**14

# Codes, uint8 (B, L), and activation maps, float32 (B, P, F), on any device.
Batch = tuple[np.ndarray | torch.Tensor, np.ndarray | torch.Tensor]


@dataclass(frozen=True)
class FilterOptions:
    """How activations become motifs; the defaults are those of the schema, Koo & Ploenzke 2019.

    Attributes
    ----------
    threshold
        A position is a site if its activation is strictly above `threshold` × reference.
    reference
        `observed`: the filter's maximum over all sequences; `theoretical`: the highest activation that
        any sequence could reach.
    positions
        `all` positions above the threshold, or only the `best` of each sequence (the first of equals).
    weighting
        Each site counts by its `activation`, or all sites count alike (`uniform`).
    ends
        Windows that extend beyond the sequence: `pad` keeps what lies inside, `drop` leaves them out.
    window
        Width of the window, nt, of which `window // 2` lie before the centre; or `receptive_field`, all
        that a position of the layer sees: in the first layer, the size of its filters.
    min_sites
        A filter with fewer sites is dead.
    clip_information, clip_pad
        Motifs are cut to the columns from the first to the last with more than `clip_information` bits,
        and `clip_pad` more on both sides. None as `clip_information`: no clipping.
    """

    threshold: float = 0.5
    reference: str = "observed"
    positions: str = "all"
    weighting: str = "activation"
    ends: str = "pad"
    window: int | str = 19
    min_sites: int = 1
    clip_information: float | None = 0.5
    clip_pad: int = 3

    @classmethod
    def from_config(cls, section: Mapping[str, Any]) -> "FilterOptions":
        """Read the `protocol: filters:` section, whose `clip` is null or has `information` and `pad`."""
        values = dict(section)
        if "clip" in values:
            clip = values.pop("clip")
            clip = {"information": None} if clip is None else clip
            values |= {f"clip_{key}": value for key, value in clip.items()}
        return cls(**values)


@dataclass(frozen=True)
class FilterMotifs:
    """The motifs of the F filters of a layer, from windows of W columns.

    Attributes
    ----------
    counts
        float64 (F, W, 4), weighted letter counts; zeros for a dead filter.
    ppm
        float64 (F, W, 4), the whole windows; a column without letters is uniform.
    motifs
        The clipped PPMs as `filter0` … `filter{F-1}`. Their `nsites` is their width, the value
        from which Tomtom takes the weight of its pseudocount in the papers.
    n_sites
        int64 (F,), windows that were counted.
    reference, threshold
        float64 (F,), the reference activation and the activation to exceed, which is infinite where
        the reference is not a positive number.
    dead
        bool (F,): too few sites, a reference of zero or below, or activations that are not finite. The
        PPM of a dead filter is uniform over the whole window.
    clip
        int64 (F, 2), the first column of the window that is in the clipped motif, and the first after it.
    """

    counts: np.ndarray
    ppm: np.ndarray
    motifs: list[Motif]
    n_sites: np.ndarray
    reference: np.ndarray
    threshold: np.ndarray
    dead: np.ndarray
    clip: np.ndarray


def write_arrays(path: str | os.PathLike, trained: FilterMotifs, **others: FilterMotifs) -> None:
    """Write filters.h5: the arrays of the trained filters, and those of others in groups of their names."""
    with whole_hdf5(path) as (file, _):
        for name, found in {"": trained, **others}.items():
            group = file.create_group(name, track_order=True) if name else file
            for key in ("counts", "ppm", "n_sites", "reference", "threshold", "dead", "clip"):
                group.create_dataset(key, data=getattr(found, key))


def find_motifs(
    batches: Callable[[], Iterable[Batch]],
    positions: Sequence[int],
    options: FilterOptions | None = None,
    *,
    width: int | None = None,
    theoretical: np.ndarray | None = None,
) -> FilterMotifs:
    """Make a motif of every filter of a layer.

    Sums are in float64. From a threshold of 0.5 upwards the activations of a filter span two
    binades, so that up to 2**28 of them add up without rounding: the result then depends neither
    on the batches nor on the device's order of summation, given the same activations.

    Parameters
    ----------
    batches
        Returns a fresh iterator: the observed reference needs a pass of its own.
    positions
        P numbers, the 0-based position of the sequence on which each map position is centred.
    options
        By default `FilterOptions()`.
    width
        Of the windows, nt; by default the options' `window`.
    theoretical
        float (F,), the reference activations for `reference: theoretical`.

    Raises
    ------
    UserError
        There are no sequences, or the layer has no theoretical reference.
    """
    options = options or FilterOptions()
    width = width or options.window
    if options.reference == "observed":
        reference = _observed_maximum(batches())
    elif theoretical is None:
        raise UserError("filters: reference: theoretical is not defined for this layer; write observed")
    else:
        reference = np.asarray(theoretical, dtype=np.float64)

    usable = np.isfinite(reference) & (reference > 0)
    threshold = np.where(usable, options.threshold * np.where(usable, reference, 0), np.inf)
    where = np.asarray(positions, dtype=np.int64)
    counts, n_sites, finite = _accumulate(batches(), where, threshold, width, options)
    dead = ~finite | ~usable | (n_sites < options.min_sites) | (counts.sum(axis=(1, 2)) == 0)
    counts[dead] = 0
    n_sites[dead] = 0

    ppm = to_ppm(counts)
    clip = (options.clip_information, options.clip_pad)
    spans = [(0, width) if d else clip_span(p, *clip) for p, d in zip(ppm, dead, strict=True)]
    motifs = [
        Motif(id=f"filter{i}", name="", probabilities=ppm[i, start:end].copy(), nsites=float(end - start))
        for i, (start, end) in enumerate(spans)
    ]
    return FilterMotifs(counts, ppm, motifs, n_sites, reference, threshold, dead, np.array(spans, np.int64))


@torch.inference_mode()
def motifs_of_layer(
    network: torch.nn.Module,
    codes: np.ndarray,
    options: FilterOptions | None = None,
    *,
    layer: int = 1,
    batch_size: int = 500,
) -> FilterMotifs:
    """Make a motif of every filter of a network's layer.

    Parameters
    ----------
    network
        With `activation_maps(codes, layer)` and `receptive_fields(layer)`, in eval mode, on the device
        to be used; `maximum_activation()` is called if the options need it.
    codes
        uint8 (N, L), the sequences to look for sites in.
    options
        By default `FilterOptions()`.
    layer
        Which convolution, counted from 1.
    batch_size
        Sequences at a time; the motifs do not depend on it.

    Raises
    ------
    UserError
        As for `find_motifs`; or there is no such layer, no window is defined for it, or the sequences
        do not have the network's length.
    """
    options = options or FilterOptions()
    n_layers = len(getattr(network, "convolutions", [network]))
    if not 1 <= layer <= n_layers:
        raise UserError(f"there is no layer {layer}; the network has convolutions 1 to {n_layers}")
    length = getattr(network, "description", {}).get("length", codes.shape[1])
    if length != codes.shape[1]:
        raise UserError(f"the network takes sequences of {length} nt, the dataset has {codes.shape[1]} nt")
    fields = network.receptive_fields(layer)
    width = window_width(options.window, fields, layer, length)
    sequences = torch.from_numpy(codes).to(next(network.parameters()).device)

    def batches() -> Iterator[Batch]:
        for start in range(0, len(sequences), batch_size):
            batch = sequences[start : start + batch_size]
            yield batch, network.activation_maps(batch, layer)

    theoretical = None
    if options.reference == "theoretical" and layer == 1 and hasattr(network, "maximum_activation"):
        theoretical = network.maximum_activation().cpu().numpy()
    return find_motifs(batches, fields.centres(), options, width=width, theoretical=theoretical)


def _observed_maximum(batches: Iterable[Batch]) -> np.ndarray:
    """Highest activation of each filter, float64 (F,); NaN where any activation is NaN."""
    reference = None
    for _, maps in batches:
        highest = torch.as_tensor(maps).float().amax(dim=(0, 1))
        reference = highest if reference is None else torch.maximum(reference, highest)
    if reference is None:
        raise UserError("there are no sequences to take motifs from; the test split of the dataset is empty")
    return reference.cpu().numpy().astype(np.float64)


def _accumulate(
    batches: Iterable[Batch], positions: np.ndarray, threshold: np.ndarray, width: int, options: FilterOptions
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted letter counts (F, W, 4), number of sites (F,), and whether all was finite (F,)."""
    left, right = width // 2, width - width // 2 - 1
    limit = torch.from_numpy(_round_down(threshold))
    counts = torch.zeros(len(threshold), width * 4, dtype=torch.float64)
    n_sites = np.zeros(len(threshold), dtype=np.int64)
    finite = np.ones(len(threshold), dtype=bool)
    letters = torch.from_numpy(one_hot(np.arange(N_CODE + 1, dtype=np.uint8))).double()
    for codes, maps in batches:
        codes, maps = torch.as_tensor(codes), torch.as_tensor(maps).float()
        if maps.device.type == "mps":  # has no float64
            maps = maps.cpu()
        device, length = maps.device, codes.shape[1]
        if maps.shape[1:] != (len(positions), len(threshold)) or len(maps) != len(codes):
            raise ValueError(f"maps {tuple(maps.shape)} do not fit {len(positions)} positions")
        limit, letters, counts = limit.to(device), letters.to(device), counts.to(device)

        above = maps > limit
        finite &= torch.isfinite(maps.amax(dim=(0, 1))).cpu().numpy()
        if options.positions == "best":
            best = torch.zeros_like(above).scatter_(1, maps.argmax(dim=1, keepdim=True), True)
            above &= best
        if options.ends == "drop":
            inside = (positions >= left) & (positions + right < length)
            above &= torch.from_numpy(inside).to(device)[None, :, None]
        n_sites += above.sum(dim=(0, 1)).cpu().numpy()

        # Each sequence is flanked by N, so that every window lies inside its own row; all windows
        # are then rows of one view of the flattened one-hot sequences, none of them copied.
        before = max(0, left - int(positions.min()))
        after = max(0, int(positions.max()) + right + 1 - length)
        padded = torch.nn.functional.pad(codes.to(device), (before, after), value=N_CODE)
        flat = letters[padded.reshape(-1).long()].reshape(-1)
        windows = flat.as_strided((padded.numel() - width + 1, width * 4), (4, 1))
        sequence, position = above.any(dim=2).nonzero(as_tuple=True)
        first = torch.from_numpy(positions - left + before).to(device)
        start = sequence * padded.shape[1] + first[position]
        for block in range(0, len(start), _SITES_AT_A_TIME):
            part = slice(block, block + _SITES_AT_A_TIME)
            chosen = above[sequence[part], position[part]]
            if options.weighting == "activation":
                weight = torch.where(chosen, maps[sequence[part], position[part]], 0).double()
            else:
                weight = chosen.double()
            counts += weight.T @ windows.index_select(0, start[part])
    return counts.cpu().numpy().reshape(-1, width, 4), n_sites, finite


def _round_down(threshold: np.ndarray) -> np.ndarray:
    """The largest float32 not above `threshold`: float32 activations compare with it just the same."""
    rounded = threshold.astype(np.float32)
    return np.where(rounded > threshold, np.nextafter(rounded, np.float32(-np.inf)), rounded)
