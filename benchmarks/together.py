"""Trainings in processes of their own that start together, as the jobs of a workflow run side by side.

Run as a script with a task as JSON, it is one of them: it trains an epoch for each line on its standard
input, and answers with the seconds that it took.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

# Written by a worker that is ready to begin.
READY = "ready"


class Team:
    """Several equal trainings that run at the same time; a context manager.

    Parameters
    ----------
    size
        Number of processes.
    **task
        What each of them trains, in float32: `network`, `activation`, `length` (nt), `steps` per epoch,
        `device`, `threads`.
    """

    def __init__(self, size: int, **task: Any):
        self._steps = task["steps"]
        command = [sys.executable, str(Path(__file__)), json.dumps(task)]
        self._workers = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(size)
        ]

    def __enter__(self) -> "Team":
        for worker in self._workers:
            if worker.stdout.readline().strip() != READY:
                self.__exit__()
                raise RuntimeError("a training of the benchmark ended before it began; see above")
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stdin.close()
            worker.wait()
            worker.stdout.close()

    def steps_per_second(self) -> float:
        """Let all train for an epoch; return the steps per second of all together."""
        for worker in self._workers:
            worker.stdin.write("\n")
            worker.stdin.flush()
        return sum(self._steps / float(worker.stdout.readline()) for worker in self._workers)


def main() -> None:
    import torch
    from measuring import PROTOCOL, our_network, our_steps, random_dataset
    from motifcnn.training.devices import choose_device, set_precision

    task = json.loads(sys.argv[1])
    device = choose_device(task["device"])
    set_precision("fp32", task["threads"])
    dataset = random_dataset(task["length"], task["steps"] * PROTOCOL["batch_size"])
    network = our_network(task["network"], task["activation"], dataset).to(device)
    codes, label = (torch.from_numpy(x).to(device) for x in (dataset.train.sequence, dataset.train.label))
    epochs = our_steps(network, codes, label, PROTOCOL["batch_size"])
    next(epochs)
    wait = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    wait()
    print(READY, flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        next(epochs)
        wait()
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main()
