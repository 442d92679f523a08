"""Download a file, from a mirror if the first URL fails; an interrupted download continues where it stopped.

Parameters
----------
file
    File to write.
urls
    URLs of it, in the order in which they are tried.
advice
    What to do if all of them fail, for the error message.
"""

from motifcnn.adapters.entry import run
from motifcnn.data.download import as_sources, fetch


def main(*, file: str, urls: list[str], advice: str = "") -> None:
    receipt = fetch(as_sources(urls), file, advice=advice)
    print(f"{receipt.url}: {receipt.size:,} bytes, SHA-256 {receipt.sha256} -> {file}")


if __name__ == "__main__":
    run(main)
