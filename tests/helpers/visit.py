"""A visitor's session without a browser: its state, and a page run as Streamlit runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from app_server import ROOT
from streamlit.testing.v1 import AppTest

from landscape.scenario import Scenario
from landscape.web import session

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
    return held.get(session.NOTES_KEY, [])


def opened(path: str = "front.py", **query: str | list[str]) -> AppTest:
    """Run a page once with a query in its address."""
    page = AppTest.from_file(str(ROOT / "front.py"), default_timeout=120)
    if path != "front.py":
        page.switch_page(path)
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def payload(page: AppTest) -> dict[str, Any]:
    """Return what the page's stage sends to the browser."""
    (component,) = page.get("bidi_component")
    return json.loads(component.proto.bytes)
