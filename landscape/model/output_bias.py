"""The bias at the output, which is always at its best: it leaves a smaller squared error, and is no variable more.

With a penalty p b² the best bias for misfits v = y − relu(X W) alpha is b = Σ v_i / (n + p), p = 0 where it is free and
infinite where there is none. What is left of ‖v − b 1‖² + p b² is the square of v − s v̄ 1, v̄ the mean of v: the output
bias takes a share s of the mean, (1 − s)² = p / (n + p). That is linear in v, so that a problem with an output bias is
one without, of outputs and labels that are ``centred``.
"""

from __future__ import annotations

from math import fsum, isinf, sqrt

import numpy as np

from landscape.model.exact import EPS
from landscape.model.loss import logistic_loss, sigmoid
from landscape.model.problem import Problem

STEPS = 200
"""Steps to the best bias of the logistic loss: each at least halves where it may be, if Newton's do not end before."""


def share_of_mean(n: int, penalty: float) -> float:
    """Return the share s of the mean of n numbers that an output bias of a penalty p takes: 1 where it is free."""
    if isinf(penalty):
        return 0.0
    return n / (n + penalty) / (1.0 + sqrt(penalty / (n + penalty)))  # 1 − √(p/(n + p)), without its cancellation


def centred(values: np.ndarray, share: float) -> np.ndarray:
    """Return values (n,) or columns of them (n, K) less a share of their mean; with a share of 0 they are unchanged.

    The matrix of this is symmetric, and with a share of 1 a projection.
    """
    return values - share * values.mean(axis=0) if share else values


def best_bias(problem: Problem, misfit: np.ndarray) -> float:
    """Return the bias b that is best for misfits v = y − relu(X W) alpha, (n,): Σ v_i / (n + p); 0 where there is none.

    >>> from landscape import Problem
    >>> best_bias(Problem(X=[[1.0], [2.0]], y=[3.0, 5.0], output_bias="free"), np.array([3.0, 5.0]))
    4.0
    """
    if not problem.has_output_bias:
        return 0.0
    if problem.loss == "logistic":
        return best_logistic_bias(problem.y, problem.y - misfit, problem.bias_penalty)
    if problem.bias_penalty == 0 and float(np.ptp(misfit)) == 0.0:
        return float(misfit[0])  # not a rounded mean of equal numbers
    return fsum(misfit.tolist()) / (problem.n + problem.bias_penalty)


def centred_labels(problem: Problem) -> np.ndarray:
    """Return the labels (n,) less the share of their mean that the output bias takes."""
    share = share_of_mean(problem.n, problem.bias_penalty)
    # Where all of the mean goes, it goes twice: its rounding may be larger than what is left.
    return centred(labels_left(problem) if share == 1.0 else problem.y, share)


def labels_left(problem: Problem) -> np.ndarray:
    """Return the residual y − b (n,) of the zero network with its best bias."""
    return np.asarray(problem.y - best_bias(problem, problem.y))


def zero_loss(problem: Problem) -> float:
    """Return the objective of the zero network with its best bias, in units of y²: ‖y‖² where there is no bias.

    With the logistic loss n log 2 where there is none. A free bias of one class alone has none that is best: 0.
    """
    if problem.loss == "logistic":
        return _zero_logistic_loss(problem)
    left = labels_left(problem)
    loss = float(left @ left)
    return loss + problem.bias_penalty * best_bias(problem, problem.y) ** 2 if problem.has_output_bias else loss


def zero_dual(problem: Problem) -> np.ndarray:
    """Return the dual vector (n,) of the zero network with its best bias (``loss.dual_vector``).

    >>> zero_dual(Problem(X=[[1.0], [2.0], [3.0]], y=[1, 1, -1], output_bias="free", loss="logistic")) * 6
    array([ 1.,  1., -2.])
    """
    if problem.loss == "squared":
        return centred_labels(problem) if problem.bias_penalty == 0 else labels_left(problem)
    y = problem.y
    if problem.bias_penalty == 0:  # each class gets its share of the samples as its probability
        return np.asarray((y - y.mean()) / 4.0)
    return np.asarray(0.5 * y * sigmoid(-y * best_bias(problem, y)))


