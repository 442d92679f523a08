"""Localisation against what can be worked out by hand, against scikit-learn, and against published numbers."""

import numpy as np
import pandas as pd
import pytest
import score_localisation
import torch
from motifcnn.core.errors import UserError
from motifcnn.core.receptive_field import ReceptiveFields
from motifcnn.core.sequences import encode
from motifcnn.data.dataset import MOTIF_DTYPE, Dataset, Split, write_dataset
from motifcnn.data.planted_motifs import motifs_of, planted_information
from motifcnn.data.simulate import simulate
from motifcnn.interpretation.filter_tables import LOCALISATION_COLUMNS, read_localisation
from motifcnn.interpretation.localisation import localise, tabulate_scans, widen
from motifcnn.interpretation.scans import scan_with_first_layer, scan_with_motifs
from motifcnn.motifs.factors import FACTORS, read_factors
from motifcnn.motifs.jaspar import JASPAR_2016, read_counts
from motifcnn.motifs.meme import Motif, write_meme
from motifcnn.networks import model_file
from motifcnn.networks.network import Network
from sklearn import metrics
from toys.networks import NORM, TRAINING, build, conv, random_codes


def areas(scores, planted, *arguments, **options):
    """Areas of one sequence."""
    found = localise(np.array([scores], float), np.array([planted], float), *arguments, **options)
    return tuple(area.item() for area in found)


class TestPositions:
    def test_by_hand(self):
        # From the highest score down: + - + -. Three of four pairs are in order. The curve of precision goes
        # through (0, 1), (1/2, 1), (1/2, 1/2), (1, 2/3), (1, 1/2): 1/2 + (1/2 + 2/3) / 2 / 2 = 19/24.
        assert areas([4, 3, 2, 1], [2, 0, 1, 0]) == pytest.approx((3 / 4, 19 / 24))

    def test_equal_scores_are_one_point(self):
        # Curves: (0, 0), (1, 1); and (0, 1), (1, 1/4).
        assert areas([7] * 4, [0, 0, 1, 0]) == pytest.approx((1 / 2, 5 / 8))

    def test_positions_below_a_hundredth_of_a_bit_are_background(self):
        assert areas([2, 1], [0.01, 0.011]) == pytest.approx((0, 1 / 4))

    def test_sequences_of_one_kind(self):
        assert np.isnan(areas([1, 2], [0, 0])).all()
        auroc, aupr = areas([1, 2], [1, 1])
        assert np.isnan(auroc)
        assert aupr == 1

    def test_minus_infinity_is_the_lowest_score(self):
        assert areas([-np.inf, 1, -np.inf], [0, 1, 0]) == (1, 1)

    def test_scores_that_are_no_numbers(self):
        with pytest.raises(UserError, match="1 of 1 sequences have scores that are no numbers"):
            areas([np.nan, 1], [0, 1])

    def test_is_what_scikit_learn_finds(self):
        generator = np.random.default_rng(0)
        scores = generator.integers(0, 9, (50, 30)).astype(float)
        planted = generator.random((50, 30)) < 0.3
        auroc, aupr = localise(scores, planted.astype(float))
        for row, labels in enumerate(planted):
            assert auroc[row] == pytest.approx(metrics.roc_auc_score(labels, scores[row]))
            precision, recall, _ = metrics.precision_recall_curve(labels, scores[row])
            assert aupr[row] == pytest.approx(metrics.auc(recall, precision))


