"""Numbers of a scene's result by name: a text says {{run1.end.loss}}, and reads "1.000" where the run ends there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from landscape.convex.one_feature import Position, position
from landscape.formatting import short, written
from landscape.loss.gradient_flow import flow_basins
from landscape.model.excess import without_rounding
from landscape.model.network import Network
from landscape.results.claims import called
from landscape.results.filmed_runs import FilmedRuns
from landscape.results.solved_scenario import CertifiedRun, SolvedScenario
from landscape.results.verdict import VerdictKind
from landscape.scenario import Data, Scenario
from landscape.scene import loss_scene

NAMED = 20
"""Up to this many points and neurons have names."""

_FACT = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


@dataclass(frozen=True)
class Fact:
    """A fact of a scene's result: as it is read, and the number that it is, None for words."""

    text: str
    value: float | None = None


Facts = Mapping[str, Fact]
"""The facts of a result, by name."""


def facts_of(scenario: Scenario, solved: SolvedScenario) -> dict[str, Fact]:
    """Return the facts of a result, by name.

    - n, m, lam, x1, y1 …: points, neurons, λ, and data
    - optimum.loss, optimum.u1, optimum.u2, optimum.name: the best network, and what it may be called
    - optimum.neurons, optimum.bound, optimum.gap: how many it has, and between which bounds its loss is proven optimal
    - patterns.count: the activation patterns of the data, where all are known
    - run1.start, run1.end, run1.now, escape1.start …, each with .loss, .step, .w1 …, .a1 …, .u1, .u2: a run, or the way
      out of it, at its first step, its last, and at the step of the scenario; a1 … are weights of the second layer
    - run1.start.imbalance …: how far ‖w‖ and |α| of one of its neurons are apart, at most
    - run1.above: how far above the optimum it ends, at most; run1.end.kind: how it ends, a value of ``VerdictKind``
    - runs.count, runs.reached, runs.caught: all runs, those that end at the optimum, and the others
    - basins.share: the percentage of the window from which gradient flow reaches the optimum, where that is exact
    """
    problem, data, proof = solved.problem, scenario.data, solved.proof
    facts = {"n": _count(data.n), "m": _count(scenario.training.m), "lam": Fact(short(problem.lam), problem.lam)}
    facts["optimum.name"] = Fact(called(proof))
    facts["optimum.loss"] = _loss(solved, proof.value)
    facts["optimum.bound"] = _loss(solved, proof.lower_bound)
    facts["optimum.gap"] = _loss(solved, proof.gap)
    facts["optimum.neurons"] = _count(solved.solution.network.m)
    if solved.solution.patterns.complete:
        facts["patterns.count"] = _count(len(solved.solution.patterns.D))
    facts.update(_slopes("optimum", solved.solution.network))
    facts.update(_of_data(data))
    reached = sum(run.verdict.kind is VerdictKind.OPTIMUM for run in solved.runs)
    facts["runs.count"], facts["runs.reached"] = _count(len(solved.runs)), _count(reached)
    facts["runs.caught"] = _count(len(solved.runs) - reached)
    for run in solved.shown:
        facts.update(_of_run(solved, run, scenario.view.at))
    if (share := exact_share(scenario, solved)) is not None:
        facts["basins.share"] = Fact(f"{100 * share:.4g} %", 100 * share)
    return facts


def film_facts(scenario: Scenario, filmed: FilmedRuns) -> dict[str, Fact]:
    """Return the facts of filmed runs, by name.

    - n, m, lam, x1, y1 …: points, neurons, λ, and data
    - run1.name; run1.start, run1.end, run1.now, each with .step, .loss (the mean, as the page draws it) and .patterns:
      a film at its first step, its last, and at the step of the scenario, and how many activation patterns it has
    - run1.changed, run1.moved: the percentage of its neurons whose pattern changed, and how far its weights moved
    """
    problem = filmed.problem
    facts = {"n": _count(problem.n), "m": _count(scenario.training.m), "lam": Fact(short(problem.lam), problem.lam)}
    facts.update(_of_data(scenario.data))
    for run in filmed.runs:
        name, path = f"run{run.place + 1}", run.trajectory
        facts[f"{name}.name"] = Fact(run.name)
        for moment, index in _moments(path.steps, scenario.view.at):
            mean = float(path.objective[index]) / problem.n
            facts[f"{name}.{moment}.step"] = _count(int(path.steps[index]))
            facts[f"{name}.{moment}.loss"] = Fact(written(without_rounding(problem, mean)), mean)
            facts[f"{name}.{moment}.patterns"] = _count(int(run.patterns.distinct[index]))
        changed, moved = 100 * float(run.patterns.changed[-1]), float(run.moved[-1])
        facts[f"{name}.changed"] = Fact(f"{changed:.4g} %", changed)
        facts[f"{name}.moved"] = Fact(short(moved), moved)
    return facts


