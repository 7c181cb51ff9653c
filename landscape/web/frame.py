"""The frame around every page: title, menu, and the few style rules Streamlit's theme cannot express."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from landscape.web.assets import glossary_url, stage_url
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

_STYLE = """
<style>
/* The title stands in Streamlit's header row: the first screen is for the pictures. */
[data-testid="stHeader"] { pointer-events: none; height: 3rem; min-height: 3rem; }
@media (min-width: 641px) { [data-testid="stHeader"] { background: transparent; } }
[data-testid="stHeader"] * { pointer-events: none; }
[data-testid="stHeader"] :is(button, a, button *, a *) { pointer-events: auto; }
[data-testid="stMainBlockContainer"] { padding: .7rem 3.4rem 1rem 1.6rem; max-width: 1900px; }
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] { gap: .5rem; }
h1.page-title { padding: 0; margin: 0; line-height: 1.15; }
p.page-lead { margin: 2px 0 0; opacity: .8; font-size: .97rem; line-height: 1.35; text-wrap: balance; }
/* It is heard once the stage is there. */
.lesson-button { all: unset; box-sizing: border-box; cursor: pointer; min-height: 2.5rem; padding: .25rem .9rem;
  border-radius: .5rem; font-weight: 600; white-space: nowrap; visibility: hidden;
  background: var(--st-primary-color, #0072B2); color: var(--st-background-color, #fff); }
[data-testid="stApp"]:has(.stage) .lesson-button { visibility: visible; }
.lesson-button:focus-visible { outline: 3px solid var(--st-text-color, #000); outline-offset: 2px; }
h3.controls-title { padding: .55rem 0 0; margin: 0; font-size: 1.05rem; }
/* Every slider has its number beside it, so the one above its handle would say it twice. */
[data-testid="stSliderThumbValue"] { display: none; }
/* Small type that can be read: Streamlit's own greys it, and writes white on the light blue of the dark theme. */
[data-testid="stCaptionContainer"] { color: inherit; opacity: .8; }
:has(> .stMenuVersionCopyButton) > span { opacity: 1; }
[data-testid="stCode"] .token, [data-testid="stCode"] .token:is(.operator, .punctuation, .function, .builtin) {
  color: light-dark(#1F2730, #E6EAEF); }
[data-testid="stCode"] .token:is(.keyword, .tag, .property) { color: light-dark(#00538A, #7CC6F0); }
[data-testid="stCode"] .token:is(.string, .attr-value, .number, .boolean) { color: light-dark(#0B5E3C, #7FD8B0); }
[data-testid="stCode"] .token.comment { color: light-dark(#555C66, #B4BBC5); }
/* Code that scrolls is scrolled by keys too: what scrolls is what takes the focus. */
[data-testid="stCode"] { overflow: auto; }
[data-testid="stCode"] > pre { overflow: visible; height: auto; }
[data-testid="stBaseButton-primary"] { color: light-dark(#FFFFFF, #15181D); }
[data-testid="stMultiSelect"] [data-tag] * { color: light-dark(#FFFFFF, #15181D); }
[data-testid="stSidebar"] [data-testid="stVerticalBlock"] { gap: .3rem; }
[data-testid="stSidebar"] [data-testid="stSlider"] > div { padding-bottom: 0; }
/* The button that closes the sidebar stands above the menu, not under it. */
[data-testid="stSidebarHeader"] { height: 1.9rem; padding: .15rem 0 0; margin-bottom: 0; position: relative;
  z-index: 2; }
.st-key-menu { display: grid !important; grid-template-columns: repeat(3, max-content); gap: 0 !important;
  margin: .25rem 0 .2rem -.5rem; justify-content: start; }
/* A long line under the title wraps; the buttons stay beside it. */
@media (min-width: 641px) {
  .st-key-page-head { flex-wrap: nowrap !important; }
  .st-key-page-head > :first-child { min-width: 0; flex: 1 1 auto; }
  .st-key-page-head > :last-child { flex: none; }
}
.st-key-equip-fields, [data-testid="stLayoutWrapper"]:has(> .st-key-explain-words) { display: none; }
.st-key-menu a { padding: .1rem .4rem; }
/* What has the focus is seen, in the menu too. */
[data-testid="stApp"] :is(a, button, summary, [role="tab"], [role="radio"]):focus-visible {
  outline: 2px solid light-dark(#00659E, #7CC4F2) !important; outline-offset: 2px; }
.st-key-menu p { white-space: nowrap; font-size: .9rem; overflow: visible; }
.st-key-menu * { max-width: none !important; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 2.9rem .8rem 1rem; }
  p.page-lead { font-size: .9rem; line-height: 1.3; }
}
/* The button that opens the sidebar again has room beside the title, or above the page where there is none. */
@media (min-width: 641px) {
  [data-testid="stApp"]:has([data-testid="stExpandSidebarButton"])
    :is(h1.page-title, p.page-lead) { padding-left: 2rem; }
  [data-testid="stApp"]:has([data-testid="stExpandSidebarButton"])
    [data-testid="stMainBlockContainer"]:not(:has(h1.page-title)) { padding-top: 2.9rem; }
}
</style>
"""


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
    st.html(_STYLE)
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
def _equip_fields() -> str:
    """Return the script of the sidebar, which a browser runs with it.

    Its number fields get their keys, and where it lies over the page a page that is chosen in its menu closes it.
    """
    closes = f"""
  document.querySelector(".st-key-menu")?.addEventListener("click", ({{ target }}) => {{
    if (target.closest("a")) setTimeout(() => {{ {_CLOSE_DRAWER} }});
  }});"""
    return _script("fields/number_fields.js", "", closes)


@cache
def _explain_words() -> str:
    """Return the script that lets the terms of art in a page's own texts explain themselves."""
    urls = f'{{ words: base + "{glossary_url()}", style: base + "{stage_url()}/glossary.css" }}'
    return _script("view/glossary.js", urls)


def _script(module: str, given: str, also: str = "") -> str:
    """Return a script that calls ``watch`` of a module of the stage.

    Arguments
        module: the file; given: what ``watch`` is given, which may speak of the app's address, base; also: what else
            the script does.
    """
    return f"""<script>
(() => {{
  const app = [...document.scripts].map((s) => s.src).find((src) => src.includes("/static/js/"));
  const base = app.split("/static/js/")[0] + "/";
  import(base + "{stage_url()}/{module}").then((module) => module.watch({given}));{also}
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
