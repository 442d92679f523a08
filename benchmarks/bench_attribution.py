"""CPU seconds of each attribution method for 500 sequences of 200 nt, on untrained networks.

    python benchmarks/bench_attribution.py [--networks cnn-local cnn-dist] [--activation exponential] [--device cpu]
                                            [--sequences 500] [--length 200] [--naive]

A table on stdout. One thread; wall-clock seconds on a GPU. Naive mutagenesis passes every changed sequence through the
whole network, in batches.
"""

import argparse
import os
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
from measuring import our_network, random_dataset
from motifcnn.interpretation.attribution.methods import attribute
from motifcnn.networks.plain import plain_network
from torch import Tensor, nn

EXACT = {"rule": "midpoint", "steps": 50, "times": "difference", "n_references": 1}
PUBLISHED = {"rule": "left", "steps": 20, "times": "input", "output": "probability"}
CASES = {
    "saliency": ("saliency", {}),
    "SmoothGrad, 50 samples": ("smoothgrad", {}),
    "integrated gradients, 50 steps, 1 reference": ("integrated_gradients", EXACT),
    "integrated gradients, 20 steps, 10 references": ("integrated_gradients", PUBLISHED),
    "DeepSHAP, 10 references": ("deep_shap", {}),
    "mutagenesis by windows": ("mutagenesis", {}),
}


class Hidden(nn.Module):
    """A network whose layers cannot be seen, so that nothing goes by windows."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, one_hot: Tensor) -> Tensor:
        """Return the network's logits."""
        return self.network(one_hot)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--networks", nargs="+", default=["cnn-local", "cnn-dist"])
    parser.add_argument("--activation", default="exponential")
    parser.add_argument("--sequences", type=int, default=500)
    parser.add_argument("--length", type=int, default=200)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--naive", action="store_true", help="time naive mutagenesis, too")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    on_cpu = arguments.device == "cpu"
    clock = time.process_time if on_cpu else time.perf_counter
    codes = np.random.default_rng(0).integers(0, 4, (arguments.sequences, arguments.length), np.uint8)
    dataset = random_dataset(arguments.length, 1)
    cases = {name: (*case, nn.Identity()) for name, case in CASES.items()}
    if arguments.naive:
        cases["mutagenesis, naive"] = ("mutagenesis", {}, Hidden)
    print("network", "method", "seconds", sep="\t")
    for name in arguments.networks:
        network = plain_network(our_network(name, arguments.activation, dataset)).to(arguments.device).eval()
        for case, (method, options, wrap) in cases.items():
            explained = wrap(network).eval()
            attribute(explained, codes[:2], method, **options)  # imports and first allocations
            started = clock()
            attribute(explained, codes, method, **options)
            print(name, case, f"{clock() - started:.2f}", sep="\t", flush=True)


if __name__ == "__main__":
    main()
