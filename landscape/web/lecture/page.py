"""The page Lecture as the session keeps it: its lesson in the address, or in the store where a link is too short."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence

from landscape.lessons import SHIPPED, Lesson, lesson_json, read_lesson, shipped
from landscape.lessons.json_file import MAX_LENGTH
from landscape.scenario.kept import key_of
from landscape.scenario.limits import LINK_LENGTH
from landscape.web.lecture.state import LectureState
from landscape.web.session import Page, Query, starts_with
from landscape.web.store import kept_for, store

LESSON, SCENE = "lesson", "scene"
"""The keys of the address: which lesson, and which of its scenes, counted from 1."""

PACKED, KEPT = "z~", "kept~"
"""How the value of LESSON begins where it holds a lesson, and where it names one that is kept."""

MOST_PACKED = LINK_LENGTH - 200
"""Longest lesson in an address, in characters; longer ones are kept in the store."""

START = LectureState(shipped(SHIPPED[0]))
"""What the page opens with."""


def read(query: Query) -> tuple[LectureState, Sequence[str]]:
    """Return the lesson that an address describes, with notes; raises ValueError where it describes none."""
    lesson, notes = _lesson((query.get(LESSON) or [SHIPPED[0]])[-1])
    number = (query.get(SCENE) or ["1"])[-1]
    place = int(number) - 1 if number.isdecimal() and len(number) < 6 else 0
    return LectureState(lesson, min(max(place, 0), len(lesson.scenes) - 1)), notes


def write(state: LectureState) -> dict[str, str | list[str]]:
    """Return the query from which a state is read."""
    found: dict[str, str | list[str]] = {LESSON: _written(state.lesson)}
    if state.scene:
        found[SCENE] = str(state.scene + 1)
    return found


def fits_a_link(lesson: Lesson) -> bool:
    """Return whether a link carries a lesson, or names one of those that come with the app."""
    return not _written(lesson).startswith(KEPT)


def kept_note(lesson: Lesson) -> str:
    """Return for how long a link to a lesson holds, as a sentence; empty where it carries it itself."""
    return "" if fits_a_link(lesson) else f"The link names this lesson, which is kept here for {kept_for()}."


def _keep(state: LectureState) -> None:
    if not fits_a_link(state.lesson):
        store().put(lesson_json(state.lesson))


def _lesson(value: str) -> tuple[Lesson, Sequence[str]]:
    if value in SHIPPED:
        return shipped(value), ()
    if value.startswith(KEPT):
        document = store().get(value.removeprefix(KEPT))
        if document is None:
            raise ValueError("The lesson of this link is not kept here any more.")
        return read_lesson(document)
    if value.startswith(PACKED):
        try:
            packed = base64.urlsafe_b64decode(value.removeprefix(PACKED) + "===")
            unpacked = zlib.decompressobj().decompress(packed, MAX_LENGTH)
        except (ValueError, binascii.Error, zlib.error):
            raise ValueError("The lesson of this link cannot be read: a part of it may be missing.") from None
        return read_lesson(unpacked)
    raise ValueError(f"No lesson of this app has the name in the link; there are {', '.join(SHIPPED)}.")


def _written(lesson: Lesson) -> str:
    if lesson.name in SHIPPED and lesson == shipped(lesson.name):
        return lesson.name
    document = lesson_json(lesson)
    packed = base64.urlsafe_b64encode(zlib.compress(document.encode(), 9)).decode().rstrip("=")
    return f"{PACKED}{packed}" if len(packed) <= MOST_PACKED else f"{KEPT}{key_of(document)}"


PAGE = Page("lecture", START, read, write, (LESSON, SCENE), "pages/lecture.py", keep=_keep, noun="lesson")
starts_with(PAGE.script, PAGE)
