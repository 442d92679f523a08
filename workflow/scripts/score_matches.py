"""Count the filters that match a motif, and summarise a run for the tables.

Parameters
----------
variants, motifs, tomtom
    What was matched, such as trained, untrained and shuffled; MEME file of each; Tomtom's table of each.
matches, summary, counts
    Table of the filters to write; summary.json of the run to write; JASPAR file of the filters' sites to write.
metrics, arrays
    metrics.json of the run; filters.h5 of the layer.
dataset, dataset_name, setting, layer
    dataset.h5, for the ground truth, which has no metrics; name of the dataset, needed with --config; name of the run's
    setting; which convolution, counted from 1.
matching
    `protocol: matching:` of the configuration, by default with all its defaults.
database, factors, synonyms
    MEME or JASPAR file with names of motifs; table of transcription factors and their motifs; other names of factors.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.core.errors import UserError
from motifcnn.core.files import read_json, write_json
from motifcnn.data.dataset import read_dataset
from motifcnn.experiment import lookup
from motifcnn.interpretation import matching as rules
from motifcnn.interpretation.filter_tables import write_matches
from motifcnn.motifs import relevance
from motifcnn.motifs.factor_names import SYNONYMS, read_synonyms
from motifcnn.motifs.factors import FACTORS, read_factors
from motifcnn.motifs.jaspar import JASPAR_2016, read_database
from motifcnn.motifs.tomtom.match import read_engine


def main(
    *, variants: list[str], motifs: list[str], tomtom: list[str], matches: str, summary: str,
    metrics: str | None = None, dataset: str | None = None, dataset_name: str = "", setting: str = "",
    layer: int = 1, arrays: str | None = None, matching: dict | None = None, database: str = JASPAR_2016,
    factors: str = FACTORS, synonyms: str = SYNONYMS, counts: str | None = None,
) -> None:  # fmt: skip
    if not (metrics or dataset):
        raise UserError("the targets are not known; give the run's --metrics, or --dataset for ground truth")
    options, scores = rules.MatchOptions.from_config(matching or {}), read_json(metrics) if metrics else None
    targets = scores["targets"] if scores else read_dataset(dataset, splits=()).targets
    names = {motif.id: motif.name for motif in read_database(database)}
    known = names, read_factors(factors), read_synonyms(synonyms)
    relevant = relevance.relevant_lists(options.relevant, targets, *known)
    found = rules.match_variants(variants, motifs, tomtom, relevant, options, names, arrays)
    write_matches(matches, found)
    if counts:
        rules.export_counts(counts, motifs[0], found[variants[0]])
    result = rules.summarise_run(found, relevant, scores, dataset_name, layer, setting)
    write_json(summary, result | {"tomtom": read_engine(tomtom[0])})
    print(*relevance.in_words(relevant, names), rules.in_words(result), sep="\n", file=sys.stderr)


if __name__ == "__main__":
    run(main, lookup)
