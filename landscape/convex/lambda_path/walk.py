"""Following the optimum as λ falls: Newton's method continues the active neurons from one event to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from landscape.convex.lambda_path.conditions import Change, Violation, after_change, violation
from landscape.convex.lambda_path.faces import Face, PathState, face_group, face_of, settle
from landscape.convex.solver.atoms import Atoms
from landscape.geometry.support import Geometry

LOCATED = 1e-9
"""Events are located to this relative accuracy in λ."""

BEYOND = 1e-8
"""The first point after an event, on the changed faces, lies below it by this share of λ."""

HALVINGS = 12
"""Most halvings of a step, in log λ, before the solver is called."""

CHANGES = 40
"""Most changes of faces at one event; beyond it the solver is called."""

MOST_STATES = 200
"""States evaluated to locate an event; after that it is placed where the last one was optimal."""

ROOT_STEPS = 60
"""Steps of false position towards the λ at which a condition is violated."""

LOOSE = 1e-8
"""How near a face, relative to row and neuron, a solver's neuron lies on it."""

CLOSE = 0.99
"""Least cosine between a neuron of the solver and one before the event that are matched as the same."""

RESTARTS = (BEYOND, 5e-7, 1e-4)
"""Shares of λ below an event that could not be passed at which the solver is called; after that at the next point."""


@dataclass(frozen=True, eq=False)
class PathProblem:
    """The data of a path, and a solver for single points of it.

    Arguments
        space: the geometry of the data, in coordinates of its row space; y: (n,) labels.
        solver: returns the atoms of an optimum at a λ, called where following the path fails.
    """

    space: Geometry
    y: np.ndarray
    solver: Callable[[float], Atoms]


@dataclass(frozen=True, eq=False)
class PathPoint:
    """A point of the path: an optimum, and the changes of its neurons there as λ falls further.

    Arguments
        located: whether λ of these changes is known to the accuracy of an event, and not only that of a step.
    """

    state: PathState
    changes: tuple[tuple[Change, int], ...] = ()
    located: bool = True


def follow(problem: PathProblem, largest: float, targets: Iterable[float]) -> Iterator[PathPoint]:
    """Yield the optima of (2) from λ_max, ``largest``, down: at every target below it, and at every event between."""
    nothing = np.zeros(0)
    state, number = PathState(face_group(problem.y, [], []), largest, nothing, nothing, problem.y), 0
    for target in targets:
        while state.lam > target:
            reached, violated = _advance(problem, state, target)
            if reached is not None and violated is None:
                state = reached
                continue
            event, lost = (state, True) if reached is None or violated is None else (reached, False)
            after = None if lost or violated is None else _past_event(problem, event, violated, number)
            located = after is not None
            if after is None:
                below = [] if lost else [lam for lam in event.lam * (1.0 - np.array(RESTARTS)) if lam > target]
                after, located = _restarted(problem, event, [*below, target], number)
            following, changes = after
            if changes or event is not state:
                yield PathPoint(event, tuple(changes), located)
            number = max([number, *(i + 1 for i in following.group.ids)])
            state = following
        yield PathPoint(state)


def _advance(problem: PathProblem, state: PathState, target: float) -> tuple[PathState | None, Violation | None]:
    """Continue the present neurons towards a target: as far as they stay optimal, and what is violated there.

    Returns None where Newton's method fails. The middle of a step is checked too, for a neuron that enters and leaves.
    """
    lam = target
    for _ in range(HALVINGS):
        tried = settle(state.group, problem.y, lam, state.q)
        if tried is not None:
            violated = violation(problem.space, tried)
            if violated is None:
                middle = _between(problem, state, tried, float(np.sqrt(lam * state.lam)))
                violated = None if middle is None else violation(problem.space, middle)
                if violated is None or middle is None:
                    return tried, None
                tried = middle
            found = _located(problem, state, tried, violated)
            if found is not None:
                return found
        lam = float(np.sqrt(lam * state.lam))
    return None, None


def _between(problem: PathProblem, high: PathState, low: PathState, lam: float) -> PathState | None:
    """Continue two states of one group of faces to a λ between theirs, from lengths in proportion."""
    share = (high.lam - lam) / (high.lam - low.lam) if high.lam > low.lam else 0.0
    return settle(high.group, problem.y, lam, high.q + share * (low.q - high.q))


def _located(
    problem: PathProblem, high: PathState, low: PathState, violated: Violation
) -> tuple[PathState, Violation] | None:
    """Return the last optimal state between two of one group of faces, and the condition violated after it.

    ``high`` is optimal, ``low`` violates a condition.
    """
    for _ in range(MOST_STATES):
        if low.lam >= high.lam * (1.0 - 2.0 * BEYOND):
            break
        ends = _root(problem, high, low, violated)
        if ends is None:  # the margin at the ends does not enclose the event: halve
            middle = _between(problem, high, low, float(np.sqrt(high.lam * low.lam)))
            ends = middle, middle
        before, after = ends
        if before is None or after is None:
            return None
        worse = violation(problem.space, before)
        if worse is not None:
            if before.lam == high.lam:
                return high, worse
            low, violated = before, worse
            continue
        worse = violation(problem.space, after) if after is not before else None
        if worse is not None:
            return before, worse
        high = after
    return high, violated


