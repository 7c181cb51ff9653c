"""The bias at the output, which is always at its best: it leaves a smaller squared error, and is no variable more.

With a penalty p b² the best bias for misfits v = y − relu(X W) alpha is b = Σ v_i / (n + p), p = 0 where it is free and
infinite where there is none. What is left of ‖v − b 1‖² + p b² is the square of v − s v̄ 1, v̄ the mean of v: the output
bias takes a share s of the mean, (1 − s)² = p / (n + p). That is linear in v, so that a problem with an output bias is
one without, of outputs and labels that are ``centred``.
"""

from __future__ import annotations

from math import fsum, isinf, sqrt

import numpy as np

from landscape.model.problem import Problem


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
    """Return the objective of the zero network with its best bias, in units of y²: ‖y‖² where there is no bias."""
    left = labels_left(problem)
    loss = float(left @ left)
    return loss + problem.bias_penalty * best_bias(problem, problem.y) ** 2 if problem.has_output_bias else loss


def without_output_bias(problem: Problem, what: str) -> None:
    """Raise ValueError where the networks of a problem have an output bias, which ``what``, a name, does not cover."""
    if problem.has_output_bias:
        raise ValueError(
            f"{what} is for networks without an output bias: output_bias must be 'none', but was "
            f"'{problem.output_bias}'."
        )
