"""Problem, sigmoid, loss and weights from settings: those that the library makes of the same text."""

import json
from collections.abc import Callable
from typing import Any

import pytest

import lossbook as lb
from lossbook.sweep import MEASURES, Design
from lossbook.sweep.model import model, sigmoid_of
from lossbook.sweep.settings import complete, read_value
from lossbook.sweep.tasks import Tasks
from lossbook.sweep.values import WEIGHT_RULES

LEARNED: dict[str, Any] = {"interval": [0, 2, 10], "learning_rate": 0.05, "steps": 300}


@pytest.mark.parametrize("rule", WEIGHT_RULES[1:])
def test_rule_of_weights_is_the_librarys(rule: str) -> None:
    problem, sigma, loss = lb.ThresholdProblem(0, [2], 10), lb.sigmoids.tanh("1/2"), lb.losses.logistic()
    made: dict[str, Callable[[], Any]] = {
        "calibrated": lambda: lb.losses.calibrated_weights(problem, sigma, loss),
        "inverse frequency": lambda: lb.losses.inverse_frequency(problem),
        "inverse square root": lambda: lb.losses.inverse_square_root(problem),
        "effective number": lambda: lb.losses.effective_number(problem),
    }
    known = MEASURES["learning"].settings
    given = {**LEARNED, "sigmoid": "tanh", "scale": "1/2", "loss": "logistic", "weights": rule}
    values = complete({name: read_value(name, value, known) for name, value in given.items()}, known, {})
    found = model(values)
    assert found["weights"] == made[rule]()
    assert (found["problem"], found["sigmoid"], found["loss"]) == (problem, sigma, loss)
    assert found["weights"] != model({**values, "interval": ["0", "3", "10"]})["weights"]


def test_losses_with_class_sizes_take_those_of_the_problem() -> None:
    (task,) = Tasks(Design(fixed={**LEARNED, "loss": "ldam"}))
    values = json.loads(task.configuration)
    assert model(values)["loss"] == lb.losses.ldam((2, 8)) != lb.losses.ldam((1, 2))


def test_what_is_made_is_kept() -> None:
    assert sigmoid_of("u/sqrt(1+u**2)", None) is sigmoid_of("u/sqrt(1+u**2)", None)
    assert sigmoid_of("tanh", "1/2") is not sigmoid_of("tanh", "1/3")
