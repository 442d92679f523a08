"""TF-MoDISco itself, by modisco-lite, which is optional: what it needs is under the GPL."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.errors import UserError
from ..core.files import whole_file
from ..core.sequences import one_hot
from .attribution.attribution_file import AttributionFile

# From the attributions of a sequence to the options of its function, by the names in the configuration.
_OPTIONS = {
    "core": "sliding_window_size",
    "flank": "flank_size",
    "trim": "trim_to_window_size",
    "initial_flank": "initial_flank_to_add",
    "max_seqlets": "max_seqlets_per_metacluster",
    "leiden_runs": "n_leiden_runs",
}


def find_patterns(
    explained: AttributionFile, path: str | os.PathLike, options: Mapping[str, Any], threads: int = 1
) -> tuple[int, int]:
    """Search attributions for patterns, and write TF-MoDISco's own file of them.

    Parameters
    ----------
    explained
        By DeepSHAP, × difference from the reference, uncorrected: `hypothetical` has to be what each letter would
        contribute. The correction would take out again what is relative to the references.
    path
        HDF5 file to write, whole or not at all; `interpretation.modisco` reads it.
    options
        `attribution: modisco:` of the configuration; `core` and the others are lengths in nt.
    threads
        Number of CPU threads.

    Returns
    -------
    tuple of int
        Numbers of patterns that speak for and against the target.

    Raises
    ------
    UserError
        The attributions are of another kind, their sequences are too short, or modisco-lite is not installed.
    """
    about = explained.options
    corrected = ", corrected" if about.get("corrected") else ""
    if about.get("method") != "deep_shap" or about.get("times") != "difference" or corrected:
        raise UserError(
            f"TF-MoDISco needs hypothetical contributions, and these are {about.get('method')} × "
            f"{about.get('times', 'input')}{corrected}; give those of deep_shap with times: difference, uncorrected"
        )
    codes, needed = explained.attributions.codes, options["core"] + 2 * options["flank"]
    if codes.shape[1] < needed:
        raise UserError(
            f"TF-MoDISco cannot cut seqlets of {needed} nt (core and flanks) from sequences of {codes.shape[1]} nt; "
            "write a smaller core or flank under attribution: modisco:"
        )
    # Read when it is imported.
    os.environ["NUMBA_NUM_THREADS"] = str(threads)
    try:
        from modiscolite.io import save_hdf5
        from modiscolite.tfmodisco import TFMoDISco
    except ImportError as error:
        raise UserError(
            f"TF-MoDISco cannot be used here ({error}); run with --use-conda, or install what envs/modisco.yaml has"
        ) from None
    letters = one_hot(codes)
    hypothetical = np.ascontiguousarray(explained.attributions.hypothetical.transpose(0, 2, 1))
    found = TFMoDISco(letters, hypothetical, **{_OPTIONS[name]: options[name] for name in _OPTIONS})
    with whole_file(path) as temporary:
        save_hdf5(temporary, *found, window_size=codes.shape[1])
    return len(found[0] or ()), len(found[1] or ())
