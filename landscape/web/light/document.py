"""A light page as a document: it fetches its modules as one file, its style and plotly.js, all from its own host."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

from landscape.web.modules import without_comments
from landscape.web.offline import inside_script

_LOADER = Path(__file__).with_name("loader.js")


def document(
    title: str, description: str, body: str, files: Mapping[str, str], opens: str | None, lacking: str, **told: str
) -> str:
    """Return a whole document.

    Arguments
        files: the relative addresses of its "style" and "icon", and of what the loader fetches: "modules", "plotly" and
            "words"; "keeps", the service worker that keeps them, where there is one.
        opens: the module that draws it, None for a page of text; lacking: what is said where it cannot be loaded.
        told: attributes of the document for its modules, as ``data-…``.
    """
    loaded = {name: files[name] for name in ("modules", "plotly", "words", "keeps") if name in files}
    loader = (
        ""
        if opens is None
        else (
            f'<script type="application/json" id="files">{json.dumps({**loaded, "open": opens, "lacking": lacking})}'
            # Before the style sheet, which would keep it waiting.
            f"</script>\n<script>{_loader()}</script>\n"
        )
    )
    attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in told.items())
    return f"""<!DOCTYPE html>
<html lang="en"{attributes}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<meta name="description" content="{escape(description)}">
{loader}<link rel="stylesheet" href="{files["style"]}">
<link rel="icon" href="{files["icon"]}">
</head>
<body>
{body}
</body>
</html>
"""


@cache
def _loader() -> str:
    return inside_script(without_comments(_LOADER.read_text(encoding="utf-8")))
