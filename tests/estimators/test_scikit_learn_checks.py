"""The estimators pass scikit-learn's own checks, none of them expected to fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("sklearn")

from sklearn.base import BaseEstimator
from sklearn.utils.estimator_checks import parametrize_with_checks

from landscape import ConvexReLUClassifier, ConvexReLURegressor
from landscape.estimators import cross_validation

QUICK = {"lam_relative": 0.2, "max_nodes": 0, "max_seconds": 1e6}
"""No proof is asked for, and no clock binds: what is checked is the interface, and that fits repeat themselves."""


@parametrize_with_checks(
    [
        ConvexReLURegressor(**QUICK),
        ConvexReLURegressor(**QUICK, hidden_bias=False, output_bias="none", cv=2, lams=2),
        ConvexReLUClassifier(**QUICK),
        ConvexReLUClassifier(**QUICK, output_bias="penalised", cv=2, lams=2),
    ]
)
def test_an_estimator_passes_the_checks_of_scikit_learn(
    estimator: BaseEstimator, check: Callable[[BaseEstimator], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cross_validation, "LOWEST", QUICK["lam_relative"])  # training is exact, and long, at small λ
    check(estimator)
