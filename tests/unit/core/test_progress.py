import io

import pytest
from motifcnn.core import progress
from motifcnn.core.progress import EpochBar, Meter


class Clock:
    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


def test_a_line_now_and_then_in_a_log(capsys, clock):
    with Meter("getting it", 10_000_000, "B", done=1_000_000) as shown:
        for _ in range(4):
            clock.now += 20
            shown.advance(2_000_000)
    assert capsys.readouterr().err.splitlines() == [
        "getting it: 5.0 MB of 10.0 MB (50%), 100.0 kB/s [40 s]",
        "getting it: 9.0 MB of 10.0 MB (90%), 100.0 kB/s [80 s]",
    ]


def test_the_last_state_is_always_told(capsys, clock):
    with Meter("reading", None, "rows") as shown:
        clock.now += 2
        shown.advance(5000)
    assert capsys.readouterr().err == "reading: 5,000 rows, 2,500 rows/s [2 s]\n"


def test_a_bar_on_a_terminal(monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", terminal)
    with Meter("getting it", 1000, "B") as shown:
        shown.advance(1000)
    assert "getting it: 100%" in terminal.getvalue()


def test_a_line_per_epoch_in_a_log(capsys, clock):
    epoch = {"epoch": 3, "train_loss": 0.5, "val_loss": 0.25, "val_aupr": 0.75}
    with EpochBar("small cnn-2", 20) as shown:
        clock.now += 7
        shown.update(epoch)
        shown.update(epoch | {"epoch": 4, "val_aupr": None})
    assert capsys.readouterr().err.splitlines() == [
        "small cnn-2: epoch 3/20, loss 0.5000, validation loss 0.2500, auPR 0.7500 [7 s]",
        "small cnn-2: epoch 4/20, loss 0.5000, validation loss 0.2500 [7 s]",
    ]
