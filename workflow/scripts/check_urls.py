"""Check that the URLs of the dataset registry still answer; the exit status is 1 if one does not.

Nothing is downloaded. Where a URL's size is known, the server must announce the same.

Parameters
----------
registry
    YAML file of the datasets.
timeout
    Seconds to wait for an answer.
"""

from pathlib import Path

import requests
from motifcnn.adapters.entry import run
from motifcnn.core.errors import UserError
from motifcnn.core.resources import RESOURCES
from motifcnn.data.download import as_sources
from motifcnn.experiment.yaml_file import read_yaml

REGISTRY = RESOURCES / "datasets.yaml"


def main(*, registry: str = REGISTRY, timeout: float = 60.0) -> None:
    failures = []
    for name, dataset in read_yaml(Path(registry)).items():
        for source in as_sources(dataset["urls"]) if "urls" in dataset else ():
            trouble = ask(source, timeout)
            print(f"{name}: {source.url}: {trouble or 'answers'}", flush=True)
            failures += [source.url] * bool(trouble)
    if failures:
        raise UserError(f"{len(failures)} of the URLs in {registry} failed: {', '.join(failures)}")


def ask(source, timeout):
    """Return what is wrong with a source, or None."""
    try:
        with requests.get(
            source.url, stream=True, timeout=timeout, headers={"Accept-Encoding": "identity"}
        ) as answer:
            length = answer.headers.get("Content-Length")
            if not answer.ok:
                return f"HTTP {answer.status_code} {answer.reason}"
            if source.size and length and int(length) != source.size:
                return f"has {int(length):,} bytes, but should have {source.size:,}"
    except requests.RequestException as error:
        return type(error).__name__
    return None


if __name__ == "__main__":
    run(main)
