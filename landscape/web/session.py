"""The visitor's scenario: kept for the session, mirrored in the address, never lost to a page change."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from landscape.presets import PRESETS, preset
from landscape.scenario import Scenario, read_query

_SCENARIO = "scenario"
_NOTES = "scenario notes"
_PAST = "scenarios before"
_FUTURE = "scenarios undone"
_PRESET = "preset chosen"
_ON_THE_WAY = "scenario on the way"

LONGEST_HISTORY = 100
"""Changes that can be undone; a scenario is a few hundred bytes."""


def current() -> Scenario:
    """Return the visitor's scenario: the one of the link at the first visit, afterwards the one left last."""
    if _SCENARIO not in st.session_state:
        query = {key: st.query_params.get_all(key) for key in st.query_params}
        st.session_state[_SCENARIO], notes = read_query(query)
        note(notes)
    return st.session_state[_SCENARIO]


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
    if scenario != before and not st.session_state.get(_ON_THE_WAY):
        st.session_state[_PAST] = [*st.session_state.get(_PAST, [])[-LONGEST_HISTORY:], before]
        st.session_state[_FUTURE] = []
    st.session_state[_ON_THE_WAY] = passing
    st.session_state[_SCENARIO] = scenario


def remember_preset(name: str) -> None:
    """Note which preset was chosen last: ``reset`` goes back to it."""
    st.session_state[_PRESET] = name


def reset() -> None:
    """Go back to the preset chosen last, at first the poster's two points."""
    put(preset(st.session_state.get(_PRESET, PRESETS[0].name)).scenario)


def look(**values: object) -> None:
    """Set fields of the view that are not worth undoing, such as where the playhead stands."""
    st.session_state[_SCENARIO] = current().changed(**values)


def undo() -> None:
    """Go back to the scenario before the last change, if there is one."""
    _travel(_PAST, _FUTURE)


def redo() -> None:
    """Take back the last ``undo``, if there is one."""
    _travel(_FUTURE, _PAST)


def can_undo() -> bool:
    """Whether there is a change to take back."""
    return bool(st.session_state.get(_PAST))


def can_redo() -> bool:
    """Whether there is an undo to take back."""
    return bool(st.session_state.get(_FUTURE))


def _travel(source: str, target: str) -> None:
    states = st.session_state.get(source, [])
    if states:
        st.session_state[target] = [*st.session_state.get(target, []), current()]
        st.session_state[source] = states[:-1]
        st.session_state[_SCENARIO] = states[-1]


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
