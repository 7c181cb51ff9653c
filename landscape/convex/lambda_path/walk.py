"""Walking down in λ: the neurons held are continued by Newton's method, from one event to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from landscape.convex.lambda_path.conditions import Broken, Change, broken, mended
from landscape.convex.lambda_path.faces import Face, PathState, face_of, piece, settle
from landscape.convex.solver.atoms import Atoms
from landscape.geometry.support import Geometry

LOCATED = 1e-9
"""Events are located to this relative accuracy in λ."""

BEYOND = 1e-8
"""Past an event, by this share of λ, the changed piece takes over."""

HALVINGS = 12
"""A step down is halved so often, in log λ, before the solver is asked."""

CHANGES = 40
"""Changes of faces that one event may take together; more, and the solver is asked."""

LOOKS = 200
"""States looked at to locate an event; more, and it is where the last one was optimal."""

LOOSE = 1e-8
"""How near a face, relative to row and neuron, a solver's neuron lies on it."""

CLOSE = 0.99
"""Cosine from which a solver's neuron may be the one held before."""

RESTARTS = (BEYOND, 5e-7, 1e-4)
"""Where, below an event that could not be passed, the solver is asked; after that at the next point."""


@dataclass(frozen=True, eq=False)
class Task:
    """What a walk is about.

    Arguments
        space: the geometry of the data, in coordinates of its row space; y: (n,) labels.
        solver: the atoms of an optimum at a λ, asked where following the path fails.
    """

    space: Geometry
    y: np.ndarray
    solver: Callable[[float], Atoms]


@dataclass(frozen=True, eq=False)
class Stop:
    """A point of the walk: an optimum, and what happens to which neuron there as λ falls further.

    Arguments
        located: whether λ of these changes is known to the accuracy of an event, and not only that of a step.
    """

    state: PathState
    changes: tuple[tuple[Change, int], ...] = ()
    located: bool = True


def follow(task: Task, largest: float, targets: Iterable[float]) -> Iterator[Stop]:
    """Yield the optima of (2) from λ_max, ``largest``, down: at every target below it, and at every event between."""
    nothing = np.zeros(0)
    state, number = PathState(piece(task.y, [], []), largest, nothing, nothing, task.y), 0
    for target in targets:
        while state.lam > target:
            reached, wrong = _advance(task, state, target)
            if reached is not None and wrong is None:
                state = reached
                continue
            event, lost = (state, True) if reached is None or wrong is None else (reached, False)
            after = None if lost or wrong is None else _passed(task, event, wrong, number)
            located = after is not None
            if after is None:
                below = [] if lost else [lam for lam in event.lam * (1.0 - np.array(RESTARTS)) if lam > target]
                after, located = _restarted(task, event, [*below, target], number)
            following, changes = after
            if changes or event is not state:
                yield Stop(event, tuple(changes), located)
            number = max([number, *(i + 1 for i in following.piece.ids)])
            state = following
        yield Stop(state)


def _advance(task: Task, state: PathState, target: float) -> tuple[PathState | None, Broken | None]:
    """Continue the present neurons towards a target: as far as they stay optimal, and what breaks there.

    Returns None where Newton's method fails. The middle of a step is looked at too, for a neuron that comes and goes.
    """
    lam = target
    for _ in range(HALVINGS):
        tried = settle(state.piece, task.y, lam, state.q)
        if tried is not None:
            wrong = broken(task.space, tried)
            if wrong is None:
                middle = _between(task, state, tried, float(np.sqrt(lam * state.lam)))
                wrong = None if middle is None else broken(task.space, middle)
                if wrong is None or middle is None:
                    return tried, None
                tried = middle
            found = _located(task, state, tried, wrong)
            if found is not None:
                return found
        lam = float(np.sqrt(lam * state.lam))
    return None, None


def _between(task: Task, high: PathState, low: PathState, lam: float) -> PathState | None:
    """Continue two states of one piece to a λ between theirs, from lengths in proportion."""
    share = (high.lam - lam) / (high.lam - low.lam) if high.lam > low.lam else 0.0
    return settle(high.piece, task.y, lam, high.q + share * (low.q - high.q))


def _located(task: Task, high: PathState, low: PathState, wrong: Broken) -> tuple[PathState, Broken] | None:
    """Return the last optimal state between an optimal and a broken one of the same piece, and what breaks after it."""
    for _ in range(LOOKS):
        if low.lam >= high.lam * (1.0 - 2.0 * BEYOND):
            break
        ends = _root(task, high, low, wrong)
        if ends is None:  # the condition that breaks at the low end does not tell where: halve
            middle = _between(task, high, low, float(np.sqrt(high.lam * low.lam)))
            ends = middle, middle
        before, after = ends
        if before is None or after is None:
            return None
        worse = broken(task.space, before)
        if worse is not None:
            if before.lam == high.lam:
                return high, worse
            low, wrong = before, worse
            continue
        worse = broken(task.space, after) if after is not before else None
        if worse is not None:
            return before, worse
        high = after
    return high, wrong


