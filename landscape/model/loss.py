"""The losses that networks are trained on: their values, their slopes at the outputs, and the dual of the logistic one.

Both are taken at the residual y − f(X), as the rest of the package has it. The dual vector of a network is
z = −½ ∂loss/∂f, so that both losses ask the same of it: |zᵀ relu(X u)| ≤ λ for all unit u. For the squared loss it is
the residual itself; for the logistic one, with y = ±1, it is z_i = y_i p_i / 2, where p_i = 1 / (1 + exp(y_i f_i)) is
the probability that the network gives to the wrong class.
"""

from __future__ import annotations

import numpy as np

from landscape.model.problem import Problem, check_problem


def total_loss(problem: Problem, residual: np.ndarray) -> float:
    """Return the loss of outputs f (n,), without penalty, given their residual y − f.

    >>> total_loss(Problem(X=[[1.0], [2.0]], y=[1.0, -1.0]), np.array([3.0, -4.0]))
    25.0
    >>> total_loss(Problem(X=[[1.0]], y=[1.0], loss="logistic"), np.array([1.0]))
    0.6931471805599453
    """
    if problem.loss == "squared":
        return float(residual @ residual)
    return float(logistic_loss(problem.y * (problem.y - residual)).sum())


def dual_vector(problem: Problem, residual: np.ndarray) -> np.ndarray:
    """Return z = −½ ∂loss/∂f (n,) of outputs f, given their residual y − f (n,)."""
    if problem.loss == "squared":
        return residual
    return np.asarray(0.5 * problem.y * sigmoid(-problem.y * (problem.y - residual)))


def logistic_loss(margins: np.ndarray) -> np.ndarray:
    """Return log(1 + exp(−t)) for margins t = y f, of any shape."""
    return np.asarray(np.logaddexp(0.0, -margins))


def sigmoid(t: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(−t)), of any shape, without overflow and to full relative accuracy.

    >>> sigmoid(np.array([0.0, -800.0, 800.0])).tolist()
    [0.5, 0.0, 1.0]
    """
    small = np.exp(-np.abs(t))
    return np.asarray(np.where(t < 0, small, 1.0) / (1.0 + small))


def entropy(p: np.ndarray) -> np.ndarray:
    """Return −p log p − (1 − p) log(1 − p) for probabilities p, of any shape: minus the conjugate of the logistic loss.

    Of no summand does the sign alternate, so that the result is accurate to a few roundings, relatively.

    >>> entropy(np.array([0.0, 0.5, 1.0])).tolist() == [0.0, np.log(2.0), 0.0]
    True
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = -p * np.log(p) - (1.0 - p) * np.log1p(-p)
    return np.where((p > 0.0) & (p < 1.0), inner, 0.0)


def squared_only(problem: Problem, what: str) -> None:
    """Raise ValueError where the loss of a problem is one that ``what``, a name, does not cover.

    >>> squared_only(Problem(X=[[1.0]], y=[1.0], loss="logistic"), "lambda_path")
    Traceback (most recent call last):
    ...
    ValueError: lambda_path is for the squared loss: loss must be 'squared', but was 'logistic'.
    """
    check_problem(problem)
    if problem.loss != "squared":
        raise ValueError(f"{what} is for the squared loss: loss must be 'squared', but was '{problem.loss}'.")
