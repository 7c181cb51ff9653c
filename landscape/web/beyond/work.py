"""The program and the training of a setting, in the queue of long work: quick answers are drawn at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from landscape.web import jobs
from landscape.web.beyond.setting import Setting
from landscape.web.beyond.state import SettingState

FIRST = 1.2
"""Seconds that a drawing waits for the program, so that a quick answer needs no second drawing."""

SECOND = 0.25
"""Seconds that it then waits for the training."""

OFTEN, SELDOM = 0.5, 5.0
"""Seconds between two looks at the work; seldom before the browser has drawn the page."""

_ASKED = "beyond work asked for"


@dataclass(frozen=True, eq=False)
class Work:
    """Where the work for a state stands: jobs, and their results where they are done."""

    solving: jobs.Job
    training: jobs.Job | None

    @property
    def found(self) -> Any:
        """The solution, or None."""
        return self.solving.result if self.solving.done else None

    @property
    def trained(self) -> Any:
        """What training found, or None."""
        return self.training.result if self.training is not None and self.training.done else None

    @property
    def going(self) -> bool:
        """Whether something is on its way."""
        return not self.solving.done or (self.training is not None and not self.training.done)

    @property
    def stage(self) -> tuple[bool, bool]:
        """Which parts are done: what is drawn changes when this does."""
        return self.solving.done, self.training is not None and self.training.done

    @property
    def errors(self) -> list[str]:
        """Why parts failed, as sentences."""
        return [job.error for job in (self.solving, self.training) if job is not None and job.error]


def begin(setting: Setting, state: SettingState, *, training: bool) -> Work:
    """Ask for the solution, and for the training unless a hand still moves; what was asked for before is given up."""
    solve_key, train_key = setting.key(state), ("beyond", setting.name, "train", state)
    wanted = {solve_key, train_key} if training else {solve_key}
    for key in st.session_state.get(_ASKED, set()) - wanted:
        old = jobs.found(key)
        if old is not None and not old.done:
            old.stop()
    st.session_state[_ASKED] = wanted
    solving = _job(solve_key, lambda report, halt: setting.solve(state))
    jobs.wait(solving, FIRST)
    if not training:
        return Work(solving, None)
    trained = _job(train_key, lambda report, halt: setting.train(state, _told(report), halt.is_set))
    if solving.done:
        jobs.wait(trained, SECOND)
    return Work(solving, trained)


def follow(work: Work, *, drawn_once: bool) -> None:
    """Say how far the work is, twice a second, and draw the page anew when a part of it is done.

    A browser that is asked while it still builds its controls answers with their lowest values: until it has drawn the
    page (``drawn_once``), which it tells by itself, it is hardly asked at all.
    """
    if not work.going:
        return
    drawn = work.stage

    @st.fragment(run_every=OFTEN if drawn_once else SELDOM)
    def live() -> None:
        if work.stage != drawn:
            st.rerun()
        job = work.solving if not work.solving.done else work.training
        name = "Solving the convex program" if job is work.solving else "Training"
        if job is not None:
            st.progress(job.progress, f"{name}: {job.text}")

    live()


def _job(key: tuple[Any, ...], work: jobs.Work) -> jobs.Job:
    """Return the job of a key; one that failed stays failed, one that was stopped begins anew."""
    job = jobs.found(key)
    return job if job is not None and job.error else jobs.start(key, work)


def _told(report: jobs.Report) -> Any:
    return lambda done, all_: report(done / max(all_, 1), f"{100 * done / max(all_, 1):.0f} % at most.")
