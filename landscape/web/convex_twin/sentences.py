"""The sentences of the page Convex twin, and its table of neurons."""

from __future__ import annotations

from landscape.figures.style import INK, OPTIMUM
from landscape.formatting import counted, short, written
from landscape.model.excess import is_rounding, without_rounding
from landscape.results.claims import networks_meant, unproven
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.web.shared.run_sentences import sentences_of as run_sentences
from landscape.web.stage.protocol import Sentence

MOST_DRAGGED = 200
"""More points than this are not dragged one by one: solving would not keep up with the pointer."""


def sentences_of(scenario: Scenario, solved: SolvedScenario) -> tuple[Sentence, ...]:
    """Return the sentence of what is proven first, then one for each run and its escape path."""
    of_runs = (sentence for sentence in run_sentences(scenario, solved) if sentence.run != "optimum")
    return (_certified(solved), _next(scenario, solved), *of_runs)


def _next(scenario: Scenario, solved: SolvedScenario) -> Sentence:
    """Return what a visitor can do here."""
    data = scenario.data
    drag = (
        "Drag a square, and the best network and its bound follow. "
        if data.features == 1 and data.n <= MOST_DRAGGED
        else ""
    )
    play = "Press ▶ to watch the runs. " if solved.runs else "Set Runs at the left to compare gradient descent. "
    own = "Paste your own data at the left; the tabs below say how wide a network has to be, and what a larger λ does."
    return Sentence("next", "Try it.", f"{drag}{play}{own}", "next", INK, "triangle-right")


def _certified(solved: SolvedScenario) -> Sentence:
    value, gap = solved.proof.value, max(solved.proof.gap, 0.0)
    count = solved.solution.network.m
    reach = f"{counted(count, 'neuron')} {'reaches' if count == 1 else 'reach'}"
    shown = written(without_rounding(solved.problem, value))
    if solved.proof.closed:
        within = "" if is_rounding(solved.problem, gap) else f" (gap {short(gap, 1)})"
        text = f"No {networks_meant(solved.problem)}, of any width, does better than {shown}{within}. {reach} it (★)."
    else:
        text = f"{reach} {shown} (★), the best that was found. {unproven(solved.solution, solved.proof)}"
    name = "Certified." if solved.proof.closed else "Not certified."
    return Sentence("optimum", name, text, "optimum", OPTIMUM, "star")
