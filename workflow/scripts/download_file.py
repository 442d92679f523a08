"""Download a file, from a mirror where the first place fails. Run it again to go on where it was interrupted."""

import json

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.data.download import as_sources, fetch


def main(*, output, urls, advice=""):
    receipt = fetch(as_sources(urls), output, advice=advice)
    print(f"{receipt.url}: {receipt.size:,} bytes, SHA-256 {receipt.sha256} -> {output}")


def _source(text):
    return json.loads(text) if text.startswith("{") else text


def add_arguments(parser):
    parser.add_argument("--output", required=True, help="where the file goes")
    parser.add_argument(
        "--urls",
        nargs="+",
        type=_source,
        required=True,
        help='places that have it, in the order in which they are tried: a URL, or {"url": …, "size": …, "sha256": …}',
    )


if "snakemake" in globals():
    from_snakemake(
        main,
        snakemake,
        output=snakemake.output[0],
        urls=snakemake.params.urls,
        advice=snakemake.params.advice,
    )
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
