"""Scripts take turns: one at a time, in the order in which they came, and none holds the others up for long."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable

import pytest
from app_server import wait_until
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

from landscape.web.hosting.turns import Turns, take_turns

LONG = 1000.0
"""Seconds of patience that no test outlasts."""


def waiting(turns: Turns) -> int:
    return len(turns._waiting)


def started(*works: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    return threads


def ended(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


def test_scripts_run_one_at_a_time_in_the_order_in_which_they_came() -> None:
    turns, go = Turns(LONG), threading.Event()
    order: list[int] = []
    inside: list[int] = []
    most: list[int] = []

    def script(number: int) -> None:
        with turns.turn():
            inside.append(number)
            most.append(len(inside))
            if number == 0:
                go.wait(30)
            order.append(number)
            inside.remove(number)

    threads = started(lambda: script(0))
    wait_until(lambda: inside == [0])
    for number in range(1, 40):
        threads += started(lambda number=number: script(number))
        wait_until(lambda number=number: waiting(turns) == number)
    go.set()
    ended(threads)
    assert order == list(range(40))
    assert max(most) == 1


def test_a_script_that_takes_long_holds_up_nobody() -> None:
    turns, go = Turns(0.05), threading.Event()
    done: list[str] = []

    def slow() -> None:
        with turns.turn():
            done.append("slow begins")
            go.wait(30)
            done.append("slow ends")

    def quick() -> None:
        with turns.turn():
            done.append("quick")

    threads = started(slow)
    wait_until(lambda: done == ["slow begins"])
    ended(started(quick, quick))
    go.set()
    ended(threads)
    assert done == ["slow begins", "quick", "quick", "slow ends"]
    assert not turns._since


def test_a_script_that_fails_gives_its_place_back() -> None:
    turns = Turns(LONG)
    with pytest.raises(ZeroDivisionError), turns.turn():
        _ = 1 / 0
    ended(started(lambda: turns.turn().__enter__()))


def test_a_script_that_waits_lets_others_in_and_takes_its_turn_again() -> None:
    turns, go = Turns(LONG), threading.Event()
    done: list[str] = []

    def waiter() -> None:
        with turns.turn():
            done.append("first half")
            with turns.aside():
                go.wait(30)
            done.append("second half")

    def other() -> None:
        with turns.turn():
            done.append("other")

    threads = started(waiter)
    wait_until(lambda: done == ["first half"])
    ended(started(other))
    go.set()
    ended(threads)
    assert done == ["first half", "other", "second half"]


def test_aside_without_a_turn_changes_nothing() -> None:
    turns = Turns(LONG)
    with turns.aside():
        assert not turns._since
    with turns.turn():
        assert len(turns._since) == 1


def test_streamlit_runs_every_script_through_one_method(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is replaced of Streamlit: this method, called in a loop by the script's thread."""
    assert list(inspect.signature(ScriptRunner._run_script).parameters) == ["self", "rerun_data"]
    assert inspect.getsource(ScriptRunner).count("self._run_script(") == 1
    monkeypatch.setattr(ScriptRunner, "_run_script", ScriptRunner._run_script)
    take_turns()
    once = ScriptRunner._run_script
    take_turns()
    assert ScriptRunner._run_script is once
