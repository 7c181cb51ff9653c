"""Giving a lesson: in this window, in a room of phones, or from one file without a network."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st
from streamlit.runtime import get_instance

from landscape.lessons import Lesson, lesson_json
from landscape.web.follow import follow, show_end, why_ended
from landscape.web.jobs import Job, queue
from landscape.web.lecture.state import LectureState
from landscape.web.lecture.work import Prepared, prepare
from landscape.web.lessons.offline import offline_lesson
from landscape.web.rooms import PreparedLesson, RefusedError, hall
from landscape.web.stage import stage_made

SECONDS = 5.0
"""About how long a lesson takes to be drawn."""

A_MOMENT, SOON = 1.0, 30.0
"""Seconds that the page waits for a lesson, so that a quick one needs no second drawing; and for one that is given."""

_DRAWN = "lesson drawn"
"""Where the session keeps the job of the lesson that was drawn last."""

_ROOMS = "rooms opened"
"""Where the session keeps the rooms that its visitor has opened: code, key and the lesson's title."""


def give(state: LectureState) -> Prepared | None:
    """Draw the buttons that give the lesson, and its edited scene; while it is being drawn, how far that is.

    Returns the lesson as it was drawn, None until then.
    """
    lesson = state.lesson
    job = _job(lesson)
    # They are drawn before the lesson is, and alike: who has just edited and presses one of them presses it.
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="giving"):
        st.html(_BUTTONS, width="content")
        opens = st.button("Open a room", help="Phones follow the lesson and answer", key="open a room")
        file = st.empty()
    job.wait(SOON if opens else A_MOMENT)
    prepared = job.status.result
    st.html(_source(job, state))
    # What is said has a place of its own, above the picture, which then is not made anew.
    with st.container(key="lesson said", gap="small"):
        show_end(job, "lesson", lambda: _begin(lesson))
        if prepared is None:
            follow(job, "lesson")
        elif prepared.refused:
            st.text(f"{prepared.refused} Until that is mended the lesson cannot be given.")
        else:
            if opens:
                _open_room(lesson, prepared)
            _list_rooms()
    if prepared is None:
        _draw_last(state)
        return None
    st.session_state[_DRAWN] = _key(lesson)
    if not prepared.refused:
        file.download_button(
            "One file, offline",
            lambda: offline_lesson(lesson, prepared.played),
            f"{lesson.name}.html",
            "text/html",
            help="Plays without a network, questions included: hands are counted",
            on_click="ignore",
        )
    if prepared.scenes:
        stage_made(prepared.picture(state.scene), key="scene edited")
    return prepared


def _draw_last(state: LectureState) -> None:
    """Leave the picture of the lesson as it was before the last change, while that is being drawn."""
    last = st.session_state.get(_DRAWN)
    before = None if last is None else queue().found(last)
    drawn = None if before is None else before.status.result
    if drawn is not None and state.scene < len(drawn.scenes):
        stage_made(drawn.picture(state.scene), key="scene edited")


def _job(lesson: Lesson) -> Job[Prepared | None]:
    job = queue().found(_key(lesson))
    return _begin(lesson) if job is None or job.status.left else job


def _begin(lesson: Lesson) -> Job[Prepared | None]:
    return queue().start(_key(lesson), partial(prepare, lesson), seconds=SECONDS, slot="lesson")


def _key(lesson: Lesson) -> tuple[str, str]:
    # By its text: a lesson holds scenarios, which are large to compare.
    return ("lesson", lesson_json(lesson))


_BUTTONS = (
    '<button type="button" class="lesson-button" data-lesson="lesson-source" aria-haspopup="dialog" '
    'title="Full screen: F; a window with your notes: N; all keys: ?">Give the lesson</button> '
    '<button type="button" class="lesson-button lesson-preview" data-lesson="lesson-source" data-here '
    'aria-haspopup="dialog" title="From this scene on, as it will be shown">Preview</button>'
)
"""They give the lesson from its first scene, and from the one that is edited: which lesson, says ``_source``."""


def _source(job: Job[Prepared | None], state: LectureState) -> str:
    """Return what the buttons read when they are pressed: where the lesson is, or why there is none, once known."""
    status, address, refused = job.status, "", ""
    if status.result is None:
        refused = why_ended(status) if status.done else ""
    elif status.result.refused:
        refused = status.result.refused
    else:
        media = get_instance().media_file_mgr
        address = media.add(status.result.played.encode(), "application/json", "played lesson").lstrip("/")
    return (
        f'<span id="lesson-source" hidden data-address="{escape(address)}" data-refused="{escape(refused)}" '
        f'data-title="{escape(state.lesson.title)}" data-scene="{state.scene + 1}"></span>'
    )


def _open_room(lesson: Lesson, prepared: Prepared) -> None:
    scenes = [(before.encode(), after.encode()) for before, after in prepared.scenes]
    try:
        room = hall().open_room(PreparedLesson.of(lesson.title, scenes, prepared.played.encode()))
    except (ValueError, RefusedError) as refused:
        st.text(getattr(refused, "sentence", str(refused)))
        return
    st.session_state[_ROOMS] = [*st.session_state.get(_ROOMS, []), (room.code, room.key, lesson.title)]


def _list_rooms() -> None:
    """List the rooms that were opened and not closed: the link to each holds the key with which it is steered."""
    opened = [room for room in st.session_state.get(_ROOMS, []) if hall().is_open(room[0])]
    st.session_state[_ROOMS] = opened
    for code, key, title in reversed(opened):
        lecturer = f'<a href="room/{code}/lecture#{key}" target="_blank" rel="noopener">open the lecturer’s page</a>'
        phones = f'<a href="room/{code}" target="_blank" rel="noopener">room/{code}</a>'
        st.html(
            f'<p class="lecture-room">Room <strong>{code}</strong>, {escape(title)}: {lecturer}, which shows the code '
            f"and steers. Phones go to {phones}.</p>"
        )
