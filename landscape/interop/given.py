"""Arrays as people have them (tensors, tables, lists) as float64 arrays, or one sentence that says why not."""

from __future__ import annotations

import sys
from numbers import Number
from typing import Any

import numpy as np


def as_numbers(values: Any, name: str, *, trained: bool = False) -> np.ndarray:
    """Return real finite numbers as a float64 array of their shape.

    Arguments
        trained: whether a tensor may require gradients, as weights do, and data do not.

    Raises ValueError that names the argument for tensors that require gradients, for sparse, masked and complex arrays,
    for anything that is not a number, and for what is missing or infinite, with its place.
    """
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(values, (torch.utils.data.Dataset, torch.utils.data.DataLoader)):
        raise ValueError(f"{name} must be an array of numbers, but is a {type(values).__name__}: pass its tensors.")
    if is_tensor(values):
        values = _of_tensor(values, name, trained)
    elif not isinstance(values, np.ndarray) and hasattr(values, "toarray"):
        raise ValueError(f"{name} must be a dense array, but is sparse: pass {name}.toarray().")
    elif np.ma.isMaskedArray(values):
        raise ValueError(f"{name} must be a plain array, but is masked: drop what is masked, or fill it.")
    try:
        array = np.asarray(values)
    except Exception as error:  # whatever the many kinds of arrays raise
        uneven = isinstance(error, ValueError) and "inhomogeneous" in str(error)
        why = "its rows differ in shape" if uneven else f"reading it as one raised: {one_line(error)}"
        raise ValueError(f"{name} must be an array of numbers, but {why}.") from error
    if array.dtype.kind == "O" and array.ndim == 0 and not isinstance(values, Number):
        raise ValueError(f"{name} must be an array of numbers, but was {type(values).__name__}.")
    if array.dtype.kind == "c":
        raise ValueError(f"{name} must hold real numbers, but is complex ({array.dtype}).")
    if array.dtype.kind == "O":
        array = _of_objects(array, name)
    if array.dtype.kind not in "biuf":
        held = "text" if array.dtype.kind in "SUT" else f"values of type {array.dtype}"
        raise ValueError(f"{name} must hold numbers, but holds {held}.")
    numbers = np.array(array, dtype=np.float64)
    wrong = np.argwhere(~np.isfinite(numbers))
    if len(wrong):
        place = tuple(wrong[0].tolist())
        at = place[0] if len(place) == 1 else place
        raise ValueError(f"{name} must hold finite numbers, but holds {numbers[place]:g} at {at}.")
    return numbers


def named(value: Any) -> str:
    """Return what a value is, in a word or two: its class, or that it is one."""
    return f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__


def one_line(error: Exception) -> str:
    """Return what an error says as one line without a full stop."""
    return " ".join(str(error).split())[:200].rstrip(".")


def is_tensor(values: Any) -> bool:
    """Return whether a value is a tensor of PyTorch, without loading PyTorch."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(values, torch.Tensor)


def half_precision(**given: Any) -> tuple[str, ...]:
    """Return the sentences about data, by their names, that were given in half precision."""
    halves = {name: kind for name, values in given.items() if (kind := _half(values))}
    return tuple(
        f"{name} was given in half precision ({kind}): its numbers are taken as they are, and where the network was "
        f"trained on more digits of them its objective was another."
        for name, kind in halves.items()
    )


def _half(values: Any) -> str:
    """Return the type of numbers of half precision, as text; empty for others."""
    kinds = {str(kind) for kind in getattr(values, "dtypes", [])} if hasattr(values, "columns") else set()
    kinds |= {str(getattr(values, "dtype", ""))}
    return next((kind for kind in sorted(kinds) if kind.rpartition(".")[2] in ("float16", "bfloat16")), "")


def _of_tensor(tensor: Any, name: str, trained: bool) -> np.ndarray:
    if tensor.requires_grad and not trained:
        raise ValueError(f"{name} must be data, but is a tensor that requires gradients: pass {name}.detach().")
    if tensor.device.type == "meta":
        raise ValueError(f"{name} must hold numbers, but is on the meta device, where there are none.")
    if str(tensor.layout) != "torch.strided":
        raise ValueError(f"{name} must be a dense tensor, but is sparse: pass {name}.to_dense().")
    if tensor.is_complex():
        raise ValueError(f"{name} must hold real numbers, but is complex ({tensor.dtype}).")
    if tensor.is_quantized:
        raise ValueError(f"{name} must hold plain numbers, but is quantised: pass {name}.dequantize().")
    numbers: np.ndarray = tensor.detach().cpu().double().numpy()
    return numbers


def _of_objects(array: np.ndarray, name: str) -> np.ndarray:
    """Return an array of Python's numbers as float64."""
    for place, value in np.ndenumerate(array):
        if not isinstance(value, (Number, np.bool_)):
            at = place[0] if len(place) == 1 else place
            held = "text" if isinstance(value, (str, bytes)) else repr(value)[:40]
            raise ValueError(f"{name} must hold numbers, but holds {held} at {at}.")
        if isinstance(value, (complex, np.complexfloating)):
            raise ValueError(f"{name} must hold real numbers, but holds {value}.")
    try:
        return array.astype(np.float64)
    except OverflowError:
        raise ValueError(f"{name} must hold finite numbers, but holds one beyond the largest float64.") from None


def as_samples(X: Any, features: int, taker: str = "the first layer") -> np.ndarray:
    """Return X as (n, features) float64, or raise ValueError that says what to pass instead."""
    array = as_numbers(X, "X")
    shape = array.shape
    takes = f"{taker} takes {features} feature{'s' * (features != 1)}"
    if array.ndim > 2 and int(np.prod(shape[1:])) == features:
        raise ValueError(f"X must have one sample a row, but has shape {shape}: pass X.reshape(len(X), -1).")
    if array.ndim == 1 and features == 1:
        raise ValueError(f"X must have one sample a row, but has shape {shape}: pass X.reshape(-1, 1).")
    if array.ndim == 1 and features == len(array):
        raise ValueError(f"X must have one sample a row, but has shape {shape}: for one sample pass X.reshape(1, -1).")
    if array.ndim != 2:
        raise ValueError(f"X must have 2 dimensions, one sample a row, but has shape {shape}, and {takes}.")
    if shape[1] != features:
        advice = ": pass X.T" if shape[0] == features else ""
        if shape[1] == features + 1 and bool(np.all(array[:, -1] == 1.0)):
            advice = ": leave out the column of ones, which stands for a bias that the layer has of its own"
        raise ValueError(f"X has shape {shape}, but {takes}{advice}.")
    if len(array) == 0:
        raise ValueError(f"X must not be empty, but has shape {shape}.")
    return array


def as_labels(y: Any, n: int) -> np.ndarray:
    """Return y as (n,) float64; (n, 1) is flattened. Raises ValueError that says what to pass instead."""
    array = as_numbers(y, "y")
    if array.shape == (n, 1):
        return array[:, 0]
    if array.ndim == 2 and array.shape[0] == n:
        raise ValueError(f"y must be one label a sample, but has shape {array.shape}: several outputs are not covered.")
    if array.shape == (1, n):
        raise ValueError(f"y has shape {array.shape}, but X has {n} rows: pass y.T.")
    if array.shape != (n,):
        raise ValueError(f"y must have one label for each of the {n} rows of X, but has shape {array.shape}.")
    return array
