"""The sentences of the page Convex twin, and its table of neurons."""

from __future__ import annotations

from landscape.figures.style import OPTIMUM
from landscape.formatting import counted, short, written
from landscape.model.excess import without_rounding
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.web.shared.run_sentences import sentences_of as run_sentences
from landscape.web.stage.protocol import Sentence


def sentences_of(scenario: Scenario, solved: SolvedScenario) -> tuple[Sentence, ...]:
    """Return the certified sentence first, then one for each run and its escape path."""
    of_runs = (sentence for sentence in run_sentences(scenario, solved) if sentence.run != "optimum")
    return (_certified(solved), *of_runs)


def _certified(solved: SolvedScenario) -> Sentence:
    value, gap = solved.proof.value, max(solved.proof.gap, 0.0)
    neurons = counted(solved.solution.network.m, "neuron")
    if not solved.proof.complete:
        text = (
            f"Bound over sampled patterns: {neurons} reach {written(value)}; over the patterns looked at nothing is "
            f"below {written(solved.proof.estimate)}. That is no proof: there are too many patterns to visit."
        )
    else:
        shown = written(without_rounding(solved.problem, value))
        within = "exactly" if gap == 0 else f"gap {short(gap, 1)}"
        text = f"No ReLU network of any width does better than {shown} ({within}). {neurons} reach it (★)."
    name = "Certified." if solved.proof.complete else "Not certified."
    return Sentence("optimum", name, text, "optimum", OPTIMUM, "star")
