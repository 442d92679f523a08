"""Download the DeepSEA training bundle and unpack train.mat, valid.mat and test.mat.

Run it again to go on where it was interrupted.
"""

from pathlib import Path

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.core.files import write_json
from motifcnn.data.deepsea.bundle import get_bundle
from motifcnn.data.download import as_sources


def main(*, folder, urls, keep_archive=False, receipt=None, advice=""):
    got = get_bundle(as_sources(urls), folder, keep_archive=keep_archive, advice=advice)
    write_json(receipt or Path(folder) / "receipt.json", got)
    archive = got["archive"]
    print(f"{archive['url']}: {archive['size']:,} bytes, SHA-256 {archive['sha256']}")
    for name, size in got["files"].items():
        print(f"{Path(folder) / name}: {size:,} bytes")


def add_arguments(parser):
    parser.add_argument("--folder", required=True, help="where the three files go")
    parser.add_argument(
        "--urls",
        nargs="+",
        required=True,
        help="places that have the bundle, in the order in which they are tried (see resources/datasets.yaml)",
    )
    parser.add_argument("--keep-archive", action="store_true", help="keep the .tar.gz, too")
    parser.add_argument(
        "--receipt", help="JSON file for what was downloaded; FOLDER/receipt.json if left out"
    )


if "snakemake" in globals():
    from_snakemake(
        main,
        snakemake,
        folder=snakemake.params.folder,
        urls=snakemake.params.urls,
        keep_archive=snakemake.params.keep_archive,
        receipt=snakemake.output.receipt,
        advice=snakemake.params.advice,
    )
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
