"""What the page Race says of a race, and the race as a browser plays it on its clock."""

from __future__ import annotations

from landscape.experiments.race.run import CONVEX
from landscape.figures.race.race import LOOKS, run_id
from landscape.figures.style import INK, OPTIMUM
from landscape.formatting import listed, short, written
from landscape.model.excess import TARGETS
from landscape.web.race.live_race import RaceSoFar
from landscape.web.stage.protocol.runs import PlayedRun
from landscape.web.stage.protocol.sentences import Sentence

MICROSECONDS = 1_000_000


def sentences_of(state: RaceSoFar, budget: float, *, ended: bool) -> tuple[Sentence, ...]:
    """Return the result in one sentence once the race has ended, what to do next, and a sentence for each method."""
    entrants = tuple(_entrant(name, state) for name in LOOKS if name in state.series)
    if not ended or CONVEX not in state.times:
        return entrants
    result = Sentence("result", "Result.", result_of(state, budget), "race", OPTIMUM, "star")
    text = "Press ▶ to see the race on its clock. At the left, choose other data or more neurons, and start your own."
    return result, Sentence("next", "Try it.", text, "next", INK, "triangle-right"), *entrants


def result_of(state: RaceSoFar, budget: float) -> str:
    """Return who came within the last target of the convex twin's value, and when, from the times of a race."""
    goal = short(TARGETS[-1])
    convex = state.times[CONVEX][-1]
    if convex is not None:
        first = f"The convex twin is solved, its optimum proven, after {short(convex, 3)} s."
    else:
        seconds = state.series[CONVEX][-1][0]
        first = f"The convex twin’s best network is found after {short(seconds, 3)} s, and is not proven optimal."
    others = [name for name in state.times if name != CONVEX]
    came = [(t, name) for name in others if (t := state.times[name][-1]) is not None]
    failed = [name for name in others if state.times[name][-1] is None]
    if not others:
        return first
    allowed = f"in {short(budget)} s each"
    if not came:
        least, best = min((max(0.0, state.series[name][-1][1]), name) for name in failed)
        nearest = f"the nearest, {LOOKS[best][2]}, is {_percent(least)} above"
        return f"{first} No training method comes within {goal} of it {allowed}: {nearest}."
    arrived = listed([f"{LOOKS[name][2]} after {short(t, 3)} s" for t, name in sorted(came)])
    if not failed:
        return f"{first} Within {goal} of it come {arrived}."
    missing = listed([LOOKS[name][2] for name in failed])
    return f"{first} Within {goal} of it come {arrived}, but not {missing} {allowed}."


def runs_of(state: RaceSoFar) -> tuple[PlayedRun, ...]:
    """Return each method as a run whose steps are microseconds and whose objective is its excess."""
    runs = []
    for name, points in state.series.items():
        color, symbol, _ = LOOKS[name]
        steps = [round(MICROSECONDS * seconds) for seconds, _ in points]
        # A loss that has overflowed is not a number, which no message can hold.
        above = [excess if abs(excess) < float("inf") else 1e300 for _, excess in points]
        runs.append(PlayedRun(run_id(name), color, symbol, steps, above))
    return tuple(runs)


def _entrant(name: str, state: RaceSoFar) -> Sentence:
    color, symbol, called = LOOKS[name]
    seconds, above = state.series[name][-1]
    if name == CONVEX:
        proof = "Optimum" if state.proven else "Best network found: loss"
        known = "proven" if state.proven else "not proven optimal"
        text = f"{proof} {written(state.optimum)}, {known}, after {short(seconds, 3)} s."
    else:
        finish = state.finish.get(name, "Running.")
        text = f"{short(seconds, 3)} s: {_percent(above)} above the convex twin’s value. {finish}"
    return Sentence(run_id(name), f"{called[0].upper()}{called[1:]}.", text, "race", color, symbol)


def _percent(share: float) -> str:
    return f"{written(100 * max(share, 0.0), 3)} %"
