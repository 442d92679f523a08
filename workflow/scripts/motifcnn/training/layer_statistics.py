"""How active the layers of a network are, and how strongly its kernels are pulled, as of one epoch."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..networks.network import Network
from ..networks.user_network import UserNetwork

# The statistics are of the first sequences of the validation split, the same ones in every epoch.
_SEQUENCES = 500


def layer_statistics(network: Network | UserNetwork, codes: Tensor, label: Tensor) -> dict[str, float]:
    """Return statistics of a network's activations and gradients, which it leaves as it is.

    Parameters
    ----------
    network
        It is evaluated without dropout and with the running statistics of batch norm.
    codes, label
        uint8 (N, L) and (N, T), on the network's device; only the first 500 are used.

    Returns
    -------
    dict
        - `activation_mean_<layer>`, `activation_sd_<layer>`, `activation_max_<layer>`: mean, population sd
          and maximum of the output of a convolution's activation, over sequences, positions and filters;
        - `gradient_<layer>`: root mean square of the gradient of the cross entropy, without penalty, with
          respect to a layer's kernels.

        Layers are counted from 1, convolutions first; the last is `output`. Of a user's own network there
        are the activations of the first layer, and a gradient for each kernel, by its name.
    """
    codes, label = codes[:_SEQUENCES], label[:_SEQUENCES].float()
    was_training = network.training
    network.eval()
    found = {}
    with torch.no_grad():
        for layer in range(1, len(getattr(network, "convolutions", [network])) + 1):
            # On the CPU, since not every device supports float64.
            maps = network.activation_maps(codes, layer).cpu().double()
            found[f"activation_mean_{layer}"] = maps.mean().item()
            found[f"activation_sd_{layer}"] = maps.std(correction=0).item()
            found[f"activation_max_{layer}"] = maps.max().item()
    kernels = _kernels(network)
    loss = functional.binary_cross_entropy_with_logits(network(codes), label)
    # Not `backward`, whose gradients would be those of the next training step.
    gradients = iter(
        torch.autograd.grad(loss, [p for group in kernels.values() for p in group], materialize_grads=True)
    )
    for name, group in kernels.items():
        values = torch.cat([next(gradients).flatten() for _ in group]).cpu().double()
        found[f"gradient_{name}"] = values.square().mean().sqrt().item()
    network.train(was_training)
    return found


def _kernels(network: Network | UserNetwork) -> dict[str, list[Tensor]]:
    """Return the kernels of a network by layer."""
    if isinstance(network, UserNetwork):
        named = {name: p for name, p in network.network.named_parameters() if p.dim() >= 2}
        return {name.removesuffix(".weight"): [p] for name, p in named.items()}
    layers: list[nn.Module] = [*network.convolutions, *network.dense]
    found = {str(number): layer for number, layer in enumerate(layers, start=1)} | {"output": network.output}
    return {name: [p for p in layer.parameters() if p.dim() >= 2] for name, layer in found.items()}
