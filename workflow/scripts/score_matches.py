"""Count the filters that match a motif, and sum a run up for the tables."""

import argparse
import json
import sys

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.core.errors import UserError
from motifcnn.core.files import read_json, write_json
from motifcnn.data.dataset import read_dataset
from motifcnn.interpretation import matching
from motifcnn.motifs.factors import FACTORS, read_factors
from motifcnn.motifs.jaspar import JASPAR_2016, read_database
from motifcnn.motifs.tomtom.match import read_engine


def main(
    *, variant, matches, summary, metrics=None, dataset=None, name="", setting="", layer=1, arrays=None, options=None,
    database=JASPAR_2016, factors=FACTORS
) -> None:  # fmt: skip
    """Write matches.tsv and summary.json of the variants, (name, MEME file, Tomtom table) each."""
    if not (metrics or dataset):
        raise UserError("the targets are not known; give the run's --metrics, or --dataset for ground truth")
    scores, rules = read_json(metrics) if metrics else None, matching.MatchOptions.from_config(options or {})
    targets = scores["targets"] if scores else read_dataset(dataset, splits=()).targets
    names = {motif.id: motif.name for motif in read_database(database)}
    relevant = matching.relevant_lists(rules.relevant, targets, read_factors(factors), names)
    found = {part[0]: matching.match_files(*part, relevant, rules, names, arrays) for part in variant}
    result = matching.summarise_run(found, relevant, scores, name, layer, setting) | {
        "tomtom": read_engine(variant[0][2])
    }
    matching.write_matches(matches, found)
    write_json(summary, result)
    print(matching.in_words(result), file=sys.stderr)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parts = {"nargs": 3, "metavar": ("NAME", "MEME", "TOMTOM"), "action": "append", "required": True}
    parser.add_argument("--variant", help="trained, untrained or shuffled; may be repeated", **parts)
    parser.add_argument("--matches", required=True, help="table of filters to write")
    parser.add_argument("--summary", required=True, help="JSON file to write")
    parser.add_argument("--metrics", help="metrics.json of the run")
    parser.add_argument("--dataset", help="dataset.h5 of the ground truth, which has no metrics")
    parser.add_argument("--name", default="", help="name of that dataset")
    parser.add_argument("--setting", default="", help="name of the setting, if the options are one's")
    parser.add_argument("--layer", type=int, default=1, help="which convolution, counted from 1")
    parser.add_argument("--arrays", help="filters.h5 of the layer")
    parser.add_argument("--options", type=json.loads, help="JSON, as protocol: matching: of a config")
    parser.add_argument("--database", default=JASPAR_2016, help="MEME or JASPAR file, for the motifs' names")
    parser.add_argument("--factors", default=FACTORS, help="table of transcription factors")


if "snakemake" in globals():
    given, params = snakemake.input, snakemake.params
    paths = {key: given.get(key) for key in ("metrics", "dataset", "arrays")}
    paths |= {key: given[key] for key in ("database", "factors")} | dict(snakemake.output.items())
    paths["variant"] = list(zip(params.variants, given.motifs, given.tomtom, strict=True))
    paths |= {"name": snakemake.wildcards.dataset, "options": params.matching}
    paths |= {key: params[key] for key in ("setting", "layer")}
    from_snakemake(main, snakemake, **paths)
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
