"""What the browser shows in the controls when a run of a page is cut short, as while something is dragged."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner import RerunData, RerunException, ScriptRunner
from streamlit.testing.v1 import AppTest

from landscape.web.shared import given_value as given
from landscape.web.shared.given_value import given_value, if_chosen


def controls() -> None:
    """Draw one control of every kind for the state that the session holds."""
    import streamlit as st

    from landscape.scenario.limits import Range
    from landscape.web.shared.widgets import choice, dial, log_dial, selection, switch

    state = st.session_state["state"]

    def commit(**values: object) -> None:
        state.update(values)

    dial("Dial", state["dial"], Range(-9, 9), lambda v: commit(dial=v), slider=(-5.0, 5.0), key="dial")
    log_dial("Size", state["size"], Range(1e-9, 1e9), lambda v: commit(size=v), decades=(-5, 0), key="size")
    options = [("a", "A"), ("b", "B"), ("c", "C")]
    choice("Choice", state["choice"], options, lambda v: commit(choice=v), key="choice")
    selection("Selection", state["selection"], options, lambda v: commit(selection=v), key="selection")
    switch("Switch", state["switch"], lambda v: commit(switch=v), key="switch")


BEFORE = {"dial": 2.0, "size": 0.02, "choice": "b", "selection": "c", "switch": True}
AFTER = {"dial": -1.5, "size": 0.0163, "choice": "c", "selection": "b", "switch": False}


class Browser:
    """What a browser shows of the widgets, by what is sent: a widget's first value, and then each that is set.

    A run may be cut short at a message; of those before it the first ``flushed`` have left, and the rest are dropped.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown: dict[str, Any] = {}
        self.fields: dict[str, str] = {}
        self.cut_at: int | None = None
        self.flushed = 0
        self.made: list[ForwardMsg] = []
        send = ScriptRunner._enqueue_forward_msg

        def sent_or_cut(runner: ScriptRunner, message: ForwardMsg) -> None:
            if message.WhichOneof("type") == "delta":
                if self.cut_at == len(self.made):
                    self.receive(self.flushed)
                    self.cut_at = None
                    raise RerunException(RerunData(widget_states=self.sent()))
                self.made.append(message)
            send(runner, message)

        monkeypatch.setattr(ScriptRunner, "_enqueue_forward_msg", sent_or_cut)

    def receive(self, count: int | None = None) -> None:
        """Show what a run has made, as much of it as has left."""
        for message in self.made[:count]:
            self._show(message)
        self.made.clear()

    def sent(self) -> WidgetStates:
        """Return what the browser sends with any event: the values of all widgets that it shows."""
        states = WidgetStates()
        for name, value in self.shown.items():
            state = states.widgets.add(id=name)
            if isinstance(value, list):
                getattr(state, self.fields[name]).data.extend(value)
            else:
                setattr(state, self.fields[name], value)
        return states

    def _show(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "slider":
            slider = element.slider
            options = list(slider.options)
            given: Any = list(slider.raw_value if options else slider.value)
            first: Any = [options[int(i)] for i in slider.default] if options else list(slider.default)
            sent_as = "string_array_value" if options else "double_array_value"
            self._take(slider.id, sent_as, slider.set_value, given, first)
        elif kind == "text_input":
            field = element.text_input
            self._take(field.id, "string_value", field.set_value, field.value, field.default)
        elif kind == "button_group":
            group = element.button_group
            first = [group.options[place].content for place in group.default]
            self._take(group.id, "string_array_value", group.set_value, list(group.raw_values), first)
        elif kind == "selectbox":
            box = element.selectbox
            self._take(box.id, "string_value", box.set_value, box.raw_value, list(box.options)[box.default])
        elif kind == "checkbox":
            box = element.checkbox
            self._take(box.id, "bool_value", box.set_value, box.value, box.default)

    def _take(self, name: str, field: str, is_set: bool, given: Any, first: Any) -> None:
        self.fields[name] = field
        if is_set:
            self.shown[name] = given
        else:
            self.shown.setdefault(name, first)


EXPECTED = {"dial": [-1.5], "size": ["0.0163"], "choice": ["C"], "selection": "B", "switch": False}
MESSAGES = 13
"""Pieces of the page: for each dial a row, two columns, slider and field, and then three controls more."""


@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize(("cut_at", "flushed"), [(k, f) for k in range(MESSAGES) for f in range(k + 1)])
def test_wherever_a_run_is_cut_short_the_controls_come_to_show_the_state(
    cut_at: int, flushed: int, fresh: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = AppTest.from_function(controls)
    browser = Browser(monkeypatch)
    browser.flushed = flushed
    # What cuts a run short is an event of a stage.
    monkeypatch.setattr(given, "brings_event", lambda: True)
    page.session_state["state"] = dict(AFTER if fresh else BEFORE)
    if not fresh:
        page.run()
        browser.receive()
        page.session_state["state"] = dict(AFTER)
    browser.cut_at = cut_at
    page.run()
    browser.receive()
    browser.cut_at = None
    page.run()
    browser.receive()
    assert not page.exception
    assert page.session_state["state"] == AFTER
    last = {name.split("-", 2)[-1]: value for name, value in browser.shown.items()}
    assert last["dial slider -5.0 5.0"] == EXPECTED["dial"]
    assert last["size slider 0.0163"] == EXPECTED["size"]
    assert last["dial typed"] == "-1.5"
    assert last["size typed"] == "0.0163"
    for name in ("choice", "selection", "switch"):
        assert last[name] == EXPECTED[name], name


@pytest.mark.parametrize(
    ("shown", "reported", "is_chosen"), [("b", "b", False), ("b", "c", True), (None, "a", False), (None, None, False)]
)
def test_what_a_browser_reports_for_want_of_a_value_is_no_choice(shown, reported, is_chosen, monkeypatch):
    session: dict[str, Any] = {"key": shown} if shown is not None else {}
    monkeypatch.setattr(st, "session_state", session)
    with contextlib.suppress(RerunException), given_value("key", "a value"):
        raise RerunException(RerunData())
    heard: list[str] = []
    session["key"] = reported
    if_chosen("key", lambda: heard.append("chosen"))()
    assert bool(heard) is is_chosen
    with given_value("key", "a value"):
        assert session["key"] == "a value"
    if_chosen("key", lambda: heard.append("chosen"))()
    assert heard[-1:] == ["chosen"]


@pytest.mark.parametrize(("event", "is_chosen"), [({"kind": "at", "value": 3}, False), (None, True)])
def test_what_is_reported_beside_an_event_before_a_value_has_come_is_no_choice(event, is_chosen, monkeypatch):
    session: dict[str, Any] = {"key": "b", "stages drawn": {"front"}, "front": SimpleNamespace(event=event)}
    monkeypatch.setattr(st, "session_state", session)
    heard: list[str] = []
    chosen = if_chosen("key", lambda: heard.append("chosen"))
    with given_value("key", "a value"):
        pass
    for _ in range(2):  # two events may have left before it came
        session["key"] = "b"
        chosen()
        assert bool(heard) is is_chosen
        with given_value("key", "a value"):
            assert session["key"] == "a value"
    with given_value("key", "a value"):  # now the browser has it
        pass
    session["key"] = "b"
    chosen()
    assert heard


@pytest.mark.parametrize(("fragments", "is_chosen"), [(["follow"], False), ([], True)])
def test_what_is_reported_while_a_part_of_the_page_runs_is_no_choice(fragments, is_chosen, monkeypatch):
    session: dict[str, Any] = {"key": "b"}
    monkeypatch.setattr(st, "session_state", session)
    monkeypatch.setattr(
        given, "get_script_run_ctx", lambda suppress_warning: SimpleNamespace(fragment_ids_this_run=fragments)
    )
    heard: list[str] = []
    with given_value("key", "a value"):
        pass
    session["key"] = "b"
    if_chosen("key", lambda: heard.append("chosen"))()
    assert bool(heard) is is_chosen
