"""Two-layer ReLU networks: their outputs, their objective, and its gradient."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from landscape.formatting import counted
from landscape.model.exact import EPS, added, as_float, as_integers, matrix_product, product
from landscape.model.loss import dual_vector, total_loss
from landscape.model.output_bias import best_bias, zero_loss
from landscape.model.problem import Problem, check_problem, finite_array, finite_number
from landscape.model.readable import readable

VISIBLE = 1e-9
"""Rounding that may exceed this share of the size of the labels is avoided where a proof needs the residual."""


@dataclass(frozen=True, eq=False)
class Network:
    """A two-layer ReLU network ``f(x) = Σ_j alpha_j max(0, x·w_j) + bias``.

    Arguments
        W: (d, m) first layer, one neuron a column.
        alpha: (m,) second layer.
        bias: the number added to every output, 0 for a problem without an output bias.

    Raises ValueError when shapes disagree or an entry is not finite.

    >>> from landscape import Network
    >>> Network(W=[[1.5, -0.5]], alpha=[1.0, 1.0]).m
    2
    """

    W: np.ndarray
    alpha: np.ndarray
    bias: float = 0.0

    __repr__ = readable

    def _said(self) -> str:
        return f"{counted(self.m, 'neuron')} of {counted(len(self.W), 'weight')}"

    def __post_init__(self) -> None:
        W = finite_array(self.W, "W", 2)
        alpha = finite_array(self.alpha, "alpha", 1)
        bias = finite_number(self.bias, "bias")
        if W.shape[1] != len(alpha):
            raise ValueError(
                f"alpha must have one entry for each of the {W.shape[1]} columns of W, but has {len(alpha)}."
            )
        object.__setattr__(self, "W", W)
        object.__setattr__(self, "alpha", alpha)
        object.__setattr__(self, "bias", bias)

    @property
    def m(self) -> int:
        """Number of neurons."""
        return len(self.alpha)


def with_neurons(network: Network, more: Network) -> Network:
    """Return a network with the neurons of another, over the same features, after its own; its output bias stays."""
    return Network(np.hstack([network.W, more.W]), np.append(network.alpha, more.alpha), network.bias)


def with_best_bias(problem: Problem, network: Network) -> Network:
    """Return a network with the output bias that is best for its neurons; 0 where the problem has none.

    >>> from landscape import Network, Problem
    >>> with_best_bias(Problem(X=[[1.0], [2.0]], y=[3.0, 5.0], output_bias="free"), Network([[1.0]], [1.0])).bias
    2.5
    """
    if not problem.has_output_bias:
        return network if network.bias == 0 else replace(network, bias=0.0)
    return replace(network, bias=best_bias(problem, residual(problem, replace(network, bias=0.0))))


def widen(network: Network, count: int, problem: Problem) -> Network:
    """Return a network with ``count`` more neurons at 0, with the same outputs and objective.

    >>> from landscape import Network, Problem, widen
    >>> widen(Network(W=[[1.0]], alpha=[2.0]), 2, Problem(X=[[1.0]], y=[1.0])).alpha.tolist()
    [2.0, 0.0, 0.0]
    """
    check_network(network)
    check_problem(problem)
    if count == 0:
        return network
    alpha = 1.0 if problem.second_layer == "ones" else 0.0
    return with_neurons(network, Network(np.zeros((len(network.W), count)), np.full(count, alpha)))


def predict(X: np.ndarray, network: Network) -> np.ndarray:
    """Return f(X) of shape (n,) for samples X of shape (n, d), with the column of ones where W has a row of biases.

    Raises ValueError for samples that a network does not read.

    >>> from landscape import Network, predict
    >>> predict([[-1.0], [2.0]], Network(W=[[1.0, -3.0]], alpha=[1.0, 0.5])).tolist()
    [1.5, 2.0]
    """
    check_network(network)
    try:
        outputs: np.ndarray = np.maximum(X @ network.W, 0.0) @ network.alpha
    except (TypeError, ValueError):
        raise ValueError(_unfit(X, network)) from None
    return outputs + network.bias if network.bias else outputs


def _unfit(X: object, network: Network) -> str:
    """Return why a network has no outputs at samples, in a sentence."""
    if isinstance(X, Problem):
        return "X must be samples (n, d), but was a Problem: pass its X."
    d, shape = len(network.W), np.shape(X) if hasattr(X, "shape") else None
    if shape is None or len(shape) != 2 or shape[1] == d:
        return f"X must be samples (n, {d}), but was {f'of shape {shape}' if shape else f'a {type(X).__name__}'}."
    way = ": add the column of ones that stands for the hidden bias" if shape[1] == d - 1 else ""
    way = ": pass X.T" if shape[0] == d and not way else way
    return f"X must have one column for each of the {d} rows of W, but has shape {shape}{way}."


def residual(problem: Problem, network: Network) -> np.ndarray:
    """Return y − f(X) of shape (n,), with twice the digits where large weights cancel and rounding would show.

    Where that would still show, it is exact.

    >>> from landscape import Network, Problem
    >>> near = Problem(X=[[1.0, 1.0], [1.0 + 2**-52, 1.0]], y=[0.0, 1.0])
    >>> residual(near, Network(W=[[2.0**52], [-(2.0**52)]], alpha=[1.0])).tolist()
    [0.0, 0.0]
    """
    X, y, W, alpha = problem.X, problem.y, network.W, network.alpha
    labels = y - network.bias  # first, for the labels may be far from 0 and the neurons' outputs not
    reach = (np.abs(X) @ np.abs(W)) @ np.abs(alpha) + (np.abs(labels) if network.bias else 0.0)
    terms, visible = problem.d + network.m + 4, VISIBLE * float(np.sqrt(zero_loss(problem)))
    if terms * EPS * float(np.max(reach)) <= visible:
        plain: np.ndarray = labels - np.maximum(X @ W, 0.0) @ alpha
        return plain
    high, low = matrix_product(X, W)
    active = high > 0
    total = added((y, np.zeros(len(y))), (np.full(len(y), -network.bias), np.zeros(len(y))))
    for a, on, above, below in zip(-alpha, active.T, high.T, low.T, strict=True):
        p, error = product(np.where(on, above, 0.0), a)
        total = added(total, (p, error + np.where(on, a * below, 0.0)))
    left: np.ndarray = total[0]
    doubtful = terms * 4 * EPS**2 * reach > visible
    left[doubtful] = _exact_residual(X[doubtful], y[doubtful], network)
    return left


def _exact_residual(X: np.ndarray, y: np.ndarray, network: Network) -> np.ndarray:
    """Return y − f(X) (k,) for samples X (k, d), in whole numbers up to the last rounding."""
    (rows, of_rows), (W, of_W), (alpha, of_alpha) = as_integers(X), as_integers(network.W), as_integers(network.alpha)
    outputs = (np.maximum(rows @ W, 0) @ alpha).tolist()
    unit, bias = Fraction(2) ** (of_rows + of_W + of_alpha), Fraction(network.bias)
    return np.array([as_float(Fraction(label) - bias - f * unit) for label, f in zip(y.tolist(), outputs, strict=True)])


def objective(problem: Problem, network: Network, residual: np.ndarray | None = None) -> float:
    """Return problem (1) at a network: squared error plus λ(‖W‖² + ‖alpha‖²), in units of y²; it may be infinite.

    With the logistic loss Σ log(1 + exp(−y_i f(x_i))) in place of the squared error. A penalised output bias b adds
    λ b². ``residual`` is y − f(X), of shape (n,), where the caller has it already.
    Raises ValueError when the network does not fit the problem.

    >>> from landscape import Network, Problem, objective
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.5)
    >>> objective(problem, Network(W=[[2.0]], alpha=[1.0]))  # 1² + 0² + 0.5 (2² + 1²)
    3.5
    """
    if residual is None:
        check_fits(problem, network)
        residual = problem.y - predict(problem.X, network)
    with np.errstate(over="ignore"):  # beyond the largest float64 it is infinite
        norm = (network.W**2).sum() + network.alpha @ network.alpha
        if problem.output_bias == "penalised":
            norm = norm + network.bias**2
        if problem.loss == "logistic":
            return total_loss(problem, residual) + float(problem.lam * norm)
        return float(residual @ residual + problem.lam * norm)


def gradient(problem: Problem, network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients (d, m) in W and (m,) in alpha of problem (1).

    At a kink (x·w = 0) the derivative of the ReLU is taken as 0, as deep-learning libraries do.
    With a fixed second layer the gradient in alpha is 0: alpha is not trained. That in an output bias is
    ``bias_gradient``.

    >>> from landscape import Network, Problem, gradient
    >>> in_W, in_alpha = gradient(Problem(X=[[1.0]], y=[2.0]), Network(W=[[1.0]], alpha=[1.0]))
    >>> in_W.tolist(), in_alpha.tolist()
    ([[-2.0]], [-2.0])
    """
    check_fits(problem, network)
    X, y, W, alpha, lam = problem.X, problem.y, network.W, network.alpha, problem.lam
    pre = X @ W
    hidden = np.maximum(pre, 0.0)
    residual = hidden @ alpha + network.bias - y
    if problem.loss == "logistic":
        residual = -dual_vector(problem, -residual)
    grad_W = 2.0 * (X.T @ ((pre > 0) * residual[:, None])) * alpha + 2.0 * lam * W
    if problem.second_layer == "ones":
        return grad_W, np.zeros_like(alpha)
    return grad_W, 2.0 * (hidden.T @ residual) + 2.0 * lam * alpha


