"""The page Beyond: a tab for each setting, its program solved and its network trained in the background."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from landscape.web import session
from landscape.web.beyond import tab_choice
from landscape.web.beyond.setting import Setting
from landscape.web.beyond.share import keep_drawn
from landscape.web.beyond.shown import sentences_of, values_first
from landscape.web.beyond.state import SettingState, without_point
from landscape.web.beyond.work import Answers, answers_of, follow_answers
from landscape.web.frame import heading, hidden
from landscape.web.notes import keep_notes, note, show_notes
from landscape.web.shared.given_value import given_value, if_chosen
from landscape.web.stage import stage
from landscape.web.stage.protocol.drags import PointDrag
from landscape.web.stage.protocol.state import StageState, Tools


def choose(settings: Mapping[str, Setting]) -> tuple[Setting, SettingState]:
    """Draw the choice of a tab, its introduction and its controls; return its setting and what is set in it."""
    setting = settings[tab_choice.shown()]
    _tabs(settings)
    _introduce(setting)
    if "controls" not in hidden():
        with st.sidebar:
            heading(setting.label)
            setting.controls(tab_choice.current())
            at_start = tab_choice.current() == setting.start
            if st.button("Back to the example", key="beyond reset", disabled=at_start):
                session.reset()
                st.rerun()
    return setting, tab_choice.current()


def compute(setting: Setting, state: SettingState) -> Answers:
    """Return the solution and the training as far as they are done, and draw the progress of the rest."""
    # One container for errors and progress, so that the stage below keeps its position and is not made anew.
    with st.container():
        show_notes()
        answers = answers_of(setting, state, training=not session.is_passing())
        for error in answers.errors:
            st.text(error)
        follow_answers(answers, drawn_once=tab_choice.is_drawn())
    return answers


def show(setting: Setting, state: SettingState, answers: Answers) -> None:
    """Draw the pictures, the sentences and the values."""
    views = values_first(setting.views(state, answers.found, answers.trained))
    keep_drawn(state, views)
    stage(
        views,
        _stage_state(setting, state, answers),
        key=f"beyond {setting.name}",
        on_event=lambda event: _act(setting, event),
        alone=True,
    )
    _formulas(setting)
    if answers.found is not None:
        setting.details(state, answers.found, answers.trained)


def _tabs(settings: Mapping[str, Setting]) -> None:
    key = "beyond tab"
    with given_value(key, tab_choice.shown()):
        st.segmented_control(
            "Setting",
            list(settings),
            default=tab_choice.shown(),
            format_func=lambda name: settings[name].label,
            key=key,
            required=True,
            label_visibility="collapsed",
            on_change=if_chosen(key, lambda: tab_choice.choose(st.session_state[key])),
        )


_STYLE = """
<style>
:is(.st-key-beyond-about, .st-key-beyond-words) .katex { font-size: 1.02em; }
/* A long formula is broken at its relations and sums; what still does not fit scrolls in its own box. */
.st-key-beyond-words .katex-display { margin: 0; padding: 0 0 .35em; overflow-x: auto; overflow-y: hidden; }
.st-key-beyond-words .katex-display > .katex { white-space: normal; }
.st-key-beyond-words .katex-display .base { margin: .12em 0; }
.st-key-beyond-words p:has(.katex-display) { margin: 0; }
</style>
"""


def _introduce(setting: Setting) -> None:
    st.html(_STYLE)
    with st.container(key="beyond-about"):
        st.markdown(setting.about)


def _formulas(setting: Setting) -> None:
    """Write the problem that is trained and its convex twin, with what is special about them."""
    with st.container(key="beyond-words"):
        st.markdown("**The two problems**")
        st.markdown("\n\n".join(f"$$\n{formula}\n$$" for formula in setting.formulas))
        st.caption(setting.special)


def _stage_state(setting: Setting, state: SettingState, answers: Answers) -> StageState:
    parts = hidden()
    found, trained = answers.found, answers.trained
    return StageState(
        sentences=() if "sentences" in parts else sentences_of(setting, state, found, trained),
        runs=tuple(setting.runs(state, found, trained)) if setting.runs else (),
        drag=PointDrag(tuple(setting.points(state))),
        tools=Tools(undo=session.can_undo(), redo=session.can_redo(), runs=False),
        transport="transport" not in parts,
        reports_drawn=True,
        lead=2,
    )


def _act(setting: Setting, event: Mapping[str, Any]) -> None:
    """Carry out one event of the stage; one that no page sends, or of a tab that is gone, changes nothing."""
    if tab_choice.shown() != setting.name:
        return
    state = tab_choice.current()
    try:
        match event.get("kind"):
            case "move":
                moved = setting.move_point(state, str(event["point"]), float(event["x"]), float(event["y"]))
                session.put(moved, passing=not event.get("final", True))
            case "drawn":
                tab_choice.note_drawn()
                keep_notes()
            case "delete":
                session.put(without_point(state, int(event["index"])))
            case "click" if setting.add_point is not None:
                session.put(setting.add_point(state, str(event["view"]), float(event["x"]), float(event["y"])))
            case "undo":
                session.undo()
            case "redo":
                session.redo()
            case "reset":
                session.reset()
    except ValueError as refused:
        note([str(refused)])
    except (TypeError, KeyError, IndexError, OverflowError):
        return
