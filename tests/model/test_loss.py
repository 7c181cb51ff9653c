"""The logistic loss against decimal arithmetic, finite differences and minima found by others."""

from __future__ import annotations

from decimal import Decimal, localcontext
from math import exp, log, log1p

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.optimize import minimize_scalar

from landscape import Network, Problem, bias_gradient, gradient, objective, predict
from landscape.convex.logistic.dual import LOGARITHMS
from landscape.model.loss import dual_vector, entropy, sigmoid
from landscape.model.network import residual, with_best_bias
from landscape.model.output_bias import best_bias, zero_dual, zero_loss

BIASES = ("none", "free", "penalised")


def classes(rng: np.random.Generator, n: int) -> np.ndarray:
    return np.where(rng.permutation(n) < rng.integers(1, max(n, 2)), 1.0, -1.0)


def drawn(seed: int, bias: str, n: int = 7, d: int = 3, m: int = 4) -> tuple[Problem, Network]:
    rng = np.random.default_rng(seed)
    problem = Problem(rng.standard_normal((n, d)), classes(rng, n), 0.3, output_bias=bias, loss="logistic")
    b = float(rng.standard_normal()) if bias != "none" else 0.0
    return problem, Network(rng.standard_normal((d, m)), rng.standard_normal(m), b)


