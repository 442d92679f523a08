"""Download the DeepSEA bundle, unpack it and check its files."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...core.errors import UserError
from ...core.splits import SPLITS
from ..archives import unpack
from ..download import Patience, Source, Unusable, fetch
from .truncation import FILES, check_file


def get_bundle(
    sources: list[Source],
    folder: str | os.PathLike,
    *,
    keep_archive: bool = False,
    advice: str = "",
    patience: Patience | None = None,
) -> dict[str, Any]:
    """Download the bundle and put train.mat, valid.mat and test.mat into `folder`.

    Parameters
    ----------
    sources, advice, patience
        As `fetch` takes them; each source is a .tar.gz with the three files in any folder.
    folder
        Where the files go.
    keep_archive
        Whether to keep the archive itself, too.

    Returns
    -------
    dict
        What was downloaded: `archive` with `url`, `size`, `sha256`, and `files` with the size of each.

    Raises
    ------
    UserError
        No source has it right, or there is not enough space.
    """
    folder = Path(folder)

    def check(paths: Mapping[str, Path]) -> None:
        for split in SPLITS:
            try:
                check_file(paths[f"{split}.mat"], split)
            except UserError as error:
                raise Unusable(str(error)) from error

    def accept(archive: Path) -> None:
        unpack(archive, folder, FILES, "the DeepSEA bundle", check)

    archive = folder / "bundle.tar.gz"
    receipt = fetch(sources, archive, accept=accept, advice=advice, patience=patience)
    if not keep_archive:
        archive.unlink()
    return {"archive": receipt._asdict(), "files": {name: (folder / name).stat().st_size for name in FILES}}