def _root(
    task: Task, high: PathState, low: PathState, wrong: Broken
) -> tuple[PathState | None, PathState | None] | None:
    """Return states just above and just below the λ where a condition breaks, by false position (Illinois).

    None where the ends do not enclose it; a state is None where Newton's method fails.
    """
    a, b = high, low
    at_a, at_b = wrong.margin(a), wrong.margin(b)
    if not at_a > 0 > at_b:
        return None
    for _ in range(60):
        if a.lam - b.lam <= LOCATED * a.lam:
            break
        lam = (a.lam * at_b - b.lam * at_a) / (at_b - at_a)
        lam = float(np.clip(lam, b.lam + 0.2 * LOCATED * a.lam, a.lam - 0.2 * LOCATED * a.lam))
        state = _between(task, a, b, lam)
        if state is None:
            return None, None
        at = wrong.margin(state)
        if at >= 0:
            a, at_a, at_b = state, at, 0.5 * at_b
        else:
            b, at_b, at_a = state, at, 0.5 * at_a
    lower = max(a.lam * (1.0 - BEYOND), low.lam)
    return a, low if lower == low.lam else _between(task, high, low, lower)


def _passed(
    task: Task, event: PathState, wrong: Broken, number: int
) -> tuple[PathState, list[tuple[Change, int]]] | None:
    """Return an optimum just below an event, and what changed; None where no few changes lead to one."""
    state, changes, lam = event, [], event.lam * (1.0 - BEYOND)
    for _ in range(CHANGES):
        at, q, happened = mended(state, task.y, wrong, number)
        changes += happened
        number = max([number, *(i + 1 for i in at.ids)])
        found = settle(at, task.y, lam, q)
        if found is None:
            return None
        further = broken(task.space, found)
        if further is None:
            return found, _net(changes)
        state, wrong = found, further
    return None


def _net(changes: list[tuple[Change, int]]) -> list[tuple[Change, int]]:
    """Return changes without those of a neuron that entered and left at once."""
    gone = {i for c, i in changes if c in (Change.LEAVES, Change.JOINS)} & {i for c, i in changes if c is Change.ENTERS}
    return [item for item in changes if item[1] not in gone]


def _restarted(
    task: Task, event: PathState, below: list[float], number: int
) -> tuple[tuple[PathState, list[tuple[Change, int]]], bool]:
    """Let the solver find the optimum a little below an event, at the first of some λ where it has passed it.

    Returns it and what changed, and whether λ of the changes is known to the accuracy of an event.
    """
    for lam in below:
        atoms = task.solver(lam)
        vectors = zip(atoms.vectors.T, atoms.sign, strict=True)
        faces = [face_of(task.space.X, u, float(sign), LOOSE) for u, sign in vectors]
        ids, changes = _matched(event, faces, atoms, number)
        at, q = piece(task.y, faces, ids), atoms.norms / lam
        found = settle(at, task.y, lam, q)
        if found is not None and (changes or lam == below[-1]) and broken(task.space, found) is None:
            return (found, changes), lam > event.lam * (1.0 - 1e-6)
    z = task.y - atoms.outputs(task.space.X).sum(axis=1)
    return (PathState(at, lam, q, at.J.T @ z, z), changes), False


def _matched(
    event: PathState, faces: list[Face], atoms: Atoms, number: int
) -> tuple[list[int], list[tuple[Change, int]]]:
    """Number a solver's neurons: as the old ones of their sign that are closest, one each, or as new ones."""
    ids, old = [-1] * atoms.count, [event.direction(k) for k in range(len(event.q))]
    unit = atoms.vectors / atoms.norms
    pairs = sorted((-float(u @ unit[:, j]), k, j) for k, u in enumerate(old) for j in range(len(ids)))
    taken: set[int] = set()
    changes = []
    for far, k, j in pairs:
        was = event.piece.faces[k]
        if was.sign == atoms.sign[j] and far < -CLOSE and k not in taken and ids[j] < 0:
            ids[j] = event.piece.ids[k]
            taken.add(k)
            if faces[j].rank != was.rank:
                changes.append((Change.MEETS if faces[j].rank < was.rank else Change.PARTS, ids[j]))
    changes += [(Change.LEAVES, event.piece.ids[k]) for k in range(len(old)) if k not in taken]
    for j in range(len(ids)):
        if ids[j] < 0:
            ids[j], number = number, number + 1
            changes.append((Change.ENTERS, ids[j]))
    return ids, changes
