"""Trainings in processes of their own that all begin at a word, as the jobs of a workflow run side by side.

    python benchmarks/together.py '{"network": "cnn-2", "activation": "relu", "length": 200, …}'

is one of them: it reads a number of epochs from its standard input, trains, and answers with seconds.
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
        What each of them trains: `network`, `activation`, `length` (nt), `sequences`, `batch_size`,
        `device`, `precision`, `threads` (of each).
    """

    def __init__(self, size: int, **task: Any):
        self.task = task
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

    def epochs(self, number: int) -> list[float]:
        """Let all train for a number of epochs; return the seconds that each of them took."""
        for worker in self._workers:
            worker.stdin.write(f"{number}\n")
            worker.stdin.flush()
        return [float(worker.stdout.readline()) for worker in self._workers]

    def steps_per_second(self, epochs: int) -> float:
        """Train; return the steps per second of all together."""
        steps = epochs * -(-self.task["sequences"] // self.task["batch_size"])
        return sum(steps / seconds for seconds in self.epochs(epochs))


def main() -> None:
    import torch
    from measuring import our_network, our_steps, random_dataset
    from motifcnn.training.devices import choose_device, set_precision

    task = json.loads(sys.argv[1])
    device = choose_device(task["device"])
    precision = set_precision(task["precision"], task["threads"])
    dataset = random_dataset(task["length"], task["sequences"])
    network = our_network(task["network"], task["activation"], dataset).to(device)
    network.precision = precision
    codes, label = (torch.from_numpy(x).to(device) for x in (dataset.train.sequence, dataset.train.label))
    epochs = our_steps(network, codes, label, task["batch_size"])
    next(epochs)
    wait = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    wait()
    print(READY, flush=True)
    for line in sys.stdin:
        started = time.perf_counter()
        for _ in range(int(line)):
            next(epochs)
        wait()
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main()
