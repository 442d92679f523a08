"""A configuration file for adapters that are run by hand."""

from pathlib import Path
from typing import Any

import yaml


def write_config(path: Path, **changes: Any) -> Path:
    """Write a small configuration with `changes` at its top level, and return its path."""
    config = {
        "experiment": "toy",
        "datasets": ["synthetic"],
        "grid": [{"architectures": ["cnn-2"], "activations": ["relu"]}],
    }
    path.write_text(yaml.safe_dump(config | changes))
    return path
