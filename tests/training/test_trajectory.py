"""A record of many runs gives back each run, cut where it stopped."""

import numpy as np
import pytest

from landscape.training.trajectory import Outcome, Trajectories


def test_a_run_ends_at_its_last_step_and_is_read_only():
    steps = np.array([[0, 5, 10], [0, 5, 7], [0, 0, 0]])
    many = Trajectories(
        np.arange(9.0).reshape(3, 3, 1, 1), np.ones((3, 3, 1)), np.ones((3, 3)), (Outcome.CONVERGED,) * 3, steps
    )
    assert [many.run(b).steps.tolist() for b in range(3)] == [[0, 5, 10], [0, 5, 7], [0]]
    assert many.run(1).network().W.tolist() == [[5.0]]
    assert many.run(1).network(0).W.tolist() == [[3.0]]
    with pytest.raises(ValueError, match="read-only"):
        many.run(1).W[0] = 2


def test_every_outcome_is_a_sentence():
    assert all(outcome.value[0].isupper() and outcome.value.endswith(".") for outcome in Outcome)
    assert len({outcome.value for outcome in Outcome}) == len(Outcome)
