"""The visitor's tab and states: kept for the session, mirrored in the address, and undone one by one."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from landscape.web.beyond.setting import Setting
from landscape.web.beyond.state import SettingState, from_query, to_query
from landscape.web.session import LONGEST_HISTORY, note

_TAB = "beyond tab shown"
_KEPT = ("embed", "embed_options", "hide")


def enter(settings: Mapping[str, Setting]) -> None:
    """Open the tab and the state that the address asks for, once a session."""
    if _TAB in st.session_state:
        return
    asked = st.query_params.get("tab", "")
    tab = asked if asked in settings else next(iter(settings))
    if asked and asked not in settings:
        note([f"There is no tab {asked!r:.40}. The first is shown."])
    st.session_state[_TAB] = tab
    for name, setting in settings.items():
        st.session_state[_key(name)] = setting.start
    try:
        st.session_state[_key(tab)] = from_query(
            {key: st.query_params[key] for key in st.query_params}, settings[tab].start
        )
    except ValueError as refused:
        note([f"{refused} The tab opens as it does without a link."])


def tab() -> str:
    """Return the tab that is shown."""
    return st.session_state[_TAB]


def choose(name: str | None) -> None:
    """Show another tab; a browser that is asked before it has drawn the tabs names none."""
    if name is not None:
        st.session_state[_TAB] = name


def note_drawn() -> None:
    """Take note that the browser has drawn the tab."""
    st.session_state["beyond drawn"] = tab()


def drawn() -> bool:
    """Whether the browser has drawn the tab since it was chosen."""
    return st.session_state.get("beyond drawn") == tab()


def current() -> SettingState:
    """Return the state of the tab that is shown."""
    return st.session_state[_key(tab())]


def passing() -> bool:
    """Whether the state is one on the way, while something is dragged."""
    return bool(st.session_state.get(_key(tab(), "passing")))


def put(state: SettingState, *, on_the_way: bool = False) -> None:
    """Make this the state of the tab; the one before can be had back, a whole drag at once."""
    before = current()
    if state != before and not passing():
        st.session_state[_key(tab(), "past")] = [*_states("past")[-LONGEST_HISTORY:], before]
        st.session_state[_key(tab(), "future")] = []
    st.session_state[_key(tab(), "passing")] = on_the_way
    st.session_state[_key(tab())] = state


def travel(source: str, target: str) -> None:
    """Go back ("past", "future") or forth ("future", "past") by one change."""
    if states := _states(source):
        st.session_state[_key(tab(), target)] = [*_states(target), current()]
        st.session_state[_key(tab(), source)] = states[:-1]
        st.session_state[_key(tab(), "passing")] = False
        st.session_state[_key(tab())] = states[-1]


def can(source: str) -> bool:
    """Whether there is a change to take back ("past") or to have again ("future")."""
    return bool(_states(source))


def mirror(setting: Setting) -> None:
    """Write tab and state into the address."""
    kept = {key: st.query_params.get_all(key) for key in _KEPT if key in st.query_params}
    wanted = {"tab": setting.name, **to_query(current(), setting.start)}
    now = {key: st.query_params.get_all(key) for key in st.query_params}
    if now != {key: [value] if isinstance(value, str) else value for key, value in {**wanted, **kept}.items()}:
        st.query_params.from_dict({**wanted, **kept})


def _key(name: str, part: str = "state") -> str:
    return f"beyond {name} {part}"


def _states(part: str) -> list[SettingState]:
    return st.session_state.get(_key(tab(), part), [])
