"""Effects of variants, against plain prediction of both sequences."""

import numpy as np
import pytest
import torch
from motifcnn.core.sequences import reverse_complement
from motifcnn.data.variants import Alleles, Variant
from motifcnn.interpretation.variant_effects import score_variants
from motifcnn.networks import saved
from toys.small_genome import write_model


def test_against_plain_prediction(tmp_path):
    network = write_model(tmp_path / "m.safetensors")
    plain = saved.load(tmp_path / "m.safetensors", plain=True)
    reference, alternative = np.random.default_rng(2).integers(0, 4, (2, 3, 40), np.uint8)
    variants = [Variant("chr1", 9 * n, f"rs{n}", "A", "C") for n in range(3)]
    table = score_variants(network, Alleles(variants, reference, alternative, 0), ["a", "b"])
    assert table[["id", "position", "target"]].to_numpy().tolist() == [
        [f"rs{n}", 9 * n + 1, target] for n in range(3) for target in "ab"
    ]

    def logits(codes):
        one_hot = torch.eye(4)[torch.from_numpy(np.ascontiguousarray(codes)).long()].transpose(1, 2)
        return plain(one_hot).detach().double().numpy()

    forward = logits(alternative) - logits(reference)
    backward = logits(reverse_complement(alternative)) - logits(reverse_complement(reference))
    assert table["effect_forward"].to_numpy() == pytest.approx(forward.reshape(-1), abs=1e-5)
    assert table["effect_reverse"].to_numpy() == pytest.approx(backward.reshape(-1), abs=1e-5)
    assert table["effect"].to_numpy() == pytest.approx((forward + backward).reshape(-1) / 2, abs=1e-5)
    both = [logits(reference), logits(reverse_complement(reference))]
    means = np.mean([1 / (1 + np.exp(-one)) for one in both], axis=0)
    assert table["probability_reference"].to_numpy() == pytest.approx(means.reshape(-1), abs=1e-5)
    # Random sequences differ, and so must what is said of them.
    assert (np.abs(forward) > 1e-3).any()


def test_alleles_that_are_equal_have_no_effect(tmp_path):
    codes = np.random.default_rng(2).integers(0, 4, (2, 40), np.uint8)
    variants = [Variant("chr1", 0, ".", "A", "A")] * 2
    table = score_variants(
        write_model(tmp_path / "m.safetensors"), Alleles(variants, codes, codes, 0), ["a", "b"]
    )
    assert not table["effect"].any()
    assert table["probability_reference"].tolist() == table["probability_alternative"].tolist()
