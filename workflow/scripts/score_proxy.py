"""Measure a proxy of localisation: how well scores point at hits of the target's known motifs.

Parameters
----------
attributions, metrics
    attributions.h5 of a run and method; metrics.json of the run.
output
    proxy.json to write.
method, dataset_name
    Name of the method; name of the dataset, needed with --config.
pvalue
    Largest p value of a hit.
relevant
    Which motifs are those of the targets: `auto`, `papers`, `strict`, or lists of ids by factor.
database, factors, synonyms
    MEME or JASPAR file; table of transcription factors and their motifs; other names of factors.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.core.files import read_json, write_json
from motifcnn.experiment import lookup
from motifcnn.interpretation.attribution.attribution_file import read_attributions
from motifcnn.interpretation.explained_run import run_explained
from motifcnn.interpretation.proxy import motifs_of_target, score_hits
from motifcnn.motifs.factor_names import SYNONYMS, read_synonyms
from motifcnn.motifs.factors import FACTORS, read_factors
from motifcnn.motifs.jaspar import JASPAR_2016, read_database
from motifcnn.motifs.relevance import relevant_lists


def main(
    *, attributions: str, metrics: str, output: str, method: str, relevant: str | dict, dataset_name: str = "",
    pvalue: float = 1e-4, database: str = JASPAR_2016, factors: str = FACTORS, synonyms: str = SYNONYMS,
) -> None:  # fmt: skip
    explained, about, motifs = read_attributions(attributions), read_json(metrics), read_database(database)
    names = {motif.id: motif.name for motif in motifs}
    known = names, read_factors(factors), read_synonyms(synonyms)
    lists = relevant_lists(relevant, about["targets"], *known)
    of_target = motifs_of_target(lists, explained.target, about["targets"], motifs)
    found = score_hits(explained, of_target, pvalue)
    write_json(
        output,
        run_explained(about, method, explained.target)
        | found
        | {"motifs": [motif.id for motif in of_target]},
    )
    said = f"hits of {', '.join(motif.id for motif in of_target)} for {explained.target}"
    where = f"in {dataset_name or about['dataset']}, sequences with hits: {found['sequences']}"
    print(f"{output}: a proxy, by {said} {where}", file=sys.stderr)


if __name__ == "__main__":
    run(main, lookup)
