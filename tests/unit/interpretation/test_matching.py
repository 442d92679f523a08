from dataclasses import replace

import h5py
import numpy as np
import pandas as pd
import pytest
from motifcnn.core.errors import UserError
from motifcnn.experiment.schema import complete
from motifcnn.interpretation.filter_tables import MATCH_COLUMNS, read_matches, write_matches
from motifcnn.interpretation.matching import (
    MatchOptions,
    export_counts,
    in_words,
    match_filters,
    match_variants,
    summarise_matches,
    summarise_run,
)
from motifcnn.motifs.jaspar import read_counts
from motifcnn.motifs.meme import Motif, write_meme
from motifcnn.motifs.tomtom.match import COLUMNS, write_rows

RELEVANT = {"ONE": ["M1", "M1b"], "TWO": ["M2"], "THREE": ["M3"]}


def filters(n, dead=()):
    sharp = np.tile([0.97, 0.01, 0.01, 0.01], (8, 1))
    return [Motif(f"filter{i}", "", np.full((19, 4), 0.25) if i in dead else sharp, 8.0) for i in range(n)]


def tomtom(*hits):
    """Rows of (filter, target, p, E, q)."""
    rows = [
        (f"filter{query}", target, 0, p, e, q, 8, "AAAAAAAA", "AAAAAAAA", "+")
        for query, target, p, e, q in hits
    ]
    types = {"Optimal_offset": int, "Overlap": int} | dict.fromkeys(["p-value", "E-value", "q-value"], float)
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(types)


def summary_of(motifs, rows, options=None, relevant=RELEVANT, **known):
    return summarise_matches(match_filters(motifs, rows, relevant, options, **known), relevant)


class TestVariants:
    VARIANTS = ("trained", "untrained", "shuffled")

    @pytest.fixture
    def files(self, tmp_path):
        """Motifs and rows of each variant, and filters.h5: filter 0 hits another motif in each of them."""
        found = {"motifs": [], "rows": []}
        for name, target in zip(self.VARIANTS, ("M1", "X", "M2"), strict=True):
            found["motifs"].append(tmp_path / f"{name}.meme")
            found["rows"].append(tmp_path / f"{name}.tsv")
            write_meme(found["motifs"][-1], filters(2))
            write_rows(
                found["rows"][-1], tomtom((0, target, 1e-5, 1e-3, 1e-3), (1, target, 1e-5, 1e-3, 1e-3))
            )
        with h5py.File(tmp_path / "filters.h5", "w") as file:
            for group, sites, dead in (("/", [7, 5], [False, False]), ("/untrained", [3, 0], [False, True])):
                file.require_group(group)["n_sites"] = np.array(sites)
                file[group]["dead"] = np.array(dead)
        return found | {"relevant": RELEVANT}

    def test_each_has_the_sites_that_it_was_made_from(self, files, tmp_path):
        found = match_variants(self.VARIANTS, **files, arrays=tmp_path / "filters.h5")
        assert list(found) == list(self.VARIANTS)
        assert {name: list(table["n_sites"]) for name, table in found.items()} == {
            "trained": [7, 5],
            "untrained": [3, 0],
            "shuffled": [7, 5],
        }
        assert {name: list(table["best_id"]) for name, table in found.items()} == {
            "trained": ["M1", "M1"],
            "untrained": ["X", ""],
            "shuffled": ["M2", "M2"],
        }

    def test_sites_need_not_be_known(self, files):
        found = match_variants(self.VARIANTS, **files, names={"X": "Xenon"})
        assert all(table["n_sites"].isna().all() for table in found.values())
        assert list(found["untrained"]["best_name"]) == ["Xenon", "Xenon"]

    def test_patterns_have_their_seqlets_as_sites(self, files):
        patterns = [("filter0", 31), ("filter1", 8)]
        write_meme(
            files["motifs"][0], [replace(filters(1)[0], id=name, nsites=sites) for name, sites in patterns]
        )
        found = match_variants(["modisco"], **files | {key: files[key][:1] for key in ("motifs", "rows")})
        assert list(found["modisco"]["n_sites"]) == [31, 8]

    def test_options_reach_the_matches(self, files):
        found = match_variants(self.VARIANTS, **files, options=MatchOptions(evalue=1e-4))
        assert set(found["trained"]["best_id"]) == {""}

    @pytest.mark.parametrize("short", ["motifs", "rows"])
    def test_a_file_for_each(self, files, short):
        with pytest.raises(UserError, match="do not go together; give as many of each"):
            match_variants(self.VARIANTS, **files | {short: files[short][:2]})

    def test_counts_are_named_after_matches_and_leave_out_the_dead(self, files, tmp_path):
        def export(**changes):
            table = pd.DataFrame(
                {
                    "filter": ["filter0", "filter1"],
                    "dead": [False, False],
                    "n_sites": pd.array([7, 5], "Int64"),
                    "relevant_tf": ["ONE", ""],
                    "best_name": ["Xenon", "Two"],
                    "best_id": ["X", "M2"],
                }
            )
            export_counts(tmp_path / "found.jaspar", files["motifs"][0], table.assign(**changes))
            return [(motif.id, motif.name, motif.nsites) for motif in read_counts(tmp_path / "found.jaspar")]

        assert export() == [("filter0", "ONE", 7), ("filter1", "Two", 5)]
        assert export(best_name=["", ""]) == [("filter0", "ONE", 7), ("filter1", "M2", 5)]
        assert export(dead=[True, False]) == [("filter1", "Two", 5)]
        assert export(n_sites=pd.array([7, None], "Int64")) == [("filter0", "ONE", 7)]


