"""Which tab of the page Beyond is shown; each tab is a page of its own to the session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

import streamlit as st

from landscape.web import session
from landscape.web.beyond.setting import Setting
from landscape.web.beyond.state import SettingState, from_query, to_query
from landscape.web.notes import note
from landscape.web.session import Page, Query

SCRIPT = "pages/beyond.py"
_TAB_KEY = "beyond tab shown"
_DRAWN_KEY = "beyond drawn tab"


def enter(settings: Mapping[str, Setting]) -> Setting:
    """Enter the tab that was chosen or, at first and along the history, the one of the address; return its setting."""
    if _TAB_KEY not in st.session_state or session.went_through_history():
        named = st.query_params.get("tab", "")
        if named and named not in settings:
            note([f"There is no tab {named!r:.40}. The first is shown."])
        opened = named if named in settings else next(iter(settings))
        if st.session_state.get(_TAB_KEY) != opened:
            choose(opened)
    setting = settings[shown()]
    session.enter(page_of(setting, settings))
    return setting


def page_of(setting: Setting, settings: Mapping[str, Setting]) -> Page[SettingState]:
    """Return the session's page of a setting; it keeps its start where the address names another setting's tab."""

    def read(query: Query) -> tuple[SettingState, Sequence[str]]:
        texts = {key: values[-1] for key, values in query.items()}
        another = texts.get("tab", setting.name) in settings.keys() - {setting.name}
        return (setting.start if another else from_query(texts, setting.start)), ()

    def write(state: SettingState) -> Mapping[str, str | list[str]]:
        return {"tab": setting.name, **to_query(state, setting.start)}

    keys = ("tab", *(field.name for field in fields(setting.start)))
    return Page(f"beyond {setting.name}", setting.start, read, write, keys, SCRIPT, noun="tab")


def shown() -> str:
    """Return the name of the tab that is shown."""
    name: str = st.session_state[_TAB_KEY]
    return name


def choose(name: str | None) -> None:
    """Show another tab, which is then still to be drawn; a browser that has not drawn the tabs yet may send None."""
    if name is not None:
        st.session_state[_TAB_KEY] = name
        st.session_state.pop(_DRAWN_KEY, None)


def current() -> SettingState:
    """Return the state of the tab that is shown."""
    state: SettingState = session.current_state()
    return state


def note_drawn() -> None:
    """Record that the browser has drawn the tab that is shown."""
    st.session_state[_DRAWN_KEY] = shown()


def is_drawn() -> bool:
    """Return whether the browser has drawn the tab since it was chosen."""
    return st.session_state.get(_DRAWN_KEY) == shown()
