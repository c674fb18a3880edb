import numpy as np
import pytest

from rramgan.digits import Digits
from rramgan.evaluation.reliability import reliability


class Oracle:
    """Answers with given probabilities."""

    def __init__(self, probabilities):
        self._probabilities = np.asarray(probabilities)

    def probabilities(self, images):
        return self._probabilities


def digits(labels):
    return Digits(np.zeros((len(labels), 784), dtype=np.uint8), np.asarray(labels, dtype=np.uint8))


def test_certain_and_right_or_wrong():
    certain = np.eye(10)[[3, 3]]
    assert reliability(Oracle(certain), digits([3, 3])) == dict(accuracy=1, brier_score=0, calibration_error=0)
    assert reliability(Oracle(certain), digits([3, 5])) == dict(accuracy=0.5, brier_score=1, calibration_error=0.5)


def test_a_guess_is_calibrated_but_useless():
    guesses = np.full((1000, 10), 0.1)
    found = reliability(Oracle(guesses), digits(np.tile(np.arange(10), 100)))
    assert found["accuracy"] == 0.1 and found["brier_score"] == pytest.approx(0.9)
    assert found["calibration_error"] == pytest.approx(0, abs=1e-12)


def test_confidence_beyond_the_accuracy_is_the_calibration_error():
    # Right in 60 % at a confidence of 90 %.
    probabilities = np.full((1000, 10), 0.1 / 9)
    probabilities[:, 3] = 0.9
    labels = np.where(np.arange(1000) % 5 < 3, 3, 4)
    assert reliability(Oracle(probabilities), digits(labels))["calibration_error"] == pytest.approx(0.3)


def test_the_classifier_is_accurate_and_nearly_calibrated(split, classifier):
    found = reliability(classifier, split.judge_test)
    assert found["accuracy"] > 0.94 and found["brier_score"] < 0.1 and found["calibration_error"] < 0.05
