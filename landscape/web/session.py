"""The visitor's scenario: kept for the session, mirrored in the address, never lost to a page change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from landscape.scenario import Scenario, read_query

_NOTES = "scenario notes"
_PAGE = "page"

LONGEST_HISTORY = 100
"""Changes that can be undone; a scenario is a few hundred bytes."""


def enter(page: str, start: Scenario, unfit: Callable[[Scenario], str | None] = lambda scenario: None) -> None:
    """Say which page this run of the script draws: each has a scenario and a history of its own.

    Arguments
        start: its scenario before a visitor has changed anything; a link that names data opens as that instead.
        unfit: why the page cannot show a scenario, as a sentence, or None if it can.
    """
    st.session_state[_PAGE] = page
    if _key("scenario") in st.session_state:
        return
    st.session_state[_key("start")] = start
    st.session_state[_key("scenario")] = start
    query = {key: st.query_params.get_all(key) for key in st.query_params}
    if "x" in query or page == "landscape":
        asked, notes = read_query(query)
        reason = unfit(asked)
        note(notes if reason is None else [f"{reason} The page opens as it does without a link."])
        st.session_state[_key("scenario")] = asked if reason is None else start


def _key(name: str) -> str:
    return f"{st.session_state.get(_PAGE, 'landscape')} {name}"


def current() -> Scenario:
    """Return the visitor's scenario of the page being drawn."""
    return st.session_state[_key("scenario")]


def change(**values: object) -> None:
    """Set some fields of the scenario; what cannot be set is said in a sentence and changes nothing."""
    try:
        put(current().changed(**values))
    except ValueError as refused:
        note([str(refused)])


def put(scenario: Scenario, *, passing: bool = False) -> None:
    """Make this the visitor's scenario; the one before can be had back with ``undo``.

    Arguments
        passing: a state on the way, as while something is dragged: the whole drag is undone at once.
    """
    before = current()
    if scenario != before and not st.session_state.get(_key("on the way")):
        st.session_state[_key("past")] = [*st.session_state.get(_key("past"), [])[-LONGEST_HISTORY:], before]
        st.session_state[_key("future")] = []
    st.session_state[_key("on the way")] = passing
    st.session_state[_key("scenario")] = scenario


def reset(start: Scenario | None = None) -> None:
    """Go back to where this page started, or make another scenario that start and go there."""
    if start is not None:
        st.session_state[_key("start")] = start
    put(st.session_state[_key("start")])


def look(**values: object) -> None:
    """Set fields of the view that are not worth undoing, such as where the playhead stands."""
    st.session_state[_key("scenario")] = current().changed(**values)


def undo() -> None:
    """Go back to the scenario before the last change, if there is one."""
    _travel("past", "future")


def redo() -> None:
    """Take back the last ``undo``, if there is one."""
    _travel("future", "past")


def can_undo() -> bool:
    """Whether there is a change to take back."""
    return bool(st.session_state.get(_key("past")))


def can_redo() -> bool:
    """Whether there is an undo to take back."""
    return bool(st.session_state.get(_key("future")))


def _travel(source: str, target: str) -> None:
    states = st.session_state.get(_key(source), [])
    if states:
        st.session_state[_key("on the way")] = False
        st.session_state[_key(target)] = [*st.session_state.get(_key(target), []), current()]
        st.session_state[_key(source)] = states[:-1]
        st.session_state[_key("scenario")] = states[-1]


def mirror(scenario: Scenario) -> None:
    """Write the scenario into the address, so that copying it shares the picture."""
    wanted = scenario.to_query() if scenario.fits_a_link else {}
    kept = {key: st.query_params.get_all(key) for key in ("embed", "embed_options", "hide") if key in st.query_params}
    now = {key: st.query_params.get_all(key) for key in st.query_params}
    target = {key: [value] if isinstance(value, str) else value for key, value in {**wanted, **kept}.items()}
    if now != target:
        st.query_params.from_dict(target)


def note(sentences: Sequence[str]) -> None:
    """Keep sentences to be shown once on this or the next drawing of the page."""
    if sentences:
        st.session_state[_NOTES] = [*st.session_state.get(_NOTES, []), *sentences]


def show_notes() -> None:
    """Show what could not be done as it was asked, each in one sentence, as plain text."""
    notes = st.session_state.pop(_NOTES, [])
    for sentence in notes[:4]:
        with st.container(border=True):
            st.text(sentence)
    if len(notes) > 4:
        st.text(f"{len(notes) - 4} more values were changed in the same way.")
