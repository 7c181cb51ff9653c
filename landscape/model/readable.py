"""How a record is shown where it stands alone, as in a notebook: what it says, then its fields without whole arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sized
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction

import numpy as np

from landscape.formatting import counted, short

WIDEST = 100
"""Characters of a line; a text that is longer is cut there."""

FEW = 6
"""Up to so many numbers of a tuple, and a vector, are written out."""


def readable(record: object) -> str:
    """Return a record as text of a few lines, to be its ``__repr__``: the class, what it says, and its fields.

    A record says what its method ``_said`` returns, if it has one. Arrays are their shape and range, records within
    it what they say, numbers as people write them; defaults that are empty, and functions, are left out.

    >>> from landscape import Network
    >>> Network(W=[[1.5, -0.5], [0.0, 1.0]], alpha=[1.0, -2.0])
    Network: 2 neurons of 2 weights
      W 2 × 2 from −0.5 to 1.5 · alpha (1, −2) · bias 0
    """
    assert is_dataclass(record)
    parts = [f"{field.name} {text}" for field in fields(record) if (text := _written(getattr(record, field.name)))]
    return "\n".join([headline(record), *(f"  {line}" for line in _lines(parts))])


def headline(record: object) -> str:
    """Return the class of a record and what it says, in one line."""
    said = getattr(record, "_said", None)
    name = type(record).__name__
    return name if said is None else f"{name}: {said()}"


def _lines(parts: list[str]) -> Iterator[str]:
    line = ""
    for part in parts:
        if line and len(line) + len(part) + 3 > WIDEST:
            yield line
            line = part
        else:
            line = f"{line} · {part}" if line else part
    if line:
        yield line


def _written(value: object) -> str:
    """Return a field's value as text, empty where there is nothing to say of it."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    if isinstance(value, float | np.floating | Fraction):
        return short(float(value), 6)
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, str):
        return value if len(value) <= WIDEST else f"{value[: WIDEST - 1]}…"
    if is_dataclass(value):
        return f"({headline(value).split('. ')[0]})"
    if isinstance(value, tuple | list):
        return _several(value)
    if isinstance(value, Mapping):
        return counted(len(value), "entry").replace("entrys", "entries")
    return "none" if value is None else ""


def _array(array: np.ndarray) -> str:
    if array.size == 0:
        return ""
    shape = " × ".join(f"{length:,}" for length in array.shape)
    if array.dtype == np.bool_:
        return f"{shape}, {int(array.sum()):,} of {array.size:,} true"
    if not np.issubdtype(array.dtype, np.number):
        return shape
    if array.ndim == 1 and array.size <= FEW:
        return f"({', '.join(short(float(number)) for number in array)})"
    low, high = short(float(np.min(array))), short(float(np.max(array)))
    return f"{shape}, all {low}" if low == high else f"{shape} from {low} to {high}"


def _several(values: Sized) -> str:
    assert isinstance(values, tuple | list)
    if not values:
        return "none"
    if len(values) <= FEW and all(isinstance(v, bool | int | float) for v in values):
        return f"({', '.join(_written(v) for v in values)})"
    kinds = {type(value).__name__ for value in values}
    return f"{len(values):,} {next(iter(kinds)) if len(kinds) == 1 else 'values'}"
