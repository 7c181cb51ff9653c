"""Which of its views fills a stage, by the name that the address holds."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from landscape.scenario.limits import quoted
from landscape.web.enlarged import named_in_address
from landscape.web.stage.protocol.views import StageView


def enlarged_view(views: Sequence[StageView]) -> str | None:
    """Return which of the views fills the stage: that of the name, or another drawing of the same; None for neither."""
    name = named_in_address()
    found = [view.name for view in views if view.name == name] or [view.name for view in views if name in view.also]
    return found[0] if found else None


def unknown_view(views: Sequence[StageView], key: str) -> str | None:
    """Return a sentence where a page was opened with the name of a view that it does not draw, else None.

    Arguments
        key: identifies the stage in the session.
    """
    name = named_in_address()
    if name is None or not opened_enlarged(key) or enlarged_view(views) is not None:
        return None
    return f"The address asks for the view {quoted(name)} alone, which this page does not draw: all are shown."


def opened_enlarged(key: str) -> bool:
    """Return whether the address names the view with which a stage was opened in this session."""
    name = named_in_address()
    opened_with: str | None = st.session_state.setdefault(f"{key} opened enlarged", name)
    return name == opened_with
