"""What SECURITY.md promises of the code"""

import ast

from repository import ROOT

NAMES = {"eval", "exec", "compile", "__import__"}
CALLS = {"torch.load", "yaml.load", "yaml.unsafe_load", "os.system", "os.popen"}
MODULES = {"pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}


def dangers(node: ast.AST) -> set[str]:
    """Return what is dangerous about a node of a syntax tree."""
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names} & MODULES
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]} & MODULES
    if not isinstance(node, ast.Call):
        return set()
    called = ast.unparse(node.func)
    found = {called} & (NAMES | CALLS)
    found |= {called} if called.endswith(".extractall") else set()
    for keyword in node.keywords:
        if keyword.arg in ("shell", "allow_pickle") and ast.unparse(keyword.value) != "False":
            found.add(ast.unparse(keyword))
    return found


def test_dangers_are_seen():
    code = "import pickle; from joblib import a; eval(b); torch.load(c); np.load(d, allow_pickle=True); e.extractall()"
    assert len(set().union(*map(dangers, ast.walk(ast.parse(code))))) == 6


def test_nothing_unpickles_or_evaluates():
    for path in (ROOT / "workflow/scripts").rglob("*.py"):
        found = set().union(*map(dangers, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
        assert not found, f"{path}: {found}"
