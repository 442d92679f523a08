"""Train one network on one dataset and score it on the test split."""

import json
import shutil
import time
from pathlib import Path

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.core.progress import EpochBar
from motifcnn.data.dataset import read_dataset
from motifcnn.networks import saved
from motifcnn.training import loop, outcomes
from motifcnn.training.devices import choose_device, enough_memory, set_precision

OUTPUTS = ("model", "metrics", "history", "precision_recall", "record")
OPTIONS = {
    "architecture": "its name",
    "activation": "the studied activation",
    "activation_module": "package.module:Class of a user's own activation",
    "aupr": "trapezoid or average_precision",
    "checkpoint": "folder from which an interrupted training goes on",
}
SMALLER = "lower protocol: training: batch_size, set compute: precision: bf16"
JSONS = ("declaration", "protocol", "compute")


def main(*, dataset, architecture, declaration, activation, activation_module, setting, seed, protocol, compute, aupr, checkpoint, model, metrics, history, precision_recall, record):  # fmt: skip # noqa: E501
    started, data = time.perf_counter(), read_dataset(dataset)
    device = choose_device(compute["device"])
    precision = set_precision(compute["precision"], compute["threads"])
    description = saved.describe(
        architecture, declaration, activation, activation_module, data, seed, protocol
    )
    network = saved.untrained(description)
    title = " ".join(filter(None, (data.name, architecture, activation, setting, f"seed {seed}")))
    with enough_memory(device, SMALLER), EpochBar(title, protocol["epochs"]) as bar:
        outcome = loop.train(network, data, protocol, device, precision, Path(checkpoint), bar.update)
        scores = outcomes.score(network, data, outcome, protocol, aupr, device, setting)
    outcomes.write_scores(metrics, history, precision_recall, scores)
    seconds = time.perf_counter() - started
    outcomes.write_record(record, outcome, len(data.train.sequence), protocol, compute, device, seconds)
    saved.save(model, network.cpu())
    shutil.rmtree(checkpoint, ignore_errors=True)


def add_arguments(parser):
    parser.add_argument("--dataset", required=True, help="dataset.h5")
    parser.add_argument("--setting", default="", help="name of the setting, if the protocol is one's")
    parser.add_argument("--seed", type=int, default=1, help="of weights, batches and dropout")
    for name, text in OPTIONS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", required=name != "activation_module", help=text)
    for name in JSONS:
        parser.add_argument(f"--{name}", required=True, type=json.loads, help="JSON, as in the config")
    for name in OUTPUTS:
        parser.add_argument(f"--{name.replace('_', '-')}", required=True, help=f"{name} to write")


if "snakemake" in globals():
    outputs = {name: snakemake.output[name] for name in OUTPUTS}
    options = {name: snakemake.params[name] for name in (*OPTIONS, *JSONS, "setting", "seed")}
    from_snakemake(main, snakemake, dataset=snakemake.input.dataset, **outputs, **options)
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
