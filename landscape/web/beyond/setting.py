"""The record of a setting of the page Beyond: its texts, data, program, training, and pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from landscape.extensions.shared.quasi_newton import Progress, Stop
from landscape.figures.beyond.value_strip import Row
from landscape.figures.style import DATA, OPTIMUM, RUN_COLORS, STUCK
from landscape.formatting import counted, short, written
from landscape.model.excess import AT_OPTIMUM, TARGETS
from landscape.web.beyond.state import SettingState
from landscape.web.stage.protocol.drags import DraggedPoint
from landscape.web.stage.protocol.runs import PlayedRun
from landscape.web.stage.protocol.sentences import Sentence
from landscape.web.stage.protocol.views import StageView

TRAINED = RUN_COLORS[2]
"""Light blue: visible on white and on black."""

NEAR = TARGETS[1]
"""A trained network has reached the value of the program when it exceeds it by at most this share of it."""


@dataclass(frozen=True, eq=False)
class Setting:
    """One tab of the page.

    Arguments
        name: its name in the address; label: on its tab.
        about: the setting in two sentences; formulas: in LaTeX, each on a line of its own; special: what is special.
        start: the state it opens with; solved_by: the fields that the solution depends on.
        solve: the convex program of a state; train: the networks trained beside it.
        controls: draws its controls; details: draws the sections below the stage.
        views, sentences, points: its pictures, its sentences, and what can be dragged.
        move_point: the state after a point was dragged; add_point: the state with a point where a view was clicked, or
            None where clicks add none.
        runs: the runs that are played in the pictures, or None.
        code: a script that solves and trains a state and prints the values.
        compare: the convex twin's value beside the best that training reached, in one sentence; None before it is
            solved; invitation: what a visitor can do, in one or two sentences.
    """

    name: str
    label: str
    about: str
    formulas: tuple[str, ...]
    special: str
    start: SettingState
    solved_by: tuple[str, ...]
    solve: Callable[[Any], Any]
    train: Callable[[Any, Progress, Stop], Any]
    controls: Callable[[Any], None]
    views: Callable[[Any, Any, Any], Sequence[StageView]]
    sentences: Callable[[Any, Any, Any], list[Sentence]]
    points: Callable[[Any], list[DraggedPoint]]
    move_point: Callable[[Any, str, float, float], SettingState]
    details: Callable[[Any, Any, Any], None]
    add_point: Callable[[Any, str, float, float], SettingState] | None = None
    runs: Callable[[Any, Any, Any], list[PlayedRun]] | None = None
    code: Callable[[Any], str] = lambda state: ""
    compare: Callable[[Any, Any, Any], Sentence | None] = lambda state, found, trained: None
    invitation: str = ""

    def key(self, state: SettingState) -> tuple[Any, ...]:
        """Return the fields that the solution depends on."""
        return ("beyond", self.name, "solve", *(getattr(state, field) for field in self.solved_by))


def point(
    id: str,
    index: int,
    view: str,
    label: str,
    x: float,
    y: float,
    *,
    axes: Literal["xy", "x", "y"] = "xy",
    symbol: str = "square",
    color: str = DATA,
    removable: bool = True,
    said: str | None = None,
) -> DraggedPoint:
    """Return a point that can be dragged, by default a data point."""
    return DraggedPoint(id, index, view, label, x, y, axes, symbol, color, removable, said)


def sentence(run: str, name: str, text: str, color: str, symbol: str) -> Sentence:
    """Return a sentence of the stage."""
    return Sentence(run, name, text, run, color, symbol)


def value_sentences(
    value: float, bound: float, objective: float, exactness: str, units: str, *, program: str = "Convex twin:"
) -> list[Sentence]:
    """Return the sentences of the convex value and of the recovered network."""
    digits: tuple[tuple[str, str], ...] = (
        ("value", written(value, 8)),
        ("own objective of the network", written(objective, 8)),
    )
    if np.isfinite(bound):
        gap = max(value - bound, 0.0)
        digits += ("proven bound", written(bound, 8)), ("gap", short(gap, 2))
        if gap > AT_OPTIMUM * (abs(value) or 1.0):
            exactness = f"{exactness} Proven bound {written(bound)}, gap {short(gap, 1)}."
    program_says = sentence("optimum", program, f"{written(value)}.", OPTIMUM, "star")
    return [
        replace(program_says, why=exactness, digits=digits),
        sentence(
            "recovered",
            "Recovered network:",
            f"{written(objective)}, its own objective, with {units}.",
            OPTIMUM,
            "diamond",
        ),
    ]


def trained_sentence(
    values: Sequence[float] | np.ndarray | None, value: float, what: str = "network", name: str = "Trained"
) -> Sentence:
    """Return the sentence of the trained networks, or that training is not done."""
    if values is None:
        return sentence("trained", f"{name}:", "on the way.", TRAINED, "circle")
    ended = np.asarray(values)[np.isfinite(values)]
    if not len(ended):
        return sentence(
            "trained", f"{name}:", f"none of {counted(len(values), what)} came to fit the data.", TRAINED, "circle"
        )
    best, worst = float(ended.min()), float(ended.max())
    size = abs(value) or 1.0
    near = int(np.sum(ended <= value + NEAR * size))
    above = best - value
    gap = (
        "the convex value"
        if abs(above) <= AT_OPTIMUM * size
        else f"{short(above, 2)} above the convex value"
        if above > 0
        else f"{short(-above, 2)} below it"
    )
    lost = f" {len(values) - len(ended)} did not come to fit." if len(ended) < len(values) else ""
    text = (
        f"best of {counted(len(values), what)} {written(best)}, {gap}; worst {written(worst)}; "
        f"{near} within {short(100 * NEAR)} % of it.{lost}"
    )
    return sentence("trained", f"{name}:", text, TRAINED, "circle")


VALUES = "Convex twin against training"
"""The heading of the strip of values."""

VALUES_CAPTION = "Each mark is a value that was reached: left is better. Recovered: the network read off from the twin."
"""Its caption."""

DRAG = "Drag a square, and both are computed again."
"""The invitation of the settings whose data are squares."""


MANYFOLD = 10
"""From this multiple on a value is told as a multiple, not in per cent."""


def comparison(
    value: float, values: Sequence[float] | np.ndarray | None, *, proven: bool, what: str = "network"
) -> Sentence:
    """Return the sentence of the convex twin's value beside the best of the trained networks.

    Arguments
        value: of the convex twin; values: those that training reached, None while it is not done.
        proven: whether no network of this kind is lower; what: the noun of what was trained.
    """
    known = ", proven to be the least" if proven else ", not proven to be the least"
    first = f"the convex twin reaches {written(value)}{known}"
    if values is None:
        return _comparison(f"{first}; training is on the way.")
    ended = np.asarray(values, dtype=float)[np.isfinite(values)]
    if not len(ended):
        return _comparison(f"{first}; none of {counted(len(values), what)} that were trained came to fit the data.")
    best = float(ended.min())
    of = f"the trained {what}" if len(values) == 1 else f"the best of {counted(len(values), f'trained {what}')}"
    return _comparison(f"{first}; {of} {_reaches(best, value)}.")


def _reaches(best: float, value: float) -> str:
    size = abs(value) or 1.0
    above = best - value
    if abs(above) <= AT_OPTIMUM * size:
        return "comes as low"
    if value > 0 and above > MANYFOLD * size:
        return f"reaches {written(best)}, {short(best / value, 2)} times as much"
    share = short(100 * abs(above) / size, 2)
    return f"reaches {written(best)}, {share} % {'above' if above > 0 else 'below'} it"


def _comparison(text: str) -> Sentence:
    return sentence("comparison", "Comparison:", text, OPTIMUM, "star")


def value_rows(
    value: float | None, objective: float | None, values: Sequence[float] | np.ndarray | None, bound: float | None
) -> list[Row]:
    """Return the rows of the strip that every setting has."""
    rows = [
        Row("convex twin", [] if value is None else [value], "star", OPTIMUM),
        Row("recovered", [] if objective is None else [objective], "diamond", OPTIMUM),
        Row("trained", [] if values is None else list(values), "circle", TRAINED, "" if values is None else "best"),
    ]
    if bound is not None and np.isfinite(bound):
        rows.append(Row("proven bound", [bound], "triangle-right", STUCK))
    return rows
