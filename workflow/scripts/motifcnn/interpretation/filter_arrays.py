"""The motifs of a layer's filters with all that is known of them, and filters.h5, which keeps it."""

import os
from dataclasses import dataclass

import h5py
import numpy as np

from ..core.errors import UserError
from ..core.hdf5 import whole_hdf5
from ..motifs.meme import Motif


@dataclass(frozen=True)
class FilterMotifs:
    """The motifs of the F filters of one layer, from windows of W columns.

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
        bool (F,): no site, a reference of zero or below, or activations that are not finite. The
        PPM of a dead filter is uniform over the whole window.
    clip_start
        int64 (F,), first column of the window that is part of the clipped motif.
    """

    counts: np.ndarray
    ppm: np.ndarray
    motifs: list[Motif]
    n_sites: np.ndarray
    reference: np.ndarray
    threshold: np.ndarray
    dead: np.ndarray
    clip_start: np.ndarray


def write_arrays(path: str | os.PathLike, trained: FilterMotifs, **others: FilterMotifs) -> None:
    """Write filters.h5: the arrays of the trained filters, and of others in groups of their names.

    Datasets: `counts`, `ppm` (F, W, 4), `n_sites`, `reference`, `threshold`, `dead` (F,), and
    `clip` (F, 2), first column of each clipped motif and the one after its last.
    """
    with whole_hdf5(path) as (file, _):
        for name, motifs in {"": trained, **others}.items():
            group = file.create_group(name, track_order=True) if name else file
            for key in ("counts", "ppm", "n_sites", "reference", "threshold", "dead"):
                group.create_dataset(key, data=getattr(motifs, key))
            end = motifs.clip_start + [motif.width for motif in motifs.motifs]
            group.create_dataset("clip", data=np.stack([motifs.clip_start, end], axis=1))


def read_arrays(path: str | os.PathLike, group: str = "") -> dict[str, np.ndarray]:
    """Read the datasets of `write_arrays`; a group that is not there gives an empty dictionary.

    Raises
    ------
    UserError
        The file is missing or cannot be read.
    """
    try:
        with h5py.File(path, "r") as file:
            source = file[group] if group else file
            return {key: source[key][()] for key in source if isinstance(source[key], h5py.Dataset)}
    except KeyError:
        return {}
    except OSError as error:
        raise UserError(f"the filter file {path} is missing or damaged; delete it and run again") from error
