import pytest
import yaml
from motifcnn.core.run_key import RunKey
from motifcnn.core.errors import UserError
from motifcnn.results.published import read_published
from motifcnn.results.statements import Statement

RELU = [["a", "relu"], ["b", "relu"]]


def entry(**more):
    first = {"name": "whole motifs", "says": "Most\n are whole.", "source": "t", "dataset": "d"}
    return first | {"metric": "match_relevant", "networks": RELU} | (more or {"at_least": 0.85})


def read(tmp_path, *entries):
    content = {"name": "P", "citation": "P", "sources": {"t": "the\n text"}, "rows": []}
    path = tmp_path / "paper.yaml"
    path.write_text(yaml.safe_dump(content | {"statements": list(entries)}))
    return read_published(path).statements


def test_a_statement_of_each_rule(tmp_path):
    deep = [["a", "relu", 2], ["b", "exponential", 1]]
    rules = {"at_least": 1, "at_most": 0.2, "within": [0.6, 0.7], "order": "rising", "above": deep}
    read_back = read(tmp_path, *(entry(name=rule, **{rule: bound}) for rule, bound in rules.items()))
    assert read_back[0] == Statement(
        name="at_least",
        says="Most are whole.",
        source="the text",
        dataset="d",
        metric="match_relevant",
        networks=(RunKey("d", "a", "relu"), RunKey("d", "b", "relu")),
        rule="at_least",
        bound=1.0,
    )
    assert [statement.bound for statement in read_back[1:]] == [
        0.2,
        (0.6, 0.7),
        "rising",
        (RunKey("d", "a", "relu", layer=2), RunKey("d", "b", "exponential")),
    ]
    assert read(tmp_path) == ()


def test_what_a_statement_is_about(tmp_path):
    of_network, of_method, of_motifs, in_turn = read(
        tmp_path,
        entry(name="network", metric="auroc", networks=[["a", "relu", 1], ["b", "relu"]], order="falling"),
        entry(name="method", metric="attribution_auroc", method="saliency", within=[0, 1]),
        entry(name="motifs", metric="share", motifs=["SP1", "YY1"], at_least=0),
        entry(name="in turn", above_in_turn=[["c", "relu"], ["a", "elu"]]),
    )
    networks = (RunKey("d", "a", "relu"), RunKey("d", "b", "relu"))
    assert of_network.networks == of_method.networks == of_motifs.networks == networks
    assert (of_network.number, of_network.motifs, of_network.others) == (("auroc",), (), ())
    assert (of_method.number, of_method.bound) == (("attribution_auroc", "saliency"), (0, 1))
    assert (of_motifs.number, of_motifs.motifs) == (("share",), ("SP1", "YY1"))
    assert in_turn.others == in_turn.bound == (RunKey("d", "c", "relu"), RunKey("d", "a", "elu"))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (entry(at_least=0.5, at_most=0.9), "it has at_least and at_most"),
        (entry(above=[]), "above must be a list"),
        (entry(at_least=0.5) | {"least": 1}, "unknown key least"),
        (entry(colour="red", at_least=1), "unknown key colour"),
        ({"name": "n", "at_least": 1}, "statement 1 lacks says, source, dataset, metric, networks"),
        ("whole", "statement 1 must be a mapping"),
        ({k: v for k, v in entry().items() if k != "at_least"}, "it has none"),
        (entry(metric="f1", at_least=0.5), "the metric 'f1'; write one of auroc"),
        (entry(source="u", at_least=0.5), "the source 'u', which sources: does not list"),
        (entry(networks=[], at_least=0.5), "networks must be a list"),
        (entry(networks=["a"], at_least=0.5), "'a' is not a network; write [architecture, activation]"),
        (entry(networks=[["a"]], at_least=0.5), "['a'] is not a network; write [architecture, activation]"),
        (entry(networks=[["a", 2]], at_least=0.5), "['a', 2] is not a network; write [architecture, activation]"),
        (entry(networks=[["a", "relu", 0]], at_least=0.5), "['a', 'relu', 0] is not a network"),
        (entry(networks=[["a", "relu"], ["a", "relu", 1]], at_least=0.5), "a relu twice"),
        (entry(metric="auroc", networks=[["a", "relu", 2]], at_least=0.5), "a score of the whole network"),
        (entry(at_least="much"), "at_least has 'much'; write a number"),
        (entry(at_least=85), "at_least has 85; match_relevant lies between 0 and 1"),
        (entry(at_most=True), "at_most has True; write a number"),
        (entry(within=0.5), "within is 0.5; write two numbers"),
        (entry(within=[0.1, 0.2, 0.3]), "write two numbers"),
        (entry(within=[0.7, 0.6]), "write the lower number first"),
        (entry(order="down"), "order is 'down'; write falling or rising"),
        (entry(order="falling", networks=RELU[:1]), "needs at least two networks"),
        (entry(above=RELU[1:]), "b relu on both sides"),
        (entry(motifs=["SP1"], at_least=0.5), "the metric 'match_relevant'; write one of share, filters"),
        (entry(metric="share", at_least=0.5), "the metric 'share'; write one of auroc"),
        (entry(metric="share", motifs=["SP1"], at_most=0.5), "of motifs only at_least can be judged"),
        (entry(metric="share", motifs="SP1", at_least=0.5), "motifs, must be a list of names"),
        (entry(metric="share", motifs=["SP1"], at_least=2), "share lies between 0 and 1"),
        (entry(above_in_turn=[["c", "relu"]]), "above_in_turn has 1 networks for 2; write one for each"),
        (entry(above_in_turn=[["b", "relu"], ["c", "relu"]]), "b relu on both sides"),
        (entry(method="saliency", at_least=0.5), "the metric 'match_relevant'; write one of attribution_auroc"),
        (entry(metric="attribution_auroc", at_least=0.5), "the metric 'attribution_auroc'; write one of auroc"),
        (entry(method="saliency", motifs=["SP1"], at_least=0.5), "has motifs and method; keep one of the two"),
        (entry(metric="attribution_aupr", method="saliency", networks=[["a", "relu", 2]], at_least=0.5), "whole network"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path, wrong, words):
    with pytest.raises(UserError) as caught:
        read(tmp_path, wrong)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'paper.yaml'}: statement 1")
    assert "\n" not in str(caught.value)


def test_two_of_one_name(tmp_path):
    with pytest.raises(UserError, match=r"statement 2 \(whole motifs\) has the name of another one"):
        read(tmp_path, entry(), entry())


def test_a_count_of_motifs_is_no_share(tmp_path):
    (statement,) = read(tmp_path, entry(metric="motifs_found", at_least=11.5))
    assert statement.bound == 11.5
