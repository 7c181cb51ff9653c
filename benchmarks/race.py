"""The race over a suite of problems: convex program, gradient descent, momentum, Adam, L-BFGS, one after the other.

Prints who solved which share of the problems, and within which multiple of the fastest; with ``--write`` keeps the
result beside this script, with the date. Takes about a quarter of an hour.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # matrices this small are slower on two threads than on one

from landscape.experiments.race.run import CONVEX, ENTRANTS, RunEnded
from landscape.experiments.race.suite import record, run_suite, suite
from landscape.model.excess import TARGETS

PROFILES = {"one start": False, "restarts within the time": True}
"""Each profile: whether a method that comes to rest above the optimum begins anew from another draw of its start."""

STORED = Path(__file__).with_name("race.json")


def main() -> None:
    """Run the suite and print its performance profile."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--budget", type=float, default=1.0, help="CPU seconds for each method on each problem")
    parser.add_argument("--write", action="store_true", help=f"keep the result in {STORED.name}")
    options = parser.parse_args()
    entries = suite()
    found = {}
    for profile, restarts in PROFILES.items():
        ends = []
        for entry, event in run_suite(entries, budget=options.budget, restarts=restarts):
            if isinstance(event, RunEnded):
                ends.append((entry.name, event))
        found[profile] = record(ends, budget=options.budget)
        _show(profile, found[profile], len(entries))
    if options.write:
        STORED.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _show(name: str, found: dict[str, Any], problems: int) -> None:
    seconds = f"{found['budget_seconds']:g} CPU s for each method"
    print(f"\n{problems} problems, {seconds}, {name}; step sizes are tuned for that time, on nobody's clock")
    ratios = found["profile"]["ratios"]
    columns = [ratios.index(ratio) for ratio in (1.0, 10.0, 100.0, 1000.0)]
    for target, shares in zip(TARGETS, found["profile"]["shares"], strict=True):
        print(f"\nwithin {target:g} of the optimum      solved    within 1×    10×   100×  1000× of the fastest")
        for method in (CONVEX, *ENTRANTS):
            within = "".join(f"{shares[method][column]:7.0%}" for column in columns)
            print(f"  {method:28} {shares[method][-1]:7.0%}     {within}")


if __name__ == "__main__":
    main()
