"""A widget is given the value of the state, and what the browser reports for want of that value is no choice.

Streamlit notes that a widget's new value is on its way before it sends it. A run that the next one cuts short, as while
something is dragged, ends just there, and what it had made but not sent is dropped: the browser would keep what it
showed, and report that with the next event as if the visitor had chosen it. A value that was sent may still be on its
way when the next event leaves the browser, which then reports what it showed before: the slower the line, the longer.

A widget that is new to the browser begins with its default, whatever was lost: give it the value of the state as its
default too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from landscape.web.session import on_its_page
from landscape.web.stage import brings_event

_GIVEN = "values given to widgets"
"""Where the session keeps the widgets whose value the browser is not known to have, by key."""


@dataclass(frozen=True)
class _Given:
    """A value that was given: what the browser showed before, None for a new widget, and whether it was sent."""

    before: object
    sent: bool


@contextmanager
def given_value(key: str, value: object) -> Iterator[None]:
    """Give the widget that is drawn in this block its value, without disturbing one that already has it."""
    given = _given()
    shown, last = st.session_state.get(key), given.get(key)
    if last is not None and last.sent and shown == value:
        del given[key]
    elif last is not None or shown != value:
        given[key] = _Given(shown if last is None else last.before, sent=False)
        st.session_state[key] = value
    yield
    # Not reached where the run is cut short: that is an exception in the block.
    if key not in given:
        return
    if given[key].before is None:
        del given[key]
    else:
        given[key] = _Given(given[key].before, sent=True)


def if_chosen(key: str, act: Callable[[], None]) -> Callable[[], None]:
    """Return what a widget calls on a change: ``act``, unless it reports what it shows for want of its value."""

    def changed() -> None:
        last = _given().get(key)
        if last is not None and _is_late(last, st.session_state[key]):
            return
        _given().pop(key, None)
        act()

    return changed


def chosen_here(key: str, act: Callable[[], None]) -> Callable[[], None]:
    """Return what a widget that sets the state of its page calls on a change: as ``if_chosen``, and on that page."""
    return on_its_page(if_chosen(key, act))


def _is_late(last: _Given, reported: object) -> bool:
    """Return whether a report says what the browser showed before a value came, and not what was chosen since.

    What was sent is late only beside an event of the stage, or where a part of the page runs by its clock: a visitor
    who chooses what was shown before does nothing else at that moment, and then the whole page runs. A widget that is
    new to the browser showed nothing: whatever it reports is its default.
    """
    if last.before is None:
        return True
    return reported == last.before and (not last.sent or brings_event() or _runs_a_part())


def _runs_a_part() -> bool:
    """Whether Streamlit runs a fragment of the page now; none holds a widget that is given its value."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and bool(context.fragment_ids_this_run)


def _given() -> dict[str, _Given]:
    found: dict[str, _Given] = st.session_state.setdefault(_GIVEN, {})
    return found