@pytest.mark.parametrize(
    ("y", "said"),
    [
        ([0, 1, 1], r"y must hold -1 and 1 when loss is 'logistic', but holds 0: of labels 0 and 1 make 2 \* y - 1\."),
        ([0, 0, 0], r"but holds 0: of labels 0 and 1 make 2 \* y - 1\."),
        ([1, -1, 2], r"y must hold -1 and 1 when loss is 'logistic', but holds 2\."),
        ([1, -1, 0], r"y must hold -1 and 1 when loss is 'logistic', but holds 0\."),
        ([0.5, -1, 1], r"but holds 0\.5\."),
    ],
)
def test_labels_other_than_the_two_classes_are_refused_with_the_way_there(y: list[float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Problem([[1.0], [2.0], [3.0]], y, loss="logistic")


def test_an_unknown_loss_and_a_fixed_second_layer_are_refused() -> None:
    with pytest.raises(ValueError, match="loss must be one of squared, logistic, but was 'hinge'"):
        Problem([[1.0]], [1.0], loss="hinge")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="second_layer must be 'trained' when loss is 'logistic', but was 'ones'"):
        Problem([[1.0]], [1.0], second_layer="ones", loss="logistic")


@pytest.mark.parametrize("bias", BIASES)
def test_the_objective_is_the_sum_of_logarithms_plus_the_penalty(bias: str) -> None:
    for seed in range(20):
        problem, network = drawn(seed, bias)
        data = sum(log1p(exp(-y * f)) for y, f in zip(problem.y, predict(problem.X, network), strict=True))
        norm = float((network.W**2).sum() + (network.alpha**2).sum())
        norm += network.bias**2 if bias == "penalised" else 0.0
        assert objective(problem, network) == pytest.approx(data + 0.3 * norm, rel=1e-14)


def test_margins_of_any_size_neither_overflow_nor_vanish() -> None:
    wrong, right = Problem([[1.0]], [-1.0], loss="logistic"), Problem([[1.0]], [1.0], loss="logistic")
    far, near = Network([[1e6]], [1e3]), Network([[30.0]], [1.0])
    assert objective(wrong, far) == 1e9
    assert objective(right, far) == 0.0
    assert objective(right, near) == pytest.approx(exp(-30.0), rel=1e-12)
    assert gradient(right, near)[0][0, 0] == pytest.approx(-exp(-30.0), rel=1e-12)


@pytest.mark.parametrize("bias", BIASES)
def test_the_gradients_are_the_finite_differences(bias: str) -> None:
    for seed in range(10):
        problem, network = drawn(seed, bias)
        shape, m = network.W.shape, network.m

        def at(p: np.ndarray, problem: Problem = problem, shape: tuple[int, ...] = shape, m: int = m) -> float:
            return objective(problem, Network(p[: -m - 1].reshape(shape), p[-m - 1 : -1], p[-1]))

        p = np.concatenate([network.W.ravel(), network.alpha, [network.bias]])
        steps = 1e-6 * np.eye(len(p))[: len(p) - (bias == "none")]
        differences = np.array([(at(p + step) - at(p - step)) / 2e-6 for step in steps])
        in_W, in_alpha = gradient(problem, network)
        slopes = [*in_W.ravel(), *in_alpha, *([bias_gradient(problem, network)] if bias != "none" else [])]
        np.testing.assert_allclose(slopes, differences, atol=1e-7)
        assert bias != "none" or bias_gradient(problem, network) == 0.0


def test_the_dual_vector_is_half_the_negative_slope_at_the_outputs() -> None:
    for seed in range(10):
        problem, network = drawn(seed, "none")
        z = dual_vector(problem, residual(problem, network))
        f, step = predict(problem.X, network), 1e-6
        up, down = (np.log1p(np.exp(-problem.y * (f + s))) for s in (step, -step))
        np.testing.assert_allclose(z, -0.5 * (up - down) / (2 * step), atol=1e-9)


@given(st.floats(-700.0, 700.0))
def test_the_sigmoid_is_accurate_to_a_few_roundings(t: float) -> None:
    with localcontext(prec=60):
        exact = 1 / (1 + (-Decimal(t)).exp())
        assert abs(Decimal(float(sigmoid(np.array(t)))) - exact) <= Decimal("4e-16") * exact


@given(st.one_of(st.floats(1e-290, 1.0), st.floats(-300.0, 0.0).map(lambda e: 10.0**e), st.floats(0.999, 1.0)))
def test_the_entropy_is_accurate_to_the_rounding_that_is_claimed(p: float) -> None:
    q, computed = Decimal(p), Decimal(float(entropy(np.array(p))))
    with localcontext(prec=400):  # of which 1 − p may take 300
        exact = -q * q.ln() - (1 - q) * (1 - q).ln() if p < 1 else Decimal(0)
        assert abs(computed - exact) <= Decimal(LOGARITHMS / 4) * exact


@given(
    st.integers(0, 10**6),
    st.integers(1, 9),
    st.sampled_from(["free", "penalised"]),
    st.floats(-9.0, 9.0),
    st.floats(-3.0, 3.0),
)
def test_no_output_bias_is_better_than_the_best(seed: int, n: int, bias: str, log_lam: float, spread: float) -> None:
    rng = np.random.default_rng(seed)
    y, f = classes(rng, n), rng.standard_normal(n) * 10.0**spread
    problem = Problem(np.ones((n, 1)), y, 10.0**log_lam, output_bias=bias, loss="logistic")

    def cost(b: float) -> float:
        penalty = problem.lam * b * b if bias == "penalised" else 0.0
        return float(np.logaddexp(0.0, -y * (f + b)).sum()) + penalty

    b = best_bias(problem, y - f)
    if bias == "free" and np.ptp(y) == 0:
        assert b == 0.0  # there is none that is best
        return
    reach = float(np.abs(f).max()) + 50.0
    found = minimize_scalar(cost, bounds=(-reach, reach), method="bounded", options={"xatol": 1e-12})
    assert cost(b) <= found.fun + 1e-12 * (1.0 + found.fun)


@pytest.mark.parametrize("bias", BIASES)
def test_with_its_best_bias_a_network_has_no_slope_in_it(bias: str) -> None:
    for seed in range(20):
        problem, network = drawn(seed, bias)
        best = with_best_bias(problem, network)
        assert abs(bias_gradient(problem, best)) <= 1e-14 * problem.n
        assert objective(problem, best) <= objective(problem, network) + 1e-14 or bias == "none"


def test_the_zero_network_loses_log_two_a_sample_and_with_a_free_bias_the_entropy_of_the_classes() -> None:
    X, y = np.ones((5, 1)), [1, 1, -1, -1, -1]
    assert zero_loss(Problem(X, y, loss="logistic")) == pytest.approx(5 * log(2), rel=1e-15)
    entropy_of_classes = 2 * log(5 / 2) + 3 * log(5 / 3)
    free = Problem(X, y, 0.1, output_bias="free", loss="logistic")
    assert zero_loss(free) == pytest.approx(entropy_of_classes, rel=1e-14)
    assert zero_loss(Problem(X, np.ones(5), 0.1, output_bias="free", loss="logistic")) == 0.0
    between = zero_loss(Problem(X, y, 0.1, output_bias="penalised", loss="logistic"))
    assert entropy_of_classes < between < 5 * log(2)


@pytest.mark.parametrize("bias", BIASES)
def test_the_dual_vector_of_the_zero_network_is_that_of_its_best_bias(bias: str) -> None:
    for seed in range(10):
        problem, _ = drawn(seed, bias)
        zero = with_best_bias(problem, Network(np.zeros((problem.d, 1)), [0.0]))
        z = dual_vector(problem, residual(problem, zero))
        np.testing.assert_allclose(zero_dual(problem), z, rtol=1e-13)
