"""Measure how much a trained network depends on each filter of its first layer."""

import argparse
import sys

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.data.dataset import read_dataset
from motifcnn.interpretation.importance import measure_importance
from motifcnn.interpretation.importance_table import write_importance
from motifcnn.networks import saved
from motifcnn.training.devices import choose_device, enough_memory, set_precision
from motifcnn.training.prediction_scores import AUPR_METHODS


def main(*, model, dataset, output, aupr="trapezoid", device="auto", threads=1) -> None:
    """Write importance.tsv of a model, measured on the test split of the dataset."""
    place = choose_device(device)
    set_precision("fp32", threads)
    data = read_dataset(dataset, splits=("test",))
    with enough_memory(place, "set compute: device: cpu for this run"):
        table = measure_importance(
            saved.load(model).to(place), data.test.sequence, data.test.label, data.targets, aupr_method=aupr
        )
    write_importance(output, table)
    first = table.sort_values("aupr_drop", ascending=False, kind="stable").iloc[0]
    said = (
        f"{first['filter']} matters most, auPR {first['aupr_intact']:.3f} falls by {first['aupr_drop']:.3f}"
    )
    print(f"{output}: {len(table)} filters, {said}", file=sys.stderr)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `main`."""
    parser.add_argument("--model", required=True, help="model.safetensors of a run")
    parser.add_argument("--dataset", required=True, help="dataset.h5; its test split is used")
    parser.add_argument("--output", required=True, help="table to write")
    parser.add_argument("--aupr", choices=AUPR_METHODS, default="trapezoid", help="how auPR is computed")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")


if "snakemake" in globals():
    arguments = {"model": snakemake.input.model, "dataset": snakemake.input.dataset}
    arguments |= {"aupr": snakemake.params.aupr, "device": snakemake.params.device}
    from_snakemake(main, snakemake, **arguments, output=snakemake.output[0], threads=snakemake.threads)
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
