"""The pages of the site as HTML: each loads one file of modules, its style, plotly.js and nothing from another host."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape

from landscape.web import about
from landscape.web.frame import PAGES, TITLE
from landscape.web.hosting.first_sight import SUBJECT
from landscape.web.light.document import document
from landscape.web.offline import inside_script
from landscape.web.site.front_body import NO_SCRIPT, front_body
from landscape.web.site.markdown import as_html
from landscape.web.site.pictures import SHOWCASES, Showcase
from landscape.web.site.tex import mathml
from landscape.web.written_glossary import listing

FRONT, ABOUT = "index.html", "about.html"
"""The names of the front page and of About."""

RECORDED = "Made beforehand, to be played: other data and settings take the app."
DOCUMENTATION = "Start here, for lecturers and researchers, the theorems, and the reference"
LACKING = "The page could not be loaded. Is there still a connection? Then load it again."
_FILES = {"front.py": FRONT, "pages/about.py": ABOUT, **{page.script: page.file for page in SHOWCASES}}


def front_page(files: Mapping[str, str], presets: Sequence[Mapping[str, str]], lesson: str) -> str:
    """Return the front page.

    Arguments
        files: what ``document`` names, and the address of the documentation as "docs" where it is there.
        presets: name, title, caption and query of each; lesson: the address of *Show me*.
    """
    given = inside_script(json.dumps(presets, ensure_ascii=False))
    body = f"""{front_body(_menu("front.py", files), lesson)}
<script type="application/json" id="presets-data">{given}</script>"""
    return document(TITLE, SUBJECT, body, files, "stage/alone/page.js", LACKING, about=ABOUT)


def showcase_page(page: Showcase, files: Mapping[str, str], pictures: Sequence[str]) -> str:
    """Return a page of pictures.

    Arguments
        pictures: the relative address of each.
    """
    label, purpose = next((label, purpose) for script, label, purpose in PAGES if script == page.script)
    several = len(page.pictures) > 1
    tabs = "".join(
        f'<button type="button" class="site-button" role="tab" id="{picture.name}" data-picture="{address}" '
        f'aria-controls="about-{picture.name}"{"" if several else " hidden"}>{escape(picture.label or label)}</button>'
        for picture, address in zip(page.pictures, pictures, strict=True)
    )
    words = "".join(
        f'<div class="site-about" id="about-{picture.name}" hidden>{as_html(picture.about)}</div>'
        for picture in page.pictures
    )
    role = f' role="tablist" aria-label="{escape(label)}"' if several else " hidden"
    body = f"""<div class="site-page">
{_menu(page.script, files)}
<header class="site-head"><div><h1>{escape(label)}</h1><p class="site-lead">{escape(purpose)}</p></div></header>
<main>
<div class="site-tabs"{role}>{tabs}</div>
{words}
<div data-place="main"></div>
</main>
<noscript><p>{NO_SCRIPT}</p></noscript>
<footer class="site-foot">{RECORDED}</footer>
</div>"""
    return document(f"{label} – {TITLE}", purpose, body, files, "stage/alone/showcase.js", LACKING, about=ABOUT)


def about_page(files: Mapping[str, str]) -> str:
    """Return the page About: the same text as in the app, and the list of words."""
    columns = "".join(_section(section) for section in (*about.LEFT, *about.RIGHT))
    below = "".join(_section(section) for section in about.BELOW)
    body = f"""<div class="site-page">
{_menu("pages/about.py", files)}
<header class="site-head"><div><h1>About</h1><p class="site-lead">{escape(about.LEAD)}</p></div></header>
<main class="site-text"><div class="site-columns">{columns}</div>{below}{listing()}</main>
</div>"""
    purpose = next(purpose for script, _, purpose in PAGES if script == "pages/about.py")
    return document(f"About – {TITLE}", purpose, body, files, None, LACKING, about=ABOUT)


def _section(section: about.Section) -> str:
    level = 3 if section.minor else 2
    parts = "".join(
        f'<div class="formula">{mathml(part.tex, block=True)}</div>'
        if isinstance(part, about.Formula)
        else as_html(part)
        for part in section.parts
    )
    return f'<section><h{level} id="{section.anchor}">{escape(section.title)}</h{level}>{parts}</section>'


def _menu(script: str, files: Mapping[str, str]) -> str:
    """Return the links to all pages, and to the documentation where ``files`` has its address as "docs"."""
    links = "".join(
        f'<a href="{_FILES[own]}" title="{escape(purpose)}"{" aria-current=page" if own == script else ""}>'
        f"{escape(label)}</a>"
        for own, label, purpose in PAGES
        if own in _FILES
    )
    if "docs" in files:
        links += f'<a href="{files["docs"]}" title="{DOCUMENTATION}">Docs</a>'
    return f'<nav class="site-menu" aria-label="Pages">{links}</nav>'
