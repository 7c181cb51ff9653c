"""Long work is followed on a page: how far it is, a way to stop it, what it has found, and one drawing at its end."""

from __future__ import annotations

import threading

import pytest
from streamlit.testing.v1 import AppTest

from landscape.scenario import Scenario
from landscape.web.jobs import Job, queue
from landscape.web.race.live_race import RaceSoFar


def page() -> None:
    import streamlit as st

    from landscape.web.follow import follow
    from landscape.web.jobs import JobStatus, queue

    st.session_state["drawings"] = st.session_state.get("drawings", 0) + 1
    job = queue().found("followed")
    assert job is not None
    # The page was drawn from a status of before the job ended, once.
    seen = JobStatus() if st.session_state.pop("drawn before the end", False) else None
    follow(job, "work", lambda found: st.text(f"Found: {found}."), seen=seen)


class HalfWay:
    """A job that has got half way, and goes on once it may, or is stopped."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.job: Job[str] = queue().start("followed", self._work)
        assert self.begun.wait(10)

    def _work(self, report, halt) -> str:
        report(0.5, "Half way.", partial="half")
        self.begun.set()
        while not halt.is_set() and not self.go_on.wait(0.01):
            pass
        return "what there is" if halt.is_set() else "everything"

    def finish(self) -> None:
        self.go_on.set()
        assert self.job.wait(10)


@pytest.fixture
def half_way() -> HalfWay:
    return HalfWay()


def texts(app: AppTest) -> list[str]:
    assert not app.exception
    return [text.value for text in app.text]


def test_what_was_found_is_drawn_in_part_and_then_whole(half_way):
    app = AppTest.from_function(page, default_timeout=30).run()
    assert texts(app) == ["Found: half."]
    assert app.get("progress")[0].proto.text == "Half way."
    half_way.finish()
    app.run()
    assert texts(app) == ["Found: everything."]
    assert not app.get("progress")
    assert not app.button


def test_the_stop_button_stops_the_work_and_keeps_what_there_is(half_way):
    app = AppTest.from_function(page, default_timeout=30).run()
    app.button(key="stop work").click().run()
    assert half_way.job.wait(10)
    assert half_way.job.status.stopped
    app.run()
    assert texts(app) == ["Found: what there is."]


def test_work_that_ended_while_the_page_was_drawn_has_it_drawn_once_more(half_way):
    half_way.finish()
    app = AppTest.from_function(page, default_timeout=30)
    app.session_state["drawn before the end"] = True
    app.run()
    assert app.session_state["drawings"] == 2
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
