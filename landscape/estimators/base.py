"""What the estimators share: their parameters, the problem that they solve, and what they say of its solution."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted, validate_data

from landscape.convex.budget import Budget
from landscape.estimators.cross_validation import Fold, best_of, end_of, held_out_scores, path_of
from landscape.estimators.given import check_given, transpose_proposed
from landscape.estimators.solving import largest_lam, solved
from landscape.model.network import predict
from landscape.model.problem import LARGEST, OUTPUT_BIASES, OutputBias, Problem, is_one_of

SELECTING = 0.5
"""The share of the seconds that cross-validation may take; the rest is for the network and its bound."""

LAMS = 10
"""How many λ cross-validation tries by default."""

WITHOUT_PENALTY = (
    "Without a penalty a wide network fits as well as any can, and in many features nothing is proven; for next to no "
    "penalty, pass lam_relative=1e-4."
)
"""Why λ is not 0, and what to do."""

OPEN = 0.01
"""A relative gap above this is worth more seconds, where they ended the fit."""


class ConvexReLU(BaseEstimator):  # type: ignore[misc]
    """A two-layer ReLU network of any width, solved by its convex twin; the losses are those of its subclasses."""

    def __init__(
        self,
        *,
        lam: float | None,
        lam_relative: float,
        hidden_bias: bool,
        output_bias: OutputBias,
        cv: Any,
        lams: Any,
        max_nodes: int,
        max_seconds: float,
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
            _check_number(self.lam, "lam", "None or a number above 0", above=True, why=WITHOUT_PENALTY)
            if self.cv is not None:
                raise ValueError(
                    f"lam must be None where cv chooses it, but was {self.lam!r} with cv={self.cv!r}: leave one of "
                    "them out."
                )
        if self.cv is None and not (isinstance(self.lams, int) and self.lams == LAMS):
            raise ValueError(f"lams must be left at {LAMS} where cv is None, but was {self.lams!r}: pass cv=5 too.")
        _check_number(self.lam_relative, "lam_relative", "a number above 0", above=True, why=WITHOUT_PENALTY)
        if not isinstance(self.hidden_bias, bool | np.bool_):
            raise ValueError(f"hidden_bias must be True or False, but was {self.hidden_bias!r}.")
        if not is_one_of(self.output_bias, OUTPUT_BIASES):
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
            lam = float(lams[best_of(self.cv_scores_)])
        else:
            for name in {"lams_", "cv_scores_"} & vars(self).keys():  # of a fit before this one
                delattr(self, name)
            lam = float(self.lam_relative * unit if self.lam is None else self.lam)
            _check_size(lam)
        solution, ended = solved(replace(problem, lam=lam), replace(budget, seconds=budget.left))
        certificate, network = solution.certificate, solution.network
        self.lambda_max_ = largest
        self.lam_ = lam
        self.problem_ = solution.problem
        self.solution_ = solution
        self.network_ = network
        self.n_neurons_ = int(np.count_nonzero(network.W.any(axis=0) & (network.alpha != 0)))
        self.certificate_ = certificate
        self.gap_ = float(certificate.gap)
        self.relative_gap_ = float(certificate.gap / certificate.value) if certificate.value > 0 else 0.0
        self._warn(selected=bool(folds), ended=ended)

    def _warn(self, *, selected: bool, ended: bool) -> None:
        """Say what ``max_seconds`` ended, and where the best λ is the last of those tried."""
        if selected:
            untried = int(np.isnan(self.cv_scores_).any(axis=1).sum())
            if untried:
                tried = len(self.lams_) - untried
                which = f"the best of {tried}" if tried else "the middle one, by no score"
                warnings.warn(
                    f"max_seconds={self.max_seconds:g} ended cross-validation before {untried} of {len(self.lams_)} "
                    f"values of lams were tried in all folds, and lam_ is {which}: pass a larger max_seconds, fewer "
                    "lams or fewer folds.",
                    ConvergenceWarning,
                    stacklevel=4,
                )
            end = end_of(self.cv_scores_, self.lams_, self.lambda_max_)
            if end is not None:
                beyond = "smaller" if end == "smallest" else "larger"
                warnings.warn(
                    f"lam_={self.lam_:g} is the {end} of lams and predicts best: a {beyond} one may be better, so pass "
                    f"lams that go on to {beyond} values.",
                    UserWarning,
                    stacklevel=4,
                )
        if ended and self.relative_gap_ > OPEN:
            warnings.warn(
                f"max_seconds={self.max_seconds:g} ended the fit before it was done: the best network may be better by "
                f"up to {self.relative_gap_:.0%} of the objective (relative_gap_), so pass a larger max_seconds.",
                ConvergenceWarning,
                stacklevel=4,
            )

    @staticmethod
    def _score_held_out(y: np.ndarray, scores: np.ndarray) -> float:
        raise NotImplementedError

    def _scores(self, X: Any) -> np.ndarray:
        """Return f(X) (n,) of the network that was found."""
        check_is_fitted(self)
        check_given(X, "X")
        with transpose_proposed(X, features=self.n_features_in_):
            X = validate_data(self, X, reset=False, dtype=np.float64, order="C")
        return predict(self._columns(X, ones=len(self.network_.W) > X.shape[1]), self.network_)


def _check_number(value: object, name: str, rule: str, *, above: bool, why: str = "") -> None:
    number = isinstance(value, Real) and not isinstance(value, bool | np.bool_)
    if isinstance(value, Integral) and int(value) > sys.float_info.max:
        raise ValueError(f"{name} must be at most {sys.float_info.max:.2g}, but was larger.")
    if not number or not (value > 0 if above else value >= 0):  # type: ignore[operator]
        why = f" {why}" if number and value == 0 and why else ""
        raise ValueError(f"{name} must be {rule}, but was {value!r}.{why}")


def _check_size(lam: float) -> None:
    if not lam <= LARGEST:
        raise ValueError(f"λ must be at most {LARGEST:g}, in units of X y, but was {lam:g}: scale X or y down.")
