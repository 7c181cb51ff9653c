"""A lesson as one file that plays without a network: hands are counted where phones would answer."""

from __future__ import annotations

from html import escape

from landscape.lessons import Lesson
from landscape.web.offline import self_contained

_STYLE = """
body { margin: 0 auto; max-width: 52em; padding: 28px 24px; background: var(--st-background-color);
  color: var(--st-text-color); font: 1.125rem/1.45 var(--st-font); }
h1 { font-size: 2rem; margin: 0 0 12px; }
.lesson-begin { font: inherit; font-size: 1.25rem; font-weight: 600; padding: 6px 30px; min-height: 48px; border: 0;
  border-radius: 8px; cursor: pointer; background: var(--st-primary-color); color: var(--st-background-color); }
.lesson-list button { font: inherit; min-height: 32px; padding: 2px 6px; border: 0; background: none; cursor: pointer;
  color: var(--st-primary-color); text-decoration: underline; text-align: left; }
"""


def offline_lesson(lesson: Lesson, played: str) -> str:
    """Return a lesson as a self-contained page.

    Arguments
        played: the lesson as the browser plays it, as JSON.
    """
    return self_contained(
        lesson.title,
        f"<header><h1>{escape(lesson.title)}</h1></header>\n<main></main>",
        _STYLE,
        {"lesson": played},
        """import { offer } from "stage/alone/lesson.js";
offer(document.querySelector("main"), JSON.parse(document.getElementById("lesson").textContent), { words });""",
        alone=True,
    )
