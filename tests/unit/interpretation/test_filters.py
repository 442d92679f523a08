import numpy as np
import pytest
import torch
from motifcnn.core.errors import UserError
from motifcnn.core.receptive_field import ReceptiveFields
from motifcnn.core.sequences import encode
from motifcnn.experiment.schema import complete
from motifcnn.interpretation.filter_tables import read_arrays
from motifcnn.interpretation.filters import FilterOptions, find_motifs, motifs_of_layer, write_arrays
from motifcnn.networks.network import Network
from toys.networks import NORM, conv

PLAIN = {"window": 3, "clip_information": None}


def single(text, activations, **options):
    """Motif of one filter over one sequence, with the activation of every position given."""
    codes = encode(text)[None]
    maps = np.array(activations, dtype=np.float32)[None, :, None]
    return find_motifs(lambda: [(codes, maps)], np.arange(len(text)), FilterOptions(**{**PLAIN, **options}))


def naive(codes, maps, positions, options):
    """The same by loops, one letter at a time."""
    n_filters, window = maps.shape[2], options.window
    counts, sites = np.zeros((n_filters, window, 4)), np.zeros(n_filters, dtype=int)
    for f in range(n_filters):
        threshold = options.threshold * float(maps[:, :, f].max())
        for sequence, row in zip(codes, maps[:, :, f], strict=True):
            chosen = [int(np.argmax(row))] if options.positions == "best" else range(len(row))
            for p in chosen:
                if not float(row[p]) > threshold:
                    continue
                start = positions[p] - window // 2
                if options.ends == "drop" and (start < 0 or start + window > len(sequence)):
                    continue
                sites[f] += 1
                for column in range(window):
                    where = start + column
                    if 0 <= where < len(sequence) and sequence[where] < 4:
                        weight = float(row[p]) if options.weighting == "activation" else 1.0
                        counts[f, column, sequence[where]] += weight
    return counts, sites


def random_case(seed, n=23, length=31, positions=None, filters=4):
    generator = np.random.default_rng(seed)
    codes = generator.integers(0, 5, (n, length), dtype=np.uint8)
    positions = np.arange(length) if positions is None else positions
    maps = generator.exponential(size=(n, len(positions), filters)).astype(np.float32)
    return codes, maps, positions


