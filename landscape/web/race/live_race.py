"""A race in the background: what it has come to so far, for the page to draw."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from landscape.experiments.race.run import CONVEX, ENTRANTS, ConvexSolved, Measured, RunEnded, StepTuned, race
from landscape.experiments.race.suite import RATIOS, performance_profile, run_suite, suite
from landscape.model.excess import TARGETS, excess
from landscape.model.initialisation import pytorch
from landscape.scenario import Scenario

BUDGETS = (1.0, 2.0, 5.0, 10.0, 20.0)
SUITE_BUDGET = 0.5


@dataclass(frozen=True)
class RaceSoFar:
    """A race so far.

    Arguments
        series: for each entrant its (seconds, relative excess); times: seconds to each target, None where not reached.
        finish: how each ended, in words; step: the tuned step size; optimum: of the convex program; now: who runs.
    """

    series: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    times: dict[str, tuple[float | None, ...]] = field(default_factory=dict)
    finish: dict[str, str] = field(default_factory=dict)
    step: dict[str, float] = field(default_factory=dict)
    optimum: float = np.nan
    proven: bool = False


def run_race(scenario: Scenario, budget: float, report: Any, halt: threading.Event) -> RaceSoFar:
    """Run a race of a scenario's problem and width, reporting as it goes; stopping keeps what there is."""
    problem = scenario.problem()
    rng = np.random.default_rng(scenario.training.seed)
    start = pytorch(problem.d, scenario.training.m, scenario.training.scale, rng)
    state = RaceSoFar()
    events = race(problem, start, budget=budget)
    done = 0
    report(0.0, "Solving the convex program.", partial=state)
    for event in events:
        if isinstance(event, ConvexSolved):
            state = replace(state, optimum=event.optimum, proven=event.proven)
        elif isinstance(event, StepTuned):
            if event.tuning is not None:
                state.step[event.name] = event.tuning.step
            report(done / 5, f"Now: {event.name}.", partial=state)
        elif isinstance(event, Measured):
            above = float(excess(problem, state.optimum, event.measurement.loss))
            state.series.setdefault(event.name, []).append((event.measurement.seconds, above))
            report(done / 5, f"Now: {event.name}, step {event.measurement.step:,}.", partial=state)
        elif isinstance(event, RunEnded):
            done += 1
            above = 0.0 if event.name == CONVEX else float(excess(problem, state.optimum, event.measurement.loss))
            state.series.setdefault(event.name, []).append((event.measurement.seconds, above))
            state.times[event.name] = event.times
            state.finish[event.name] = event.finish.value
            report(done / 5, "On to the next.", partial=state)
        if halt.is_set():
            events.close()
            break
    return state


def run_profile(report: Any, halt: threading.Event) -> tuple[dict[str, list[float]], int] | None:
    """Run the suite, and return each entrant's performance profile to the last target and the number of problems."""
    entries = suite()
    times: dict[str, list[float | None]] = {name: [] for name in (CONVEX, *ENTRANTS)}
    whole = len(entries) * len(times)
    events = run_suite(entries, budget=SUITE_BUDGET)
    for entry, event in events:
        if isinstance(event, RunEnded):
            times[event.name].append(event.times[-1])
            report(sum(map(len, times.values())) / whole, f"{entry.name}: {event.name}.")
        if halt.is_set():
            events.close()
            break
    solved = min(map(len, times.values()))
    if solved == 0:
        return None
    return performance_profile({name: values[:solved] for name, values in times.items()}), solved


__all__ = ["BUDGETS", "RATIOS", "TARGETS", "RaceSoFar", "run_profile", "run_race"]
