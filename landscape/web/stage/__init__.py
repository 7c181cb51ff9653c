"""The stage: several linked plots that keep their camera and zoom while their contents change.

Streamlit's own chart is destroyed and made anew at any change of its figure. This component updates the plots in
place (``Plotly.react``), links them on hover, and reports the visitor's actions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import streamlit as st

from landscape.scenario import Scenario
from landscape.web.enlarged import named_in_address
from landscape.web.session import on_its_page
from landscape.web.stage.enlarged import enlarged_view, opened_enlarged, unknown_view
from landscape.web.stage.loader import loader
from landscape.web.stage.protocol.as_json import to_json
from landscape.web.stage.protocol.panels import Panels
from landscape.web.stage.protocol.state import PageState, StageState
from landscape.web.stage.protocol.views import StageView

__all__ = ["StageState", "StageView", "brings_event", "payload_of", "stage", "stage_made", "stage_of"]

MOST_KNOWN = 20
"""Events before the last that a session knows by their numbers, as MOST_UNANSWERED of ``js/stage.js``."""

_STAGES = "stages drawn"
"""Where the session keeps the keys of its stages."""


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("landscape_stage", js=loader("stage.js"), isolate_styles=False)


def stage(
    views: Sequence[StageView],
    state: StageState,
    *,
    key: str,
    on_event: Callable[[dict[str, Any]], None],
    alone: bool = False,
) -> None:
    """Draw the views as one stage and pass every event of a visitor to ``on_event``, once.

    Arguments
        views: the plots, in reading order; state: all else that the stage shows.
        key: identifies the stage in the session.
        alone: whether it is the page's only stage, and says so where an address names a view that it does not draw.
        on_event: called before the page's script runs again, with an event of ``protocol.StageEvent``. It comes from a
            browser, and so may be anything that has a ``kind``.
    """
    note = unknown_view(views, key) if alone else None
    _draw(_body(views, replace(state, enlarged=enlarged_view(views), note=note)), key, on_event)


def stage_of(
    scenario: Scenario,
    *,
    undo: bool,
    redo: bool,
    opens_playing: bool,
    hidden: Collection[str],
    panels: Panels | None,
    key: str,
    on_event: Callable[[dict[str, Any]], None],
) -> None:
    """Draw a scenario of the front page as a stage whose views the browser makes (``js/front/``).

    Arguments
        undo, redo, opens_playing, hidden, panels: as ``PageState`` has them; key, on_event: as ``stage`` has them.
    """
    page = PageState(
        undo=undo,
        redo=redo,
        opens_playing=opens_playing,
        hidden=tuple(sorted(hidden)),
        panels=panels,
        enlarged=named_in_address(),
        opened_enlarged=opened_enlarged(key),
    )
    _draw(f'"scenario": {to_json(scenario)}, "page": {to_json(page)}', key, on_event)


def stage_made(body: str, *, key: str) -> None:
    """Draw a stage that was made elsewhere, and hear nothing of it.

    Arguments
        body: its ``state`` and ``views`` as the members of a JSON object, without its braces; key: as ``stage`` has it.
    """
    _draw(body, key, lambda event: None)


def _draw(body: str, key: str, on_event: Callable[[dict[str, Any]], None]) -> None:
    """Send a stage, and pass every event of it on, once."""
    st.session_state.setdefault(_STAGES, set()).add(key)
    answers = st.session_state.get(f"{key} events delivered", (None,))[-1]
    payload = _message(answers, _serial(key, body), body)
    _component()(key=key, data=payload.encode(), on_event_change=on_its_page(partial(_deliver, key, on_event)))


def brings_event() -> bool:
    """Return whether an event of a stage causes this run of the page."""
    return any(_events_of(key) for key in st.session_state.get(_STAGES, ()))


def payload_of(views: Sequence[StageView], state: StageState) -> str:
    """Return a stage as JSON for a browser that sends no events."""
    return _message(None, 0, _body(views, state))


def _body(views: Sequence[StageView], state: StageState) -> str:
    return f'"state": {to_json(state)}, "views": [{", ".join(view.to_json() for view in views)}]'


def _message(answers: str | None, serial: int, body: str) -> str:
    """Return a ``StageUpdate`` as JSON."""
    return f'{{"answers": {to_json(answers)}, "serial": {serial}, {body}}}'


def _serial(key: str, body: str) -> int:
    """Return the number of this state of a stage: one more than the last, or the last if nothing has changed.

    A session's numbers go on from the milliseconds since 1970 at which it began: a page that reconnects after the
    server has restarted is drawn by a new session, and the browser takes its first state for newer than those it has.
    """
    before: int | None
    number: int
    before, number = st.session_state.get(f"{key} serial") or (None, time.time_ns() // 1_000_000)
    if hash(body) != before:
        number += 1
        st.session_state[f"{key} serial"] = (hash(body), number)
    return number


def _events_of(key: str) -> list[dict[str, Any]]:
    """Return the events that the browser has sent with this run: those that it knows no answer to, in their order."""
    sent = getattr(st.session_state.get(key), "event", None)
    events = sent[-MOST_KNOWN:] if isinstance(sent, list) else [sent]
    return [event for event in events if isinstance(event, dict) and "kind" in event]


def _deliver(key: str, on_event: Callable[[dict[str, Any]], None]) -> None:
    """Pass on the events that caused this run of the page, each unless it was delivered before."""
    seen = f"{key} events delivered"
    for event in _events_of(key):
        if event.get("number") in st.session_state.get(seen, ()):
            continue
        st.session_state[seen] = (*st.session_state.get(seen, ())[-MOST_KNOWN:], event.get("number"))
        on_event(event)
