import math

import pandas as pd
from motifcnn.report.ranking import rankings
from motifcnn.results.leaderboard import LEADERBOARD_COLUMNS


def row(architecture, activation, match, who="ours", n_seeds=3, setting="", localisation=math.nan):
    values = {"dataset": "d", "architecture": architecture, "activation": activation, "setting": setting}
    values |= {"who": who, "n_seeds": n_seeds, "metric": "match_relevant", "match": match, "aupr": 0.9}
    values |= {"localisation": localisation}
    return values


def test_activations_stand_by_their_mean_over_the_architectures():
    rows = [row("a", "relu", 0.2), row("a", "elu", 0.9), row("b", "elu", 0.1), row("b", "relu", 0.6)]
    rows += [row("a", "elu", 0.45, "published", 1), row("b", "elu", 0.95, setting="low")]
    (ranking,) = rankings(pd.DataFrame(rows, columns=list(LEADERBOARD_COLUMNS)))
    assert (ranking.architectures, ranking.columns) == (("a", "b"), ("Match relevant", "auPR"))
    assert [(line.name, line.who) for line in ranking.lines] == [
        ("elu", "ours, 3 seeds"),
        ("relu", "ours, 3 seeds"),
        # These are not in both.
        ("elu · low", "ours, 3 seeds"),
        ("elu", "published, 1 seed"),
    ]
    assert ranking.lines[0].cells == (("0.900", "0.900"), ("0.100", "0.900"))
    assert ranking.lines[3].cells == (("0.450", "0.900"), ("", ""))
    assert [line.published for line in ranking.lines] == [False, False, False, True]


def test_localisation_has_a_column_where_any_is_known():
    rows = [row("a", "relu", 0.2, localisation=0.71), row("a", "elu", 0.1), row("b", "relu", 0.2)]
    (ranking,) = rankings(pd.DataFrame(rows, columns=list(LEADERBOARD_COLUMNS)))
    assert ranking.columns == ("Match relevant", "auPR", "auROC of localisation")
    assert [line.cells for line in ranking.lines] == [
        (("0.200", "0.900", "0.710"), ("0.200", "0.900", "–")),
        (("0.100", "0.900", "–"), ("", "", "")),
    ]