def _root(
    problem: PathProblem, high: PathState, low: PathState, violated: Violation
) -> tuple[PathState | None, PathState | None] | None:
    """Return states just above and just below the λ from which a condition is violated, by false position (Illinois).

    None where the ends do not enclose it; a state is None where Newton's method fails.
    """
    a, b = high, low
    margin_a, margin_b = violated.margin(a), violated.margin(b)
    if not margin_a > 0 > margin_b:
        return None
    for _ in range(ROOT_STEPS):
        if a.lam - b.lam <= LOCATED * a.lam:
            break
        lam = (a.lam * margin_b - b.lam * margin_a) / (margin_b - margin_a)
        lam = float(np.clip(lam, b.lam + 0.2 * LOCATED * a.lam, a.lam - 0.2 * LOCATED * a.lam))
        state = _between(problem, a, b, lam)
        if state is None:
            return None, None
        margin = violated.margin(state)
        if margin >= 0:
            a, margin_a, margin_b = state, margin, 0.5 * margin_b
        else:
            b, margin_b, margin_a = state, margin, 0.5 * margin_a
    lower = max(a.lam * (1.0 - BEYOND), low.lam)
    return a, low if lower == low.lam else _between(problem, high, low, lower)


def _past_event(
    problem: PathProblem, event: PathState, violated: Violation, number: int
) -> tuple[PathState, list[tuple[Change, int]]] | None:
    """Return an optimum just below an event, and what changed; None where no few changes lead to one."""
    state, changes, lam = event, [], event.lam * (1.0 - BEYOND)
    for _ in range(CHANGES):
        group, q, happened = after_change(state, problem.y, violated, number)
        changes += happened
        number = max([number, *(i + 1 for i in group.ids)])
        found = settle(group, problem.y, lam, q)
        if found is None:
            return None
        further = violation(problem.space, found)
        if further is None:
            return found, _net(changes)
        state, violated = found, further
    return None


def _net(changes: list[tuple[Change, int]]) -> list[tuple[Change, int]]:
    """Return changes without those of a neuron that entered and left at once."""
    gone = {i for c, i in changes if c in (Change.LEAVES, Change.JOINS)} & {i for c, i in changes if c is Change.ENTERS}
    return [item for item in changes if item[1] not in gone]


def _restarted(
    problem: PathProblem, event: PathState, below: list[float], number: int
) -> tuple[tuple[PathState, list[tuple[Change, int]]], bool]:
    """Solve for the optimum a little below an event, at the first of some λ at which its neurons differ.

    Returns it and what changed, and whether λ of the changes is known to the accuracy of an event.
    """
    for lam in below:
        atoms = problem.solver(lam)
        vectors = zip(atoms.vectors.T, atoms.sign, strict=True)
        faces = [face_of(problem.space.X, u, float(sign), LOOSE) for u, sign in vectors]
        ids, changes = _matched(event, faces, atoms, number)
        group, q = face_group(problem.y, faces, ids), atoms.norms / lam
        found = settle(group, problem.y, lam, q)
        if found is not None and (changes or lam == below[-1]) and violation(problem.space, found) is None:
            return (found, changes), lam > event.lam * (1.0 - 1e-6)
    z = problem.y - atoms.outputs(problem.space.X).sum(axis=1)
    return (PathState(group, lam, q, group.J.T @ z, z), changes), False


def _matched(
    event: PathState, faces: list[Face], atoms: Atoms, number: int
) -> tuple[list[int], list[tuple[Change, int]]]:
    """Number a solver's neurons: as the old ones of their sign that are closest, one each, or as new ones."""
    ids, old = [-1] * atoms.count, [event.direction(k) for k in range(len(event.q))]
    unit = atoms.vectors / atoms.norms
    pairs = sorted((-float(u @ unit[:, j]), k, j) for k, u in enumerate(old) for j in range(len(ids)))
    matched: set[int] = set()
    changes = []
    for minus_cosine, k, j in pairs:
        was = event.group.faces[k]
        if was.sign == atoms.sign[j] and minus_cosine < -CLOSE and k not in matched and ids[j] < 0:
            ids[j] = event.group.ids[k]
            matched.add(k)
            if faces[j].rank != was.rank:
                changes.append((Change.MEETS if faces[j].rank < was.rank else Change.PARTS, ids[j]))
    changes += [(Change.LEAVES, event.group.ids[k]) for k in range(len(old)) if k not in matched]
    for j in range(len(ids)):
        if ids[j] < 0:
            ids[j], number = number, number + 1
            changes.append((Change.ENTERS, ids[j]))
    return ids, changes
