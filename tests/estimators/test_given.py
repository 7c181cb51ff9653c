"""What is no number is refused in a sentence, by fit and by predict, and never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")

import pandas as pd
from scipy.sparse import csr_matrix

from landscape import ConvexReLUClassifier, ConvexReLURegressor

X = np.array([[-1.0, 0.5], [0.5, 2.0], [1.0, -1.0], [2.0, 0.25]])
Y = np.array([1.0, -1.0, 1.0, -1.0])
MASKED = np.ma.array(X, mask=X == 2.0)
DATES = np.array(["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04"], dtype="datetime64[D]")

NO_NUMBERS: dict[str, tuple[Any, str]] = {
    "complex": (X + 1j, "Complex data not supported"),
    "masked": (MASKED, "X must hold every number, but is a masked array: fill it, or leave samples out."),
    "rows of masked arrays": (list(MASKED), "X must hold every number, but is a masked array"),
    "sparse": (csr_matrix(X), "Sparse data was passed for X, but dense data is required"),
    "strings": (X.astype(str), "X must hold numbers, but holds values of type <U"),
    "lists of strings": (X.astype(str).tolist(), "X must hold numbers, but holds values of type <U"),
    "objects that are strings": (
        X.astype(str).astype(object),
        "X must hold numbers, but holds the text '-1.0': convert it first.",
    ),
    "bytes": (X.astype("S"), "X must hold numbers, but holds values of type |S"),
    "a table with a column of strings": (
        pd.DataFrame({"a": X[:, 0], "b": ["1", "2", "3", "4"]}),
        "X must hold numbers, but holds the text '1'",
    ),
    "dates": (np.c_[DATES, DATES], "X must hold numbers, but holds values of type datetime64"),
    "spans of time": (np.c_[DATES, DATES] - DATES[0], "X must hold numbers, but holds values of type timedelta64"),
    "records": (np.zeros((4, 2), dtype=[("a", float)]), "X must hold numbers, but holds values of type"),
    "NaN": (np.where(X == 2.0, np.nan, X), "Input X contains NaN"),
    "infinite": (np.where(X == 2.0, np.inf, X), "Input X contains infinity"),
    "missing in a table": (pd.DataFrame(X).astype("Float64").mask(X == 2.0), "Input X contains NaN"),
    "one dimension": (X[:, 0], "Expected 2D array, got 1D array instead"),
    "three dimensions": (X[:, :, None], "Found array with dim 3"),
    "no features": (X[:, :0], "Found array with 0 feature"),
    "ragged": ([[1.0, 2.0], [1.0]], "inhomogeneous"),
    "dictionaries": (np.array([[{}, {}]] * 4), "must be a string or a real number, not 'dict'"),
}

NO_LABELS: dict[str, tuple[Any, str]] = {
    "complex": (Y + 1j, "Complex data not supported"),
    "masked": (np.ma.array(Y, mask=Y < 0), "y must hold every number, but is a masked array"),
    "sparse": (csr_matrix(Y), "Sparse data was passed for y, but dense data is required"),
    "NaN": (np.where(Y < 0, np.nan, Y), "Input y contains NaN"),
    "infinite": (np.where(Y < 0, np.inf, Y), "Input y contains infinity"),
    "nothing": (None, "requires y to be passed, but the target y is None"),
    "too few": (Y[:3], "Found input variables with inconsistent numbers of samples"),
}

NO_TARGETS: dict[str, tuple[Any, str]] = {
    "strings": (Y.astype(str), "y must hold numbers, but holds values of type <U"),
    "objects that are strings": (list("abab"), "y must hold numbers, but holds values of type <U"),
    "dates": (DATES, "y must hold numbers, but holds values of type datetime64"),
}

ESTIMATORS = [ConvexReLURegressor, ConvexReLUClassifier]


def refused(call: Callable[[], Any], sentence: str) -> None:
    with pytest.raises((ValueError, TypeError), match=re.escape(sentence)):
        call()


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("name", NO_NUMBERS)
def test_samples_that_are_no_numbers_are_refused_by_fit_and_by_predict(estimator: type, name: str) -> None:
    given, sentence = NO_NUMBERS[name]
    refused(lambda: estimator().fit(given, Y), sentence)
    fitted = estimator().fit(X, Y)
    refused(lambda: fitted.predict(given), sentence)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("name", NO_LABELS)
def test_labels_that_are_none_are_refused(estimator: type, name: str) -> None:
    given, sentence = NO_LABELS[name]
    refused(lambda: estimator().fit(X, given), sentence)


@pytest.mark.parametrize("name", NO_TARGETS)
def test_labels_that_are_no_numbers_are_refused_for_regression(name: str) -> None:
    given, sentence = NO_TARGETS[name]
    refused(lambda: ConvexReLURegressor().fit(X, given), sentence)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_tensors_are_taken_unless_they_require_gradients(estimator: type) -> None:
    torch = pytest.importorskip("torch")
    plain = estimator().fit(X, Y)
    with_tensors = estimator().fit(torch.tensor(X), torch.tensor(Y))
    assert np.array_equal(with_tensors.predict(torch.tensor(X)), plain.predict(X))
    grad = torch.tensor(X, requires_grad=True)
    sentence = "X must be plain numbers, but is a tensor that requires gradients: pass .detach()."
    refused(lambda: estimator().fit(grad, Y), sentence)
    refused(lambda: estimator().fit([*grad], Y), sentence)
    refused(lambda: plain.predict(grad), sentence)
    refused(lambda: estimator().fit(X, torch.tensor(Y, requires_grad=True)), "y must be plain numbers, but is a tensor")


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_masked_array_without_a_masked_entry_is_taken(estimator: type) -> None:
    whole = estimator().fit(np.ma.array(X, mask=False), np.ma.array(Y))
    assert np.array_equal(whole.predict(X), estimator().fit(X, Y).predict(X))


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("given", [pd.DataFrame(X), pd.DataFrame(X).astype("Float64"), X.astype(object), X.tolist()])
def test_numbers_in_any_container_are_the_same_numbers(estimator: type, given: Any) -> None:
    taken = estimator().fit(given, Y)
    assert np.array_equal(taken.predict(given), estimator().fit(X, Y).predict(X))


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_numbers_too_large_or_too_small_to_be_squared_are_refused_as_a_problem_does(estimator: type) -> None:
    refused(lambda: estimator().fit(X * 1e101, Y), "X must hold finite numbers of magnitude at most 1e+100")
    refused(lambda: estimator().fit(X * 1e-110, Y), "X must hold numbers that are 0 or at least 1e-100 in magnitude")
    refused(lambda: ConvexReLURegressor().fit(X * 1e80, Y * 1e80), "λ must be at most 1e+100, in units of X y, but was")


def test_weights_of_samples_are_no_argument() -> None:
    with pytest.raises(TypeError, match="sample_weight"):
        ConvexReLURegressor().fit(X, Y, sample_weight=np.ones(4))


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("given", [X[:, :1].T, X[:3].T, pd.DataFrame(X[:3].T), X[:3].T.tolist()], ids=str)
def test_samples_in_columns_are_refused_with_the_transpose(estimator: type, given: Any) -> None:
    samples, shape = np.asarray(given).T, np.shape(given)
    sentence = f"X must have one row a sample and one column a feature, but has shape {shape}: pass X.T."
    labels = Y[: len(samples)]
    refused(lambda: estimator().fit(given, labels), sentence)
    refused(lambda: estimator().fit(given, labels), "Found input variables with inconsistent numbers of samples")
    fitted = estimator().fit(samples, labels)
    refused(lambda: fitted.predict(given), sentence)
    refused(lambda: fitted.predict(given), f"X has {shape[1]} features, but {estimator.__name__} is expecting")


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_no_transpose_is_proposed_where_it_would_not_fit(estimator: type) -> None:
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[4, 3\]$"):
        estimator().fit(X, Y[:3])
    with pytest.raises(ValueError, match="is expecting 2 features as input"):
        estimator().fit(X, Y).predict(np.ones((3, 5)))
