"""The regressor finds what a plain model of its problem finds, and behaves as scikit-learn's own do."""

from __future__ import annotations

import inspect
import pickle
import re
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from plain_twin import plain_value
from tiny_data import DEGENERATE, random_features

pytest.importorskip("sklearn")

import pandas as pd
from scipy.optimize import minimize
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import landscape
from landscape import ConvexReLUClassifier, ConvexReLURegressor, Problem, Support, predict
from landscape.estimators import solving
from landscape.geometry.search import largest_support
from landscape.geometry.support import Geometry

BIASES = ("none", "free", "penalised")


def samples(n: int, d: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Labels that bend, far from 0, with noise."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    return X, np.abs(X[:, 0]) - X[:, -1] + 3.0 + 0.1 * rng.standard_normal(n)


@pytest.mark.parametrize("output_bias", BIASES)
@pytest.mark.parametrize("hidden_bias", [True, False])
def test_the_objective_is_the_optimum_of_a_plain_model(output_bias: str, hidden_bias: bool) -> None:
    X, y = samples(7, 1 if hidden_bias else 2)
    model = ConvexReLURegressor(lam=0.3, hidden_bias=hidden_bias, output_bias=output_bias).fit(X, y)
    columns = np.c_[X, np.ones(7)] if hidden_bias else X
    assert model.lam_ == 0.3
    assert model.certificate_.value == pytest.approx(plain_value(columns, y, 0.3, output_bias, "squared"), rel=1e-6)
    assert model.certificate_.closed
    assert 0.0 <= model.gap_ <= 1e-6 * model.certificate_.value
    assert model.relative_gap_ == model.gap_ / model.certificate_.value


@pytest.mark.parametrize("output_bias", BIASES)
@pytest.mark.parametrize("hidden_bias", [True, False])
def test_a_prediction_is_the_networks_output_on_the_columns_and_the_score_its_r_squared(
    output_bias: str, hidden_bias: bool
) -> None:
    X, y = samples(30, 2)
    model = ConvexReLURegressor(hidden_bias=hidden_bias, output_bias=output_bias).fit(X, y)
    others = samples(11, 2, seed=5)[0]
    columns = np.c_[others, np.ones(11)] if hidden_bias else others
    assert np.array_equal(model.predict(others), predict(columns, model.network_))
    by_hand = np.maximum(columns @ model.network_.W, 0.0) @ model.network_.alpha + model.network_.bias
    assert np.allclose(model.predict(others), by_hand, rtol=1e-13)
    assert model.score(X, y) == r2_score(y, model.predict(X))
    assert (model.network_.bias != 0.0) == (output_bias != "none")


def test_no_trained_network_is_below_the_bound_where_it_is_open() -> None:
    X, y = samples(60, 8)
    model = ConvexReLURegressor(max_nodes=50, max_seconds=600.0).fit(X, y)
    columns, lam, m = np.c_[X, np.ones(60)], model.lam_, 15

    def objective(p: np.ndarray) -> float:
        W, alpha, b = p[: 9 * m].reshape(9, m), p[9 * m : -1], p[-1]
        misfit = np.maximum(columns @ W, 0.0) @ alpha + b - y
        return float(misfit @ misfit + lam * (p[:-1] @ p[:-1]))

    def gradient(p: np.ndarray) -> np.ndarray:
        W, alpha, b = p[: 9 * m].reshape(9, m), p[9 * m : -1], p[-1]
        hidden = np.maximum(columns @ W, 0.0)
        pull = 2.0 * (hidden @ alpha + b - y)
        to_W = columns.T @ ((hidden > 0) * pull[:, None] * alpha) + 2.0 * lam * W
        return np.concatenate([to_W.ravel(), hidden.T @ pull + 2.0 * lam * alpha, [pull.sum()]])

    rng = np.random.default_rng(0)
    reached = [minimize(objective, rng.standard_normal(10 * m + 1), jac=gradient, method="L-BFGS-B") for _ in range(5)]
    least = min(float(done.fun) for done in reached)
    bound = model.certificate_.lower_bound
    assert 0.0 < bound <= least
    assert model.certificate_.value <= least * (1.0 + 1e-6)
    assert model.gap_ == model.certificate_.value - bound
    assert 0.0 < model.relative_gap_ < 1.0


@pytest.mark.parametrize("name", DEGENERATE)
@pytest.mark.parametrize("output_bias", BIASES)
def test_degenerate_data_are_fitted_with_a_finite_gap(name: str, output_bias: str) -> None:
    X = DEGENERATE[name]
    y = np.arange(len(X)) + 1.0
    model = ConvexReLURegressor(output_bias=output_bias).fit(X, y)
    assert np.isfinite(model.predict(X)).all()
    assert 0.0 <= model.gap_ <= model.certificate_.value <= 1.000001 * float(y @ y)
    assert 0.0 <= model.relative_gap_ <= 1.0


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_the_bound_and_the_value_enclose_the_optimum_of_random_data(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X = random_features(rng, int(rng.integers(1, 12)), int(rng.integers(1, 6)))
    y = rng.standard_normal(len(X)) * 10.0 ** rng.integers(-3, 4)
    share = 10.0 ** rng.uniform(-3.0, 0.1)
    model = ConvexReLURegressor(
        lam_relative=share, hidden_bias=rng.random() < 0.5, output_bias=rng.choice(BIASES), max_nodes=0
    ).fit(X, y)
    W, alpha, b = model.network_.W, model.network_.alpha, model.network_.bias
    misfit = model.predict(X) - y
    priced = b**2 if model.output_bias == "penalised" else 0.0
    value = float(misfit @ misfit + model.lam_ * ((W**2).sum() + (alpha**2).sum() + priced))
    assert model.certificate_.value == pytest.approx(value, rel=1e-6, abs=1e-12 * float(y @ y))
    assert 0.0 <= model.gap_ <= model.certificate_.value
    assert model.certificate_.lower_bound <= float(y @ y)  # the zero network


@pytest.mark.parametrize("y", [np.zeros(6), np.full(6, 0.1), np.full(6, -1e9)], ids=str)
def test_constant_labels_are_predicted_exactly(y: np.ndarray) -> None:
    X = samples(6, 3)[0]
    model = ConvexReLURegressor().fit(X, y)
    assert np.allclose(model.predict(X + 1.0), y, rtol=1e-12, atol=0.0)
    assert model.lam_ > 0.0
    assert model.certificate_.closed


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_a_relative_lam_means_the_same_in_any_units_of_labels(factor: float) -> None:
    X, y = samples(25, 1)
    model, other = ConvexReLURegressor().fit(X, y), ConvexReLURegressor().fit(X, factor * y)
    assert other.lam_ == pytest.approx(factor * model.lam_, rel=1e-9)
    assert np.allclose(other.predict(X), factor * model.predict(X), rtol=1e-6)


def test_the_zero_network_is_found_at_lambda_max_and_no_sooner() -> None:
    X, y = samples(20, 1)
    at = ConvexReLURegressor(lam_relative=1.0 + 1e-9).fit(X, y)
    below = ConvexReLURegressor(lam_relative=0.99).fit(X, y)
    assert np.allclose(at.predict(X), y.mean())
    assert np.ptp(below.predict(X)) > 0.0
    assert at.lambda_max_ == landscape.lambda_max(at.problem_)
    assert at.n_neurons_ == 0
    assert not at.network_.W.any()
    assert below.n_neurons_ == below.network_.m > 0


@pytest.mark.parametrize("loss", ["squared", "logistic"])
@pytest.mark.parametrize("shift", [0.0, 20.0])
def test_with_a_penalised_bias_in_many_features_lambda_max_is_near_after_few_searches(
    loss: Literal["squared", "logistic"], shift: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    X, y = samples(30, 4)
    labels = y + shift if loss == "squared" else np.where(y > (3.5 if shift else 2.5), 1.0, -1.0)
    problem = Problem(np.c_[X, np.ones(30)], labels, 1.0, output_bias="penalised", loss=loss)
    exact, searches = landscape.lambda_max(problem), []

    def counted(space: Geometry, z: np.ndarray) -> Support:
        searches.append(z)
        return largest_support(space, z)

    monkeypatch.setattr("landscape.geometry.lambda_max.largest_support", counted)
    assert solving.largest_lam(problem) == pytest.approx(exact, rel=3e-3)
    assert 3 <= len(searches) <= 15


def test_cross_validation_scores_every_lam_as_scikit_learn_does() -> None:
    X, y = samples(24, 1)
    folds = KFold(3, shuffle=True, random_state=1)
    model = ConvexReLURegressor(cv=folds, lams=4).fit(X, y)
    assert np.allclose(model.lams_, model.lambda_max_ * np.array([1.0, 0.1, 0.01, 0.001]))
    by_hand = [
        cross_val_score(ConvexReLURegressor(lam=lam * 2 / 3), X, y, cv=folds, scoring="neg_mean_squared_error")
        for lam in model.lams_
    ]
    assert np.allclose(model.cv_scores_, by_hand, rtol=1e-5)
    assert model.lam_ == model.lams_[int(np.argmax(np.mean(by_hand, axis=1)))]
    alone = ConvexReLURegressor(lam=model.lam_).fit(X, y)
    assert np.allclose(model.predict(X), alone.predict(X), rtol=1e-9)


def test_lams_that_are_given_are_tried_from_the_largest_down() -> None:
    X, y = samples(12, 1)
    with pytest.warns(UserWarning, match=r"^lam_=0\.1 is the smallest of lams and predicts best"):
        model = ConvexReLURegressor(cv=2, lams=[0.1, 3.0, 1.0]).fit(X, y)
    assert model.lams_.tolist() == [3.0, 1.0, 0.1]
    assert model.cv_scores_.shape == (3, 2)
    assert model.lam_ == 0.1


def test_cross_validation_in_many_features_chooses_a_lam_that_predicts() -> None:
    X, y = samples(60, 6)
    model = ConvexReLURegressor(cv=3, lams=4, max_nodes=0, max_seconds=600.0).fit(X, y)
    assert model.cv_scores_.max() > -float(np.var(y))
    assert model.lam_ < model.lambda_max_


def test_it_works_in_a_pipeline_a_search_and_cross_validation() -> None:
    X, y = samples(40, 1)
    pipeline = make_pipeline(StandardScaler(), ConvexReLURegressor(max_nodes=0))
    assert cross_val_score(pipeline, 100.0 * X, y, cv=3).min() > 0.8
    search = GridSearchCV(pipeline, {"convexreluregressor__lam_relative": [0.9, 0.01]}, cv=3, refit=True).fit(X, y)
    assert search.best_params_ == {"convexreluregressor__lam_relative": 0.01}
    assert search.best_estimator_[-1].gap_ >= 0.0


def test_a_clone_is_unfitted_and_a_pickle_predicts_the_same() -> None:
    X, y = samples(15, 2)
    model = ConvexReLURegressor(lam=0.2, output_bias="penalised").fit(X, y)
    assert clone(model).get_params() == model.get_params()
    assert not hasattr(clone(model), "network_")
    other = pickle.loads(pickle.dumps(model))
    assert np.array_equal(other.predict(X), model.predict(X))
    assert other.gap_ == model.gap_
    assert "ConvexReLURegressor" in model._repr_html_()
    assert repr(model) == "ConvexReLURegressor(lam=0.2, output_bias='penalised')"


def test_names_of_columns_are_kept_and_asked_for() -> None:
    X, y = samples(15, 2)
    table = pd.DataFrame(X, columns=["left", "right"])
    model = ConvexReLURegressor().fit(table, pd.Series(y))
    assert model.feature_names_in_.tolist() == ["left", "right"]
    assert model.n_features_in_ == 2
    assert np.array_equal(model.predict(table), ConvexReLURegressor().fit(X, y).predict(X))
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(table[["right", "left"]])
    scaled = make_pipeline(StandardScaler(), ConvexReLURegressor()).set_output(transform="pandas").fit(table, y)
    assert scaled[-1].feature_names_in_.tolist() == ["left", "right"]


def test_labels_in_a_column_are_taken_with_scikit_learns_warning() -> None:
    X, y = samples(15, 1)
    with pytest.warns(DataConversionWarning, match="column-vector y was passed"):
        model = ConvexReLURegressor().fit(X, y[:, None])
    assert model.predict(X).shape == (15,)
    assert np.array_equal(model.predict(X), ConvexReLURegressor().fit(X, y).predict(X))


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.int64, np.uint8, bool])
def test_other_types_of_numbers_are_computed_in_float64(dtype: type) -> None:
    X, y = samples(15, 2)
    X, y = (4.0 * X + 9.0).astype(dtype), (4.0 * y).astype(dtype)
    model = ConvexReLURegressor().fit(X, y)
    assert model.predict(X).dtype == np.float64
    same = ConvexReLURegressor().fit(X.astype(float), y.astype(float))
    assert np.array_equal(model.predict(X), same.predict(X.astype(float)))


def test_large_data_are_trained_on_and_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = samples(120, 3)
    searched = ConvexReLURegressor(max_nodes=0, max_seconds=600.0).fit(X, y)
    monkeypatch.setattr(solving, "MOST_SQUARES", 100)
    model = ConvexReLURegressor(max_seconds=600.0).fit(X, y)
    assert model.relative_gap_ == 1.0
    assert model.gap_ == model.certificate_.value
    assert not model.certificate_.closed
    assert model.lambda_max_ == pytest.approx(searched.lambda_max_, rel=0.1)
    assert model.score(X, y) == pytest.approx(searched.score(X, y), abs=0.02)


def test_fit_comes_back_soon_after_its_seconds_are_spent() -> None:
    X, y = samples(150, 12)
    with pytest.warns(ConvergenceWarning, match="max_seconds=0 ended the fit before it was done"):
        model = ConvexReLURegressor(lam_relative=1e-3, max_seconds=0.0).fit(X, y)
    assert np.isfinite(model.gap_)
    assert model.certificate_.value <= float((y - y.mean()) @ (y - y.mean())) * (1.0 + 1e-9)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"lam": 0.0}, "lam must be None or a number above 0, but was 0.0. Without a penalty a wide network fits as "),
        ({"lam": 0}, "and in many features nothing is proven; for next to no penalty, pass lam_relative=1e-4."),
        ({"lam": -1}, "lam must be None or a number above 0, but was -1."),
        ({"lam": "auto"}, "lam must be None or a number above 0, but was 'auto'."),
        ({"lam": np.nan}, "lam must be None or a number above 0, but was nan."),
        (
            {"lam_relative": 0},
            "lam_relative must be a number above 0, but was 0. Without a penalty a wide network fits",
        ),
        ({"lam": 1, "cv": 3}, "lam must be None where cv chooses it, but was 1 with cv=3: leave one of them out."),
        ({"lams": 5}, "lams must be left at 10 where cv is None, but was 5: pass cv=5 too."),
        ({"lams": [1.0, 0.1]}, "lams must be left at 10 where cv is None, but was [1.0, 0.1]: pass cv=5 too."),
        ({"lam_relative": np.inf}, "λ must be at most 1e"),
        ({"hidden_bias": "yes"}, "hidden_bias must be True or False, but was 'yes'."),
        ({"output_bias": True}, "output_bias must be one of none, free, penalised, but was True."),
        ({"output_bias": np.array("free")}, "output_bias must be one of none, free, penalised, but was array('free'"),
        ({"output_bias": ["free"]}, "output_bias must be one of none, free, penalised, but was ['free']."),
        ({"max_nodes": 1.5}, "max_nodes must be a whole number at or above 0, but was 1.5."),
        ({"max_seconds": -1.0}, "max_seconds must be a number at or above 0, but was -1.0."),
        ({"cv": 2, "lams": 0}, "lams must be a number of values, at least 1, or a list of numbers above 0, but was 0."),
        ({"cv": 2, "lams": [0.0]}, "lams must be a number of values"),
        ({"cv": 2, "lams": "many"}, "lams must be a number of values"),
        ({"cv": 2, "lams": [[1.0]]}, "lams must be a number of values"),
    ],
)
def test_a_parameter_that_is_none_is_refused_in_a_sentence(given: dict[str, object], sentence: str) -> None:
    X, y = samples(6, 1)
    with pytest.raises(ValueError, match=re.escape(sentence)):
        ConvexReLURegressor(**given).fit(X, y)


