"""Regression by a two-layer ReLU network with a certificate, with the interface of scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import validate_data

from landscape.estimators.base import LAMS, ConvexReLU
from landscape.estimators.cross_validation import folds_of
from landscape.estimators.given import check_given, transpose_proposed
from landscape.model.problem import OutputBias, Problem


class ConvexReLURegressor(RegressorMixin, ConvexReLU):  # type: ignore[misc]
    """A two-layer ReLU network for regression, and a proof of how far any other can be below it.

    What is minimised is problem (1), ``‖f(X) − y‖² + lam (‖W‖² + ‖alpha‖²)`` over networks of any width, through its
    convex twin (Pilanci & Ergen, 2020). Up to two features, or three columns, of some hundreds of samples the network
    is the optimum, as a rule; beyond that it is the best found, and ``gap_`` bounds what could be gained. The penalty
    weighs all features alike: scale them, as with ``StandardScaler``, where their units are not comparable.

    Arguments
        lam: λ > 0, in units of X·y; it is compared with a sum over samples, so twice as many samples ask for twice
            that. None for ``lam_relative``.
        lam_relative: λ as a share of ``lambda_max_``, from which on the network is zero; the same in any units.
        hidden_bias: whether neurons have a bias: the weight of a column of ones, penalised like the others.
        output_bias: "free" for an intercept that is not penalised, "penalised" by λ times its square, or "none".
            Objectives and bounds compare only where it is the same: a model of PyTorch whose weight decay falls on all
            of its parameters becomes a problem with "penalised" (``from_torch``), so pass that to compare with it.
        cv: None, or what λ is chosen by: a number of folds, a splitter of scikit-learn, or pairs of indices. Then
            ``lam`` must be None, and ``lam_relative`` is not used. A fold of k of the n samples is given λ k/n, which
            weighs the same. Networks of folds are trained for a fixed number of steps, the same on any machine.
        lams: with ``cv`` only, the number of λ that are tried, from ``lambda_max_`` to a thousandth of it, or a list of
            λ. They are tried from the middle on, so that those which ``max_seconds`` leaves time for cover the range.
        max_nodes: how long a bound is searched for where patterns are too many to visit, in nodes of branch and bound;
            0 for a rough bound at once.
        max_seconds: after so many seconds nothing new is begun; fit returns some seconds later at most, or some tens
            for thousands of samples. However few they are, a network is trained. Cross-validation takes half of them
            at most. The same data give the same network unless this binds.

    Attributes
        network_: a ``Network``, over X and, with ``hidden_bias``, a last column of ones. Where it is zero it still has
            one neuron, of weights 0.
        n_neurons_: the number of its neurons that are not zero.
        gap_: finite; no network of this class has an objective lower than that of ``network_`` by more.
        relative_gap_: the same as a share of that objective, from 0 to 1.
        lam_: λ; lambda_max_: the least at which the network is zero, beyond five columns as far as could be found,
            with a penalised output bias to a thousandth.
        problem_, solution_, certificate_: what was solved, the ``ConvexSolution`` and the ``Certificate``, for
            ``write_proof``, ``optimal_set`` and all the others.
        lams_, cv_scores_: with ``cv``, the λ that were tried, falling, and for each λ and fold the negative mean
            squared error of the samples that were held out; NaN where ``max_seconds`` left no time. The best is chosen
            of those λ that all folds have tried.
        n_features_in_, feature_names_in_: as of every estimator.

    A ``ConvergenceWarning`` says what ``max_seconds`` ended: cross-validation, or the fit where ``relative_gap_`` is
    above 1 %. A ``UserWarning`` says where the best of three or more λ is the last of them, and one beyond may be
    better.

    Samples of more than 5,000,000 products of two columns, n (d + 1)², or more than 50,000, are trained on for
    ``max_seconds``, and nothing is proven: ``relative_gap_`` is 1. Weights of samples are not supported.

    >>> import numpy as np
    >>> from landscape import ConvexReLURegressor
    >>> X = np.linspace(-1.0, 1.0, 21)[:, None]
    >>> model = ConvexReLURegressor(lam_relative=0.01).fit(X, np.abs(X[:, 0]) + 5.0)
    >>> round(model.score(X, np.abs(X[:, 0]) + 5.0), 2), model.certificate_.closed, model.relative_gap_ < 1e-6
    (1.0, True, True)
    """

    def __init__(
        self,
        *,
        lam: float | None = None,
        lam_relative: float = 0.05,
        hidden_bias: bool = True,
        output_bias: OutputBias = "free",
        cv: Any = None,
        lams: Any = LAMS,
        max_nodes: int = 2000,
        max_seconds: float = 10.0,
    ) -> None:
        super().__init__(
            lam=lam,
            lam_relative=lam_relative,
            hidden_bias=hidden_bias,
            output_bias=output_bias,
            cv=cv,
            lams=lams,
            max_nodes=max_nodes,
            max_seconds=max_seconds,
        )

    def fit(self, X: Any, y: Any) -> ConvexReLURegressor:
        """Find the network for samples X (n, d) and labels y (n,), and bound how far it can be from the best.

        Raises ValueError, or TypeError, for parameters and data that are refused.
        """
        self._check_parameters()
        check_given(X, "X")
        check_given(y, "y")
        with transpose_proposed(X, y):
            X, y = validate_data(self, X, y, dtype=np.float64, order="C", y_numeric=True)
        folds = folds_of(self.cv, X, y)
        problem = Problem(self._columns(X, ones=self.hidden_bias), y, 1.0, output_bias=self.output_bias)
        self._solve(problem, folds)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return f(X) of shape (n,), float64, for samples X of shape (n, d)."""
        return self._scores(X)

    @staticmethod
    def _score_held_out(y: np.ndarray, scores: np.ndarray) -> float:
        return -float(np.mean((y - scores) ** 2))
