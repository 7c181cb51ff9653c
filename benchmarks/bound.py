"""How soon the optimum is proven, or how far the bound is from it, in any dimension: one line a problem.

    python benchmarks/bound.py                    all but the ten minutes' rows, in about six minutes
    python benchmarks/bound.py --longest 600      those too, in about half an hour
    python benchmarks/bound.py --only "50 4"      the problems of 50 samples and 4 features

Features are normal, with a column of ones; labels are those of four random neurons with noise of size .3 (*teacher*),
or normal (*noise*). λ is a share of λ_max. One process solves each problem with the time of its last column as budget;
a line has the gap between the best value that is known in the end and what was proven by then, as a share of that
value, at each time asked for, beside what is wanted there, the seconds until it was proven closed, and the most memory
that the process has held.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from dataclasses import dataclass

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads cost more than they bring on matrices this small

from any_dimension import data

from landscape.convex.budget import Budget
from landscape.convex.twin import solve_convex
from landscape.geometry.search import lambda_max
from landscape.model.problem import Problem


@dataclass(frozen=True)
class Wanted:
    """A problem, and the gaps that are wanted after some seconds: 0 is a closed one."""

    n: int
    d: int
    labels: str
    share: float
    gaps: tuple[tuple[float, float], ...]


ALL = (
    Wanted(1000, 3, "teacher", 0.1, ((3.0, 0.0),)),
    Wanted(1000, 3, "noise", 0.1, ((3.0, 0.0),)),
    Wanted(5000, 3, "teacher", 0.1, ((60.0, 1.0),)),
    Wanted(22, 4, "noise", 0.1, ((0.7, 0.0),)),
    Wanted(50, 4, "teacher", 0.1, ((10.0, 0.0),)),
    Wanted(50, 4, "noise", 0.1, ((10.0, 0.0),)),
    Wanted(20, 5, "teacher", 0.1, ((5.0, 0.0),)),
    Wanted(20, 5, "noise", 0.1, ((5.0, 0.0),)),
    Wanted(50, 6, "teacher", 0.1, ((2.0, 0.0),)),
    Wanted(50, 6, "noise", 0.1, ((60.0, 0.12),)),
    Wanted(100, 4, "noise", 0.1, ((60.0, 1.0),)),
    Wanted(20, 30, "noise", 0.1, ((60.0, 1.0),)),
    Wanted(100, 10, "teacher", 0.1, ((2.0, 0.13), (60.0, 0.09), (600.0, 0.05))),
    Wanted(100, 10, "noise", 0.1, ((2.0, 0.40), (60.0, 0.25), (600.0, 0.18))),
    Wanted(100, 10, "teacher", 0.05, ((2.0, 0.22), (60.0, 0.16))),
    Wanted(1000, 30, "noise", 0.1, ((60.0, 1.0),)),
)


def line(wanted: Wanted, longest: float) -> str:
    """Solve a problem once, and say what was proven when."""
    X, y = data(wanted.n, wanted.d, wanted.labels)
    begun = time.monotonic()
    problem = Problem(X, y, wanted.share * lambda_max(Problem(X, y)))
    prepared = time.monotonic() - begun
    told: list[tuple[float, float]] = []

    def hear(value: float, lower_bound: float) -> None:
        told.append((time.monotonic() - begun, lower_bound))

    gaps = [(seconds, most) for seconds, most in wanted.gaps if seconds <= longest]
    found = solve_convex(problem, budget=Budget(seconds=gaps[-1][0] - prepared, told=hear))
    took = time.monotonic() - begun
    told.append((took, found.certificate.lower_bound))
    closed = found.certificate.closed
    parts = []
    for seconds, most in gaps:
        proven = max((bound for at, bound in told if at <= seconds), default=0.0)
        reached = closed and took <= seconds
        gap = 0.0 if reached else (found.value - proven) / found.value
        held = "yes" if gap <= most else "NO"
        asked = "closed" if most == 0 else "finite" if most == 1 else f"{100 * most:.0f} %"
        parts.append(f"{seconds:5g} s: {'closed' if reached else f'{100 * gap:.2f} %':>8} (wanted {asked}: {held})")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ended = f"closed in {took:.2f} s" if closed else f"ended after {took:.1f} s"
    return (
        f"{wanted.n:5} {wanted.d:3} {wanted.labels:8} {wanted.share:5g}  {found.value / (y @ y):.6f}  "
        f"{'; '.join(parts)}  {ended}, {memory:.0f} MB, load {os.getloadavg()[0]:.1f}"
    )


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description="When the optimum is proven, or how far from it the bound is.")
    asked.add_argument("--longest", type=float, default=60.0, help="most seconds for a problem")
    asked.add_argument("--only", help="samples and features of the problems, as in '50 4'")
    given = asked.parse_args()
    solve_convex(Problem(*data(30, 4, "noise"), 1.0))  # what is imported late is imported now
    print("    n   d labels   λ/λmax  value/‖y‖²  gap at each time")
    for wanted in ALL:
        chosen = given.only is None or given.only.split() == [str(wanted.n), str(wanted.d)]
        if chosen and wanted.gaps[0][0] <= given.longest:
            print(line(wanted, given.longest), flush=True)


if __name__ == "__main__":
    main()
