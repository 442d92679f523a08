"""Simulate sequences with planted motifs and write dataset.h5."""

import json

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.core.errors import UserError
from motifcnn.core.versions import versions
from motifcnn.data.dataset import SPLITS, write_dataset
from motifcnn.data.simulate import simulate
from motifcnn.motifs.factors import read_factors
from motifcnn.motifs.jaspar import read_database


def main(*, output, parameters, name, factors, database):
    motifs = {motif.id: motif for motif in read_database(database)}
    known = read_factors(factors)
    chosen = {}
    for target in parameters["motifs"]:
        # A target is a factor of the table, or names a matrix of the database itself.
        matrix_id = known[target].matrix_id if target in known else target
        if matrix_id not in motifs:
            raise UserError(
                f"the motif {target!r} of dataset {name!r} is neither a factor of {factors} nor in {database}"
            )
        chosen[target] = motifs[matrix_id]
    dataset = simulate(chosen, parameters, name, {k: versions()[k] for k in ("python", "numpy", "h5py")})
    write_dataset(output, dataset)
    rows = " + ".join(f"{len(getattr(dataset, split).sequence):,} {split}" for split in SPLITS)
    print(f"{name}: {rows} sequences of {dataset.length} nt, {len(chosen)} targets -> {output}")


def add_arguments(parser):
    parser.add_argument("--output", required=True, help="dataset.h5 to write")
    parser.add_argument(
        "--parameters",
        required=True,
        type=json.loads,
        help="JSON object, as a dataset of type simulate in the registry",
    )
    parser.add_argument("--name", default="synthetic", help="name of the dataset")
    parser.add_argument("--factors", default="resources/transcription_factors.tsv", help="table of factors")
    parser.add_argument("--database", default="resources/jaspar2016_core_vertebrates.txt", help="motifs")


if "snakemake" in globals():
    from_snakemake(
        main,
        snakemake,
        output=snakemake.output[0],
        parameters=snakemake.params.parameters,
        name=snakemake.params.name,
        factors=snakemake.input.factors,
        database=snakemake.input.database,
    )
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