def one_label(problem: Problem) -> bool:
    """Return whether a free bias alone fits the labels of the squared loss up to their rounding: they are one number.

    What is left of them is then the rounding of the bias.
    """
    free = problem.has_output_bias and problem.bias_penalty == 0
    return problem.loss == "squared" and free and float(np.ptp(problem.y)) <= 2 * EPS * float(np.max(np.abs(problem.y)))


def only_bias_fits(problem: Problem) -> bool:
    """Return whether a free bias is all that a network can say: every row of X is one, and so is every output."""
    return problem.bias_penalty == 0 and bool((problem.X[0] == problem.X).all())


def one_class(problem: Problem) -> bool:
    """Return whether a free bias lowers the logistic loss for ever as it grows: all labels are of one class."""
    free = problem.has_output_bias and problem.bias_penalty == 0
    return problem.loss == "logistic" and free and float(np.ptp(problem.y)) == 0.0


def is_attained(problem: Problem) -> bool:
    """Return whether some network attains the infimum of the objective, or may: none does that of a logistic loss of 0.

    That loss is above 0 for any network, and is 0 only where it underflows. Its infimum, of ``one_class`` and of labels
    that networks separate without penalty, is 0 nevertheless; where they do not separate them 0 is all that is proven.
    """
    return not (problem.loss == "logistic" and (problem.lam == 0 or one_class(problem)))


def _zero_logistic_loss(problem: Problem) -> float:
    y = problem.y
    if one_class(problem):
        return 0.0
    b = best_bias(problem, y)
    loss = float(logistic_loss(y * b).sum())
    return loss + problem.bias_penalty * b * b if problem.has_output_bias else loss


def best_logistic_bias(y: np.ndarray, outputs: np.ndarray, penalty: float) -> float:
    """Return b of the least Σ log(1 + exp(−y_i (f_i + b))) + p b², for classes y and outputs f, (n,) each.

    0 where there is no best one: a free bias of one class. The slope rises with b, and Newton's method looks for its
    root; where it would leave the bounds of it, or did not halve the slope, their middle is next.
    """
    n = len(y)
    low, high = -np.inf, np.inf
    if float(np.ptp(y)) > 0:  # beyond these one class alone pulls more than the other can
        spread = np.log(n) + 1.0
        low, high = -float(np.max(outputs)) - spread, -float(np.min(outputs)) + spread
    if penalty > 0:
        low, high = max(low, -n / (2.0 * penalty)), min(high, n / (2.0 * penalty))
    if not np.isfinite(high - low):
        return 0.0
    b, before = min(max(0.0, low), high), np.inf
    for _ in range(STEPS):
        margins = y * (outputs + b)
        wrong = sigmoid(-margins)
        slope = 2.0 * penalty * b - fsum((y * wrong).tolist())
        if slope == 0.0:
            break
        low, high = (low, b) if slope > 0 else (b, high)
        curvature = 2.0 * penalty + float(wrong @ sigmoid(margins))
        there = b - slope / curvature if curvature > 0 else np.inf
        middle = low + 0.5 * (high - low)
        there = there if low < there < high and abs(slope) <= 0.5 * before else middle
        before = abs(slope)
        if there == b or not low < there < high:
            break
        b = there
    return b


def without_output_bias(problem: Problem, what: str) -> None:
    """Raise ValueError where the networks of a problem have an output bias, which ``what``, a name, does not cover."""
    if problem.has_output_bias:
        raise ValueError(
            f"{what} is for networks without an output bias: output_bias must be 'none', but was "
            f"'{problem.output_bias}'."
        )
