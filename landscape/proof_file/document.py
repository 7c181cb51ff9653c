"""The file as it is read: a problem, a network, a claim, and what proves it; anything else is refused by a sentence."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from landscape.proof_file.arithmetic import Number

FORMAT = "landscape proof 1"
"""What a file says that it is."""

MOST_BYTES = 20_000_000
"""Longest file that is read."""

LONGEST_NAME = 4096
"""Characters of a path; a text that is longer is none."""

LARGEST = 1e100
"""Largest magnitude of a number of the problem and of the network."""

MOST_BITS = 8192
"""Most binary digits of a whole number."""

SECOND_LAYERS = ("trained", "ones")
OUTPUT_BIASES = ("none", "free", "penalised")


class UnreadableError(ValueError):
    """The file is not one that can be checked; the sentence says why."""


@dataclass(frozen=True)
class Document:
    """A proof as its file has it, with every number and shape in order; nothing of it is proven.

    Arguments
        X: n rows of d numbers; y: n labels; lam: λ ≥ 0.
        second_layer: "trained" or "ones"; output_bias: "none", "free" or "penalised".
        W: d rows of m numbers; alpha: m numbers; bias: what is added to every output.
        lower_bound: the claim: no network of this form costs less.
        dual: n numbers z, or None where nothing is claimed but that no cost is below 0.
        cover: how |zᵀ relu(X u)| is bounded over the neurons u, with its lists as they are in the file, or None.
    """

    X: list[list[Number]]
    y: list[Number]
    lam: Number
    second_layer: str
    output_bias: str
    W: list[list[Number]]
    alpha: list[Number]
    bias: Number
    lower_bound: Number
    dual: list[Number] | None
    cover: dict[str, Any] | None


def contents(given: bytes | str | os.PathLike[str]) -> bytes | str:
    """Return the contents of a file that is given by its contents, by its path, or by its name.

    No contents are taken for a name: a JSON object begins with a brace. Raises UnreadableError where no file has the
    name, and OSError where it cannot be read.
    """
    if isinstance(given, bytes):
        return given
    if isinstance(given, str):
        if given.lstrip()[:1] in ("", "{", "[", "\ufeff") or len(given) > LONGEST_NAME or "\n" in given:
            return given
    elif not isinstance(given, os.PathLike):
        raise UnreadableError(
            f"text must be the contents of a proof file, or its path, but was a {type(given).__name__}."
        )
    path = Path(given)
    if not _is_there(path):
        raise UnreadableError(
            f"text must be the contents of a proof file, or its path, but was {str(given)[:60]!r}, which is no JSON "
            f"object and names no file that is there."
        )
    with path.open("rb") as stream:
        return stream.read(MOST_BYTES + 1)


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that is too long, or that no file can have
        return False


def read(text: bytes | str) -> Document:
    """Return a file's contents. Raises UnreadableError, with a sentence, for anything that is not such a file."""
    found = _parsed(text)
    if found.get("format") != FORMAT:
        raise UnreadableError(f"The file does not say that it is a {FORMAT!r}.")
    X = matrix(found, "X")
    y = vector(found, "y", len(X))
    lam = number(_entry(found, "lam"), "lam")
    second_layer, output_bias = (
        _choice(found, "second_layer", SECOND_LAYERS),
        _choice(found, "output_bias", OUTPUT_BIASES),
    )
    if lam < 0 or (lam > 0 and second_layer == "ones"):
        raise UnreadableError("lam must be at least 0, and 0 with a second layer of ones.")
    W = matrix(found, "W", len(X[0]))
    alpha = vector(found, "alpha", len(W[0]))
    bias = number(_entry(found, "bias"), "bias")
    if second_layer == "ones" and any(a != 1 for a in alpha):
        raise UnreadableError("alpha must be all ones with a second layer of ones.")
    if output_bias == "none" and bias != 0:
        raise UnreadableError("bias must be 0 in a network without an output bias.")
    dual = None if found.get("dual") is None else vector(found, "dual", len(X), data=False)
    cover = found.get("cover")
    if cover is not None and not isinstance(cover, dict):
        raise UnreadableError("cover must be an object.")
    return Document(
        X=X,
        y=y,
        lam=lam,
        second_layer=second_layer,
        output_bias=output_bias,
        W=W,
        alpha=alpha,
        bias=bias,
        lower_bound=number(_entry(found, "lower_bound"), "lower_bound", data=False),
        dual=dual,
        cover=cover,
    )