class TestRules:
    def test_threshold_is_strict(self):
        # Reference 4; 2 is not above 0.5 x 4, and 2.0000002 is.
        found = single("ACGTA", [0, 2, 0, np.nextafter(np.float32(2), np.float32(3)), 4])
        assert found.n_sites == [2]
        assert found.reference == [4]
        assert found.threshold == [2]

    def test_threshold_between_two_float32_is_strict(self):
        # 0.7 in float64 lies between two float32, and the lower one must not pass.
        below = np.float32(0.7)
        if below > 0.7:
            below = np.nextafter(below, np.float32(0))
        above = np.nextafter(below, np.float32(1))
        assert single("ACGTA", [0, below, 0, above, 1], threshold=0.7).n_sites == [2]
        # The float32 nearest to 0.1 is larger, and must pass.
        above = np.float32(0.1)
        assert float(above) > 0.1
        below = np.nextafter(above, np.float32(0))
        assert single("ACGTA", [0, below, 0, above, 1], threshold=0.1).n_sites == [2]

    def test_counts_are_weighted_by_activation(self):
        # Windows of 3: CGT around position 2 with weight 4, GTA around position 3 with weight 3.
        found = single("ACGTA", [0, 0, 4, 3, 0])
        expected = [[0, 4, 3, 0], [0, 0, 4, 3], [3, 0, 0, 4]]
        np.testing.assert_array_equal(found.counts[0], expected)
        np.testing.assert_array_equal(found.ppm[0], np.array(expected) / 7)
        np.testing.assert_array_equal(found.motifs[0].probabilities, found.ppm[0])
        assert (found.motifs[0].id, found.motifs[0].nsites) == ("filter0", 3)

    def test_uniform_weighting_counts_sites(self):
        found = single("ACGTA", [0, 0, 4, 3, 0], weighting="uniform")
        np.testing.assert_array_equal(found.counts[0], [[0, 1, 1, 0], [0, 0, 1, 1], [1, 0, 0, 1]])

    def test_padded_ends_divide_by_what_lies_inside(self):
        # Around position 0 the window sticks out on the left, around 4 on the right.
        found = single("ACGTA", [4, 0, 0, 0, 3])
        np.testing.assert_array_equal(found.counts[0], [[0, 0, 0, 3], [7, 0, 0, 0], [0, 4, 0, 0]])
        np.testing.assert_array_equal(found.ppm[0], [[0, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0]])

    def test_dropped_ends_leave_out_the_window_but_not_its_maximum(self):
        # Position 0 gives the reference (4) although its window is dropped; 1.9 stays below.
        found = single("ACGTA", [4, 3, 0, 1.9, 0], ends="drop")
        np.testing.assert_array_equal(found.counts[0], np.float32([[3, 0, 0, 0], [0, 3, 0, 0], [0, 0, 3, 0]]))
        assert found.n_sites == [1]

    def test_windows_that_just_fit_are_not_dropped(self):
        assert single("ACGTA", [1, 1, 1, 1, 1], ends="drop").n_sites == [3]

    def test_best_takes_one_site_per_sequence_and_the_first_of_equals(self):
        codes = np.stack([encode("ACGTA"), encode("CCCCC"), encode("GGGGG")])
        maps = np.array([[0, 3, 0, 3, 0], [0, 0, 4, 3, 0], [0, 0, 2, 1, 0]], dtype=np.float32)[:, :, None]
        found = find_motifs(lambda: [(codes, maps)], np.arange(5), FilterOptions(**PLAIN, positions="best"))
        # The third sequence's best does not exceed half the maximum.
        np.testing.assert_array_equal(found.counts[0], [[3, 4, 0, 0], [0, 7, 0, 0], [0, 4, 3, 0]])
        assert found.n_sites == [2]

    def test_unknown_letters_count_for_nothing(self):
        found = single("ANGTA", [0, 4, 3, 0, 0])
        np.testing.assert_array_equal(found.counts[0], [[4, 0, 0, 0], [0, 0, 3, 0], [0, 0, 4, 3]])
        assert found.n_sites == [2]

    def test_column_without_letters_is_uniform(self):
        found = single("ANGTA", [0, 4, 0, 0, 0])
        np.testing.assert_array_equal(found.ppm[0], [[1, 0, 0, 0], [0.25] * 4, [0, 0, 1, 0]])
        assert not found.dead[0]

    def test_theoretical_reference_is_the_callers(self):
        codes, maps = encode("ACGTA")[None], np.array([0, 0, 4, 3, 0], dtype=np.float32)[None, :, None]
        options = FilterOptions(**PLAIN, reference="theoretical")
        found = find_motifs(lambda: [(codes, maps)], np.arange(5), options, theoretical=np.array([7.0]))
        assert (found.n_sites, found.reference, found.threshold) == ([1], [7], [3.5])
        with pytest.raises(UserError, match="write observed"):
            find_motifs(lambda: [(codes, maps)], np.arange(5), options)

    def test_even_window_has_its_extra_column_on_the_left(self):
        found = single("ACGTA", [0, 0, 4, 0, 0], window=4)
        np.testing.assert_array_equal(found.counts[0].argmax(axis=1), [0, 1, 2, 3])

    def test_window_of_19_has_9_columns_on_both_sides(self):
        text = "A" * 9 + "C" + "G" * 9
        activations = np.zeros(19)
        activations[9] = 1
        found = single(text, activations, window=19)
        np.testing.assert_array_equal(found.ppm[0].argmax(axis=1), encode(text))

    def test_a_width_that_is_given_goes_before_the_options(self):
        batch = (encode("ACGTA")[None], np.ones((1, 5, 1), dtype=np.float32))
        options = FilterOptions(window="receptive_field")
        assert find_motifs(lambda: [batch], np.arange(5), options, width=5).ppm.shape == (1, 5, 4)

    def test_valid_padding_starts_inside(self):
        # Filters of 19 without padding: the first of 12 map positions is centred on position 9.
        text = "A" * 9 + "C" + "G" * 20
        maps = np.zeros((1, 12, 1), dtype=np.float32)
        maps[0, 0, 0] = 1
        found = find_motifs(lambda: [(encode(text)[None], maps)], np.arange(9, 21), FilterOptions(**PLAIN))
        np.testing.assert_array_equal(found.ppm[0].argmax(axis=1), [0, 1, 2])

    def test_positions_of_a_pooled_layer(self):
        maps = np.array([0, 5, 0], dtype=np.float32)[None, :, None]
        found = find_motifs(
            lambda: [(encode("AAAAACGAAA")[None], maps)], np.array([1, 5, 9]), FilterOptions(**PLAIN)
        )
        np.testing.assert_array_equal(found.ppm[0].argmax(axis=1), [0, 1, 2])


