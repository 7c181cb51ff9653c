"""What a visitor does on the stage of the page Dynamics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from landscape.scenario.limits import FILM_STEPS, as_number
from landscape.web.dynamics.views import CURVES
from landscape.web.session import look, redo, reset, undo

_CURVE = "dynamics curve"


def act(event: Mapping[str, Any]) -> None:
    """Carry out one event of the stage; an invalid one changes nothing."""
    kind = event.get("kind")
    if kind == "certify":
        at = as_number(event.get("at"))
        look(at=int(at) if at is not None and FILM_STEPS.low <= at + 1 <= FILM_STEPS.high else None)
    elif kind == "curve" and event.get("value") in dict(CURVES):
        st.session_state[_CURVE] = event["value"]
    elif kind in _HISTORY:
        _HISTORY[str(kind)]()


def chosen_curve() -> str:
    """Return the name of the curve beside the loss."""
    curve: str = st.session_state.get(_CURVE, CURVES[0][0])
    return curve


_HISTORY = {"undo": undo, "redo": redo, "reset": reset}