def number(value: object, name: str, *, data: bool = True) -> Number:
    """Return a number, of a magnitude that data have where it is ``data``; raises UnreadableError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnreadableError(f"{name} must hold numbers, but holds {_short(value)}.")
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        raise UnreadableError(f"{name} holds a whole number of more than {MOST_BITS} binary digits.")
    if data and not -LARGEST <= value <= LARGEST:
        raise UnreadableError(f"{name} holds a number of magnitude above {LARGEST:g}.")
    return value


def numbers(values: object, name: str, count: int | None = None, *, data: bool = True) -> list[Number]:
    """Return a list of so many numbers; raises UnreadableError for anything else."""
    if not isinstance(values, list) or not values:
        raise UnreadableError(f"{name} must be a list of numbers, but is {_short(values)}.")
    if count is not None and len(values) != count:
        raise UnreadableError(f"{name} must have {count} entries, but has {len(values)}.")
    return [number(value, name, data=data) for value in values]


def vector(found: Mapping[str, Any], name: str, count: int | None = None, *, data: bool = True) -> list[Number]:
    """Return an entry of the file that is a list of so many numbers."""
    return numbers(_entry(found, name), name, count, data=data)


def matrix(found: Mapping[str, Any], name: str, count: int | None = None) -> list[list[Number]]:
    """Return an entry of the file that is a list of rows of equally many numbers, so many rows."""
    rows = _entry(found, name)
    if not isinstance(rows, list) or not rows:
        raise UnreadableError(f"{name} must be a list of rows, but is {_short(rows)}.")
    if count is not None and len(rows) != count:
        raise UnreadableError(f"{name} must have {count} rows, but has {len(rows)}.")
    first = numbers(rows[0], name)
    return [first, *(numbers(row, name, len(first)) for row in rows[1:])]


def _parsed(text: bytes | str) -> dict[str, Any]:
    if len(text) > MOST_BYTES:
        raise UnreadableError(f"The file has {len(text):,} bytes; more than {MOST_BYTES:,} are not read.")
    try:
        found = json.loads(text, parse_float=_float, parse_constant=_not_finite)
    except UnreadableError:
        raise
    except RecursionError:
        raise UnreadableError("The file is not a proof: its lists are nested too deeply.") from None
    except ValueError as error:
        raise UnreadableError(f"The file is not JSON that can be read: {_short(str(error))}.") from None
    if not isinstance(found, dict):
        raise UnreadableError("The file is not a proof: it is no JSON object.")
    return found


def _float(text: str) -> float:
    value = float(text)
    if value - value != 0:
        _not_finite(text)
    return value


def _not_finite(text: str) -> NoReturn:
    raise UnreadableError(f"The file holds {_short(text)}, which is not a finite number.")


def _entry(found: Mapping[str, Any], name: str) -> object:
    if name not in found:
        raise UnreadableError(f"The file lacks {name}.")
    return found[name]


def _choice(found: Mapping[str, Any], name: str, among: tuple[str, ...]) -> str:
    value = _entry(found, name)
    if value not in among:
        raise UnreadableError(f"{name} must be one of {', '.join(among)}, but is {_short(value)}.")
    return str(value)


def _short(value: object) -> str:
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = repr(value) if not isinstance(value, str) else value
    return text if len(text) <= 60 else text[:57] + "..."