class TestDeadFilters:
    @pytest.mark.parametrize(
        "activations",
        [[0, 0, 0, 0, 0], [-1, -2, -1, -3, -1], [0, np.nan, 1, 1, 1], [0, np.inf, 1, 1, 1]],
        ids=["never active", "negative", "not a number", "infinite"],
    )
    @pytest.mark.parametrize("positions", ["all", "best"])
    def test_uniform_and_flagged(self, activations, positions):
        found = single("ACGTA", activations, clip_information=0.5, positions=positions)
        assert found.dead[0]
        np.testing.assert_array_equal(found.motifs[0].probabilities, np.full((3, 4), 0.25))
        assert (found.n_sites[0], found.counts.sum()) == (0, 0)

    def test_not_finite_under_a_theoretical_reference(self):
        codes = encode("ACGTA")[None]
        maps = np.array([[0, np.nan, 3, 0, 0], [0, 0, 3, 0, 0]], dtype=np.float32).T[None]
        options = FilterOptions(**PLAIN, reference="theoretical")
        found = find_motifs(lambda: [(codes, maps)], np.arange(5), options, theoretical=np.array([4.0, 4.0]))
        np.testing.assert_array_equal(found.dead, [True, False])

    def test_filter_that_only_sees_unknown_letters(self):
        assert single("NNNNN", [0, 0, 1, 0, 0]).dead[0]
        codes = encode("NNNTA")[None]
        maps = np.array([[0, 4, 0, 0, 0], [0, 0, 0, 4, 0]], dtype=np.float32).T[None]
        found = find_motifs(lambda: [(codes, maps)], np.arange(5), FilterOptions(**PLAIN))
        np.testing.assert_array_equal(found.dead, [True, False])
        np.testing.assert_array_equal(found.n_sites, [0, 1])

    def test_all_sites_dropped(self):
        assert single("ACGTA", [1, 0, 0, 0, 0], ends="drop").dead[0]

    def test_too_few_sites(self):
        assert not single("ACGTA", [0, 3, 0, 3, 0], window=3, min_sites=2).dead[0]
        found = single("ACGTA", [0, 3, 0, 1, 0], window=3, min_sites=2)
        assert found.dead[0]
        assert found.n_sites[0] == 0
        assert (found.ppm == 0.25).all()

    def test_a_dead_filter_leaves_the_others_alone(self):
        codes = encode("ACGTA")[None]
        maps = np.array([[0, np.inf, 0, 0, 0], [0, 0, 4, 3, 0]], dtype=np.float32).T[None]
        found = find_motifs(lambda: [(codes, maps)], np.arange(5), FilterOptions(**PLAIN))
        np.testing.assert_array_equal(found.counts[1], single("ACGTA", [0, 0, 4, 3, 0]).counts[0])
        np.testing.assert_array_equal(found.dead, [True, False])


