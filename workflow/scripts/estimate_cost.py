"""Estimate what a run would cost before it starts: jobs, hours, disk and memory, from training steps timed here.

Parameters
----------
arguments
    Those of the run, as ./run or snakemake take them, after --.
"""

import sys

import torch
from motifcnn.adapters.entry import run
from motifcnn.core.errors import UserError
from motifcnn.cost.estimate import Estimate
from motifcnn.cost.invocation import read_arguments
from motifcnn.cost.text import Machine, in_words
from motifcnn.cost.timing import finished_runs, measure_speeds
from motifcnn.cost.work import all_jobs, dataset_sizes, jobs_left
from motifcnn.experiment.config import make_plan
from motifcnn.training.devices import choose_device, device_name, set_precision


def main(*arguments: str) -> None:
    invocation = read_arguments(arguments)
    plan = make_plan(invocation.config)
    jobs = all_jobs(plan)
    targets = {path for job in jobs for path in job.outputs} & set(invocation.others)
    if others := [argument for argument in invocation.others if argument not in targets]:
        print(f"note: the estimate takes no account of {' '.join(others)}", file=sys.stderr)
    left = jobs_left(plan, jobs, targets)
    compute, sizes = plan.config["compute"], dataset_sizes(plan)
    try:
        device = choose_device(compute["device"])
    except UserError:
        print(
            f"compute.device is {compute['device']}, but there is none here: the hours below are those of this "
            "machine's CPU. For GPU hours run this on the machine that has the GPU.\n"
        )
        device = choose_device("cpu")
    precision = set_precision(compute["precision"], compute["threads"])
    finished = finished_runs(plan, [job.key for job in left if job.rule == "train_model"], device)
    networks = [plan.model_of(job.key).over_seeds for job in left if job.key]
    speeds = measure_speeds(networks, plan, sizes, finished, device, precision)
    gpus = {"cpu": 0, "cuda": torch.cuda.device_count()}.get(device.type, 1)
    machine = Machine.of(invocation, device_name(device), gpus, compute["threads"], len(left))
    shares = [done.share_of_epochs for done in finished.values()]
    print(in_words(Estimate(plan, left, sizes, speeds, gpus > 0), machine, shares), end="")


if __name__ == "__main__":
    run(main)
