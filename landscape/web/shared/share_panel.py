"""The Share panel of every page: its state as a link, a QR code and a frame, as code, and as files."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from landscape.lessons.pages import Shown
from landscape.results.export import address, drawn_csv, frame, qr_svg
from landscape.scenario import Scenario, read_json
from landscape.scenario.kept import KEPT
from landscape.web.frame import close_panel
from landscape.web.notes import note
from landscape.web.offline import offline_page, played_alone
from landscape.web.session import Page, current_query, open_state
from landscape.web.shared.add_scene import add_scene
from landscape.web.shared.widgets import uploaded_once
from landscape.web.stage import StageState, StageView
from landscape.web.store import kept_for

SHARE = "Share"
"""The label of the panel."""

PARTS = ("controls", "title", "transport", "sentences")
"""Parts of a page with a stage that ``hide=`` can leave out of a frame."""

WAITING = "This is still being computed: what there is to share of its result comes with it."


@dataclass(frozen=True)
class File:
    """A file to download, made when it is asked for.

    Arguments
        label: on its button; name: of the file; kind: its media type; made: its contents.
    """

    label: str
    name: str
    kind: str
    made: Callable[[], str]


@dataclass(frozen=True)
class Shared:
    """What a page hands out.

    Arguments
        title: what the page shows, for a frame's title.
        parts: of the page, which ``hide=`` can leave out of a frame.
        code: pairs of a caption and a script.
        files: to download; open: shows a saved state again, from the contents of a file.
        waiting: whether the result is not there yet, so that code and files of it are left out.
        light: a link that opens the same without the app, None where there is none.
        scene: the page, as lessons call it, and its state that become a scene; None where no lesson can show it.
    """

    title: str
    parts: Sequence[str]
    code: Sequence[tuple[str, str]]
    files: Sequence[File]
    open: Callable[[bytes], None]
    waiting: bool = False
    light: str | None = None
    scene: tuple[str, Shown] | None = None


def share_panel(shared: Shared) -> None:
    """Draw the panel's contents."""
    if shared.scene is not None:
        add_scene(*shared.scene, shared.title)
    here, code, files = st.tabs(["Link", "Code", "Files"])
    with here:
        _link(shared)
    with code:
        if shared.waiting:
            st.text(WAITING)
        for caption, script in shared.code:
            st.caption(caption)
            st.code(script, language="python", height=260)
    with files:
        _files(shared)


def _link(shared: Shared) -> None:
    query = current_query()
    try:
        url = address(query, str(st.context.url or "").split("?", maxsplit=1)[0])
    except ValueError as refused:
        st.text(str(refused))
        return
    st.caption("Opens exactly this picture. The button at its right copies it.")
    if KEPT in query:
        st.caption(
            f"Its data are too many for a link. They are kept here for {kept_for()}; a file keeps them for good."
        )
    st.code(url, language=None, wrap_lines=True)
    if shared.light is not None:
        st.caption("Opens the same without this server: light, and made for many.")
        st.code(shared.light, language=None, wrap_lines=True)
    left, right = st.columns([2, 3])
    with left:
        try:
            st.image(qr_svg(url), alt="QR code of this link", width=220)
        except ValueError as too_long:
            st.text(str(too_long))
    with right:
        st.caption("To show it on another page, without:")
        hide = st.multiselect("Leave out", shared.parts, key="share hide", label_visibility="collapsed")
        st.code(frame(url, shared.title, hide), language="html", wrap_lines=True)


def _files(shared: Shared) -> None:
    st.caption("Each view downloads as PNG or SVG from the ⤓ in its heading.")
    if shared.waiting:
        st.text(WAITING)
    for file in shared.files:
        st.download_button(file.label, file.made, file.name, file.kind, on_click="ignore")
    document = uploaded_once("Open a saved state", ["json"], key="share state")
    if document is not None:
        shared.open(document)
        close_panel(SHARE)  # it would cover the picture
        st.rerun()


def state_file(scenario: Scenario) -> File:
    """Return a scenario as a file that opens as it."""
    return File("State (JSON)", "landscape.json", "application/json", scenario.to_json)


def offline_file(
    title: str,
    made: Callable[[], tuple[Sequence[StageView], StageState]],
    lesson: Callable[[], tuple[str, str] | None] = lambda: None,
    alive: Callable[[], str] | None = None,
) -> File:
    """Return a stage as a page that plays without a server, from its views and its state.

    Arguments
        lesson: the label of the button that opens a lesson, and the lesson as the browser plays it; None for no lesson.
        alive: the page itself, where it is one in which everything can be changed.
    """

    def page() -> str:
        return offline_page(title, played_alone(*made()), lesson())

    return File("Page that plays offline (HTML)", "landscape.html", "text/html", alive or page)


def drawn_file(made: Callable[[], Sequence[StageView]]) -> File:
    """Return what the views draw as a table: every point of every curve."""
    return File(
        "What is drawn (CSV)",
        "drawn.csv",
        "text/csv",
        lambda: drawn_csv((view.title, json.loads(view.figure)) for view in made()),
    )


def open_scenario(page: Page[Scenario], document: bytes, layer: str = "ones") -> None:
    """Show a saved scenario on a page, and note each value of it that had to be changed.

    Arguments
        layer: the second layer where the document names none.
    """
    try:
        saved, notes = read_json(document, layer=layer)
    except ValueError as refused:
        note([str(refused)])
        return
    open_state(page, saved, notes)
