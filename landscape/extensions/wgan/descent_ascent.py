"""The Wasserstein game as it is usually trained: gradient descent for the generator, ascent for the discriminator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from landscape.extensions.shared.checks import positive, readonly, whole_number
from landscape.extensions.wgan.game import Discriminator, checked, discriminator_inputs, distance
from landscape.model.network import Network
from landscape.model.readable import readable

MOST_STARTS = 50
MOST_STEPS = 20_000
MOST_KEPT = 400
"""Most runs, steps of a run, and stored iterates of a run."""

DIVERGED = 1e4
"""A run has diverged once a sample is this many times larger than the data."""


@dataclass(frozen=True, eq=False)
class GameRun:
    """One run of gradient descent–ascent.

    Arguments
        samples: (T, n, d) generated samples at the stored steps; steps: (T,) which those are.
        values: (T,) ‖G‖²; distances: (T,) the most by which a unit neuron separates them from X.
        network: the discriminator at the end, diverged: whether it was ended for growing beyond DIVERGED.
        turns: how often ‖G‖² changed direction by more than 2 % of its largest value: the oscillation of the run.
        swing: largest minus smallest ‖G‖² in the second half.
    """

    samples: np.ndarray
    steps: np.ndarray
    values: np.ndarray
    distances: np.ndarray
    network: Network
    diverged: bool
    turns: int
    swing: float

    __repr__ = readable


@dataclass(frozen=True, eq=False)
class GameTraining:
    """Runs from many starts: ``values`` and ``distances`` (B,) at their ends, and the runs themselves."""

    values: np.ndarray
    distances: np.ndarray
    runs: tuple[GameRun, ...]
    complete: bool

    __repr__ = readable


def train(
    X: np.ndarray,
    beta: float,
    rng: np.random.Generator,
    starts: int = 1,
    *,
    discriminator: Discriminator = "linear",
    bias: bool = True,
    start: np.ndarray | None = None,
    neurons: int = 8,
    step: float | None = None,
    n_steps: int = 3000,
    keep: int = 121,
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> GameTraining:
    """Train generator and discriminator by simultaneous gradient steps, from samples ``start`` or drawn ones.

    ``step`` is by default ``usual_step``; ``keep`` is how many iterates of the ``n_steps`` are stored.
    Raises ValueError for data that is none, beta or step ≤ 0, or counts out of range.
    """
    X = checked(X, discriminator)
    beta = positive(beta, "beta")
    step = usual_step(X, beta, discriminator) if step is None else positive(step, "step")
    B, m = whole_number(starts, "starts", 1, MOST_STARTS), whole_number(neurons, "neurons", 1, 200)
    n_steps, keep = whole_number(n_steps, "n_steps", 1, MOST_STEPS), whole_number(keep, "keep", 2, MOST_KEPT)
    first = None if start is None else checked(start, discriminator, "start")
    if first is not None and first.shape != X.shape:
        raise ValueError(f"start must have the shape {X.shape} of X, but has {first.shape}.")
    spread = 0.5 * float(np.sqrt(np.mean(X**2))) or 1.0
    runs: list[GameRun] = []
    for b in range(B):
        if runs and stop is not None and stop():
            break
        G = rng.standard_normal(X.shape) * spread if first is None else first.copy()
        d = X.shape[1] + (bias and discriminator == "relu")
        W, alpha = 0.3 * rng.standard_normal((d, m)), 0.3 * rng.standard_normal(m)
        stored = np.unique(np.rint(np.linspace(0, n_steps, keep)).astype(int))
        runs.append(_run_game(X, beta, (G, W, alpha), stored, step=step, discriminator=discriminator, bias=bias))
        if progress is not None:
            progress(b + 1, B)
    ends = [(run.values[-1], run.distances[-1]) for run in runs]
    return GameTraining(
        readonly([value for value, _ in ends]), readonly([last for _, last in ends]), tuple(runs), len(runs) == B
    )


def usual_step(X: np.ndarray, beta: float, discriminator: Discriminator) -> float:
    """Return a step size at which the players oscillate without diverging."""
    if discriminator == "quadratic":
        return 0.005 / (float(np.sum(X**2)) + beta)
    return 0.05 / (beta + float(np.sqrt(np.sum(X**2))))


def _run_game(
    X: np.ndarray,
    beta: float,
    players: tuple[np.ndarray, np.ndarray, np.ndarray],
    stored: np.ndarray,
    *,
    step: float,
    discriminator: Discriminator,
    bias: bool,
) -> GameRun:
    G, W, alpha = players
    with_bias = bias and discriminator == "relu"
    real = discriminator_inputs(X, bias=with_bias)
    limit = DIVERGED * (float(np.max(np.abs(X))) or 1.0)
    kept, steps = [G], [0]
    diverged = False
    for t in range(1, int(stored[-1]) + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            down, up_W, up_alpha = _gradients(
                real, discriminator_inputs(G, bias=with_bias), W, alpha, beta=beta, discriminator=discriminator
            )
            G_new = G - step * (down[:, : X.shape[1]] + 2.0 * G)
            W_new, alpha_new = W + step * up_W, alpha + step * up_alpha
        sizes = [np.max(np.abs(a)) for a in (G_new, W_new, alpha_new)]
        if not max(sizes) <= limit:
            diverged = True
            break
        G, W, alpha = G_new, W_new, alpha_new
        if stored[np.searchsorted(stored, t)] == t:
            kept.append(G)
            steps.append(t)
    samples = np.array(kept)
    values = np.sum(samples**2, axis=(1, 2))
    distances = np.array([distance(X, frame, discriminator, bias=bias) for frame in samples])
    return GameRun(
        readonly(samples),
        readonly(steps),
        readonly(values),
        readonly(distances),
        Network(W, alpha),
        diverged,
        turns_of(values),
        float(np.ptp(values[len(values) // 2 :])),
    )


def turns_of(values: np.ndarray, share: float = 0.02) -> int:
    """Return how often a sequence changes direction, counting only changes above a share of its largest value."""
    least = share * float(np.max(values))
    turns, direction, extreme = 0, 0, float(values[0])
    for value in values[1:]:
        move = float(value) - extreme
        if direction == 0:
            if abs(move) > least:
                direction, extreme = (1 if move > 0 else -1), float(value)
        elif move * direction >= 0:
            extreme = float(value)
        elif abs(move) > least:
            turns, direction, extreme = turns + 1, -direction, float(value)
    return turns


def _gradients(
    real: np.ndarray,
    made: np.ndarray,
    W: np.ndarray,
    alpha: np.ndarray,
    *,
    beta: float,
    discriminator: Discriminator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the game's gradients in the generated samples, W and alpha (without ‖G‖²)."""
    pre_real, pre_made = real @ W, made @ W
    if discriminator == "quadratic":
        down = -2.0 * (pre_made * alpha) @ W.T
        up_W = 2.0 * alpha * (real.T @ pre_real - made.T @ pre_made) - 2.0 * beta * np.linalg.norm(W, axis=0) * W
        return down, up_W, (pre_real**2).sum(axis=0) - (pre_made**2).sum(axis=0) - beta * np.abs(alpha) * alpha
    on_real, on_made = np.ones_like(pre_real), np.ones_like(pre_made)
    if discriminator == "relu":
        on_real, on_made = (pre_real > 0).astype(float), (pre_made > 0).astype(float)
    up_W = alpha * (real.T @ on_real - made.T @ on_made) - beta * W
    up_alpha = (on_real * pre_real).sum(axis=0) - (on_made * pre_made).sum(axis=0) - beta * alpha
    return -(on_made * alpha) @ W.T, up_W, up_alpha
