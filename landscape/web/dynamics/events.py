"""What a visitor does on the stage of the page Dynamics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from landscape.scenario import Scenario
from landscape.scenario.limits import AT, as_number
from landscape.web.dynamics.views import CURVES
from landscape.web.session import current, look_at, redo, reset, undo

_CERTIFIED = "dynamics certified step"
"""Where the session keeps the step that was certified last, and the data and training of its runs."""

_CURVE = "dynamics curve"


def act(event: Mapping[str, Any]) -> None:
    """Carry out one event of the stage; an invalid one changes nothing."""
    kind = event.get("kind")
    if kind == "at":
        # The certificates stay those of the step that was asked for.
        certified = certified_step(current())
        look_at(_step(event.get("value")))
        _certify(certified)
    elif kind == "certify":
        look_at(_step(event.get("at")))
        _certify(current().view.at)
    elif kind == "curve" and event.get("value") in dict(CURVES):
        st.session_state[_CURVE] = event["value"]
    elif kind in _HISTORY:
        _HISTORY[str(kind)]()


def certified_step(scenario: Scenario) -> int | None:
    """Return the step whose networks the page certifies: the one asked for, at first that of the link."""
    runs, step = st.session_state.get(_CERTIFIED, (None, None))
    certified: int | None = step if runs == (scenario.data, scenario.training) else scenario.view.at
    return certified


def _certify(step: int | None) -> None:
    scenario = current()
    st.session_state[_CERTIFIED] = (scenario.data, scenario.training), step


def _step(value: object) -> int | None:
    """Return the step of an event, None for the end and for what is no step."""
    at = as_number(value)
    return int(at) if at is not None and AT.holds(at) else None


def chosen_curve() -> str:
    """Return the name of the curve beside the loss."""
    curve: str = st.session_state.get(_CURVE, CURVES[0][0])
    return curve


_HISTORY = {"undo": undo, "redo": redo, "reset": reset}
