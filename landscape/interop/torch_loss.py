"""Which multiple of the squared error or of the logistic loss a loss of PyTorch is, found by evaluating it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from math import isnan, nan
from typing import Any, Literal

import numpy as np

from landscape.formatting import short
from landscape.interop.extras import library
from landscape.interop.given import is_tensor

MEASURED = 1e-6
"""Two values of a loss are one where they differ by no more than this share: it may compute in float32."""

NAMES = {"mse": ("squared", "mean"), "sse": ("squared", "sum"), "logistic": ("logistic", "mean")}
"""The losses that have a name."""


@dataclass(frozen=True)
class Loss:
    """A loss over a batch, as a multiple of a mean or a sum.

    Arguments
        kind: "squared", (f − y)², or "logistic", log(1 + exp(−y f)) with y = ±1.
        over: "mean" or "sum" of the samples of a batch.
        factor: by which that is multiplied.
        coding: the labels that it takes for the two classes; None for the squared error, and where either will do.
    """

    kind: Literal["squared", "logistic"]
    over: Literal["mean", "sum"]
    factor: float = 1.0
    coding: tuple[float, float] | None = None

    @property
    def sentence(self) -> str:
        """What it is, in words."""
        terms = "squared errors" if self.kind == "squared" else "logistic losses"
        times = "" if self.factor == 1 else f"{short(self.factor)} times "
        return f"The loss is {times}the {self.over} of the {terms}"

    @property
    def called(self) -> str:
        """What its value is, in words."""
        kind = "squared error" if self.kind == "squared" else "logistic loss"
        plural = "squared errors" if self.kind == "squared" else "logistic losses"
        name = f"mean {kind}" if self.over == "mean" else f"sum of {plural}"
        if self.factor == 1:
            return name
        return f"{'half' if self.factor == 0.5 else f'{short(self.factor)} times'} the {name}"


def loss_of(loss: Any) -> Loss:
    """Return what a loss is: a name of ``NAMES``, a module as ``torch.nn.MSELoss()``, or any loss(outputs, targets).

    A module or a function is evaluated at drawn outputs, in batches of two sizes: so a reduction, a factor of ½ and a
    weight of the classes are seen.

    Raises ValueError where it is no multiple of the mean or the sum of one of the two losses.
    """
    if loss is None:
        raise ValueError("loss must be given: 'mse', 'sse', 'logistic', or a loss as torch.nn.MSELoss().")
    if isinstance(loss, str):
        if loss not in NAMES:
            raise ValueError(f"loss must be one of {', '.join(NAMES)}, or a loss of PyTorch, but was {loss!r}.")
        kind, over = NAMES[loss]
        return Loss(kind, over)  # type: ignore[arg-type]
    name = getattr(loss, "__name__", type(loss).__name__)
    if isinstance(loss, type):
        raise ValueError(f"loss must be a loss, but is the class {name}: pass {name}().")
    if is_tensor(loss) or isinstance(loss, float | np.floating):
        held = f"a {name}" if is_tensor(loss) else repr(loss)
        raise ValueError(
            f"loss must be a function, but was {held}, a value of it: pass the function, as torch.nn.MSELoss()."
        )
    if not callable(loss):
        raise ValueError(f"loss must be one of {', '.join(NAMES)}, or a loss of PyTorch, but was {loss!r}.")
    for kind, coding in (("squared", None), ("logistic", (0.0, 1.0)), ("logistic", (-1.0, 1.0))):
        small, large = (_multiple(loss, count, kind, coding) for count in (3, 5))
        if small is None or large is None:
            continue
        for over, sizes in (("sum", (1, 1)), ("mean", (3, 5))):
            factor = small * sizes[0]
            if abs(factor - large * sizes[1]) <= MEASURED * abs(factor):
                if not factor > 0:
                    raise ValueError(f"loss must grow with the errors, but {name} is {factor:g} times them.")
                return Loss(kind, over, _plain(factor), coding)  # type: ignore[arg-type]
    if getattr(loss, "reduction", "mean") == "none":
        raise ValueError(f"loss must be one number, but {name} has reduction='none': pass one of 'mean' or 'sum'.")
    raise ValueError(
        f"loss must be a multiple of the mean or the sum of the squared errors, or of the logistic losses of two "
        f"classes of equal weight, but {name} is neither{_instead(loss, name)}."
    )


def _instead(loss: Any, name: str) -> str:
    """Return what to do with a loss that is neither of the two; empty where that is not known."""
    if getattr(loss, "pos_weight", None) is not None:
        return ": its pos_weight is not covered, and loss='logistic' judges the network without it"
    if getattr(loss, "weight", None) is not None:
        return ": its weight is not covered"
    if name in ("BCELoss", "binary_cross_entropy"):
        return ": it takes probabilities, so pass the model without its Sigmoid and torch.nn.BCEWithLogitsLoss()"
    if name in ("CrossEntropyLoss", "cross_entropy"):
        return ": it compares several logits, so train one, for two classes, with torch.nn.BCEWithLogitsLoss()"
    return ""


def pairs_all(loss: Any) -> bool:
    """Return whether a loss pairs each of some outputs (n, 1) with every label of (n,), as broadcasting does."""
    if isinstance(loss, str):
        return NAMES[loss][0] == "squared"  # what it names does so in PyTorch
    torch = library("torch", "torch")
    outputs, targets = torch.tensor([[0.1], [0.7], [-0.4]]).double(), torch.tensor([[1.0], [0.0], [1.0]]).double()

    def value(f: Any, y: Any) -> float:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of shapes that are tried
            try:
                return float(loss(f, y))
            except Exception:  # it does not take these shapes
                return nan

    found = value(outputs, targets[:, 0])
    paired = value(outputs, targets), value(outputs[:, 0], targets[:, 0])
    return not isnan(found) and not any(abs(found - one) <= MEASURED * abs(one) for one in paired)


def _plain(factor: float) -> float:
    """Return a measured factor as the simple number that it is next to, if it is."""
    simple = (1.0, 0.5, 2.0, 0.25)
    return next((number for number in simple if abs(factor - number) <= MEASURED * number), factor)


def _multiple(loss: Any, count: int, kind: str, coding: tuple[float, float] | None) -> float | None:
    """Return the factor by which a loss over some samples is the sum of the losses of a kind; None where it is none."""
    torch = library("torch", "torch")
    rng = np.random.default_rng(count)
    for of_outputs, of_targets in (((count, 1), (count, 1)), ((count,), (count,)), ((count, 1), (count,))):
        factors = []
        for size in (0.1, 1.0, 3.0, 10.0):
            outputs = size * rng.standard_normal(count)
            if kind == "squared":
                targets = rng.standard_normal(count)
                terms = (outputs - targets) ** 2
            else:
                assert coding is not None
                sign = np.where(np.arange(count) % 2 == 0, 1.0, -1.0)
                targets = np.where(sign > 0, coding[1], coding[0])
                terms = np.logaddexp(0.0, -sign * outputs)
            with torch.no_grad(), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of shapes that are tried
                try:
                    found = loss(
                        torch.from_numpy(outputs.reshape(of_outputs)), torch.from_numpy(targets.reshape(of_targets))
                    )
                    factors.append(float(found) / float(terms.sum()))
                except Exception:  # it does not take these shapes, or gives no single number
                    break
        else:
            if max(factors) - min(factors) <= MEASURED * max(map(abs, factors)) and any(factors):
                return float(np.mean(factors))
    return None
