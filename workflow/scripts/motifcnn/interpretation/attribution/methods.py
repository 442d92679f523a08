"""The attribution methods, and one function that calls them alike.

A method is a module of its own with a function of its name, which takes an output, codes, a random generator and a
batch size, and its own options as keyword arguments. It is imported when it is called, so that a job depends on the
code of its own method alone (`workflow/rules/attribution.smk`).

To add one, write the module, add its name here, describe its options in the configuration's schema
(`attribution_methods`), and say what it costs (`cost.estimate`).
"""

import importlib
from typing import Any

import numpy as np
from torch import nn

from ...core.errors import UserError
from ...core.sequences import N_CODE
from .attribution_file import Attributions
from .explained import Explained

METHODS = ("saliency", "smoothgrad", "integrated_gradients", "deep_shap", "mutagenesis")


def attribute(
    network: nn.Module,
    codes: np.ndarray,
    method: str,
    *,
    target: int = 0,
    output: str = "logit",
    corrected: bool = False,
    seed: int = 0,
    batch_size: int = 128,
    **options: Any,
) -> Attributions:
    """Attribute an output of a network to the letters of sequences.

    Parameters
    ----------
    network
        A plain network (`networks.saved.load(path, plain=True)`), or any module of its shapes, in eval mode.
    codes
        uint8 (N, L), A, C, G, T, N = 0..4.
    method
        One of `METHODS`.
    target
        Index of the target.
    output
        What is explained: the `logit` or the `probability` of the target. Float32 cannot hold a probability's
        contributions beyond logits of about 87.
    corrected
        Whether the mean over the letters is subtracted at every position (Majdandzic et al. 2023, Genome Biol
        24:109), as a network is free to respond to what all letters have in common.
    seed
        Of references and noise.
    batch_size
        How much is computed at a time; results do not depend on it but for rounding.
    options
        Those of the method.

    Raises
    ------
    UserError
        There is no such method, the network is in training mode, the sequences do not fit it, or it cannot be
        explained in this way.
    """
    if method not in METHODS:
        raise UserError(f"there is no attribution method '{method}'; known: {', '.join(METHODS)}")
    if any(module.training for module in network.modules()):
        raise UserError(
            "the network is in training mode, in which dropout draws at random and batch norm depends on the batch; "
            "write network.eval() first"
        )
    about = getattr(network, "description", {})
    length = about.get("length", codes.shape[1])
    if codes.shape[1] != length:
        raise UserError(
            f"the network takes sequences of {length} nt, those to explain have {codes.shape[1]} nt"
        )
    explained = Explained(network, target, output)
    rng = np.random.default_rng(seed)
    function = getattr(importlib.import_module(f".{method}", __package__), method)
    found = function(explained, codes, rng, batch_size, **options)
    hypothetical, score = found.hypothetical, found.score
    if corrected:
        hypothetical = hypothetical - hypothetical.mean(1, keepdims=True)
    if score is None or corrected:
        there = np.minimum(codes, N_CODE - 1)[:, None].astype(np.int64)
        score = np.take_along_axis(hypothetical, there, 1)[:, 0]
    batches = range(0, len(codes), batch_size)
    logits = [explained.logits(explained.one_hot(codes[at : at + batch_size])) for at in batches]
    return Attributions(
        codes=codes,
        logit=np.concatenate(logits).astype(np.float32),
        hypothetical=hypothetical.astype(np.float32),
        score=np.where(codes == N_CODE, 0, score).astype(np.float32),
        references=found.references,
        delta=None if found.delta is None else found.delta.astype(np.float32),
    )
