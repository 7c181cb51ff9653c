"""What sessions have for the server's loop comes in its order, whole, and wakes it once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from loops import run_apart
from streamlit.runtime.app_session import AppSession

from landscape.web.hosting.handover import hand_over_together


class Session(AppSession):
    """A session of which only the loop is there."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._event_loop = loop

    def __del__(self) -> None:
        pass


@pytest.fixture(autouse=True)
def patched() -> Iterator[None]:
    before = AppSession._call_soon_on_event_loop
    hand_over_together()
    yield
    AppSession._call_soon_on_event_loop = before


def test_two_sessions_have_everything_done_in_their_order():
    done: dict[str, list[int]] = {"a": [], "b": []}

    async def run() -> None:
        loop, all_done = asyncio.get_running_loop(), asyncio.Event()
        sessions = {name: Session(loop) for name in done}

        def script(name: str) -> None:
            for number in range(2000):
                sessions[name]._call_soon_on_event_loop(lambda number=number: done[name].append(number))
            sessions[name]._call_soon_on_event_loop(lambda: min(map(len, done.values())) == 2000 and all_done.set())

        threads = [threading.Thread(target=script, args=(name,)) for name in done]
        for thread in threads:
            thread.start()
        await asyncio.wait_for(all_done.wait(), 30)
        for thread in threads:
            thread.join()

    run_apart(run())
    assert done == {name: list(range(2000)) for name in done}


def test_the_loop_is_woken_once_for_what_is_there_when_it_comes(monkeypatch):
    async def run() -> tuple[int, list[int]]:
        loop, woken, done = asyncio.get_running_loop(), 0, []
        wake = loop.call_soon_threadsafe

        def counted(callback: Callable[[], None], *args: Any, **kwargs: Any) -> Any:
            nonlocal woken
            woken += 1
            return wake(callback, *args, **kwargs)

        monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
        session = Session(loop)
        for number in range(100):
            session._call_soon_on_event_loop(lambda number=number: done.append(number))
        while len(done) < 100:
            await asyncio.sleep(0)
        session._call_soon_on_event_loop(lambda: done.append(100))
        while len(done) < 101:
            await asyncio.sleep(0)
        return woken, done

    woken, done = run_apart(run())
    assert woken == 2
    assert done == list(range(101))


def test_what_one_raises_holds_up_no_other():
    async def run() -> tuple[list[str], list[Any]]:
        loop, done, reported = asyncio.get_running_loop(), [], []
        loop.set_exception_handler(lambda _, context: reported.append(context["exception"]))
        session = Session(loop)
        session._call_soon_on_event_loop(lambda: done.append("before"))
        session._call_soon_on_event_loop(lambda: 1 / 0)
        session._call_soon_on_event_loop(lambda: done.append("after"))
        while "after" not in done:
            await asyncio.sleep(0)
        return done, reported

    done, reported = run_apart(run())
    assert done == ["before", "after"]
    assert [type(error) for error in reported] == [ZeroDivisionError]


def test_a_loop_that_is_closed_is_given_nothing():
    loop = asyncio.new_event_loop()
    session = Session(loop)
    loop.close()
    session._call_soon_on_event_loop(lambda: None)


def test_a_second_call_changes_nothing():
    before = AppSession._call_soon_on_event_loop
    hand_over_together()
    assert AppSession._call_soon_on_event_loop is before
