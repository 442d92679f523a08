"""Train one network on one dataset and score it on the test split.

Parameters
----------
dataset
    dataset.h5 to train on.
architecture, activation, setting
    Name in the configuration.
declaration, activation_spec, training, compute, aupr
    Parts of the configuration, see `motifcnn.experiment.lookup`.
seed
    Seed of the weights, the batches and the dropout.
checkpoint
    Folder to keep the state of the training in, from which an interrupted one goes on.
model, metrics, history, precision_recall, record
    The file of this name to write.
"""

import shutil
import time
from pathlib import Path

from motifcnn.adapters.code_digest import digests_of_training
from motifcnn.adapters.entry import run
from motifcnn.adapters.parent import snakemake_is_gone
from motifcnn.core.progress import EpochBar
from motifcnn.data.dataset import read_dataset
from motifcnn.experiment import lookup
from motifcnn.networks import model_file
from motifcnn.training import loop, outcomes
from motifcnn.training.devices import choose_device, enough_memory, set_precision

SMALLER = "lower protocol: training: batch_size, set compute: precision: bf16"


def main(
    *, dataset: str, architecture: str, declaration: dict, activation: str, activation_spec: str | dict,
    setting: str = "", seed: int = 1, training: dict, compute: dict, aupr: str, checkpoint: str, model: str,
    metrics: str, history: str, precision_recall: str, record: str,
) -> None:  # fmt: skip
    started, data = time.perf_counter(), read_dataset(dataset)
    device = choose_device(compute["device"])
    precision = set_precision(compute["precision"], compute["threads"])
    header = model_file.describe(architecture, declaration, activation, activation_spec, data, seed, training)
    code = digests_of_training(declaration, activation_spec)
    title = " ".join(filter(None, (data.name, architecture, activation, setting, f"seed {seed}")))
    with enough_memory(device, SMALLER), EpochBar(title, training["epochs"]) as bar:
        network = model_file.untrained(header)
        state = (Path(checkpoint), bar.update, code, snakemake_is_gone)
        outcome = loop.train(network, data, training, device, precision, *state)
        scores = outcomes.score(network, data, outcome, training, aupr, device, setting)
    outcomes.write_scores(metrics, history, precision_recall, scores)
    rows, seconds = len(data.train.sequence), time.perf_counter() - started
    outcomes.write_record(record, outcome, rows, training, compute, device, seconds, scores.warning)
    model_file.save(model, network.cpu())
    shutil.rmtree(checkpoint, ignore_errors=True)


if __name__ == "__main__":
    run(main, lookup)
