"""Compare motifs with a database, as Tomtom does: one table of matches per query file."""

import argparse
import sys
import time

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.core.errors import UserError
from motifcnn.motifs.jaspar import JASPAR_2016, read_database
from motifcnn.motifs.meme import read_background, read_meme
from motifcnn.motifs.tomtom import match, program


def main(*, queries, output, database="jaspar2016", drop=(), evalue=0.1, engine="numpy") -> None:
    """Write the matches of each query file, searched by itself, to the output of the same number."""
    queries, output = [[p] if isinstance(p, str) else [*p] for p in (queries, output)]
    if len(queries) != len(output):
        raise UserError(f"there are {len(queries)} query files but {len(output)} outputs; give each its own")
    for paths in (queries, output):
        if twice := {path for path in paths if paths.count(path) > 1}:
            raise UserError(f"the file {min(twice)} is given twice; give every query file and output once")
    if engine not in ("numpy", "meme"):
        raise UserError(f"there is no Tomtom engine {engine!r}; write numpy or meme")
    if not evalue > 0:
        raise UserError(f"the largest E-value is {evalue}; write a number above 0, such as 0.1")
    targets = read_database(JASPAR_2016 if str(database) == "jaspar2016" else database, drop)
    for query, path in zip(queries, output, strict=True):
        start, motifs, found_by = time.perf_counter(), read_meme(query), match.ENGINE
        if engine == "numpy":
            rows = match.match(motifs, targets, evalue, read_background(query))
        else:
            rows, version = program.match(query, targets, evalue)
            found_by = f"Version {version}"
        match.write_rows(path, rows, found_by)
        counts = f"{len(motifs)} queries x {len(targets)} targets, {len(rows)} matches"
        print(f"{query}: {counts}, {time.perf_counter() - start:.1f} s", file=sys.stderr)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `main`."""
    parser.add_argument("--queries", nargs="+", required=True, help="MEME files")
    parser.add_argument("--output", nargs="+", required=True, help="tables to write, one per query file")
    parser.add_argument("--database", default="jaspar2016", help="MEME or JASPAR file, or jaspar2016")
    parser.add_argument("--drop", nargs="+", default=(), metavar="ID", help="targets to leave out")
    parser.add_argument("--evalue", type=float, default=0.1, help="largest E-value of a match")
    parser.add_argument("--engine", choices=("numpy", "meme"), default="numpy", help="which Tomtom")


if "snakemake" in globals():
    arguments = {key: snakemake.params[key] for key in ("drop", "evalue", "engine")}
    arguments |= {"queries": snakemake.input.queries, "database": snakemake.input.database}
    from_snakemake(main, snakemake, output=list(snakemake.output), **arguments)
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
