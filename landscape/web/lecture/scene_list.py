"""The list of a lesson's scenes, in the sidebar: one is chosen, moved, repeated or taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from landscape.lessons import SHIPPED, Lesson, shipped
from landscape.lessons.texts import MAX_TITLE
from landscape.web.lecture.state import LectureState
from landscape.web.notes import note
from landscape.web.session import (
    can_redo,
    can_undo,
    change,
    current_state,
    on_its_page,
    put,
    redo,
    stand_for_present,
    to_newest,
    undo,
)
from landscape.web.shared.add_scene import scenes_added
from landscape.web.shared.given_value import chosen_here, given_value


def scene_list(state: LectureState) -> None:
    """Draw the lesson's title, its scenes, and what is done with the one that is chosen."""
    with st.sidebar:
        _title(state)
        titles = [f"{number}  {scene.title}" for number, scene in enumerate(state.lesson.scenes, 1)]
        with given_value(_CHOSEN, state.scene):
            if st.session_state.get(_TITLES) != titles:
                # A browser knows the choice by its title: under another one it would show none.
                st.session_state[_TITLES], st.session_state[_CHOSEN] = titles, state.scene
            st.radio(
                "Scenes",
                range(len(titles)),
                state.scene,
                key=_CHOSEN,
                format_func=titles.__getitem__,
                on_change=chosen_here(_CHOSEN, lambda: _choose(st.session_state[_CHOSEN])),
            )
        with st.container(horizontal=True, gap="small", key="scene tools"):
            _button("↑", "Earlier", lambda now: now.moved(-1), disabled=state.scene == 0)
            _button("↓", "Later", lambda now: now.moved(1), disabled=state.scene == len(titles) - 1)
            _button("Repeat", "The same scene once more behind it", LectureState.repeated)
            _button("Remove", "Take this scene out of the lesson", LectureState.removed, disabled=len(titles) == 1)
        with st.container(horizontal=True, gap="small", key="lesson history"):
            st.button("Undo", on_click=on_its_page(undo), disabled=not can_undo(), key="undo lesson")
            st.button("Redo", on_click=on_its_page(redo), disabled=not can_redo(), key="redo lesson")
        st.caption("A new scene is added on the page that shows it: open its panel *Share* and press *Add as scene*.")
        st.markdown("**Lessons that come with the app**")
        for name in SHIPPED:
            lesson = shipped(name)
            st.button(
                f"{lesson.title} ({len(lesson.scenes)} scenes)",
                key=f"shipped {name}",
                on_click=on_its_page(partial(put, LectureState(lesson))),
                width="stretch",
            )


_CHOSEN, _TITLES = "scene chosen", "titles of scenes"


def _choose(reported: int | str) -> None:
    """Edit another scene. A browser reports it by the title that it shows, which may be edited in the same moment."""
    if isinstance(reported, int):
        change(scene=reported)
        return
    number = reported.partition(" ")[0]
    state: LectureState = current_state()
    if number.isdecimal() and 1 <= int(number[:6]) <= len(state.lesson.scenes):
        change(scene=int(number) - 1)


def take_added() -> None:
    """Add what other pages have handed over to the lesson; one that comes with the app is left, and a new one begun."""
    added = scenes_added()
    if added:
        to_newest()
    for scene in added:
        state: LectureState = current_state()
        lesson = state.lesson
        try:
            if lesson.name in SHIPPED and lesson == shipped(lesson.name):
                put(LectureState(Lesson("my-lesson", "My lesson", (scene,))))
            else:
                put(state.added(scene))
        except ValueError as refused:
            note([str(refused)])
    if added:
        stand_for_present()


def _title(state: LectureState) -> None:
    def rename() -> None:
        try:
            now: LectureState = current_state()
            put(now.changed(lesson=replace(now.lesson, title=st.session_state["lesson title"])))
        except ValueError as refused:
            note([str(refused)])

    with given_value("lesson title", state.lesson.title):
        st.text_input(
            "Lesson",
            state.lesson.title,
            key="lesson title",
            max_chars=MAX_TITLE,
            on_change=chosen_here("lesson title", rename),
        )


def _button(label: str, purpose: str, make: Callable[[LectureState], LectureState], *, disabled: bool = False) -> None:
    def act() -> None:
        try:
            put(make(current_state()))
        except ValueError as refused:
            note([str(refused)])

    st.button(label, help=purpose, on_click=on_its_page(act), disabled=disabled, key=f"scene {purpose}")
