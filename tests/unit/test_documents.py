"""What the documents point to is there."""

import re
from functools import cache
from itertools import pairwise

import grimp
import pytest
from repository import ROOT

DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("config/*.md")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links(document):
    links = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert not missing


def test_there_are_documents_with_links():
    assert ROOT / "README.md" in DOCUMENTS
    assert len(DOCUMENTS) > 5


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """The modules that each module of the package imports when it runs."""
    graph = grimp.build_graph("motifcnn", exclude_type_checking_imports=True, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_architecture_lists_every_room():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (ROOT / "workflow/scripts/motifcnn").glob("*/__init__.py")}
    assert set(re.findall(r"^\| `(\w+)` \|", text, flags=re.M)) == rooms


def test_architecture_shows_the_longest_chain_of_imports(imports):
    @cache
    def longest(module: str) -> tuple[str, ...]:
        chains = [longest(imported) for imported in sorted(imports[module])]
        return (module, *max(chains, key=len, default=()))

    length = max(len(longest(module)) for module in imports)
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    shown = re.search(r"The longest chain of imports has (\d+) modules:\s([^.]*?(?:\w\.\w[^.]*?)*)\.\n", text)
    chain = [f"motifcnn.{name}" for name in re.findall(r"[\w.]*\w", shown[2])]
    assert int(shown[1]) == len(chain) == length
    assert all(second in imports[first] for first, second in pairwise(chain))
