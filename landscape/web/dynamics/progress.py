"""A line above the stage while a long film is being made: how far it is, and a way to stop it."""

from __future__ import annotations

import streamlit as st

from landscape.web import jobs
from landscape.web.dynamics.films import Showing, begin, share_done

A_MOMENT = 0.3
"""Seconds that the page waits for work it has just stopped, so that its end is told at once."""


def show_progress(showing: Showing) -> None:
    """Say that only the beginning is shown, and follow the work until the whole is here."""
    if showing.job is None:
        return
    if showing.job.done:
        _ended(showing)
    else:
        _follow(showing)


@st.fragment(run_every=0.5)
def _follow(showing: Showing) -> None:
    job = showing.job
    assert job is not None  # show_progress has looked
    if job.done or (job.stopped and jobs.wait(job, A_MOMENT)):
        st.rerun()
    left, right = st.columns([8, 1], vertical_alignment="center")
    shown, seconds = showing.filmed.steps, max(1, round(showing.seconds))
    left.progress(
        share_done(job),
        text=f"Stopping. Shown: the first {shown:,} steps."
        if job.stopped
        else f"Shown: the first {shown:,} steps. The whole film takes about {seconds:,} s: {job.text}",
    )
    right.button("Stop", key="stop film", on_click=job.stop, width="stretch", disabled=job.stopped)


def _ended(showing: Showing) -> None:
    assert showing.key is not None
    left, right = st.columns([8, 1], vertical_alignment="center")
    left.text(ended(showing))
    data = showing.key[1]
    if right.button("Restart", key="film anew", width="stretch", help="Make the whole film, from its first step."):
        begin(showing.key, showing.seconds, data.features > 1)
        st.rerun()


def ended(showing: Showing) -> str:
    """Return the sentence that says why only the beginning of a film is there."""
    assert showing.job is not None
    assert showing.key is not None
    shown, whole = showing.filmed.steps, showing.key[2].steps
    if showing.job.error:
        return f"{showing.job.error} Shown: the first {shown:,} steps."
    return f"The film of {whole:,} steps was stopped: its first {shown:,} are shown."
