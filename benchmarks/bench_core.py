"""CPU time of what is not training: Tomtom per query, and simulating the papers' dataset.

    python benchmarks/bench_core.py [--queries Q.meme] [--rounds 5]

Tomtom's queries are JASPAR motifs by default. One thread; medians.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from motifcnn.data.simulate import simulate
from motifcnn.experiment.registries import join_registries
from motifcnn.motifs.factors import read_factors
from motifcnn.motifs.jaspar import read_database
from motifcnn.motifs.meme import read_meme
from motifcnn.motifs.tomtom import match

RESOURCES = ROOT / "resources"


def seconds(call: Callable[[], object], rounds: int) -> float:
    """Return the median CPU seconds of a call, the first one not counted."""
    call()
    taken = []
    for _ in range(rounds):
        started = time.process_time()
        call()
        taken.append(time.process_time() - started)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--queries", type=Path, help="MEME file")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    database = read_database(RESOURCES / "jaspar2016_core_vertebrates.txt")
    queries = read_meme(arguments.queries) if arguments.queries else database[::10]
    matching = seconds(lambda: match.match(queries, database), arguments.rounds)
    widths = statistics.mean(len(query.probabilities) for query in queries)
    print(f"Tomtom: {1000 * matching / len(queries):.1f} ms per query", end="")
    print(f" ({len(queries)} queries of {widths:.1f} columns, {len(database)} targets)")

    factors = read_factors(RESOURCES / "transcription_factors.tsv")
    known = {motif.id: motif for motif in database}
    motifs = {name: known[factor.matrix_id] for name, factor in factors.items()}
    parameters = join_registries(RESOURCES, {})["datasets"]["synthetic"]
    simulating = seconds(lambda: simulate(motifs, parameters, "synthetic"), arguments.rounds)
    print(
        f"simulation: {simulating:.3f} s for {parameters['n_sequences']:,} sequences of {parameters['length']} nt"
    )


if __name__ == "__main__":
    main()
