"""Training on a GPU: our engine beside the textbook loop on the same card, and the whole of P2's synthetic half.

    python benchmarks/bench_gpu.py [--full] > gpu.tsv

Three measurements:

step        Steps per second of one training, ours and the textbook's in turn, in each precision. The
            textbook loop may use the fastest kernels, ours only deterministic ones. Targets: 8 times as
            fast for cnn-2 at 200 nt, 3 times for cnn-deep at 1,000 nt.
together    Steps per second of several trainings that share the card.
p2          Koo & Ploenzke 2019, synthetic sequences: 3 networks x 2 activations x 5 seeds, 100 epochs of
            17,500 sequences, and the scores of each. Minutes, projected from one network of each kind; with
            --full also measured. Target: under 5 minutes on an H200.

On a CPU the figures mean nothing, but everything runs: --device cpu --networks cnn-2 --processes 2
--steps 3 --rounds 1 --sequences 300.
"""

import argparse
import concurrent.futures
import itertools
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

import torch
from measuring import PROTOCOL, in_turns, our_network, our_steps, random_dataset, several, textbook_steps
from motifcnn.core.errors import UserError
from motifcnn.networks.fast_layers import one_hot_maps
from motifcnn.networks.plain import plain_network
from motifcnn.training import loop
from motifcnn.training.devices import PRECISIONS, choose_device, device_name, set_precision
from together import Team

ACTIVATION = "exponential"
# Network, length (nt), and how many times as fast as the textbook loop it has to be.
RACES = [("cnn-2", 200, 8), ("cnn-deep", 1000, 3)]
P2 = list(itertools.product(["cnn-2", "cnn-50", "cnn-deep"], ["relu", "exponential"], range(1, 6)))
P2_EPOCHS, P2_MINUTES = 100, 5
COLUMNS = ("measurement", "network", "length", "precision", "variant", "value", "unit", "ratio", "target")


def row(*values: object) -> None:
    """Print a row; there is a value or an empty string for each of `COLUMNS`."""
    cells = (f"{value:.4g}" if isinstance(value, float) else value for value in values)
    print(*cells, sep="\t", flush=True)


def races(arguments: argparse.Namespace) -> list[tuple[str, int, int]]:
    """Return the requested `RACES`."""
    return [entered for entered in RACES if entered[0] in arguments.networks]


def waited(steps: Iterator[None], device: torch.device) -> Iterator[None]:
    """Yield when the device has finished each of the steps."""
    for _ in steps:
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        yield


def as_in_tutorials(steps: Iterator[None]) -> Iterator[None]:
    """Let the steps use any kernels, which is PyTorch's default."""
    while True:
        before = (torch.are_deterministic_algorithms_enabled(), torch.backends.cudnn.deterministic)
        torch.use_deterministic_algorithms(False)
        torch.backends.cudnn.deterministic = False
        next(steps)
        torch.use_deterministic_algorithms(before[0], warn_only=True)
        torch.backends.cudnn.deterministic = before[1]
        yield


def race(name: str, length: int, target: int, arguments: argparse.Namespace) -> None:
    """Measure one network beside the textbook's, in every precision."""
    device = choose_device(arguments.device)
    size = PROTOCOL["batch_size"]
    dataset = random_dataset(length, arguments.steps * size)
    codes, label = (torch.from_numpy(x) for x in (dataset.train.sequence, dataset.train.label))
    one_hot, floats = one_hot_maps(codes).squeeze(2).contiguous(), label.float()
    for precision in PRECISIONS:
        dtype = set_precision(precision, arguments.threads)
        textbook = plain_network(our_network(name, ACTIVATION, dataset))
        autocast = None if dtype == torch.float32 else dtype
        loop = textbook_steps(textbook.to(device), one_hot, floats, size, autocast)
        ours = our_network(name, ACTIVATION, dataset).to(device)
        ours.precision = dtype
        variants = {
            "textbook": as_in_tutorials(waited(several(loop, arguments.steps), device)),
            "ours": waited(our_steps(ours, codes.to(device), label.to(device), size), device),
        }
        found = in_turns(variants, arguments.rounds, time.perf_counter)
        for variant, seconds in found.items():
            ratio = found["textbook"] / seconds
            goal = target if variant == "ours" else ""
            value = arguments.steps / seconds
            row("step", name, length, precision, variant, value, "steps/s", ratio, goal)


