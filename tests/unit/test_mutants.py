"""Which tests meet the mutants of a module, and how the scores are told; the rest is mutmut's."""

import json

import pytest
from infrastructure import mutants
from repository import ROOT


def test_every_module_has_tests_of_its_name_or_that_import_it():
    chosen = mutants.modules([])
    assert {"training.loop", "interpretation.attribution.saliency", "data.simulate"} <= set(chosen)
    assert not [module for module in chosen if "__init__" in module]
    assert all(mutants.tests_of(module) for module in chosen)


@pytest.mark.parametrize(
    ("module", "tests"),
    [
        ("training.schedule", ["training/test_schedule.py"]),
        # Tests that import it matter only where none mirrors it.
        ("training.loop", ["training/test_loop.py", "training/test_loop_protocol.py"]),
        ("networks.activation_functions", ["networks/test_activations.py"]),
    ],
)
def test_the_tests_of_a_module(module, tests):
    assert mutants.tests_of(module) == [f"tests/unit/{test}" for test in tests]


def test_a_module_that_no_test_mirrors_or_imports_has_those_of_its_folder():
    found = mutants.tests_of("interpretation.attribution.saliency")
    assert "tests/unit/interpretation/attribution/test_closed_forms.py" in found
    assert {path.rpartition("/")[0] for path in found} == {"tests/unit/interpretation/attribution"}


@pytest.mark.parametrize(
    ("name", "module"), [("data.simulate", "data.simulate"), ("training.loop", "training.loop")]
)
def test_one_module_by_its_name(name, module):
    assert mutants.modules([name]) == [module]


@pytest.mark.parametrize("name", ["training.lop", "nowhere", "training/test"])
def test_a_module_that_is_not_there(name):
    with pytest.raises(
        SystemExit, match=f"error: there is no module or folder {name} in workflow/scripts/motif"
    ):
        mutants.modules([name])


def test_the_folder_has_what_tests_read(tmp_path, monkeypatch):
    monkeypatch.setattr(mutants, "FOLDER", tmp_path)
    copy = mutants.prepare("training.schedule") / "mutants"
    for path in (
        "config/config.yaml",
        "resources/datasets.yaml",
        "workflow/scripts/train_model.py",
        "pyproject.toml",
    ):
        assert (copy / path).samefile(ROOT / path)
    assert not (copy / "tests/conftest.py").samefile(ROOT / "tests/conftest.py")
    assert (copy / "src").samefile(copy / "workflow/scripts")
    configuration = (copy.parent / "setup.cfg").read_text()
    assert "only_mutate = src/motifcnn/training/schedule.py\n" in configuration
    assert configuration.endswith("_selection =\n    tests/unit/training/test_schedule.py\n")
    mutants.prepare("training.schedule")


def test_the_table_of_scores(tmp_path, monkeypatch):
    monkeypatch.setattr(mutants, "FOLDER", tmp_path)
    for name, counts in {"b": (1, 1, 0, 0), "a": (4, 0, 3, 1)}.items():
        (tmp_path / name).mkdir()
        score = {"mutants": 10} | dict(zip(mutants.KINDS, counts, strict=True))
        (tmp_path / name / "score.json").write_text(json.dumps(score))
    assert mutants.table().splitlines()[2:] == [
        "| `a` | 10 | 8 | 4 | 50 | 0 |",
        "| `b` | 10 | 2 | 2 | 100 | 1 |",
        "| all | 20 | 10 | 6 | 60 | 1 |",
    ]


def test_results_are_kept_when_mutmut_forgets_them(tmp_path, monkeypatch):
    monkeypatch.setattr(mutants, "status", {None: None, 0: "missed", 1: "noticed", 33: "untested"}.get)
    notes = tmp_path / "mutants/src/motifcnn/training/loop.py.meta"
    notes.parent.mkdir(parents=True)
    assert mutants.results(tmp_path, "training.loop") == {}

    def note(**codes):
        codes = {f"motifcnn.training.loop.x_f__mutmut_{name[1:]}": code for name, code in codes.items()}
        notes.write_text(json.dumps({"exit_code_by_key": codes, "hash_by_function_name": {"x_f": "abc"}}))
        return {name[-1]: result for name, result in mutants.results(tmp_path, "training.loop").items()}

    assert note(_1=1, _2=0, _3=None) == {"1": ["abc", "noticed"], "2": ["abc", "missed"]}
    assert note(_1=None, _2=1, _3=33) == {
        "1": ["abc", "noticed"],
        "2": ["abc", "noticed"],
        "3": ["abc", "untested"],
    }


def test_the_function_of_a_mutant():
    assert mutants.function_of("motifcnn.training.loop.x__batches__mutmut_12") == "x__batches"
