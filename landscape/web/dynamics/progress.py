"""A line above the stage while a long film is computed: its progress, a stop button, and why it ended early."""

from __future__ import annotations

import time

import streamlit as st

from landscape.results.filmed_runs import FilmedRuns
from landscape.web.dynamics.films import PendingFilm, ShownFilm, begin
from landscape.web.follow import follow
from landscape.web.jobs import JobStatus

MOST_BY_THE_CLOCK = 0.95
"""The largest share done that is shown by time alone, for a film that takes longer than estimated."""


def show_progress(shown: ShownFilm) -> None:
    """Write that only the beginning is shown, and follow the work until the film is complete."""
    pending = shown.pending
    if pending is None:
        return
    if pending.status.done:
        _show_end(shown, pending)
        return
    follow(
        pending.job,
        "film",
        seen=pending.status,
        progress=lambda status: _progress(status, shown.filmed.steps, pending.seconds),
    )


def _progress(status: JobStatus[FilmedRuns | None], shown: int, seconds: float) -> tuple[float, str]:
    if status.stopped:
        sentence = f"Stopping. Shown: the first {shown:,} steps."
    else:
        whole = max(1, round(seconds))
        sentence = f"Shown: the first {shown:,} steps. The whole film takes about {whole:,} s: {status.text}"
    return share_done(status, seconds), sentence


def share_done(status: JobStatus[FilmedRuns | None], seconds: float) -> float:
    """Return the share of a film that is done, as its job reports or by the time passed, whichever is more."""
    if status.began is None:
        return status.progress
    by_the_clock = (time.monotonic() - status.began) / max(seconds, 1e-9)
    return max(status.progress, min(MOST_BY_THE_CLOCK, by_the_clock))


def _show_end(shown: ShownFilm, pending: PendingFilm) -> None:
    left, right = st.columns([8, 1], vertical_alignment="center")
    left.text(why_ended(shown, pending))
    if right.button("Restart", key="film anew", width="stretch", help="Make the whole film, from its first step."):
        begin(pending.data, pending.training, pending.seconds)
        st.rerun()


def why_ended(shown: ShownFilm, pending: PendingFilm) -> str:
    """Return the sentence that gives the reason why only the beginning of a film is shown."""
    steps = shown.filmed.steps
    if pending.status.error:
        return f"{pending.status.error} Shown: the first {steps:,} steps."
    return f"The film of {pending.training.steps:,} steps was stopped: its first {steps:,} are shown."
