"""A widget is given the value of the state, and a run of the page that is cut short before it was sent gives it again.

Streamlit notes that a widget's new value is on its way before it sends it. A run that the next one cuts short, as while
something is dragged, ends just there: the browser would keep what it showed, or begin a new widget with its first
option, and report that with the next event as if the visitor had chosen it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

_UNSENT = "values not sent yet"
"""Where the session keeps the widgets whose value was given and not sent: what the browser shows instead, by key."""


@contextmanager
def given_value(key: str, value: object) -> Iterator[None]:
    """Give the widget that is drawn in this block its value, without disturbing one that already has it."""
    unsent = _unsent()
    shown = st.session_state.get(key)
    if key in unsent or shown != value:
        unsent.setdefault(key, shown)
        st.session_state[key] = value
    yield
    # Not reached where the run is cut short: that is an exception in the block.
    unsent.pop(key, None)


def if_chosen(key: str, act: Callable[[], None]) -> Callable[[], None]:
    """Return what a widget calls on a change: ``act``, unless it reports what it shows for want of its value."""

    def changed() -> None:
        unsent = _unsent()
        # A widget that is new to the browser showed nothing before: whatever it reports then is its first option.
        if key not in unsent or (unsent[key] is not None and st.session_state[key] != unsent[key]):
            act()

    return changed


def _unsent() -> dict[str, object]:
    found: dict[str, object] = st.session_state.setdefault(_UNSENT, {})
    return found
