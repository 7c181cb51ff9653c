"""Lessons: scenes in a sequence, as records, as JSON documents, and those that are shipped."""

from landscape.lessons.facts import facts_of, filled
from landscape.lessons.json_file import lesson_json, read_lesson
from landscape.lessons.records import Lesson, Scene, Spotlight, Task
from landscape.lessons.shipped import SHIPPED, shipped

__all__ = [
    "SHIPPED",
    "Lesson",
    "Scene",
    "Spotlight",
    "Task",
    "facts_of",
    "filled",
    "lesson_json",
    "read_lesson",
    "shipped",
]
