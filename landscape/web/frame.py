"""The frame around every page: title, menu, and the few style rules Streamlit's theme cannot express."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from landscape.web.assets import STAGE_SOURCES, glossary_url, stage_url
from landscape.web.session import menu_query

TITLE = "Hidden convex landscape"

PAGES = (
    ("front.py", "Landscape", "Two neurons: the loss gradient descent sees, and its convex twin"),
    (
        "pages/convex_twin.py",
        "Convex twin",
        "Any data: the convex program behind training, solved with a proof or a bound",
    ),
    ("pages/dynamics.py", "Dynamics", "Neurons turn, grow and cross: small against large initialisation"),
    ("pages/race.py", "Race", "The convex twin against gradient descent, on the clock"),
    (
        "pages/beyond.py",
        "Beyond",
        "Several outputs, batch normalisation, three layers, deep linear networks, adversaries",
    ),
    ("pages/lecture.py", "Lecture", "Scenes in a sequence, given full screen, with questions that phones answer"),
    ("pages/about.py", "About", "The two problems, the theorem, and the sources"),
)

_ICON = str(Path(__file__).with_name("icon.png"))

_SHEETS = (Path(__file__).with_name("frame.css"), STAGE_SOURCES / "everyone.css")
"""The style of the frame, and the rules that are for everybody: touch, zoom, contrast, forced colours, paper."""


_COVERED = "answer under the drawer"
"""Where the session keeps that what comes next is to be seen, and not the controls."""

_CLOSE_DRAWER = (
    """if (innerWidth < 769) document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();"""
)
"""Closes the controls where they lie over the page, as on a phone: 768 pixels is Streamlit's own limit for that."""

_UNCOVER = f"<script>{_CLOSE_DRAWER}</script>"


def open_page(
    title: str, lead: str, panels: Sequence[tuple[str, str, Callable[[], None]]] = ()
) -> DeltaGenerator | None:
    """Start a page: its browser title, its heading with one line under it, the menu, and panels that open from it.

    Returns where further buttons stand, before the panels; None where the address leaves the heading out.

    Arguments
        title: the page's name in the menu; lead: what the page is, in one line.
        panels: label, purpose and contents of each panel.
    """
    st.set_page_config(
        page_title=TITLE if title == "Landscape" else f"{title} – {TITLE}",
        page_icon=_ICON,
        layout="wide",
    )
    st.html(_style())
    name = TITLE if title == "Landscape" else title
    if "controls" not in hidden():
        with st.sidebar, st.container(horizontal=True, gap="small", key="menu"):
            for path, label, purpose in PAGES:
                st.page_link(path, label=label, help=purpose, query_params=menu_query(path))
            with st.container(key="equip-fields"):
                st.html(_equip_fields(), unsafe_allow_javascript=True)
    with st.container(key="explain-words"):
        st.html(_explain_words(), unsafe_allow_javascript=True)
    if st.session_state.pop(_COVERED, False):
        st.html(_UNCOVER, unsafe_allow_javascript=True)
    if "title" in hidden():
        return None
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small", key="page-head"
    ):
        st.html(f'<h1 class="page-title">{name}</h1><p class="page-lead">{lead}</p>', width="content")
        with st.container(horizontal=True, width="content", gap="small"):
            further = st.container(width="content")
            for label, purpose, contents in panels:
                if st.session_state.pop(_closing_key(label), False):
                    st.session_state[panel_key(label)] = False
                # Its contents are made when it is opened, not at every change of the page.
                with st.popover(label, help=purpose, width="content", key=panel_key(label), on_change="rerun") as panel:
                    if panel.open:
                        contents()
    return further


@cache
def _style() -> str:
    """Return the style of the frame, as a page has it."""
    return f"<style>{''.join(sheet.read_text(encoding='utf-8') for sheet in _SHEETS)}</style>"


@cache
def _equip_fields() -> str:
    """Return the scripts of the sidebar: number fields get their keys, and it is a drawer where it covers the page."""
    return _script("fields/number_fields.js", "") + _script("fields/drawer.js", "")


@cache
def _explain_words() -> str:
    """Return the script that lets the terms of art in a page's own texts explain themselves."""
    urls = f'{{ words: base + "{glossary_url()}", style: base + "{stage_url()}/glossary.css" }}'
    return _script("view/glossary.js", urls)


def _script(module: str, given: str) -> str:
    """Return a script that calls ``watch`` of a module of the stage.

    Arguments
        module: the file; given: what ``watch`` is given, which may speak of the app's address, base.
    """
    return f"""<script>
(() => {{
  const app = [...document.scripts].map((s) => s.src).find((src) => src.includes("/static/js/"));
  const base = app.split("/static/js/")[0] + "/";
  import(base + "{stage_url()}/{module}").then((module) => module.watch({given}));
}})();
</script>"""


def panel_key(label: str) -> str:
    """Return where the session keeps whether the panel of a label is open."""
    return f"panel {label}"


def close_panel(label: str) -> None:
    """Close the panel of a label at the next drawing of the page, from a control in it."""
    st.session_state[_closing_key(label)] = True


def _closing_key(label: str) -> str:
    return f"close {panel_key(label)}"


def uncover() -> None:
    """Close the controls at the next drawing of the page, where they lie over it."""
    st.session_state[_COVERED] = True


def hidden() -> frozenset[str]:
    """Return the parts of the page that the address leaves out: ``?hide=controls,title``."""
    return frozenset(st.query_params.get("hide", "").split(","))


def heading(text: str) -> None:
    """Write the heading of a group of controls."""
    st.html(f'<h3 class="controls-title">{text}</h3>')
