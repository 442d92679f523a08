"""The files that hold something about filters, as later steps read them, without PyTorch.

filters.h5, written by `filters.write_arrays`; matches.tsv, the result of `matching`; importance.tsv, that
of `importance`; and localisation.tsv, that of `localisation`; their columns are described there.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping

import h5py
import numpy as np
import pandas as pd

from ..core.errors import UserError
from ..core.files import write_text

# Name of the variant that holds the patterns of TF-MoDISco.
MODISCO = "modisco"
MATCH_COLUMNS = (
    "filter",
    "n_sites",
    "width",
    "information",
    "dead",
    "best_id",
    "best_name",
    "best_evalue",
    "relevant_tf",
    "relevant_id",
    "relevant_evalue",
    "relevant_qvalue",
)
IMPORTANCE_COLUMNS = (
    "filter",
    "mean_output",
    "aupr_intact",
    "aupr_drop",
    "logit_change",
    "logit_change_abs",
    "target",
    "target_aupr_drop",
)
LOCALISATION_COLUMNS = ("scan", "bounds", "buffer", "sequences", "auroc", "auroc_sd", "aupr", "aupr_sd")
# Before the name of a target: the columns of importance.tsv that follow, with the drop of each.
DROP_OF = "aupr_drop:"


def read_arrays(path: str | os.PathLike, group: str = "") -> dict[str, np.ndarray]:
    """Read the datasets of filters.h5, arrays of a `FilterMotifs`; nothing if there is no such group.

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


def write_matches(path: str | os.PathLike, variants: Mapping[str, pd.DataFrame]) -> None:
    """Write matches.tsv: the table of each variant, its name in the first column `variant`."""
    table = pd.concat([matches.assign(variant=name) for name, matches in variants.items()])
    _write(path, table[["variant", *MATCH_COLUMNS]])


def read_matches(path: str | os.PathLike) -> pd.DataFrame:
    """Read matches.tsv, as a table with `variant` and `MATCH_COLUMNS`.

    Raises
    ------
    UserError
        The file is missing or is not such a table.
    """
    columns = ("variant", *MATCH_COLUMNS)
    text = {name: str for name in columns if name.endswith(("_id", "_name", "_tf"))}
    return _read(path, "matches", columns, text | {"n_sites": "Int64"})


def write_importance(path: str | os.PathLike, importance: pd.DataFrame) -> None:
    """Write importance.tsv, the table of `measure_importance`."""
    _write(path, importance)


def read_importance(path: str | os.PathLike) -> pd.DataFrame:
    """Read importance.tsv, as a table with `IMPORTANCE_COLUMNS` and a column per target.

    Raises
    ------
    UserError
        The file is missing or is not such a table.
    """
    types = defaultdict(lambda: float, filter=str, target=str)
    return _read(path, "filter importance", IMPORTANCE_COLUMNS, types)


def write_localisation(path: str | os.PathLike, localisation: pd.DataFrame) -> None:
    """Write localisation.tsv, the table of `tabulate_scans`."""
    _write(path, localisation)


def read_localisation(path: str | os.PathLike) -> pd.DataFrame:
    """Read localisation.tsv, as a table with `LOCALISATION_COLUMNS`.

    Raises
    ------
    UserError
        The file is missing or is not such a table.
    """
    types = defaultdict(lambda: float, scan=str, bounds=str, buffer=int, sequences=int)
    return _read(path, "localisation", LOCALISATION_COLUMNS, types)


def _write(path: str | os.PathLike, table: pd.DataFrame) -> None:
    write_text(path, table.to_csv(sep="\t", index=False, float_format="%.6g", lineterminator="\n"))


def _read(path: str | os.PathLike, what: str, columns: Iterable[str], types: Mapping) -> pd.DataFrame:
    """Read a table that has certain columns; what is empty in a column of text is ""."""
    try:
        # A target or a motif may be called NA or None; only an empty field is none.
        table = pd.read_csv(path, sep="\t", dtype=types, keep_default_na=False, na_values=[""])
        table[list(columns)]
        return table.fillna({name: "" for name, kind in types.items() if kind is str})
    except FileNotFoundError:
        raise UserError(f"{path} does not exist") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror})") from None
    except (KeyError, ValueError) as error:
        raise UserError(f"{path} is not a table of {what} ({error}); delete it and run again") from error