class TestStretches:
    @pytest.mark.parametrize(
        ("buffer", "expected"),
        [(1, "00010000"), (2, "00011000"), (3, "00111000"), (5, "01111100"), (20, "1" * 8)],
    )
    def test_widened(self, buffer, expected):
        planted = np.array([[0, 0, 0, 1, 0, 0, 0, 0]], bool)
        assert "".join(str(int(mark)) for mark in widen(planted, buffer)[0]) == expected

    def test_by_hand(self):
        # Stretches - + - + with their highest scores 5, 4, 3, 9: three of four pairs are in order.
        scores = [0, 5, 4, 1, 3, 2, 9, 8]
        planted = [0, 0, 2, 2, 0, 0, 2, 2]
        # + - + -: (0, 1), (1/2, 1), (1/2, 1/2), (1, 2/3), (1, 1/2).
        assert areas(scores, planted, 1) == pytest.approx((3 / 4, 19 / 24))

    def test_published_bounds_run_on(self):
        planted = np.zeros(20)
        planted[[2, 3, 6, 7, 10]] = 2
        scores = np.zeros(20)
        scores[[2, 8, 12]] = 1, 5, 3
        # Planted: 2 to 3; from 6 on, where the search for the end begins at 4 + 6, inside the third motif; and from 6
        # on again, to 11 + 6. Background: 0 to 1; 4 to 5; and from 8 on, as 6 + 8 lies behind the last motif.
        # Highest scores 1, 5, 5 against 0, 0, 5: 2 + 2.5 + 2.5 of nine pairs.
        assert areas(scores, planted, 1, as_published=True)[0] == pytest.approx(7 / 9)
        # Whole stretches: 1, 0, 0 against 0, 0, 5, 3: 2 + 1 + 1 of twelve pairs.
        assert areas(scores, planted, 1)[0] == pytest.approx(4 / 12)

    def test_published_bounds_lose_a_motif_at_the_end(self):
        planted, scores = np.zeros(12), np.arange(12.0)
        planted[[1, 10, 11]] = 2
        # Only the first motif is found: 1 against 0, 9 and, from 2 to the end, 11.
        assert areas(scores, planted, 1, as_published=True)[0] == pytest.approx(1 / 3)

    def test_table(self):
        ascending = np.arange(40.0)
        scores = np.array([-ascending, ascending, ascending])
        information = np.zeros((3, 40))
        information[:2, 0] = 2
        table = tabulate_scans({"a": scores, "b": -scores[[1, 1, 1]]}, information)
        assert tuple(table.columns) == LOCALISATION_COLUMNS
        keys = [(s, b, n) for s in "ab" for b in ("whole", "published") for n in (5, 10, 15, 20)]
        assert list(table[["scan", "bounds", "buffer"]].itertuples(index=False, name=None)) == keys
        # One stretch of each kind: in order in the first sequence, not in the second; the third has no motif. Where
        # the background comes first, the curve of precision goes through (0, 0) and (1, 1/2).
        first, last = table.iloc[0], table.iloc[8]
        assert (first["sequences"], first["auroc"], first["auroc_sd"]) == (2, 1 / 2, 1 / 2)
        assert (first["aupr"], first["aupr_sd"]) == pytest.approx((5 / 8, 3 / 8))
        assert (last["auroc"], last["auroc_sd"], last["aupr"]) == (1, 0, 1)

    def test_nothing_to_compare(self):
        with pytest.raises(UserError, match="no sequence has both motifs and background"):
            tabulate_scans({"a": np.zeros((2, 4))}, np.zeros((2, 4)))


class TestScans:
    def test_first_layer_by_hand(self):
        # Filters of three letters that count AAA, and C in the middle; windows are centred on their position.
        network = Network(
            {"layers": [conv(2, 3, norm=None, activation="studied")]}, "linear", 5, 1, NORM
        ).eval()
        weight = torch.zeros(2, 4, 3)
        weight[0, 0], weight[1, 1, 1] = 1, 1.5
        network.convolutions[0].weight.data = weight
        codes = np.stack([encode("AAACT"), encode("GGGGG")])
        assert scan_with_first_layer(network, codes, batch_size=1).tolist() == [[2, 3, 2, 1.5, 0], [0] * 5]

    def test_positions_without_a_window(self):
        network = build({"layers": [conv(2, 3, padding="valid", activation="studied")]}, length=6, targets=1)
        scores = scan_with_first_layer(network.eval(), random_codes(2, 6).numpy())
        assert (scores[:, [0, 5]] == -np.inf).all()
        assert np.isfinite(scores[:, 1:5]).all()

    def test_windows_centred_beyond_the_ends_do_not_count(self):
        class Wide(torch.nn.Module):
            """One filter, with seven positions from the one before the sequence on."""

            def __init__(self):
                super().__init__()
                self.maps = torch.nn.Parameter(torch.arange(7.0)[None, :, None])

            def activation_maps(self, codes):
                return self.maps.expand(len(codes), 7, 1)

            def receptive_fields(self):
                return ReceptiveFields(start=-1, step=1, width=None, positions=7)

        assert scan_with_first_layer(Wide(), np.zeros((2, 5), np.uint8)).tolist() == [[1, 2, 3, 4, 5]] * 2

    def test_motifs_by_hand(self):
        # AC on one strand, GT on the other; the window begins one position before.
        motif = Motif("m", "", np.array([[1.0, 0, 0, 0], [0, 0.5, 0.5, 0]]))
        codes = encode("ACTNG")[None]
        # Windows -A AC CT TN NG: + 0 (A second), 1.5, 0, 0, 0.5; - (C or G 0.5, then T 1) 0, 0.5, 1.5, 0, 0.
        assert scan_with_motifs(codes, [motif]).tolist() == [[0, 1.5, 1.5, 0, 0.5]]
        # log2 of 1 / 0.25 is 2, of 0.5 / 0.25 it is 1.
        assert scan_with_motifs(codes, [motif], log_odds=True)[0, 1:3] == pytest.approx([3, 3])


