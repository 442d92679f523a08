"""What an attribution method explains: one output of a plain network, as a logit or as a probability."""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from ...core.errors import UserError
from ...core.sequences import N_CODE

# In references only: a quarter of each letter.
UNIFORM_CODE = N_CODE + 1
_COLUMNS = torch.cat([torch.eye(4), torch.zeros(1, 4), torch.full((1, 4), 0.25)])


@dataclass(frozen=True)
class Explained:
    """One output of a network.

    Attributes
    ----------
    network
        A plain network (`motifcnn.networks.plain`) in eval mode: one-hot sequences, (batch, 4, length),
        to logits, (batch, targets). Everything is computed on its device and in the dtype of its parameters.
    target
        Which of its outputs.
    output
        `logit`, or `probability`, the sigmoid of the logit.
    """

    network: nn.Module
    target: int = 0
    output: str = "logit"
    device: torch.device = field(init=False)
    dtype: torch.dtype = field(init=False)

    def __post_init__(self):
        parameter = next(self.network.parameters(), torch.empty(0))
        object.__setattr__(self, "device", parameter.device)
        object.__setattr__(self, "dtype", parameter.dtype)

    def one_hot(self, codes: np.ndarray) -> Tensor:
        """Return codes, uint8 (n, L), as one-hot sequences, (n, 4, L); N is all zeros."""
        columns = _COLUMNS.to(self.device, self.dtype)
        return columns[torch.from_numpy(codes).to(self.device).int()].transpose(1, 2).contiguous()

    @torch.no_grad()
    def logits(self, one_hot: Tensor) -> np.ndarray:
        """Return the logits of sequences, (n, 4, L), as float64 (n,).

        Raises
        ------
        UserError
            One is not finite.
        """
        return self.checked(self.network(one_hot)[:, self.target])

    def gradients(self, one_hot: Tensor) -> np.ndarray:
        """Return the gradients of the output at points (n, 4, L), float64 of that shape.

        The sigmoid's derivative is computed in float64, since in float32 it is 0 from logits of 17 on.

        Raises
        ------
        UserError
            A logit is not finite.
        """
        one_hot = one_hot.detach().requires_grad_()
        logits = self.network(one_hot)[:, self.target]
        (gradients,) = torch.autograd.grad(logits.sum(), one_hot)
        return gradients.cpu().double().numpy() * self.slopes(self.checked(logits))[:, None, None]

    def slopes(self, logits: np.ndarray) -> np.ndarray:
        """Return the derivative of the output with respect to the logit, float64."""
        return np.ones_like(logits) if self.output == "logit" else _sigmoid(logits) * _sigmoid(-logits)

    def differences(self, logits: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Return the output at `logits` minus the output at `others`, float64, without cancellation near 1."""
        if self.output == "logit":
            return logits - others
        above = others > 0
        return np.where(above, _sigmoid(-others) - _sigmoid(-logits), _sigmoid(logits) - _sigmoid(others))

    @staticmethod
    def checked(logits: Tensor) -> np.ndarray:
        """Return logits as float64 on the CPU, if they are finite; a `UserError` otherwise."""
        found = logits.detach().cpu().double().numpy()
        if not np.isfinite(found).all():
            raise UserError(
                "the network's logits are not finite on the sequences to explain, so there is nothing to "
                "attribute; train it again, for example with a lower learning rate"
            )
        return found


@dataclass
class Contributions:
    """What a method returns.

    Attributes
    ----------
    hypothetical
        float64 (N, 4, L): what each letter contributes, or would contribute in place of the one that is there.
    score
        float64 (N, L), or None for the hypothetical contribution of the letter that is there.
    references
        uint8 (N, R, L), what the sequences were compared with, or None.
    delta
        float64 (N,): the sum of multipliers × difference from the reference, minus the difference between the
        outputs of sequence and reference; the mean over the references, so that errors of opposite sign cancel.
        None for methods that have no multipliers.
    """

    hypothetical: np.ndarray
    score: np.ndarray | None = None
    references: np.ndarray | None = None
    delta: np.ndarray | None = None


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-logits)), accurate wherever float64 can hold it."""
    return np.exp(-np.logaddexp(0, -logits))


def sum_up(multipliers: np.ndarray, sequences: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Return the sum of multipliers × difference from each reference, (n, R).

    Parameters
    ----------
    multipliers, references
        As for `average`.
    sequences
        One-hot, (n, 4, L).
    """
    return (multipliers * (sequences[:, None] - references)).sum((2, 3))


def average(multipliers: np.ndarray, references: np.ndarray, times: str = "difference") -> np.ndarray:
    """Return hypothetical contributions, (n, 4, L), the mean over the references.

    Parameters
    ----------
    multipliers
        (n, R, 4, L): the change of the output per change of the input, between a sequence and each reference.
    references
        One-hot, (n, R, 4, L).
    times
        What multipliers are multiplied by: the `difference` from the reference, summed over the letters of a
        position; that of the `letter` alone, as Koo & Ploenzke 2021, who multiply SHAP values by the input; or
        the `input` alone.
    """
    hypothetical = multipliers.mean(1)
    if times == "difference":
        hypothetical -= (multipliers * references).sum(2).mean(1)[:, None]
    elif times == "letter":
        hypothetical -= (multipliers * references).mean(1)
    return hypothetical


def is_elementwise(module: nn.Module, maps: Tensor) -> bool:
    """Tell whether each value that a module returns depends on the value in the same place alone."""
    generator = torch.Generator().manual_seed(0)
    changed = (torch.rand(maps.shape, generator=generator) < 0.5).to(maps.device)
    with torch.no_grad():
        before, after = module(maps.clone()), module(torch.where(changed, maps + 1, maps))
    if not isinstance(before, Tensor) or before.shape != maps.shape:
        return False
    return torch.equal(before[~changed].nan_to_num(), after[~changed].nan_to_num())
