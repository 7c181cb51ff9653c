"""However slow the machine, what an estimator returns is trained, and it says what the time was too short for."""

from __future__ import annotations

import re
import warnings
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("sklearn")

from scipy.optimize import minimize
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold

from landscape import ConvexReLUClassifier, ConvexReLURegressor, Problem, objective
from landscape.convex import budget
from landscape.convex.logistic import training
from landscape.convex.solver import by_training
from landscape.estimators import cross_validation, solving

Loss = Literal["squared", "logistic"]


def samples(n: int, d: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Labels that bend, with noise."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    return X, np.abs(X[:, 0]) - X[:, -1] + 0.3 * rng.standard_normal(n)


def slow(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let so many seconds go by between any two looks at the clock."""
    now = [0.0]

    def monotonic() -> float:
        now[0] += seconds
        return now[0]

    made = budget.Budget.__post_init__

    def begun(self: budget.Budget) -> None:
        made(self)
        object.__setattr__(self, "begun", now[0])

    monkeypatch.setattr(budget.Budget, "__post_init__", begun)
    for module in (budget, by_training, training, solving):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=monotonic))


def end_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let training end after one round that finds nothing; what it may find later is not asked for."""
    for module in (by_training, training):
        monkeypatch.setattr(module, "QUIET", 1)


def of(loss: Loss, y: np.ndarray, **given: Any) -> tuple[Any, np.ndarray]:
    """An estimator of either loss, and its labels."""
    if loss == "squared":
        return ConvexReLURegressor(**given), y
    return ConvexReLUClassifier(**given), np.where(y > np.median(y), 1, -1)


def trained_plainly(problem: Problem, m: int = 40) -> float:
    """The objective that plain L-BFGS on (1) with a free bias reaches: the middle one of three random starts."""
    X, y, lam = problem.X, problem.y, problem.lam
    d = problem.d

    def objective_and_slope(p: np.ndarray) -> tuple[float, np.ndarray]:
        W, alpha, b = p[: d * m].reshape(d, m), p[d * m : -1], p[-1]
        hidden = np.maximum(X @ W, 0.0)
        f = hidden @ alpha + b
        if problem.loss == "squared":
            loss, pull = float((f - y) @ (f - y)), 2.0 * (f - y)
        else:
            loss, pull = float(np.logaddexp(0.0, -y * f).sum()), -y / (1.0 + np.exp(y * f))
        to_W = X.T @ ((hidden > 0) * pull[:, None] * alpha) + 2.0 * lam * W
        slope = np.concatenate([to_W.ravel(), hidden.T @ pull + 2.0 * lam * alpha, [pull.sum()]])
        return loss + lam * float(p[:-1] @ p[:-1]), slope

    rng = np.random.default_rng(7)
    found = [
        minimize(
            objective_and_slope,
            0.3 * rng.standard_normal((d + 1) * m + 1),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 1000},
        ).fun
        for _ in range(3)
    ]
    return float(np.median(found))


@pytest.mark.parametrize("loss", ["squared", "logistic"])
@pytest.mark.parametrize(("n", "d"), [(60, 3), (100, 7)])
@pytest.mark.parametrize("lam_relative", [0.3, 0.03, 0.003])
def test_without_any_time_the_network_is_as_good_as_what_plain_training_finds(
    loss: Loss, n: int, d: int, lam_relative: float
) -> None:
    X, y = samples(n, d)
    model, labels = of(loss, y, lam_relative=lam_relative, max_seconds=0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, labels)
    assert model.n_neurons_ > 0
    assert objective(model.problem_, model.network_) <= 1.02 * trained_plainly(model.problem_)


@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_large_data_are_trained_on_without_any_time(loss: Loss, monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = samples(120, 3)
    monkeypatch.setattr(solving, "MOST_SQUARES", 100)
    model, labels = of(loss, y, max_seconds=0.0)
    with pytest.warns(ConvergenceWarning, match=r"by up to 100% of the objective \(relative_gap_\)"):
        model.fit(X, labels)
    assert model.n_neurons_ > 0
    assert objective(model.problem_, model.network_) <= 1.02 * trained_plainly(model.problem_)


@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_more_steps_never_make_a_network_worse(loss: Loss) -> None:
    X, y = samples(100, 10)
    labels = y if loss == "squared" else np.where(y > 0.5, 1.0, -1.0)
    problem = Problem(np.c_[X, np.ones(100)], labels, 0.4, output_bias="free", loss=loss)
    values = [objective(problem, solving.trained(problem, steps)) for steps in (50, 100, 300, 550, 700, 1000, 1500)]
    assert all(later <= before * (1.0 + 1e-9) for before, later in pairwise(values))


@pytest.mark.parametrize("loss", ["squared", "logistic"])
@pytest.mark.parametrize("seconds", [0.0, 1e-4, 4e-3, 0.1, 1e3])
def test_a_score_is_the_same_on_any_machine_or_it_is_missing(
    loss: Loss, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_soon(monkeypatch)
    X, y = samples(40, 3)
    lams = np.geomspace(2.0, 0.2, 5) if loss == "squared" else np.geomspace(0.4, 0.1, 5)
    model, labels = of(loss, y, cv=3, lams=lams, max_nodes=0, max_seconds=1e9)
    whole = model.fit(X, labels).cv_scores_
    assert np.isfinite(whole).all()
    slow(monkeypatch, seconds)
    model.set_params(max_seconds=10.0)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model.fit(X, labels)
    there = np.isfinite(model.cv_scores_)
    assert np.array_equal(model.cv_scores_[there], whole[there])
    assert model.n_neurons_ > 0
    assert model.score(X, labels) > 0.7
    tried = there.all(axis=1)
    if tried.any():
        assert model.lam_ == model.lams_[tried][np.argmax(whole[tried].mean(axis=1))]
    else:
        assert model.lam_ == model.lams_[2]
    missing = [str(w.message) for w in said if "cross-validation" in str(w.message)]
    assert len(missing) == (0 if tried.all() else 1)
    for sentence in missing:
        assert sentence.startswith(f"max_seconds=10 ended cross-validation before {(~tried).sum()} of 5 values of lams")
        assert ("by no score" in sentence) == (not tried.any())
    least, most = {0.0: (5, 5), 1e-4: (5, 5), 4e-3: (1, 4)}.get(seconds, (0, 0))
    assert least <= tried.sum() <= most


def test_time_is_kept_for_the_network_after_its_lam_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = samples(40, 3)
    left = []

    def noted(problem: Problem, budget: budget.Budget) -> Any:
        left.append(budget.seconds)
        return solved(problem, budget)

    solved = solving.solved
    monkeypatch.setattr("landscape.estimators.base.solved", noted)
    slow(monkeypatch, 4e-3)
    with pytest.warns(ConvergenceWarning):
        ConvexReLURegressor(cv=5).fit(X, y)
    assert left[0] >= 3.0


def test_what_the_clock_ended_is_said_with_the_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = samples(60, 8)
    slow(monkeypatch, 1.0)
    sentence = r"^max_seconds=10 ended the fit before it was done: the best network may be better by up to \d+% of the "
    with pytest.warns(ConvergenceWarning, match=sentence) as said:
        model = ConvexReLURegressor(lam_relative=0.01).fit(X, y)
    assert len(said) == 1
    assert f"{model.relative_gap_:.0%}" in str(said[0].message)
    assert said[0].filename == __file__
    assert model.relative_gap_ > 0.01


def test_a_gap_that_is_open_for_want_of_nodes_is_no_warning() -> None:
    X, y = samples(60, 8)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = ConvexReLURegressor(max_nodes=0, max_seconds=600.0).fit(X, y)
    assert model.relative_gap_ > 0.01


@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_two_fits_whose_time_does_not_end_are_the_same(loss: Loss, monkeypatch: pytest.MonkeyPatch) -> None:
    end_soon(monkeypatch)
    X, y = samples(40, 3)
    model, labels = of(loss, y, cv=3, lams=4, max_nodes=10, max_seconds=1e6)
    one, other = model.fit(X, labels).network_, model.fit(X, labels).network_
    assert np.array_equal(one.W, other.W)
    assert np.array_equal(one.alpha, other.alpha)


@given(count=st.integers(1, 60))
@settings(max_examples=30)
def test_the_first_indices_tried_lie_all_over_the_path(count: int) -> None:
    order = cross_validation.order_of(count)
    assert sorted(order) == list(range(count))
    assert order[0] == (count - 1) // 2
    for tried in range(1, count + 1):
        ends = np.sort([-1, *order[:tried], count])
        assert np.diff(ends).max() - 1 <= 2 * count / (tried + 1) + 1


def said_of(model: BaseEstimator, X: np.ndarray, y: np.ndarray) -> list[str]:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model.fit(X, y)
    return [str(w.message) for w in said]


def test_the_smallest_lam_is_said_to_be_the_best_where_a_smaller_one_may_be_better() -> None:
    X = np.linspace(-1.0, 1.0, 30)[:, None]
    y = np.sin(5.0 * X[:, 0])
    folds = KFold(3, shuffle=True, random_state=0)
    model = ConvexReLURegressor(cv=folds, lams=[3.0, 2.0, 1.0])
    sentence = "lam_=1 is the smallest of lams and predicts best: a smaller one may be better, so pass lams that go on"
    assert [said.startswith(sentence) for said in said_of(model, X, y)] == [True]
    assert said_of(ConvexReLURegressor(cv=folds, lams=[3.0, 1.0]), X, y) == []  # two are compared, and make no grid
    assert said_of(ConvexReLURegressor(cv=folds, lams=[1.0]), X, y) == []


def test_the_largest_lam_is_said_to_be_the_best_only_where_a_larger_one_is_another_network() -> None:
    rng = np.random.default_rng(0)
    X, noise = rng.standard_normal((40, 1)), rng.standard_normal(40)
    model = ConvexReLURegressor(cv=4, lams=4)
    assert said_of(model, X, noise) == []
    assert model.lam_ == model.lambda_max_
    small = model.lambda_max_ * np.array([0.1, 0.01, 0.001])
    said = said_of(ConvexReLURegressor(cv=4, lams=small), X, noise)
    assert len(said) == 1
    assert "is the largest of lams and predicts best: a larger one may be better" in said[0]


@pytest.mark.parametrize("y", [np.zeros(30), np.full(30, 2.0)], ids=str)
def test_constant_labels_choose_no_lam_to_be_spoken_of(y: np.ndarray) -> None:
    assert said_of(ConvexReLURegressor(cv=3, lams=4), samples(30, 1)[0], y) == []


def test_the_lower_end_is_not_spoken_of_where_going_on_gains_nothing() -> None:
    X = np.linspace(-1.0, 1.0, 30)[:, None]
    y = np.abs(X[:, 0]) + 0.1 * np.random.default_rng(1).standard_normal(30)
    model = ConvexReLURegressor(cv=5, lams=[0.0203, 0.0202, 0.0201])
    assert not any(re.search("smallest|largest", said) for said in said_of(model, X, y))
