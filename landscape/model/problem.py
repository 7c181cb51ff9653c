"""Problem (1): the data, the regularisation, and which layers are trained."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal, get_args

import numpy as np

from landscape.formatting import counted, short
from landscape.model.readable import readable

SecondLayer = Literal["trained", "ones"]

OutputBias = Literal["none", "free", "penalised"]
OUTPUT_BIASES: tuple[str, ...] = get_args(OutputBias)

Loss = Literal["squared", "logistic"]
LOSSES: tuple[str, ...] = get_args(Loss)

LARGEST = 1e100
"""Largest magnitude of an entry: beyond it squared residuals overflow a float64."""

SMALLEST = 1e-100
"""Smallest magnitude of an entry that is not 0: below it squares underflow."""

NEGLIGIBLE = 1e-15
"""Labels below SMALLEST are taken as 0 where they are below this share of the largest: no claim changes by it."""


def finite_array(values: object, name: str, ndim: int) -> np.ndarray:
    """Return a read-only float64 copy of ``values``, or raise ValueError with the reason why there is none.

    Entries below SMALLEST in magnitude become 0: weights and numbers that were computed, which are what they then are.
    Raises ValueError that names the argument, the rule and the offending value.
    """
    array = without_underflow(_finite(values, name, ndim))
    array.setflags(write=False)
    return array


def without_underflow(computed: np.ndarray) -> np.ndarray:
    """Return a copy of numbers of any shape that were computed, 0 where they are below SMALLEST in magnitude."""
    return np.where(np.abs(computed) < SMALLEST, 0.0, computed)


def data_array(values: object, name: str, ndim: int, negligible: float = 0.0) -> np.ndarray:
    """Return a read-only float64 copy of data that were given, of which no entry is to be taken for another.

    Entries below SMALLEST in magnitude are refused, or become 0 where they are below a negligible share of the largest.
    Raises ValueError that names the argument, the rule and the offending value.
    """
    array = _finite(values, name, ndim)
    size = np.abs(array)
    tiny = (size > 0) & (size < SMALLEST)
    refused = tiny & ~(size <= negligible * float(np.max(size)))
    if refused.any():
        raise ValueError(
            f"{name} must hold numbers that are 0 or at least {SMALLEST:g} in magnitude, but holds "
            f"{array[refused].flat[0]:g}: write 0 for it, or change units."
        )
    array[tiny] = 0.0
    array.setflags(write=False)
    return array


def _finite(values: object, name: str, ndim: int) -> np.ndarray:
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must be an array of numbers, but was {_short(values)}.") from None
    if array.ndim != ndim:
        raise ValueError(
            f"{name} must have {ndim} dimension{'s' * (ndim > 1)}, but has shape {array.shape}"
            f"{_reshaped(values, name, array, ndim)}."
        )
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, but has shape {array.shape}.")
    size = np.abs(array)
    if not (size <= LARGEST).all():
        bad = array[~(size <= LARGEST)].flat[0]
        raise ValueError(f"{name} must hold finite numbers of magnitude at most {LARGEST:g}, but holds {bad:g}.")
    return array


def _reshaped(values: object, name: str, array: np.ndarray, ndim: int) -> str:
    """Return how an array of other dimensions becomes one of those that are wanted; empty where that is not known."""
    if ndim == 1 and array.ndim == 2 and 1 in array.shape:
        return f": pass {name}.ravel()" if hasattr(values, "ravel") else f": pass numpy.ravel({name})"
    if name == "X" and array.ndim == 1:
        return f": with one feature pass numpy.reshape({name}, (-1, 1))"
    return ""


def finite_number(value: object, name: str) -> float:
    """Return ``value`` as a finite float, 0 below SMALLEST in magnitude, or raise ValueError saying why not."""
    number = _number(value, name)
    if not abs(number) <= LARGEST:
        raise ValueError(f"{name} must be a finite number of magnitude at most {LARGEST:g}, but was {number:g}.")
    return number if abs(number) >= SMALLEST else 0.0


def nonnegative(value: object, name: str) -> float:
    """Return ``value`` as a finite float at or above 0, or raise ValueError saying why not."""
    number = _number(value, name)
    if not 0.0 <= number <= LARGEST:
        raise ValueError(f"{name} must be a finite number at or above 0, but was {number:g}.")
    return number


def _number(value: object, name: str) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must be a number, but was {_short(value)}.") from None


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


@dataclass(frozen=True, eq=False)
class Problem:
    """Training data and the objective a two-layer ReLU network is fitted to.

    The objective is ``‖relu(X W) alpha − y‖² + lam (‖W‖² + ‖alpha‖²)``, problem (1) of
    Pilanci & Ergen (2020) without their factor ½. Its optimum and every bound on it are over the networks of one class:
    f(x) = relu(xᵀ W) alpha + b of any width. The output bias b is 0, or free, or penalised by lam b² as well: that is
    ``output_bias``. Where it is 0, a network that has one can have a lower loss.

    With the logistic loss, for two classes, ``Σ log(1 + exp(−y_i f(x_i)))`` stands in place of the squared error: f(x)
    is a score, its sign the class, and no objective has a unit of y.

    Arguments
        X: (n, d) one sample a row; a bias is a column of ones. Entries are 0 or between 1e-100 and 1e100 in magnitude.
        y: (n,) labels, of the same magnitudes; those that are negligible beside the largest may be smaller, and are 0.
            With the logistic loss the classes, −1 and 1.
        lam: regularisation λ ≥ 0, in units of y². Must be 0 when ``second_layer`` is "ones":
            splitting a neuron lowers ‖W‖², so a ridge penalty there has no convex twin.
        second_layer: "trained", or "ones" to hold alpha = 1 and train W alone.
        output_bias: "none", "free", or "penalised"; without regularisation the last two are the same. A second layer
            of ones has none.
        loss: "squared" or "logistic", this with a trained second layer.

    Raises ValueError for anything that is not such a problem.

    >>> from landscape import Problem
    >>> problem = Problem(X=[[-0.5, 1.0], [1.0, 1.0]], y=[1.0, -2.0], lam=0.1)  # one feature and a bias
    >>> problem.n, problem.d
    (2, 2)
    >>> Problem(X=[[-1.0], [1.0]], y=[0, 1], loss="logistic")
    Traceback (most recent call last):
    ...
    ValueError: y must hold -1 and 1 when loss is 'logistic', but holds 0: of labels 0 and 1 make 2 * y - 1.
    """

    X: np.ndarray
    y: np.ndarray
    lam: float = 0.0
    second_layer: SecondLayer = "trained"
    output_bias: OutputBias = "none"
    loss: Loss = "squared"

    __repr__ = readable

    def _said(self) -> str:
        last = ", the last of ones" if self.biased else ""
        return f"{counted(self.n, 'sample')} of {counted(self.d, 'feature')}{last}, λ = {short(self.lam, 6)}"

    def __post_init__(self) -> None:
        X = data_array(self.X, "X", 2)
        y = data_array(self.y, "y", 1, NEGLIGIBLE)
        if len(X) != len(y):
            advice = ": pass X.T" if X.shape[1] == len(y) else ""
            raise ValueError(f"y must have one label for each of the {len(X)} rows of X, but has {len(y)}{advice}.")
        lam = nonnegative(self.lam, "lam")
        if not is_one_of(self.second_layer, ("trained", "ones")):
            raise ValueError(f'second_layer must be "trained" or "ones", but was {_short(self.second_layer)}.')
        if self.second_layer == "ones" and lam > 0:
            raise ValueError(f"lam must be 0 when second_layer is 'ones', but was {lam:g}.")
        if not is_one_of(self.output_bias, OUTPUT_BIASES):
            raise ValueError(
                f"output_bias must be one of {', '.join(OUTPUT_BIASES)}, but was {_short(self.output_bias)}."
            )
        if self.second_layer == "ones" and self.output_bias != "none":
            raise ValueError(f"output_bias must be 'none' when second_layer is 'ones', but was '{self.output_bias}'.")
        if not is_one_of(self.loss, LOSSES):
            raise ValueError(f"loss must be one of {', '.join(LOSSES)}, but was {_short(self.loss)}.")
        if self.loss == "logistic":
            _check_classes(y)
            if self.second_layer == "ones":
                raise ValueError("second_layer must be 'trained' when loss is 'logistic', but was 'ones'.")
        object.__setattr__(self, "X", X)
        object.__setattr__(self, "y", y)
        object.__setattr__(self, "lam", lam)
        for name in ("second_layer", "output_bias", "loss"):
            object.__setattr__(self, name, str(getattr(self, name)))

    @property
    def n(self) -> int:
        """Number of samples."""
        return len(self.X)

    @property
    def d(self) -> int:
        """Number of features, a bias column included."""
        return int(self.X.shape[1])

    @property
    def biased(self) -> bool:
        """Whether neurons have a bias: the last of two or more features is a column of ones."""
        return self.d > 1 and bool(np.all(self.X[:, -1] == 1.0))

    @property
    def on_a_line(self) -> bool:
        """Whether the data are places on a line, with or without a bias."""
        return self.d == 1 or (self.d == 2 and self.biased)

    @property
    def has_output_bias(self) -> bool:
        """Whether the networks have a bias at the output."""
        return self.output_bias != "none"

    @property
    def bias_penalty(self) -> float:
        """The factor of b² in the objective: λ where that is penalised, 0 where it is free, infinite where b is 0."""
        return {"none": inf, "free": 0.0, "penalised": self.lam}[self.output_bias]


def same_problem(one: Problem, other: Problem) -> bool:
    """Return whether two problems are the same, number for number: what is proven of one then holds for the other.

    >>> same_problem(Problem(X=[[1.0]], y=[2.0]), Problem(X=[[1.0]], y=[2.0], lam=0.1))
    False
    """
    same = one.lam == other.lam and one.second_layer == other.second_layer and one.output_bias == other.output_bias
    same = same and one.loss == other.loss
    return same and np.array_equal(one.X, other.X) and np.array_equal(one.y, other.y)


def is_one_of(value: object, names: tuple[str, ...]) -> bool:
    """Return whether a value is one of some names; an array of one is equal to it, and is none."""
    return isinstance(value, str) and value in names


def check_problem(problem: object) -> None:
    """Raise ValueError, with what to pass instead, unless an argument is a ``Problem``."""
    if isinstance(problem, Problem):
        return
    held = [name for name in ("problem", "problem_") if hasattr(problem, name)]
    if held:
        way = f"pass its {held[0]}"
    elif hasattr(problem, "alpha") and hasattr(problem, "W"):
        way = "the network comes after it"
    else:
        way = "Problem(X, y, lam) makes one"
    raise ValueError(f"problem must be a landscape.Problem, but was a {type(problem).__name__}: {way}.")


def _check_classes(y: np.ndarray) -> None:
    """Raise ValueError unless labels (n,) are −1 and 1, with the way there where they are 0 and 1."""
    other = y[np.abs(y) != 1.0]
    if other.size:
        way = ": of labels 0 and 1 make 2 * y - 1" if np.isin(y, (0.0, 1.0)).all() else ""
        raise ValueError(f"y must hold -1 and 1 when loss is 'logistic', but holds {other[0]:g}{way}.")
