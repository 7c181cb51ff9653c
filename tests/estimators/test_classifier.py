"""The classifier finds what a plain model of its problem finds, and behaves as scikit-learn's own do."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from plain_twin import plain_value
from tiny_data import DEGENERATE

pytest.importorskip("sklearn")

import pandas as pd
from scipy.special import expit
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import DataConversionWarning
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import GridSearchCV, KFold, LeaveOneOut, PredefinedSplit, cross_val_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import landscape
from landscape import ConvexReLUClassifier, predict
from landscape.estimators import solving

BIASES = ("none", "free", "penalised")


def samples(n: int, d: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Samples of which no plane tells the classes apart, 0 and 1, and some are in the wrong one."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    return X, (np.abs(X[:, 0]) + 0.2 * rng.standard_normal(n) > 0.7).astype(int)


@pytest.mark.parametrize("output_bias", BIASES)
@pytest.mark.parametrize("hidden_bias", [True, False])
def test_the_objective_is_the_optimum_of_a_plain_model(output_bias: str, hidden_bias: bool) -> None:
    X, y = samples(7, 1 if hidden_bias else 2, seed=3)
    model = ConvexReLUClassifier(lam=0.05, hidden_bias=hidden_bias, output_bias=output_bias).fit(X, y)
    columns = np.c_[X, np.ones(7)] if hidden_bias else X
    assert model.certificate_.value == pytest.approx(
        plain_value(columns, 2 * y - 1, 0.05, output_bias, "logistic"), rel=1e-6
    )
    assert model.certificate_.closed
    assert 0.0 <= model.gap_ <= 1e-6 * model.certificate_.value


@pytest.mark.parametrize("hidden_bias", [True, False])
def test_scores_are_the_networks_outputs_and_probabilities_the_logistic_function_of_them(hidden_bias: bool) -> None:
    X, y = samples(30, 2)
    model = ConvexReLUClassifier(hidden_bias=hidden_bias).fit(X, y)
    others = samples(11, 2, seed=5)[0]
    columns = np.c_[others, np.ones(11)] if hidden_bias else others
    scores = model.decision_function(others)
    assert np.array_equal(scores, predict(columns, model.network_))
    assert np.allclose(model.predict_proba(others)[:, 1], expit(scores), rtol=1e-14)
    assert np.allclose(model.predict_proba(others).sum(axis=1), 1.0, rtol=1e-14)
    assert np.array_equal(model.predict(others), (scores > 0).astype(int))
    assert model.score(X, y) == accuracy_score(y, model.predict(X))
    W, alpha, b = model.network_.W, model.network_.alpha, model.network_.bias
    loss = log_loss(y, model.predict_proba(X), normalize=False)
    assert model.certificate_.value == pytest.approx(loss + model.lam_ * ((W**2).sum() + (alpha**2).sum()), rel=1e-9)
    assert b != 0.0


@pytest.mark.parametrize("classes", [("no", "yes"), (False, True), (-1, 1), (7, 3), (0.0, 1.0)], ids=str)
def test_classes_may_have_any_names(classes: tuple[Any, Any]) -> None:
    X, y = samples(20, 1)
    named = np.array(classes)[y]
    model = ConvexReLUClassifier().fit(X, named)
    assert model.classes_.tolist() == sorted(classes)
    assert set(model.predict(X)) <= set(named)
    assert model.predict(X).dtype == named.dtype
    plain = ConvexReLUClassifier().fit(X, np.where(named == sorted(classes)[1], 1, 0))
    assert np.array_equal(model.decision_function(X), plain.decision_function(X))
    assert np.array_equal(model.problem_.y, np.where(named == sorted(classes)[1], 1.0, -1.0))


@pytest.mark.parametrize("name", DEGENERATE)
@pytest.mark.parametrize("output_bias", BIASES)
def test_degenerate_data_are_fitted_with_a_finite_gap(name: str, output_bias: str) -> None:
    X = np.concatenate([DEGENERATE[name]] * 2)
    y = np.arange(len(X)) % 2
    model = ConvexReLUClassifier(output_bias=output_bias).fit(X, y)
    assert np.isfinite(model.decision_function(X)).all()
    assert 0.0 <= model.gap_ <= model.certificate_.value <= (1.0 + 1e-9) * len(X) * np.log(2.0)


def test_the_share_of_the_classes_is_predicted_at_lambda_max() -> None:
    X, y = samples(20, 1)
    model = ConvexReLUClassifier(lam_relative=1.0 + 1e-9).fit(X, y)
    assert np.allclose(model.predict_proba(X)[:, 1], y.mean())
    assert model.lambda_max_ == landscape.lambda_max(model.problem_)


def test_cross_validation_scores_every_lam_as_scikit_learn_does() -> None:
    X, y = samples(24, 1)
    folds = KFold(3, shuffle=True, random_state=2)
    with pytest.warns(UserWarning, match=r"^lam_=0\.2 is the smallest of lams and predicts best"):
        model = ConvexReLUClassifier(cv=folds, lams=[2.0, 1.0, 0.5, 0.2]).fit(X, y)
    by_hand = [
        cross_val_score(ConvexReLUClassifier(lam=lam * 2 / 3), X, y, cv=folds, scoring="neg_log_loss")
        for lam in model.lams_
    ]
    assert np.allclose(model.cv_scores_, by_hand, rtol=1e-4)
    assert model.lam_ == model.lams_[int(np.argmax(np.mean(by_hand, axis=1)))]


def test_a_number_of_folds_keeps_the_shares_of_the_classes() -> None:
    X, y = samples(20, 1)
    X, y = X[np.argsort(y)], np.sort(y)  # folds of neighbours would hold one class each
    assert ConvexReLUClassifier(cv=4, lams=2).fit(X, y).cv_scores_.shape == (2, 4)


@pytest.mark.parametrize("cv", [LeaveOneOut(), PredefinedSplit([0, 0, 0, 1, 1])])
def test_folds_without_a_class_to_train_on_are_refused(cv: object) -> None:
    X = np.arange(5.0)[:, None]
    with pytest.raises(ValueError, match="cv must leave samples of both classes to train on"):
        ConvexReLUClassifier(cv=cv).fit(X, [0, 0, 0, 0, 1])


def test_it_works_in_a_pipeline_a_search_and_cross_validation() -> None:
    X, y = samples(80, 1)
    pipeline = make_pipeline(StandardScaler(), ConvexReLUClassifier())
    assert cross_val_score(pipeline, 100.0 * X, y, cv=3, scoring="roc_auc").min() > 0.85
    search = GridSearchCV(pipeline, {"convexreluclassifier__lam_relative": [0.99, 0.01]}, cv=3).fit(X, y)
    assert search.best_params_ == {"convexreluclassifier__lam_relative": 0.01}
    assert roc_auc_score(y, CalibratedClassifierCV(pipeline, cv=2).fit(X, y).predict_proba(X)[:, 1]) > 0.85


def test_several_classes_are_left_to_one_versus_rest() -> None:
    X = np.linspace(-1.0, 1.0, 30)[:, None]
    y = np.repeat(["left", "middle", "right"], 10)
    sentence = r"Only binary classification is supported. The type of the target is multiclass\."
    with pytest.raises(ValueError, match=sentence):
        ConvexReLUClassifier().fit(X, y)
    assert OneVsRestClassifier(ConvexReLUClassifier(lam_relative=0.01)).fit(X, y).score(X, y) > 0.9


@pytest.mark.parametrize(
    ("y", "sentence"),
    [
        (["a"] * 4, "y must hold two classes, but holds one class only: 'a'."),
        ([1, 1, 1, 1], "y must hold two classes, but holds one class only: 1."),
        ([0.5, 0.25, 1.0, 2.5], "Unknown label type: continuous"),
        ([[0, 1], [1, 0], [0, 1], [1, 1]], "y should be a 1d array"),
        ([0, 1, 2, 1], "Only binary classification is supported"),
    ],
)
def test_labels_that_are_not_two_classes_are_refused(y: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ConvexReLUClassifier().fit(np.arange(8.0).reshape(4, 2), y)


def test_a_pickle_of_a_fit_to_a_table_predicts_the_same() -> None:
    X, y = samples(15, 2)
    table = pd.DataFrame(X, columns=["left", "right"])
    model = ConvexReLUClassifier().fit(table, pd.Series(y).map({0: "no", 1: "yes"}))
    other = pickle.loads(pickle.dumps(model))
    assert np.array_equal(other.predict_proba(table), model.predict_proba(table))
    assert other.feature_names_in_.tolist() == ["left", "right"]
    assert repr(ConvexReLUClassifier(lam=0.5)) == "ConvexReLUClassifier(lam=0.5)"


def test_classes_in_a_column_are_taken_with_scikit_learns_warning() -> None:
    X, y = samples(15, 1)
    with pytest.warns(DataConversionWarning, match="column-vector y was passed"):
        model = ConvexReLUClassifier().fit(X, y[:, None])
    assert np.array_equal(model.decision_function(X), ConvexReLUClassifier().fit(X, y).decision_function(X))


def test_large_data_are_trained_on_and_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = samples(100, 3)
    searched = ConvexReLUClassifier(max_nodes=0, max_seconds=600.0).fit(X, y)
    monkeypatch.setattr(solving, "MOST_SQUARES", 100)
    model = ConvexReLUClassifier(max_seconds=600.0).fit(X, y)
    assert model.relative_gap_ == 1.0
    assert not model.certificate_.closed
    assert model.score(X, y) == pytest.approx(searched.score(X, y), abs=0.05)


def test_a_bound_that_is_open_is_below_what_is_reached() -> None:
    X, y = samples(60, 8)
    model = ConvexReLUClassifier(max_nodes=50, max_seconds=600.0).fit(X, y)
    assert 0.0 < model.certificate_.lower_bound <= model.certificate_.value
    assert model.gap_ == model.certificate_.value - model.certificate_.lower_bound
    assert 0.0 <= model.relative_gap_ < 1.0
