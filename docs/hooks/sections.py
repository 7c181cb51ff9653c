"""What stands elsewhere is taken from there: sections of the README and of About, and the changelog.

A line ``<!-- from README.md: Speed -->`` of a page becomes that section, without its heading; one without a section the
whole file.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

_TAKEN = re.compile(r"^<!-- from ([\w.]+)(?:: (.+?))? -->$", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?://|#)([^)]+)\)")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Return a page with what it takes from elsewhere in place."""
    return with_sections(markdown)


def with_sections(markdown: str) -> str:
    """Return a page's text with the sections that it names.

    Raises ValueError for one that is not there.
    """
    return _TAKEN.sub(lambda found: taken(found[1], found[2]), markdown)


def taken(source: str, section: str | None) -> str:
    """Return a section of a file at the top of the repository or of ``About``, or a whole file without its title."""
    if source == "About":
        return _of_about(section)
    text = (ROOT / source).read_text(encoding="utf-8")
    if section is None:
        return _within_the_pages(text.split("\n", maxsplit=1)[1])
    found = re.search(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError(f"{source} must have a section “{section}”, but has none.")
    return _within_the_pages(found[1].strip("\n"))


def _of_about(anchor: str | None) -> str:
    from landscape.web import about

    (section,) = (part for part in (*about.LEFT, *about.RIGHT, *about.BELOW) if part.anchor == anchor)
    return "\n\n".join(f"$${part.tex}$$" if isinstance(part, about.Formula) else part for part in section.parts)


def _within_the_pages(text: str) -> str:
    """Return a text of the repository whose links lead to pages, or, where they lead to other files, only name them."""

    def link(found: re.Match[str]) -> str:
        label, target = found.groups()
        if target.startswith("docs/") and target.endswith(".md"):
            return f"[{label}]({target.removeprefix('docs/')})"
        return label if "`" in label else f"`{label}`"

    return _LINK.sub(link, text)
