"""The page Lecture: a lesson is edited, nothing that cannot be read is set, and its address opens exactly it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from string import ascii_letters
from typing import Any

import pytest
from any_lesson import lessons
from drawn import hold
from given_lecture import LESSON
from hypothesis import HealthCheck, given, settings
from streamlit.testing.v1 import AppTest
from visit import begin, opened, payload

from landscape.lessons import Choose, Guess, Lesson, Option, Place, Train, lesson_json, shipped
from landscape.lessons.texts import MAX_NOTES, MAX_TEXT
from landscape.scenario import Scenario
from landscape.web import session
from landscape.web.frame import panel_key
from landscape.web.jobs import queue
from landscape.web.lecture.page import KEPT, LESSON as IN_ADDRESS, PACKED, PAGE, read, write
from landscape.web.lecture.saving import SAVE
from landscape.web.lecture.scene_list import _choose as choose
from landscape.web.lecture.state import LectureState
from landscape.web.session import state_key
from landscape.web.store import store

SHOW_ME = shipped("show-me")

CHOICE = 1
"""The scene of the lesson above that has a question with several answers; 2 a place, 3 a guess, 4 networks."""


def visit(state: LectureState | None = None) -> AppTest:
    """The page Lecture at the address of a state, and without one as it opens."""
    query: dict[str, Any] = {} if state is None else dict(write(state))
    return drawn(opened("pages/lecture.py", **query))


def drawn(page: AppTest) -> AppTest:
    """Run the page until its lesson is drawn, and assert what any page owes any visitor."""
    assert queue().wait(120)
    page.run()
    hold(page)
    return page


def state_of(page: AppTest) -> LectureState:
    state: LectureState = page.session_state[state_key("lecture")]
    return state


def said(page: AppTest) -> list[str]:
    """The sentences that the page says above its contents, or for the lesson."""
    return [text.value for text in page.text]


def field(page: AppTest, label: str) -> Any:
    """The field with a label, of whatever kind it is."""
    kinds = (page.text_input, page.text_area, page.multiselect, page.selectbox, page.checkbox, page.radio)
    (found,) = [each for kind in kinds for each in kind if each.label == label]
    return found


def typed(page: AppTest, label: str, value: Any) -> AppTest:
    field(page, label).set_value(value)
    page.run()
    return drawn(page)


def pressed(page: AppTest, label: str) -> AppTest:
    (button,) = [each for each in page.button if each.label == label]
    button.click()
    page.run()
    return drawn(page)


def test_it_opens_with_the_lesson_that_comes_with_the_app_and_a_button_opens_another() -> None:
    page = visit(LectureState(LESSON, 2))
    assert state_of(page) == LectureState(LESSON, 2)
    pressed(page, f"{SHOW_ME.title} ({len(SHOW_ME.scenes)} scenes)")
    assert state_of(page) == LectureState(SHOW_ME)
    assert state_of(visit()) == LectureState(SHOW_ME)


def test_every_field_of_a_scene_is_edited() -> None:
    page = visit(LectureState(LESSON, CHOICE))
    typed(page, "Lesson", "Another lesson")
    typed(page, "Title", "Another title")
    typed(page, "Text: a sentence or two", "It begins at {{run1.start.loss}}, and $w_1$ falls.")
    typed(page, "Your notes, which nobody else sees", "Slowly.")
    typed(page, "Shown, from left to right", ["losses", "map"])
    typed(page, "Given more room", "map")
    typed(page, "Held back until you reveal it", ["future", "optimum"])
    typed(page, "The runs play by themselves", True)
    typed(page, "Said after the reveal", "There.")
    assert state_of(page) == LectureState(
        replace(
            LESSON,
            title="Another lesson",
            scenes=tuple(
                scene
                if place != CHOICE
                else replace(
                    scene,
                    title="Another title",
                    text="It begins at {{run1.start.loss}}, and $w_1$ falls.",
                    notes="Slowly.",
                    views=("losses", "map"),
                    large="map",
                    holds_back=("optimum", "future"),
                    plays=True,
                    answer="There.",
                )
                for place, scene in enumerate(LESSON.scenes)
            ),
        ),
        CHOICE,
    )
    # A view that is left out is not given more room any more.
    typed(page, "Shown, from left to right", ["losses"])
    assert state_of(page).edited.large is None


BEGUN = {
    "Choose one of several": Choose,
    "Place a start": Place,
    "Place where a run ends": Place,
    "Guess a number": Guess,
    "Train networks": Train,
}


@pytest.mark.parametrize("kind", BEGUN)
def test_a_question_of_each_kind_is_begun_and_taken_away(kind: str) -> None:
    page = visit(LectureState(LESSON, 1))
    typed(page, "Question", "No question")
    assert state_of(page).edited.question is None
    typed(page, "Question", kind)
    assert isinstance(state_of(page).edited.question, BEGUN[kind])
    assert field(page, "Question").value == kind
    typed(page, "What is asked", "And now?")
    question = state_of(page).edited.question
    assert question is not None
    assert question.text == "And now?"


BOUNDS = "Between which numbers, and the unit"

TYPED: dict[str, tuple[int, str, str, Callable[[Any], Any], Any]] = {
    "an answer": (1, "Answer B", "Caught = stuck", lambda q: q.options[1], Option("Caught", "stuck")),
    "an answer below a bound": (1, "Answer A", "Little < 0,5", lambda q: q.options[0], Option("Little", high=0.5)),
    "an answer between bounds": (1, "Answer A", "So > −1 < 2", lambda q: q.options[0], Option("So", low=-1, high=2)),
    "an answer less": (1, "Answer C", "", lambda q: len(q.options), 2),
    "an answer more": (1, "One more answer", "Else = other", lambda q: q.options[3], Option("Else", "other")),
    "a fact": (1, "The fact that decides", "run2.end.kind", lambda q: q.fact, "run2.end.kind"),
    "bounds": (3, BOUNDS, "−1 to 7,5 m", lambda q: (q.low, q.high, q.unit), (-1, 7.5, "m")),
    "bounds without a unit": (3, BOUNDS, "0 to 1", lambda q: (q.high, q.unit), (1, "")),
    "widths": (4, "Numbers of neurons", "1; 3, 9", lambda q: q.widths, (1, 3, 9)),
}


@pytest.mark.parametrize("name", TYPED)
def test_what_is_typed_of_a_question_is_set(name: str) -> None:
    scene, label, text, look, wanted = TYPED[name]
    page = visit(LectureState(LESSON, scene))
    typed(page, label, text)
    assert look(state_of(page).edited.question) == wanted


REFUSED = {
    "an answer that is never right": (1, "Answer B", "Caught", "An answer says when it is right"),
    "an answer of no text": (1, "Answer B", "= stuck", "An answer says when it is right"),
    "a bound that is no number": (1, "Answer B", "Low < much", "A number is asked for, but “much” was typed."),
    "an infinite bound": (1, "Answer B", "Low < inf", "A number is asked for"),
    "a bound of many digits": (1, "Answer B", "Low < 1e999", "A number is asked for"),
    "an answer that is asked nothing": (1, "What is asked", "", "text must not be empty"),
    "no fact": (1, "The fact that decides", "", "fact must not be empty"),
    "bounds of nothing": (3, BOUNDS, "", "A number is asked for"),
    "bounds upside down": (3, BOUNDS, "9 to 1 %", "low must be below high"),
    "infinite bounds": (3, BOUNDS, "0 to inf %", "A number is asked for"),
    "bounds that are no numbers": (3, BOUNDS, "nan to nan", "A number is asked for"),
    "no widths": (4, "Numbers of neurons", "", "widths must be 1 to"),
    "widths that fall": (4, "Numbers of neurons", "4, 2", "widths must grow."),
    "half a neuron": (4, "Numbers of neurons", "2.5", "widths must be a whole number"),
    "too many neurons": (4, "Numbers of neurons", "1e30", "widths must be a whole number"),
    "neurons beyond numbers": (4, "Numbers of neurons", "1e999", "A number is asked for"),
    "no title": (1, "Title", " ", "title must not be empty"),
    "a lesson of no title": (1, "Lesson", "", "title must not be empty"),
    "no views": (1, "Shown, from left to right", [], "views must be one or more"),
    "a place in no landscape": (2, "Shown, from left to right", ["losses"], "A point is placed on the page landscape"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_changes_nothing_and_is_said(name: str) -> None:
    scene, label, value, sentence = REFUSED[name]
    page = visit(LectureState(LESSON, scene))
    before = field(page, label).value
    field(page, label).set_value(value)
    page.run()
    hold(page)
    assert state_of(page) == LectureState(LESSON, scene)
    (refused,) = [text for text in said(page) if sentence in text]
    assert refused.endswith(".")
    assert field(page, label).value == before


def test_the_last_two_answers_stay() -> None:
    page = visit(LectureState(LESSON, 1))
    typed(page, "Answer C", "")
    field(page, "Answer A").set_value("")
    page.run()
    assert any("options must be 2 to" in text for text in said(page))
    question = state_of(page).edited.question
    assert isinstance(question, Choose)
    assert len(question.options) == 2


def test_a_fact_that_no_scene_has_is_said_where_the_lesson_would_be_given() -> None:
    page = visit(LectureState(LESSON, 1))
    typed(page, "Text: a sentence or two", "It ends at {{run9.end.loss}}.")
    (why,) = [
        text for text in said(page) if text.startswith("Scene 2: no fact of this scene is called 'run9.end.loss'.")
    ]
    assert "cannot be given" in why
    pressed(page, "Open a room")
    assert why in said(page)
    assert not page.get("download_button")
    # What can be named is listed beside it, and the picture stays.
    (table,) = page.dataframe
    assert "{{run1.end.loss}}" in table.value["Written in a text"].tolist()
    assert [view["name"] for view in payload(page)["views"]] == list(LESSON.scenes[1].views)
    typed(page, "Text: a sentence or two", "")
    assert page.get("download_button")


@pytest.mark.parametrize("reported", ["", "0  none", "-1  none", "99  none", "9" * 99, "²  none", "none", -1, 99])
def test_a_report_that_names_no_scene_chooses_none(monkeypatch: pytest.MonkeyPatch, reported: int | str) -> None:
    begin(monkeypatch, Scenario())
    session.enter(PAGE)
    choose(reported)
    assert session.current_state() == PAGE.start
    choose("2  under an older title")
    assert session.current_state().scene == 1


def test_a_scene_is_chosen_while_its_title_is_edited() -> None:
    """A browser reports the scene that is chosen by its title, the one that it shows."""
    page = visit(LectureState(LESSON, 1))
    shown = page._tree.get_widget_states()
    typed(page, "Title", "Another title")
    page._run(shown)
    hold(page)
    assert not any("scene must be" in text for text in said(page)), said(page)
    assert state_of(page).scene == 1


def test_scenes_move_are_repeated_and_taken_out_and_all_of_it_is_undone() -> None:
    page = visit(LectureState(LESSON, 1))
    titles = [scene.title for scene in LESSON.scenes]

    def order() -> list[str]:
        return [scene.title for scene in state_of(page).lesson.scenes]

    pressed(page, "↑")
    assert order() == [titles[1], titles[0], *titles[2:]]
    assert state_of(page).scene == 0
    pressed(page, "↓")
    pressed(page, "↓")
    assert order() == [titles[0], titles[2], titles[1], *titles[3:]]
    pressed(page, "Repeat")
    assert order() == [titles[0], titles[2], titles[1], titles[1], *titles[3:]]
    assert state_of(page).scene == 3
    pressed(page, "Remove")
    pressed(page, "Remove")
    assert order() == [titles[0], titles[2], titles[1], titles[4]]
    last = state_of(page)
    for _ in range(6):
        pressed(page, "Undo")
    assert state_of(page) == LectureState(LESSON, 1)
    assert [button.disabled for button in page.button if button.label == "Undo"] == [True]
    for _ in range(6):
        pressed(page, "Redo")
    assert state_of(page) == last
    typed(page, "Scenes", 0)
    assert state_of(page).scene == 0


def test_the_only_scene_cannot_be_taken_out() -> None:
    page = visit(LectureState(Lesson("one", "One", LESSON.scenes[:1])))
    assert [button.disabled for button in page.button if button.label in ("Remove", "↑", "↓")] == [True] * 3


def test_a_short_lesson_is_in_the_address_and_a_long_one_in_the_store() -> None:
    for lesson, begins in ((LESSON, PACKED), (long_lesson(), KEPT)):
        page = visit(LectureState(SHOW_ME))
        open_file(page, lesson_json(lesson).encode())
        assert state_of(page) == LectureState(lesson)
        written = page.query_params[IN_ADDRESS]
        address = written if isinstance(written, str) else written[-1]
        assert address.startswith(begins)
        assert read({IN_ADDRESS: [address]}) == (LectureState(lesson), ())
        assert (store().get(address.removeprefix(KEPT)) is not None) is (begins == KEPT)
        assert any("is kept here for" in caption.value for caption in page.caption) is (begins == KEPT)


def long_lesson() -> Lesson:
    """A lesson that no link carries: its notes cannot be packed."""
    letters = Random(0)
    scenes = (replace(each, notes="".join(letters.choices(ascii_letters, k=MAX_NOTES))) for each in LESSON.scenes)
    return replace(LESSON, scenes=tuple(scenes))


@pytest.mark.parametrize("value", ["no-lesson", "z~x", "z~", "kept~", "kept~../up", "z~eJw", "\x00"])
def test_an_address_without_a_lesson_is_said_and_the_page_opens(value: str) -> None:
    page = opened("pages/lecture.py", **{IN_ADDRESS: value})
    assert any(text.endswith("The lesson opens as it does without a link.") for text in said(page))
    assert state_of(drawn(page)) == LectureState(SHOW_ME)


def open_file(page: AppTest, contents: bytes) -> AppTest:
    """Open the panel for files, and a file in it."""
    page.session_state[panel_key(SAVE)] = True
    page.run()
    (uploader,) = page.get("file_uploader")
    uploader.upload("lesson.json", contents, "application/json")
    page.run()
    return drawn(page)


@pytest.mark.parametrize("contents", [b"{", b"", b"\xff\xfe\x00", b"[" * 100_000, b'{"version": 99}', b" " * 3_000_000])
def test_a_damaged_file_is_answered_with_a_sentence_and_nothing_is_lost(contents: bytes) -> None:
    page = visit(LectureState(LESSON, 2))
    page.session_state[panel_key(SAVE)] = True
    page.run()
    (uploader,) = page.get("file_uploader")
    uploader.upload("lesson.json", contents, "application/json")
    page.run()
    hold(page)
    assert state_of(page) == LectureState(LESSON, 2)
    assert any(text.endswith(".") and ("lesson" in text.lower()) for text in said(page)), said(page)


@given(lessons())
@settings(
    max_examples=max(1, settings.default.max_examples // 10), suppress_health_check=list(HealthCheck), deadline=None
)
def test_any_lesson_is_shown(lesson: Lesson) -> None:
    for scene in range(len(lesson.scenes)):
        page = visit(LectureState(lesson, scene))
        assert state_of(page) == LectureState(lesson, scene)


def test_a_text_is_as_long_as_its_field_allows() -> None:
    assert field(visit(LectureState(LESSON)), "Text: a sentence or two").max_chars == MAX_TEXT
