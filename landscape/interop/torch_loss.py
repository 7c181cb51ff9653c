"""Which multiple of the squared error or of the logistic loss a loss of PyTorch is, found by evaluating it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isnan, nan
from typing import Any, Literal

import numpy as np

from landscape.formatting import short
from landscape.interop.extras import library
from landscape.interop.given import is_tensor

MEASURED = 1e-6
"""Two values of a loss are one where they differ by no more than this share: it may compute in float32."""

BEYOND = 1000.0
"""How much larger than the data errors are at which a loss is measured; with more samples than that, n times."""

NAMED = 10.0
"""Errors up to which a loss is measured at least, whatever the data."""

BATCHES = 50
"""Batches of three samples at which a loss is measured on the data themselves, and sizes of errors beside these."""

OVERFLOWING = 80.0
"""A term above which a loss may be infinite: exp(88) is the largest in float32."""

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


def loss_of(loss: Any, labels: np.ndarray | None = None, outputs: np.ndarray | None = None) -> Loss:
    """Return what a loss is: a name of ``NAMES``, a module as ``torch.nn.MSELoss()``, or any loss(outputs, targets).

    A module or a function is evaluated at drawn outputs, in batches of two sizes: so a reduction, a factor of ½ and a
    weight of the classes are seen. It is then evaluated at errors of every size that the data may have, so that one
    that is squared for small errors alone, or has a ceiling, is seen as well.

    Arguments
        labels, outputs: (n,) those of the data; without them the errors are those of labels of size ``NAMED``.

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
        multiples = [_multiple(loss, count, kind, coding) for count in (3, 5)]
        if None in multiples:
            continue
        (small, shapes), (large, _) = multiples  # type: ignore[misc]
        for over, sizes in (("sum", (1, 1)), ("mean", (3, 5))):
            factor = small * sizes[0]
            if abs(factor - large * sizes[1]) <= MEASURED * abs(factor):
                if not factor > 0:
                    raise ValueError(f"loss must grow with the errors, but {name} is {factor:g} times them.")
                found = Loss(kind, over, _plain(factor), coding)  # type: ignore[arg-type]
                _check_every_size(loss, name, replace(found, factor=factor), shapes, labels, outputs)
                return found
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


Shapes = tuple[tuple[int, ...], tuple[int, ...]]
"""The shapes of outputs and targets of a batch, −1 for its samples."""


def _check_every_size(
    loss: Any, name: str, found: Loss, shapes: Shapes, labels: np.ndarray | None, outputs: np.ndarray | None
) -> None:
    """Raise ValueError unless a loss is what was found at the data themselves, and at errors far smaller and larger.

    A network that costs less than one whose outputs are 0 has no error above √n times the largest label, and no margin
    below −n log 2: a loss that is what was found up to there has the same best networks.
    """
    y = np.zeros(1) if labels is None else labels
    f = np.zeros(1) if outputs is None else outputs
    largest = max(NAMED, float(np.max(np.abs(f))), float(np.max(np.abs(y))) if found.kind == "squared" else 0.0)
    for size, pairs in sorted(_pairs(found, y, f, largest), key=lambda pair: pair[0]):
        with np.errstate(over="ignore"):
            agrees = _agrees(loss, found, shapes, *pairs)
        if not agrees:
            terms = "squared errors" if found.kind == "squared" else "logistic losses"
            where = "an error" if found.kind == "squared" else "an output"
            raise ValueError(
                f"loss must be a multiple of the {terms} at errors of every size, but {name} is one up to some size "
                f"alone: not at {where} of {short(size)}, where labels and outputs are as large as {short(largest)}."
            )


def _pairs(
    found: Loss, y: np.ndarray, f: np.ndarray, largest: float
) -> Iterator[tuple[float, tuple[np.ndarray, np.ndarray]]]:
    """Yield outputs and targets of batches, with the size of their errors: drawn ones of every size, and the data."""
    rng = np.random.default_rng(0)
    there = [float(np.median(some[some > 0])) for some in (np.abs(y), np.abs(f), np.abs(y - f)) if some.any()]
    sizes = np.geomspace(min(1.0, *there, 1.0) / BEYOND, max(BEYOND, len(f)) * largest, BATCHES)
    batches = _batches(y, f)
    if found.kind == "squared":
        for outputs, targets in [(f, y), *batches]:
            yield float(np.max(np.abs(outputs - targets))), (outputs, targets)
        for size in sizes.tolist():
            errors, targets = size * (0.5 + rng.random(3)) * rng.choice((-1.0, 1.0), 3), size * rng.standard_normal(3)
            yield size, (targets + errors, targets)
            targets = batches[rng.integers(len(batches))][1]
            yield size, (targets + errors, targets)
        return
    assert found.coding is not None
    low, high = found.coding
    signs = [np.array(some) for some in ((1.0, 1.0, 1.0), (-1.0, -1.0, -1.0), (1.0, -1.0, 1.0), (-1.0, 1.0, -1.0))]
    for outputs in [*(size * (0.5 + rng.random(3)) for size in sizes), *(outputs for outputs, _ in batches)]:
        for sign in signs:
            yield float(np.max(np.abs(outputs))), (outputs, np.where(sign > 0, high, low))


def _batches(y: np.ndarray, f: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return outputs and labels of three samples each, of similar size, from the smallest to the largest error."""
    order = np.argsort(np.abs(y - f), kind="stable")
    starts = np.unique(np.linspace(0, max(0, len(f) - 3), BATCHES).astype(int))
    chosen = [np.resize(order[start : start + 3], 3) for start in starts]
    return [(f[rows], y[rows]) for rows in chosen]


def _agrees(loss: Any, found: Loss, shapes: Shapes, outputs: np.ndarray, targets: np.ndarray) -> bool:
    """Return whether a loss has at outputs and targets the value that was found, up to rounding.

    It may be infinite where it is large: it overflows there, and no network that is any good has such an error.
    """
    torch = library("torch", "torch")
    if found.kind == "squared":
        terms = (outputs - targets) ** 2
        exact = 2.0 * (outputs**2 + targets**2)  # of which the error is rounded
    else:
        assert found.coding is not None
        terms = np.logaddexp(0.0, -np.where(targets == found.coding[1], 1.0, -1.0) * outputs)
        exact = 1.0 + terms
    share = found.factor / (len(terms) if found.over == "mean" else 1)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = loss(
                *(torch.from_numpy(v.reshape(shape)) for v, shape in zip((outputs, targets), shapes, strict=True))
            )
            eps = torch.finfo(value.dtype).eps if is_tensor(value) else float(np.finfo(float).eps)
            value = float(value)
        except Exception:  # it has taken these shapes before
            return False
    if value == np.inf and float(terms.max()) > OVERFLOWING:
        return True
    close = share * (MEASURED * float(terms.sum()) + 8.0 * eps * float(exact.sum()))
    return bool(abs(value - share * float(terms.sum())) <= close)


def _multiple(loss: Any, count: int, kind: str, coding: tuple[float, float] | None) -> tuple[float, Shapes] | None:
    """Return the factor by which a loss over some samples is the sum of the losses of a kind; None where it is none.

    With the shapes that it takes.
    """
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
                shapes = (-1, *of_outputs[1:]), (-1, *of_targets[1:])
                return float(np.mean(factors)), shapes
    return None
