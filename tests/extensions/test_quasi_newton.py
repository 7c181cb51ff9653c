"""The quasi-Newton method trains many starts at once, on smooth and on kinked functions, and never rises."""

from __future__ import annotations

import numpy as np
import pytest

from landscape.extensions.shared.quasi_newton import quasi_newton, train_starts


def rosenbrock(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, y = theta.T
    F = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    return F, np.stack([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)], axis=1)


def kinked(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """|x| + 3 |y − x| + ½ z²: its minimum, 0, lies on two kinks."""
    x, y, z = theta.T
    F = np.abs(x) + 3 * np.abs(y - x) + 0.5 * z**2
    return F, np.stack([np.sign(x) - 3 * np.sign(y - x), 3 * np.sign(y - x), z], axis=1)


def test_every_start_finds_the_end_of_the_curved_valley() -> None:
    ended, complete = quasi_newton(rosenbrock, np.random.default_rng(0).uniform(-2, 2, (30, 2)))
    assert complete
    assert np.allclose(ended, 1.0, atol=1e-5)


def test_kinks_do_not_stop_it() -> None:
    starts = np.random.default_rng(1).uniform(-2, 2, (30, 3))
    ended, _ = quasi_newton(kinked, starts)
    assert np.median(kinked(ended)[0]) < 1e-6


def test_a_start_goes_its_way_alone_or_in_company_and_never_up() -> None:
    starts = np.random.default_rng(2).uniform(-2, 2, (6, 2))
    together, _ = quasi_newton(rosenbrock, starts, steps=12)
    for start, end in zip(starts, together, strict=True):
        alone, _ = quasi_newton(rosenbrock, start[None], steps=12)
        assert np.allclose(alone[0], end, atol=1e-9)
        assert rosenbrock(end[None])[0] <= rosenbrock(start[None])[0]


def test_a_start_at_rest_stays_and_a_stop_keeps_what_there_is() -> None:
    ended, complete = quasi_newton(rosenbrock, np.ones((1, 2)))
    assert complete
    assert np.array_equal(ended, np.ones((1, 2)))
    stops = iter([False, False, True])
    starts = np.zeros((2, 2))
    ended, complete = quasi_newton(rosenbrock, starts, stop=lambda: next(stops))
    assert not complete
    assert np.all(rosenbrock(ended)[0] < rosenbrock(starts)[0])


def test_the_best_network_is_that_of_the_least_value() -> None:
    starts = np.random.default_rng(3).uniform(-2, 2, (8, 2))
    found = train_starts(rosenbrock, starts, lambda theta: theta, lambda theta: float(rosenbrock(theta[None])[0][0]))
    assert found.values.min() == pytest.approx(float(rosenbrock(found.network[None])[0][0]))
    with pytest.raises(ValueError, match="read-only"):
        found.values[0] = 0.0
