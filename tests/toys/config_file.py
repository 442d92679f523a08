"""A configuration file for adapters that are run by hand."""

from pathlib import Path
from typing import Any

import yaml
from toys.plan_builder import MINIMAL


def write_config(path: Path, **changes: Any) -> Path:
    """Write a small configuration with `changes` at its top level, and return its path."""
    path.write_text(yaml.safe_dump(MINIMAL | changes))
    return path
