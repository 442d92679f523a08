"""Train one network on one dataset and score it on the test split."""

import json
import shutil
import time
from pathlib import Path

from motifcnn import outcomes, training
from motifcnn.dataset import read_dataset
from motifcnn.devices import choose_device, set_precision
from motifcnn.doors import from_command_line, from_snakemake
from motifcnn.models import describe, save_model, untrained
from motifcnn.progress import EpochBar

FILES = ("model", "metrics", "history", "precision_recall", "record")
NAMES = ("architecture", "activation", "seed")
SETTINGS = ("declaration", "activation_module", "protocol", "compute", "aupr", "checkpoint")


def main(
    *, dataset, architecture, declaration, activation, activation_module, seed, protocol, compute, aupr,
    checkpoint, model, metrics, history, precision_recall, record,
):  # fmt: skip
    started = time.perf_counter()
    data = read_dataset(dataset)
    device = choose_device(compute["device"])
    precision = set_precision(compute["precision"], compute["threads"])
    network = untrained(
        describe(
            architecture,
            declaration,
            activation,
            activation_module,
            data.length,
            data.targets,
            seed,
            protocol,
        )
    )
    with EpochBar(f"{data.name} {architecture} {activation} seed {seed}", protocol["epochs"]) as bar:
        outcome = training.train(network, data, protocol, device, precision, Path(checkpoint), bar.update)
    scores = outcomes.score(network, data, outcome, protocol, aupr, device)
    outcomes.write_history(history, outcome.history)
    outcomes.write_precision_recall(precision_recall, scores)
    outcomes.write_metrics(metrics, scores)
    rows, seconds = len(data.train.sequence), time.perf_counter() - started
    outcomes.write_record(record, outcome, rows, protocol, compute, device, seconds)
    save_model(model, network.cpu())
    shutil.rmtree(checkpoint, ignore_errors=True)


def add_arguments(parser):
    parser.add_argument("--dataset", required=True, help="dataset.h5")
    for name in (*FILES, "checkpoint"):
        parser.add_argument(f"--{name.replace('_', '-')}", required=True, help=f"{name} to write")
    parser.add_argument("--architecture", required=True, help="its name")
    parser.add_argument("--activation", required=True, help="the studied activation")
    parser.add_argument("--activation-module", help="package.module:Class of a user's own activation")
    parser.add_argument("--seed", type=int, default=1, help="of weights, batches and dropout")
    parser.add_argument("--aupr", default="trapezoid", help="trapezoid or average_precision")
    for name in ("declaration", "protocol", "compute"):
        parser.add_argument(f"--{name}", required=True, type=json.loads, help="JSON, as in the config")


if "snakemake" in globals():
    outputs = {name: snakemake.output[name] for name in FILES}
    settings = {name: snakemake.params[name] for name in (*NAMES, *SETTINGS)}
    from_snakemake(main, snakemake, dataset=snakemake.input.dataset, **outputs, **settings)
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
