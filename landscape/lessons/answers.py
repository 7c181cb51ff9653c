"""What is right: the answer to a question, computed from its scene."""

from __future__ import annotations

from dataclasses import dataclass

from landscape.lessons.facts import Facts, exact_share, named
from landscape.lessons.pages import Shown
from landscape.lessons.questions import Choose, Guess, Question, Train
from landscape.results.solved_scenario import SolvedScenario, solve_scenario
from landscape.results.verdict import VerdictKind
from landscape.scenario import Scenario
from landscape.scenario.limits import STARTS
from landscape.scene import loss_scene


@dataclass(frozen=True)
class Answer:
    """The right answer to a question; of what does not belong to its kind, None.

    Arguments
        option: which of several is right, counted from 0.
        value: the number that was to be guessed.
        place: (x, y), where the run ends in the picture.
        share: from which share of the picture gradient flow reaches the optimum, exactly.
        shares: of each width, the share of starts that reach the optimum; starts: how many of each were trained for it.
    """

    option: int | None = None
    value: float | None = None
    place: tuple[float, float] | None = None
    share: float | None = None
    shares: tuple[float, ...] | None = None
    starts: int | None = None


def answer_of(question: Question, scenario: Shown, facts: Facts, solved: SolvedScenario | None) -> Answer:
    """Return the right answer to a question about a state of a page.

    Arguments
        facts: of the scene; solved: the scenario's result, None on a page that has none.

    Raises ValueError, with a sentence, where the question has no right answer, or more than one.
    """
    if isinstance(question, Choose):
        return Answer(option=_right(question, facts))
    if isinstance(question, Guess):
        return Answer(value=_guessed(question, facts))
    # Networks are trained, and points placed, on the page Landscape alone.
    assert isinstance(scenario, Scenario)
    assert solved is not None
    if isinstance(question, Train):
        return _trained(question, scenario)
    if question.run is None:
        return Answer(share=exact_share(scenario, solved))
    path = next(path for path in loss_scene(solved, scenario).paths if path.id == f"run{question.run}")
    return Answer(place=(float(path.x[-1]), float(path.y[-1])))


def _right(question: Choose, facts: Facts) -> int:
    fact = named(question.fact, facts)
    right = [place for place, option in enumerate(question.options) if option.is_right(fact.text, fact.value)]
    if len(right) != 1:
        raise ValueError(
            f"of the answers to a question one must be right, but {len(right)} are: {question.fact} is {fact.text}."
        )
    return right[0]


def _guessed(question: Guess, facts: Facts) -> float:
    fact = named(question.fact, facts)
    if fact.value is None:
        raise ValueError(f"what is guessed must be a number, but {question.fact} is {fact.text}.")
    if not question.low <= fact.value <= question.high:
        raise ValueError(f"{question.fact} is {fact.text}, which is not between low and high.")
    return fact.value


def _trained(question: Train, scenario: Scenario) -> Answer:
    """Train as many starts of each width as a scenario can have: what each phone does with one of its own."""
    starts, shares = int(STARTS.high), []
    for m in question.widths:
        training = scenario.changed(**of_width(m), starts=starts).training
        ended = [run.verdict.kind for run in solve_scenario(scenario.data, training).runs]
        shares.append(ended.count(VerdictKind.OPTIMUM) / len(ended))
    return Answer(shares=tuple(shares), starts=starts)


def of_width(m: int) -> dict[str, object]:
    """Return what a scenario changes to in which random starts of m neurons are trained, and nothing is drawn."""
    return {"m": m, "runs": (), "neurons": (0, 1), "selected": 0, "escape": None, "plane": "neurons"}
