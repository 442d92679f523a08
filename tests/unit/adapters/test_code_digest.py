import os
import shutil
import subprocess
import sys

import pytest
from motifcnn.adapters.code_digest import (
    LEFT_OUT,
    code_digest,
    digests_of_network,
    function_digest,
    module_digest,
    sources_of,
)
from motifcnn.core.errors import UserError
from repository import ROOT

FILES = {
    "train.py": "import json\nfrom motifcnn import training\nfrom motifcnn.adapters.entry import go\n",
    "match.py": "from motifcnn.motifs.meme import read\n",
    "motifcnn/__init__.py": '"""Package."""\n',
    "motifcnn/adapters/entry.py": "from .. import unused\n",
    "motifcnn/core/errors.py": "",
    "motifcnn/training.py": "from .core.errors import UserError\n\ndef train():\n    from .layers import pool\n",
    "motifcnn/layers.py": "import torch\n",
    "motifcnn/motifs/__init__.py": "",
    "motifcnn/motifs/meme.py": "from .. import layers\nfrom ..sequences import encode\n",
    "motifcnn/sequences.py": "from .training import train\n",
    "motifcnn/unused.py": "",
    "motifcnn/adapters/__init__.py": "",
    "motifcnn/core/__init__.py": "",
}


@pytest.fixture
def scripts(tmp_path):
    folder = tmp_path / "scripts"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_imports_are_followed_however_deep_and_however_written(scripts):
    both = {"__init__.py", "core/__init__.py", "training.py", "layers.py"}
    own = {"motifs/__init__.py", "motifs/meme.py", "sequences.py"}
    assert sources_of(scripts, "train.py") == {"train.py", *(f"motifcnn/{name}" for name in both)}
    assert sources_of(scripts, "match.py") == {"match.py", *(f"motifcnn/{name}" for name in both | own)}


def test_an_edit_changes_the_digests_that_it_concerns(scripts):
    before = {name: code_digest(scripts, name) for name in ("train.py", "match.py")}
    (scripts / "motifcnn/sequences.py").write_text(FILES["motifcnn/sequences.py"] + "EDITED = True\n")
    assert code_digest(scripts, "train.py") == before["train.py"]
    assert code_digest(scripts, "match.py") != before["match.py"]


@pytest.mark.parametrize(
    "name", ["motifcnn/unused.py", "motifcnn/adapters/entry.py", "motifcnn/core/errors.py"]
)
def test_what_cannot_change_a_result_changes_no_digest(scripts, name):
    before = code_digest(scripts, "train.py", "match.py")
    (scripts / name).write_text("EDITED = True\n")
    assert code_digest(scripts, "train.py", "match.py") == before


def test_what_is_left_out_exists():
    for name in LEFT_OUT:
        assert (ROOT / "workflow/scripts" / name).exists(), name


LOUD = '''"""Module."""
# A comment.
import os  # why

class Net:
    """Class."""

    def __init__(self, size: int = 3):
        """Method."""
        self.size = (
            size
        )
        """Attribute."""

async def wait():
    """Nothing but words."""
'''
QUIET = """import os
class Net:
    def __init__(self, size: int=3):
        self.size = size
async def wait(): "other words"
"""


def digest_of(folder, text):
    (folder / "edited.py").write_text(text)
    return code_digest(folder, "edited.py")


def test_docstrings_comments_and_formatting_change_nothing(tmp_path):
    assert digest_of(tmp_path, LOUD) == digest_of(tmp_path, QUIET)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        *(("size: int=3", after) for after in ("size: int=4", "size: int=3.0", "*, size: int=3")),
        ("= size", "= -size"),
        ("async def", "def"),
        ("Net", "Network"),
        ("import os", "import os.path"),
        ('"other words"', 'return "other words"'),
    ],
)
def test_a_change_of_meaning_is_a_change(tmp_path, before, after):
    assert digest_of(tmp_path, QUIET) != digest_of(tmp_path, QUIET.replace(before, after))


def test_the_digest_is_the_same_in_every_version_of_python(scripts):
    # As Python 3.11, 3.12 and 3.13 give it, whatever PYTHONHASHSEED is.
    assert digest_of(scripts, QUIET) == "e7fe45163cacf20d"


def test_a_file_that_is_not_python_is_named(tmp_path):
    with pytest.raises(UserError, match=r"edited\.py is not valid Python: .* in line 2"):
        digest_of(tmp_path, "a = 1\nb = (\n")


def test_touch_move_and_line_ends_change_nothing(scripts, tmp_path):
    before = code_digest(scripts, "train.py")
    os.utime(scripts / "train.py", (0, 0))
    assert code_digest(scripts, "train.py") == before
    moved = shutil.move(scripts, tmp_path / "elsewhere")
    (moved / "train.py").write_bytes((moved / "train.py").read_bytes().replace(b"\n", b"\r\n"))
    assert code_digest(moved, "train.py") == before
    assert len(before) == 16


