"""The outcome of a run in one sentence, from the same records as the pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from landscape.convex.certificate import Certificate
from landscape.convex.unregularised import out_of_reach
from landscape.formatting import counted, short, written
from landscape.geometry.lines import parallel_rows
from landscape.model.excess import at_optimum, is_proven, is_rounding
from landscape.model.network import Network, predict
from landscape.model.problem import Problem
from landscape.results.best_of_width import BestOfWidth, above, beside, reached as reached_for_its_width
from landscape.results.step_advice import StepAdvice, swing
from landscape.training.trajectory import Outcome, Trajectory

NAMED = 8
"""Up to this many points of one feature are named by their x, more by their number."""

LISTED = 3
"""Up to this many points are listed one by one."""


class VerdictKind(Enum):
    """How a run ended."""

    OPTIMUM = "optimum"
    BEST_OF_WIDTH = "best of its width"
    STUCK = "stuck"
    DEAD = "dead"
    DIVERGED = "diverged"
    MOVING = "out of steps"
    UNPROVEN = "unproven"


@dataclass(frozen=True)
class Verdict:
    """How a run ended, for a reader who does not know the theory.

    Arguments
        text: the sentence, plain text.
        kind: the same as a value.
        loss: the objective at the end.
        above: how far that is proven to be above the global optimum at most; infinity where nothing is proven.
        points: the data points (counted from 0) that a missing neuron would be active on; empty if the sentence names
            none.
    """

    text: str
    kind: VerdictKind
    loss: float
    above: float
    points: tuple[int, ...] = ()


def verdict(
    problem: Problem,
    trajectory: Trajectory,
    certificate: Certificate,
    *,
    optimum: float | None = None,
    advice: StepAdvice | None = None,
    narrow: BestOfWidth | None = None,
) -> Verdict:
    """Return how a run ended, and why, from its own activations and the certificate of its last network.

    Arguments
        trajectory: the run; certificate: of ``trajectory.network()``.
        optimum: the objective of the best network known. Where the certificate's bound proves it optimal, the run's
            distance is exact; elsewhere the text gives the bound.
        advice: a smaller step that mends the run, where it diverged, lost its neurons or swings.
        narrow: the best of the run's own width, where wider networks do better.
    """
    network, taken = trajectory.network(), int(trajectory.steps[-1])
    loss, gap = float(trajectory.objective[-1]), certificate.gap
    if trajectory.outcome is Outcome.DIVERGED:
        return Verdict(_diverged(loss, taken, advice), VerdictKind.DIVERGED, loss, gap)
    if at_optimum(problem, gap):
        return Verdict(_reached(problem, loss, certificate), VerdictKind.OPTIMUM, loss, gap)
    if narrow is not None and (reached := reached_for_its_width(problem, narrow, loss)):
        return Verdict(reached, VerdictKind.BEST_OF_WIDTH, loss, gap)

    distance = _distance(problem, certificate, optimum)
    activity = _activity(problem.X, network.W)
    active = bool(activity.any())
    best_known = "" if narrow is None else f" {beside(narrow)}"
    # Without an active neuron the regularisation shrinks the weights for ever, and no step count is enough.
    if trajectory.outcome is Outcome.OUT_OF_STEPS and (active or problem.lam == 0):
        text = f"Still moving after {counted(taken, 'step')}, at loss {written(loss)}{distance}."
        text += _swinging(trajectory, advice) + best_known
        return Verdict(text, VerdictKind.MOVING, loss, gap)
    if not active:
        moved = not np.array_equal(trajectory.W[0], trajectory.W[-1])
        text = _dead(problem, moved, loss, distance, advice) + best_known
        return Verdict(text, VerdictKind.DEAD, loss, gap)

    reason, points = _reason(problem, network, certificate)
    kind = VerdictKind.STUCK if reason or certificate.complete else VerdictKind.UNPROVEN
    own_points = _called(problem, tuple(np.flatnonzero(activity.any(axis=1)).tolist()), "and")
    if narrow is not None and (caught := above(problem, narrow, network, loss, own_points)):
        return Verdict(caught, kind, loss, gap, points)
    text = f"Stopped at loss {written(loss)}{distance}{': ' + reason if reason else ''}."
    if not certificate.complete:
        text += " Only some activation patterns were looked at, so how far it is from the optimum is not known."
    text += best_known
    return Verdict(text, kind, loss, gap, points)


def unreachable_labels(problem: Problem) -> tuple[str, ...]:
    """Return why no network of any width fits every label, a sentence a cause; empty where no cause was found.

    Causes: negative labels under a second layer of ones; a point at 0; points in one direction from 0, equal points
    included, whose labels are not in proportion; for a trained second layer also opposite points.
    """
    X, y = problem.X, problem.y
    names = point_names(problem)
    lines = parallel_rows(X)
    line, length = lines.line, lines.length
    found = []
    negative = np.flatnonzero(y < 0)
    if problem.second_layer == "ones" and len(negative):
        if len(negative) <= LISTED:
            labels = _joined([f"{short(y[j])} at {names[j]}" for j in negative], "and")
            which = f"label {labels} is" if len(negative) == 1 else f"labels {labels} are"
        else:
            which = f"{len(negative)} negative labels are"
        found.append(f"The {which} below what ReLU neurons with second layer 1 can reach: their sum is never negative.")
    zero = np.flatnonzero((line < 0) & (y != 0))
    if len(zero):
        labels = _listed([short(y[j]) for j in zero], "and")
        noun = "label" if len(zero) == 1 else "labels"
        found.append(f"Without a bias every network outputs 0 at 0, which is not the {noun} {labels} there.")
    for number in np.unique(line[line >= 0]):
        for sign in (1.0, -1.0):
            group = np.flatnonzero((line == number) & (sign * length > 0))
            t, label = np.abs(length[group]) / np.max(np.abs(length[group]), initial=0.0), y[group]
            if len(group) and np.max(np.abs(label - t * (t @ label) / (t @ t))) > 1e-9 * np.max(np.abs(label)):
                found.append(_at_odds(problem, group, names))
    if not found and problem.second_layer == "trained":
        z = out_of_reach(X, y)
        if z is not None and not is_rounding(problem, float(z @ z)):
            found.append(
                "Points that lie opposite each other through 0 have labels that no network without bias meets."
            )
    return tuple(found)


def point_names(problem: Problem) -> list[str]:
    """Return the name of each data point: "x = −1" for a few points of one feature, else "point 3"."""
    X = problem.X
    one_feature = X.shape[1] == 1 or (X.shape[1] == 2 and bool(np.all(X[:, 1] == 1.0)))
    if one_feature and problem.n <= NAMED:
        names = [f"x = {short(x)}" for x in X[:, 0]]
        if len(set(names)) == len(np.unique(X[:, 0])):
            return names
    return [f"point {j + 1}" for j in range(problem.n)]


def _diverged(loss: float, taken: int, advice: StepAdvice | None) -> str:
    text = f"Diverged: the step is too large, and the loss grew to {written(loss)} in {counted(taken, 'step')}."
    return f"{text} Try a smaller step." if advice is None else text + _mended(advice)


def _mended(advice: StepAdvice) -> str:
    ends = "converges" if advice.converges else f"falls to {written(advice.loss)} in {counted(advice.taken, 'step')}"
    return f" With a step of {short(advice.step)} the same start {ends}."


def _reached(problem: Problem, loss: float, certificate: Certificate) -> str:
    # The arithmetic itself is no finer than this.
    within = max(certificate.gap, problem.n * np.finfo(float).eps * float(problem.y @ problem.y))
    shown = "0" if loss <= within else written(loss)
    share = written(_rounded_up(within), 1) if within > 0 else ""
    if certificate.closed:
        text = f"Reached the global optimum: loss {shown}, proven{' within ' if share else ''}{share}."
    else:
        text = f"Reached the global optimum to within {share}: loss {shown}."
    if problem.lam == 0 and not _is_zero(problem, certificate.lower_bound):
        text = " ".join([text, *unreachable_labels(problem)[:2]])
    return text


def _dead(problem: Problem, moved: bool, loss: float, distance: str, advice: StepAdvice | None) -> str:
    stays = f"the loss {'ends' if problem.lam > 0 else 'stays'} at {written(loss)}{distance}."
    mended = "" if advice is None else _mended(advice)
    if advice is not None and advice.is_why:
        left = (
            "only the regularisation acts, and it shrinks every weight" if problem.lam > 0 else "nothing moves any more"
        )
        return f"The step is too large: it threw every neuron off the data, so {left}: {stays}{mended}"
    if problem.lam > 0:
        return (
            "No neuron is active on any data point, so only the regularisation acts, and it shrinks every weight: "
            f"{stays}{mended}"
        )
    since = "any more, so nothing moves" if moved else "from the start, so it never moves"
    return f"No neuron is active on any data point {since}: {stays}{mended}"


def _distance(problem: Problem, certificate: Certificate, optimum: float | None) -> str:
    """Return ", which is 1.000 above the proven optimum", with its value where that is not 0; else the bound."""
    if not np.isfinite(certificate.lower_bound):
        return ""
    # One feature without regularisation: the bound is a closed form, and two neurons reach it.
    exact = problem.lam == 0 and problem.d == 1
    exact = exact or (optimum is not None and is_proven(problem, certificate.lower_bound, optimum))
    of = f" of {written(certificate.lower_bound)}" if not _is_zero(problem, certificate.lower_bound) else ""
    if exact:
        return f", which is {written(certificate.gap)} above the proven optimum{of}"
    return (
        f", at most {written(certificate.gap)} above the optimum, whose lower bound is {_bound(problem, certificate)}"
    )


def _bound(problem: Problem, certificate: Certificate) -> str:
    return "0" if _is_zero(problem, certificate.lower_bound) else written(certificate.lower_bound)


def _swinging(trajectory: Trajectory, advice: StepAdvice | None) -> str:
    """Return a sentence where the last losses go up and down."""
    between = swing(trajectory)
    if between is None:
        return ""
    low, high = map(written, between)
    if low == high:
        return ""
    text = f" The loss swings between {low} and {high}:"
    return (
        f"{text} a smaller step may settle it." if advice is None else f"{text} the step is too large.{_mended(advice)}"
    )


def _reason(problem: Problem, network: Network, certificate: Certificate) -> tuple[str, tuple[int, ...]]:
    """Return why a run stopped short, and the points a missing neuron would be active on.

    The neuron that the certificate names is checked first: added at small size it must lower the objective,
    sign · zᵀ relu(X u) > λ with z the residual.
    """
    u = certificate.missing
    if u is None:
        return "", ()
    X = problem.X
    residual = problem.y - predict(X, network)
    output = np.maximum(X @ u, 0.0)
    sign = 1.0 if problem.second_layer == "ones" else certificate.missing_sign
    if sign * (residual @ output) <= problem.lam + 1e-9 * np.linalg.norm(residual) * np.linalg.norm(output):
        return "", ()
    wanted = _activity(X, u[:, None])[:, 0]
    points = tuple(int(j) for j in np.flatnonzero(wanted))
    active = _activity(X, network.W)
    if not active[wanted].any():
        text = f"no neuron is active on {_called(problem, points, 'or')}"
        if network.m == 1 and problem.d == 1:
            text += ", and a single neuron is active on one side of 0 only"
        return text, points
    weight = "" if problem.second_layer == "ones" else f" with a {'positive' if sign > 0 else 'negative'} output weight"
    carried = np.all(active == wanted[:, None], axis=0) & (sign * network.alpha > 0)
    which = "on every point" if wanted.all() else f"on {_called(problem, points, 'and')} only"
    if carried.any():
        return f"adding a neuron active {which}{weight} would lower it", points
    return f"no neuron is active {which}{weight}, and adding one would lower it", points


def _called(problem: Problem, points: tuple[int, ...], word: str) -> str:
    """Return "x = −1 or x = 1", "points 3, 7 and 8", "any of 12 points (1, 2, 3, …)"."""
    names = list(dict.fromkeys(point_names(problem)[j] for j in points))
    if len(names) == 1:
        return names[0]
    numbered = names[0].startswith("point")
    names = [name.removeprefix("point ") for name in names]
    if len(names) <= LISTED:
        return f"{'points ' if numbered else ''}{_joined(names, word)}"
    return f"{'any of ' if word == 'or' else ''}{len(points)} points ({', '.join(names[:LISTED])}, …)"


def _at_odds(problem: Problem, group: np.ndarray, names: list[str]) -> str:
    """Return the sentence for points on one ray from 0 whose labels are not in proportion."""
    X, y = problem.X, problem.y
    for j in group:
        twins = [k for k in group if np.array_equal(X[j], X[k])]
        if len(twins) > 1 and len({float(y[k]) for k in twins}) > 1:
            labels = _listed([short(y[k]) for k in twins], "and")
            where = names[j] if names[j].startswith("x") else f"the place of {names[j]}"
            return f"{len(twins)} points at {where} have the labels {labels}, and one output cannot meet them all."
    which = _called(problem, tuple(int(j) for j in group), "and")
    which = which[0].upper() + which[1:] if which.startswith("point") else which
    side = "on one side of 0" if problem.d == 1 else "in one direction from 0"
    return (
        f"{which} lie {side}, where a network without bias is a straight line through 0, and none meets their labels."
    )


def _activity(X: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Return (n, m) whether each neuron is active on each point, a point on its edge (up to rounding) not counting."""
    rounding = 4 * np.finfo(float).eps * (np.abs(X) @ np.abs(W))
    active: np.ndarray = rounding < X @ W
    return active


def _is_zero(problem: Problem, optimum: float) -> bool:
    """Return whether a loss of 0 would be at the optimum: then the text does not give the optimum's value."""
    return at_optimum(problem, optimum)


def _rounded_up(value: float) -> float:
    """Return the smallest number of one significant digit at or above a value."""
    unit = 10.0 ** math.floor(math.log10(value))
    return math.ceil(value / unit * (1 - 1e-12)) * unit


def _listed(words: list[str], word: str) -> str:
    return _joined(words, word) if len(words) <= LISTED else f"{', '.join(words[:LISTED])}, …"


def _joined(words: list[str], word: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {word} {words[-1]}"
