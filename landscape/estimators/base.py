"""What the estimators share: their parameters, the problem that they solve, and what they say of its solution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from landscape.convex.budget import Budget
from landscape.estimators.cross_validation import Fold, held_out_scores, path_of
from landscape.estimators.given import check_given
from landscape.estimators.solving import largest_lam, solved
from landscape.model.network import predict
from landscape.model.problem import LARGEST, OUTPUT_BIASES, OutputBias, Problem

SELECTING = 0.5
"""The share of the seconds that cross-validation may take; the rest is for the network and its bound."""


class ConvexReLU(BaseEstimator):  # type: ignore[misc]
    """A two-layer ReLU network of any width, solved by its convex twin; the losses are those of its subclasses."""

    def __init__(
        self,
        *,
        lam: float | None = None,
        lam_relative: float = 0.05,
        hidden_bias: bool = True,
        output_bias: OutputBias = "free",
        cv: Any = None,
        lams: Any = 10,
        max_nodes: int = 2000,
        max_seconds: float = 10.0,
    ) -> None:
        self.lam = lam
        self.lam_relative = lam_relative
        self.hidden_bias = hidden_bias
        self.output_bias = output_bias
        self.cv = cv
        self.lams = lams
        self.max_nodes = max_nodes
        self.max_seconds = max_seconds

    def _check_parameters(self) -> None:
        if self.lam is not None:
            _check_number(self.lam, "lam", "None or a number above 0", above=True)
        _check_number(self.lam_relative, "lam_relative", "a number above 0", above=True)
        if not isinstance(self.hidden_bias, bool | np.bool_):
            raise ValueError(f"hidden_bias must be True or False, but was {self.hidden_bias!r}.")
        if not isinstance(self.output_bias, str) or self.output_bias not in OUTPUT_BIASES:
            raise ValueError(f"output_bias must be one of {', '.join(OUTPUT_BIASES)}, but was {self.output_bias!r}.")
        if not isinstance(self.max_nodes, Integral) or self.max_nodes < 0:
            raise ValueError(f"max_nodes must be a whole number at or above 0, but was {self.max_nodes!r}.")
        _check_number(self.max_seconds, "max_seconds", "a number at or above 0", above=False)

    def _columns(self, X: np.ndarray, *, ones: bool) -> np.ndarray:
        return np.column_stack([X, np.ones(len(X))]) if ones else X

    def _solve(self, problem: Problem, folds: Sequence[Fold]) -> None:
        """Choose λ, solve the problem with it, and set what is learnt; ``folds`` to choose it by, or none."""
        budget = Budget(seconds=float(self.max_seconds), nodes=int(self.max_nodes))
        largest = largest_lam(problem)
        # Without anything to be learnt the zero network is optimal at any λ: one of their units is above all rounding.
        unit = largest or min(float(np.abs(problem.y) @ np.linalg.norm(problem.X, axis=1)), LARGEST) or 1.0
        if folds:
            lams = path_of(self.lams, unit)
            _check_size(float(lams[0]))
            share = Budget(seconds=SELECTING * budget.left)
            self.lams_ = lams
            self.cv_scores_ = held_out_scores(problem, lams, folds, self._score_held_out, share)
            lam = float(lams[int(np.argmax(self.cv_scores_.mean(axis=1)))])
        else:
            lam = float(self.lam_relative * unit if self.lam is None else self.lam)
            _check_size(lam)
        solution = solved(replace(problem, lam=lam), replace(budget, seconds=budget.left))
        certificate = solution.certificate
        self.lambda_max_ = largest
        self.lam_ = lam
        self.problem_ = solution.problem
        self.solution_ = solution
        self.network_ = solution.network
        self.certificate_ = certificate
        self.gap_ = float(certificate.gap)
        self.relative_gap_ = float(certificate.gap / certificate.value) if certificate.value > 0 else 0.0

    @staticmethod
    def _score_held_out(y: np.ndarray, scores: np.ndarray) -> float:
        raise NotImplementedError

    def _scores(self, X: Any) -> np.ndarray:
        """Return f(X) (n,) of the network that was found."""
        check_is_fitted(self)
        check_given(X, "X")
        X = validate_data(self, X, reset=False, dtype=np.float64, order="C")
        return predict(self._columns(X, ones=len(self.network_.W) > X.shape[1]), self.network_)


def _check_number(value: object, name: str, rule: str, *, above: bool) -> None:
    number = isinstance(value, Real) and not isinstance(value, bool | np.bool_)
    if not number or not (value > 0 if above else value >= 0):  # type: ignore[operator]
        raise ValueError(f"{name} must be {rule}, but was {value!r}.")


def _check_size(lam: float) -> None:
    if not lam <= LARGEST:
        raise ValueError(f"λ must be at most {LARGEST:g}, in units of X y, but was {lam:g}: scale X or y down.")
