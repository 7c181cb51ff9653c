"""The sentences of the page Dynamics: how each run went, and how far from optimal it is."""

from __future__ import annotations

import numpy as np

from landscape.convex.certificate import Certificate
from landscape.figures.style import INK, OPTIMUM, run_color, run_symbol
from landscape.formatting import counted, short, written
from landscape.model.excess import at_optimum, without_rounding
from landscape.results.claims import digits_of, kind_meant, networks_meant
from landscape.results.filmed_runs import FilmedRun, FilmedRuns
from landscape.training.trajectory import Outcome
from landscape.web.stage.protocol.sentences import Action, Sentence

PLATEAU = 0.01
"""A loss that has moved by less than this share is still on its plateau."""

HARDLY, MANYFOLD = 0.1, 10.0
"""Weights that end nearer to their start than this share of their length hardly move; those this much longer grow."""


def sentences_of(filmed: FilmedRuns, at: int | None) -> tuple[Sentence, ...]:
    """Return a sentence for each run, then that of their certificates at a step, or at the end for None."""
    if not filmed.runs:
        return ()
    return (*(_run(filmed, film) for film in filmed.runs), _next(filmed), _proof(filmed, at))


def start_of(filmed: FilmedRuns, film: FilmedRun) -> str:
    """Return "Small start" or "Large start" for each of two runs, by the length of their first weights, else ""."""
    if len(filmed.runs) != 2:
        return ""
    sizes = [first_length(other) for other in filmed.runs]
    own = first_length(film)
    return "" if sizes[0] == sizes[1] else "Small start" if own == min(sizes) else "Large start"


def first_length(film: FilmedRun) -> float:
    """Return the Euclidean length of all weights at the start."""
    return _length(film, 0)


def _length(film: FilmedRun, at: int) -> float:
    with np.errstate(over="ignore"):  # a run that diverged
        return float(np.hypot(np.linalg.norm(film.trajectory.W[at]), np.linalg.norm(film.trajectory.alpha[at])))


def step_crossing(film: FilmedRun, level: float) -> int | None:
    """Return the step at which a run's objective first is at or below a level, or None; linear between kept steps."""
    F, steps = film.trajectory.objective, film.trajectory.steps
    below = np.flatnonzero(level >= F)
    if not len(below):
        return None
    k = int(below[0])
    if k == 0:
        return int(steps[0])
    share = (F[k - 1] - level) / (F[k - 1] - F[k])
    return round(float(steps[k - 1] + share * (steps[k] - steps[k - 1])))


def _run(filmed: FilmedRuns, film: FilmedRun) -> Sentence:
    which = start_of(filmed, film)
    name = f"{which}, {film.name[0].lower()}{film.name[1:]}." if which else f"{film.name}."
    text = f"{_moved(film)}{_fall(filmed, film)}"
    color, symbol = run_color(film.place), run_symbol(film.place)
    return Sentence(film.id, name, text, "film", color, symbol, f"{_patterns(film)}{_step(filmed, film)}")


def _moved(film: FilmedRun) -> str:
    """Return how far the weights ended from their start, measured by their length there."""
    length, last, moved = first_length(film), _length(film, -1), float(film.moved[-1])
    if length == 0 or not np.isfinite([last, moved]).all():
        return ""
    share, grown = moved / length, last / length
    if share < HARDLY:
        return f"Its neurons hardly move: the weights end {short(100 * share, 2)} % of their length from the start. "
    if grown > MANYFOLD:
        return f"Its neurons grow: the weights end {short(grown, 2)} times as long as they were. "
    return f"The weights end {short(100 * share, 2)} % of their first length from the start. "


def _next(filmed: FilmedRuns) -> Sentence:
    watch = "Press ▶ to watch the neurons move" + (" side by side" if len(filmed.runs) > 1 else "")
    text = f"{watch}; at the left, set how small the start is, or take a run of the sources from Presets."
    return Sentence("next", "Try it.", text, "next", INK, "triangle-right")


