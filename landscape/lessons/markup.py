"""The Markdown of a lesson's texts, taken apart: **strong**, *emphasis*, `code`, $formulas$, and plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Style = Literal["plain", "strong", "emphasis", "code", "formula"]

_MARKS: tuple[tuple[Style, str], ...] = (
    ("code", r"`[^`]+`"),
    ("formula", r"\$(?=\S)[^$]+?(?<=\S)\$"),
    ("strong", r"\*\*(?=\S).+?(?<=\S)\*\*"),
    ("emphasis", r"\*(?=\S)[^*]+?(?<=\S)\*"),
)
_ANY = re.compile(r"\\([\\`*$])|" + "|".join(f"(?P<{style}>{pattern})" for style, pattern in _MARKS), re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A stretch of text and how it is written; of a formula the TeX."""

    style: Style
    text: str


def pieces_of(markdown: str) -> tuple[Piece, ...]:
    """Return the pieces of a text, in their order.

    A mark without its partner stands for itself, and so does one after a backslash.
    """
    found: list[Piece] = []

    def add(style: Style, text: str) -> None:
        if text and found and found[-1].style == style == "plain":
            found[-1] = Piece(style, found[-1].text + text)
        elif text:
            found.append(Piece(style, text))

    end = 0
    for mark in _ANY.finditer(markdown):
        add("plain", markdown[end : mark.start()])
        end = mark.end()
        if mark[1] is not None:
            add("plain", mark[1])
            continue
        style = next(style for style, _ in _MARKS if mark[style] is not None)
        add(style, _inner(mark[style], style))
    add("plain", markdown[end:])
    return tuple(found)


def _inner(text: str, style: Style) -> str:
    marks = 2 if style == "strong" else 1
    return text[marks:-marks]
