"""Describe a dataset for the report: its splits, its targets and their motifs, and what was lost on the way.

Parameters
----------
dataset, dataset_name
    dataset.h5; name of the dataset.
output
    data.json to write.
relevant
    Which motifs are those of the targets: `auto`, `papers`, `strict`, or lists of ids by factor.
database, factors, synonyms
    MEME or JASPAR file with names of motifs; table of transcription factors and their motifs; other names of factors.
counts, checks
    counts.json of a dataset of peaks; checks.json of a dataset whose counts are published.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.core.files import read_json, write_json
from motifcnn.data.dataset import read_dataset
from motifcnn.data.description import describe_dataset
from motifcnn.experiment import lookup
from motifcnn.motifs import relevance
from motifcnn.motifs.factor_names import SYNONYMS, read_synonyms
from motifcnn.motifs.factors import FACTORS, read_factors
from motifcnn.motifs.jaspar import JASPAR_2016
from motifcnn.motifs.matrix_ids import names_in


def main(
    *, dataset: str, output: str, relevant: str | dict, dataset_name: str = "", database: str = JASPAR_2016,
    factors: str = FACTORS, synonyms: str = SYNONYMS, counts: str | None = None, checks: str | None = None,
) -> None:  # fmt: skip
    names, targets = names_in(database) or {}, read_dataset(dataset, splits=()).targets
    known = relevant, targets, names, read_factors(factors), read_synonyms(synonyms)
    lists, without = relevance.relevant_lists(*known), relevance.without_motif(*known)
    accounts = {"counts": counts, "checks": checks}
    accounts = {name: read_json(path) for name, path in accounts.items() if path}
    found = describe_dataset(dataset, lists, names, without, accounts)
    write_json(output, found | ({"dataset": dataset_name} if dataset_name else {}))
    chosen = relevant if isinstance(relevant, str) else "your lists"
    print(f"{dataset_name}: relevant motifs of {database} ({chosen})", file=sys.stderr)
    print(*relevance.in_words(lists, names), sep="\n", file=sys.stderr)
    if without:
        print(f"no relevant motif: {', '.join(without)}", file=sys.stderr)


if __name__ == "__main__":
    run(main, lookup)
