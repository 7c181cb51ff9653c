"""Long work is followed on a page: how far it is, a way to stop it, what it has found, and one drawing at its end."""

from __future__ import annotations

import threading

import pytest
from streamlit.testing.v1 import AppTest

from landscape.scenario import Scenario
from landscape.web.jobs import queue
from landscape.web.jobs.environment import WORKERS
from landscape.web.notes import NOTES_KEY
from landscape.web.race.live_race import RaceSoFar


def page() -> None:
    import streamlit as st

    from landscape.web.follow import follow, show_end
    from landscape.web.jobs import JobStatus, queue
    from landscape.web.notes import show_notes

    st.session_state["drawings"] = st.session_state.get("drawings", 0) + 1
    show_notes()
    job = queue().found("followed")
    if job is None:
        job = queue().start("followed", st.session_state["work"])
    show_end(job, "work", lambda: queue().start("followed", st.session_state["work"]))
    # The page was drawn from a status of before the job ended, once.
    seen = JobStatus() if st.session_state.pop("drawn before the end", False) else None
    follow(job, "work", lambda found: st.text(f"Found: {found}."), seen=seen)


class HalfWay:
    """Work that gets half way, and goes on once it may, or is stopped."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.halted = threading.Event(), threading.Event(), threading.Event()

    def __call__(self, report, halt) -> str:
        report(0.5, "Half way.", partial="half")
        self.begun.set()
        while not halt.is_set() and not self.go_on.wait(0.01):
            pass
        if halt.is_set():
            self.halted.set()
        return "what there is" if halt.is_set() else "everything"

    def finish(self) -> None:
        self.go_on.set()
        assert queue().wait(30)


@pytest.fixture
def in_a_thread(monkeypatch) -> None:
    """The work of these tests waits for events of this process."""
    monkeypatch.setenv(WORKERS, "0")
    queue.cache_clear()


def visitor(work: HalfWay, **state: object) -> AppTest:
    """Run the page as a new visitor, until the work has begun."""
    app = AppTest.from_function(page, default_timeout=30)
    app.session_state["work"] = work
    for name, value in state.items():
        app.session_state[name] = value
    app.run()
    assert work.begun.wait(30)
    return app.run()


def texts(app: AppTest) -> list[str]:
    assert not app.exception
    return [text.value for text in app.text]


@pytest.mark.usefixtures("in_a_thread")
def test_what_was_found_is_drawn_in_part_and_then_whole():
    app = visitor(work := HalfWay())
    assert texts(app) == ["Found: half."]
    assert app.get("progress")[0].proto.text == "Half way."
    work.finish()
    app.run()
    assert texts(app) == ["Found: everything."]
    assert not app.get("progress")
    assert not app.button


@pytest.mark.usefixtures("in_a_thread")
def test_a_note_stays_when_the_page_is_drawn_anew_by_itself_and_goes_at_the_next_change():
    app = visitor(work := HalfWay())
    work.finish()
    drawings = app.session_state["drawings"]
    app.session_state[NOTES_KEY] = ["3 points were read."]
    app.session_state["drawn before the end"] = True
    app.run()
    assert app.session_state["drawings"] == drawings + 2
    assert texts(app) == ["3 points were read.", "Found: everything."]
    assert texts(app.run()) == ["Found: everything."]


@pytest.mark.usefixtures("in_a_thread")
def test_who_stops_keeps_what_there_is_and_may_begin_again():
    app = visitor(work := HalfWay())
    app.button(key="stop work").click().run()
    assert work.halted.wait(30)
    assert queue().wait(30)
    app.run()
    assert texts(app) == ["Stopped. Shown is what was found until then.", "Found: what there is."]
    work.halted.clear()
    app.button(key="again work").click().run()
    work.finish()
    app.run()
    assert texts(app) == ["Found: everything."]


@pytest.mark.usefixtures("in_a_thread")
def test_one_visitors_stop_leaves_the_other_hers_and_shows_nobody_a_stub():
    hers, his = visitor(work := HalfWay()), visitor(work)
    hers.button(key="stop work").click().run()
    assert texts(hers) == ["Stopped. Shown is what was found until then.", "Found: half."]
    assert texts(his.run()) == ["Found: half."]
    assert his.get("progress")
    work.finish()
    assert texts(his.run()) == ["Found: everything."]
    assert not work.halted.is_set()
    assert texts(visitor(HalfWayNever())) == ["Found: everything."]
    hers.button(key="again work").click().run()
    assert texts(hers) == ["Found: everything."]


class HalfWayNever(HalfWay):
    """Work that is not needed: its result is there."""

    def __init__(self) -> None:
        super().__init__()
        self.begun.set()

    def __call__(self, report, halt) -> str:
        pytest.fail("It was begun again.")


@pytest.mark.usefixtures("in_a_thread")
def test_work_that_ended_while_the_page_was_drawn_has_it_drawn_once_more():
    app = visitor(work := HalfWay())
    work.finish()
    before = app.session_state["drawings"]
    app.session_state["drawn before the end"] = True
    app.run()
    assert app.session_state["drawings"] == before + 2
    assert texts(app) == ["Found: everything."]


def test_a_race_so_far_is_not_changed_by_what_comes_next():
    series = {"gd": ((0.1, 0.5),)}
    before = RaceSoFar(series=series)
    after = before.seen("gd", 0.2, 0.25).seen("adam", 0.1, 0.5)
    series["gd"] = ()
    assert dict(before.series) == {"gd": ((0.1, 0.5),)}
    assert dict(after.series) == {"gd": ((0.1, 0.5), (0.2, 0.25)), "adam": ((0.1, 0.5),)}
    with pytest.raises(TypeError):
        before.series["gd"] = ()


def test_a_stopped_race_keeps_what_it_has():
    from landscape.web.race.live_race import run_race

    halt, published = threading.Event(), []

    def report(progress, text, partial=None):
        published.append(partial)
        if partial is not None and partial.finish:
            halt.set()

    scenario = Scenario().changed(m=3, layer="trained", lam=0.1, bias=True, runs=(), starts=1)
    found = run_race(scenario, 0.5, report, halt)
    assert found.finish
    assert len(found.finish) == 1
    assert found.proven
    assert not published[0].series
