"""The sentences under the stage: one for each run, for its escape path, for the basins, and for the optimum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from landscape.figures.style import CASING, OPTIMUM, STUCK_INK, run_color, run_symbol
from landscape.formatting import counted, short, written
from landscape.loss.escape import Leg
from landscape.model.excess import without_rounding
from landscape.model.problem import Problem
from landscape.results.best_of_width import BestOfWidth, sentences_on
from landscape.results.claims import called, digits_of, kind_meant, networks_meant, unproven
from landscape.results.solved_scenario import CertifiedRun, SolvedScenario
from landscape.results.verdict import VerdictKind, unreachable_labels
from landscape.scenario import Scenario
from landscape.scene import Basins
from landscape.web.shared.proof_panel import proof_button
from landscape.web.shared.results_cache import basins_shown, missing_neurons_in
from landscape.web.stage.protocol.events import SetStep
from landscape.web.stage.protocol.sentences import Action, Sentence

SAME = 1e-9
"""On a leg the loss is constant when it falls by at most this share of itself, which is the rounding of balancing."""

FAILED = (VerdictKind.STUCK, VerdictKind.DEAD, VerdictKind.UNPROVEN, VerdictKind.MOVING)
"""Verdicts of runs that may end above the optimum: their sentences offer an escape path."""


def sentences_of(scenario: Scenario, solved: SolvedScenario, *, starred: bool = False) -> tuple[Sentence, ...]:
    """Return the sentences, each with its colour, its marker and its actions.

    Arguments
        starred: whether the page marks the best of a width that is too small with a hollow star.
    """
    lacking = missing_neurons_in(solved)
    explicit = len(scenario.training.runs)
    sentences = []
    for run in solved.runs:
        sentence = _sentence(run, run.verdict.text, run.verdict.kind.name)
        sentences.append(
            replace(
                sentence,
                why=run.verdict.why,
                digits=run.verdict.digits,
                actions=(*_actions(scenario, run, run.id in lacking), *_proof(scenario, solved, run)),
                explicit=run.place < explicit,
                pinned=run.place < explicit and scenario.training.runs[run.place].pinned,
                selected=run.place == scenario.shown_run,
            )
        )
        if scenario.view.escape == run.place and not solved.problem.has_output_bias:
            sentences.append(_escape_path(solved, run))
    basins = basins_shown(scenario)
    if basins is not None:
        sentences.append(_basins(basins))
    if solved.narrow is not None:
        sentences.append(_of_width(solved.problem, solved.narrow, starred))
    return (*sentences, replace(_optimum(solved), actions=(proof_button(solved, scenario.view.proof),)))


def _of_width(problem: Problem, best: BestOfWidth, starred: bool) -> Sentence:
    """Return the sentence of the best of a width that is too small for the optimum."""
    neurons = "One neuron" if best.m == 1 else counted(best.m, "neuron")
    text = sentences_on(problem, best, starred=starred)
    meant = f"Meant is every {networks_meant(problem)}." if best.exact else ""
    return Sentence("narrow", f"{neurons}.", text, "narrow", CASING, "star", meant)


def _sentence(run: CertifiedRun, text: str, kind: str) -> Sentence:
    return Sentence(run.id, f"{run.name}.", text, kind, run_color(run.place), run_symbol(run.place))


def _actions(scenario: Scenario, run: CertifiedRun, lacks_neuron: bool) -> tuple[Action, ...]:
    """Return the buttons beside a run: a step that mends it, the way out, a neuron that it lacks.

    There is no way out of networks with an output bias, and a run that begins anew begins with one of 0.
    """
    mend: tuple[Action, ...] = ()
    if run.advice is not None:
        event: SetStep = {"kind": "step", "run": run.id, "value": run.advice.step}
        mend = (Action(f"Use step {short(run.advice.step)}", event, main=True, hint="It was tried from this start."),)
    if run.verdict.kind is VerdictKind.BEST_OF_WIDTH:
        return (_add_neuron(run, main=True),) if lacks_neuron else ()
    if run.verdict.kind not in FAILED or scenario.training.output_bias != "none":
        return mend
    shown = scenario.view.escape == run.place
    escape = Action("Hide the way out" if shown else "Escape →", {"kind": "escape", "run": run.id}, main=not mend)
    if not lacks_neuron:
        return (*mend, escape)
    return *mend, escape, _add_neuron(run)


def _add_neuron(run: CertifiedRun, *, main: bool = False) -> Action:
    hint = "Continue from here with one neuron more: the one drawn as a grey ghost in Network outputs."
    return Action("Add neuron", {"kind": "add-missing", "run": run.id}, main=main, hint=hint)


def _proof(scenario: Scenario, solved: SolvedScenario, run: CertifiedRun) -> tuple[Action, ...]:
    """Return the button that opens the proof, beside a run that is proven to be at the optimum."""
    reached = run.verdict.kind is VerdictKind.OPTIMUM and solved.proof.closed
    return (proof_button(solved, scenario.view.proof),) if reached else ()


def _escape_path(solved: SolvedScenario, run: CertifiedRun) -> Sentence:
    """Return the sentence of the path that never rises, leg by leg, each with the reason why the loss cannot rise."""
    if solved.escape is None:
        lack = solved.missing_neurons
        m = run.trajectory.alpha.shape[-1]
        text = f"The way out that never rises needs {counted(lack, 'neuron')} more than the {m} here."
        way_out = f"escape{run.place}"
        if lack == 0:
            text = "No way out is drawn: weights on the way are so large that rounding them alone raises the loss."
            return replace(_sentence(run, text, "missing"), run=way_out, name=f"Way out of {run.name}.")
        add = Action(f"Add {counted(lack, 'neuron')} at 0", {"kind": "widen", "run": way_out, "count": lack}, main=True)
        return replace(_sentence(run, text, "missing"), run=way_out, name=f"Way out of {run.name}.", actions=(add,))
    path = solved.escape.trajectory
    legs: tuple[Leg, ...] = getattr(path, "legs", ())
    if not legs:
        return _sentence(solved.escape, f"It is at {called(solved.proof)} already: there is no way to go.", "escape")
    first, last = (float(path.objective[at]) for at in (legs[0].first, legs[-1].last))
    text = (
        f"From loss {written(first)} to {written(without_rounding(solved.problem, last))} without ever rising, in "
        f"{counted(len(legs), 'leg')}."
    )
    why = " ".join(_leg(solved.problem, path.objective, leg, number) for number, leg in enumerate(legs, 1))
    return replace(_sentence(solved.escape, text, "escape"), why=why, digits=solved.escape.verdict.digits)


def _leg(problem: Problem, objective: np.ndarray, leg: Leg, number: int) -> str:
    first, last = float(objective[leg.first]), float(objective[leg.last])
    end = written(without_rounding(problem, last))
    change = f"stays at {written(first)}" if first - last <= SAME * first else f"falls from {written(first)} to {end}"
    return f"{number}. {leg.name}: the loss {change}. {leg.reason.rstrip('.')}."


def _basins(basins: Basins) -> Sentence:
    why = "Hatched: starts that are caught."
    return Sentence("basins", "Basins.", basins.sentence, "basins", STUCK_INK, "square", why)


def _optimum(solved: SolvedScenario) -> Sentence:
    problem, proof = solved.problem, solved.proof
    neurons = counted(solved.solution.network.m, "neuron")
    causes = unreachable_labels(problem)[:2] if problem.lam == 0 else ()
    loss = written(without_rounding(problem, proof.value))
    if proof.closed:
        text = (
            f"The best loss is {loss}, with {neurons}, at the lowest point of the bowl (★): proven – no network of "
            "this kind does better, however many neurons it has."
        )
        place = (
            "is a point of the bowl" if problem.second_layer == "ones" else "costs at least what its slopes do there"
        )
        meant = f"{kind_meant(problem)} Each {place}."
    else:
        text = f"The best network found has loss {loss}, with {neurons} (★). It is not proven optimal."
        meant = unproven(solved.solution, proof)
    why = " ".join([*causes, meant])
    return Sentence(
        "optimum", "Best, by the convex twin.", text, "optimum", OPTIMUM, "star", why, digits_of(problem, proof)
    )
