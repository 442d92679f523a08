"""Turn a trained network's filters into motifs, from where they are active in the test set.

Parameters
----------
model, dataset
    model.safetensors of a run; dataset.h5, whose test split is used.
motifs, untrained_motifs, shuffled_motifs
    MEME file to write; MEME file of the untrained network to write; MEME file of shuffled motifs to write.
arrays
    HDF5 file to write: counts, PPMs before clipping, numbers of sites, thresholds.
filters
    `protocol: filters:` of the configuration, by default with all its defaults.
layer
    Which convolution, counted from 1.
device, threads
    Where to compute: auto, cpu, cuda or mps; number of CPU threads.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.data.dataset import read_dataset
from motifcnn.experiment import lookup
from motifcnn.interpretation.filters import FilterOptions, motifs_of_layer, write_arrays
from motifcnn.motifs.controls import shuffle_motifs
from motifcnn.motifs.meme import write_meme
from motifcnn.networks import model_file
from motifcnn.training.devices import choose_device, enough_memory, set_precision


def main(
    *, model: str, dataset: str, motifs: str, arrays: str | None = None, untrained_motifs: str | None = None,
    shuffled_motifs: str | None = None, filters: dict | None = None, layer: int = 1, device: str = "auto",
    threads: int = 1,
) -> None:  # fmt: skip
    options, place = FilterOptions.from_config(filters or {}), choose_device(device)
    set_precision("fp32", threads)
    network, codes = model_file.load(model), read_dataset(dataset, splits=("test",)).test.sequence
    with enough_memory(place, "set compute: device: cpu for this run"):
        found = motifs_of_layer(network.to(place), codes, options, layer=layer)
        fresh = model_file.untrained(network.description).to(place) if untrained_motifs else None
        others = {"untrained": motifs_of_layer(fresh, codes, options, layer=layer)} if fresh else {}
    if untrained_motifs:
        write_meme(untrained_motifs, others["untrained"].motifs)
    if shuffled_motifs:
        write_meme(shuffled_motifs, shuffle_motifs(found.motifs, network.description["seed"]))
    if arrays:
        write_arrays(arrays, found, **others)
    write_meme(motifs, found.motifs)
    print(f"{motifs}: {len(found.motifs)} filters, {found.dead.sum()} of them dead", file=sys.stderr)


if __name__ == "__main__":
    run(main, lookup)
