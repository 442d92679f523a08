"""Many trainings of one thread beside one training of many threads: what keeps a machine's cores busy?

    python benchmarks/bench_threads.py [--cores 2] [--architectures cnn-2 cnn-deep] ...

Both ways take their rounds in turn; the figures are the medians of the steps per second of the whole
machine. On a machine that does other things, what counts are the ratios.
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
        task = {
            "network": name,
            "activation": arguments.activation,
            "length": arguments.length,
            "sequences": 100 * arguments.steps,
            "batch_size": 100,
            "device": "cpu",
            "precision": "fp32",
        }
        ways = {1: n, n: 1}
        with Team(1, **task, threads=n) as one, Team(n, **task, threads=1) as many:
            teams = {1: one, n: many}
            found: dict[int, list[float]] = {jobs: [] for jobs in teams}
            for _ in range(arguments.rounds):
                for jobs, team in teams.items():
                    found[jobs].append(team.steps_per_second(1))
        speeds = {jobs: statistics.median(values) for jobs, values in found.items()}
        for jobs, threads in ways.items():
            print(
                f"{name}\t{arguments.length}\t{jobs}\t{threads}\t{speeds[jobs]:.1f}"
                f"\t{speeds[jobs] / speeds[1]:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
