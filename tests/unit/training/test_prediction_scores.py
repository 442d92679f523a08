import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.training.prediction_scores import (
    PRECISION_RECALL_COLUMNS,
    aupr,
    auroc,
    constant_loss,
    evaluate,
    macro_mean,
    micro_scores,
    precision_recall_points,
)
from sklearn import metrics as sklearn_metrics

# From the highest score: positive, negative, positive, negative.
LABEL = np.array([[1, 0, 1, 0]], dtype=np.uint8).T
SCORE = np.array([[0.9, 0.8, 0.7, 0.1]]).T


def random_case(n=500, targets=3, seed=0):
    generator = np.random.default_rng(seed)
    label = (generator.random((n, targets)) < 0.15).astype(np.uint8)
    return label, generator.normal(size=(n, targets)) + label


class TestAreas:
    def test_worked_by_hand(self):
        # Three of the four pairs of a positive and a negative are in the right order.
        assert auroc(LABEL, SCORE) == [0.75]
        # (recall, precision): (0, 1), (0.5, 1), (0.5, 0.5), (1, 2/3), (1, 0.5).
        assert aupr(LABEL, SCORE) == pytest.approx([0.5 + 0.5 * (0.5 + 2 / 3) / 2])
        assert aupr(LABEL, SCORE, "average_precision") == pytest.approx([0.5 + 0.5 * 2 / 3])

    def test_as_scikit_learn(self):
        label, score = random_case()
        for t, (roc, pr) in enumerate(zip(auroc(label, score), aupr(label, score), strict=True)):
            precision, recall, _ = sklearn_metrics.precision_recall_curve(label[:, t], score[:, t])
            assert roc == sklearn_metrics.roc_auc_score(label[:, t], score[:, t])
            assert pr == sklearn_metrics.auc(recall, precision)

    def test_logits_and_probabilities_rank_alike(self):
        label, score = random_case()
        assert auroc(label, score) == auroc(label, 1 / (1 + np.exp(-score)))

    @pytest.mark.parametrize("constant", [0, 1])
    def test_one_class_only_is_null_and_noted(self, constant):
        label = np.hstack([LABEL, np.full_like(LABEL, constant)])
        scores = evaluate(label, np.hstack([SCORE, SCORE]), ["one", "two"])
        assert scores["auroc"] == {"one": 0.75, "two": None}
        assert scores["aupr"]["two"] is None
        assert scores["auroc_mean"] == 0.75
        assert scores["aupr_mean"] == scores["aupr"]["one"]
        assert scores["note"] == "labels of one class only, left out of the means: two"

    def test_evaluate_without_a_note(self):
        label, score = random_case()
        scores = evaluate(label, score, ["a", "b", "c"], "average_precision")
        assert sorted(scores) == ["aupr", "aupr_mean", "auroc", "auroc_mean"]
        assert scores["aupr_mean"] == pytest.approx(np.mean(aupr(label, score, "average_precision")))

    def test_mean_of_nothing(self):
        assert macro_mean([None, None]) is None
        assert macro_mean([None, 0.5, 1.0]) == 0.75

    @pytest.mark.parametrize("wrong", [np.nan, np.inf])
    def test_scores_that_are_not_finite(self, wrong):
        score = SCORE.copy()
        score[2] = wrong
        for function in (auroc, aupr):
            with pytest.raises(UserError, match="1 of 4 sequences are not finite"):
                function(LABEL, score)

    def test_shapes_must_agree(self):
        with pytest.raises(ValueError, match="must both be"):
            auroc(LABEL, SCORE[:3])


