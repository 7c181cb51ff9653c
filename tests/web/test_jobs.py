"""Long work runs one at a time, tells how far it is, stops when told, and never hands a visitor a trace."""

import threading
import time

from landscape.web import jobs


def finished(job, seconds=10.0):
    assert jobs.wait(job, seconds)
    return job


def test_one_key_is_computed_once_for_everyone():
    calls = []

    def work(report, halt):
        calls.append(1)
        return 42

    first, second = jobs.start("shared", work), jobs.start("shared", work)
    assert first is second
    assert finished(first).result == 42
    assert jobs.start("shared", work).result == 42
    assert len(calls) == 1


def test_jobs_run_one_after_the_other():
    running, most = [], []

    def work(report, halt):
        running.append(1)
        most.append(len(running))
        time.sleep(0.02)
        running.pop()

    for job in [jobs.start(("turn", k), work) for k in range(4)]:
        finished(job)
    assert max(most) == 1


def test_a_stopped_job_keeps_what_it_has_and_can_be_begun_anew():
    begun = threading.Event()

    def work(report, halt):
        report(0.5, "half way", partial="half")
        begun.set()
        halt.wait(10)
        return "what there is"

    job = jobs.start("stopped", work)
    assert begun.wait(10)
    assert (job.progress, job.text, job.partial) == (0.5, "half way", "half")
    job.stop()
    assert finished(job).result == "what there is"
    again = jobs.start("stopped", lambda report, halt: "anew")
    assert finished(again).result == "anew"


def test_failures_are_sentences():
    def refuses(report, halt):
        raise ValueError("m must be at least 1, but was 0.")

    def breaks(report, halt):
        raise ZeroDivisionError

    assert finished(jobs.start("refused", refuses)).error == "m must be at least 1, but was 0."
    assert "log" in finished(jobs.start("broken", breaks)).error