def size_facts(scenario: Scenario) -> dict[str, Fact]:
    """Return n and m alone, the facts of a page whose result has no others."""
    return {"n": _count(scenario.data.n), "m": _count(scenario.training.m)}


def filled(text: str, facts: Facts) -> str:
    """Return a text with its facts filled in; raises ValueError for a name that no fact has."""
    return _FACT.sub(lambda found: named(found[1], facts).text, text)


def named(name: str, facts: Facts) -> Fact:
    """Return the fact of a name; raises ValueError for one that none has."""
    if name not in facts:
        raise ValueError(f"no fact of this scene is called {name!r}.")
    return facts[name]


def exact_share(scenario: Scenario, solved: SolvedScenario) -> float | None:
    """Return from which share of the picture's window gradient flow reaches the optimum, None where none is exact."""
    training = scenario.training
    if training.m != 2 or training.layer != "ones" or scenario.data.d != 1:
        return None
    scene = loss_scene(solved, scenario)
    if len(scene.moving) != 2:
        return None
    return flow_basins(solved.problem, float(scene.surface.w1[0]), float(scene.surface.w1[-1])).share


def _of_data(data: Data) -> dict[str, Fact]:
    facts = {f"y{k}": Fact(short(y), y) for k, y in enumerate(data.y[:NAMED], 1)}
    if data.features == 1:
        facts.update({f"x{k}": Fact(short(x), x) for k, x in enumerate(data.x[:NAMED], 1)})
    return facts


def _count(number: int) -> Fact:
    return Fact(str(number), float(number))


def _loss(solved: SolvedScenario, loss: float) -> Fact:
    return Fact(written(without_rounding(solved.problem, loss)), loss)


def _of_run(solved: SolvedScenario, run: CertifiedRun, at: int | None) -> Iterator[tuple[str, Fact]]:
    name, path = f"{'escape' if run.method == 'escape' else 'run'}{run.place + 1}", run.trajectory
    yield f"{name}.above", _loss(solved, run.certificate.gap)
    yield f"{name}.end.kind", Fact(run.verdict.kind.value)
    for moment, index in _moments(path.steps, at):
        here = f"{name}.{moment}"
        yield f"{here}.step", _count(int(path.steps[index]))
        yield f"{here}.loss", _loss(solved, float(path.objective[index]))
        network = Network(path.W[index], path.alpha[index])
        if network.W.shape[0] == 1:
            yield from ((f"{here}.w{j}", Fact(short(w), w)) for j, w in enumerate(network.W[0, :NAMED].tolist(), 1))
        yield from ((f"{here}.a{j}", Fact(short(a), a)) for j, a in enumerate(network.alpha[:NAMED].tolist(), 1))
        apart = float(np.max(np.abs(np.linalg.norm(network.W, axis=0) - np.abs(network.alpha))))
        yield f"{here}.imbalance", Fact(short(apart), apart)
        yield from _slopes(here, network)


def _moments(steps: np.ndarray, at: int | None) -> tuple[tuple[str, int], ...]:
    """Return where the first of the kept steps is, the one that is shown at a step, None for the last, and the last."""
    last = len(steps) - 1
    now = last if at is None else max(0, int(steps.searchsorted(at, side="right")) - 1)
    return ("start", 0), ("now", now), ("end", last)


def _slopes(name: str, network: Network) -> Iterator[tuple[str, Fact]]:
    """Yield the slopes of a network's output right and left of 0, where it reads one feature without a bias."""
    if network.W.shape[0] == 1:
        right, left = position(network)
        for u, value in zip(("u1", "u2"), Position(right, left), strict=True):
            yield f"{name}.{u}", Fact(short(value), float(value))
