"""Lecture: a lesson is put together scene by scene, given full screen, and opened to phones that follow and answer."""

import streamlit as st

from landscape.web.frame import open_page
from landscape.web.lecture.editor import editor
from landscape.web.lecture.giving import give
from landscape.web.lecture.page import PAGE
from landscape.web.lecture.saving import SAVE, save_and_open
from landscape.web.lecture.scene_list import scene_list, take_added
from landscape.web.notes import show_notes
from landscape.web.session import current_state, enter, mirror

enter(PAGE)
open_page(
    "Lecture",
    "Put scenes in a sequence, ask the hall, and give it: phones follow in a room, or hands are counted.",
    panels=((SAVE, "The lesson as a file, and its link", lambda: save_and_open(current_state())),),
)
take_added()
state = current_state()
mirror(state)
show_notes()
scene_list(state)
left, right = st.columns([5, 4], gap="large")
with left:
    prepared = give(state)
with right:
    editor(state, prepared)
