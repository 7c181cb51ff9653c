"""The race, the sweep and the suites that the page Race shows before anybody has run one.

Prints how they ended; with ``--write`` keeps them in the package, each with its date and machine. Takes about a quarter
of an hour, nearly all of it for the suites; the parts that are not asked for stay as they were recorded.
"""

from __future__ import annotations

import argparse
import os
import threading
from dataclasses import replace

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # matrices this small are slower on two threads than on one

from landscape.experiments.race.suite import circumstances
from landscape.web.race.controls import USUAL_BUDGET
from landscape.web.race.live_race import RaceSoFar, run_profile, run_race
from landscape.web.race.live_sweep import swept
from landscape.web.race.page import START
from landscape.web.race.recorded import STORED, Measured, Recorded, from_json, present_rules, to_json

PARTS = ("race", "suite", "suite with restarts")
"""What can be recorded by itself; the sweep belongs to the race, for both are of the page's first problem."""


def main() -> None:
    """Measure what is asked for, and keep each part once it has ended."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="what is measured anew")
    parser.add_argument("--write", action="store_true", help=f"keep the result in {STORED.name} of the package")
    options = parser.parse_args()
    never = threading.Event()
    if "race" in options.parts:
        made = circumstances()
        race = run_race(START, USUAL_BUDGET, _quietly, never)
        _show(race)
        rates = swept(START, _quietly, never)
        print(f"gradient descent succeeds from up to {rates.rate.max():.0%} of the starts of a cell")
        kept = from_json(STORED.read_text(encoding="utf-8")).profiles if STORED.exists() else {}
        found = Recorded(START, USUAL_BUDGET, Measured(race, made), Measured(rates, made), kept, present_rules())
        _keep(found, options.write)
    for part in PARTS[1:]:
        if part in options.parts:
            made, again = circumstances(), part == PARTS[2]
            profile = run_profile(again, _quietly, never)
            assert profile is not None  # nothing halts it
            print(part, {name: f"{values[-1]:.0%}" for name, values in profile.shares.items()})
            stored = from_json(STORED.read_text(encoding="utf-8"))
            profiles = {**stored.profiles, again: Measured(profile, made)}
            _keep(replace(stored, profiles=profiles, rules=present_rules()), options.write)


def _keep(found: Recorded, write: bool) -> None:
    if write:
        STORED.write_text(to_json(found), encoding="utf-8")


def _quietly(progress: float, text: str, partial: object = None) -> None:
    """Report to nobody."""


def _show(race: RaceSoFar) -> None:
    for name, times in race.times.items():
        print(f"{name:10} {race.finish[name]}  {times}")


if __name__ == "__main__":
    main()
