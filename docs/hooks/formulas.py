"""Formulas between dollars become MathML while the pages are built: browsers draw it without a script or a font."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from landscape.web.site.tex import mathml

BEFORE_EMPHASIS = 185
"""After code in backticks (190), whose dollars are its own, and before stars and underscores, which are a formula's."""


def on_config(config: Any, **_: Any) -> Any:
    """Let every page have formulas."""
    config.markdown_extensions.append(Formulas())
    return config


class Formulas(Extension):
    """``$…$`` within a line, and ``$$…$$`` on lines of its own."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Add both to a reader of Markdown."""
        md.inlinePatterns.register(_Formula(r"\$\$(.+?)\$\$", md, block=True), "formula-block", BEFORE_EMPHASIS + 1)
        md.inlinePatterns.register(
            _Formula(r"(?<![\\$\w])\$(?!\s)([^$]+?)(?<!\s)\$(?!\w)", md, block=False), "formula", BEFORE_EMPHASIS
        )


class _Formula(InlineProcessor):
    def __init__(self, pattern: str, md: Markdown, *, block: bool) -> None:
        super().__init__(pattern, md)
        self._block = block

    def handleMatch(self, m: Any, data: str) -> tuple[str | Element, int, int]:
        written = mathml(m[1].strip(), block=self._block)
        if self._block:
            # A wide formula is scrolled, by keys too, and not the page.
            written = f'<span class="formula" tabindex="0" role="group" aria-label="Formula">{written}</span>'
        return self.md.htmlStash.store(written), m.start(0), m.end(0)
