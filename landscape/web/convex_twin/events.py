"""What a visitor does on the stage of the page Convex twin, as a change of the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from landscape.scenario import Scenario, limits
from landscape.web.notes import note
from landscape.web.session import change, current, put
from landscape.web.shared.run_events import act as act_on_runs


def act(event: Mapping[str, Any]) -> None:
    """Carry out one event of the stage: data are dragged, added and deleted here, runs as on the front page."""
    handler = _HANDLERS.get(str(event.get("kind")))
    if handler is None:
        act_on_runs(event)
        return
    try:
        handler(current(), event)
    except (ValueError, TypeError, KeyError, IndexError) as refused:
        if isinstance(refused, ValueError) and refused.args:
            note([str(refused)])


def _click(scenario: Scenario, event: Mapping[str, Any]) -> None:
    """A click in the picture of the data adds a point there."""
    if event.get("view") != "outputs" or scenario.data.features != 1:
        return
    if scenario.data.n >= limits.MAX_POINTS:
        note([f"{limits.MAX_POINTS} points is the most that are taken."])
        return
    x, y = (limits.NUMBER.clamp(float(f"{float(event[axis]):.4g}")) for axis in ("x", "y"))
    change(x=(*scenario.data.x, x), y=(*scenario.data.y, y), escape=None, at=None)


def _edit(scenario: Scenario, event: Mapping[str, Any]) -> None:
    x, y = ([limits.NUMBER.clamp(float(v)) for v in event[axis]] for axis in ("x", "y"))
    moved = scenario.changed(x=tuple(x), y=tuple(y))
    put(replace(moved, view=replace(moved.view, at=None, escape=None)), passing=not event.get("final", True))


def _delete(scenario: Scenario, event: Mapping[str, Any]) -> None:
    index, f = int(event["index"]), scenario.data.features
    if scenario.data.n == 1:
        note(["One point has to stay."])
        return
    x, y = list(scenario.data.x), list(scenario.data.y)
    del x[f * index : f * (index + 1)], y[index]
    change(x=tuple(x), y=tuple(y), escape=None, at=None)


_HANDLERS = {"click": _click, "edit": _edit, "delete": _delete}
