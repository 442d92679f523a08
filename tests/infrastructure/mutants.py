"""Mutation testing: `./run test --mutants [MODULE …] [--sample N] [--seed S] [--jobs J]`.

mutmut puts mistakes, one at a time, into a module (`training.loop`, or all of a room: `training`), and the tests
that mirror it must notice. Each module has a folder in .mutants/, where results are kept as they come: mistakes that
were noticed are not tried again, those that were not are, as the tests may have become better. Their diffs are in
`survivors.diff`.
"""

import argparse
import ast
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "workflow/scripts")]

from motifcnn.core.files import write_json, write_text
from repository import ROOT

PACKAGE = ROOT / "workflow/scripts/motifcnn"
FOLDER = ROOT / ".mutants"
SCOPE = ("training", "networks", "interpretation", "results", "data.simulate")
MUTMUT = (sys.executable, "-c", "from mutmut.__main__ import cli; cli()")
# Workers are forked off a process that ran no test: it has no caches, and PyTorch has started no threads there. What a
# mistake makes endless ends after a few times what the tests need. The wording of errors is left alone, since tests
# quote only parts of it.
CONFIGURATION = """[mutmut]
source_paths = src/motifcnn
only_mutate = src/motifcnn/{path}
process_isolation = forkserver
timeout_multiplier = 5.0
timeout_constant = 6.0
do_not_mutate_patterns = raise \\w+\\(
use_git_change_detection = false
on_dependency_change = ignore
pytest_add_cli_args =
    -pno:cacheprovider
    -pno:xdist
    -mnot slow and not faults and not workflow and not gpu
pytest_add_cli_args_test_selection =
    {tests}
"""


# What became of a mutant.
KINDS = ("noticed", "endless", "missed", "untested")


def modules(names: list[str]) -> list[str]:
    """Return the modules that are meant, such as `training.loop`, by their names or those of their folders."""
    found = []
    for name in names or SCOPE:
        path = PACKAGE / name.replace(".", "/")
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
        if not files or not files[0].is_file():
            raise SystemExit(f"error: there is no module or folder {name} in {PACKAGE.relative_to(ROOT)}")
        found += [".".join(file.relative_to(PACKAGE).with_suffix("").parts) for file in files]
    return [module for module in found if not module.endswith("__init__")]


def imported(path: Path) -> set[str]:
    """Return the dotted names that a test file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def tests_of(module: str) -> list[str]:
    """Return the test files that mirror a module; without one, those of its room that import it, or its folder's."""
    *folders, stem = module.split(".")
    folder = ROOT / "tests/unit" / folders[0]
    mirror = sorted(folder.rglob(f"test_{stem}.py")) + sorted(folder.rglob(f"test_{stem}_*.py"))
    importing = (path for path in sorted(folder.rglob("test_*.py")) if f"motifcnn.{module}" in imported(path))
    near = sorted((ROOT / "tests/unit").joinpath(*folders).glob("test_*.py"))
    return [path.relative_to(ROOT).as_posix() for path in mirror or list(importing) or near]


