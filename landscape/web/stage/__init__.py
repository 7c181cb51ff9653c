"""The stage: several linked plots that keep their camera and zoom while everything about them changes.

Streamlit's own chart is destroyed and made anew at any change of its figure. This component updates the plots in
place (``Plotly.react``), links them on hover, and reports what a visitor does to them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st

from landscape.web.assets import plotly_url, stage_url

_LOADER = """
const app = [...document.scripts].map((s) => s.src).find((src) => src.includes("/static/js/"));
const base = app.split("/static/js/")[0] + "/";
const stage = import(base + "%(stage)s/stage.js");
export default (component) => stage.then((module) => module.render(component, {
  plotly: base + "%(plotly)s", style: base + "%(stage)s/stage.css",
}));
"""


@dataclass(frozen=True, eq=False)
class StageView:
    """One plot of the stage.

    Arguments
        name: identifies the plot from one change to the next; its camera and zoom are kept by this name.
        title: its heading and its accessible name.
        caption: one line under the heading: what the picture is, in words.
        alt: what a reader who cannot see it should know.
        figure: a plotly figure as JSON, made by ``landscape.figures``.
        tools: switches in its heading, each ``{"event", "label", "value", "options"}``.
        kind: what moves in it while runs play: "path" (the traces named run…-line), "outputs" (f of one feature),
            "neurons" (|alpha| (w, b)), "kinks" (f and triangles at −b/w), "directions" ((w, b) over the longest),
            "track" (as "path", over the steps) or "still".
        runs: the runs that play in it; None for all.
        span: for a view of outputs or kinks, the range of x that it draws.
    """

    name: str
    title: str
    caption: str
    alt: str
    figure: str
    tools: tuple[Mapping[str, Any], ...] = ()
    kind: str = "path"
    span: tuple[float, float] | None = None
    runs: tuple[str, ...] | None = None

    def to_json(self) -> str:
        """Return the view as JSON, its figure untouched; by its key a browser knows a figure that it has drawn."""
        head = json.dumps(
            {
                "name": self.name,
                "title": self.title,
                "caption": self.caption,
                "alt": self.alt,
                "tools": self.tools,
                "kind": self.kind,
                "span": self.span,
                "runs": self.runs,
                "key": hashlib.blake2b(self.figure.encode(), digest_size=8).hexdigest(),
            }
        )
        return f'{head[:-1]}, "figure": {self.figure}}}'


@cache
def _component() -> Callable[..., Any]:
    loader = _LOADER % {"stage": stage_url(), "plotly": plotly_url()}
    return st.components.v2.component("landscape_stage", js=loader, isolate_styles=False)


def stage(
    views: Sequence[StageView],
    scene: Mapping[str, Any],
    *,
    key: str,
    on_event: Callable[[dict[str, Any]], None],
) -> None:
    """Draw the views as one stage and hand every event of a visitor to ``on_event``, once.

    Arguments
        views: the plots, in reading order.
        scene: what the plots show together, as JSON-serialisable values: ``sentences`` (one for each run),
            ``actions``, ``large`` (type for a projector).
        key: identifies the stage in the session.
        on_event: called before the page's script runs again, with a dict that has a ``kind``.
    """
    answered = st.session_state.get(f"{key} events delivered", (None,))[-1]
    state = payload_of(views, scene)
    head = json.dumps({"answers": answered, "serial": _serial(key, state)})
    _component()(key=key, data=f"{head[:-1]}, {state[1:]}".encode(), on_event_change=lambda: _deliver(key, on_event))


def _serial(key: str, state: str) -> int:
    """Return the number of this state of a stage: one more than the last, or the last if nothing has changed."""
    before, number = st.session_state.get(f"{key} serial", (None, 0))
    if hash(state) != before:
        number += 1
        st.session_state[f"{key} serial"] = (hash(state), number)
    return number


def payload_of(views: Sequence[StageView], scene: Mapping[str, Any]) -> str:
    """Return the state of a stage as JSON, as the browser receives it; the stage itself adds which event it answers."""
    return f'{{"scene": {json.dumps(scene)}, "views": [{", ".join(view.to_json() for view in views)}]}}'


def _deliver(key: str, on_event: Callable[[dict[str, Any]], None]) -> None:
    """Pass on the event that woke the page, unless it was delivered before."""
    event = getattr(st.session_state.get(key), "event", None)
    if not isinstance(event, dict) or "kind" not in event:
        return
    seen = f"{key} events delivered"
    # A page that reconnects sends its last event again: its number tells.
    if event.get("number") in st.session_state.get(seen, ()):
        return
    st.session_state[seen] = (*st.session_state.get(seen, ())[-20:], event.get("number"))
    on_event(event)