def test_moving_text_from_one_module_to_another_is_a_change(scripts):
    before = code_digest(scripts, "train.py")
    (scripts / "motifcnn/training.py").write_text("import torch\n")
    (scripts / "motifcnn/layers.py").write_text(FILES["motifcnn/training.py"])
    assert code_digest(scripts, "train.py") != before


def test_templates_count_as_they_are(scripts):
    (scripts.parent / "page.html").write_text("import motifcnn")
    assert sources_of(scripts, "../page.html") == {"../page.html"}
    before = code_digest(scripts, "train.py", "../page.html")
    (scripts.parent / "page.html").write_text("other")
    assert code_digest(scripts, "train.py", "../page.html") != before


def test_a_missing_script_is_named(scripts):
    with pytest.raises(UserError, match=r"nothing\.py does not exist"):
        code_digest(scripts, "nothing.py")


def test_own_modules(scripts):
    assert module_digest("motifcnn.layers:Pool", scripts) == code_digest(scripts, "motifcnn/layers.py")
    assert module_digest("motifcnn.motifs:Any", scripts) == code_digest(
        scripts, "motifcnn/motifs/__init__.py"
    )
    assert module_digest("installed.somewhere:Net", scripts) is None


FUNCTIONS = """import math
from torch import Tensor, exp
LIMIT = 3
def _clip(x): return min(x, LIMIT)
def relu(x: Tensor): return max(0, _clip(x))
def exponential(x, scale=1): return exp(scale * x)
"""
ENTRIES = """
relu: {monotone: true, formula: "max(0, x)", source: here}
exponential: {monotone: true, formula: exp(x), source: there}
"""


@pytest.fixture
def functions_digests(tmp_path):
    def digests(number, functions=FUNCTIONS, entries=ENTRIES):
        scripts = tmp_path / str(number) / "workflow/scripts"
        for path, text in (
            (scripts / "motifcnn/networks/activation_functions.py", functions),
            (scripts / "../../resources/activations.yaml", entries),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return [function_digest(name, scripts) for name in ("relu", "exponential")]

    return digests


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("max(0, _clip(x))", "max(1, _clip(x))", [True, False]),
        ("LIMIT = 3", "LIMIT = 4", [True, False]),
        ("min(x, LIMIT)", "max(x, LIMIT)", [True, False]),
        ("scale=1", "scale=2", [False, True]),
        ("from torch import Tensor, exp", "from torch import Tensor, exp, tanh", [False, False]),
        ("from torch import Tensor, exp", "from torch import Tensor, exp2 as exp", [False, True]),
        ("import math", "import math\ndef tanh(x): return math.tanh(x)", [False, False]),
        ("def _clip(x): return", "def _clip(x):\n    'Words.'\n    return", [False, False]),
    ],
)
def test_an_activation_function_depends_on_what_it_refers_to(functions_digests, before, after, changed):
    assert before in FUNCTIONS
    old, new = functions_digests(0), functions_digests(1, FUNCTIONS.replace(before, after))
    assert [a != b for a, b in zip(old, new, strict=True)] == changed


def test_of_the_entry_of_a_function_only_what_changes_a_network_counts(functions_digests):
    old = functions_digests(0)
    more = ENTRIES.replace("here", "elsewhere") + "tanh: {monotone: true, formula: tanh(x), source: there}\n"
    assert functions_digests(1, entries=more) == old
    relu, exponential = functions_digests(
        2, entries=ENTRIES.replace("{monotone: true", "{monotone: false", 1)
    )
    assert relu != old[0]
    assert exponential == old[1]


def test_a_network_depends_on_each_activation_that_it_uses(tmp_path):
    relu, exponential = function_digest("relu"), function_digest("exponential")
    layers = {"layers": [{"activation": "studied"}, {"activation": "relu"}, {"activation": "relu"}]}
    assert digests_of_network(layers, "exponential", tmp_path) == [exponential, relu]
    assert digests_of_network(layers, "relu", tmp_path) == [relu]
    steep = {"function": "exponential", "parameters": {"scale": 2.0}}
    assert digests_of_network(layers, steep, tmp_path) == [exponential, relu]
    (tmp_path / "mine.py").write_text("class Net: pass")
    own = digests_of_network({"module": "mine:Net"}, "elsewhere:Soft", tmp_path)
    assert own == [module_digest("mine:Net", tmp_path), None]


def test_digests_do_not_follow_the_order_of_sets():
    code = (
        "from motifcnn.adapters.code_digest import SCRIPTS, code_digest, function_digest as f;"
        "print(f('log_relu'), f('exp_relu'), code_digest(SCRIPTS, 'train_model.py'))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "workflow/scripts")},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1