def share(arguments: argparse.Namespace) -> None:
    """Measure the steps per second of several trainings that share the device."""
    for name, length, _ in races(arguments):
        alone = None
        for size in arguments.processes:
            task = {"network": name, "activation": ACTIVATION, "length": length, "steps": arguments.steps}
            task |= {"device": arguments.device, "threads": 1}
            with Team(size, **task) as team:
                value = statistics.median(team.steps_per_second() for _ in range(arguments.rounds))
            if size == 1:
                alone = value
            ratio = value / alone if alone else ""
            row("together", name, length, "fp32", f"{size} at once", value, "steps/s", ratio, "")


def train_one(
    name: str, activation: str, seed: int, epochs: int, arguments: argparse.Namespace
) -> tuple[float, float]:
    """Do one training of P2 in a process of its own; return the seconds of the process, and of an epoch."""
    started = time.perf_counter()
    options = [f"--device={arguments.device}", f"--sequences={arguments.sequences}"]
    command = [sys.executable, __file__, f"--job={name},{activation},{seed},{epochs}", *options]
    epoch = float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return time.perf_counter() - started, epoch


def job(description: str, arguments: argparse.Namespace) -> None:
    """Be that process; print the seconds of one epoch."""
    name, activation, seed, epochs = description.split(",")
    device = choose_device(arguments.device)
    dtype = set_precision("fp32", 1)
    n = arguments.sequences
    # 70%, 10% and 20%, as the papers' 25,000 sequences are split.
    dataset = random_dataset(200, n, n // 7, n * 2 // 7)
    network = our_network(name, activation, dataset, int(seed))
    outcome = loop.train(network, dataset, {**PROTOCOL, "epochs": int(epochs)}, device, dtype)
    loop.evaluate_split(network, dataset.test, dataset.targets, "trapezoid", device)
    print(statistics.median(outcome.seconds))


def all_of(
    runs: list[tuple[str, str, int]], epochs: int, arguments: argparse.Namespace
) -> list[tuple[float, float]]:
    """Do `train_one` for each run, as many at a time as the largest of `--processes`."""
    with concurrent.futures.ThreadPoolExecutor(max(arguments.processes)) as pool:
        return list(pool.map(lambda run: train_one(*run, epochs, arguments), runs))


def replicate(arguments: argparse.Namespace) -> None:
    """Project how long the synthetic half of P2 takes, and with --full do it."""
    size, epochs = max(arguments.processes), arguments.rounds
    runs = [run for run in P2 if run[0] in arguments.networks]
    minutes = 0.0
    for name in dict.fromkeys(run[0] for run in runs):
        measured = all_of([(name, ACTIVATION, seed) for seed in range(1, size + 1)], epochs, arguments)
        whole, epoch = (statistics.median(values) for values in zip(*measured, strict=True))
        row("p2", name, 200, "fp32", f"{size} at once", epoch, "s/epoch", "", "")
        of_kind = sum(run[0] == name for run in runs)
        minutes += of_kind / size * (whole + epoch * (P2_EPOCHS - epochs)) / 60
    networks = "+".join(dict.fromkeys(run[0] for run in runs))
    row("p2", networks, 200, "fp32", "projected", minutes, "min", "", P2_MINUTES)
    if arguments.full:
        started = time.perf_counter()
        all_of(runs, P2_EPOCHS, arguments)
        minutes = (time.perf_counter() - started) / 60
        row("p2", networks, 200, "fp32", "measured", minutes, "min", "", P2_MINUTES)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--networks", nargs="+", default=["cnn-2", "cnn-50", "cnn-deep"])
    parser.add_argument("--steps", type=int, default=200, help="per round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4, 8], help="trainings at once")
    parser.add_argument("--sequences", type=int, default=17500, help="that P2 trains on")
    parser.add_argument("--full", action="store_true", help="do the 30 trainings of 100 epochs")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.job:
        job(arguments.job, arguments)
        return
    try:
        device = choose_device(arguments.device)
    except UserError as error:
        parser.exit(1, f"error: {error}\n")
    print(f"{device_name(device)}, PyTorch {torch.__version__}", file=sys.stderr)
    print(*COLUMNS, sep="\t", flush=True)
    for entered in races(arguments):
        race(*entered, arguments)
    share(arguments)
    replicate(arguments)


if __name__ == "__main__":
    main()
