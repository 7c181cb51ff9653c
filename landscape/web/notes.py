"""Notes: sentences that a page shows once, such as what had to be changed in a link, or why something was refused."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

NOTES_KEY = "notes"
"""Where the session keeps the sentences to be shown next."""

_SHOWN_NOTES = "notes shown"
"""Where the session keeps the notes of the last drawing."""


def note(sentences: Sequence[str]) -> None:
    """Keep sentences to be shown once on this or the next drawing of the page."""
    if sentences:
        st.session_state[NOTES_KEY] = [*st.session_state.get(NOTES_KEY, []), *sentences]


def show_notes() -> None:
    """Show the notes, each one sentence, as plain text."""
    notes = st.session_state[_SHOWN_NOTES] = st.session_state.pop(NOTES_KEY, [])
    for sentence in notes[:4]:
        with st.container(border=True):
            st.text(sentence)
    if len(notes) > 4:
        st.text(f"{len(notes) - 4} more values were changed in the same way.")


def keep_notes() -> None:
    """Let the next drawing show the notes of this one again: call it where a page is drawn anew by itself."""
    shown = st.session_state.get(_SHOWN_NOTES, [])
    note([sentence for sentence in shown if sentence not in st.session_state.get(NOTES_KEY, [])])
