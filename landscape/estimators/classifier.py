"""Two classes told apart by a two-layer ReLU network with a certificate, with the interface of scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import validate_data

from landscape.estimators.base import LAMS, ConvexReLU
from landscape.estimators.cross_validation import folds_of
from landscape.estimators.given import check_given, transpose_proposed
from landscape.model.loss import logistic_loss, sigmoid
from landscape.model.problem import OutputBias, Problem


class ConvexReLUClassifier(ClassifierMixin, ConvexReLU):  # type: ignore[misc]
    """A two-layer ReLU network for two classes, and a proof of how far any other can be below it.

    What is minimised is ``Σ log(1 + exp(−y_i f(x_i))) + lam (‖W‖² + ‖alpha‖²)`` over networks of any width, y = ±1,
    through its convex twin (Pilanci & Ergen, 2020). Everything else is as of ``ConvexReLURegressor``: the scale of
    features, what is proven, and what happens to large data.

    Arguments
        lam: λ > 0, in units of X; it is compared with a sum over samples. None for ``lam_relative``.
        output_bias: "free" for log-odds with an intercept that is not penalised, "penalised" by λ times its square, or
            "none". Objectives and bounds compare only where it is the same: a model of PyTorch whose weight decay falls
            on all of its parameters becomes a problem with "penalised" (``from_torch``), so pass that to compare with
            it.
        lam_relative, hidden_bias, cv, lams, max_nodes, max_seconds: as of ``ConvexReLURegressor``, its warnings too.

    Attributes
        classes_: the two classes, sorted; ``problem_.y`` is −1 for the first and 1 for the second.
        network_: a ``Network`` whose output is the log-odds of the second class.
        cv_scores_: with ``cv``, for each λ and fold minus the mean logistic loss of the samples that were held out.
        n_neurons_, gap_, relative_gap_, lam_, lambda_max_, problem_, solution_, certificate_, lams_, n_features_in_,
            feature_names_in_: as of ``ConvexReLURegressor``.

    >>> import numpy as np
    >>> from landscape import ConvexReLUClassifier
    >>> X = np.linspace(-1.0, 1.0, 20)[:, None]
    >>> model = ConvexReLUClassifier().fit(X, np.where(np.abs(X[:, 0]) < 0.5, "inner", "outer"))
    >>> model.predict([[0.1], [0.9]]).tolist(), model.certificate_.closed
    (['inner', 'outer'], True)
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

    def fit(self, X: Any, y: Any) -> ConvexReLUClassifier:
        """Find the network for samples X (n, d) of classes y (n,), and bound how far it can be from the best.

        Raises ValueError, or TypeError, for parameters and data that are refused, and classes that are not two.
        """
        self._check_parameters()
        check_given(X, "X")
        check_given(y, "y", labels=True)
        with transpose_proposed(X, y):
            X, y = validate_data(self, X, y, dtype=np.float64, order="C")
        check_classification_targets(y)
        kind = type_of_target(y, input_name="y", raise_unknown=True)
        if kind != "binary":
            raise ValueError(f"Only binary classification is supported. The type of the target is {kind}.")
        self.classes_, index = np.unique(y, return_inverse=True)
        if len(self.classes_) == 1:
            raise ValueError(f"y must hold two classes, but holds one class only: {self.classes_.tolist()[0]!r}.")
        folds = folds_of(self.cv, X, y, classifier=True)
        if any(np.ptp(index[train]) == 0 for train, _ in folds):
            raise ValueError("cv must leave samples of both classes to train on, but leaves one class only in a fold.")
        columns = self._columns(X, ones=self.hidden_bias)
        self._solve(Problem(columns, 2.0 * index - 1.0, 1.0, output_bias=self.output_bias, loss="logistic"), folds)
        return self

    def decision_function(self, X: Any) -> np.ndarray:
        """Return the scores f(X) of shape (n,), float64, for samples X of shape (n, d): the second class where > 0."""
        return self._scores(X)

    def predict(self, X: Any) -> np.ndarray:
        """Return the classes of shape (n,) that are the more probable for samples X of shape (n, d)."""
        second = self._scores(X) > 0
        return np.asarray(self.classes_[second.astype(int)])

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probabilities (n, 2) of either class for samples X (n, d): that of the second is 1/(1 + e^−f)."""
        scores = self._scores(X)
        return np.column_stack([sigmoid(-scores), sigmoid(scores)])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    @staticmethod
    def _score_held_out(y: np.ndarray, scores: np.ndarray) -> float:
        return -float(logistic_loss(y * scores).mean())
