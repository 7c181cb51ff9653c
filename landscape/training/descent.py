"""Gradient descent, momentum and Adam: one run, or many starts at once."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from landscape.model.loss import squared_only
from landscape.model.network import Network, check_fits
from landscape.model.problem import LARGEST, Problem, finite_array
from landscape.training.batched_gradient import arranged, batch_size, evaluator, scratch_for
from landscape.training.convergence import WINDOW, ConvergenceMonitor, watched
from landscape.training.curvature import leaves_saddle, may_grow
from landscape.training.optimisers import METHODS, RULES, Arrays, Method
from landscape.training.trajectory import Outcome, Trajectories, Trajectory

__all__ = ["Outcome", "Trajectories", "Trajectory", "descend", "descend_many"]

MAX_STEPS = 1_000_000
"""Most steps of one run: more change nothing that a picture shows."""

MAX_WORK = 1_000_000_000
"""Most steps × starts × neurons × samples of one call: about 10 s of one core, so that no visitor stalls the others."""

MAX_STORED = 4_000_000
"""Most stored weights of one call (32 MB); longer runs keep evenly spaced iterates."""

BLOW_UP = 1e30
"""A run whose loss is this many times the larger of its start and ‖y‖² has diverged."""

FAR_ABOVE = 10.0
"""So is one that ends, out of steps, this many times above both."""

ENDINGS = (Outcome.CONVERGED, Outcome.OUT_OF_STEPS, Outcome.DIVERGED, Outcome.DEAD)
CONVERGED, OUT_OF_STEPS, DIVERGED, DEAD = range(4)
GOING = -1
"""The outcome of each run of a batch as an integer: an index into ENDINGS, GOING while the run has not ended."""

StepSize = float | Sequence[tuple[int, float]] | np.ndarray


def descend(
    problem: Problem,
    start: Network,
    *,
    step: StepSize,
    n_steps: int,
    method: Method = "gd",
    keep: int | Sequence[int] | None = None,
    halted: Callable[[], bool] | None = None,
) -> Trajectory:
    """Train a network on problem (1) from ``start`` and return the run, cut where it converged or diverged.

    The gradient is that of the objective itself, without a factor ½ or 1/n, and 0 at a kink. An output bias is trained
    like the other weights, from that of ``start`` on.

    Arguments
        step: the step size, or pairs (from_step, step size) that change it during the run, the first from step 0.
        n_steps: most steps taken.
        method: "gd", "momentum" (heavy ball, .9) or "adam" (PyTorch's constants).
        keep: how many iterates to store, evenly spaced, or which steps; by default all that fit MAX_STORED.
            The start and the last iterate are always stored.
        halted: called at the start and every WINDOW steps; where it returns True the run ends there, out of steps.

    Raises ValueError for an unknown method, step sizes that are not finite and positive, a start that does not fit the
    problem or has an infinite loss, or more than MAX_STEPS or MAX_WORK.

    >>> from landscape import Network, Problem, descend
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones")
    >>> run = descend(problem, Network(W=[[1.5, -0.5]], alpha=[1.0, 1.0]), step=0.02, n_steps=1000)
    >>> run.outcome.name, run.network().W.round(6).tolist()
    ('CONVERGED', [[2.0, -1.0]])
    """
    squared_only(problem, "descend")
    check_fits(problem, start, "start")
    return descend_many(
        problem,
        start.W[None],
        start.alpha[None],
        step=step,
        n_steps=n_steps,
        method=method,
        keep=keep,
        halted=halted,
        bias=np.array([start.bias]),
    ).run(0)


def descend_many(
    problem: Problem,
    W: np.ndarray,
    alpha: np.ndarray | None = None,
    *,
    step: StepSize,
    n_steps: int,
    method: Method = "gd",
    keep: int | Sequence[int] | None = None,
    halted: Callable[[], bool] | None = None,
    bias: np.ndarray | None = None,
) -> Trajectories:
    """Train from many starts at once; each stops for itself, with its own outcome.

    Arguments
        W: (B, d, m) starts; alpha: (B, m), by default all ones.
        step: as in ``descend``, or (B,) one step size for each start.
        halted: as in ``descend``; True ends every start of the group that is still going.
        bias: (B,) output biases of the starts, by default 0.

    Raises ValueError as ``descend`` does.

    >>> from landscape import Problem, descend_many
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones")
    >>> runs = descend_many(problem, [[[1.5, -0.5]], [[1.5, 0.5]]], step=0.02, n_steps=1000)
    >>> runs.objective[:, -1].round(6).tolist()
    [0.0, 1.0]
    """
    squared_only(problem, "descend_many")
    W = finite_array(W, "W", 3)
    B, d, m = W.shape
    alpha = finite_array(np.ones((B, m)) if alpha is None else alpha, "alpha", 2)
    if alpha.shape != (B, m):
        raise ValueError(f"alpha must have the shape {(B, m)} of its starts, but has {alpha.shape}.")
    if d != problem.d:
        raise ValueError(f"W must have one row for each of the {problem.d} features, but has {d}.")
    if problem.second_layer == "ones" and not np.all(alpha == 1.0):
        raise ValueError("alpha must be all ones when second_layer is 'ones'.")
    bias = finite_array(np.zeros(B) if bias is None else bias, "bias", 1)
    if len(bias) != B:
        raise ValueError(f"bias must have one entry for each of the {B} starts, but has {len(bias)}.")
    if not problem.has_output_bias and bias.any():
        raise ValueError("bias must be 0 when output_bias is 'none'.")
    if method not in RULES:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, but was {method!r}.")
    n_steps = _whole(n_steps, "n_steps", MAX_STEPS)
    work = n_steps * B * m * problem.n
    if work > MAX_WORK:
        raise ValueError(f"steps × starts × neurons × samples must be at most {MAX_WORK:,}, but are {work:,}.")
    schedule = _Schedule.of(step, B)
    stored = _stored_steps(keep, n_steps, MAX_STORED // (B * (d + 1) * m))
    if len(stored) * B * (d + 1) * m > 10 * MAX_STORED:
        raise ValueError(f"keep must store at most {10 * MAX_STORED:,} weights, but asks for {len(stored)} iterates.")
    groups = np.array_split(np.arange(B), -(-B // batch_size(problem, m)))
    with np.errstate(over="ignore", invalid="ignore"):
        parts = []
        for g in groups:
            start = arranged(problem, W[g], alpha[g])
            start = (*start, bias[g]) if problem.has_output_bias else start
            parts.append(_run(problem, start, schedule.only(g), stored, method, halted))
    return parts[0] if len(parts) == 1 else _joined(parts)


@dataclass(frozen=True)
class _Schedule:
    """Step sizes (B,) and the steps they hold from."""

    since: tuple[int, ...]
    sizes: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, step: StepSize, B: int) -> _Schedule:
        if np.ndim(step) == 2:
            pairs = finite_array(step, "step", 2)
            if pairs.shape[1] != 2 or pairs[0, 0] != 0 or (np.diff(pairs[:, 0]) <= 0).any() or (pairs[:, 0] % 1).any():
                raise ValueError(f"step must be pairs (from_step, step size) with rising steps from 0, but was {step}.")
            since, sizes = tuple(int(t) for t in pairs[:, 0]), pairs[:, 1]
            steps = tuple(np.full(B, size) for size in sizes)
        else:
            sizes = finite_array(np.atleast_1d(step), "step", 1)
            if len(sizes) not in (1, B):
                raise ValueError(f"step must be one number or one for each of the {B} starts, but has {len(sizes)}.")
            since, steps = (0,), (np.broadcast_to(sizes, B),)
        if not (sizes > 0).all():
            raise ValueError(f"step must be above 0, but was {sizes.min():g}.")
        return cls(since, steps)

    def only(self, runs: np.ndarray) -> _Schedule:
        return _Schedule(self.since, tuple(size[runs] for size in self.sizes))

    def at(self, t: int) -> np.ndarray:
        return self.sizes[bisect(self.since, t) - 1]


def _stored_steps(keep: int | Sequence[int] | None, n_steps: int, most: int) -> np.ndarray:
    if keep is None or isinstance(keep, (int, np.integer)):
        count = n_steps + 1 if keep is None else _whole(keep, "keep", MAX_STEPS + 1)
        count = min(count, n_steps + 1) if keep is not None else min(count, max(most, 2))
        return np.unique(np.rint(np.linspace(0, n_steps, max(count, 2))).astype(int))
    chosen = finite_array(keep, "keep", 1)
    if (chosen % 1).any() or (chosen < 0).any():
        raise ValueError(f"keep must be a number of iterates or whole step numbers, but was {keep}.")
    return np.unique(np.append(chosen[chosen <= n_steps].astype(int), [0, n_steps]))


def _whole(value: object, name: str, most: int) -> int:
    try:
        number: int = int(value)  # type: ignore[call-overload]
        exact = number == value
    except (TypeError, ValueError, OverflowError):
        exact = False
    if not exact or not 0 <= number <= most:
        raise ValueError(f"{name} must be a whole number from 0 to {most:,}, but was {value!r}.")
    return number


def _joined(parts: Sequence[Trajectories]) -> Trajectories:
    W, alpha, objective, steps, bias = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("W", "alpha", "objective", "steps", "bias")
    )
    return Trajectories(W, alpha, objective, tuple(end for part in parts for end in part.outcome), steps, bias)


def _run(
    problem: Problem,
    weights: Arrays,
    schedule: _Schedule,
    stored: np.ndarray,
    method: str,
    halted: Callable[[], bool] | None,
) -> Trajectories:
    # The starts are the last axis, so that every array operation runs along them.
    V, A, *b = weights  # b holds the output biases (B,), or nothing
    n_steps, size = int(stored[-1]), len(stored)
    (d, m, B), update = V.shape, RULES[method]
    path_V, path_A, path_F = np.empty((size, d, m, B)), np.empty((size, m, B)), np.empty((size, B))
    path_b = np.zeros((size, B))
    stop, ending = np.empty(B, dtype=int), np.empty(B, dtype=int)
    scratch = scratch_for(problem, m, B)
    evaluate = evaluator(problem, m, B, scratch)
    F, grads, gate = evaluate(V, A, *b)
    if not np.isfinite(F).all():
        raise ValueError("start must have a finite objective, but its loss overflows.")
    monitor = ConvergenceMonitor.begin(problem, watched(problem, weights), F)
    slots = {t: slot for slot, t in enumerate(stored.tolist())}
    going, limit = np.arange(B), np.maximum(F, monitor.unit) * BLOW_UP
    step, before = schedule.at(0), (V, A, *b, F)
    memory: Arrays = ()
    for t in range(n_steps + 1):
        if t > 0:
            before = (V, A, *b, F)
            directions, memory = update(grads, memory, t - 1)
            if t - 1 in schedule.since:
                step = schedule.at(t - 1)[going]
            V = V - step * directions[0]
            A = A - step * directions[1] if len(directions) > 1 else A
            if b:
                b = [b[0] - step * directions[2]]
            F, grads, gate = evaluate(V, A, *b)
        if t in slots:
            slot = slots[t]
            if len(going) == B:
                path_V[slot], path_A[slot], path_F[slot] = V, A, F
            else:
                path_V[slot][..., going], path_A[slot][..., going], path_F[slot, going] = V, A, F
            if b:
                path_b[slot, going] = b[0]
        bounded = limit >= F
        checking = t % WINDOW == 0 or t == n_steps
        # Looked for in its bytes: for a few runs that takes a tenth of what ``all`` does.
        if not checking and b"\0" not in bounded.tobytes():
            continue
        blown = ~bounded
        why = np.full(len(going), GOING)
        if checking:
            if t > 0 and t % WINDOW == 0:
                monitor = monitor.check(watched(problem, (V, A, *b)), watched(problem, before[:-1]), F)
            why[_at_rest(problem, monitor, V, A, *b)] = CONVERGED
            inert = ~gate.any(axis=(0, 1)) & (problem.lam == 0)
            still = not b and (t == 0 or method == "gd")  # an output bias goes on alone, and momentum by itself
            why[inert if still else inert & monitor.settled] = DEAD
        if t == n_steps or (checking and halted is not None and halted()):
            why[why == GOING] = np.where(limit * (FAR_ABOVE / BLOW_UP) < F, DIVERGED, OUT_OF_STEPS)[why == GOING]
        why[blown] = DIVERGED
        lost = ~np.isfinite(F)
        if blown.any():  # nor does a Network hold weights beyond LARGEST
            lost |= blown & _beyond(V, A, *b)
        for which, at, (v, a, *c, f) in (((why != GOING) & ~lost, t, (V, A, *b, F)), (lost, t - 1, before)):
            runs, since = going[which], int(np.searchsorted(stored, at))
            path_V[since:, ..., runs], path_A[since:, ..., runs] = v[..., which], a[..., which]
            path_F[since:, runs], stop[runs], ending[runs] = f[which], at, why[which]
            if c:
                path_b[since:, runs] = c[0][which]
        left = why == GOING
        if not left.any():
            break
        if not left.all():
            V, A, F, going, limit, step = (a[..., left] for a in (V, A, F, going, limit, step))
            b = [a[left] for a in b]
            grads, memory = tuple(a[..., left] for a in grads), tuple(a[..., left] for a in memory)
            monitor = monitor.only(left)
            evaluate = evaluator(problem, m, len(going), scratch)
    # Without a loss that rises, inactive neurons alone can grow beyond what a Network holds.
    beyond = _beyond(path_V, path_A, path_b)
    for k in np.flatnonzero(beyond.any(axis=0)):
        last = int(np.argmax(beyond[:, k])) - 1
        for path in (path_V, path_A, path_F, path_b):
            path[last + 1 :, ..., k] = path[last, ..., k]
        stop[k], ending[k] = stored[last], DIVERGED
    paths = (path_V.transpose(3, 0, 1, 2), path_A.transpose(2, 0, 1), path_F.T, path_b.T)
    W, alpha, objective, bias = (np.ascontiguousarray(path) for path in paths)
    outcome, steps = tuple(ENDINGS[e] for e in ending), np.minimum(stored, stop[:, None])
    return Trajectories(W, alpha, objective, outcome, steps, bias)


def _beyond(V: np.ndarray, A: np.ndarray, b: np.ndarray | None = None) -> np.ndarray:
    """Return which of V (..., d, m, B), A (..., m, B), b (..., B) hold weights that no Network does (..., B)."""
    largest: np.ndarray = np.maximum(np.abs(V).max(axis=(-3, -2)), np.abs(A).max(axis=-2))
    return (largest if b is None else np.maximum(largest, np.abs(b))) > LARGEST


def _at_rest(
    problem: Problem, monitor: ConvergenceMonitor, V: np.ndarray, A: np.ndarray, b: np.ndarray | None = None
) -> np.ndarray:
    """Return which runs (B,) have converged, and to a point that they are not about to leave."""
    rest = monitor.settled.copy()
    # Weights beyond what a Network holds have left: the run ends where they were within.
    rest &= monitor.frozen | ~_beyond(V, A, b)
    for k in np.flatnonzero(rest & ~monitor.frozen):
        network = Network(V[..., k], A[:, k], 0.0 if b is None else float(b[k]))
        rest[k] = not leaves_saddle(problem, network) and not (monitor.turning[k] and may_grow(problem, network))
    return rest
