"""Long work runs one at a time, says how far it is, stops when stopped, and never hands a visitor a trace."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from landscape.web.jobs import Job, JobQueue, JobStatus, ended_empty


@pytest.fixture
def queue() -> Iterator[JobQueue]:
    fresh = JobQueue()
    yield fresh
    fresh.close()


def ended(job: Job[Any], seconds: float = 10.0) -> JobStatus[Any]:
    assert job.wait(seconds)
    return job.status


def test_equal_requests_share_one_job(queue):
    calls = []

    def work(report, halt):
        calls.append(1)
        return 42

    first, second = queue.start("shared", work), queue.start("shared", work)
    assert first is second
    assert ended(first).result == 42
    assert queue.start("shared", work).status.result == 42
    assert queue.found("shared") is first
    assert len(calls) == 1


def test_two_queues_share_nothing(queue):
    other = JobQueue()
    ended(queue.start("key", lambda report, halt: 1))
    assert other.found("key") is None
    other.close()


def test_jobs_run_one_after_the_other(queue):
    events, all_started = [], threading.Event()

    def turn(k):
        def work(report, halt):
            events.append(("begins", k))
            assert all_started.wait(10)
            events.append(("ends", k))

        return work

    jobs = [queue.start(("turn", k), turn(k)) for k in range(4)]
    all_started.set()
    for job in jobs:
        ended(job)
    assert events == [(what, k) for k in range(4) for what in ("begins", "ends")]


def half_way(begun: threading.Event, result: str | None) -> Any:
    """Work that gets half way, and then waits to be stopped."""

    def work(report, halt):
        report(0.5, "half way", partial="half")
        begun.set()
        halt.wait(10)
        return result

    return work


def test_a_stopped_job_keeps_what_it_has_and_can_be_begun_anew(queue):
    begun = threading.Event()
    job = queue.start("stopped", half_way(begun, "what there is"))
    assert begun.wait(10)
    status = job.status
    assert (status.progress, status.text, status.found) == (0.5, "half way", "half")
    assert status.began is not None
    job.stop()
    assert ended(job).result == job.status.found == "what there is"
    assert job.status.stopped
    again = queue.start("stopped", lambda report, halt: "anew")
    assert ended(again).result == "anew"


def test_a_stopped_job_without_a_result_keeps_its_partial_one(queue):
    begun = threading.Event()
    job = queue.start("stopped", half_way(begun, None))
    assert begun.wait(10)
    job.stop()
    assert ended(job).found == "half"
    assert ended_empty(job.status)


def test_a_job_stopped_before_its_turn_is_not_begun(queue):
    begun = threading.Event()
    first = queue.start("first", half_way(begun, None))
    assert begun.wait(10)
    second = queue.start("second", lambda report, halt: pytest.fail("It was begun."))
    second.stop()
    assert not second.status.done
    first.stop()
    assert ended_empty(ended(second))
    assert second.status.error is None


def test_a_status_is_frozen_and_does_not_change_when_the_job_does(queue):
    begun = threading.Event()
    job = queue.start("snapshot", half_way(begun, "whole"))
    assert begun.wait(10)
    before = job.status
    job.stop()
    ended(job)
    assert (before.done, before.stopped, before.result, before.found) == (False, False, None, "half")
    with pytest.raises(FrozenInstanceError):
        before.progress = 1.0


def test_failures_are_sentences(queue):
    def refuses(report, halt):
        raise ValueError("m must be at least 1, but was 0.")

    def breaks(report, halt):
        report(0.5, "half way", partial="half")
        raise ZeroDivisionError

    assert ended(queue.start("refused", refuses)).error == "m must be at least 1, but was 0."
    broken = ended(queue.start("broken", breaks))
    assert broken.error is not None
    assert "log" in broken.error
    assert broken.found == "half"


def test_a_closed_queue_ends_every_job(queue):
    begun = threading.Event()
    running = queue.start("running", half_way(begun, "what there is"))
    assert begun.wait(10)
    waiting = queue.start("waiting", lambda report, halt: 1)
    queue.close()
    assert ended(running).result == "what there is"
    assert ended(waiting).result is None
