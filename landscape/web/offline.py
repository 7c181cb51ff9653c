"""A stage as one HTML file that plays without a server or a network."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

from landscape.web.assets import plotly_source, stage_sheets, stage_sources
from landscape.web.modules import named_module
from landscape.web.stage import StageState, StageView, payload_of
from landscape.web.written_glossary import as_json

THEME = """
:root { --st-text-color: #1F2730; --st-background-color: #FFFFFF; --st-secondary-background-color: #F3F5F7;
  --st-border-color: #D5DAE0; --st-primary-color: #00659E; --st-font: "Source Sans", system-ui, sans-serif;
  color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --st-text-color: #E6EAEF; --st-background-color: #15181D;
  --st-secondary-background-color: #20252C; --st-border-color: #3A424D; --st-primary-color: #56B4E9; } }
"""
"""Streamlit's colours, for a page that Streamlit does not serve."""


def played_alone(views: Sequence[StageView], state: StageState) -> str:
    """Return a stage as JSON, without what only a page with a server and a history can do."""
    sentences = tuple(replace(sentence, actions=(), explicit=False) for sentence in state.sentences)
    shown = replace(state, sentences=sentences, drag=None, tools=None, panels=None)
    still = replace(shown, reports_playhead=False, reports_drawn=False)
    return payload_of([replace(view, tools=(), invitation="") for view in views], still)


def offline_page(title: str, payload: str, lesson: tuple[str, str] | None = None) -> str:
    """Return a self-contained page with a stage's plots, its playback, its sentences and their words.

    plotly.js, the stage's modules and its style are in the file itself; an import map gives each module its name.

    Arguments
        payload: the stage's state as JSON, as the browser receives it.
        lesson: the label of the button that opens a lesson, and the lesson as JSON, as the browser plays it.
    """
    button, texts = "", {"state": payload}
    if lesson is not None:
        label, texts["lesson"] = lesson
        button = f'<button type="button" class="lesson-button" data-lesson="#lesson">{escape(label)}</button>'
    return self_contained(
        title,
        f"<header><h1>{escape(title)}</h1>{button}</header>\n<main></main>",
        _STYLE,
        texts,
        """import { render } from "stage/stage.js";
const data = new TextEncoder().encode(document.getElementById("state").textContent);
render({ parentElement: document.querySelector("main"), data, setTriggerValue() {} }, { words });""",
    )


_STYLE = """
body { margin: 0; padding: 14px 22px; background: var(--st-background-color); color: var(--st-text-color);
  font-family: var(--st-font); }
header { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; margin: 0 0 8px; }
h1 { font-size: 1.5rem; margin: 0; }
.lesson-button { font: inherit; font-weight: 600; padding: 4px 16px; min-height: 44px; border: 0; border-radius: 8px;
  cursor: pointer; background: var(--st-primary-color); color: var(--st-background-color); }
"""


def self_contained(
    title: str, body: str, style: str, texts: Mapping[str, str], module: str, *, alone: bool = False
) -> str:
    """Return a page that loads nothing: plotly.js, the stage's modules, its style and its words are in the page.

    Arguments
        texts: JSON for the module to read, by the id of its element; module: the code of the page's own module, in
            which ``words`` is the glossary.
        alone: whether the modules of a front page without a server are there too.
    """
    sources = stage_sources("alone") if alone else stage_sources()
    modules = {}
    for source in sources:
        if source.suffix == ".js":
            name, code = named_module(source)
            modules[name] = f"data:text/javascript;base64,{base64.b64encode(code.encode()).decode()}"
    imports = ",\n".join(f'"{name}": "{address}"' for name, address in modules.items())
    plotly = inside_script(plotly_source().read_text(encoding="utf-8"))
    found = stage_sheets("alone") if alone else stage_sheets()
    sheets = "\n".join(sheet.read_text(encoding="utf-8") for sheet in found)
    given = "\n".join(
        f'<script type="application/json" id="{name}">{inside_script(text)}</script>'
        for name, text in {**texts, "words-data": as_json()}.items()
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
{THEME}{style}
{sheets}
</style>
{body}
<script type="importmap">{{"imports": {{
{imports}
}}}}</script>
<script>{plotly}</script>
{given}
<script type="module">
const words = JSON.parse(document.getElementById("words-data").textContent);
{module}
</script>
</html>
"""


def inside_script(text: str) -> str:
    """Return a text that cannot end the script element it stands in."""
    return text.replace("</", "<\\/").replace("<!--", "<\\!--")
