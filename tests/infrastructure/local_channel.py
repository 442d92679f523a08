"""Conda channels made of what is installed here: packages that hold links to the installed ones.

So an environment that is solved from them has the very packages that conda-forge would give it, with
their dependencies and no others, and the workflow really runs in it, without a network.
"""

import hashlib
import io
import json
import re
import sys
import tarfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

PYTHON = "3.11.0"
SITE = "lib/python/site-packages"
# How a conda package is called whose name pip has otherwise.
CONDA_NAMES = {"torch": "pytorch", "matplotlib": "matplotlib-base", "snakemake": "snakemake-minimal"}

# Runs the interpreter that runs the tests, but shows it the packages of the environment alone.
RUN_PYTHON = f"""#!/bin/sh
here=$(cd "$(dirname "$0")/.." && pwd -P)
exec "{sys.executable}" -S "{Path(__file__).with_name("environment_python.py").resolve()}" "$here" "$@"
"""


class Channel:
    """A channel in a folder; `write_index` makes it complete."""

    def __init__(self, folder: Path):
        self.folder = folder / "noarch"
        self.folder.mkdir(parents=True)
        self.packages = {}

    def add(
        self,
        name: str,
        version: str,
        depends: Iterable[str] = (),
        *,
        links: dict[str, Path] | None = None,
        programs: dict[str, str] | None = None,
        build: str = "0",
        build_number: int = 0,
        constrains: Iterable[str] = (),
    ) -> None:
        """Add a package of links (path in the environment: target) and of programs (name: text)."""
        index = {
            "name": name,
            "version": version,
            "build": build,
            "build_number": build_number,
            "depends": sorted(depends),
            "constrains": sorted(constrains),
            "subdir": "noarch",
            "noarch": "generic",
        }
        members = {}
        paths = []
        for path, target in (links or {}).items():
            members[path] = _link(path, target)
            paths.append({"_path": path, "path_type": "softlink", "size_in_bytes": 0})
        for program, text in (programs or {}).items():
            path = f"bin/{program}"
            members[path] = _file(path, text, mode=0o755)
            data = text.encode()
            entry = {"_path": path, "path_type": "hardlink", "size_in_bytes": len(data)}
            paths.append(entry | {"sha256": hashlib.sha256(data).hexdigest()})
        members["info/index.json"] = _file("info/index.json", json.dumps(index))
        written = json.dumps({"paths": paths, "paths_version": 1})
        members["info/paths.json"] = _file("info/paths.json", written)
        file = self.folder / f"{name}-{version}-{build}.tar.bz2"
        with tarfile.open(file, "w:bz2") as archive:
            for member, content in members.values():
                archive.addfile(member, content)
        data = file.read_bytes()
        self.packages[file.name] = index | {
            "md5": hashlib.md5(data).hexdigest(),
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": len(data),
        }

    def add_installed(self, names: Iterable[str]) -> None:
        """Add installed distributions, by pip's names, and all that they depend on."""
        pending, done = list(names), set()
        while pending:
            name = pending.pop()
            if name in done:
                continue
            done.add(name)
            distribution = metadata.distribution(name)
            depends = set(_dependencies(distribution))
            pending += depends
            self.add(
                CONDA_NAMES.get(name, name),
                distribution.version.partition("+")[0],
                {"python", *(CONDA_NAMES.get(other, other) for other in depends)},
                links={f"{SITE}/{top}": path for top, path in _tops(distribution).items()},
            )

    def add_python(self) -> None:
        self.add("python", PYTHON, programs={"python": RUN_PYTHON})

    def write_index(self) -> None:
        index = {"info": {"subdir": "noarch"}, "packages": self.packages, "packages.conda": {}}
        (self.folder / "repodata.json").write_text(json.dumps(index))


def _file(path: str, text: str, mode: int = 0o644) -> tuple[tarfile.TarInfo, io.BytesIO]:
    member = tarfile.TarInfo(path)
    member.size, member.mode = len(text.encode()), mode
    return member, io.BytesIO(text.encode())


def _link(path: str, target: Path) -> tuple[tarfile.TarInfo, None]:
    member = tarfile.TarInfo(path)
    member.type, member.linkname = tarfile.SYMTYPE, str(target)
    return member, None


def _dependencies(distribution: metadata.Distribution) -> Iterable[str]:
    for text in distribution.requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield re.sub(r"[-_.]+", "-", requirement.name).lower()


def _tops(distribution: metadata.Distribution) -> dict[str, Path]:
    """Return what a distribution has put into site-packages itself: packages, modules, its metadata."""
    tops = {file.parts[0] for file in distribution.files if file.parts[0] not in ("..", "__pycache__")}
    return {top: Path(distribution.locate_file(top)).resolve() for top in sorted(tops)}