def test_the_published_scan_to_the_last_digit():
    """Koo & Ploenzke 2021: 0.6474 ± 0.3428 and 0.6343 ± 0.3306, buffer 5, on the authors' own sequences."""
    known = {motif.id: motif for motif in read_counts(JASPAR_2016)}
    motifs = {name: known[factor.matrix_id] for name, factor in read_factors(FACTORS).items()}
    parameters = {
        "n_sequences": 30_000, "length": 200, "p_motifs": [0.5, 0.25, 0.17, 0.05, 0.03], "min_gap": 0,
        "both_strands": True, "background": [0.25] * 4, "split": [0.7, 0.1, 0.2], "seed": 33, "stream": "legacy",
        "example_models": 0, "negatives": None,
    }  # fmt: skip
    test = simulate(motifs, parameters, "authors").test
    scan = scan_with_motifs(test.sequence, motifs_of(test, known.values()))
    auroc, aupr = localise(scan, planted_information(test, known.values()), 5, as_published=True)
    found = [np.nanmean(auroc), np.nanstd(auroc), np.nanmean(aupr), np.nanstd(aupr)]
    assert found == pytest.approx([0.6474111835, 0.3427670451, 0.6342828159, 0.3306035640], abs=1e-9)


@pytest.mark.parametrize("simulated", [True, False])
def test_adapter(tmp_path, simulated):
    motif = Motif("m", "", np.eye(4)[[0, 1, 2, 2]])
    write_meme(tmp_path / "motifs.meme", [motif])
    codes = np.random.default_rng(0).integers(0, 4, (6, 40), np.uint8)
    planted = np.array([(row, 18, 4, b"m", b"+") for row in range(6)], MOTIF_DTYPE)
    codes[:, 18:22] = [0, 1, 2, 2]
    label = np.array([[0], [1]] * 3, np.uint8)
    split = Split(codes, label, planted)
    bits = planted_information(split, [motif])
    split = split if simulated else Split(codes, label, None, bits)
    dataset = Dataset(split, split, split, ("t",), "small")
    write_dataset(tmp_path / "dataset.h5", dataset)
    declaration = {"layers": [conv(3, 5, activation="studied")]}
    network = model_file.untrained(
        model_file.describe("net", declaration, "relu", "relu", dataset, 1, TRAINING)
    )
    model_file.save(tmp_path / "model.safetensors", network)
    paths = {name: tmp_path / name for name in ("model.safetensors", "dataset.h5", "localisation.tsv")}
    score_localisation.main(
        **dict(zip(("model", "dataset", "output"), paths.values(), strict=True)),
        database=tmp_path / "motifs.meme",
    )
    found = read_localisation(tmp_path / "localisation.tsv")
    scans = {"first_layer": scan_with_first_layer(network, codes)}
    if simulated:
        scans["ppm"], scans["pwm"] = (
            scan_with_motifs(codes, [motif], log_odds) for log_odds in (False, True)
        )
    pd.testing.assert_frame_equal(found, tabulate_scans(scans, bits), rtol=1e-5)


def test_what_is_no_table_of_localisation(tmp_path):
    (tmp_path / "localisation.tsv").write_text("scan\tbuffer\nppm\t5\n")
    with pytest.raises(UserError, match=r"is not a table of localisation .* delete it and run again"):
        read_localisation(tmp_path / "localisation.tsv")
