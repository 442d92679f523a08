"""Where the files are that come with the workflow."""

from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[4] / "resources"
