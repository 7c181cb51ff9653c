"""The sentences of the page Convex twin, and its table of neurons."""

from __future__ import annotations

from dataclasses import replace

from landscape.figures.style import INK, OPTIMUM
from landscape.formatting import counted, written
from landscape.model.excess import without_rounding
from landscape.results.claims import digits_of, kind_meant, unproven
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Data, Scenario
from landscape.web.shared.proof_panel import proof_button
from landscape.web.shared.run_sentences import sentences_of as run_sentences
from landscape.web.stage.protocol.sentences import Sentence

MOST_DRAGGED = 200
"""More points than this are not dragged one by one: solving would not keep up with the pointer."""


def sentences_of(scenario: Scenario, solved: SolvedScenario) -> tuple[Sentence, ...]:
    """Return the sentence of what is proven first, then one for each run and its escape path."""
    of_runs = (sentence for sentence in run_sentences(scenario, solved) if sentence.run != "optimum")
    certified = replace(_certified(solved), actions=(proof_button(solved, scenario.view.proof),))
    return (certified, _next(scenario, solved), *of_runs)


def is_dragged(data: Data) -> bool:
    """Return whether the points of these data can be dragged, added and deleted in the picture."""
    return data.features == 1 and data.n <= MOST_DRAGGED


def _next(scenario: Scenario, solved: SolvedScenario) -> Sentence:
    """Return what a visitor can do here."""
    data = scenario.data
    drag = "Drag a square: network and bound follow. " if is_dragged(data) else ""
    play = "Press ▶ to watch the runs. " if solved.runs else "Set Runs at the left to compare gradient descent. "
    own = "Paste your own data at the left; the tabs below say how wide a network has to be, and what a larger λ does."
    return Sentence("next", "Try it.", f"{drag}{play}{own}", "next", INK, "triangle-right")


def _certified(solved: SolvedScenario) -> Sentence:
    problem, proof, count = solved.problem, solved.proof, solved.solution.network.m
    reach = f"{counted(count, 'neuron')} {'reaches' if count == 1 else 'reach'}"
    shown = written(without_rounding(problem, proof.value))
    if proof.closed:
        name, text = "Certified.", f"No network of this kind, of any width, does better than {shown}. {reach} it (★)."
        why = kind_meant(problem)
    else:
        name, text = "Not certified.", f"{reach} {shown} (★), the best that was found."
        why = unproven(solved.solution, proof)
    return Sentence("optimum", name, text, "optimum", OPTIMUM, "star", why, digits_of(problem, proof))