def bias_gradient(problem: Problem, network: Network) -> float:
    """Return the derivative of problem (1) in the output bias; 0 where there is none to be trained.

    >>> from landscape import Network, Problem
    >>> bias_gradient(Problem(X=[[1.0]], y=[2.0], output_bias="free"), Network(W=[[1.0]], alpha=[1.0]))
    -2.0
    """
    check_fits(problem, network)
    if not problem.has_output_bias:
        return 0.0
    z = dual_vector(problem, residual(problem, network))
    return float(2.0 * (problem.bias_penalty * network.bias - z.sum()))


def check_fits(problem: Problem, network: Network, name: str = "network") -> None:
    """Raise ValueError unless a network is of a problem's class: its features, second layer and output bias.

    Anything that is no ``Problem`` or no ``Network`` is refused with what to pass instead.
    """
    check_problem(problem)
    check_network(network, name)
    if network.W.shape[0] != problem.d:
        raise ValueError(f"W must have one row for each of the {problem.d} features, but has {network.W.shape[0]}.")
    if problem.second_layer == "ones" and not np.all(network.alpha == 1.0):
        raise ValueError("alpha must be all ones when second_layer is 'ones'.")
    if not problem.has_output_bias and network.bias != 0:
        raise ValueError(f"bias must be 0 when output_bias is 'none', but was {network.bias:g}.")


def check_network(network: object, name: str = "network") -> None:
    """Raise ValueError, with what to pass instead, unless an argument is a ``Network``."""
    if not isinstance(network, Network):
        raise ValueError(
            f"{name} must be a landscape.Network, but was a {type(network).__name__}: {way_to_network(network)}."
        )


def libraries_of(value: object) -> set[str]:
    """Return the names of the libraries that a value's class and those it descends from are in."""
    return {parent.__module__.partition(".")[0] for parent in type(value).__mro__}


def way_to_network(found: object) -> str:
    """Return how to come to a network from what was passed for one, in words and without loading any library."""
    for name in ("network", "network_"):
        if hasattr(found, name):
            return f"pass its {name}"
    libraries = libraries_of(found)
    if "torch" in libraries and hasattr(found, "parameters"):
        return "from_torch converts one"
    if "sklearn" in libraries:
        return "from_scikit_learn converts one"
    if isinstance(found, Problem):
        return "the problem comes before it"
    return "Network(W, alpha) makes one, and from_arrays from weights of any library"
