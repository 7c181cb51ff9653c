"""Visitors share long work: they take turns, stop what is theirs alone, and no stopped stub is anybody's result."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from app_server import wait_until

from landscape.web.hosting.turns import Turns
from landscape.web.jobs import Job, JobQueue, JobStatus, ended_empty
from landscape.web.jobs.queue import GRACE, KEPT_JOBS, QUOTA, UNSEEN
from landscape.web.jobs.runners import InCaller, Threads
from landscape.web.jobs.turns import PATIENCE


class Room:
    """A queue with visitors who come, ask and leave as a test says."""

    def __init__(self, workers: int = 1) -> None:
        self.asking: str | None = None
        self.gone: set[str] = set()
        self.queue = JobQueue(
            Threads(workers), visitor=lambda: self.asking, is_here=lambda visitor: visitor not in self.gone
        )

    def start(self, visitor: str | None, key: Any, work: Any, **options: Any) -> Job[Any]:
        self.asking = visitor
        return self.queue.start(key, work, **options)

    def found(self, visitor: str | None, key: Any) -> Job[Any] | None:
        self.asking = visitor
        return self.queue.found(key)


@pytest.fixture
def room() -> Iterator[Room]:
    fresh = Room()
    yield fresh
    fresh.queue.close()


def ended(job: Job[Any], seconds: float = 30.0) -> JobStatus[Any]:
    assert job.wait(seconds)
    return job.status


class HalfWay:
    """Work that gets half way, and then goes on once it may, or is halted."""

    def __init__(self, stub: Any = "what there is") -> None:
        self.begun, self.go_on, self.halted, self.stub = threading.Event(), threading.Event(), threading.Event(), stub

    def __call__(self, report: Any, halt: threading.Event) -> Any:
        report(0.5, "Half way.", partial="half")
        self.begun.set()
        while not halt.is_set() and not self.go_on.wait(0.005):
            pass
        if halt.is_set():
            self.halted.set()
            return self.stub
        return "everything"


def test_equal_requests_share_one_computation_and_later_ones_its_result(room):
    calls, go_on = [], threading.Event()

    def work(report, halt):
        calls.append(1)
        go_on.wait(30)
        return 42

    first, second = room.start("A", "shared", work), room.start("B", "shared", work)
    go_on.set()
    assert ended(first).result == ended(second).result == 42
    assert ended(room.start("C", "shared", work)).result == 42
    assert room.found("D", "shared").status.result == 42
    assert len(calls) == 1


def test_one_visitor_asking_twice_has_one_job(room):
    work = HalfWay()
    assert room.start("A", "key", work) is room.start("A", "key", work) is room.found("A", "key")
    work.go_on.set()


def test_what_others_compute_is_not_shown_before_one_asks_for_it(room):
    work = HalfWay()
    room.start("A", "key", work)
    assert room.found("B", "key") is None
    work.go_on.set()


def test_two_queues_share_nothing(room):
    other = Room()
    ended(room.start("A", "key", lambda report, halt: 1))
    assert other.found("A", "key") is None


def test_who_stops_withdraws_and_the_others_computation_goes_on_to_its_end(room):
    work = HalfWay()
    hers, his = room.start("A", "key", work), room.start("B", "key", work)
    assert work.begun.wait(30)
    hers.stop()
    assert (hers.status.done, hers.status.stopped, hers.status.found, hers.status.result) == (True, True, "half", None)
    assert not his.status.done
    assert not his.status.stopped
    work.go_on.set()
    assert ended(his).result == "everything"
    assert not work.halted.is_set()
    assert hers.status.found == "half"
    assert ended(room.start("A", "key", work)).result == "everything"


def test_a_computation_that_nobody_wants_ends_and_its_stub_is_only_theirs_who_stopped(room):
    work = HalfWay()
    hers, his = room.start("A", "key", work), room.start("B", "key", work)
    assert work.begun.wait(30)
    hers.stop()
    his.stop()
    assert work.halted.wait(30)
    assert (ended(his).found, his.status.result, his.status.stopped) == ("what there is", None, True)
    assert hers.status.found == "half"
    assert room.found("C", "key") is None
    fresh = HalfWay()
    fresh.go_on.set()
    assert ended(room.start("C", "key", fresh)).result == "everything"


def test_who_asks_while_a_stopped_one_still_ends_gets_a_computation_of_her_own(room):
    slow, release = HalfWay(), threading.Event()

    def ends_late(report, halt):
        slow(report, halt)
        release.wait(30)
        return "a stub"

    hers = room.start("A", "key", ends_late)
    assert slow.begun.wait(30)
    hers.stop()
    his = room.start("B", "key", lambda report, halt: "whole")
    release.set()
    assert ended(his).result == "whole"
    assert ended(hers).found == "a stub"


def test_a_stopped_job_can_be_begun_anew_by_who_stopped_it(room):
    work = HalfWay(stub=None)
    job = room.start("A", "key", work)
    assert work.begun.wait(30)
    job.stop()
    assert ended(job).found == "half"
    assert ended_empty(job.status)
    assert room.found("A", "key") is job
    assert ended(room.start("A", "key", lambda report, halt: "anew")).result == "anew"


def test_a_job_stopped_before_its_turn_is_not_begun(room):
    first = HalfWay()
    room.start("A", "first", first)
    assert first.begun.wait(30)
    second = room.start("B", "second", lambda report, halt: pytest.fail("It was begun."))
    second.stop()
    assert ended_empty(ended(second))
    assert second.status.error is None
    first.go_on.set()
    assert room.queue.wait(30)


def test_who_has_left_is_withdrawn_and_the_others_go_on(room):
    work = HalfWay()
    hers, his = room.start("A", "key", work), room.start("B", "key", work)
    assert work.begun.wait(30)
    room.gone.add("A")
    now = time.monotonic()
    room.queue.look(now + GRACE / 2)
    assert not hers.wait(0)
    room.queue.look(now + GRACE + 1)
    assert hers.wait(0)
    assert not his.wait(0)
    room.gone.add("B")
    room.queue.look(now + GRACE + 1)
    assert work.halted.wait(30)
    assert ended(his).left


def test_a_job_that_no_page_looks_at_is_withdrawn_though_its_visitor_is_there(room):
    work = HalfWay()
    job = room.start("A", "key", work)
    assert work.begun.wait(30)
    room.queue.look(time.monotonic() + UNSEEN / 2)
    assert not job.status.done
    room.queue.look(time.monotonic() + UNSEEN + 1)
    assert ended(job).left


def test_turns_are_fair_whoever_asked_for_many(room):
    order: list[str] = []
    gate = HalfWay()
    room.start("A", "gate", gate)
    assert gate.begun.wait(30)

    def noted(name: str) -> Callable[..., None]:
        return lambda report, halt: order.append(name)

    for name in ("a1", "a2", "a3"):
        room.start("A", name, noted(name))
    hers = room.start("B", "b1", noted("b1"))
    assert hers.status.ahead == 0
    room.start("C", "c1", noted("c1"))
    room.start("B", "b2", noted("b2"))
    gate.go_on.set()
    assert room.queue.wait(30)
    assert order == ["b1", "c1", "a1", "b2", "a2", "a3"]


def test_nobody_waits_for_ever_for_newcomers(room, monkeypatch):
    gate, order = HalfWay(), []
    room.start("A", "gate", gate)
    assert gate.begun.wait(30)
    room.start("A", "patient", lambda report, halt: order.append("patient"))
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + PATIENCE + 1)
    room.start("B", "newcomer", lambda report, halt: order.append("newcomer"))
    gate.go_on.set()
    assert room.queue.wait(30)
    assert order == ["patient", "newcomer"]


def test_a_visitor_has_a_quota_and_is_told_so_in_a_sentence(room):
    gates = [HalfWay() for _ in range(QUOTA + 1)]
    jobs = [room.start("A", k, gate) for k, gate in enumerate(gates)]
    assert [job.status.error is None for job in jobs] == [True] * QUOTA + [False]
    assert str(QUOTA) in jobs[-1].status.error
    assert room.found("A", QUOTA) is None
    assert not room.start("B", QUOTA, gates[-1]).status.done
    jobs[0].stop()
    assert not room.start("A", QUOTA, gates[-1]).status.error


def test_a_request_in_a_slot_takes_the_place_of_the_one_before(room):
    gate, first = HalfWay(), HalfWay()
    room.start("other", "gate", gate)
    before = room.start("A", 1, first, slot="picture")
    for k in range(2, 40):
        after = room.start("A", k, lambda report, halt: "the last", slot="picture")
        assert ended(before).left
        before = after
    gate.go_on.set()
    assert ended(after).result == "the last"
    assert not first.begun.is_set()


def test_who_waits_is_told_her_place_and_about_how_long(room):
    gate = HalfWay()
    room.start("A", "gate", gate, seconds=40.0)
    assert gate.begun.wait(30)
    room.start("B", "b", HalfWay(), seconds=20.0)
    last = room.start("C", "c", HalfWay(), seconds=10.0).status
    assert last.ahead == 1
    # Half of the gate's work was done in no time, and so the rest of it is expected to take no more than that.
    assert 20.0 <= last.wait <= 60.0
    assert last.text == f"Waiting: 1 computation before this one, in about {round(last.wait)} s."
    gate.go_on.set()


def test_one_worker_of_several_stays_free_for_quick_work():
    room = Room(workers=2)
    long = [HalfWay(), HalfWay()]
    for k, work in enumerate(long):
        room.start(f"long {k}", k, work, seconds=60.0)
    quick = room.start("quick", "quick", lambda report, halt: "at once", seconds=0.5)
    assert ended(quick).result == "at once"
    assert not long[1].begun.is_set()
    room.queue.close()


def test_what_takes_longer_than_it_may_ends_with_what_it_has_for_everybody(room):
    work = HalfWay(stub=None)
    job = room.start("A", "key", work, limit=60.0)
    assert work.begun.wait(30)
    room.queue.look(time.monotonic() + 61.0)
    status = ended(job)
    assert (status.expired, status.result, status.stopped, status.error) == (True, "half", False, None)
    assert room.start("B", "key", work).status.result == "half"


def test_a_status_is_frozen_and_does_not_change_when_the_job_does(room):
    work = HalfWay()
    job = room.start("A", "key", work)
    assert work.begun.wait(30)
    before = job.status
    job.stop()
    ended(job)
    assert (before.done, before.stopped, before.result, before.found) == (False, False, None, "half")
    with pytest.raises(FrozenInstanceError):
        before.progress = 1.0


def test_failures_are_sentences_and_are_not_kept_as_results(room):
    def refuses(report, halt):
        raise ValueError("m must be at least 1, but was 0.")

    def breaks(report, halt):
        report(0.5, "Half way.", partial="half")
        raise ZeroDivisionError

    def takes_all(report, halt):
        raise MemoryError

    assert ended(room.start("A", "refused", refuses)).error == "m must be at least 1, but was 0."
    assert "memory" in ended(room.start("A", "large", takes_all)).error
    broken = ended(room.start("A", "broken", breaks))
    assert broken.error is not None
    assert "log" in broken.error
    assert broken.found == "half"
    assert room.found("B", "broken") is None
    assert ended(room.start("A", "broken", lambda report, halt: "whole")).result == "whole"


def test_ended_jobs_of_a_visitor_are_forgotten_after_a_while(room):
    for k in range(3 * KEPT_JOBS):
        ended(room.start("A", k, lambda report, halt: 1))
    assert len(room.queue._jobs["A"]) <= KEPT_JOBS + 1
    room.gone.add("A")
    ended(room.start("B", "b", lambda report, halt: 1))
    assert "A" not in room.queue._jobs


def test_a_closed_queue_ends_every_job_and_takes_no_more(room):
    work = HalfWay()
    running = room.start("A", "running", work)
    assert work.begun.wait(30)
    waiting = room.start("A", "waiting", lambda report, halt: 1)
    room.queue.close()
    assert ended(running).found == "what there is"
    assert ended(waiting).result is None
    assert room.start("A", "late", work).status.error


def test_where_no_thread_can_be_had_work_is_done_by_who_asks(monkeypatch):
    def refused(self):
        raise RuntimeError("can't start new thread")

    queue = JobQueue(Threads(1))
    monkeypatch.setattr(threading.Thread, "start", refused)
    assert queue.start("key", lambda report, halt: 42).status.result == 42
    assert isinstance(queue._runner, InCaller)


def test_many_visitors_at_once_leave_nothing_under_way():
    """Threads that start, share, stop and leave at random: every job ends, and no stub is a result."""
    room = Room(workers=2)
    local = threading.local()
    queue = JobQueue(Threads(2), visitor=lambda: local.name, is_here=lambda visitor: True)
    wrong: list[Any] = []

    def visit(number: int) -> None:
        import random

        rng = random.Random(number)
        local.name = f"visitor {number}"
        for _ in range(40):
            work = HalfWay(stub="a stub")
            if rng.random() < 0.5:
                work.go_on.set()
            job = queue.start(rng.randrange(6), work, slot=rng.choice([None, "slot"]))
            if rng.random() < 0.7 and not job.wait(rng.random() / 50):
                job.stop()
            if job.status.result not in (None, "everything"):
                wrong.append(job.status)
            job.stop()

    threads = [threading.Thread(target=visit, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: queue.wait(0.1), 30)
    assert not wrong
    assert not queue._under_way
    room.queue.close()


def test_a_page_that_waits_for_a_job_lets_the_scripts_of_others_run():
    turns, go = Turns(patience=600.0), threading.Event()
    jobs = JobQueue(Threads(1), aside=turns.aside)
    done: list[str] = []

    def waits() -> None:
        with turns.turn():
            jobs.start("long", lambda report, halt: go.wait(60)).wait(60)
            done.append("waited")

    def another() -> None:
        with turns.turn():
            done.append("another")
            go.set()

    page = threading.Thread(target=waits)
    page.start()
    wait_until(lambda: bool(jobs._running))
    other = threading.Thread(target=another)
    other.start()
    for thread in (other, page):
        thread.join(60)
    jobs.close()
    assert done == ["another", "waited"]