class TestCurve:
    def test_short_curve_is_whole(self):
        points = precision_recall_points(LABEL, SCORE, ["one"])
        assert tuple(points.columns) == PRECISION_RECALL_COLUMNS
        assert list(points["recall"]) == [0, 0.5, 0.5, 1, 1]
        assert list(points["precision"]) == pytest.approx([1, 1, 0.5, 2 / 3, 0.5])

    def test_long_curve_is_thinned_and_keeps_its_ends(self):
        label, score = random_case(n=3000)
        points = precision_recall_points(label, score, ["a", "b", "c"])
        for t, name in enumerate("abc"):
            own = points[points["target"] == name]
            assert len(own) == 200
            assert own["recall"].is_monotonic_increasing
            assert tuple(own.iloc[0, 1:]) == (0, 1)
            assert tuple(own.iloc[-1, 1:]) == (1, label[:, t].mean())

    def test_one_class_only_is_left_out(self):
        points = precision_recall_points(np.zeros_like(LABEL), SCORE, ["one"])
        assert (len(points), tuple(points.columns)) == (0, PRECISION_RECALL_COLUMNS)


class TestConstantLoss:
    def test_worked_by_hand(self):
        # A quarter of the first target is 1, all of the second and none of the third: entropies of those alone.
        label = np.array([[1, 1, 0], [0, 1, 0], [0, 1, 0], [0, 1, 0]], np.uint8)
        assert constant_loss(label) == pytest.approx((0.25 * np.log(4) + 0.75 * np.log(4 / 3)) / 3)
        assert constant_loss(1 - label) == pytest.approx(constant_loss(label))

    def test_no_constant_prediction_is_better(self):
        label, _ = random_case()
        logit = np.log(label.mean(0) / (1 - label.mean(0)))
        losses = [np.logaddexp(0, np.where(label == 1, -1, 1) * (logit + d)).mean() for d in (0, 0.01, -0.01)]
        assert constant_loss(label) == pytest.approx(losses[0])
        assert losses[0] < min(losses[1:])


@pytest.mark.filterwarnings("error")
class TestMicroScores:
    def test_worked_by_hand(self):
        # No two of the scores lie between the same thresholds, so that nothing of the ROC curve is lost. From three
        # positive predictions to two, and from one to none, true positives fall by one: the integrals of 1 - 1 / n
        # from 2 to 3 and of 1 from 0 to 1, of two positives.
        found = micro_scores(LABEL, np.log(SCORE / (1 - SCORE)))
        assert found["auroc_micro"] == pytest.approx(0.75)
        assert found["aupr_micro"] == pytest.approx((1 - np.log(1.5) + 1) / 2)

    def test_scores_between_the_same_thresholds_are_ties(self):
        label, probability = np.array([[1], [0]]), np.array([[0.5021], [0.5022]])
        assert micro_scores(label, np.log(probability / (1 - probability))) == pytest.approx(
            {"auroc_micro": 0.5, "aupr_micro": 0.5}
        )

    def test_targets_are_put_together(self):
        label, score = random_case()
        pooled = micro_scores(label.reshape(-1, 1), score.reshape(-1, 1))
        assert micro_scores(label, score) == pooled
        assert pooled["auroc_micro"] == pytest.approx(
            sklearn_metrics.roc_auc_score(label.ravel(), score.ravel()), abs=2e-3
        )
        assert pooled["aupr_micro"] == pytest.approx(
            sklearn_metrics.average_precision_score(label.ravel(), score.ravel()), abs=0.01
        )

    def test_probabilities_of_zero_and_one(self):
        label = np.array([[1], [0]])
        assert micro_scores(label, np.array([[1000.0], [-1000.0]])) == {"auroc_micro": 1, "aupr_micro": 1}
        found = micro_scores(label, np.array([[-1000.0], [1000.0]]))
        # The integral of (n - 1) / n from 1 to 2.
        assert found == pytest.approx({"auroc_micro": 0, "aupr_micro": 1 - np.log(2)})

    @pytest.mark.parametrize("constant", [0, 1])
    def test_labels_that_are_all_alike(self, constant):
        found = micro_scores(np.full((3, 2), constant), np.zeros((3, 2)), prefix="val_")
        assert found == {"val_auroc_micro": None, "val_aupr_micro": None}
