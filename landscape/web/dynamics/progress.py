"""A line above the stage while a long film is being made: how far it is, and a way to stop it."""

from __future__ import annotations

import streamlit as st

from landscape.web.dynamics.told import Showing, begin, share_done


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
    if job.done:
        st.rerun()
    left, right = st.columns([8, 1], vertical_alignment="center")
    shown, seconds = showing.reel.steps, max(1, round(showing.seconds))
    left.progress(
        share_done(job),
        text=f"Stopping. Shown: the first {shown:,} steps."
        if job.stopped
        else f"Shown: the first {shown:,} steps. The whole film takes about {seconds:,} s: {job.text}",
    )
    right.button("Stop", key="stop film", on_click=job.stop, width="stretch", disabled=job.stopped)


def _ended(showing: Showing) -> None:
    job = showing.job
    assert job is not None  # show_progress has looked
    assert showing.key is not None
    left, right = st.columns([8, 1], vertical_alignment="center")
    why = job.error or "Stopped."
    left.text(f"{why} Shown: the first {showing.reel.steps:,} steps.")
    looks = showing.key[1].features > 1
    if right.button("Go on", key="film anew", width="stretch"):
        begin(showing.key, showing.seconds, looks)
        st.rerun()
