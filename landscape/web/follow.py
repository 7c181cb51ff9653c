"""Following long work on a page: its progress, a stop button, its results so far, and why it ended early."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from landscape.web.jobs import Job, JobStatus
from landscape.web.notes import keep_notes

T = TypeVar("T")

EVERY = 0.5
"""Seconds between two checks of a job."""

A_MOMENT = 0.3
"""Seconds that a check waits for a job just stopped, so that its end shows at once."""


def follow(
    job: Job[T],
    name: str,
    draw: Callable[[T], None] | None = None,
    *,
    seen: JobStatus[T] | None = None,
    redrawn: bool = False,
    every: float = EVERY,
    stoppable: bool = True,
    written: bool = True,
    progress: Callable[[JobStatus[T]], tuple[float, str]] = lambda status: (status.progress, status.text),
) -> None:
    """Show the progress of a job until it is done, then have the page drawn once more.

    A browser that is sent a fragment while it still builds the page's controls replies with their lowest values. Where
    work begins with the page, and not at a button, the checks must therefore be far apart at first: see ``every``.

    Arguments
        name: identifies its stop button on the page.
        draw: shows the result, in part while the job runs; not called while there is none. None where the page
            itself draws it.
        seen: the status that the page has been drawn from, by default the one now.
        redrawn: whether the page draws what is found in part, and so is drawn anew when there is more.
        every: seconds between two checks.
        stoppable: whether a button stops the job.
        written: whether the progress is shown: not above a picture in which something is dragged, which it would push
            away from under the pointer.
        progress: the share done, 0 to 1, and the sentence beside it.
    """
    shown = job.status if seen is None else seen
    going = not shown.done

    @st.fragment(run_every=every if going else None)
    def check() -> None:
        status = job.status
        if status.stopped and not status.done:
            job.wait(A_MOMENT)
            status = job.status
        if status.done and going:
            # Only a new drawing of the page ends the checks; the visitor has not asked for one.
            keep_notes()
            st.rerun()
        if redrawn and going and status.partial is not shown.partial:
            keep_notes()
            st.rerun()
        if written and not status.done:
            _show_progress(job, f"stop {name}" if stoppable else None, *progress(status))
        if draw is not None and status.found is not None:
            draw(status.found)

    check()


def show_end(job: Job[T], name: str, begin: Callable[[], object], again: str = "Begin again") -> None:
    """Where a job has ended without a whole result, write why, and offer to begin it again.

    Arguments
        name: identifies the button on the page.
        begin: queues the job anew; again: what its button says.
    """
    status = job.status
    if not status.done or status.result is not None:
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.text(why_ended(status))
        if st.button(again, key=f"again {name}"):
            begin()
            st.rerun()


def why_ended(status: JobStatus[Any]) -> str:
    """Return why a job ended without a whole result, and what is shown, as sentences."""
    shown = (
        "Shown is what was found until then." if status.partial is not None else "Nothing had been found until then."
    )
    if status.error:
        return status.error if status.partial is None else f"{status.error} {shown}"
    if status.stopped:
        return f"It ended when nobody looked at it any more. {shown}" if status.left else f"Stopped. {shown}"
    return f"It ended without a result. {shown}"


def _show_progress(job: Job[T], stop_key: str | None, share: float, sentence: str) -> None:
    if stop_key is None:
        st.progress(share, sentence)
        return
    left, right = st.columns([6, 1], vertical_alignment="center")
    left.progress(share, sentence)
    right.button("Stop", key=stop_key, on_click=job.stop, width="stretch", disabled=job.status.stopped)
