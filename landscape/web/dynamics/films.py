"""The filmed runs of the page Dynamics: quick ones at once, long ones by a job behind their beginning."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache, partial

from landscape.results.filmed_runs import SEARCHED, FilmedRuns, estimated_seconds, film_runs, first_steps
from landscape.results.solved_by_stages import solving_seconds
from landscape.scenario import Data, Scenario, Training
from landscape.web.jobs import Job, JobStatus, Report, queue

AT_ONCE = 0.6
"""Seconds of work up to which a page may wait."""

PREVIEW = 0.25
"""Seconds of work that go into the beginning of a longer film."""

CONVEX_SECONDS = 1.5
"""Seconds that the convex optima over the current patterns take, which are shown for several features."""


@dataclass(frozen=True, eq=False)
class PendingFilm:
    """A film whose runs are not finished yet.

    Arguments
        job: the job that runs it; status: of the job when the page was drawn.
        data, training: that determine the film; seconds: about how long it takes.
    """

    job: Job[FilmedRuns | None]
    status: JobStatus[FilmedRuns | None]
    data: Data
    training: Training
    seconds: float


@dataclass(frozen=True, eq=False)
class ShownFilm:
    """The shown part of a film: all of it or, while ``pending`` is not None, its first steps."""

    filmed: FilmedRuns
    pending: PendingFilm | None = None


@lru_cache(maxsize=16)
def _filmed(data: Data, training: Training) -> FilmedRuns:
    filmed = film_runs(data, training, quick=True)
    assert filmed is not None  # nothing halts it
    return filmed


def shown_film(scenario: Scenario) -> ShownFilm:
    """Return the film of a scenario or, where that takes longer than AT_ONCE, its beginning, and queue the film."""
    data, training = scenario.data, scenario.training
    proof = min(solving_seconds(data.n, data.d), SEARCHED) if training.lam > 0 else 0.0
    seconds = estimated_seconds(training, data.n) + proof + CONVEX_SECONDS * _shows_convex_optima(data)
    if seconds <= AT_ONCE:
        return ShownFilm(_filmed(data, training))
    job = queue().found(_key(data, training))
    if job is None or job.status.left:
        job = begin(data, training, seconds)
    status = job.status
    if status.result is not None:
        return ShownFilm(status.result)
    beginning = _filmed(data, first_steps(training, data.n, PREVIEW))
    return ShownFilm(beginning, PendingFilm(job, status, data, training, seconds))


def begin(data: Data, training: Training, seconds: float) -> Job[FilmedRuns | None]:
    """Queue a film with all its steps, or queue it anew after it was stopped."""
    return queue().start(_key(data, training), partial(film, data, training), seconds=seconds, slot="film")


def film(data: Data, training: Training, report: Report[FilmedRuns | None], halt: threading.Event) -> FilmedRuns | None:
    """Make a film with all its steps, the long work of the page; None when it is stopped."""
    shows_optima = _shows_convex_optima(data)
    return film_runs(data, training, pattern_optimum=shows_optima, report=report, halted=halt.is_set)


def _shows_convex_optima(data: Data) -> bool:
    return data.features > 1


def _key(data: Data, training: Training) -> tuple[str, Data, Training]:
    return "film", data, training