class TestMatchFilters:
    def test_worked_by_hand(self):
        rows = tomtom(
            (0, "M1", 1e-5, 1e-3, 1e-3),  # filter 0: ONE
            (0, "X", 1e-7, 1e-5, 1e-5),
            (1, "X", 1e-4, 0.05, 0.05),  # filter 1: only something irrelevant
            (3, "M1b", 1e-4, 0.05, 0.06),  # filter 3: ONE and TWO, TWO has the better q
            (3, "M2", 2e-4, 0.06, 0.05),
        )
        matches = match_filters(filters(4), rows, RELEVANT, names={"X": "Xenon", "M2": "Two"})
        assert tuple(matches.columns) == MATCH_COLUMNS
        assert list(matches["filter"]) == ["filter0", "filter1", "filter2", "filter3"]
        assert list(matches["best_id"]) == ["X", "X", "", "M1b"]
        assert list(matches["best_name"]) == ["Xenon", "Xenon", "", ""]
        assert list(matches["best_evalue"])[:2] == [1e-5, 0.05]
        assert list(matches["relevant_tf"]) == ["ONE", "", "", "TWO"]
        assert list(matches["relevant_id"]) == ["M1", "", "", "M2"]
        assert (matches["relevant_evalue"][3], matches["relevant_qvalue"][3]) == (0.06, 0.05)
        assert matches.loc[2, ["best_evalue", "relevant_qvalue"]].isna().all()
        assert list(matches["width"]) == [8] * 4
        assert matches["n_sites"].isna().all()
        assert summarise_matches(matches, RELEVANT) == {
            "match_any": 0.75,
            "match_relevant": 0.5,
            "motifs_found": 2,
            "motifs": {"ONE": 1, "TWO": 1, "THREE": 0},
            "motifs_total": 3,
            "one_minus_missed_per_filter": 0.75,
            "dead": 0,
            # By name, or by id where there is no name.
            "best": {"M1b": 1, "Xenon": 2},
        }

    def test_a_match_by_filter_0_alone_counts(self):
        # A truth test of its index, as in the code of Koo & Ploenzke 2021, would lose it.
        found = summary_of(filters(4), tomtom((0, "M1", 1e-5, 1e-3, 1e-3)))
        assert (found["match_any"], found["match_relevant"], found["motifs_found"]) == (0.25, 0.25, 1)

    def test_evalue_limit_is_inclusive(self):
        rows = tomtom((0, "M1", 1e-4, 0.1, 0.1), (1, "M1", 1e-4, 0.11, 0.1))
        assert summary_of(filters(2), rows)["match_any"] == 0.5
        assert summary_of(filters(2), rows, MatchOptions(evalue=0.2))["match_any"] == 1

    def test_qvalue_criterion_is_exclusive_and_comes_on_top(self):
        rows = tomtom((0, "M1", 1e-4, 0.05, 0.1), (1, "M1", 1e-4, 0.05, 0.099), (2, "M1", 1e-4, 0.2, 0.01))
        assert summary_of(filters(3), rows)["match_any"] == pytest.approx(2 / 3)
        strict = summary_of(filters(3), rows, MatchOptions(criterion="qvalue"))
        assert strict["match_any"] == pytest.approx(1 / 3)

    @pytest.mark.parametrize(
        ("first", "second", "winner"),
        [
            ((1e-4, 0.05, 0.02), (1e-3, 0.04, 0.02), "TWO"),  # q equal: E decides
            ((2e-4, 0.05, 0.02), (1e-4, 0.05, 0.02), "TWO"),  # q and E equal: p decides
            ((1e-4, 0.05, 0.02), (1e-4, 0.05, 0.02), "ONE"),  # all equal: the order of the factors
            ((1e-4, 0.05, 0.02), (1e-9, 1e-7, 0.03), "ONE"),  # q goes first
        ],
    )
    def test_ties_of_q(self, first, second, winner):
        rows = tomtom((0, "M1", *first), (0, "M2", *second))
        found = summary_of(filters(1), rows)
        assert found["motifs"][winner] == 1
        assert found["motifs_found"] == 1

    def test_a_filter_is_assigned_to_one_factor_only(self):
        rows = tomtom(
            *[(0, target, 1e-5, 1e-3, q) for target, q in (("M1", 1e-3), ("M2", 2e-3), ("M3", 3e-3))]
        )
        assert summary_of(filters(1), rows)["motifs_found"] == 1

    def test_a_matrix_of_a_dimer_counts_for_each_of_its_parts(self):
        relevant = {"FOS": ["MA1", "MA2"], "JUN": ["MA2", "MA3"], "MAX": ["MA4"]}
        found = summary_of(filters(2), tomtom((0, "MA2", 1e-5, 1e-3, 1e-3)), relevant=relevant)
        assert found["motifs"] == {"FOS": 1, "JUN": 1, "MAX": 0}
        assert (found["motifs_found"], found["motifs_total"], found["match_relevant"]) == (2, 3, 0.5)
        # The order of the targets does not matter.
        turned = dict(reversed(relevant.items()))
        assert (
            summary_of(filters(2), tomtom((0, "MA2", 1e-5, 1e-3, 1e-3)), relevant=turned)["motifs_found"] == 2
        )

    def test_dead_filters_match_nothing_and_stay_in_the_denominator(self):
        rows = tomtom((0, "M1", 1e-5, 1e-3, 1e-3), (1, "M2", 1e-5, 1e-3, 1e-3))
        found = summary_of(filters(4, dead=[1, 2]), rows)
        assert (found["match_any"], found["match_relevant"], found["dead"]) == (0.25, 0.25, 2)
        assert found["motifs"]["TWO"] == 0

    def test_known_sites_and_dead_filters(self):
        rows = tomtom((0, "M1", 1e-5, 1e-3, 1e-3))
        matches = match_filters(
            filters(2), rows, RELEVANT, n_sites=np.array([7, 0]), dead=np.array([True, False])
        )
        assert list(matches["n_sites"]) == [7, 0]
        assert list(matches["dead"]) == [True, False]
        assert list(matches["best_id"]) == ["", ""]

    def test_only_hit_ignored(self):
        rows = tomtom(
            (0, "M9", 1e-5, 1e-3, 1e-3),
            (1, "M9", 1e-5, 1e-3, 1e-3),
            (1, "X", 1e-4, 1e-2, 1e-2),
            (2, "X", 1e-4, 1e-2, 1e-2),
        )
        assert summary_of(filters(4), rows)["match_any"] == 0.75
        options = MatchOptions(only_hit_ignored=["M9"])
        matches = match_filters(filters(4), rows, RELEVANT, options)
        # Where it is not the only hit it may still be the best.
        assert list(matches["best_id"]) == ["", "M9", "X", ""]

    def test_only_hit_ignored_leaves_relevant_matches_alone(self):
        rows = tomtom((0, "M1", 1e-5, 1e-3, 1e-3))
        found = summary_of(filters(1), rows, MatchOptions(only_hit_ignored=["M1"]))
        assert (found["match_any"], found["match_relevant"]) == (0, 1)

    def test_formula_of_the_2019_table(self):
        # Nothing found: (30 - 12) / 30 = 0.6; one of twelve: 0.633...
        relevant = {f"TF{i}": [f"M{i}"] for i in range(12)}
        assert summary_of(filters(30), tomtom(), relevant=relevant)["one_minus_missed_per_filter"] == 0.6
        one = summary_of(filters(30), tomtom((0, "M3", 1e-5, 1e-3, 1e-3)), relevant=relevant)
        assert one["one_minus_missed_per_filter"] == pytest.approx(19 / 30)

    def test_nothing_relevant_is_known(self):
        found = summary_of(filters(2), tomtom((0, "M1", 1e-5, 1e-3, 1e-3)), relevant={})
        assert found["match_any"] == 0.5
        unknown = ("match_relevant", "motifs_found", "one_minus_missed_per_filter")
        assert [found[name] for name in unknown] == [None] * 3
        assert found["motifs_total"] == 0

    def test_information_is_the_mean_per_column(self):
        motif = Motif("filter0", "", np.array([[1, 0, 0, 0], [0.5, 0.5, 0, 0]]), 2.0)
        assert match_filters([motif], tomtom(), RELEVANT)["information"][0] == 1.5

    def test_rows_of_another_file(self):
        with pytest.raises(UserError, match="filter7, which is not among the motifs"):
            match_filters(filters(2), tomtom((7, "M1", 1e-5, 1e-3, 1e-3)), RELEVANT)

    def test_no_filters(self):
        with pytest.raises(UserError, match="no filters"):
            summary_of([], tomtom())


