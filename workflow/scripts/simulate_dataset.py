"""Simulate sequences with planted motifs and write dataset.h5.

Parameters
----------
dataset, dataset_name
    dataset.h5 to write; name of the dataset.
parameters
    How it is simulated, as a dataset of type simulate in the registry.
factors, database
    Table of transcription factors and their matrices; MEME or JASPAR file with the motifs to plant.
"""

import importlib

from motifcnn.adapters.entry import run
from motifcnn.core.errors import UserError
from motifcnn.core.splits import SPLITS
from motifcnn.core.versions import versions
from motifcnn.data.dataset import write_dataset
from motifcnn.data.simulate import simulate
from motifcnn.experiment import lookup
from motifcnn.motifs.factors import FACTORS, read_factors
from motifcnn.motifs.jaspar import JASPAR_2016, read_database
from motifcnn.motifs.meme import Motif


def main(
    *, dataset: str, parameters: dict, dataset_name: str, factors: str = FACTORS, database: str = JASPAR_2016
) -> None:
    motifs, known = {motif.id: motif for motif in read_database(database)}, read_factors(factors)

    def find(name: str) -> Motif:
        # It is a factor of the table, or names a matrix of the database itself.
        matrix_id = known[name].matrix_id if name in known else name
        if matrix_id not in motifs:
            raise UserError(
                f"the motif {name!r} of dataset {dataset_name!r} is neither a factor of {factors} nor in {database}"
            )
        return motifs[matrix_id]

    chosen = {target: find(target) for target in parameters["motifs"]}
    negatives = parameters["negatives"] or {"motifs": (), "exclude_lookalikes": None}
    others = [find(name) for name in negatives["motifs"]]
    if negatives["exclude_lookalikes"] is not None:
        # Imported by name, so that other datasets do not depend on Tomtom's code; see the rule.
        lookalikes = importlib.import_module("motifcnn.motifs.lookalikes")
        others = lookalikes.without_lookalikes(others, list(chosen.values()), negatives["exclude_lookalikes"])
    made_with = {package: versions()[package] for package in ("python", "numpy", "h5py")}
    data = simulate(chosen, parameters, dataset_name, made_with, others)
    write_dataset(dataset, data)
    rows = " + ".join(f"{len(getattr(data, split).sequence):,} {split}" for split in SPLITS)
    print(f"{dataset_name}: {rows} sequences of {data.length} nt, {len(data.targets)} targets -> {dataset}")


if __name__ == "__main__":
    run(main, lookup)
