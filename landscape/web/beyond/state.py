"""What a visitor may set on the page Beyond: one flat record a setting, checked, and to and from the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self, TypeVar

from landscape.scenario.limits import Range, checked, checked_choice, checked_tuple

COORDINATE = Range(-1e4, 1e4, least=1e-15)
"""A coordinate or a label: smaller than its least magnitude it is as good as 0, or in the wrong unit."""

STARTS = Range(1, 100, whole=True)
SEED = Range(0, 1_000_000, whole=True)


@dataclass(frozen=True)
class SettingState:
    """The base of every setting's record.

    Arguments
        x, y: data, row after row, ``per_x`` and ``per_y`` numbers a point.
        starts: networks that are trained; seed: of their starts.

    Raises ValueError for what is out of its limits.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    starts: int = 30
    seed: int = 0

    limits: ClassVar[Mapping[str, Range]] = {}
    choices: ClassVar[Mapping[str, Sequence[str]]] = {}

    @property
    def per_x(self) -> int:
        """Numbers of x a point."""
        return 1

    @property
    def per_y(self) -> int:
        """Numbers of y a point."""
        return 1

    @property
    def n(self) -> int:
        """Number of points."""
        return len(self.x) // self.per_x

    @property
    def sizes(self) -> Range:
        """The allowed numbers of points."""
        return Range(2, 12, whole=True)

    def __post_init__(self) -> None:
        for name, options in self.choices.items():
            checked_choice(getattr(self, name), options, name)
        for name, allowed in {"starts": STARTS, "seed": SEED, **self.limits}.items():
            object.__setattr__(self, name, checked(getattr(self, name), allowed, name))
        for name in ("x", "y"):
            object.__setattr__(self, name, checked_tuple(getattr(self, name), COORDINATE, name))
        if len(self.x) != self.n * self.per_x or len(self.y) != self.n * self.per_y:
            raise ValueError(f"x and y must hold {self.per_x} and {self.per_y} numbers a point.")
        checked(self.n, self.sizes, "The number of points")

    def changed(self, **values: Any) -> Self:
        """Return the record with other values; raises ValueError for what is out of its limits."""
        return replace(self, **values)


S = TypeVar("S", bound=SettingState)


def with_number(state: S, name: str, place: int, value: float) -> S:
    """Return the record with one number of x or y changed; what a drag leaves of 0 by rounding is 0."""
    values = list(getattr(state, name))
    values[place] = 0.0 if abs(value) < COORDINATE.least else float(f"{value:.12g}")
    return state.changed(**{name: tuple(values)})


def without_point(state: S, index: int) -> S:
    """Return the record without a point."""
    if not 0 <= index < state.n:
        raise ValueError("There is no such point.")
    cut = {
        name: (*values[: index * size], *values[(index + 1) * size :])
        for name, values, size in (("x", state.x, state.per_x), ("y", state.y, state.per_y))
    }
    return state.changed(**cut)


def to_query(state: SettingState, start: SettingState) -> dict[str, str]:
    """Return the fields that differ from the start, as text."""
    found = {}
    for field in fields(state):
        value = getattr(state, field.name)
        if value != getattr(start, field.name):
            found[field.name] = _text(value)
    return found


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(_text, value))
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def from_query(query: Mapping[str, str], start: S) -> S:
    """Return the record that an address describes; raises ValueError where it describes none."""
    given: dict[str, Any] = {}
    for field in fields(start):
        text, default = query.get(field.name), getattr(start, field.name)
        if text is None:
            continue
        try:
            if isinstance(default, tuple):
                given[field.name] = tuple(float(part) for part in text.split(",")[:1000])
            else:
                given[field.name] = type(default)(text)
        except (ValueError, OverflowError):
            raise ValueError(f"{field.name} in the address could not be read.") from None
    return start.changed(**given)


def from_values(values: Mapping[str, object], start: S) -> S:
    """Return the record that a JSON document describes; raises ValueError where it describes none."""
    given = {}
    for field in fields(start):
        if field.name in values:
            value = values[field.name]
            given[field.name] = tuple(value) if isinstance(value, list) else value
    return start.changed(**given)
