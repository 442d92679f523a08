"""importance.tsv: a row per filter of a run's first layer, with what happens when it is taken out.

`motifcnn.interpretation.importance` fills it and says what its columns mean.
"""

import os

import pandas as pd

from ..core.errors import UserError
from ..core.files import write_text

COLUMNS = (
    "filter",
    "mean_output",
    "aupr_intact",
    "aupr_drop",
    "logit_change",
    "logit_change_abs",
    "target",
    "target_aupr_drop",
)
# Before the name of a target: the columns that follow, with the drop of each.
DROP_OF = "aupr_drop:"


def write_importance(path: str | os.PathLike, importance: pd.DataFrame) -> None:
    """Write importance.tsv, rounded to 6 digits."""
    write_text(path, importance.to_csv(sep="\t", index=False, float_format="%.6g", lineterminator="\n"))


def read_importance(path: str | os.PathLike) -> pd.DataFrame:
    """Read importance.tsv, as a table with `COLUMNS` and a column per target.

    Raises
    ------
    UserError
        The file is missing or is not such a table.
    """
    try:
        # A target may be called NA or None; only an empty field is none.
        text = {"filter": str, "target": str}
        table = pd.read_csv(path, sep="\t", dtype=text, keep_default_na=False, na_values=[""])
        numbers = [column for column in table if column not in text]
        table = table.astype(dict.fromkeys(numbers, float)).fillna({"target": ""})
        return table[[*COLUMNS, *(column for column in table if column.startswith(DROP_OF))]]
    except FileNotFoundError:
        raise UserError(f"{path} does not exist") from None
    except (KeyError, ValueError) as error:
        raise UserError(
            f"{path} is not a table of filter importance ({error}); delete it and run again"
        ) from error
