"""Lessons: scenes in a sequence, as records, as JSON documents, and those that are shipped."""

from landscape.lessons.facts import Fact, Facts, facts_of, filled, film_facts
from landscape.lessons.json_file import lesson_json, read_lesson
from landscape.lessons.pages import TabQuery
from landscape.lessons.questions import Choose, Guess, Option, Place, Question, Train
from landscape.lessons.records import Lesson, Scene, Spotlight, Task
from landscape.lessons.shipped import SHIPPED, shipped

__all__ = [
    "SHIPPED",
    "Choose",
    "Fact",
    "Facts",
    "Guess",
    "Lesson",
    "Option",
    "Place",
    "Question",
    "Scene",
    "Spotlight",
    "TabQuery",
    "Task",
    "Train",
    "facts_of",
    "filled",
    "film_facts",
    "lesson_json",
    "read_lesson",
    "shipped",
]
