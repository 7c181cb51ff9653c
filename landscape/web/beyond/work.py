"""The program and the training of a setting, in the queue of long work: quick results are drawn at once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from landscape.extensions.shared.quasi_newton import Progress
from landscape.web.beyond.setting import Setting
from landscape.web.beyond.state import SettingState
from landscape.web.follow import EVERY, follow
from landscape.web.jobs import Job, JobStatus, Report, Work, queue

SOLVING_SECONDS = 1.2
"""Seconds that a drawing waits for the program, so that a quick result needs no second drawing."""

TRAINING_SECONDS = 0.25
"""Seconds that it then waits for the training."""

SELDOM = 5.0
"""Seconds between two checks of the work before the browser has drawn the page."""

_REQUESTED = "beyond requested work"


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
    """Start solving a state, and training unless a drag is under way, and stop the jobs of an earlier state."""
    solve_key, train_key = setting.key(state), ("beyond", setting.name, "train", state)
    _stop_all_but({solve_key, train_key} if training else {solve_key})
    solving = _job(solve_key, lambda report, halt: setting.solve(state))
    solving.wait(SOLVING_SECONDS)
    if not training:
        return Answers((_part("Solving the convex program", solving),))
    trained = _job(train_key, lambda report, halt: setting.train(state, _reported(report), halt.is_set))
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
        progress=lambda status: (status.progress, f"{going.name}: {status.text}"),
    )


def _part(name: str, job: Job[Any]) -> Part:
    return Part(name, job, job.status)


def _stop_all_but(wanted: set[Hashable]) -> None:
    for key in st.session_state.get(_REQUESTED, set()) - wanted:
        if (job := queue().found(key)) is not None and not job.status.done:
            job.stop()
    st.session_state[_REQUESTED] = wanted


def _job(key: Hashable, work: Work[Any]) -> Job[Any]:
    """Return the job of a key; one that failed stays failed, one that was stopped begins anew."""
    job = queue().found(key)
    return job if job is not None and job.status.error else queue().start(key, work)


def _reported(report: Report[Any]) -> Progress:
    return lambda done, all_: report(done / max(all_, 1), f"{100 * done / max(all_, 1):.0f} % at most.")
