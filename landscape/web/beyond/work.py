"""The program and the training of a setting, in the queue of long work: quick results are drawn at once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

from landscape.web import session
from landscape.web.beyond.computing import solve, train
from landscape.web.beyond.setting import Setting
from landscape.web.beyond.state import SettingState
from landscape.web.follow import EVERY, follow
from landscape.web.jobs import Job, JobStatus, Work, queue

SOLVING_SECONDS = 1.2
"""Seconds that a drawing waits for the program, so that a quick result needs no second drawing."""

TRAINING_SECONDS = 0.25
"""Seconds that it then waits for the training."""

SELDOM = 5.0
"""Seconds between two checks of the work before the browser has drawn the page."""

SOON = 2.0
"""Seconds that solving, and training, are expected to take."""


@dataclass(frozen=True, eq=False)
class Part:
    """A job, and its status when the page was drawn."""

    name: str
    job: Job[Any]
    status: JobStatus[Any]


@dataclass(frozen=True, eq=False)
class Answers:
    """The program and the training of a state, in this order; without training while something is being dragged."""

    parts: tuple[Part, ...]

    @property
    def found(self) -> Any:
        """The solution, or None."""
        return self.parts[0].status.result

    @property
    def trained(self) -> Any:
        """The result of training, or None."""
        return self.parts[1].status.result if len(self.parts) > 1 else None

    @property
    def errors(self) -> list[str]:
        """Why parts failed, as sentences."""
        return [part.status.error for part in self.parts if part.status.error]


def answers_of(setting: Setting, state: SettingState, *, training: bool) -> Answers:
    """Start solving a state, and training unless a drag is under way, in place of the jobs of an earlier state."""
    solve_key, train_key = setting.key(state), ("beyond", setting.name, "train", state)
    solving = _job(solve_key, partial(solve, setting.solve, state), "beyond solve")
    solving.wait(SOLVING_SECONDS)
    if not training:
        queue().leave("beyond train")
        return Answers((_part("Solving the convex program", solving),))
    trained = _job(train_key, partial(train, setting.train, state), "beyond train")
    if solving.status.done:
        trained.wait(TRAINING_SECONDS)
    return Answers((_part("Solving the convex program", solving), _part("Training", trained)))


def follow_answers(answers: Answers, *, drawn_once: bool) -> None:
    """Show the progress of the work, and draw the page anew when a part of it is done.

    Arguments
        drawn_once: whether the browser has drawn the tab. Until then the work is checked every SELDOM seconds: a
            browser that is sent a fragment while it still builds its controls replies with their lowest values.
    """
    going = next((part for part in answers.parts if not part.status.done), None)
    if going is None:
        return
    follow(
        going.job,
        going.name,
        seen=going.status,
        every=EVERY if drawn_once else SELDOM,
        stoppable=False,
        written=not session.is_passing(),
        progress=lambda status: (status.progress, f"{going.name}: {status.text}"),
    )


def _part(name: str, job: Job[Any]) -> Part:
    return Part(name, job, job.status)


def _job(key: Hashable, work: Work[Any], slot: str) -> Job[Any]:
    """Return the job of a key, in place of that of an earlier state; one that failed stays failed."""
    job = queue().found(key)
    return job if job is not None and job.status.error else queue().start(key, work, slot=slot, seconds=SOON)
