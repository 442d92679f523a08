"""Turn a trained network's filters into motifs, from where they are active in the test set."""

import argparse
import json
import sys

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.data.dataset import read_dataset
from motifcnn.interpretation.filter_arrays import write_arrays
from motifcnn.interpretation.filter_options import FilterOptions
from motifcnn.interpretation.filters import motifs_of_layer
from motifcnn.motifs.controls import shuffle_motifs
from motifcnn.motifs.meme import write_meme
from motifcnn.networks import saved
from motifcnn.training.devices import choose_device, enough_memory, set_precision


def main(
    *, model, dataset, motifs, arrays=None, untrained_motifs=None, shuffled_motifs=None, options=None,
    layer=1, device="auto", threads=1
) -> None:  # fmt: skip
    """Write the motifs of a layer's filters, and of the controls for which a path is given."""
    rules, place = FilterOptions.from_config(options or {}), choose_device(device)
    set_precision("fp32", threads)
    network, codes = saved.load(model), read_dataset(dataset, splits=("test",)).test.sequence
    with enough_memory(place, "set compute: device: cpu for this run"):
        found = motifs_of_layer(network.to(place), codes, rules, layer=layer)
        fresh = saved.untrained(network.description).to(place) if untrained_motifs else None
        others = {"untrained": motifs_of_layer(fresh, codes, rules, layer=layer)} if fresh else {}
    if untrained_motifs:
        write_meme(untrained_motifs, others["untrained"].motifs)
    if shuffled_motifs:
        write_meme(shuffled_motifs, shuffle_motifs(found.motifs, network.description["seed"]))
    if arrays:
        write_arrays(arrays, found, **others)
    write_meme(motifs, found.motifs)
    print(f"{motifs}: {len(found.motifs)} filters, {found.dead.sum()} of them dead", file=sys.stderr)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", required=True, help="model.safetensors of a run")
    parser.add_argument("--dataset", required=True, help="dataset.h5; its test split is used")
    parser.add_argument("--motifs", required=True, help="MEME file to write")
    parser.add_argument("--arrays", help="HDF5 file to write: counts, whole PPMs, sites, thresholds")
    parser.add_argument("--untrained-motifs", help="MEME file to write: the filters before training")
    parser.add_argument("--shuffled-motifs", help="MEME file to write: the motifs, shuffled")
    parser.add_argument("--options", type=json.loads, help="JSON, as protocol: filters: of a config")
    parser.add_argument("--layer", type=int, default=1, help="which convolution, counted from 1")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")


if "snakemake" in globals():
    paths = {key: snakemake.input[key] for key in ("model", "dataset")}
    paths |= {key: snakemake.output[key] for key in ("motifs", "arrays")}
    paths |= {f"{key}_motifs": snakemake.output.get(key) for key in ("untrained", "shuffled")}
    paths |= {key: snakemake.params[key] for key in ("layer", "device", "options")}
    from_snakemake(main, snakemake, **paths, threads=snakemake.threads)
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