def _fall(filmed: FilmedRuns, film: FilmedRun) -> str:
    n, F = filmed.problem.n, film.trajectory.objective
    first = float(F[0])
    leaves, halves = step_crossing(film, (1 - PLATEAU) * first), step_crossing(film, first / 2)
    end = _loss(float(F[-1]), filmed)
    # A run that has nearly its first loss for most of the steps to half of it was on a plateau.
    if halves is not None and leaves is not None and leaves > 5 and leaves > halves / 2:
        start = f"The loss stands at {written(first / n)} until about step {leaves:,}, has halved by step {halves:,}"
    elif halves is not None and first > 0:
        start = f"The loss starts at {written(first / n)}, has halved by step {halves:,}"
    else:
        start = f"The loss starts at {written(first / n)}"
    why = {Outcome.DIVERGED: " (diverged)", Outcome.DEAD: " (no neuron is active any more)", Outcome.CONVERGED: ""}
    taken, ended = int(film.trajectory.steps[-1]), why.get(film.trajectory.outcome, "")
    return f"{start} and ends at {end} after {taken:,} steps{ended}."


def _patterns(film: FilmedRun) -> str:
    first, last = int(film.patterns.distinct[0]), int(film.patterns.distinct[-1])
    share = 100 * float(film.patterns.changed[-1])
    if film.trajectory.alpha.shape[1] == 1:
        return "Its neuron ends in the pattern it started in." if share == 0 else "Its neuron has changed its pattern."
    count = f"{counted(first, 'pattern')} at first, {last} at last"
    return f"{short(share, 3)}\N{NO-BREAK SPACE}% of its neurons end in another pattern: {count}."


def _step(filmed: FilmedRuns, film: FilmedRun) -> str:
    factor = 1 if film.method == "adam" else filmed.problem.n
    slower = _slower(filmed, film)
    if film.suited:
        return f" A step of {short(film.step * factor)} suits the data.{slower}"
    if not film.refused:
        return slower
    refused, used = short(min(film.refused) * factor), short(film.step * factor)
    return f" Step {refused} throws it off the data: {used} is used.{slower}"


def _slower(filmed: FilmedRuns, film: FilmedRun) -> str:
    """Return the sentence that another run takes larger steps, so that at equal steps it has gone on for longer."""
    largest = max((other for other in filmed.runs if other.method == film.method), key=lambda other: other.step)
    if not film.step < largest.step:
        return ""
    times = short(largest.step / film.step, 3)
    return f" {largest.name}’s is {times} times larger: equal steps are not equal times."


def _proof(filmed: FilmedRuns, at: int | None) -> Sentence:
    certified = filmed.certificates(at)
    steps = {step for step, _ in certified}
    name = "At the end." if at is None else f"At step {steps.pop():,}." if len(steps) == 1 else "Certified."
    proofs = [proof for _, proof in certified]
    bound = max(proof.lower_bound for proof in proofs)
    if np.isfinite(bound):
        proven = filmed.is_proven(proofs)
        parts = []
        for film, (step, proof) in zip(filmed.runs, certified, strict=True):
            when = f" at step {step:,}" if name == "Certified." else ""
            parts.append(f"{film.name}{when} {_distance(filmed, proof, bound, proven)}")
        shown = _loss(max(bound, 0.0), filmed)
        start = f"The proven optimum is {shown}" if proven else f"The optimum is not proven; its lower bound is {shown}"
        text = f"{start}: {', '.join(parts)}."
    else:
        text = "Nothing is proven here: there are too many patterns to visit."
    hint = f"Stop the film anywhere and ask how far these networks are from any {networks_meant(filmed.problem)}."
    kind = kind_meant(filmed.problem) if np.isfinite(bound) else ""
    digits = tuple(
        (f"{film.name}: {name}", number)
        for film, (_, proof) in zip(filmed.runs, certified, strict=True)
        for name, number in digits_of(filmed.problem, proof, over=filmed.problem.n)
    )
    certify = Action("Certify this step", {"kind": "certify", "at": None}, main=True, hint=hint)
    return Sentence("optimum", name, text, "optimum", OPTIMUM, "star", kind, digits, (certify,))


def _distance(filmed: FilmedRuns, proof: Certificate, bound: float, proven: bool) -> str:
    gap = max(proof.value - bound, 0.0)
    if proven and at_optimum(filmed.problem, gap):
        return "has reached it"
    return f"is {_loss(gap, filmed)} above it"


def _loss(value: float, filmed: FilmedRuns) -> str:
    """Return a part of the objective as text, as a mean over the samples."""
    return written(without_rounding(filmed.problem, value) / filmed.problem.n)