@pytest.mark.parametrize("estimator", [ConvexReLURegressor, ConvexReLUClassifier])
def test_an_argument_that_is_none_is_refused_by_the_class_that_was_called(estimator: type) -> None:
    with pytest.raises(TypeError, match=rf"^{estimator.__name__}\.__init__\(\) got an unexpected keyword .*'budget'"):
        estimator(budget=10)
    names = set(inspect.signature(estimator).parameters)
    assert names == set(estimator().get_params()) >= {"lam", "cv", "lams", "max_seconds"}
    given = {name: object() for name in names}
    assert estimator(**given).get_params() == given


def test_the_estimators_have_the_same_arguments_and_defaults() -> None:
    assert inspect.signature(ConvexReLURegressor).parameters == inspect.signature(ConvexReLUClassifier).parameters


def test_more_columns_than_the_fit_had_are_refused() -> None:
    X, y = samples(6, 2)
    model = ConvexReLURegressor().fit(X, y)
    with pytest.raises(ValueError, match="X has 3 features, but ConvexReLURegressor is expecting 2 features"):
        model.predict(np.ones((4, 3)))


def test_two_columns_of_labels_are_refused() -> None:
    X, y = samples(6, 2)
    with pytest.raises(ValueError, match="y should be a 1d array"):
        ConvexReLURegressor().fit(X, np.c_[y, y])


