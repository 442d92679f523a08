"""Measure how much a trained network depends on each filter of its first layer.

Parameters
----------
model, dataset
    model.safetensors of a run; dataset.h5, whose test split is used.
output
    importance.tsv to write.
aupr
    How auPR is computed.
device, threads
    Where to compute: auto, cpu, cuda or mps; number of CPU threads.
"""

import sys
from typing import Literal

from motifcnn.adapters.entry import run
from motifcnn.data.dataset import read_dataset
from motifcnn.interpretation.filter_tables import write_importance
from motifcnn.interpretation.importance import measure_importance
from motifcnn.networks import model_file
from motifcnn.training.devices import choose_device, enough_memory, set_precision
from motifcnn.training.prediction_scores import AUPR_METHODS


def main(
    *, model: str, dataset: str, output: str, aupr: Literal[*AUPR_METHODS] = "trapezoid", device: str = "auto",
    threads: int = 1,
) -> None:  # fmt: skip
    place = choose_device(device)
    set_precision("fp32", threads)
    data = read_dataset(dataset, splits=("test",))
    with enough_memory(place, "set compute: device: cpu for this run"):
        table = measure_importance(
            model_file.load(model).to(place),
            data.test.sequence,
            data.test.label,
            data.targets,
            aupr_method=aupr,
        )
    write_importance(output, table)
    first = table.sort_values("aupr_drop", ascending=False, kind="stable").iloc[0]
    said = (
        f"{first['filter']} matters most, auPR {first['aupr_intact']:.3f} falls by {first['aupr_drop']:.3f}"
    )
    print(f"{output}: {len(table)} filters, {said}", file=sys.stderr)


if __name__ == "__main__":
    run(main)
