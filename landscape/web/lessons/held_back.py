"""What is not shown before the reveal is not sent: pictures and states without it.

A picture is drawn whole, so that its window and its colours are the same before and after, and then keeps only traces
that are known to tell nothing of what is held back.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from landscape.web.stage.protocol.runs import PackedWeights, PlayedRun
from landscape.web.stage.protocol.state import StageState
from landscape.web.stage.protocol.views import StageView

_GROUND = re.compile(r"field|borders|shade(-\w+)?|wall|data|cone\d+|patterns")
"""Traces that show the data and the landscape alone: the loss, the borders of activation, cones and patterns."""

_OPTIMUM = re.compile(r"optimum(-\w+)?|narrow|kinks|arrows-?1|tips-?1|neurons")
_STUCK = re.compile(r"stuck|edges|points|piece\d+|basin\d+|basins?")
_FUTURE = re.compile(r"((run|escape)\d+-.*)|pulled\d+|extremal\d+")
_PATH = re.compile(r"run\d+-(line|casing)")

_ANNOTATIONS: Mapping[str, re.Pattern[str]] = {
    "optimum": re.compile(r"best|optimum|same network|bound"),
    "stuck": re.compile(r"stuck|^loss "),
}
"""What annotations beside these parts say."""

_UNUSED = "rgba(72,134,187,.10)"
"""The fill of every cone, in use or not."""

NOT_YET = "What else there is to see is shown later."
"""What the text alternative of a picture says while something is held back."""


def without(
    held: Collection[str], views: tuple[StageView, ...], state: StageState
) -> tuple[tuple[StageView, ...], StageState]:
    """Return views and a state without what a scene holds back.

    Arguments
        held: names of ``landscape.lessons.records.HELD_BACK``.
    """
    if not held:
        return views, state
    shown = tuple(_view(view, held, clocked=state.clocked) for view in views)
    sentences = () if {"verdicts", "optimum", "future"} & set(held) else state.sentences
    runs = state.runs
    if "future" in held:
        # Of a race the first step is a time, which was measured.
        runs = () if state.clocked else tuple(_begun(run) for run in runs if run.id.startswith("run"))
    # What can be dragged is run to its end by the browser.
    return shown, replace(state, sentences=sentences, runs=runs, drag=None)


def _view(view: StageView, held: Collection[str], *, clocked: bool) -> StageView:
    figure = json.loads(view.figure)
    traces = [_trace(trace, view, held, begins=not clocked) for trace in figure["data"]]
    figure["data"] = [trace for trace in traces if trace is not None]
    for place in (figure["layout"], figure["layout"].get("scene", {})):
        if "annotations" in place:
            place["annotations"] = [note for note in place["annotations"] if _is_kept(note, held)]
    text = json.dumps(figure, separators=(",", ":"), ensure_ascii=False)
    return replace(view, figure=text, alt=f"{view.title}. {NOT_YET}", caption=_caption(view, held), invitation="")


def _trace(trace: dict[str, Any], view: StageView, held: Collection[str], *, begins: bool) -> dict[str, Any] | None:
    """Return a trace as it may be seen, None where it may not; ``begins``: whether where runs begin may be seen."""
    name = str(trace.get("uid", ""))
    if _GROUND.fullmatch(name):
        if "optimum" in held and view.name in ("cones", "patterns", "optimum", "trained"):
            return _unmarked(trace, name)
        return trace
    if _OPTIMUM.fullmatch(name):
        return None if "optimum" in held else trace
    if _STUCK.fullmatch(name):
        return None if _holds_stuck(held) else trace
    if _FUTURE.fullmatch(name):
        cut = "future" in held or ("curves" in held and view.name == "losses")
        return (
            (_first_point(trace) if _PATH.fullmatch(name) and begins and view.kind in ("path", "track") else None)
            if cut
            else trace
        )
    return None  # what is not known here may tell anything


def _holds_stuck(held: Collection[str]) -> bool:
    """Return whether the places where descent rests are held back; basins tell them, and where runs end."""
    return "stuck" in held or "future" in held


def _first_point(trace: dict[str, Any]) -> dict[str, Any]:
    """Return the trace of a path that has its first point alone."""
    kept = {key: value for key, value in trace.items() if key not in ("text", "hovertext", "customdata")}
    for axis in "xyz":
        if axis in kept:
            kept[axis] = _first(kept[axis])
    return kept


def _first(values: Any) -> list[float]:
    if isinstance(values, Mapping):
        found = np.frombuffer(base64.b64decode(values["bdata"]), dtype=np.dtype(values["dtype"]))
        return [float(number) for number in found[:1]]
    return list(values[:1])


def _unmarked(trace: dict[str, Any], name: str) -> dict[str, Any] | None:
    """Return a trace of the page Convex twin that does not tell which cones and patterns the optimum has."""
    if name in ("data", "borders"):
        return trace
    if name.startswith("cone"):
        return {**trace, "fillcolor": _UNUSED, "text": None, "hoverinfo": "skip"}
    if name == "patterns":
        return {
            **trace,
            "z": [[min(value, 1) for value in row] for row in trace["z"]],
            "text": None,
            "hoverinfo": "skip",
        }
    return None


def _is_kept(note: Mapping[str, Any], held: Collection[str]) -> bool:
    said = str(note.get("text", ""))
    names = {"optimum"} & set(held) | ({"stuck"} if _holds_stuck(held) else set())
    return not any(_ANNOTATIONS[name].search(said) for name in names)


def _caption(view: StageView, held: Collection[str]) -> str:
    """Return the caption, without what some say of the optimum: how many patterns it uses, and that it is proven."""
    if "optimum" not in held or view.name not in _SAYS_OPTIMUM:
        return view.caption
    return "Loss after each step." if view.name == "losses" else ""


_SAYS_OPTIMUM = ("cones", "patterns", "optimum", "trained", "losses")


def _begun(run: PlayedRun) -> PlayedRun:
    """Return a run of which the first step alone has been taken."""
    weights = run.weights
    first = None if weights is None else _first_block(weights)
    drawn = None if run.drawn is None else [0]
    bias = None if run.bias is None else run.bias[:1]
    return replace(
        run, steps=run.steps[:1], objective=run.objective[:1], weights=first, legs=(), drawn=drawn, bias=bias
    )


def _first_block(weights: PackedWeights) -> PackedWeights:
    numbers = (weights.d + (not weights.ones)) * weights.m
    data = base64.b64decode(weights.data)[: numbers * weights.bits // 8]
    return replace(weights, data=base64.b64encode(data).decode())
