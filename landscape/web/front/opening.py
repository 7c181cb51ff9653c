"""Whether the front page opens with its runs playing."""

from __future__ import annotations

import streamlit as st

from landscape.scenario import Scenario

_OPENED = "front page opened at no step"
"""Where the session keeps whether it did."""


def opens_playing(scenario: Scenario) -> bool:
    """Return whether the runs play when the page is opened: where the scenario that it opened with says no step.

    The answer is that of the session's first drawing, and stays: which state is the first that is seen, only the
    browser knows.
    """
    opened: bool = st.session_state.setdefault(_OPENED, scenario.view.at is None)
    return opened
