"""Numbers of a scene's result by name: a text says {{run1.end.loss}}, and reads "1.000" where the run ends there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from landscape.convex.one_feature import Position, position
from landscape.formatting import short, written
from landscape.model.excess import without_rounding
from landscape.model.network import Network
from landscape.results.claims import called
from landscape.results.solved_scenario import CertifiedRun, SolvedScenario
from landscape.scenario import Scenario

NAMED = 20
"""Up to this many points and neurons have names."""

_FACT = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def facts_of(scenario: Scenario, solved: SolvedScenario) -> dict[str, str]:
    """Return the facts of a result, each as it is read, by name.

    - n, m, x1, y1 …: points, neurons and data
    - optimum.loss, optimum.u1, optimum.u2, optimum.name: the best network, and what it may be called
    - run1.start, run1.end, run1.now, escape1.start …, each with .loss, .step, .w1 …, .u1, .u2: a run, or the way out of
      it, at its first step, its last, and at the step of the scenario
    - run1.above: how far above the optimum it ends, at most
    """
    problem, data = solved.problem, scenario.data
    facts = {"n": str(data.n), "m": str(scenario.training.m), "optimum.name": called(solved.proof)}
    facts["optimum.loss"] = written(without_rounding(problem, solved.proof.value))
    facts.update(_slopes("optimum", solved.solution.network))
    if data.features == 1:
        facts.update({f"x{k}": short(x) for k, x in enumerate(data.x[:NAMED], 1)})
    facts.update({f"y{k}": short(y) for k, y in enumerate(data.y[:NAMED], 1)})
    for run in solved.shown:
        facts.update(_of_run(solved, run, scenario.view.at))
    return facts


def filled(text: str, scenario: Scenario, solved: SolvedScenario) -> str:
    """Return a text with its facts filled in; raises ValueError for a name that no fact has."""
    facts = facts_of(scenario, solved)

    def value(found: re.Match[str]) -> str:
        if found[1] not in facts:
            raise ValueError(f"no fact of this scene is called {found[1]!r}.")
        return facts[found[1]]

    return _FACT.sub(value, text)


def _of_run(solved: SolvedScenario, run: CertifiedRun, at: int | None) -> Iterator[tuple[str, str]]:
    name, path = f"{'escape' if run.method == 'escape' else 'run'}{run.place + 1}", run.trajectory
    yield f"{name}.above", written(without_rounding(solved.problem, run.certificate.gap))
    last = len(path.steps) - 1
    now = last if at is None else max(0, int(path.steps.searchsorted(at, side="right")) - 1)
    for moment, index in (("start", 0), ("now", now), ("end", last)):
        here = f"{name}.{moment}"
        yield f"{here}.step", str(int(path.steps[index]))
        yield f"{here}.loss", written(without_rounding(solved.problem, float(path.objective[index])))
        network = Network(path.W[index], path.alpha[index])
        if network.W.shape[0] == 1:
            yield from ((f"{here}.w{j}", short(w)) for j, w in enumerate(network.W[0, :NAMED].tolist(), 1))
        yield from _slopes(here, network)


def _slopes(name: str, network: Network) -> Iterator[tuple[str, str]]:
    """Yield the slopes of a network's output right and left of 0, where it reads one feature without a bias."""
    if network.W.shape[0] == 1:
        right, left = position(network)
        yield from ((f"{name}.{u}", short(value)) for u, value in zip(("u1", "u2"), Position(right, left), strict=True))
