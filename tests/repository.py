"""Where the repository lies that is being tested."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
RESOURCES = ROOT / "resources"
DATA = ROOT / "tests" / "data"