class TestClipping:
    def test_clipped_motif_keeps_its_place(self):
        text = "A" * 9 + "C" + "G" * 9
        activations = np.zeros(19)
        activations[9] = 1
        whole = single(text, activations, window=7)
        assert (whole.clip[0, 0], whole.motifs[0].width) == (0, 7)
        # Two sequences that agree on the central column only.
        codes = np.stack([encode(letter * 5 + "C" + letter * 5) for letter in "ACGT"])
        maps = np.zeros((4, 11, 1), dtype=np.float32)
        maps[:, 5] = 1
        found = find_motifs(lambda: [(codes, maps)], np.arange(11), FilterOptions(window=11, clip_pad=2))
        assert (found.clip[0, 0], found.motifs[0].width, found.motifs[0].nsites) == (3, 5, 5)
        np.testing.assert_array_equal(found.motifs[0].probabilities[2], [0, 1, 0, 0])
        assert found.ppm.shape == (1, 11, 4)


class TestInvariants:
    @pytest.mark.parametrize("positions", ["all", "best"])
    @pytest.mark.parametrize("weighting", ["activation", "uniform"])
    @pytest.mark.parametrize("ends", ["pad", "drop"])
    @pytest.mark.parametrize("where", [np.arange(31), np.arange(9, 22), np.arange(2, 31, 4)])
    def test_equals_the_loops(self, positions, weighting, ends, where):
        codes, maps, where = random_case(1, positions=where)
        rules = {"positions": positions, "weighting": weighting, "ends": ends}
        options = FilterOptions(threshold=0.3, window=8, clip_information=None, **rules)
        found = find_motifs(lambda: [(codes, maps)], where, options)
        counts, sites = naive(codes, maps, where, options)
        np.testing.assert_allclose(found.counts, counts, rtol=1e-12)
        np.testing.assert_array_equal(found.n_sites, sites)

    def test_more_sites_than_are_handled_at_a_time(self, monkeypatch):
        codes, maps, where = random_case(2)
        whole = find_motifs(lambda: [(codes, maps)], where)
        monkeypatch.setattr("motifcnn.interpretation.filters._SITES_AT_A_TIME", 7)
        np.testing.assert_array_equal(find_motifs(lambda: [(codes, maps)], where).counts, whole.counts)

    @pytest.mark.parametrize("size", [1, 5, 22])
    def test_batches_change_no_bit(self, size):
        codes, maps, where = random_case(3, n=60)
        whole = find_motifs(lambda: [(codes, maps)], where)
        parts = [(codes[i : i + size], maps[i : i + size]) for i in range(0, len(codes), size)]
        found = find_motifs(lambda: iter(parts), where)
        for key in ("counts", "ppm", "n_sites", "reference"):
            np.testing.assert_array_equal(getattr(found, key), getattr(whole, key))

    def test_tensors_and_arrays_are_alike(self):
        codes, maps, where = random_case(4)
        tensors = find_motifs(lambda: [(torch.from_numpy(codes), torch.from_numpy(maps))], where)
        np.testing.assert_array_equal(tensors.counts, find_motifs(lambda: [(codes, maps)], where).counts)

    def test_planted_motif_is_recovered(self):
        generator = np.random.default_rng(5)
        motif = np.array([[0.7, 0.1, 0.1, 0.1], [0, 0.9, 0.1, 0], [0.05, 0.05, 0.05, 0.85], [0, 0.3, 0.7, 0]])
        codes = generator.integers(0, 4, (4000, 30), dtype=np.uint8)
        maps = np.zeros((4000, 30, 1), dtype=np.float32)
        starts = generator.integers(0, 26, 4000)
        for row, start in enumerate(starts):
            codes[row, start : start + 4] = [generator.choice(4, p=column) for column in motif]
            maps[row, start + 2] = 1
        found = find_motifs(lambda: [(codes, maps)], np.arange(30), FilterOptions(clip_pad=0))
        assert (found.clip[0, 0], found.motifs[0].width) == (7, 4)
        np.testing.assert_allclose(found.motifs[0].probabilities, motif, atol=0.03)

    def test_columns_add_up_to_one(self):
        codes, maps, where = random_case(6)
        np.testing.assert_allclose(find_motifs(lambda: [(codes, maps)], where).ppm.sum(axis=2), 1, rtol=1e-12)


