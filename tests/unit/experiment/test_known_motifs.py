"""Ids of motifs are held against the databases in use, and a target without a motif is said."""

import pytest
from motifcnn.core.errors import UserError
from motifcnn.experiment.lookup import look_up
from toys.plan_builder import MINIMAL, plan
from toys.refusals import refused

IRF = {"IRF": ["MA0050.2"]}
DATABASE = "resources/jaspar2016_core_vertebrates.txt"


def irf1(relevant=None, settings=None, **changes):
    """Plan the IRF1 dataset with its own or other lists, under the settings of a block."""
    block = MINIMAL["grid"][0] | ({"settings": settings} if settings else {})
    define = {"datasets": {"irf1": {"relevant": relevant}}} if relevant is not None else {}
    return plan(datasets=["irf1"], grid=[block], define=define, **changes)


def setting(**matching):
    return {"unchanged": None, "x": {"matching": matching}}


@pytest.mark.parametrize(
    ("make", "where"),
    [
        (lambda ids: irf1(ids), "dataset 'irf1': relevant.IRF"),
        (lambda ids: plan(protocol__matching__relevant=ids), "protocol.matching.relevant.IRF"),
        (
            lambda ids: irf1(settings=setting(relevant=ids)),
            "grid, item 1: settings.x: matching.relevant.IRF",
        ),
    ],
)
def test_an_id_that_is_not_in_the_database_is_refused(make, where):
    # The same matrix in another version comes before what is spelt more alike.
    with refused(start=f"{where} has 'MA0139.2', which is not in {DATABASE}; did you mean 'MA0139.1'?"):
        make({"IRF": ["MA0050.2", "MA0139.2"]})
    # All versions of a matrix may be listed, as long as the database has one.
    make({"IRF": ["MA0050.1", "MA0050.2", "MA0050.3"]})


def test_every_unknown_id_has_its_line():
    with pytest.raises(UserError) as caught:
        irf1({"IRF": ["MA0050.9", "CTCF"], "STAT": ["MA0137.3", "MA0144.9"]})
    lines = str(caught.value).splitlines()
    assert [line.split("'")[3] for line in lines] == ["MA0050.9", "CTCF", "MA0144.9"]
    assert lines[1].endswith("; look up its id there")


def test_with_several_databases_an_id_may_be_in_any_of_them(tmp_path):
    other = tmp_path / "other.txt"
    other.write_text(">MA0050.3 IRF1\n1 2\n3 4\n5 6\n7 8\n")
    both = {"IRF": ["MA0051.1", "MA0050.3"], "STAT": ["MA0137.3"]}
    made = irf1(both, setting(database=str(other)))
    # The second database knows nothing of STAT.
    ((dataset, remark),) = made.remarks
    assert dataset == "irf1"
    assert f"no motif in {other} is known to be relevant for STAT, so" in remark
    assert "leave it out" in remark
    with refused("has 'MA0050.4', which is not in", f"{DATABASE} or {other}; did you mean 'MA0050.3'?"):
        irf1({"IRF": ["MA0050.4"]}, setting(database=str(other)))


def test_a_setting_s_list_goes_before_the_dataset_s_and_this_before_the_protocol_s():
    made = irf1(IRF, setting(relevant="papers"), protocol__matching__relevant={"SP1": ["MA0079.3"]})

    def relevant(name):
        return look_up(made, "matching", dataset_name="irf1", setting=name)["relevant"]

    assert relevant("") == IRF
    # Even where the setting says what is the default.
    assert relevant("x") == "papers"
    made = irf1(IRF, setting(evalue=0.01))
    assert relevant("x") == IRF


@pytest.mark.parametrize(
    ("changes", "chosen"),
    [
        ({}, "auto"),
        ({"protocol__matching__relevant": "strict"}, "strict"),
        ({"relevant": "papers", "protocol__matching__relevant": "strict"}, "papers"),
        ({"relevant": {"A": ["MA0058.3"]}}, {"A": ["MA0058.3"]}),
    ],
)
def test_names_are_what_counts_on_data_of_one_s_own(changes, chosen):
    peaks = {"type": "peaks", "genome": "g.fa", "peaks": {"MAX": "p.bed"}, "negatives": {"ratio": 1}}
    peaks |= {"chromosomes": {"valid": ["chr7"], "test": ["chr8"]}}
    peaks |= {"relevant": changes.pop("relevant")} if "relevant" in changes else {}
    made = plan(datasets=["mine"], define__datasets={"mine": peaks}, **changes)
    assert look_up(made, "matching", dataset_name="mine")["relevant"] == chosen
    # The true motif is known unless the user names others.
    assert made.with_ground_truth == (("mine",) if isinstance(chosen, str) else ())


def test_a_target_without_a_motif_is_said():
    ((dataset, remark),) = plan(datasets=["zbed2"]).remarks
    assert dataset == "zbed2"
    assert remark.startswith(f"zbed2: no motif in {DATABASE} is known to be relevant for ZBED2, so")
    assert "have no values" in remark
    assert plan(datasets=["irf1"]).remarks == plan().remarks == ()
    peaks = {"type": "peaks", "genome": "g.fa", "peaks": dict.fromkeys(["MAX", *"ABCDEF"], "p.bed")}
    peaks |= {"chromosomes": {"valid": ["chr7"], "test": ["chr8"]}}
    ((_, remark),) = plan(datasets=["mine"], define__datasets={"mine": peaks}).remarks
    assert "for A, B, C, D, E and 1 more, so 'match relevant' and 'motifs found' leave them out;" in remark


def on_drop(made):
    return [remark for _, remark in made.remarks if "drop" in remark]


def test_what_another_protocol_drops_need_not_be_in_the_users_database():
    like = {"protocol__like": "koo_ploenzke_2021"}
    assert plan(**like).settings[""].matching["drop"] == ["MA0615.1"]
    newer = plan(**like, protocol__matching__database="jaspar2024")
    assert newer.settings[""].matching["drop"] == []
    (remark,) = on_drop(newer)
    assert remark.startswith("matching.drop of the protocol that yours is like has MA0615.1, which ")
    assert "jaspar2024_core_vertebrates.txt lacks" in remark
    with refused(start="protocol.matching.drop has 'MA0615.1', which is not in "):
        plan(**like, protocol__matching__database="jaspar2024", protocol__matching__drop=["MA0615.1"])


def test_of_two_databases_only_the_one_that_lacks_a_motif_is_named():
    block = MINIMAL["grid"][0] | {"settings": setting(database="jaspar2024")}
    both = plan(protocol__like="koo_ploenzke_2021", grid=[block])
    assert [both.settings[name].matching["drop"] for name in ("", "x")] == [["MA0615.1"], []]
    assert len(on_drop(both)) == 1
    own = MINIMAL["grid"][0] | {"settings": setting(database="jaspar2024", drop=["MA0002.1"])}
    with refused(start="grid, item 1: settings.x: matching.drop has 'MA0002.1'"):
        plan(protocol__like="koo_ploenzke_2021", grid=[own])
