"""The questions of a lesson, of which a scene has at most one. The right answer is computed from the scene."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal, get_args

from landscape.lessons.texts import MAX_OPTION, MAX_TEXT, checked_text
from landscape.scenario.limits import NEURONS, Range, as_number, checked, checked_choice, quoted

MOST_OPTIONS = 6
"""Most answers among which one is chosen: as many as buttons on a phone."""

MOST_WIDTHS = 5
"""Most widths of an experiment."""

RUN = Range(0, 10_000, whole=True)

Placed = Literal["start", "end"]
PLACED: tuple[Placed, ...] = get_args(Placed)
"""What is placed on a landscape: a start of one's own, or where a run will end."""


@dataclass(frozen=True)
class Option:
    """One of several answers.

    Arguments
        text: of its button, Markdown with facts.
        equals: the text that the question's fact has where this answer is right; or
        low, high: between which numbers, the lower one included, that fact then lies; None for no bound.

    Raises ValueError when a value is none of these.
    """

    text: str
    equals: str | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        checked_text(self.text, MAX_OPTION, "text")
        if self.equals is not None:
            checked_text(self.equals, MAX_OPTION, "equals")
        for name in ("low", "high"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, _finite(getattr(self, name), name))
        if (self.equals is None) == (self.low is None and self.high is None):
            raise ValueError("An option must say what the fact equals, or between which numbers it lies.")

    def is_right(self, text: str, value: float | None) -> bool:
        """Return whether this is the answer where the fact reads ``text``, and is the number ``value``, if any."""
        if self.equals is not None:
            return self.equals == text
        low, high = (
            (-float("inf") if self.low is None else self.low),
            (float("inf") if self.high is None else self.high),
        )
        return value is not None and low <= value < high


@dataclass(frozen=True)
class Choose:
    """A question with several answers, of which one is right.

    Arguments
        text: the question, Markdown with facts.
        fact: the name of the fact that decides; options: from 2 to MOST_OPTIONS answers.
    """

    text: str
    fact: str
    options: tuple[Option, ...]

    def __post_init__(self) -> None:
        checked_text(self.text, MAX_TEXT, "text")
        checked_text(self.fact, MAX_OPTION, "fact")
        options = self.options
        if not isinstance(options, (tuple, list)) or not all(isinstance(option, Option) for option in options):
            raise ValueError(f"options must be a sequence of Option, but was {quoted(options)}.")
        if not 2 <= len(options) <= MOST_OPTIONS:
            raise ValueError(f"options must be 2 to {MOST_OPTIONS}, but were {len(options)}.")
        object.__setattr__(self, "options", tuple(options))


@dataclass(frozen=True)
class Place:
    """A point that is placed on a landscape.

    Arguments
        text: the question, Markdown with facts.
        what: "start": a start of one's own, which rolls down when it is revealed; "end": where a run will end.
        run: the run that is meant by "end", counted from 0 (a file counts from 1).
    """

    text: str
    what: Placed = "start"
    run: int | None = None

    def __post_init__(self) -> None:
        checked_text(self.text, MAX_TEXT, "text")
        checked_choice(self.what, PLACED, "what")
        if self.run is not None:
            object.__setattr__(self, "run", checked(self.run, RUN, "run"))
        if (self.what == "end") != (self.run is not None):
            raise ValueError("run must be named for an end, and for nothing else.")


@dataclass(frozen=True)
class Guess:
    """A number that is guessed.

    Arguments
        text: the question, Markdown with facts.
        fact: the name of the fact that is guessed; low, high: between which numbers.
        unit: what follows the number, as "%".
    """

    text: str
    fact: str
    low: float
    high: float
    unit: str = ""

    def __post_init__(self) -> None:
        checked_text(self.text, MAX_TEXT, "text")
        checked_text(self.fact, MAX_OPTION, "fact")
        checked_text(self.unit, MAX_OPTION, "unit", empty=True)
        for name in ("low", "high"):
            object.__setattr__(self, name, _finite(getattr(self, name), name))
        if not self.low < self.high:
            raise ValueError(f"low must be below high, but they were {self.low:g} and {self.high:g}.")


@dataclass(frozen=True)
class Train:
    """An experiment: every phone trains a network of each width from a random start of its own.

    Arguments
        text: what is to be found out, Markdown with facts.
        widths: the numbers of neurons, from 1 to MOST_WIDTHS of them.
    """

    text: str
    widths: tuple[int, ...]

    def __post_init__(self) -> None:
        checked_text(self.text, MAX_TEXT, "text")
        widths = self.widths
        if not isinstance(widths, (tuple, list)) or not 1 <= len(widths) <= MOST_WIDTHS:
            raise ValueError(f"widths must be 1 to {MOST_WIDTHS} numbers, but was {quoted(widths)}.")
        found = tuple(checked(width, NEURONS, "widths") for width in widths)
        if list(found) != sorted(set(found)):
            raise ValueError("widths must grow.")
        object.__setattr__(self, "widths", found)


Question = Choose | Place | Guess | Train

KINDS: dict[str, type[Question]] = {"choose": Choose, "place": Place, "guess": Guess, "train": Train}
"""The kinds of questions, as a file calls them."""

PLACED_IN = ("map", "curve")
"""The views in which a point can be placed: the weights of a network of two neurons, or of one."""


def unanswerable(question: Question, page: str, views: tuple[str, ...], runs: int) -> str | None:
    """Return why a question cannot be asked of a scene, as a sentence, or None if it can.

    Arguments
        page, views: of the scene; runs: how many its scenario has.
    """
    if isinstance(question, Place):
        if page != "landscape" or not set(views) & set(PLACED_IN):
            return f"A point is placed on the page landscape in one of the views {' and '.join(PLACED_IN)}."
        if question.run is not None and question.run >= runs:
            return f"run must be one of the {runs} of the scenario, but was {question.run + 1}."
    if isinstance(question, Train) and page != "landscape":
        return "Phones train networks of the page landscape."
    return None


def _finite(value: object, name: str) -> float:
    number = as_number(value)
    if number is None or not isfinite(number):
        raise ValueError(f"{name} must be a number, but was {quoted(value)}.")
    return number
