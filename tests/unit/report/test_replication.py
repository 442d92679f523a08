import pandas as pd
import pytest
from motifcnn.report.replication import MARKS, for_readers
from motifcnn.results.verdicts import STATEMENT_COLUMNS


def judged(*found):
    text = dict.fromkeys(STATEMENT_COLUMNS, "")
    rows = [text | {"name": f"no. {n}", "dataset": "d", "verdict": one} for n, one in enumerate(found, 1)]
    return pd.DataFrame(rows, columns=list(STATEMENT_COLUMNS))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (["holds"], "One statement was tested: it holds."),
        (["undecided", "not tested"], "One statement was tested: it is undecided."),
        (["holds", "holds"], "Of 2 statements that were tested, all hold."),
        (["fails", "fails"], "Of 2 statements that were tested, none holds and 2 fail."),
        (
            ["holds", "fails", "undecided"],
            "Of 3 statements that were tested, 1 holds, 1 fails and 1 is undecided.",
        ),
        (
            ["holds", "holds", "undecided", "undecided"],
            "Of 4 statements that were tested, 2 hold and 2 are undecided.",
        ),
    ],
)
def test_the_count_in_words(found, words):
    assert for_readers(judged(*found)).summary == words


def test_a_reader_is_shown_what_was_tested_and_told_the_rest_in_a_line():
    verdicts = judged("holds", "not tested", "fails", "not tested", "undecided")
    verdicts.loc[2, "dataset"] = "e"
    verdicts.loc[[1, 3], "not_run"] = "a"
    shown = for_readers(verdicts)
    assert [(dataset, [one.name for one in answers]) for dataset, answers in shown.datasets] == [
        ("d", ["No. 1", "No. 5"]),
        ("e", ["No. 3"]),
    ]
    assert shown.not_tested == "Not tested, as their networks were not run: no. 2; no. 4."
    # Those judged on another draw of the sequences, too, are told with their dataset.
    again = verdicts[verdicts["name"] == "no. 4"].assign(dataset="e")
    told = for_readers(pd.concat([verdicts, again], ignore_index=True)).not_tested
    assert told == "Not tested, as their networks were not run: no. 2; no. 4 (d); no. 4 (e)."
    # Three verdicts can be told apart without colour.
    assert len({one.mark for _, answers in shown.datasets for one in answers}) == len(MARKS) == 3


def test_where_nothing_was_tested_there_is_nothing_to_show():
    assert for_readers(judged("not tested")) is None
    assert for_readers(judged()) is None
    assert for_readers(judged("holds")).not_tested == ""
