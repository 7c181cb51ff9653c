"""A lesson as a file, written and opened, and the link that opens it."""

from __future__ import annotations

import streamlit as st

from landscape.lessons import lesson_json, read_lesson
from landscape.lessons.json_file import MAX_LENGTH
from landscape.web.lecture.page import kept_note
from landscape.web.lecture.state import LectureState
from landscape.web.notes import note
from landscape.web.session import on_its_page, put

SAVE = "Save and open"


def save_and_open(state: LectureState) -> None:
    """Draw the panel's contents."""
    st.markdown("The address of this page opens exactly this lesson: copy it. Or keep it as a file:")
    if sentence := kept_note(state.lesson):
        st.caption(sentence)
    st.download_button(
        "Save (JSON)",
        lambda: lesson_json(state.lesson),
        f"{state.lesson.name}.json",
        "application/json",
        on_click="ignore",
    )
    st.file_uploader("Open a lesson (JSON)", type="json", key="lesson file", on_change=on_its_page(_open))


def _open() -> None:
    uploaded = st.session_state.get("lesson file")
    if uploaded is None:
        return
    if uploaded.size > 4 * MAX_LENGTH:
        note(["The file is too large for a lesson."])
        return
    try:
        lesson, notes = read_lesson(uploaded.getvalue())
    except ValueError as refused:
        note([str(refused)])
        return
    note(notes)
    put(LectureState(lesson))
