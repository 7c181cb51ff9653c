"""A session's first run goes to its end, and the next begins after it."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from app_server import wait_until

from landscape.web.hosting import first_run
from landscape.web.hosting.first_run import after_the_first


class State(dict[str, Any]):
    """A session's state as far as it is asked for."""

    @property
    def filtered_state(self) -> dict[str, Any]:
        return self


class Requests:
    """Requests of a runner: one to stop is there."""

    def on_scriptrunner_yield(self) -> str:
        return "stop"


def runner_of(state: State) -> Any:
    return SimpleNamespace(_session_state=state, _requests=Requests())


def test_the_first_run_hears_of_no_request_and_later_ones_do() -> None:
    state = State()
    for number, heard in enumerate([None, "stop", "stop"]):
        runner = runner_of(state)
        with after_the_first(runner):
            assert runner._requests.on_scriptrunner_yield() == heard, number
        assert runner._requests.on_scriptrunner_yield() == "stop"


def test_sessions_do_not_wait_for_each_other() -> None:
    first = runner_of(State())
    with after_the_first(first), after_the_first(runner_of(State())):
        assert first._requests.on_scriptrunner_yield() is None


def test_the_next_run_begins_when_the_first_has_ended() -> None:
    state, done = State(), []
    begun, go_on = threading.Event(), threading.Event()

    def run(name: str, wait: bool) -> None:
        with after_the_first(runner_of(state)):
            done.append(f"{name} begins")
            begun.set()
            if wait:
                go_on.wait(30)
            done.append(f"{name} ends")

    threads = [threading.Thread(target=run, args=("first", True))]
    threads[0].start()
    wait_until(begun.is_set)
    threads.append(threading.Thread(target=run, args=("second", False)))
    threads[1].start()
    wait_until(threads[1].is_alive)
    assert done == ["first begins"]
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert done == ["first begins", "first ends", "second begins", "second ends"]


def test_a_first_run_that_fails_or_never_ends_holds_up_no_other_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    state = State()
    with pytest.raises(ZeroDivisionError), after_the_first(runner_of(state)):
        raise ZeroDivisionError
    with after_the_first(runner_of(state)):
        pass
    monkeypatch.setattr(first_run, "LONGEST", 0.0)
    endless = State()
    with after_the_first(runner_of(endless)), after_the_first(runner_of(endless)):
        pass
