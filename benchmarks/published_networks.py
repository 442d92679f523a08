"""Measure networks that others trained with our attributions, filters and matches: outside evidence that these work.

    python benchmarks/published_networks.py FOLDER DATASET.h5 [--seeds 50] >networks.tsv

FOLDER is results/synthetic/model_params of github.com/p-koo/GradientCorrection (MIT licence; Majdandzic et al. 2023,
Genome Biol 24:109), at commit e5d4abe0cbb3d6a6996dc4ca9bfb2c7b9cae3b19. DATASET.h5 is `regulatory_code`:

    D=results/published_networks/regulatory_code/dataset.h5
    ./run $D --cores 1 --configfile benchmarks/published_networks.yaml

A table on stdout, a row per network as soon as it is measured, which takes one or two CPU seconds.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

import h5py
import numpy as np
import torch
from motifcnn.core.errors import UserError
from motifcnn.data.dataset import Dataset, read_dataset
from motifcnn.data.planted_motifs import planted_information
from motifcnn.experiment.lookup import look_up, read_plan
from motifcnn.interpretation.attribution.methods import attribute
from motifcnn.interpretation.attribution.sequences import choose_sequences, index_of_target
from motifcnn.interpretation.filters import FilterOptions, motifs_of_layer
from motifcnn.interpretation.matching import MatchOptions, match_filters, summarise_matches
from motifcnn.interpretation.off_simplex import off_simplex
from motifcnn.interpretation.planted_positions import score_positions
from motifcnn.motifs.jaspar import JASPAR_2016, read_database
from motifcnn.motifs.tomtom.match import match
from motifcnn.networks import model_file
from motifcnn.networks.network import Convolution, Dense, Network
from motifcnn.networks.plain import plain_network
from motifcnn.training.loop import evaluate_split

CONFIG = Path(__file__).with_suffix(".yaml")


def read_keras(path: str | os.PathLike) -> list[dict[str, np.ndarray]]:
    """Read what Keras 2 saves as HDF5: the weights by name of each layer that has any, in the order of the layers.

    Raises
    ------
    UserError
        The file is missing or is not of this kind.
    """
    try:
        with h5py.File(path) as file:
            groups = [file[name] for name in file.attrs["layer_names"]]
            # Names are such as conv1d_1/kernel:0.
            layers = [
                {
                    name.decode().split("/")[-1].removesuffix(":0"): group[name][:]
                    for name in group.attrs["weight_names"]
                }
                for group in groups
            ]
    except (OSError, KeyError) as error:
        raise UserError(f"{path} cannot be read as weights of Keras ({error}); download it again") from error
    return [layer for layer in layers if layer]


def load_keras(network: Network, path: str | os.PathLike) -> Network:
    """Give a declared network, whose layers all have batch normalisation, the weights that a Keras file has for it.

    Keras stores kernels as (size, in, out) and (in, out), and flattens position by position, as `Network` does. A bias
    before the batch normalisation, which our layers lack, is taken up by the running mean.

    Raises
    ------
    UserError
        The file holds no such weights.
    """
    layers = read_keras(path)
    parts = [name for name, module in network.named_modules() if isinstance(module, Convolution | Dense)]
    try:
        weights = {"output.weight": layers[-1]["kernel"].T, "output.bias": layers[-1]["bias"]}
        for part, product, norm in zip(parts, layers[:-1:2], layers[1:-1:2], strict=True):
            weights |= {
                f"{part}.weight": product["kernel"].T,
                f"{part}.norm.weight": norm["gamma"],
                f"{part}.norm.bias": norm["beta"],
                f"{part}.norm.running_mean": norm["moving_mean"] - product["bias"],
                f"{part}.norm.running_var": norm["moving_variance"],
            }
        tensors = {name: torch.from_numpy(values.copy()) for name, values in weights.items()}
        network.load_state_dict(network.state_dict() | tensors)
    except (LookupError, ValueError, RuntimeError) as error:
        raise UserError(f"the weights in {path} are not those of the declared network ({error})") from error
    return network


def declared_network(plan, run, data: Dataset) -> Network:
    """Return the untrained network of a run of the plan."""
    names = {"architecture": run.architecture, "activation": run.activation}
    declaration, activation = (look_up(plan, part, **names) for part in ("declaration", "activation_spec"))
    about = (run.architecture, declaration, run.activation, activation, data, run.seed)
    return model_file.untrained(model_file.describe(*about, look_up(plan, "training")))


def measure(network: Network, data: Dataset, plan) -> dict[str, Any]:
    """Return what a network's runs would have in the tables of the experiment, from the test split."""
    test, targets = data.test, data.targets
    accuracy, _ = evaluate_split(network, test, targets, look_up(plan, "aupr"), torch.device("cpu"))
    found = {"auroc": accuracy["auroc_mean"]}
    information, plain = planted_information(test, read_database(JASPAR_2016)), plain_network(network)
    for method in plan.attribution:
        options = dict(look_up(plan, "attribution", method=method))
        target = index_of_target(targets, options.pop("target"))
        bound, number = test.label[:, target], options.pop("sequences")
        rows = choose_sequences(bound, test.sequence, number, targets[target])
        attributions = attribute(plain, test.sequence[rows], target=target, **options)
        for suffix, scores in (("", attributions.score), ("_magnitude", np.abs(attributions.score))):
            found[f"{method}{suffix}_auroc"] = score_positions(scores, information[rows])["attribution_auroc"]
        if not options["corrected"]:
            found |= off_simplex(attributions.hypothetical, attributions.codes)
    filters = motifs_of_layer(network, test.sequence, FilterOptions.from_config(look_up(plan, "filters")))
    matching = look_up(plan, "matching", dataset_name=data.name)
    hits = match(filters.motifs, read_database(JASPAR_2016, matching["drop"]), matching["evalue"])
    relevant, match_options = matching["relevant"], MatchOptions.from_config(matching)
    summary = summarise_matches(match_filters(filters.motifs, hits, relevant, match_options), relevant)
    return found | {name: summary[name] for name in ("match_relevant", "motifs_found")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="the authors' files, such as cnn_deep_relu_0.h5")
    parser.add_argument("dataset", help="dataset.h5 of regulatory_code")
    parser.add_argument("--seeds", type=int, default=50, help="how many of each kind")
    given = parser.parse_args()
    torch.set_num_threads(1)
    try:
        plan, data = read_plan(CONFIG), read_dataset(given.dataset, splits=("test",))
        for number, run in enumerate(run for run in plan.runs if run.seed < given.seeds):
            path = given.folder / f"{run.architecture}_{run.activation}_{run.seed}.h5"
            row = {"network": run.architecture, "activation": run.activation, "seed": run.seed}
            row |= measure(load_keras(declared_network(plan, run, data), path), data, plan)
            if number == 0:
                print(*row, sep="\t")
            cells = (f"{cell:.6f}" if isinstance(cell, float) else cell for cell in row.values())
            print(*cells, sep="\t", flush=True)
    except UserError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
