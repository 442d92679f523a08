"""Hits of filters, found again by looking at every activation."""

import numpy as np
import pandas as pd
import torch
from motifcnn.core.sequences import reverse_complement
from motifcnn.data.sequence_files import Sequences
from motifcnn.interpretation.filter_hits import find_hits, thresholds
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
    assert sorted(found) == sorted(expected)
    assert hits["score"].max() == 1000
    assert hits["chrom"].is_monotonic_increasing
    pd.testing.assert_frame_equal(scanned(tmp_path, "+", batch_size=2)[0], hits)


def test_on_the_other_strand_places_are_mirrored(tmp_path):
    hits, maps, (_, threshold) = scanned(tmp_path, "-")
    assert set(hits["strand"]) == {"-"}
    row, position, number = np.argwhere(maps > threshold.astype(np.float32))[0]
    begin, end = max(position - 3, 0), min(position + 4, 40)
    mine = hits.query(
        "chrom == @place and name == @name", local_dict={"place": f"c{row}", "name": f"filter{number}"}
    )
    assert (1040 - end, 1040 - begin) in set(zip(mine["start"], mine["end"], strict=True))


def test_dead_filters_never_fire_and_thresholds_must_fit(tmp_path):
    network = write_model(tmp_path / "m.safetensors")
    codes = np.zeros((2, 40), np.uint8)
    places = pd.DataFrame({"name": "x", "chrom": ["a", "b"], "start": 0, "strand": "+"})
    sequences = Sequences(codes, places)
    assert len(find_hits(network, sequences, np.ones(4), np.full(4, np.inf))) == 0
    with refused("the network has 4 filters, but there are thresholds of 3"):
        find_hits(network, sequences, np.ones(3), np.ones(3))
