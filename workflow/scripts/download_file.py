"""Download a file, from a mirror where the first place fails."""

from motifcnn.adapters.entry import run
from motifcnn.data.download import as_sources, fetch


def main(*, file: str, urls: list[str], advice: str = "") -> None:
    """Download a file, from a mirror where the first place fails. Run again, it goes on where it was interrupted.

    Parameters
    ----------
    file
        Where the file goes.
    urls
        Places that have it, in the order in which they are tried.
    advice
        What to do if all of them fail, for the message that says so.
    """
    receipt = fetch(as_sources(urls), file, advice=advice)
    print(f"{receipt.url}: {receipt.size:,} bytes, SHA-256 {receipt.sha256} -> {file}")


if __name__ == "__main__":
    run(main)
