"""How far a training is, by its log."""

from motifcnn.core.progress import EpochBar
from motifcnn.core.training_log import read_training_progress


def test_a_training_log_is_read_as_it_is_written(capsys):
    with EpochBar("cnn", 10) as bar:
        assert read_training_progress(capsys.readouterr().err) is None
        for number, aupr in enumerate((0.5, None), start=1):
            bar.update({"epoch": number, "train_loss": 0.25, "val_loss": 0.5, "val_aupr": aupr})
            log = capsys.readouterr().err
            done = read_training_progress(f"before\n{log}after\n")
            assert (done.epoch, done.epochs) == (number, 10)
            assert done.scores == {"loss": "0.2500", "validation loss": "0.5000"} | (
                {"auPR": "0.5000"} if aupr else {}
            )


def test_seconds_per_epoch_are_those_since_a_training_went_on():
    line = "cnn: epoch {}/20, loss 1, validation loss 1 [{} s]\n"
    log = "".join(line.format(*epoch) for epoch in ((1, 50), (2, 100), (6, 7), (7, 14), (8, 21)))
    done = read_training_progress(log)
    assert done.seconds_per_epoch == 7
    assert done.seconds_left == 12 * 7
