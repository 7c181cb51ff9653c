"""What an estimator is given, refused where a number would have to be guessed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

NUMBERS = "biuf"
"""The kinds of NumPy's types that hold real numbers: bool, signed and unsigned integers, floating point."""

LEFT_TO_SCIKIT_LEARN = "Oc"
"""Objects, which it converts one by one, and complex numbers, which it refuses in a sentence of its own."""


def check_given(values: Any, name: str, *, labels: bool = False) -> None:
    """Raise ValueError where scikit-learn would read numbers that are not there.

    It reads what lies below a mask, and numbers out of strings and dates; a tensor that requires gradients would lose
    them. ``labels``: of classes, which may be strings.
    """
    for part in [values, *(values if isinstance(values, list | tuple) else [])]:
        if isinstance(part, np.ma.MaskedArray) and np.ma.is_masked(part):
            raise ValueError(f"{name} must hold every number, but is a masked array: fill it, or leave samples out.")
        if getattr(part, "requires_grad", False) is True:
            raise ValueError(f"{name} must be plain numbers, but is a tensor that requires gradients: pass .detach().")
    if labels or values is None or hasattr(values, "toarray"):  # a sparse matrix, which scikit-learn refuses
        return
    try:
        array = np.asarray(values)
    except ValueError:  # rows of different lengths, which scikit-learn refuses
        return
    if array.dtype.kind not in NUMBERS + LEFT_TO_SCIKIT_LEARN:
        raise ValueError(f"{name} must hold numbers, but holds values of type {array.dtype}: convert them first.")
    texts = (value for value in array.ravel() if isinstance(value, str | bytes)) if array.dtype.kind == "O" else ()
    for text in texts:
        raise ValueError(f"{name} must hold numbers, but holds the text {text!r}: convert it first.")


@contextmanager
def transpose_proposed(X: Any, y: Any = None, *, features: int | None = None) -> Iterator[None]:
    """Add to scikit-learn's refusal of X (n, d) that X.T may be meant, where that fits labels y, or the features."""
    try:
        yield
    except ValueError as error:
        said = str(error)
        of_samples = y is not None and "inconsistent numbers of samples" in said
        if not (of_samples or (features is not None and "features, but" in said)):
            raise
        shape = tuple(np.shape(X))
        if len(shape) != 2 or (shape[-1] != len(y) if of_samples else shape[0] != features):
            raise
        sentence = f"X must have one row a sample and one column a feature, but has shape {shape}: pass X.T."
        raise ValueError(f"{said.rstrip('.')}. {sentence}") from None
