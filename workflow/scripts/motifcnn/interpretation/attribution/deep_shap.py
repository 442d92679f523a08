"""DeepSHAP: the rescale rule of DeepLIFT, averaged over references, computed by tangermeme.

Shrikumar et al. 2017 (arXiv:1704.02685), Lundberg & Lee 2017 (arXiv:1705.07874).
"""

import warnings

import numpy as np
import torch
from torch import nn

from ...core.errors import UserError
from .explained import Contributions, Explained, average, is_elementwise, sum_up
from .references import draw_references

# Linear for a given network, so that the gradient is the rule.
_LINEAR = (
    nn.Conv1d, nn.Linear, nn.BatchNorm1d, nn.Dropout, nn.Dropout1d, nn.Flatten, nn.Unflatten, nn.Identity,
    nn.ConstantPad1d, nn.ZeroPad1d, nn.AvgPool1d, nn.AdaptiveAvgPool1d,
)  # fmt: skip
# Contributions to the logit must sum to its difference, but for rounding: errors relative to its mean size.
_MEAN_ERROR, _LARGEST_ERROR = 1e-5, 1e-3


def deep_shap(
    explained: Explained,
    codes: np.ndarray,
    rng: np.random.Generator,
    batch_size: int,
    *,
    references: str | np.ndarray = "permuted",
    n_references: int = 10,
    times: str = "difference",
) -> Contributions:
    """Multipliers of the rescale rule, × difference from the reference.

    Parameters
    ----------
    explained, codes
        The output, and sequences, uint8 (N, L).
    rng
        Draws the references.
    batch_size
        Pairs of sequence and reference at a time.
    references, n_references
        As for `references.draw_references`.
    times
        As for `explained.average`.

    Raises
    ------
    UserError
        The contributions to the logit do not sum to its difference, as an operation of the network has no rule:
        it is not elementwise, or it is not a module.
    """
    # Its just-in-time compiler takes seconds to import.
    from tangermeme.deep_lift_shap import deep_lift_shap

    drawn = draw_references(references, codes, n_references, rng)
    rules, without = _rules(explained, codes[:2])
    hypothetical, delta = np.empty((len(codes), 4, codes.shape[1])), np.empty(len(codes))
    # What rules miss shows in the logit; of a probability near 0 or 1 it would be lost in the logit's rounding.
    missed, change, rounding = np.empty(len(codes)), np.empty(len(codes)), 0.0
    each = max(1, batch_size // drawn.shape[1])
    for at in range(0, len(codes), each):
        rows = slice(at, at + each)
        n, r, length = drawn[rows].shape
        start = explained.one_hot(drawn[rows].reshape(-1, length))
        sequences = explained.one_hot(codes[rows])
        with warnings.catch_warnings():
            # N, a quarter of each letter, and its own limits of what we call `delta`.
            warnings.simplefilter("ignore")
            of_logit = deep_lift_shap(
                explained.network,
                sequences,
                target=explained.target,
                batch_size=batch_size,
                references=start.reshape(n, r, 4, length),
                device=explained.device,
                raw_outputs=True,
                additional_nonlinear_ops=rules,
                only_warn=True,
            )
        logits, others = explained.logits(sequences)[:, None], explained.logits(start).reshape(n, r)
        secants = _secants(explained, logits, others)
        multipliers = of_logit.cpu().double().numpy()
        compared_with = start.cpu().double().numpy().reshape(multipliers.shape)
        hypothetical[rows] = average(multipliers * secants[:, :, None, None], compared_with, times)
        errors = sum_up(multipliers, sequences.cpu().double().numpy(), compared_with) - (logits - others)
        delta[rows] = (errors * secants).mean(1)
        missed[rows], change[rows] = errors.mean(1), (logits - others).mean(1)
        rounding = max(rounding, np.abs(logits).max(), np.abs(others).max())
    _check(missed, np.abs(change).mean(), 10 * torch.finfo(explained.dtype).eps * rounding, without)
    return Contributions(hypothetical, references=drawn, delta=delta)


def _rules(explained: Explained, codes: np.ndarray) -> tuple[dict[type, object], list[str]]:
    """Return the rescale rule for every type of elementwise module, and the names of what has no rule."""
    from tangermeme._deep_lift_utils import _build_nonlinear_ops, _nonlinear

    known = set(_build_nonlinear_ops())
    leaves = {
        module: name
        for name, module in explained.network.named_modules()
        if not any(module.children()) and type(module) not in known and not isinstance(module, _LINEAR)
    }
    inputs: dict[nn.Module, tuple] = {}
    hooks = [
        leaf.register_forward_pre_hook(lambda leaf, given: inputs.update({leaf: given})) for leaf in leaves
    ]
    try:
        explained.logits(explained.one_hot(codes))
    finally:
        for hook in hooks:
            hook.remove()
    rules, without = {}, []
    for leaf, name in leaves.items():
        if leaf in inputs and len(inputs[leaf]) == 1 and is_elementwise(leaf, inputs[leaf][0]):
            rules[type(leaf)] = _nonlinear
        else:
            without.append(name or type(leaf).__name__)
    return rules, without


def _secants(explained: Explained, logits: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the rescale rule's multiplier of the sigmoid, or ones for the logit."""
    if explained.output == "logit":
        return np.ones(others.shape)
    change = logits - others
    near = np.abs(change) < 1e-6
    secants = explained.differences(logits, others) / np.where(near, 1, change)
    return np.where(near, explained.slopes(others), secants)


def _check(missed: np.ndarray, size: float, rounding: float, without: list[str]) -> None:
    error = np.abs(missed)
    if error.mean() <= _MEAN_ERROR * size + rounding and error.max() <= _LARGEST_ERROR * size + rounding:
        return
    which = f" ({', '.join(without)})" if without else ""
    raise UserError(
        f"deep_shap: the contributions miss the difference of the logits by {error.mean() / size:.1g} of it, so "
        f"an operation of the network has no rule{which}; make every activation an elementwise torch.nn.Module of "
        "its own, or use integrated_gradients"
    )
