"""Say what a run would cost, before it starts: jobs, hours and disk, from training steps timed on this machine."""

from pathlib import Path

import torch
from motifcnn.adapters.entry import run
from motifcnn.core.errors import UserError
from motifcnn.cost.dry_run import planned_jobs, understand
from motifcnn.cost.estimate import estimate
from motifcnn.cost.estimate_text import Machine, in_words
from motifcnn.cost.sizes import size_of
from motifcnn.cost.speeds import finished_runs, measure_speeds
from motifcnn.experiment.config import make_plan
from motifcnn.experiment.paths import Layout
from motifcnn.training.devices import choose_device, device_name, set_precision


def main(*arguments: str) -> None:
    """Say what a run would cost, before it starts: jobs, hours and disk, from training steps timed on this machine.

    Parameters
    ----------
    arguments
        Arguments of the run, as ./run or snakemake take them, after --.
    """
    invocation = understand(arguments)
    plan = make_plan(invocation.config)
    jobs = planned_jobs(arguments)
    compute, file = plan.config["compute"], f"{Layout(plan).dataset}/dataset.h5"
    device = device_to_time_on(compute["device"])
    precision = set_precision(compute["precision"], compute["threads"])
    sizes = {name: size_of(data, Path(file.format(dataset=name))) for name, data in plan.datasets.items()}
    finished = finished_runs(plan, jobs, device)
    speeds = measure_speeds(jobs, plan, sizes, finished, device, precision)
    gpus = {"cpu": 0, "cuda": torch.cuda.device_count()}.get(device.type, 1)
    machine = Machine.of(invocation, device_name(device), gpus, compute["threads"])
    found = estimate(jobs, plan, sizes, speeds, on_gpu=gpus > 0)
    shares = [run.share_of_epochs for run in finished.values()]
    print(in_words(found, jobs, plan, sizes, speeds, shares, machine), end="")


def device_to_time_on(name):
    """Return the device of the configuration, or the CPU where it is not here."""
    try:
        return choose_device(name)
    except UserError:
        print(
            f"compute.device is {name}, of which there is none here: the hours below are those of this machine's CPU. "
            "For GPU hours start this on the machine that has the GPU.\n"
        )
        return choose_device("cpu")


if __name__ == "__main__":
    run(main)
