"""The glossary as it leaves Python: as JSON for the browser, and as a list in HTML for About."""

from __future__ import annotations

import json
from html import escape

from landscape.web.glossary import GLOSSARY, PLAIN, Word


def as_json() -> str:
    """Return the glossary as the browser reads it: terms, and the phrases to leave alone."""
    words = [
        {
            "name": word.name,
            "term": word.term,
            "forms": word.written,
            "exact": word.exact,
            "meaning": word.meaning,
            "more": word.more,
            "formula": word.formula,
        }
        for word in GLOSSARY
    ]
    return json.dumps({"words": words, "plain": PLAIN}, ensure_ascii=False, separators=(",", ":"))


def listing() -> str:
    """Return the glossary as a list in HTML, in alphabetical order, each term with its anchor."""
    rows = "".join(_row(word) for word in sorted(GLOSSARY, key=lambda word: word.name))
    return f'<dl class="glossary">{rows}</dl>'


def _row(word: Word) -> str:
    more = f'<a href="#{word.more}" aria-label="More about {escape(word.term)}">↑</a>'
    return f'<div><dt id="{word.anchor}">{escape(word.term)}</dt><dd>{escape(word.meaning)} {more}</dd></div>'