def prepare(module: str) -> Path:
    """Lay out a folder in which mutmut finds the package, its tests and whatever these read."""
    folder = FOLDER / module
    copy = folder / "mutants"
    scripts = copy / "workflow/scripts"
    scripts.mkdir(parents=True, exist_ok=True)
    links = [
        path
        for path in ROOT.iterdir()
        if path.name not in {"workflow", "tests", ".mutants", ".git", "mutants"}
    ]
    links += [path for path in (ROOT / "workflow").iterdir() if path.name != "scripts"]
    links += [path for path in PACKAGE.parent.iterdir() if path.suffix == ".py"]
    for path in links:
        link(copy / path.relative_to(ROOT), path)
    link(folder / "src", PACKAGE.parent)
    # mutmut names modules by their paths below a folder of this name.
    link(copy / "src", scripts)
    shutil.rmtree(copy / "tests", ignore_errors=True)
    shutil.copytree(ROOT / "tests", copy / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    tests = "\n    ".join(tests_of(module))
    text = CONFIGURATION.format(path=module.replace(".", "/") + ".py", tests=tests)
    (folder / "setup.cfg").write_text(text)
    return folder


def link(path: Path, target: Path) -> None:
    """Make a symbolic link, unless it is there."""
    if not path.is_symlink():
        path.symlink_to(target)


def mutants_of(module: str) -> dict[str, str]:
    """Return the names of a module's mutants, each with a digest of the function that it is in."""
    from mutmut.mutation.file_mutation import mutate_file_contents
    from mutmut.utils.format_utils import get_mutant_name, mangled_name_from_mutant_name

    path = Path("src/motifcnn", module.replace(".", "/") + ".py")
    made = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
    digests = made.hash_by_function_name
    return {
        get_mutant_name(path, name): digests[mangled_name_from_mutant_name(name)]
        for name in made.mutant_names
    }


def results(folder: Path, module: str) -> dict[str, list[str]]:
    """Return what became of each mutant that was tried: the digest of its function, and one of `KINDS`.

    mutmut notes each as it comes, but forgets all of them when there are other test files.
    """
    path = folder / "results.json"
    found = json.loads(path.read_text()) if path.is_file() else {}
    notes = folder / "mutants/src/motifcnn" / (module.replace(".", "/") + ".py.meta")
    if notes.is_file():
        noted = json.loads(notes.read_text())
        for name, code in noted["exit_code_by_key"].items():
            if (kind := status(code)) in KINDS:
                found[name] = [noted["hash_by_function_name"][function_of(name)], kind]
        write_json(path, found)
    return found


def survivors(folder: Path, names: list[str]) -> str:
    """Return the diffs of mutants."""
    shown = (
        subprocess.run([*MUTMUT, "show", name], cwd=folder, capture_output=True, text=True) for name in names
    )
    return "".join(done.stdout for done in shown)


def try_module(module: str, sample: int | None, seed: int, jobs: int) -> bool:
    """Let the tests of a module meet its mutants, or a sample of them, and tell whether they could."""
    folder = prepare(module)
    os.chdir(folder)
    from mutmut.configuration import reset_config

    reset_config()
    digests = mutants_of(module)
    names = sorted(digests)
    if sample is not None and sample < len(names):
        names = random.Random(f"{seed} {module}").sample(names, sample)
    known = results(folder, module)
    left = [name for name in names if known.get(name) != [digests[name], "noticed"]]
    print(
        f"── {module}: {len(names)} of {len(digests)} mutants, {len(left)} to try; {' '.join(tests_of(module))}"
    )
    if left:
        command = [*MUTMUT, "run", f"--max-children={jobs}", *left]
        with (folder / "mutmut.log").open("w") as log:
            done = subprocess.run(command, cwd=folder, stdout=log, stderr=log)
        if done.returncode:
            print(f"error: mutmut could not try {module}; see {folder / 'mutmut.log'}", file=sys.stderr)
            return False
    known = results(folder, module)
    kinds = {name: known[name][1] for name in names if known.get(name, [None])[0] == digests[name]}
    counts = Counter(kinds.values())
    write_json(folder / "score.json", {"mutants": len(digests)} | {kind: counts[kind] for kind in KINDS})
    missed = [name for name, kind in kinds.items() if kind == "missed"]
    write_text(folder / "survivors.diff", survivors(folder, missed))
    return True


def function_of(name: str) -> str:
    """Return the function that a mutant is in, as mutmut calls it."""
    return name.rpartition(".")[2].partition("__mutmut_")[0]


def status(code: int | None) -> str | None:
    """Return what an exit status of pytest in mutmut means, None if the mutant was not tried."""
    from mutmut.stats import status_by_exit_code

    names = {"killed": "noticed", "segfault": "noticed", "timeout": "endless", "survived": "missed"}
    found = status_by_exit_code[code]
    return "untested" if found == "no tests" else names.get(found)


def table() -> str:
    """Return the scores of all modules that were tried."""
    lines = ["| module | mutants | tried | noticed | % | of them endless |", "|---|---:|---:|---:|---:|---:|"]
    total = [0, 0, 0, 0]
    for path in sorted(FOLDER.glob("*/score.json")):
        score = json.loads(path.read_text())
        noticed = score["noticed"] + score["endless"]
        row = [score["mutants"], sum(score[kind] for kind in KINDS), noticed, score["endless"]]
        total = [sum(pair) for pair in zip(total, row, strict=True)]
        lines.append(line(f"`{path.parent.name}`", row))
    return "\n".join([*lines, line("all", total)])


def line(name: str, row: list[int]) -> str:
    """Return a line of the table: mutants, tried, noticed, endless."""
    share = f"{100 * row[2] / max(row[1], 1):.0f}"
    return f"| {' | '.join([name, *map(str, row[:3]), share, str(row[3])])} |"


def main(*arguments: str) -> None:
    """Try the mutants of modules and print the scores."""
    parser = argparse.ArgumentParser(prog="./run test --mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"default: {' '.join(SCOPE)}")
    parser.add_argument(
        "--sample", type=int, metavar="N", help="at most N mutants of each module (default: all)"
    )
    parser.add_argument("--seed", type=int, default=0, help="which mutants are in the sample (default: 0)")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="mutants at a time (default: one per core)"
    )
    chosen = parser.parse_args(arguments)
    tried = [
        try_module(module, chosen.sample, chosen.seed, chosen.jobs) for module in modules(chosen.modules)
    ]
    print(table())
    if not all(tried):
        raise SystemExit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
