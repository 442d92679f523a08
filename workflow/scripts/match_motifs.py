"""Compare motifs with a database, as Tomtom does; each query file is searched by itself.

Parameters
----------
queries, output
    MEME files; tables of matches to write, one per query file in the same order.
database
    MEME or JASPAR file, or jaspar2016, jaspar2024 or jaspar2026, which are shipped with the workflow.
drop
    Ids of motifs to leave out of the database.
evalue
    Largest E-value of a match.
engine
    Which Tomtom: ours (numpy) or the program of the MEME suite (meme).
"""

import sys
import time
from typing import Literal

from motifcnn.adapters.entry import run
from motifcnn.core.errors import UserError
from motifcnn.motifs.jaspar import JASPAR_2016, read_database
from motifcnn.motifs.meme import read_background, read_meme
from motifcnn.motifs.tomtom import match, program
from threadpoolctl import threadpool_limits


def main(
    *, queries: list[str], output: list[str], database: str = "jaspar2016", drop: list[str] = (),
    evalue: float = 0.1, engine: Literal["numpy", "meme"] = "numpy",
) -> None:  # fmt: skip
    if len(queries) != len(output):
        raise UserError(f"there are {len(queries)} query files but {len(output)} outputs; give each its own")
    for paths in (queries, output):
        if twice := {path for path in paths if paths.count(path) > 1}:
            raise UserError(f"the file {min(twice)} is given twice; give every query file and output once")
    if not evalue > 0:
        raise UserError(f"the largest E-value is {evalue}; write a number above 0, such as 0.1")
    shipped = JASPAR_2016.parent / f"{database}_core_vertebrates.txt"
    targets = read_database(shipped if shipped.is_file() else database, drop)
    for query, path in zip(queries, output, strict=True):
        start, motifs, found_by = time.perf_counter(), read_meme(query), match.ENGINE
        if engine == "numpy":
            # Of matrix products this small, more BLAS threads do nothing but wait for each other.
            with threadpool_limits(limits=1, user_api="blas"):
                rows = match.match(motifs, targets, evalue, read_background(query))
        else:
            rows, version = program.match(query, targets, evalue)
            found_by = f"Version {version}"
        match.write_rows(path, rows, found_by)
        counts = f"{len(motifs)} queries x {len(targets)} targets, {len(rows)} matches"
        print(f"{query}: {counts}, {time.perf_counter() - start:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    run(main)