class TestBorders:
    def test_no_sequences(self):
        with pytest.raises(UserError, match="no sequences"):
            find_motifs(list, np.arange(5))

    def test_maps_and_positions_must_fit(self):
        with pytest.raises(ValueError, match="do not fit"):
            single("ACGTA", [1, 1, 1, 1])

    def test_options_of_the_config(self):
        assert FilterOptions.from_config(complete({}, "protocol.filters")) == FilterOptions()
        assert FilterOptions.from_config({"clip": None}).clip_information is None
        found = FilterOptions.from_config({"clip": {"information": 1, "pad": 0}, "window": "receptive_field"})
        assert (found.clip_information, found.clip_pad, found.window) == (1, 0, "receptive_field")


class Toy(torch.nn.Module):
    """A layer of two filters: how often A, and how often C, stands at a position."""

    convolutions = ("first", "second")
    description = {"length": 6}  # noqa: RUF012

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor([2.0, 3.0]))

    def activation_maps(self, codes, layer=1):
        return torch.stack([codes == 0, codes == 1], dim=2) * self.weight

    def receptive_fields(self, layer=1):
        return ReceptiveFields(0, 1, 1, 6) if layer == 1 else ReceptiveFields(-4, 1, 9, 6)

    def maximum_activation(self):
        return self.weight.detach() * 10


class TestLayer:
    CODES = np.stack([encode("ACGTAC"), encode("TTTACG"), encode("GGGGGG")])

    def test_batches_are_cut_from_the_sequences(self):
        options = FilterOptions(window=1, clip_information=None)
        found = motifs_of_layer(Toy(), self.CODES, options, batch_size=2)
        np.testing.assert_array_equal(found.ppm[:, 0], [[1, 0, 0, 0], [0, 1, 0, 0]])
        np.testing.assert_array_equal(found.n_sites, [3, 3])
        np.testing.assert_array_equal(found.counts.sum(axis=2), [[6], [9]])

    def test_receptive_field_and_theoretical_reference_come_from_the_network(self):
        options = FilterOptions(window="receptive_field", reference="theoretical", threshold=0.05)
        found = motifs_of_layer(Toy(), self.CODES, options)
        assert found.ppm.shape == (2, 1, 4)
        np.testing.assert_array_equal(found.reference, [20, 30])

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"window": "receptive_field"}, "sees 9 nt, more than the 6 nt of a sequence"),
            ({"reference": "theoretical"}, "reference: theoretical is not defined for this layer"),
        ],
    )
    def test_what_a_deeper_layer_does_not_have(self, options, message):
        with pytest.raises(UserError, match=message):
            motifs_of_layer(Toy(), self.CODES, FilterOptions(**options), layer=2)

    @pytest.mark.parametrize("layer", [0, 3])
    def test_no_such_layer(self, layer):
        with pytest.raises(UserError, match="convolutions 1 to 2"):
            motifs_of_layer(Toy(), self.CODES, layer=layer)

    def test_sequences_of_another_length(self):
        with pytest.raises(UserError, match="6 nt, the dataset has 5 nt"):
            motifs_of_layer(Toy(), self.CODES[:, :5])


