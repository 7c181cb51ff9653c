"""*Show me*: the story of this page in five steps, from one button in its heading.

The lesson is the same for every visitor. It is drawn once and written to a file that browsers fetch when the button is
pressed, as they fetch the stage's modules: no script runs for it, and the state of the visitor's page is not touched.
"""

from __future__ import annotations

from functools import cache
from html import escape

from streamlit.delta_generator import DeltaGenerator

from landscape.lessons import facts_of, shipped
from landscape.scenario import Scenario
from landscape.web.assets import lesson_url
from landscape.web.front.stage_state import state_of
from landscape.web.front.views import views_of
from landscape.web.lessons.played_lesson import DrawnScene, played_lesson
from landscape.web.shared.results_cache import solved_scenario_of

LESSON = "show-me"


@cache
def show_me() -> str:
    """Return the lesson as the browser plays it, as JSON."""
    return played_lesson(shipped(LESSON), {"landscape": draw})


def draw(scenario: Scenario) -> DrawnScene:
    """Return what the front page shows of a scenario, the same for every visitor."""
    solved = solved_scenario_of(scenario)
    return DrawnScene(facts_of(scenario, solved), views_of(scenario), state_of(scenario, solved), solved)


@cache
def show_me_button() -> str:
    """Return the button that opens the lesson, as HTML; the stage, once it is there, hears it."""
    lesson = shipped(LESSON)
    address = lesson_url(lesson.name, show_me())
    hint = f"The story of this page in {len(lesson.scenes)} steps"
    return (
        f'<button type="button" class="lesson-button" data-lesson="{escape(address)}" title="{escape(hint)}" '
        f'aria-haspopup="dialog">{escape(lesson.title)}<small> in {len(lesson.scenes)} steps</small></button>'
    )


def offer(heading: DeltaGenerator | None) -> None:
    """Draw the button into the page's heading: after the pictures, for the first visitor's lesson is drawn here."""
    if heading is not None:
        heading.html(show_me_button(), width="content")
