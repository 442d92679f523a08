"""Cut the DeepSEA bundle down to some of its features and write dataset.h5."""

import json

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.core.files import write_json
from motifcnn.core.versions import versions
from motifcnn.data.deepsea.features import choose_targets, read_features
from motifcnn.data.deepsea.truncation import truncate
from motifcnn.motifs.factors import read_factors

DEFAULTS = {"targets": None, "resplit": None, "reverse_complement": True, "seed": 0, "expected": None}


def main(*, train, valid, test, output, checks, parameters, name, factors, features):
    options = {**DEFAULTS, **{key: parameters[key] for key in DEFAULTS if key in parameters}}
    known = read_factors(factors)
    targets = choose_targets(options.pop("targets") or list(known), known, read_features(features))
    paths = {"train": train, "valid": valid, "test": test}
    files = {split: path for split, path in paths.items() if path}
    made_with = {key: versions()[key] for key in ("python", "numpy", "h5py")}
    source = "DeepSEA training bundle 0.9, rows with at least one positive"
    found = truncate(files, output, targets, name=name, source=source, versions=made_with, **options)
    write_json(checks, found)
    for check in found:
        if not check["equal"]:
            print(f"warning: {check['what']}: {check['found']:,}, but {check['expected']:,} are published")
    print(
        f"{name}: {len(targets)} targets, {sum(check['equal'] for check in found)} of {len(found)} counts agree"
    )


def add_arguments(parser):
    for split in ("train", "valid", "test"):
        parser.add_argument(f"--{split}", required=split != "valid", help=f"{split}.mat of the bundle")
    parser.add_argument("--output", required=True, help="dataset.h5 to write")
    parser.add_argument(
        "--checks", required=True, help="JSON file to write: counts beside the published ones"
    )
    help_text = f"JSON object with any of {', '.join(DEFAULTS)}, as a dataset of type deepsea in the registry"
    parser.add_argument("--parameters", type=json.loads, default={}, help=help_text)
    parser.add_argument("--name", default="deepsea", help="name of the dataset")
    parser.add_argument("--factors", default="resources/transcription_factors.tsv", help="table of factors")
    parser.add_argument("--features", default="resources/deepsea_features.tsv", help="table of features")


if "snakemake" in globals():
    from_snakemake(
        main,
        snakemake,
        **{split: snakemake.input.get(split) for split in ("train", "valid", "test")},
        output=snakemake.output.dataset,
        checks=snakemake.output.checks,
        parameters=snakemake.params.parameters,
        name=snakemake.params.name,
        factors=snakemake.input.factors,
        features=snakemake.input.features,
    )
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
