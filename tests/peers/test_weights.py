"""The class weights of practice against scikit-learn's `class_weight="balanced"`, and weighted means."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import log_loss
from sklearn.utils.class_weight import compute_class_weight
from tests.peers.routes import compare, difference, margins

from lossbook.loss import inverse_frequency, inverse_square_root, logistic

pytestmark = pytest.mark.peers

SIZES = [(1, 1), (1, 3), (2, 98), (30, 7), (1, 99_999)]


@pytest.mark.parametrize("sizes", SIZES)
def test_inverse_frequency_is_balanced(sizes: tuple[int, int]) -> None:
    labels = np.repeat([1, -1], sizes)
    minus, plus = compute_class_weight("balanced", classes=np.array([-1, 1]), y=labels)
    compare("inverse frequency, scikit-learn", inverse_frequency(sizes), [plus, minus])


def test_other_weights_are_not_balanced() -> None:
    minus, plus = compute_class_weight("balanced", classes=np.array([-1, 1]), y=np.repeat([1, -1], (1, 3)))
    assert difference(inverse_square_root((1, 3)), [plus, minus]) > 0.1
    assert difference(inverse_frequency((1, 3)), [minus, plus]) > 0.1


def test_weighted_mean_of_the_logistic_loss() -> None:
    labels = np.where(np.arange(len(margins())) % 10, -1, 1)
    weights = inverse_frequency((int(np.sum(labels == 1)), int(np.sum(labels == -1))))
    each = np.where(labels == 1, *weights)
    logits = labels * margins()
    theirs = log_loss(labels, np.column_stack([expit(-logits), expit(logits)]), sample_weight=each)
    compare("logistic, weighted, scikit-learn", np.average(logistic()(margins()), weights=each), theirs)
