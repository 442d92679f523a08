"""Hits of filters, found again by looking at every activation."""

import numpy as np
import pandas as pd
import torch
from motifcnn.core.receptive_field import ReceptiveFields
from motifcnn.core.sequences import reverse_complement
from motifcnn.data.sequence_files import Sequences
from motifcnn.interpretation.filter_hits import HIT_COLUMNS, find_hits, names_of_filters, thresholds
from motifcnn.interpretation.filter_tables import MATCH_COLUMNS, write_matches
from motifcnn.interpretation.filters import FilterOptions, motifs_of_layer, write_arrays
from toys.refusals import refused
from toys.small_genome import write_model


def scanned(tmp_path, strand, batch_size=500):
    network = write_model(tmp_path / "m.safetensors")
    codes = np.random.default_rng(5).integers(0, 5, (7, 40), np.uint8)
    read = codes if strand == "+" else np.ascontiguousarray(reverse_complement(codes))
    places = pd.DataFrame(
        {"name": "x", "chrom": [f"c{n}" for n in range(7)], "start": 1000, "strand": strand}
    )
    limits = thresholds(network, read, 0.5)
    hits = find_hits(network, Sequences(read, places), *limits, batch_size=batch_size)
    maps = network.activation_maps(torch.from_numpy(read)).detach().numpy()
    return hits, maps, limits


def test_every_activation_above_the_threshold(tmp_path):
    hits, maps, (reference, threshold) = scanned(tmp_path, "+")
    assert np.allclose(reference, maps.max(axis=(0, 1)))
    expected = []
    for row, position, number in np.argwhere(maps > threshold.astype(np.float32)):
        # Filters of 7 nt, centred; at the ends they see less.
        begin, end = max(position - 3, 0), min(position + 4, 40)
        score = round(1000 * maps[row, position, number] / reference[number])
        expected.append((f"c{row}", 1000 + begin, 1000 + end, f"filter{number}", score, "+"))
    assert len(expected) > 20
    found = hits[["chrom", "start", "end", "name", "score", "strand"]].itertuples(index=False, name=None)
    # By place: chromosome, start and end, and then by name.
    assert list(found) == sorted(expected)
    assert hits["score"].max() == 1000
    pd.testing.assert_frame_equal(scanned(tmp_path, "+", batch_size=2)[0], hits)


def test_on_the_other_strand_places_are_mirrored(tmp_path):
    hits, maps, (_, threshold) = scanned(tmp_path, "-")
    assert set(hits["strand"]) == {"-"}
    expected = [
        (f"c{row}", 1040 - min(position + 4, 40), 1040 - max(position - 3, 0), f"filter{number}")
        for row, position, number in np.argwhere(maps > threshold.astype(np.float32))
    ]
    assert list(hits[["chrom", "start", "end", "name"]].itertuples(index=False, name=None)) == sorted(
        expected
    )


def test_dead_filters_never_fire_and_thresholds_must_fit(tmp_path):
    network = write_model(tmp_path / "m.safetensors")
    codes = np.zeros((2, 40), np.uint8)
    places = pd.DataFrame({"name": "x", "chrom": ["a", "b"], "start": 0, "strand": "+"})
    sequences = Sequences(codes, places)
    assert len(find_hits(network, sequences, np.ones(4), np.full(4, np.inf))) == 0
    with refused("the network has 4 filters, but there are thresholds of 3"):
        find_hits(network, sequences, np.ones(3), np.ones(3))


class TwoFilters(torch.nn.Module):
    """What each filter does on three positions, whatever the sequence; the width of its windows is not known."""

    def __init__(self):
        super().__init__()
        self.maps = torch.nn.Parameter(torch.tensor([[[1.0, 8.0], [2.0, 4.0], [6.0, -1.0]]]))

    def activation_maps(self, codes):
        return self.maps.expand(len(codes), 3, 2)

    def receptive_fields(self):
        return ReceptiveFields(start=1, step=2, width=None, positions=3)


def test_scores_by_hand():
    places = pd.DataFrame({"name": "x", "chrom": "a", "start": 10, "strand": "+"}, index=[0])
    sequences = Sequences(np.zeros((1, 7), np.uint8), places)
    hits = find_hits(TwoFilters(), sequences, np.array([3.0, 8.0]), np.array([1.0, -2.0]), ["low", "high"])
    # A threshold is exceeded, not reached. A score is at most 1000, and at least 0.
    assert tuple(hits) == HIT_COLUMNS
    assert hits.to_numpy().tolist() == [
        ["a", 11, 12, "high", 1000, "+", 8.0],
        ["a", 13, 14, "high", 500, "+", 4.0],
        ["a", 13, 14, "low", 667, "+", 2.0],
        ["a", 15, 16, "high", 0, "+", -1.0],
        ["a", 15, 16, "low", 1000, "+", 6.0],
    ]


def test_thresholds_are_those_that_motifs_were_made_with(tmp_path):
    network = write_model(tmp_path / "m.safetensors")
    with torch.no_grad():
        # exp(-1000) is 0.
        network.convolutions[0].norm.bias[2] = -1000
    codes, others = np.random.default_rng(5).integers(0, 4, (2, 9, 40), np.uint8)
    motifs = motifs_of_layer(network, codes, FilterOptions(threshold=0.7))
    write_arrays(tmp_path / "filters.h5", motifs)
    reference, threshold = thresholds(network, others, 0.5, tmp_path / "filters.h5")
    assert np.array_equal(reference, motifs.reference)
    alive = ~motifs.dead
    assert alive.tolist() == [True, True, False, True]
    assert np.allclose(threshold[alive], 0.7 * reference[alive])
    assert np.isinf(threshold[2])
    # Without the file, they are those of the sequences at hand.
    reference, threshold = thresholds(network, others, 0.5)
    assert np.allclose(reference, network.activation_maps(torch.from_numpy(others)).detach().amax((0, 1)))
    assert np.allclose(threshold[alive], 0.5 * reference[alive])
    assert np.isinf(threshold[2])
    # Where there are no letters the other filters are active, but have no motif: dead, too.
    nothing = np.full((2, 40), 4, np.uint8)
    write_arrays(tmp_path / "filters.h5", motifs_of_layer(network, nothing))
    for arrays in (None, tmp_path / "filters.h5"):
        reference, threshold = thresholds(network, nothing, 0.5, arrays)
        assert (reference > 0).tolist() == alive.tolist()
        assert np.isinf(threshold).all()


def test_names_say_what_trained_filters_match(tmp_path):
    empty = dict.fromkeys(MATCH_COLUMNS, "")
    trained = [
        {"filter": "filter0", "relevant_tf": "SP1", "best_name": "KLF5", "best_id": "MA0599.1"},
        {"filter": "filter1", "best_name": "KLF5", "best_id": "MA0599.1"},
        {"filter": "filter2", "best_id": "MA0599.1"},
        {"filter": "filter3"},
    ]
    table = pd.DataFrame([empty | row for row in trained])
    write_matches(tmp_path / "m.tsv", {"untrained": table[:1], "trained": table})
    expected = ["filter0:SP1", "filter1:KLF5", "filter2:MA0599.1", "filter3"]
    assert names_of_filters(tmp_path / "m.tsv") == expected