@pytest.mark.parametrize("estimator", [ConvexReLURegressor, ConvexReLUClassifier])
@pytest.mark.parametrize(
    ("cv", "said"),
    [
        ([1, 2], "cv must give pairs of indices from 0 to 11"),
        ([(np.arange(3), np.array([99]))], "cv must give pairs of indices from 0 to 11"),
        ([(np.arange(3), np.arange(3), np.arange(3))], "cv must give pairs of indices from 0 to 11"),
        ([(np.arange(3), ["a"])], "cv must give pairs of indices from 0 to 11"),
        ([(np.array([], int), np.arange(12))], "with samples to train on and to hold out, but one has none"),
        ([(np.arange(12), np.array([], int))], "with samples to train on and to hold out, but one has none"),
        ([], r"cv must give at least one fold, but \[\] gives none"),
    ],
)
def test_folds_that_are_none_are_refused(estimator, cv, said) -> None:
    X, y = samples(12, 2)
    with pytest.raises(ValueError, match=said):
        estimator(cv=cv).fit(X, np.arange(12) % 2 if estimator is ConvexReLUClassifier else y)


def test_folds_may_be_masks_as_well_as_indices() -> None:
    X, y = samples(12, 1)
    held = np.arange(12) < 4
    masks = ConvexReLURegressor(cv=[(~held, held), (held, ~held)], lams=2).fit(X, y)
    indices = [(np.flatnonzero(train), np.flatnonzero(~train)) for train in (~held, held)]
    assert np.array_equal(masks.cv_scores_, ConvexReLURegressor(cv=indices, lams=2).fit(X, y).cv_scores_)


def test_nothing_is_left_of_a_fit_with_folds_by_one_without() -> None:
    X, y = samples(12, 1)
    model = ConvexReLURegressor(cv=3, lams=[3.0, 1.0]).fit(X, y)
    assert len(model.lams_) == len(model.cv_scores_) == 2
    model.set_params(cv=None, lams=10).fit(X, y)
    assert not hasattr(model, "lams_")
    assert not hasattr(model, "cv_scores_")


@pytest.mark.parametrize("name", ["lam", "lam_relative", "max_seconds"])
def test_a_whole_number_that_no_float_holds_is_refused(name) -> None:
    X, y = samples(6, 1)
    with pytest.raises(ValueError, match=f"^{name} must be at most 1.8e\\+308, but was larger"):
        ConvexReLURegressor(**{name: 10**400}).fit(X, y)
