"""The outcome of a run at three depths, what, why and the digits, from the same records as the pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from landscape.convex.certificate import Certificate
from landscape.convex.unregularised import out_of_reach
from landscape.formatting import counted, listed, short, written
from landscape.geometry.lines import parallel_rows
from landscape.model.excess import at_optimum, is_proven, is_rounding
from landscape.model.network import Network, predict
from landscape.model.problem import Problem
from landscape.results.best_of_width import BestOfWidth, above_the_best, beside_it, reached_for_its_width
from landscape.results.step_advice import StepAdvice, swing
from landscape.training.batched_gradient import arranged, loss_and_gradient
from landscape.training.trajectory import Outcome, Trajectory

NAMED = 8
"""Up to this many points of one feature are named by their x, more by their number."""

LISTED = 3
"""Up to this many points are listed one by one."""

Digits = tuple[tuple[str, str], ...]
"""What was computed behind a sentence: pairs of a name and a number as text."""

FINE = 8
"""Significant digits of a loss among the digits."""


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
        text: what happened, one sentence of plain text.
        kind: the same as a value.
        loss: the objective at the end.
        above: how far that is proven to be above the global optimum at most; infinity where nothing is proven.
        points: the data points (counted from 0) that a missing neuron would be active on; empty if the sentence names
            none.
        why: the reason, as sentences; empty where there is none to give.
        digits: the numbers behind it, which only some readers ask for.
    """

    text: str
    kind: VerdictKind
    loss: float
    above: float
    points: tuple[int, ...] = ()
    why: str = ""
    digits: Digits = ()

    @property
    def said(self) -> str:
        """Return what happened and why."""
        return f"{self.text} {self.why}".rstrip()


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
    digits = _digits(problem, trajectory, certificate, optimum)

    def found(kind: VerdictKind, text: str, why: str, points: tuple[int, ...] = ()) -> Verdict:
        return Verdict(text, kind, loss, gap, points, why.strip(), digits)

    if trajectory.outcome is Outcome.DIVERGED:
        text = f"Diverged: the loss grew to {written(loss)} in {counted(taken, 'step')}."
        mended = " Try a smaller step." if advice is None else _mended(advice)
        return found(VerdictKind.DIVERGED, text, f"The step is too large.{mended}")
    if at_optimum(problem, gap):
        return found(VerdictKind.OPTIMUM, *_reached(problem, loss, certificate))
    if narrow is not None and (reached := reached_for_its_width(problem, narrow, loss)):
        return found(VerdictKind.BEST_OF_WIDTH, *reached)

    best = _best(problem, certificate, optimum)
    best_of_width = "" if narrow is None else f" {beside_it(narrow)}"
    activity = _activity(problem.X, network.W)
    active = bool(activity.any())
    # Without an active neuron the regularisation shrinks the weights for ever, and no step count is enough.
    if trajectory.outcome is Outcome.OUT_OF_STEPS and (active or problem.lam == 0):
        text = f"Still moving after {counted(taken, 'step')}, at loss {written(loss)}{best}."
        return found(VerdictKind.MOVING, text, _swinging(trajectory, advice) + best_of_width)
    if not active:
        moved = not np.array_equal(trajectory.W[0], trajectory.W[-1])
        text, why = _dead(problem, moved, f"{written(loss)}{best}", advice)
        return found(VerdictKind.DEAD, text, why + best_of_width)

    why, points = _reason(problem, network, certificate)
    bounded = math.isfinite(certificate.lower_bound)
    known = certificate.complete or (bounded and _is_exact(problem, certificate, optimum))
    kind = VerdictKind.STUCK if why or known else VerdictKind.UNPROVEN
    own_points = _called(problem, tuple(np.flatnonzero(activity.any(axis=1)).tolist()), "and")
    if narrow is not None and (caught := above_the_best(problem, narrow, network, loss, own_points)):
        return found(kind, *caught, points)
    text = f"{'Stuck' if why else 'Stopped'} at loss {written(loss)}{best}."
    if not known:
        why += _how_far(certificate)
    return found(kind, text, why + best_of_width, points)


