"""The page Beyond: a tab for each setting, its program solved and its network trained in the background."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from landscape.web.beyond import session
from landscape.web.beyond.setting import Setting
from landscape.web.beyond.state import SettingState, without
from landscape.web.beyond.work import Work, begin, follow
from landscape.web.frame import heading, hidden
from landscape.web.session import note, show_notes
from landscape.web.stage import stage
from landscape.web.stage.protocol import PointDrag, StageState, Tools


def show(settings: Mapping[str, Setting]) -> None:
    """Draw the tab that is shown: its words, its controls, its pictures and its values."""
    session.enter(settings)
    _tabs(settings)
    setting = settings[session.tab()]
    _words(setting)
    if "controls" not in hidden():
        with st.sidebar:
            heading(setting.label)
            setting.controls(session.current())
            if st.button("Back to the example", key="beyond reset", disabled=session.current() == setting.start):
                session.put(setting.start)
                st.rerun()
    state = session.current()
    # One place for what comes and goes, so that the stage below keeps its own and is not made anew.
    with st.container():
        show_notes()
        work = begin(setting, state, training=not session.passing())
        for error in work.errors:
            st.text(error)
        follow(work, drawn_once=session.drawn())
    stage(
        setting.views(state, work.found, work.trained),
        _stage_state(setting, state, work),
        key=f"beyond {setting.name}",
        on_event=lambda event: _act(setting, event),
    )
    st.caption(setting.special)
    if work.found is not None:
        setting.details(state, work.found, work.trained)
    session.mirror(setting)


def _tabs(settings: Mapping[str, Setting]) -> None:
    key = "beyond tab"
    if st.session_state.get(key) != session.tab():
        st.session_state[key] = session.tab()
    st.segmented_control(
        "Setting",
        list(settings),
        format_func=lambda name: settings[name].label,
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: session.choose(st.session_state[key]),
    )


_STYLE = """
<style>
.st-key-beyond-words .katex { font-size: 1.02em; }
/* A long formula is broken at its relations and sums; what still does not fit scrolls in its own box. */
.st-key-beyond-words .katex-display { margin: 0; padding: 0 0 .35em; overflow-x: auto; overflow-y: hidden; }
.st-key-beyond-words .katex-display > .katex { white-space: normal; }
.st-key-beyond-words .katex-display .base { margin: .12em 0; }
.st-key-beyond-words p:has(.katex-display) { margin: 0; }
</style>
"""


def _words(setting: Setting) -> None:
    st.html(_STYLE)
    with st.container(key="beyond-words"):
        left, right = st.columns([5, 6], gap="medium", vertical_alignment="center")
    left.markdown(setting.about)
    right.markdown("\n\n".join(f"$$\n{formula}\n$$" for formula in setting.formulas))


def _stage_state(setting: Setting, state: SettingState, work: Work) -> StageState:
    parts = hidden()
    return StageState(
        sentences=() if "sentences" in parts else tuple(setting.told(state, work.found, work.trained)),
        runs=tuple(setting.runs(state, work.found, work.trained)) if setting.runs else (),
        drag=PointDrag(tuple(setting.points(state))),
        tools=Tools(undo=session.can("past"), redo=session.can("future"), runs=False),
        transport="transport" not in parts,
        reports_drawn=True,
    )


def _act(setting: Setting, event: Mapping[str, Any]) -> None:
    """Carry out one event of the stage; one that no page sends, or of a tab that is gone, changes nothing."""
    if session.tab() != setting.name:
        return
    state = session.current()
    try:
        match event.get("kind"):
            case "move":
                moved = setting.moved(state, str(event["point"]), float(event["x"]), float(event["y"]))
                session.put(moved, on_the_way=not event.get("final", True))
            case "drawn":
                session.note_drawn()
            case "delete":
                session.put(without(state, int(event["index"])))
            case "click" if setting.added is not None:
                session.put(setting.added(state, str(event["view"]), float(event["x"]), float(event["y"])))
            case "undo":
                session.travel("past", "future")
            case "redo":
                session.travel("future", "past")
            case "reset":
                session.put(setting.start)
    except ValueError as refused:
        note([str(refused)])
    except (TypeError, KeyError, IndexError, OverflowError):
        return
