"""What a network says about either allele of variants, on both strands."""

import numpy as np
import pandas as pd
import torch

from ..core.sequences import reverse_complement
from ..data.variants import Alleles
from ..training.loop import predict

EFFECT_COLUMNS = (
    "chrom", "position", "id", "reference", "alternative", "target", "effect", "effect_forward", "effect_reverse",
    "probability_reference", "probability_alternative",
)  # fmt: skip


def score_variants(network: torch.nn.Module, alleles: Alleles, targets: list[str]) -> pd.DataFrame:
    """Compare the predictions for the alternative alleles with those for the reference.

    Parameters
    ----------
    network
        A trained network that takes codes, on the device to be used.
    alleles
        The sequences of both alleles.
    targets
        Names of its T outputs.

    Returns
    -------
    pandas.DataFrame
        A row per variant and target with `EFFECT_COLUMNS`. `position` is 1-based, as in VCF. `effect` is the logit of
        the alternative less that of the reference, on each strand and as the mean of both; the probabilities are means
        over both strands.
    """
    device = next(network.parameters()).device

    def logits(codes: np.ndarray) -> np.ndarray:
        return predict(network, torch.from_numpy(codes).to(device)).double().cpu().numpy()

    both = [
        np.stack([logits(codes), logits(np.ascontiguousarray(reverse_complement(codes)))])
        for codes in (alleles.reference, alleles.alternative)
    ]
    effect = both[1] - both[0]
    probability = [(1 / (1 + np.exp(-values))).mean(axis=0) for values in both]
    rows = [(v.chrom, v.position + 1, v.id, v.reference, v.alternative) for v in alleles.variants]
    table = pd.DataFrame(np.repeat(np.array(rows, object), len(targets), axis=0), columns=EFFECT_COLUMNS[:5])
    table["target"] = list(targets) * len(rows)
    values = (effect.mean(axis=0), *effect, *probability)
    for name, found in zip(EFFECT_COLUMNS[6:], values, strict=True):
        table[name] = found.reshape(-1)
    return table