def _how_far(certificate: Certificate) -> str:
    """Return what is known of the distance to the best where not every pattern was visited, as a sentence."""
    if not math.isfinite(certificate.lower_bound):
        return " Only some activation patterns were looked at, so how far it is from the best is not known."
    return (
        " Not every activation pattern was visited: proven is that no network is below "
        f"{written(certificate.lower_bound)}."
    )


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
            labels = listed([f"{short(y[j])} at {names[j]}" for j in negative], "and")
            which = f"label {labels} is" if len(negative) == 1 else f"labels {labels} are"
        else:
            which = f"{len(negative)} negative labels are"
        found.append(f"The {which} below what ReLU neurons with second layer 1 can reach: their sum is never negative.")
    zero = np.flatnonzero((line < 0) & (y != 0))
    if len(zero):
        labels = _first_of([short(y[j]) for j in zero])
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
    if problem.on_a_line and problem.n <= NAMED:
        names = [f"x = {short(x)}" for x in X[:, 0]]
        if len(set(names)) == len(np.unique(X[:, 0])):
            return names
    return [f"point {j + 1}" for j in range(problem.n)]


def _mended(advice: StepAdvice) -> str:
    ends = "converges" if advice.converges else f"falls to {written(advice.loss)} in {counted(advice.taken, 'step')}"
    return f" With a step of {short(advice.step)} the same start {ends}."


def _reached(problem: Problem, loss: float, certificate: Certificate) -> tuple[str, str]:
    """Return what to say of a run at the optimum, and why the optimum is not 0."""
    shown = "0" if loss <= _within(problem, certificate) else written(loss)
    text = f"{'Reached' if certificate.closed else 'As good as'} the best: loss {shown}."
    if problem.lam == 0 and not _is_zero(problem, certificate.lower_bound):
        return text, " ".join(unreachable_labels(problem)[:2])
    return text, ""


def _dead(problem: Problem, moved: bool, ends: str, advice: StepAdvice | None) -> tuple[str, str]:
    mended = "" if advice is None else _mended(advice)
    ending = "ends" if problem.lam > 0 else "stays"
    if moved or problem.lam > 0:
        text = f"All its neurons are dead: the loss {ending} at {ends}."
    else:
        text = f"Never moves: the loss stays at {ends}."
    left = "only the regularisation is left, and it shrinks every weight" if problem.lam > 0 else "nothing moves"
    if advice is not None and advice.is_why:
        return text, f"The step is too large: it threw every neuron off the data, so {left}.{mended}"
    since = " any more" if moved and problem.lam == 0 else ""
    return text, f"No neuron acts on any data point{since}, so {left}.{mended}"


def _best(problem: Problem, certificate: Certificate, optimum: float | None) -> str:
    """Return ", and the best is 1.800" where that is proven; else how far above the best the run is at most."""
    if not np.isfinite(certificate.lower_bound):
        return ""
    if _is_exact(problem, certificate, optimum):
        return f", and the best is {_bound(problem, certificate)}"
    return f", at most {written(certificate.gap)} above the best"


def _is_exact(problem: Problem, certificate: Certificate, optimum: float | None) -> bool:
    """Return whether the lower bound is the optimum itself."""
    # One feature without regularisation: the bound is a closed form, and two neurons reach it.
    exact = problem.lam == 0 and problem.d == 1
    return exact or (optimum is not None and is_proven(problem, certificate.lower_bound, optimum))


def _bound(problem: Problem, certificate: Certificate) -> str:
    return "0" if _is_zero(problem, certificate.lower_bound) else written(certificate.lower_bound)


def _within(problem: Problem, certificate: Certificate) -> float:
    """Return how far above the optimum a run is at most; the arithmetic itself is no finer than this."""
    return max(certificate.gap, problem.n * np.finfo(float).eps * float(problem.y @ problem.y))


def _digits(problem: Problem, trajectory: Trajectory, certificate: Certificate, optimum: float | None) -> Digits:
    """Return the loss, the bound and the gap of a run's end, its gradient, and the steps that it took."""
    loss, taken = float(trajectory.objective[-1]), int(trajectory.steps[-1])
    digits = [("loss", written(loss, FINE))]
    if trajectory.outcome is not Outcome.DIVERGED:
        if not np.isfinite(certificate.lower_bound):
            digits.append(("lower bound", "not known"))
        else:
            exact = certificate.closed or _is_exact(problem, certificate, optimum)
            digits.append(("best loss, proven" if exact else "lower bound", _bound(problem, certificate)))
            if at_optimum(problem, certificate.gap):
                within = _within(problem, certificate)
                digits.append(("above it by at most", written(_rounded_up(within), 1) if within > 0 else "0"))
            else:
                digits.append(("above it by" if exact else "above it by at most", written(certificate.gap)))
        digits.append(("gradient norm", short(_gradient_norm(problem, trajectory.network()), 2)))
    return (*digits, ("steps taken", str(taken)))


