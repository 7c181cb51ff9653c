"""*Add as scene*: what a page shows becomes a scene of the lesson on the page Lecture."""

from __future__ import annotations

import streamlit as st

from landscape.lessons import Scene
from landscape.lessons.pages import SENTENCES, Shown, unfit, views
from landscape.scenario import Scenario

MOST_SHOWN = 3
"""Views of a new scene: more of them are too small for a hall."""

_WAITING = "scenes to add"
"""Where the session keeps scenes until the page Lecture takes them."""


def add_scene(page: str, scenario: Shown, title: str) -> None:
    """Draw the button.

    Arguments
        page: as ``landscape.lessons.pages`` calls it; title: of the scene, until it is given another.
    """
    if unfit(page, scenario) is not None:
        return
    if st.button("Add as scene", key=f"add scene {page}", help="To the lesson on the page Lecture, at its end"):
        pictures = [name for name in views(page, scenario) if name != SENTENCES][:MOST_SHOWN]
        if page == "race" and isinstance(scenario, Scenario):
            # The page keeps no step of it, and its sentences name the curves.
            scenario, pictures = scenario.changed(at=0), [*pictures, SENTENCES]
        scene = Scene(page, scenario, title[:1].upper() + title[1:], "", views=tuple(pictures))
        st.session_state[_WAITING] = [*st.session_state.get(_WAITING, []), scene]
    waiting = len(st.session_state.get(_WAITING, []))
    if waiting:
        st.caption(f"{waiting} new on the page Lecture.")
        st.page_link("pages/lecture.py", label="Open Lecture")


def scenes_added() -> list[Scene]:
    """Return the scenes that were added since this was asked for last."""
    scenes: list[Scene] = st.session_state.pop(_WAITING, [])
    return scenes
