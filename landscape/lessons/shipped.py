"""The lessons that come with the package: JSON files beside this one, as anyone would write them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from landscape.lessons.json_file import read_lesson
from landscape.lessons.records import Lesson

FILES = Path(__file__).with_name("files")

SHIPPED = ("show-me", "why-stuck", "convex-problem", "how-neurons-move")
"""Their names, in the order in which they are offered."""


@cache
def shipped(name: str) -> Lesson:
    """Return a lesson by its name; raises ValueError, naming those there are, for any other."""
    if name not in SHIPPED:
        raise ValueError(f"name must be one of {', '.join(SHIPPED)}, but was {name!r}.")
    lesson, notes = read_lesson((FILES / f"{name}.json").read_text(encoding="utf-8"))
    if notes:
        raise ValueError(f"{name}.json must be read as it is written: {' '.join(notes)}")
    return lesson
