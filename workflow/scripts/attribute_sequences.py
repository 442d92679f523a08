"""Attribute what a network says about the first test sequences that a target binds to their letters.

Parameters
----------
model, dataset
    model.safetensors of a run; dataset.h5, whose test split is used.
output
    attributions.h5 to write.
attribution
    The method with its options, the target and the number of sequences.
seed
    Seed of what the method draws.
device, threads
    Where to compute: auto, cpu, cuda or mps; number of CPU threads.
"""

import sys
from typing import Any

from motifcnn.adapters.entry import run
from motifcnn.data.dataset import read_dataset
from motifcnn.experiment import lookup
from motifcnn.interpretation.attribution.attribution_file import AttributionFile, write_attributions
from motifcnn.interpretation.attribution.methods import attribute
from motifcnn.interpretation.attribution.sequences import choose_sequences, index_of_target
from motifcnn.networks import saved
from motifcnn.training.devices import choose_device, enough_memory, set_precision


def main(
    *, model: str, dataset: str, output: str, attribution: dict[str, Any], seed: int = 0, device: str = "auto",
    threads: int = 1,
) -> None:  # fmt: skip
    place = choose_device(device)
    set_precision("fp32", threads)
    data = read_dataset(dataset, splits=("test",))
    options = {name: value for name, value in attribution.items() if name not in ("target", "sequences")}
    target = index_of_target(data.targets, attribution["target"])
    rows = choose_sequences(
        data.test.label[:, target], data.test.sequence, attribution["sequences"], data.targets[target]
    )
    with enough_memory(place, "set compute: device: cpu for this run"):
        network = saved.load(model, plain=True).to(place)
        found = attribute(network, data.test.sequence[rows], target=target, seed=seed, **options)
    label, about = data.test.label[rows, target], options | {"seed": seed}
    write_attributions(
        output, AttributionFile(found, rows, label, data.targets[target], about), model, dataset
    )
    print(f"{output}: {len(rows)} sequences of {data.targets[target]}, {found.summary}", file=sys.stderr)


if __name__ == "__main__":
    run(main, lookup)
