"""What comes from elsewhere cannot change: packages are named by hash, actions by commit, the base image by digest."""

import re
from importlib import metadata

import pytest
from infrastructure.lock_packages import WITHOUT_HASH, without_torch
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .conftest import ROOT

LOCKS = sorted((ROOT / "envs").glob("*.lock"))
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
ENTRY = re.compile(r"([a-z0-9-]+)==(\S+)(?: ; [^\\]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n")


def locked(text: str) -> dict[str, set[str]]:
    """Return the versions that a lock has of each package, and raise ValueError for what is not a pin with hashes."""
    body = re.sub(r"^#.*\n", "", text, flags=re.M)
    if rest := ENTRY.sub("", body):
        raise ValueError(f"not a pin with hashes: {rest}")
    found = {}
    for name, version, _ in ENTRY.findall(body):
        found.setdefault(name, set()).add(version)
    return found


def loose(text: str) -> set[str]:
    """Return what a GitHub workflow takes from elsewhere under a name that can come to mean something else."""
    found = set(re.findall(r"\blatest\b(?<!ubuntu-latest)", text))
    found |= {use for use in re.findall(r"uses: *(\S+)", text) if not re.search(r"@[0-9a-f]{40}$", use)}
    installs = re.findall(r".*\b(?:pip install|uv run|uvx|pipx|npm|curl|wget)\b.*", text)
    return found | {line for line in installs if "--no-deps --require-hashes" not in line}


def test_every_list_of_packages_has_a_lock():
    names = {path.stem for path in (ROOT / "envs").glob("*.txt")}
    assert names == {path.stem for path in LOCKS} == {"venv", "mutants"}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_the_lock_has_hashes_of_all_but_pytorch(path):
    versions = locked(path.read_text())
    assert not [name for name in versions if WITHOUT_HASH.fullmatch(name)]
    for line in path.with_suffix(".txt").read_text().splitlines():
        if line and not line.startswith(("#", "torch==")):
            name, _, version = line.partition("==")
            assert versions[canonicalize_name(name)] == {version}, (
                f"{name}: make the lock again (CONTRIBUTING.md)"
            )


def test_what_two_locks_have_is_the_same():
    one, other = (locked(path.read_text()) for path in LOCKS)
    for name in one.keys() & other.keys():
        assert one[name] == other[name]


def test_the_lock_has_whatever_a_package_needs():
    versions = locked((ROOT / "envs/venv.lock").read_text())
    for name in {"torch", *versions}:
        try:
            needs = metadata.requires(name) or ()
        except metadata.PackageNotFoundError:
            continue  # another platform's
        for need in map(Requirement, needs):
            needed = canonicalize_name(need.name)
            if (need.marker is None or need.marker.evaluate({"extra": ""})) and not WITHOUT_HASH.fullmatch(
                needed
            ):
                assert any(need.specifier.contains(version) for version in versions[needed]), (
                    f"{name}: {need}"
                )


def test_a_pin_without_a_hash_is_seen():
    good = "a==1 \\\n    --hash=sha256:" + 64 * "0" + "\n"
    assert locked(good + good.replace("a==1", "a==2 ; sys_platform == 'linux'")) == {"a": {"1", "2"}}
    for wrong in (
        "a==1\n",
        "a>=1\n",
        good.replace("==", ">="),
        good.replace("sha256", "md5"),
        good[:-2] + "\n",
    ):
        with pytest.raises(ValueError, match="not a pin with hashes"):
            locked(good + wrong)


def test_pytorch_and_what_only_it_needs_are_left_out():
    lock = "".join(
        f"{name}==1 \\\n    --hash=sha256:0\n"
        for name in ("cuda-bindings", "h5py", "nvidia-nccl-cu13", "torch", "torchmetrics", "triton")
    )
    assert re.findall(r"^\S+(?===)", without_torch(lock), re.M) == ["h5py", "torchmetrics"]
    assert without_torch("# by uv\n" + lock).startswith("# by uv\nh5py==1 \\\n    --hash")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_and_packages_cannot_change(path):
    text = path.read_text()
    assert loose(text) == set()
    assert all(re.search(r"  # v\d+\.\d+\.\d+$", line) for line in text.splitlines() if "uses:" in line)


@pytest.mark.parametrize(
    "line",
    [
        "- uses: a/b@v1",
        "- uses: a/b@main",
        "miniforge-version: latest",
        "docker run image:latest",
        "pip install numpy",
        "uv run --with numpy==2 x.py",
    ],
)
def test_what_can_change_is_seen(line):
    assert len(loose(f"runs-on: ubuntu-latest\n{line}\n")) == 1


def test_the_image_has_a_fixed_base_and_runs_without_root():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert re.fullmatch(r"FROM \S+:\d+\.\d+\.\d+-\d+@sha256:[0-9a-f]{64}", lines[0])
    assert [line for line in lines if line.startswith(("FROM", "USER"))] == [lines[0], "USER 1000:1000"]
    assert lines[-1] == "USER 1000:1000"
