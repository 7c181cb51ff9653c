"""A suite of races and its performance profile: the share of the problems that each method solved, by time."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np

from landscape.experiments.race.run import CONVEX, ENTRANTS, Event, RunEnded, race
from landscape.geometry.lambda_max import lambda_max
from landscape.model.datasets import DATASETS, with_bias
from landscape.model.excess import TARGETS
from landscape.model.initialisation import pytorch
from landscape.model.network import Network
from landscape.model.problem import Problem

FRACTIONS = (0.2, 0.05, 0.01)
"""λ of the suite, as fractions of λ_max."""

RATIOS = tuple(float(f"{ratio:.3g}") for ratio in np.geomspace(1.0, 1e4, 41))
"""Times, as multiples of the fastest on each problem, at which a performance profile is evaluated."""


@dataclass(frozen=True, eq=False)
class Entry:
    """One problem of the suite: a name, the problem, and the start of the iterative methods, of 2n neurons."""

    name: str
    problem: Problem
    start: Network

    def restart(self, number: int) -> Network:
        """Return another draw of the start, of a number from 1."""
        return pytorch(self.problem.d, self.start.m, 1.0, np.random.default_rng(number))


def suite() -> tuple[Entry, ...]:
    """Return the problems: the sources' data and Gaussian labels, n from 5 to 50, each at three strengths of λ."""
    data = {
        name: (DATASETS[name].design, DATASETS[name].y) for name in ("five", "non-orthogonal", "sine", "teaser", "cars")
    }
    for n in (5, 10, 20, 50):
        rng = np.random.default_rng(n)
        data[f"noise {n}"] = (with_bias(np.sort(rng.uniform(-1, 1, n))), rng.standard_normal(n))
        data[f"plane {n}"] = (rng.standard_normal((n, 2)), rng.standard_normal(n))
    entries = []
    for name, (X, y) in data.items():
        largest = lambda_max(Problem(X, y))
        for fraction in FRACTIONS:
            start = pytorch(X.shape[1], 2 * len(y), 1.0, np.random.default_rng(0))
            entries.append(Entry(f"{name}, λ = {fraction:g} λ_max", Problem(X, y, fraction * largest), start))
    return tuple(entries)


def run_suite(
    entries: Iterable[Entry],
    *,
    budget: float,
    methods: Sequence[str] = ENTRANTS,
    restarts: bool = False,
    halted: Callable[[], bool] | None = None,
) -> Generator[tuple[Entry, Event], None, None]:
    """Run every race of a suite, one after the other, and yield its events.

    Arguments
        restarts: whether a method that comes to rest above the optimum begins anew from another draw of the start.
        halted: as in ``race``.
    """
    for entry in entries:
        restart = entry.restart if restarts else None
        for event in race(entry.problem, entry.start, budget=budget, methods=methods, restart=restart, halted=halted):
            yield entry, event


def performance_profile(
    times: Mapping[str, Sequence[float | None]], ratios: Sequence[float] = RATIOS
) -> dict[str, list[float]]:
    """Return, for each name, the share of problems solved within each ratio of the fastest (Dolan & Moré 2002).

    Arguments
        times: for each name, the seconds on each problem, None where it was not solved.

    Raises ValueError where the names have different numbers of problems, or none.
    """
    counts = {len(values) for values in times.values()}
    if len(counts) != 1 or 0 in counts:
        raise ValueError(f"times must hold as many problems for each name, at least one, but hold {sorted(counts)}.")
    table = np.array([[np.inf if t is None else t for t in values] for values in times.values()])
    fastest = table.min(axis=0)
    with np.errstate(invalid="ignore"):
        relative = np.where(np.isfinite(table), table / fastest, np.inf)
    return {name: [float((row <= ratio).mean()) for ratio in ratios] for name, row in zip(times, relative, strict=True)}


def record(ended: Iterable[tuple[str, RunEnded]], *, budget: float) -> dict[str, Any]:
    """Return the results of a suite as plain values: ratios to the convex program's time, profiles, and the date.

    Arguments
        ended: the name of each problem with the end of each run on it.
    """
    results: dict[str, dict[str, RunEnded]] = {}
    for problem, end in ended:
        results.setdefault(problem, {})[end.name] = end
    names = list(next(iter(results.values())))
    reference = {problem: runs[CONVEX].measurement.seconds for problem, runs in results.items()}
    return {
        **circumstances(),
        "targets": list(TARGETS),
        "budget_seconds": budget,
        "unit": "times are multiples of the convex program's own time on the same problem, certificate included",
        "problems": [
            {
                "name": problem,
                "runs": {
                    name: {
                        "finish": end.finish.name.lower(),
                        "times": [None if t is None else _digits(t / reference[problem]) for t in end.times],
                    }
                    for name, end in runs.items()
                },
            }
            for problem, runs in results.items()
        ],
        "profile": {
            "ratios": list(RATIOS),
            "shares": [
                performance_profile({name: [runs[name].times[k] for runs in results.values()] for name in names})
                for k in range(len(TARGETS))
            ],
        },
    }


def circumstances() -> dict[str, Any]:
    """Return when and on what is measured: the date, the versions, and the machine with its load."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {name: version(name) for name in ("numpy", "scipy", "cvxpy", "clarabel")},
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[1], 1) if hasattr(os, "getloadavg") else None,
        },
    }


def _digits(value: float) -> float:
    return float(f"{value:.3g}")
