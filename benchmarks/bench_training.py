"""CPU seconds per training step: our engine beside the textbook loop, in one process.

    python benchmarks/bench_training.py [--architectures cnn-2 cnn-50 cnn-deep] [--length 200] ...

The variants take turns; the figures are medians over rounds, of which only the ratios count. The
textbook loop comes in two orders: dropout before pooling, as tutorials write a block, and pooling before
dropout, as in the papers' networks and ours.
"""

import argparse

import torch
from measuring import in_turns, our_network, our_steps, random_dataset, several, textbook_steps
from motifcnn.networks.fast_layers import one_hot_maps
from motifcnn.networks.model_file import count_parameters
from motifcnn.networks.plain import plain_network
from motifcnn.training.devices import set_precision

ORDERS = {
    "textbook, dropout then pool": ("dropout", "pool"),
    "textbook, pool then dropout": ("pool", "dropout"),
}
PRECISIONS = {"ours, fp32": torch.float32, "ours, bf16": torch.bfloat16}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--architectures", nargs="+", default=["cnn-2", "cnn-50", "cnn-deep"])
    parser.add_argument("--activation", default="exponential")
    parser.add_argument("--length", type=int, default=200, help="nt")
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument("--steps", type=int, default=20, help="per round")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    # For all variants alike, ours and the textbook's.
    set_precision("fp32", arguments.threads)
    torch.manual_seed(0)
    dataset = random_dataset(arguments.length, arguments.steps * arguments.batch_size)
    codes, label = (torch.from_numpy(x) for x in (dataset.train.sequence, dataset.train.label))
    one_hot, floats = one_hot_maps(codes).squeeze(2).contiguous(), label.float()

    print("architecture\tvariant\tms_per_step\ttimes_faster_than_" + "\ttimes_faster_than_".join(ORDERS))
    for name in arguments.architectures:
        variants = {}
        for title, order in ORDERS.items():
            network = plain_network(our_network(name, arguments.activation, dataset, order=order))
            variants[title] = several(
                textbook_steps(network, one_hot, floats, arguments.batch_size), arguments.steps
            )
        for title, precision in PRECISIONS.items():
            ours = our_network(name, arguments.activation, dataset)
            ours.precision = precision
            variants[title] = our_steps(ours, codes, label, arguments.batch_size)
        found = in_turns(variants, arguments.rounds)
        for title, seconds in found.items():
            ratios = "\t".join(f"{found[textbook] / seconds:.2f}" for textbook in ORDERS)
            milliseconds = 1000 * seconds / arguments.steps
            print(f"{name} ({count_parameters(ours):,})\t{title}\t{milliseconds:.2f}\t{ratios}", flush=True)


if __name__ == "__main__":
    main()
