"""Early stopping and the learning-rate schedule, by hand."""

import pytest
from motifcnn.training.schedule import best_epoch, has_run_out, learning_rate


def losses(*values):
    return [{"val_loss": v, "val_aupr": 1 - v} for v in values]


def test_best_epoch_is_the_first_of_equals():
    assert best_epoch(losses(3, 1, 2, 1), "val_loss") == 1
    assert best_epoch(losses(0.3, 0.1, 0.2, 0.1), "val_aupr") == 1


def test_patience_counts_epochs_since_the_best():
    stop = {"monitor": "val_loss", "patience": 2}
    assert not has_run_out([], stop)
    assert not has_run_out(losses(3, 1, 2), stop)
    assert has_run_out(losses(3, 1, 2, 2), stop)
    assert not has_run_out(losses(3, 1, 2, 0.5), stop)
    assert not has_run_out(losses(1, 2, 3, 4), None)


def test_learning_rate_falls_on_a_plateau_and_not_below_its_floor():
    schedule = {"monitor": "val_loss", "factor": 0.2, "patience": 2, "floor": 1e-5, "min_delta": 0.01}
    rate = 0.001
    assert learning_rate(rate, losses(1, 0.5), schedule) == rate
    # Better by less than min_delta does not count.
    assert learning_rate(rate, losses(1, 0.995, 0.992), schedule) == pytest.approx(0.0002)
    assert learning_rate(rate, losses(1, 1, 1, 1, 1), schedule) == pytest.approx(0.00004)
    assert learning_rate(rate, losses(*[1] * 20), schedule) == pytest.approx(1e-5)
    assert learning_rate(rate, losses(*[1] * 20), None) == rate


def test_a_plateau_of_a_score_that_should_rise():
    schedule = {"monitor": "val_aupr", "factor": 0.5, "patience": 1, "floor": 0.0, "min_delta": 0.0}
    assert learning_rate(1.0, [{"val_aupr": value} for value in (0.1, 0.2, 0.3)], schedule) == 1.0
    assert learning_rate(1.0, [{"val_aupr": value} for value in (0.3, 0.2, 0.1)], schedule) == 0.25
