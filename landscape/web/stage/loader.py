"""The script of a component that is one of the stage's modules."""

from __future__ import annotations

from landscape.web.assets import glossary_url, plotly_url, stage_url

_LOADER = """
const app = [...document.scripts].map((s) => s.src).find((src) => src.includes("/static/js/"));
const base = app.split("/static/js/")[0] + "/";
const loaded = import(base + "%(stage)s/%(module)s");
export default (component) => loaded.then((module) => module.render(component, {
  plotly: base + "%(plotly)s", style: base + "%(stage)s/%(style)s", words: base + "%(words)s",
}));
"""


def loader(module: str, style: str = "stage.css") -> str:
    """Return a script that calls ``render`` of a module, with the addresses of what it loads.

    Arguments
        module, style: files of ``stage/js``.
    """
    return _LOADER % {
        "stage": stage_url(),
        "module": module,
        "style": style,
        "plotly": plotly_url(),
        "words": glossary_url(),
    }
