import pytest
from motifcnn.core.errors import UserError
from motifcnn.data.deepsea.features import choose_targets, read_features
from motifcnn.motifs.factors import read_factors
from toys.miniature_bundle import FACTORS, FEATURES


def test_the_table_of_features():
    features = read_features(FEATURES)
    assert len(features) == 919
    kinds = [name.split("|")[1] for name in features]
    assert [i for i, kind in enumerate(kinds) if kind == "DNase"] == list(range(125))
    assert kinds[815] == "H2AK5ac"
    for factor in read_factors(FACTORS).values():
        assert features[factor.deepsea_index] == factor.deepsea_name


def test_targets_by_factor_name_by_feature_and_by_index():
    factors, features = read_factors(FACTORS), read_features(FEATURES)
    assert choose_targets(["MAX", "Dnd41|CTCF|None", 3], factors, features) == {
        "MAX": 636,
        "Dnd41|CTCF|None": 125,
        "CLL|DNase|None": 3,
    }
    assert choose_targets({"first": 0, "max": "MAX"}, factors, features) == {"first": 0, "max": 636}
    assert choose_targets([369, 370], factors, features) == {"K562|YY1|None": 369, "K562|YY1|None|370": 370}
    assert choose_targets(list(factors), factors, features) == {
        name: factor.deepsea_index for name, factor in factors.items()
    }


@pytest.mark.parametrize(
    ("written", "name", "index"),
    [
        ("K562|USF1|None", "K562|USF-1|None", 368),
        ("SK-N-SH_RA|USF-1|None", "SK-N-SH_RA|USF1|None", 388),
        ("K562|GATA1|None", "K562|GATA-1|None", 622),
        ("K562|gata\u00a01|None\u00a0", "K562|GATA-1|None", 622),
        ("K562|GATA\u20111|None", "K562|GATA-1|None", 622),
        ("K562|GATA-2|None", "K562|GATA-2|None", 623),
        ("NF-YB", "NFYB", 642),
        ("Max", "MAX", 636),
    ],
)
def test_other_spellings_of_a_name(written, name, index):
    factors, features = read_factors(FACTORS), read_features(FEATURES)
    assert choose_targets([written], factors, features) == {name: index}
    assert choose_targets({"mine": written}, factors, features) == {"mine": index}


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (["K562|gata2|None"], "several features .*; write the index of one, "),
        (["K562|YY1|None"], "several features .*; write the index of one, 369 or 370 or"),
        (["K562|Maxx|None"], "did you mean K562.Max.None"),
        ([919], "no DeepSEA feature 919; indices run from 0 to 918"),
        ([-1], "no DeepSEA feature -1"),
        (["MAX", 636], "feature 636, K562.Max.None, is asked for twice"),
        ([], "at least one"),
    ],
)
def test_targets_that_are_wrong(chosen, message):
    with pytest.raises(UserError, match=message):
        choose_targets(chosen, read_factors(FACTORS), read_features(FEATURES))


def test_a_broken_table_of_features(tmp_path):
    path = tmp_path / "f.tsv"
    path.write_text("index\tname\n0\ta\n2\tb\n")
    with pytest.raises(UserError, match=r"line 3: there must be the index 1"):
        read_features(path)
