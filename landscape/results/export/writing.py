"""How numbers and arrays are written in exported code: exactly, and in lines of limited length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from landscape.scenario import Data

WIDTH = 96
"""Longest line of exported code, in characters, that holds a list of numbers."""


def number(value: float) -> str:
    """Return a float as Python reads it back exactly."""
    return repr(float(value))


def vector(values: Iterable[float]) -> list[str]:
    """Return numbers as the entries of a list, for ``bracketed``."""
    return [number(value) for value in values]


def rows(values: Sequence[Sequence[float]]) -> list[str]:
    """Return rows of numbers as the entries of a list of lists, for ``bracketed``."""
    return [f"[{', '.join(vector(row))}]" for row in values]


def bracketed(before: str, entries: Sequence[str], after: str = "") -> str:
    """Return ``before[entries]after`` on one line where it fits, else with the entries on lines of their own."""
    line = f"{before}[{', '.join(entries)}]{after}"
    if len(line) <= WIDTH:
        return line
    lines, filled = [f"{before}["], ""
    for entry in entries:
        if filled and len(filled) + len(entry) + 6 > WIDTH:
            lines.append(f"    {filled}")
            filled = ""
        filled += f"{' ' if filled else ''}{entry},"
    return "\n".join([*lines, f"    {filled}", f"]{after}"])


def data_lines(data: Data) -> list[str]:
    """Return the lines that define the arrays X (n, d) and y (n,) of some data."""
    lines = []
    if data.features == 1:
        lines.append(bracketed("x = np.array(", vector(data.x), ")"))
    else:
        points = [data.x[k : k + data.features] for k in range(0, len(data.x), data.features)]
        lines.append(bracketed(f"{'x' if data.bias else 'X'} = np.array(", rows(points), ")"))
    lines.append(bracketed("y = np.array(", vector(data.y), ")"))
    if data.bias:
        lines.append("X = np.column_stack([x, np.ones(len(x))])  # the column of ones is the bias")
    elif data.features == 1:
        lines.append("X = x[:, None]  # one feature, no bias")
    return lines
