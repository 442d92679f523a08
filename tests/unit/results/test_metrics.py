import math

import pytest
import yaml
from motifcnn.results.metrics import METRICS, TABLE_METRICS, Owner, match_metric
from motifcnn.results.statistics import Scale
from repository import ROOT

AUPR, FOUND = METRICS["aupr"], METRICS["motifs_found"]


def test_numbers_in_words():
    assert AUPR.format(0.8766, 0.0015) == "0.877 ± 0.002"
    assert FOUND.format(11.61, 0.48) == "11.6 ± 0.5"
    assert METRICS["match_relevant"].format(0.93, kind="approx") == "0.93"
    assert FOUND.format(11.0, kind="approx") == "11.0"
    assert AUPR.format(0.5) == "0.500"
    assert AUPR.format(math.nan) == "–"


def test_deviations_in_words():
    assert AUPR.format_deviation(-0.0204) == "−0.020"
    assert AUPR.format_deviation(0.1) == "+0.100"
    assert AUPR.format_deviation(-0.0001) == "±0.000"
    assert AUPR.format_deviation(math.nan) == ""


@pytest.mark.parametrize(
    ("metric", "n_filters", "n_motifs", "scale"),
    [
        ("aupr", None, None, Scale()),
        ("attribution_snr", 30, 12, Scale(-math.inf, math.inf)),
        ("match_relevant", 30, None, Scale(0, 1, 30)),
        ("match_relevant", math.nan, 12, None),
        ("match_relevant", 0, 12, None),
        ("filters", 30, None, Scale(0, 30, 30)),
        ("motifs_found", None, 12, Scale(0, 12, 12)),
        ("motifs_found", 30, math.nan, None),
        # 12 of 30 can be missed.
        ("one_minus_missed_per_filter", 30, 12, Scale(0.6, 1, 12)),
        ("one_minus_missed_per_filter", None, 12, None),
        ("one_minus_missed_per_filter", math.nan, 12, None),
        ("one_minus_missed_per_filter", 30, None, None),
    ],
)
def test_what_a_number_can_be(metric, n_filters, n_motifs, scale):
    assert METRICS[metric].scale(n_filters, n_motifs) == scale


def test_relevant_matches_are_shown_where_a_network_has_them():
    assert match_metric([math.nan, None, 0.0]) == "match_relevant"
    assert match_metric([math.nan, None]) == match_metric([]) == "match_any"


def test_columns_of_tables_are_those_of_networks_and_layers():
    assert TABLE_METRICS == (
        "auroc",
        "aupr",
        "match_any",
        "match_relevant",
        "motifs_found",
        "one_minus_missed_per_filter",
    )
    owners = [METRICS[name].owner for name in TABLE_METRICS]
    assert owners == [Owner.NETWORK] * 2 + [Owner.LAYER] * 4


def test_the_schema_knows_them_all():
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
    tables = schema["properties"]["report"]["properties"]["tables"]["items"]
    assert tuple(tables["properties"]["metrics"]["items"]["enum"]) == TABLE_METRICS
