"""Following long work on a page: its progress, a stop button, and what it has found so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from landscape.web.jobs import Job


def follow(job: Job, name: str, draw: Callable[[Any], None], every: float = 0.5) -> None:
    """Show a job until it is done, and its result from then on, without asking again.

    Arguments
        name: identifies its stop button on the page.
        draw: shows what was found, in part while it runs; not called while there is nothing.
        every: seconds between two looks.
    """

    @st.fragment(run_every=None if job.done else every)
    def live() -> None:
        running = not job.done
        if running:
            left, right = st.columns([5, 1], vertical_alignment="center")
            left.progress(job.progress, job.text)
            if right.button("Stop", key=f"stop {name}"):
                job.stop()
        found = job.partial if running else job.result
        if found is not None:
            draw(found)
        # The page is drawn once more when the work ends: only that stops the fragment from looking again.
        shown = f"{name} shown {id(job)}"
        if not running and not st.session_state.get(shown):
            st.session_state[shown] = True
            st.rerun()

    live()
