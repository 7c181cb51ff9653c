"""What the page Dynamics plays: quick films at once, long ones made in the background behind their beginning."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import lru_cache

from landscape.results.filmed_runs import FilmedRuns, estimated_seconds, film_runs, first_steps
from landscape.scenario import Data, Scenario, Training
from landscape.web import jobs

AT_ONCE = 0.6
"""Seconds of work up to which a page may wait."""

PREVIEW = 0.25


@dataclass(frozen=True, eq=False)
class Showing:
    """A filmed to draw, and the work that is still to come.

    Arguments
        filmed: the whole of it, or its first steps.
        job: what makes the whole, None once that is here; key: the job's name in the queue.
        seconds: about how long it takes.
    """

    filmed: FilmedRuns
    job: jobs.Job | None = None
    key: tuple | None = None
    seconds: float = 0.0


@lru_cache(maxsize=16)
def _shot(data: Data, training: Training) -> FilmedRuns:
    filmed = film_runs(data, training)
    assert filmed is not None  # nothing halts it
    return filmed


def showing_of(scenario: Scenario) -> Showing:
    """Return what can be shown of a scenario now; what takes longer has been queued."""
    data, training = scenario.data, scenario.training
    looks = data.features > 1
    seconds = estimated_seconds(training, data.n) + 1.5 * looks
    if seconds <= AT_ONCE:
        return Showing(_shot(data, training))
    key = ("film", data, training)
    job = jobs.found(key) or begin(key, seconds, looks)
    if job.done and job.result is not None:
        return Showing(job.result)
    return Showing(_shot(data, first_steps(training, data.n, PREVIEW)), job, key, seconds)


def begin(key: tuple, seconds: float, looks: bool) -> jobs.Job:
    """Queue the whole film of a key, or queue it anew after it was stopped."""
    _, data, training = key

    def work(report: jobs.Report, halt: threading.Event) -> FilmedRuns | None:
        began = time.monotonic()

        def tell(share: float, text: str) -> None:
            report(share, text, (began, seconds))  # type: ignore[call-arg]

        return film_runs(data, training, pattern_optimum=looks, report=tell, halted=halt.is_set)

    return jobs.start(key, work)


def share_done(job: jobs.Job) -> float:
    """Return the share of a job that is done, by its own account or by the clock, whichever is further."""
    if job.partial is None:
        return job.progress
    began, seconds = job.partial
    return max(job.progress, min(0.95, (time.monotonic() - began) / max(seconds, 1e-9)))
