"""The editor of one scene: what it says, shows, holds back and asks. What cannot be set is said, and not set."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isfinite, nan
from typing import Any

import streamlit as st

from landscape.lessons import Choose, Guess, Option, Place, Question, Scene, Train
from landscape.lessons.pages import SENTENCES, views
from landscape.lessons.questions import MOST_OPTIONS
from landscape.lessons.records import HELD_BACK
from landscape.lessons.texts import MAX_NOTES, MAX_TEXT, MAX_TITLE
from landscape.web.lecture.state import LectureState
from landscape.web.lecture.work import Prepared
from landscape.web.notes import note
from landscape.web.session import current_state, put
from landscape.web.shared.given_value import chosen_here, given_value

VIEW_NAMES = {
    "map": "Loss landscape",
    "curve": "Loss landscape, or a curve",
    "relief": "Loss landscape in 3-D",
    "outputs": "Network outputs",
    "twin": "Convex landscape",
    "twin-relief": "Convex landscape in 3-D",
    "losses": "Loss curves",
    "optimum": "The optimum",
    "trained": "A trained network",
    "cones": "Where neurons lie",
    "patterns": "Patterns",
    "changed": "Changed patterns",
    "moved": "Distance moved",
    "race": "The race",
    "values": "Values compared",
    "values standard": "Values, standard network",
    "values parallel": "Values, parallel network",
    "space": "Outputs in space",
    "white": "Whitened data",
    "shares": "Each sub-network’s share",
    "gates": "Gates",
    "spectrum": "Spectrum",
    "depth": "Depth",
    "ratio": "Ratio",
    "clouds": "Clouds of points",
    "played": "The game, played",
    "swing": "How it swings",
    SENTENCES: "Sentences below",
    **{f"kinks{k}": f"Neurons, run {k + 1}" for k in range(2)},
    **{f"plane{k}": f"Weights, run {k + 1}" for k in range(2)},
}

HELD_NAMES = {
    "optimum": "the stars",
    "stuck": "stuck segments and basins",
    "verdicts": "the sentences",
    "curves": "the loss curves",
    "future": "everything after step 0",
}

KINDS: dict[str, type[Question] | None] = {
    "No question": None,
    "Choose one of several": Choose,
    "Place a start": Place,
    "Place where a run ends": Place,
    "Guess a number": Guess,
    "Train networks": Train,
}

_ENDS = (("optimum", "At the best loss"), ("stuck", "Caught above it"), ("out of steps", "It is still moving"))
"""What a new question offers: how run 1 ends."""


def editor(state: LectureState, prepared: Prepared | None) -> None:
    """Draw the fields of the scene that is edited, and the numbers that its texts may name once it has been drawn."""
    scene, place = state.edited, state.scene
    key = f"{place} of {len(state.lesson.scenes)}"
    _text(state, "title", "Title", f"title {key}", MAX_TITLE, lines=1)
    _text(state, "text", "Text: a sentence or two", f"text {key}", MAX_TEXT, lines=3, hint=_HINT, empty=_EMPTY)
    if prepared is not None and prepared.facts:
        _facts(prepared.facts[place])
    _text(state, "notes", "Your notes, which nobody else sees", f"notes {key}", MAX_NOTES, lines=3)
    there = views(scene.page, scene.scenario)
    _choices(state, "views", "Shown, from left to right", f"views {key}", there, VIEW_NAMES)
    pictures = [name for name in scene.views if name != SENTENCES]
    _choice(state, "large", "Given more room", f"large {key}", [None, *pictures], VIEW_NAMES)
    _choices(state, "holds_back", "Held back until you reveal it", f"held {key}", HELD_BACK, HELD_NAMES)
    _flag(state, "plays", "The runs play by themselves", f"plays {key}")
    _question(state, key)
    if scene.has_reveal:
        _text(state, "answer", "Said after the reveal", f"answer {key}", MAX_TEXT, lines=2, hint=_HINT)


_HINT = (
    "Markdown with formulas between $ signs. Numbers are taken from the picture by their names in double braces, such "
    "as {{run1.end.loss}}: the list below this field names them all."
)

_EMPTY = "What the hall is to see, and what you ask before you show it."


def _facts(facts: Sequence[tuple[str, str]]) -> None:
    with st.expander("Numbers of this picture"):
        names, read = ([fact[part] for fact in facts] for part in range(2))
        table = {"Written in a text": [f"{{{{{name}}}}}" for name in names], "Reads now": read}
        st.dataframe(table, hide_index=True, width="stretch", height=min(38 + 35 * len(names), 260))


def _changed(state: LectureState, **values: Any) -> None:
    """Change the scene that a field was drawn for, whatever was edited or chosen since."""
    now: LectureState = current_state()
    if state.scene >= len(now.lesson.scenes):
        return
    try:
        put(now.with_scene(state.scene, **values))
    except ValueError as refused:
        note([str(refused)])


def _sets(state: LectureState, name: str, key: str) -> Callable[[], None]:
    """Return what gives the scene the value that a widget holds."""
    return lambda: _changed(state, **{name: st.session_state[key]})


def _text(
    state: LectureState,
    name: str,
    label: str,
    key: str,
    longest: int,
    *,
    lines: int,
    hint: str | None = None,
    empty: str | None = None,
) -> None:
    value = getattr(state.edited, name)
    typed = chosen_here(key, _sets(state, name, key))
    with given_value(key, value):
        if lines == 1:
            st.text_input(label, value, key=key, max_chars=longest, on_change=typed, help=hint)
        else:
            height = 26 * lines + 16
            st.text_area(
                label, value, height, key=key, max_chars=longest, on_change=typed, help=hint, placeholder=empty
            )


def _choices(
    state: LectureState, name: str, label: str, key: str, options: tuple[str, ...], names: dict[str, str]
) -> None:
    value, key = list(getattr(state.edited, name)), _of(key, options)
    chosen = chosen_here(
        key, lambda: _changed(state, **_with_fitting(state.edited, name, tuple(st.session_state[key])))
    )
    with given_value(key, value):
        st.multiselect(
            label, options, value, key=key, format_func=lambda option: names.get(option, option), on_change=chosen
        )


def _of(key: str, options: Sequence[str | None]) -> str:
    """Return the key of a choice between options: what a browser reports of other options is none of these."""
    return f"{key} of {options}"


def _with_fitting(scene: Scene, name: str, value: tuple[str, ...]) -> dict[str, Any]:
    """Return a value together with what must follow it: views that are left out cannot be spoken of."""
    found: dict[str, Any] = {name: value}
    if name == "views":
        if scene.large not in value:
            found["large"] = None
        for part in ("spotlight", "task"):
            spoken = getattr(scene, part)
            if spoken is not None and spoken.view is not None and spoken.view not in value:
                found[part] = None
    return found


def _choice(
    state: LectureState, name: str, label: str, key: str, options: list[str | None], names: dict[str, str]
) -> None:
    value, key = getattr(state.edited, name), _of(key, options)

    def named(option: str | None) -> str:
        return "none" if option is None else names.get(option, option)

    with given_value(key, value):
        chosen = chosen_here(key, _sets(state, name, key))
        st.selectbox(label, options, options.index(value), key=key, format_func=named, on_change=chosen)


def _flag(state: LectureState, name: str, label: str, key: str) -> None:
    value = getattr(state.edited, name)
    with given_value(key, value):
        st.checkbox(label, value, key=key, on_change=chosen_here(key, _sets(state, name, key)))


def _kind_of(question: Question | None) -> str:
    if isinstance(question, Place):
        return "Place a start" if question.what == "start" else "Place where a run ends"
    return next(label for label, kind in KINDS.items() if (type(question) if question else None) is kind)


def _question(state: LectureState, key: str) -> None:
    question = state.edited.question
    kind_key = f"kind {key}"
    kinds, kind = list(KINDS), _kind_of(question)
    chosen = chosen_here(kind_key, lambda: _changed(state, question=_begun(st.session_state[kind_key], state.edited)))
    with given_value(kind_key, kind):
        st.selectbox("Question", kinds, kinds.index(kind), key=kind_key, on_change=chosen)
    if question is None:
        return

    def now() -> Any:
        """The question as it is when a field of it is left: another field may have been left just before."""
        scenes = current_state().lesson.scenes
        present = scenes[state.scene].question if state.scene < len(scenes) else question
        return present if type(present) is type(question) else question

    def set_question(make: Callable[[], Question]) -> None:
        try:
            _changed(state, question=make())
        except ValueError as refused:
            note([str(refused)])

    def field(name: str, label: str, value: str, make: Callable[[str], Question], hint: str | None = None) -> None:
        own = f"question {name} {key}"
        typed = chosen_here(own, lambda: set_question(lambda: make(st.session_state[own].strip())))
        with given_value(own, value):
            st.text_input(label, value, key=own, help=hint, on_change=typed)

    field("text", "What is asked", question.text, lambda text: _with(now(), text=text))
    if isinstance(question, Choose):
        field("fact", "The fact that decides", question.fact, lambda text: _with(now(), fact=text), _FACTS)
        for number, option in enumerate(question.options):
            field(
                f"option {number}",
                f"Answer {'ABCDEF'[number]}",
                _option_text(option),
                lambda text, number=number: _with(now(), options=_with_option(now(), number, text)),  # type: ignore[misc]
                _OPTION_HINT,
            )
        if len(question.options) < MOST_OPTIONS:
            field("more", "One more answer", "", lambda text: _with(now(), options=(*now().options, _option(text))))
    elif isinstance(question, Guess):
        field("fact", "The fact that is guessed", question.fact, lambda text: _with(now(), fact=text), _FACTS)
        bounds = f"{question.low:g} to {question.high:g} {question.unit}".strip()
        field("bounds", "Between which numbers, and the unit", bounds, lambda text: _with_bounds(now(), text))
    elif isinstance(question, Train):
        widths = ", ".join(map(str, question.widths))
        field("widths", "Numbers of neurons", widths, lambda text: _with(now(), widths=_numbers(text)))
    elif question.run is not None:
        field("run", "Which run", str(question.run + 1), lambda text: _with(now(), run=_number(text) - 1))


_FACTS = "A name such as run1.end.kind, run1.end.loss, basins.share or runs.caught: see Numbers of this picture."
_OPTION_HINT = (
    "The answer, then after = what the fact is where it is right, or after < or > a bound: “Caught = stuck”, "
    "“Less than half < 50”. Emptied, the answer is left out."
)


def _with(question: Any, **values: Any) -> Question:
    made: Question = replace(question, **values)
    return made


def _option_text(option: Option) -> str:
    if option.equals is not None:
        return f"{option.text} = {option.equals}"
    if option.low is None:
        return f"{option.text} < {option.high:g}"
    return (
        f"{option.text} > {option.low:g}"
        if option.high is None
        else f"{option.text} > {option.low:g} < {option.high:g}"
    )


_TYPED = re.compile(r"(?P<said>[^=<>]+)(=(?P<equals>.+)|(>(?P<low>[^<>]+))?(<(?P<high>[^<>]+))?)")
"""An answer as it is typed: its text, then when it is right."""


def _option(text: str) -> Option:
    """Read an answer as it is typed; raises ValueError, with a sentence, for one that does not say when it is right."""
    found = _TYPED.fullmatch(text)
    if found is None or not any(found[part] for part in ("equals", "low", "high")):
        raise ValueError("An answer says when it is right: “Caught = stuck”, or “Less than half < 50”.")
    low, high = (None if found[part] is None else _number(found[part]) for part in ("low", "high"))
    return Option(found["said"].strip(), found["equals"] and found["equals"].strip(), low, high)


def _with_option(question: Choose, number: int, text: str) -> tuple[Option, ...]:
    options = list(question.options)
    if text:
        options[number] = _option(text)
    else:
        options.pop(number)
    return tuple(options)


def _with_bounds(question: Guess, text: str) -> Question:
    low, _, rest = text.partition(" to ")
    high, _, unit = rest.strip().partition(" ")
    return _with(question, low=_number(low), high=_number(high), unit=unit.strip())


def _number(text: str) -> Any:
    try:
        value = float(text.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        value = nan
    if not isfinite(value):
        raise ValueError(f"A number is asked for, but “{text.strip()[:20]}” was typed.")
    return int(value) if value == int(value) else value


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(_number(part) for part in text.replace(";", ",").split(",") if part.strip())


def _begun(label: str, scene: Scene) -> Question | None:
    """Return a question of a kind as it begins, which fits the scene as far as it can."""
    kind = KINDS[label]
    if kind is Choose:
        return Choose("Where does run 1 end?", "run1.end.kind", tuple(Option(said, equals=end) for end, said in _ENDS))
    if kind is Guess:
        return Guess("From which share of all starts is the best reached?", "basins.share", 0, 100, "%")
    if kind is Train:
        return Train("Every phone trains networks of its own: how many reach the best?", (2, 4, 8))
    if label == "Place a start":
        return Place("Where would you start?")
    if label == "Place where a run ends":
        return Place("Where will run 1 end?", "end", 0)
    return None
