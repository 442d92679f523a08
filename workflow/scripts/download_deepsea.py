"""Download the DeepSEA training bundle and unpack train.mat, valid.mat and test.mat.

An interrupted download continues where it stopped.

Parameters
----------
folder
    Folder for the three files.
urls
    URLs of the bundle, in the order in which they are tried (see resources/datasets.yaml).
keep_archive
    Keep the .tar.gz, too.
receipt
    JSON file to write: what was downloaded; FOLDER/receipt.json if left out.
advice
    What to do if all URLs fail, for the error message.
"""

from pathlib import Path

from motifcnn.adapters.entry import run
from motifcnn.core.files import write_json
from motifcnn.data.deepsea.bundle import get_bundle
from motifcnn.data.download import as_sources


def main(
    *, folder: str, urls: list[str], keep_archive: bool = False, receipt: str | None = None, advice: str = ""
) -> None:
    got = get_bundle(as_sources(urls), folder, keep_archive=keep_archive, advice=advice)
    write_json(receipt or Path(folder) / "receipt.json", got)
    archive = got["archive"]
    print(f"{archive['url']}: {archive['size']:,} bytes, SHA-256 {archive['sha256']}")
    for name, size in got["files"].items():
        print(f"{Path(folder) / name}: {size:,} bytes")


if __name__ == "__main__":
    run(main)