class TestOptions:
    def test_of_the_config(self):
        section = {
            "engine": "meme",
            "database": "jaspar2016",
            "drop": [],
            "evalue": 0.05,
            "relevant": "strict",
        }
        options = MatchOptions.from_config(section | {"only_hit_ignored": ["MA0615.1"]})
        assert (options.evalue, options.relevant, options.only_hit_ignored) == (0.05, "strict", ["MA0615.1"])
        options = MatchOptions.from_config(complete({}, "protocol.matching"))
        # The plan says which motifs are relevant.
        assert options == MatchOptions(relevant=None, only_hit_ignored=[])


class TestSummaries:
    METRICS = {  # noqa: RUF012
        "dataset": "synthetic",
        "architecture": "cnn-2",
        "activation": "relu",
        "seed": 3,
        "test": {"auroc_mean": 0.9, "aupr_mean": 0.8},
        "parameters": 160048,
        "best_epoch": 7,
        "epochs": 27,
    }

    def variants(self):
        rows = tomtom((0, "M1", 1e-5, 1e-3, 1e-3))
        return {
            "trained": match_filters(filters(2), rows, RELEVANT, n_sites=[10, 20]),
            "shuffled": match_filters(filters(2), tomtom(), RELEVANT),
        }

    def test_of_a_run(self):
        summary = summarise_run(self.variants(), RELEVANT, self.METRICS)
        assert (summary["auroc"], summary["aupr"], summary["n_filters"], summary["seed"]) == (0.9, 0.8, 2, 3)
        assert (summary["parameters"], summary["best_epoch"], summary["epochs"]) == (160048, 7, 27)
        assert [v["match_any"] for v in summary["variants"].values()] == [0.5, 0]

    def test_of_the_ground_truth(self):
        summary = summarise_run(self.variants(), RELEVANT, dataset="synthetic")
        key = [summary[k] for k in ("dataset", "architecture", "activation", "seed")]
        assert key == ["synthetic", "ground_truth", "", 0]
        assert not {"auroc", "aupr"} & set(summary)

    def test_in_words(self):
        assert in_words(summarise_run(self.variants(), RELEVANT, self.METRICS)).splitlines() == [
            "trained: 0.500 of the filters match a motif, 0.500 match a relevant one, 1 of 3 motifs found",
            "shuffled: 0.000 of the filters match a motif, 0.000 match a relevant one, 0 of 3 motifs found",
        ]

    def test_table_round_trip(self, tmp_path):
        write_matches(tmp_path / "matches.tsv", self.variants())
        assert (tmp_path / "matches.tsv").read_text().splitlines()[:3] == [
            "variant\t" + "\t".join(MATCH_COLUMNS),
            "trained\tfilter0\t10\t8\t1.75806\tFalse\tM1\t\t0.001\tONE\tM1\t0.001\t0.001",
            "trained\tfilter1\t20\t8\t1.75806\tFalse\t\t\t\t\t\t\t",
        ]
        table = read_matches(tmp_path / "matches.tsv")
        assert list(table["variant"]) == ["trained", "trained", "shuffled", "shuffled"]
        assert list(table["best_id"]) == ["M1", "", "", ""]
        assert table["n_sites"].isna().tolist() == [False, False, True, True]
        assert table["dead"].dtype == bool

    @pytest.mark.parametrize("text", ["", "a\tb\n1\t2\n"])
    def test_not_a_table(self, tmp_path, text):
        (tmp_path / "matches.tsv").write_text(text)
        with pytest.raises(UserError, match="not a table of matches"):
            read_matches(tmp_path / "matches.tsv")
        with pytest.raises(UserError, match="does not exist"):
            read_matches(tmp_path / "none.tsv")
