"""Every kind of result that is written, with contents of some kilobytes: the same bytes each time."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure
from motifcnn.core.files import write_json, write_text
from motifcnn.data.dataset import stream_dataset, write_dataset
from motifcnn.interpretation.attribution.attribution_file import (
    AttributionFile,
    Attributions,
    write_attributions,
)
from motifcnn.interpretation.filters import write_arrays
from motifcnn.motifs.meme import Motif, write_meme
from motifcnn.networks.model_file import save_tensors
from motifcnn.report.figures.style import save
from motifcnn.results.tables import write_table
from motifcnn.training import checkpoint
from toys.gattaca import gattaca


def numbers(*shape):
    return np.random.default_rng(0).random(shape, np.float32)


def dataset(path):
    write_dataset(path, gattaca(2000, 200, 200))


def dataset_in_pieces(path):
    with stream_dataset(path, length=40, targets=("a", "b"), name="toy") as stream:
        whole = gattaca(2000, 200, 200)
        for split in ("train", "valid", "test"):
            for key in ("sequence", "label"):
                stream.append(split, key, getattr(getattr(whole, split), key))


def model(path):
    save_tensors(path, {"x": torch.from_numpy(numbers(9000))}, {"about": 1})


def training(path):
    weights = {"x": torch.from_numpy(numbers(9000))}
    state = checkpoint.State(
        weights, {"state": {0: {"step": torch.tensor(3)}}}, weights, [{"epoch": 1}], [1.0]
    )
    checkpoint.save_state(path.parent, state, {"training": "t", "code": [], "pytorch": "2"})


def filters(path):
    names = ("counts", "ppm", "n_sites", "reference", "threshold", "dead", "clip")
    write_arrays(path, SimpleNamespace(**{name: numbers(30, 19, 4) for name in names}))


def motifs(path):
    ppm = numbers(19, 4).astype(float)
    ppm /= ppm.sum(axis=1, keepdims=True)
    write_meme(path, [Motif(f"filter{number}", "", ppm) for number in range(30)])


def table(path):
    write_table(path, pd.DataFrame(numbers(500, 6), columns=list("abcdef")))


def metrics(path):
    write_json(path, {"loss": numbers(2000).tolist()})


def attributions(path):
    found = Attributions(
        codes=gattaca(300, 1, 1).train.sequence,
        logit=numbers(300),
        hypothetical=numbers(300, 4, 40),
        score=numbers(300, 40),
        references=None,
        delta=None,
    )
    content = AttributionFile(found, np.arange(300), np.ones(300), "a", {"method": "saliency"})
    write_attributions(path, content, __file__, __file__)


def figure(path):
    drawn = Figure()
    drawn.subplots().plot(numbers(2000))
    save(drawn, path)


def report(path):
    write_text(path, "<p>à</p>\n" * 3000)


WRITERS = {
    "dataset.h5": dataset,
    "pieces.h5": dataset_in_pieces,
    "model.safetensors": model,
    checkpoint.FILE: training,
    "filters.h5": filters,
    "filters.meme": motifs,
    "table.tsv": table,
    "metrics.json": metrics,
    "attributions.h5": attributions,
    "figure.svg": figure,
    "report.html": report,
}
