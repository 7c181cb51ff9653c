"""The races, suites and sweep that the page shows before its visitor has run any: measured once, kept in a file.

``benchmarks/recordings/race.py`` measures them anew and writes the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import isnan
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np

from landscape.experiments.race.run import CONVEX, ENTRANTS
from landscape.experiments.race.suite import RATIOS, suite
from landscape.experiments.sweep.rates import Rates
from landscape.formatting import counted
from landscape.model.excess import TARGETS
from landscape.scenario import Scenario, read_json
from landscape.web.race.live_race import SUITE_BUDGET, Profile, RaceSoFar
from landscape.web.race.live_sweep import SCALES, STARTS, STEPS, WIDTHS

STORED = Path(__file__).with_name("recorded.json")
"""The file that is shipped with the package."""

FORMAT = 1
"""Counts the layouts of the file."""


T = TypeVar("T")
Circumstances = Mapping[str, Any]
"""The date, the versions and the machine, as ``landscape.experiments.race.suite.circumstances`` gives them."""


@dataclass(frozen=True, eq=False)
class Measured(Generic[T]):
    """A result, and when and on what it was measured."""

    result: T
    made: Circumstances

    @property
    def sentence(self) -> str:
        """The day, the machine and the versions, as the end of a sentence."""
        machine = self.made["machine"]
        busy = machine["load"] is not None and machine["load"] > machine["cores"]
        return (
            f"measured on {self.made['date']}, on {machine['system']} {machine['processor']} with "
            f"{counted(machine['cores'], 'core')}{', busy with other work' if busy else ''} "
            f"(Python {machine['python']}, NumPy {self.made['versions']['numpy']})"
        )


@dataclass(frozen=True, eq=False)
class Recorded:
    """What the page shows before its visitor has run anything.

    Arguments
        scenario: the problem, width and seed of the race and of the sweep; budget: CPU seconds each method had.
        race: the finished race; rates: the finished sweep.
        profiles: those of the suite, by whether methods began anew within their time.
        rules: what all of it was made with, as ``present_rules``.
    """

    scenario: Scenario
    budget: float
    race: Measured[RaceSoFar]
    rates: Measured[Rates]
    profiles: Mapping[bool, Measured[Profile]]
    rules: Mapping[str, Any]


def present_rules() -> dict[str, Any]:
    """Return what a recording must have been made with to stand for one of today."""
    return {
        "format": FORMAT,
        "entrants": [CONVEX, *ENTRANTS],
        "targets": list(TARGETS),
        "ratios": list(RATIOS),
        "suite": [entry.name for entry in suite()],
        "suite_budget": SUITE_BUDGET,
        "widths": list(WIDTHS),
        "scales": list(SCALES),
        "sweep": [STARTS, STEPS],
    }


@cache
def recorded() -> Recorded:
    """Return the recording that is shipped with the package."""
    return from_json(STORED.read_text(encoding="utf-8"))


def recorded_race(scenario: Scenario, budget: float) -> Measured[RaceSoFar] | None:
    """Return the recorded race of this very problem, width, seed and time, or None."""
    return recorded().race if _is_of(scenario) and budget == recorded().budget else None


def recorded_rates(scenario: Scenario) -> Measured[Rates] | None:
    """Return the recorded sweep of this very problem, step size and seed, or None."""
    return recorded().rates if _is_of(scenario) else None


def _is_of(scenario: Scenario) -> bool:
    stored = recorded().scenario
    return (scenario.data, scenario.training) == (stored.data, stored.training)


def to_json(found: Recorded) -> str:
    """Return a recording as the text of its file."""
    race, rates = found.race.result, found.rates.result
    document = {
        "rules": dict(found.rules),
        "scenario": json.loads(found.scenario.to_json()),
        "budget": found.budget,
        "race": {
            **found.race.made,
            "optimum": race.optimum,
            "proven": race.proven,
            "series": {name: [[_digits(t), _digits(e)] for t, e in points] for name, points in race.series.items()},
            "times": {name: [_digits(t) for t in times] for name, times in race.times.items()},
            "finish": dict(race.finish),
            "step": dict(race.step),
            "horizon": dict(race.horizon),
        },
        "rates": {
            **found.rates.made,
            "columns": rates.columns,
            "rows": rates.rows,
            "names": rates.names,
            "rate": [[None if isnan(v) else float(v) for v in row] for row in rates.rate],
        },
        "profiles": [
            {
                **profile.made,
                "restarts": again,
                "shares": dict(profile.result.shares),
                "problems": profile.result.problems,
            }
            for again, profile in found.profiles.items()
        ],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def from_json(text: str) -> Recorded:
    """Return the recording of a file's text."""
    document = json.loads(text)
    scenario, notes = read_json(json.dumps(document["scenario"]), layer="trained")
    if notes:
        raise ValueError(f"The recorded race must be of a scenario that is read whole, but: {' '.join(notes)}")
    race, rates = document["race"], document["rates"]
    return Recorded(
        scenario=scenario,
        budget=document["budget"],
        race=_measured(
            race,
            RaceSoFar(
                {name: tuple((t, e) for t, e in points) for name, points in race["series"].items()},
                {name: tuple(times) for name, times in race["times"].items()},
                race["finish"],
                race["step"],
                race["horizon"],
                race["optimum"],
                race["proven"],
            ),
        ),
        rates=_measured(
            rates,
            Rates(
                tuple(rates["columns"]),
                tuple(rates["rows"]),
                np.array([[np.nan if v is None else v for v in row] for row in rates["rate"]], dtype=float),
                (rates["names"][0], rates["names"][1]),
            ),
        ),
        profiles={
            p["restarts"]: _measured(
                p, Profile({name: tuple(shares) for name, shares in p["shares"].items()}, p["problems"])
            )
            for p in document["profiles"]
        },
        rules=document["rules"],
    )


def _measured(document: Mapping[str, Any], result: T) -> Measured[T]:
    return Measured(result, {key: document[key] for key in ("date", "versions", "machine")})


def _digits(value: float | None) -> float | None:
    """Return a time or an excess with the six digits that a picture can show."""
    return None if value is None else float(f"{value:.6g}")
