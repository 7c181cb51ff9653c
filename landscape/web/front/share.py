"""The Share panel: the picture as a link, a QR code, a frame, code, and files."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from landscape.results.export import cvxpy_snippet, embed_snippet, link, python_snippet, qr_svg, runs_csv
from landscape.scenario import Scenario, read_json
from landscape.web.frame import close_panel
from landscape.web.front.page import unfit
from landscape.web.front.stage_state import state_of
from landscape.web.front.views import views_of
from landscape.web.offline import offline_page
from landscape.web.session import note, put
from landscape.web.shared.results_cache import solved_scenario_of
from landscape.web.shared.widgets import uploaded_once
from landscape.web.stage import payload_of

PANEL = "Share"
"""The label of the panel."""

HIDDEN = ("controls", "title", "transport", "sentences")
"""Parts of the page that ``hide=`` can leave out of a frame."""


def share(scenario: Scenario) -> None:
    """Draw the panel's contents."""
    here, code, files = st.tabs(["Link", "Code", "Files"])
    with here:
        _link(scenario)
    with code:
        st.caption("The same as Python, with this project’s package.")
        st.code(python_snippet(scenario), language="python", height=260)
        st.caption("The convex twin in plain CVXPY.")
        st.code(cvxpy_snippet(scenario), language="python", height=260)
    with files:
        _files(scenario)


def _link(scenario: Scenario) -> None:
    address = str(st.context.url or "").split("?", maxsplit=1)[0]
    try:
        url = link(scenario, address)
    except ValueError as too_large:
        st.text(str(too_large))
        return
    st.caption("Opens exactly this picture. The button at its right copies it.")
    st.code(url, language=None, wrap_lines=True)
    left, right = st.columns([2, 3])
    with left:
        try:
            st.image(qr_svg(url), alt="QR code of this link", width=220)
        except ValueError as too_long:
            st.text(str(too_long))
    with right:
        st.caption("To show it on another page, without:")
        hide = st.multiselect("Leave out", HIDDEN, key="share hide", label_visibility="collapsed")
        st.code(embed_snippet(scenario, address, hide), language="html", wrap_lines=True)


def _files(scenario: Scenario) -> None:
    st.caption("Each view downloads as PNG or SVG from the ⤓ in its heading.")
    st.download_button("State (JSON)", scenario.to_json, "landscape.json", "application/json", on_click="ignore")
    st.download_button(
        "Runs (CSV)", lambda: runs_csv(solved_scenario_of(scenario)), "runs.csv", "text/csv", on_click="ignore"
    )
    st.download_button(
        "Page that plays offline (HTML)", lambda: _offline(scenario), "landscape.html", "text/html", on_click="ignore"
    )
    document = uploaded_once("Open a saved state", ["json"], key="share state")
    if document is not None:
        _open(document)
        st.rerun()


def _open(document: bytes) -> None:
    """Show a saved state, and note each value of it that had to be changed."""
    try:
        saved, notes = read_json(document)
    except ValueError as refused:
        note([str(refused)])
        return
    reason = unfit(saved)
    if reason is not None:
        note([reason])
        return
    note(notes)
    close_panel(PANEL)  # it would cover the picture
    put(saved)


def _offline(scenario: Scenario) -> str:
    state = state_of(scenario, solved_scenario_of(scenario))
    sentences = tuple(replace(sentence, actions=(), explicit=False) for sentence in state.sentences)
    views = [replace(view, tools=()) for view in views_of(scenario)]
    offline = replace(state, sentences=sentences, drag=None, tools=None, reports_playhead=False)
    return offline_page("Hidden convex landscape", payload_of(views, offline))
