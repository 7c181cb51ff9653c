"""A visitor's session without a browser: its state, and a page run as Streamlit runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from app_server import ROOT
from streamlit.testing.v1 import AppTest

from landscape.scenario import Data, Run, Scenario, Training, View
from landscape.web import session
from landscape.web.front import stage_state as front_state, views as front_views
from landscape.web.notes import NOTES_KEY
from landscape.web.shared.results_cache import solved_scenario_of
from landscape.web.stage.protocol.as_json import to_json

Act = Callable[..., Scenario]


def begin(monkeypatch: pytest.MonkeyPatch, start: Scenario) -> dict[str, Any]:
    """Begin a visit to the front page with a scenario; return what the session holds."""
    held: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", held)
    monkeypatch.setattr(st, "query_params", {})
    session.enter(session.scenario_page("landscape", start))
    session.reset(start)
    return held


def notes(held: dict[str, Any]) -> list[str]:
    """Return the sentences that the next run of the page will show."""
    return held.get(NOTES_KEY, [])


def opened(path: str = "front.py", **query: str | list[str]) -> AppTest:
    """Run a page once with a query in its address."""
    page = AppTest.from_file(str(ROOT / "front.py"), default_timeout=120)
    if path != "front.py":
        page.switch_page(path)
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def payload(page: AppTest) -> dict[str, Any]:
    """Return what the page's only stage shows."""
    (shown,) = shown_by_stages(page)
    return shown


def shown_by_stages(page: AppTest, parse_constant: Callable[[str], Any] | None = None) -> list[dict[str, Any]]:
    """Return what each stage of a page shows, as a ``StageUpdate``.

    What the browser makes of a scenario is made here by Python's twin of it; ``tests/web/front`` holds the two equal.

    Arguments
        parse_constant: called with a constant that no browser reads, NaN or Infinity.
    """
    bodies = [part.proto.bytes for part in page.get("bidi_component") if part.proto.bytes]
    return [_whole(json.loads(body, parse_constant=parse_constant)) for body in bodies]


def _whole(sent: dict[str, Any]) -> dict[str, Any]:
    if "views" in sent:
        return sent
    scenario, page = scenario_of(sent["scenario"]), sent["page"]
    state = front_state.state_of(
        scenario,
        solved_scenario_of(scenario),
        page["hidden"],
        undo=page["undo"],
        redo=page["redo"],
        opens_playing=page["opens_playing"],
    )
    views = front_views.views_of(scenario)
    named = [view.name for view in views if page["enlarged"] in (view.name, *view.also)]
    own = {"panels": page["panels"], "enlarged": named[0] if named else None}
    return {
        "answers": sent["answers"],
        "serial": sent["serial"],
        "state": {**json.loads(to_json(state)), **own},
        "views": [json.loads(view.to_json()) for view in views],
    }


def scenario_of(sent: dict[str, Any]) -> Scenario:
    """Return the scenario that a stage was sent, from its records as they are in JSON."""
    records = {name: _fields(sent[name]) for name in ("data", "training", "view")}
    records["training"]["runs"] = tuple(Run(**_fields(run)) for run in sent["training"]["runs"])
    return Scenario(Data(**records["data"]), Training(**records["training"]), View(**records["view"]))


def _fields(record: dict[str, Any]) -> dict[str, Any]:
    return {name: _tuples(value) for name, value in record.items() if name != "tag"}


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
