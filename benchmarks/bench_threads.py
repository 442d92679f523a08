"""Many trainings of one thread beside one training of many threads: what keeps a machine's cores busy?

    python benchmarks/bench_threads.py [--cores 2] [--architectures cnn-2 cnn-deep] ...

The two take turns; the figures are the median steps per second of the whole machine. If the machine
does other things, too, only the ratios count.
"""

import argparse
import os
import statistics

from together import Team


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--architectures", nargs="+", default=["cnn-2", "cnn-deep"])
    parser.add_argument("--activation", default="exponential")
    parser.add_argument("--length", type=int, default=200, help="nt")
    parser.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--steps", type=int, default=50, help="per round")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    n = arguments.cores
    print("architecture\tlength\tjobs\tthreads_of_each\tsteps_per_second\ttimes_one_job", flush=True)
    for name in arguments.architectures:
        task = {"network": name, "activation": arguments.activation, "length": arguments.length}
        task |= {"steps": arguments.steps, "device": "cpu"}
        with Team(1, **task, threads=n) as one, Team(n, **task, threads=1) as many:
            teams = {1: one, n: many}
            found: dict[int, list[float]] = {jobs: [] for jobs in teams}
            for _ in range(arguments.rounds):
                for jobs, team in teams.items():
                    found[jobs].append(team.steps_per_second())
        speeds = {jobs: statistics.median(values) for jobs, values in found.items()}
        for jobs, threads in ((1, n), (n, 1)):
            figures = f"{speeds[jobs]:.1f}\t{speeds[jobs] / speeds[1]:.2f}"
            print(name, arguments.length, jobs, threads, figures, sep="\t", flush=True)


if __name__ == "__main__":
    main()