def _gradient_norm(problem: Problem, network: Network) -> float:
    """Return the length of the gradient of problem (1) over the weights that are trained, 0 at a kink."""
    _, gradients, _ = loss_and_gradient(problem, *arranged(problem, network.W[None], network.alpha[None]))
    return math.hypot(*(float(entry) for gradient in gradients for entry in gradient.ravel()))


def _swinging(trajectory: Trajectory, advice: StepAdvice | None) -> str:
    """Return a sentence where the last losses go up and down."""
    between = swing(trajectory)
    low, high = map(written, between or (0.0, 0.0))
    if low == high:
        return ""
    text = f"The loss swings between {low} and {high}:"
    return (
        f"{text} a smaller step may settle it." if advice is None else f"{text} the step is too large.{_mended(advice)}"
    )


def _reason(problem: Problem, network: Network, certificate: Certificate) -> tuple[str, tuple[int, ...]]:
    """Return why a run stopped short, as a sentence, and the points a missing neuron would be active on.

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
        here = _at(problem, points, "or")
        sides = _sides(problem, network)
        if network.m == 1 and sides:
            return f"Its one neuron acts {sides} of 0, not on {here}, so no weight moves f there.", points
        if sides:
            all_of = "Both" if network.m == 2 else f"All {network.m}"
            return f"{all_of} neurons act {sides} of 0; none acts on {here}, so no weight moves f there.", points
        return f"No neuron acts on {here}, so no weight moves f there.", points
    weight = "" if problem.second_layer == "ones" else f" with a {'positive' if sign > 0 else 'negative'} output weight"
    carried = np.all(active == wanted[:, None], axis=0) & (sign * network.alpha > 0)
    which = "on every point" if wanted.all() else f"on {_at(problem, points, 'and')} only"
    if carried.any():
        return f"One more neuron that acts {which}{weight} would lower the loss.", points
    return f"No neuron acts {which}{weight}; one that did would lower the loss.", points


def _sides(problem: Problem, network: Network) -> str:
    """Return the side of 0, "right" or "left", on which all neurons of one feature act, else nothing."""
    if problem.d > 1:
        return ""
    return "right" if np.all(network.W > 0) else "left" if np.all(network.W < 0) else ""


def _at(problem: Problem, points: tuple[int, ...], word: str) -> str:
    """Return "the point at x = −1", "the points at x = 1 or x = 2", "points 3, 7 and 8"."""
    called = _called(problem, points, word)
    if not called.startswith("x"):
        return called
    return f"the {'point' if len(points) == 1 else 'points'} at {called}"


def _called(problem: Problem, points: tuple[int, ...], word: str) -> str:
    """Return "x = −1 or x = 1", "points 3, 7 and 8", "any of 12 points (1, 2, 3, …)"."""
    names = list(dict.fromkeys(point_names(problem)[j] for j in points))
    if len(names) == 1:
        return names[0]
    numbered = names[0].startswith("point")
    names = [name.removeprefix("point ") for name in names]
    if len(names) <= LISTED:
        return f"{'points ' if numbered else ''}{listed(names, word)}"
    return f"{'any of ' if word == 'or' else ''}{len(points)} points ({', '.join(names[:LISTED])}, …)"


def _at_odds(problem: Problem, group: np.ndarray, names: list[str]) -> str:
    """Return the sentence for points on one ray from 0 whose labels are not in proportion."""
    X, y = problem.X, problem.y
    for j in group:
        twins = [k for k in group if np.array_equal(X[j], X[k])]
        if len(twins) > 1 and len({float(y[k]) for k in twins}) > 1:
            labels = _first_of([short(y[k]) for k in twins])
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


def _first_of(words: list[str]) -> str:
    return listed(words) if len(words) <= LISTED else f"{', '.join(words[:LISTED])}, …"
