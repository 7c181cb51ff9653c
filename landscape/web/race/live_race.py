"""A race in the background: its results so far, for the page to draw."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from landscape.experiments.race.run import CONVEX, ENTRANTS, ConvexSolved, Measured, RunEnded, StepTuned, race
from landscape.experiments.race.suite import performance_profile, run_suite, suite
from landscape.model.excess import excess
from landscape.model.initialisation import pytorch
from landscape.scenario import Scenario
from landscape.web.jobs import Report

SUITE_BUDGET = 0.5
"""Seconds that each entrant may take on each problem of the suite."""


@dataclass(frozen=True)
class RaceSoFar:
    """A race so far; each entrant by its name.

    Arguments
        series: its (seconds, relative excess over the convex twin's value), one at each measurement.
        times: seconds to each target, None where not reached; finish: how it ended, as a sentence.
        step: its tuned step size; horizon: the steps it was tuned for.
        optimum: the convex twin's value; proven: whether that is proven to be the optimum.
    """

    series: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    times: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    finish: Mapping[str, str] = field(default_factory=dict)
    step: Mapping[str, float] = field(default_factory=dict)
    horizon: Mapping[str, int] = field(default_factory=dict)
    optimum: float = np.nan
    proven: bool = False

    def __post_init__(self) -> None:
        for name in ("series", "times", "finish", "step", "horizon"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __reduce__(self) -> tuple[type[RaceSoFar], tuple[object, ...]]:
        own = (dict(self.series), dict(self.times), dict(self.finish), dict(self.step), dict(self.horizon))
        return RaceSoFar, (*own, self.optimum, self.proven)

    def seen(self, name: str, seconds: float, above: float) -> RaceSoFar:
        """Return the race with one more measurement of an entrant."""
        return replace(self, series={**self.series, name: (*self.series.get(name, ()), (seconds, above))})


def run_race(scenario: Scenario, budget: float, report: Report[RaceSoFar], halt: threading.Event) -> RaceSoFar:
    """Run a race of a scenario's problem and width, reporting as it goes; stopping keeps the results so far."""
    problem = scenario.problem()
    rng = np.random.default_rng(scenario.training.seed)
    start = pytorch(problem.d, scenario.training.m, scenario.training.scale, rng)
    state = RaceSoFar()
    events = race(problem, start, budget=budget, halted=halt.is_set)
    done, entrants = 0, 1 + len(ENTRANTS)
    report(0.0, "Solving the convex twin.", partial=state)
    for event in events:
        if isinstance(event, ConvexSolved):
            state = replace(state, optimum=event.optimum, proven=event.certificate.closed)
        elif isinstance(event, StepTuned):
            if event.tuning is not None:
                state = replace(state, step={**state.step, event.name: event.tuning.step})
                state = replace(state, horizon={**state.horizon, event.name: event.tuning.horizon})
            report(done / entrants, f"Now: {event.name}.", partial=state)
        elif isinstance(event, Measured):
            above = float(excess(problem, state.optimum, event.measurement.loss))
            state = state.seen(event.name, event.measurement.seconds, above)
            report(done / entrants, f"Now: {event.name}, step {event.measurement.step:,}.", partial=state)
        elif isinstance(event, RunEnded):
            done += 1
            above = 0.0 if event.name == CONVEX else float(excess(problem, state.optimum, event.measurement.loss))
            state = replace(
                state.seen(event.name, event.measurement.seconds, above),
                times={**state.times, event.name: event.times},
                finish={**state.finish, event.name: event.finish.value},
            )
            report(done / entrants, "On to the next: its step size is tuned for the whole time.", partial=state)
        if halt.is_set():
            events.close()
            break
    return state


@dataclass(frozen=True)
class Profile:
    """The performance profile to the last target: each entrant's share at each ratio of times; problems counted."""

    shares: Mapping[str, tuple[float, ...]]
    problems: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "shares", MappingProxyType(dict(self.shares)))

    def __reduce__(self) -> tuple[type[Profile], tuple[object, ...]]:
        return Profile, (dict(self.shares), self.problems)


def run_profile(restarts: bool, report: Report[Profile | None], halt: threading.Event) -> Profile | None:
    """Run the suite and return its profile; stopping keeps the problems all entrants tried, None if none.

    Arguments
        restarts: whether a method that comes to rest above the optimum begins anew, within its time.
    """
    entries = suite()
    times: dict[str, list[float | None]] = {name: [] for name in (CONVEX, *ENTRANTS)}
    whole = len(entries) * len(times)
    events = run_suite(entries, budget=SUITE_BUDGET, restarts=restarts, halted=halt.is_set)
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
    shares = performance_profile({name: values[:solved] for name, values in times.items()})
    return Profile({name: tuple(values) for name, values in shares.items()}, solved)