class TestDeeperLayers:
    """A second layer over pooled maps of a first one, made by hand: it looks for ACG, then TT."""

    def network(self):
        layers = [conv(2, 3, norm=None, activation="studied", pool=2), conv(1, 3, norm=None)]
        network = Network({"layers": layers}, "relu", 16, 1, NORM).eval()
        with torch.no_grad():
            first, second = network.convolutions
            first.weight.zero_()
            for position, letter in enumerate("ACG"):
                first.weight[0, "ACGT".index(letter), position] = 1
            first.weight[1, 3, :2] = 1
            first.bias.copy_(torch.tensor([-2.0, -1.0]))  # only whole words pass
            second.weight.zero_()
            second.weight[0, 0, 0] = second.weight[0, 1, 2] = 1
            second.bias.fill_(-1)
        return network

    def test_receptive_fields(self):
        # A pooled position sees 3 + 1 letters, three of them, 2 apart, 8: the first from -1 - 2.
        assert self.network().receptive_fields(2) == ReceptiveFields(-3, 2, 8, 8)

    def test_the_window_is_the_receptive_field(self):
        # ACG is found at its C, position 4 or 5, which are one pool, the third; TT is found at its second
        # T, which has to lie in the fifth pool, position 8 or 9.
        texts = ["CCCACGCCTTCCCCCC", "GGGGACGGTTGGGGGG"]
        codes = np.stack([encode(text) for text in texts])
        maps = self.network().activation_maps(torch.from_numpy(codes), 2)
        assert maps[:, :, 0].tolist() == [[0, 0, 0, 1, 0, 0, 0, 0]] * 2
        options = FilterOptions(window="receptive_field", clip_information=None)
        found = motifs_of_layer(self.network(), codes, options, layer=2)
        # The fourth position sees from -3 + 3 * 2 = 3 on, 8 letters.
        expected = np.zeros((8, 4))
        for text in texts:
            expected[np.arange(8), encode(text[3:11])] += 0.5
        np.testing.assert_array_equal(found.ppm[0], expected)

    def test_a_fixed_window_lies_around_the_centre(self):
        codes = np.stack([encode("CCCACGCCTTCCCCCC")])
        options = FilterOptions(window=4, clip_information=None)
        found = motifs_of_layer(self.network(), codes, options, layer=2)
        # The centre is 3 + 8 // 2 = 7, so the window is 5 to 8.
        np.testing.assert_array_equal(found.ppm[0].argmax(axis=1), encode("GCCT"))

    def test_a_window_narrower_than_the_step_is_refused(self):
        with pytest.raises(UserError, match="positions are 2 nt apart"):
            motifs_of_layer(self.network(), np.zeros((1, 16), np.uint8), FilterOptions(window=1), layer=2)


def test_arrays_round_trip_in_the_same_bytes(tmp_path):
    generator = np.random.default_rng(7)
    codes = generator.integers(0, 5, (23, 31), dtype=np.uint8)
    maps, where = generator.exponential(size=(23, 31, 4)).astype(np.float32), np.arange(31)
    trained = find_motifs(lambda: [(codes, maps)], where)
    untrained = find_motifs(lambda: [(codes, maps[::-1].copy())], where)
    for name in ("one.h5", "two.h5"):
        write_arrays(tmp_path / name, trained, untrained=untrained)
    assert (tmp_path / "one.h5").read_bytes() == (tmp_path / "two.h5").read_bytes()
    arrays = read_arrays(tmp_path / "one.h5")
    assert sorted(arrays) == ["clip", "counts", "dead", "n_sites", "ppm", "reference", "threshold"]
    np.testing.assert_array_equal(arrays["ppm"], trained.ppm)
    start, end = arrays["clip"][2]
    np.testing.assert_array_equal(arrays["ppm"][2, start:end], trained.motifs[2].probabilities)
    np.testing.assert_array_equal(read_arrays(tmp_path / "one.h5", "untrained")["counts"], untrained.counts)
    assert read_arrays(tmp_path / "one.h5", "shuffled") == {}


def test_a_missing_file_of_arrays(tmp_path):
    with pytest.raises(UserError, match="missing or damaged"):
        read_arrays(tmp_path / "none.h5")
