"""The visitor's scenario: kept for the session, mirrored in the address, never lost to a page change."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from landscape.scenario import Scenario, read_query

_SCENARIO = "scenario"
_NOTES = "scenario notes"


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


def put(scenario: Scenario) -> None:
    """Make this the visitor's scenario."""
    st.session_state[_SCENARIO] = scenario


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
