"""Wasserstein GAN: the discriminator's game as a constraint on the generated samples, solved, and played by descent–ascent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import streamlit as st

from landscape.extensions import wgan
from landscape.extensions.common import Exactness
from landscape.extensions.training import Progress, Stop
from landscape.figures.point_clouds import oscillation, point_clouds
from landscape.figures.style import DATA, OPTIMUM, STUCK, STUCK_INK, as_json, run_color, run_symbol
from landscape.figures.value_strip import Row, value_strip
from landscape.numbers import counted, short, written
from landscape.scenario.limits import Range
from landscape.web.beyond.controls import field, fraction_dial, points_dial, training_dials, words
from landscape.web.beyond.session import put
from landscape.web.beyond.setting import Setting, point, sentence
from landscape.web.beyond.state import State, moved
from landscape.web.controls import choice, dial
from landscape.web.stage import View

KINDS = ("linear", "quadratic", "relu")
KEPT = 101
STEPS = 3000
LEVEL, FLOOR = 1.18, 0.0
"""Heights at which real samples and the starts of generated ones stand, for data on a line."""


@dataclass(frozen=True)
class GameState(State):
    """Real samples x and the first generated ones y, of ``dims`` features; ``beta`` is a fraction of β_max."""

    starts: int = 3
    dims: int = 2
    discriminator: str = "quadratic"
    beta: float = 0.4

    limits: ClassVar[Mapping[str, Range]] = {"dims": Range(1, 2, whole=True), "beta": Range(0.01, 1.5), "starts": Range(1, 10, whole=True)}
    choices: ClassVar[Mapping[str, Sequence[str]]] = {"discriminator": KINDS}

    @property
    def per_x(self) -> int:
        """Features a sample."""
        return self.dims

    @property
    def per_y(self) -> int:
        """Features a generated sample."""
        return self.dims

    @property
    def sizes(self) -> Range:
        """How many samples are taken."""
        return Range(2, 8, whole=True)

    @property
    def X(self) -> np.ndarray:
        """Real samples (n, d)."""
        return np.array(self.x).reshape(self.n, self.dims)

    @property
    def G(self) -> np.ndarray:
        """First generated samples (n, d)."""
        return np.array(self.y).reshape(self.n, self.dims)


EXAMPLE = (
    ((1.2, 0.9), (-0.4, -0.5)), ((-0.8, 0.7), (0.3, -0.6)), ((1.6, 0.5), (-0.1, -0.9)), ((-1.1, 0.4), (0.6, -0.3)),
    ((1.4, 1.2), (-0.6, -0.1)), ((-0.7, 1.0), (0.1, -0.2)), ((0.4, 1.3), (0.2, -1.0)), ((0.9, 0.3), (-0.7, -0.8)),
)  # fmt: skip
"""Real samples in two clouds, and where generated ones begin."""


def _example(n: int, dims: int = 2) -> GameState:
    real, made = ([v for pair in EXAMPLE[:n] for v in pair[part][:dims]] for part in (0, 1))
    return GameState(tuple(real), tuple(made), dims=dims)


def _more(state: GameState) -> GameState:
    real, made = EXAMPLE[state.n % len(EXAMPLE)]
    return replace(state, x=(*state.x, *real[: state.dims]), y=(*state.y, *made[: state.dims]))


def dims_changed(state: GameState, dims: int) -> GameState:
    """Return the state with another number of features: the first stays, the second comes from the example."""
    if dims == state.dims:
        return state
    both = []
    for part, points in enumerate((state.X, state.G)):
        second = np.array([EXAMPLE[i % len(EXAMPLE)][part][1] for i in range(state.n)])
        both.append(points[:, :1] if dims == 1 else np.column_stack([points[:, 0], second]))
    x, y = (tuple(float(v) for v in points.ravel()) for points in both)
    return replace(state, dims=dims, x=x, y=y)


@lru_cache(maxsize=64)
def beta_max(x: tuple[float, ...], dims: int, discriminator: str) -> float:
    """Return the β from which on all generated samples may stand at 0."""
    X = np.array(x).reshape(-1, dims)
    return wgan.distance(X, np.zeros_like(X), discriminator)  # type: ignore[arg-type]


def _beta(state: GameState) -> float:
    return state.beta * beta_max(state.x, state.dims, state.discriminator) or 1e-6


def _solve(state: GameState) -> wgan.GameSolution:
    return wgan.solve(state.X, _beta(state), state.discriminator, start=state.G)  # type: ignore[arg-type]


def _train(state: GameState, progress: Progress, stop: Stop) -> wgan.GameTraining:
    rng = np.random.default_rng(state.seed)
    return wgan.train(state.X, _beta(state), rng, state.starts, discriminator=state.discriminator, start=state.G, n_steps=STEPS,  # type: ignore[arg-type]
                      keep=KEPT, progress=progress, stop=stop)  # fmt: skip


def _controls(state: GameState) -> None:
    words("Discriminator", "discriminator", state, tuple((kind, "ReLU" if kind == "relu" else kind) for kind in KINDS),
          "What judges the samples: Σ α x·w, Σ α (x·w)², or Σ α relu(x·w + b).")  # fmt: skip
    choice("Features", str(state.dims), (("1", "1"), ("2", "2")), lambda d: put(dims_changed(state, int(d))), key="game dims")
    size = (
        "a closed form at any size." if state.discriminator != "relu"
        else f"{state.dims + 1} weights a neuron, bias included; neurons are added until none tells the samples apart, some seconds at 8 samples."
    )  # fmt: skip
    points_dial(state, _more, f"n = {state.n} real and as many generated samples: {size} At most {int(state.sizes.high)}.")
    top = beta_max(state.x, state.dims, state.discriminator)
    fraction_dial(state, "β / β_max", f"β is the discriminator’s weight decay: how far apart the clouds may stay. From β_max = {short(top)} on, all samples stand at 0.", "beta")
    training_dials(state, starts=False)
    dial("Games played", state.starts, Range(1, 10, whole=True), field("starts", whole=True), slider=(1, 10), step=1, key="game starts",
         help="Gradient descent–ascent, each time with another discriminator drawn at random.")  # fmt: skip


def _tracks(found: wgan.GameSolution, count: int) -> np.ndarray:
    share = np.linspace(0.0, 1.0, count)[:, None, None]
    return found.frames[0] + share * (found.samples - found.frames[0])


def _views(state: GameState, found: wgan.GameSolution | None, trained: wgan.GameTraining | None) -> list[View]:
    played = trained.runs[0] if trained is not None else None
    steps = played.steps if played is not None else np.arange(41)
    alt = f"{counted(state.n, 'real sample')} and as many generated ones."
    if found is None:
        still = np.repeat(state.G[None], len(steps), axis=0)
        return [View("clouds", "From the start to the solution", "On the way: only the samples are drawn.", alt,
                     as_json(point_clouds(state.X, still, steps, solved=False)), kind="still")]  # fmt: skip
    views = [View("clouds", "From the start to the solution", "Squares: real samples; ★: the generated samples that solve the game. Drag squares and starts.",
                  alt, as_json(point_clouds(state.X, _tracks(found, len(steps)), steps, solved=True)))]  # fmt: skip
    if played is not None:
        views.append(View("played", "The same game by descent–ascent", "Both players take gradient steps; the samples circle before they settle. Press play.",
                          f"{counted(len(played.steps), 'stored step')} of one game.", as_json(point_clouds(state.X, played.samples, played.steps, solved=False))))  # fmt: skip
    views.append(View("values", "Values", "‖G‖² where each game ended: left of the line, samples are smaller than allowed, or still told apart.",
                      f"‖G‖² of the solution {written(found.value)}.", as_json(_strip(state, found, trained)), kind="still"))  # fmt: skip
    if played is not None:
        drawn = oscillation(played.steps, played.values, played.distances, _beta(state), found.value)
        views.append(View("swing", "Oscillation", "Blue: ‖G‖²; vermillion: by how much the best neuron tells the clouds apart, which should end at β.",
                          f"‖G‖² turns round {counted(played.turns, 'time')}.", as_json(drawn), kind="still"))  # fmt: skip
    return views


def _strip(state: GameState, found: wgan.GameSolution, trained: wgan.GameTraining | None) -> Any:
    rows = [
        Row("convex" if found.exactness is Exactness.EXACT else "program", [found.value], "star", OPTIMUM),
        Row("recovered", [_own(state, found)], "diamond", OPTIMUM),
        Row("played", [] if trained is None else trained.values.tolist(), "circle", DATA, "" if trained is None else "least"),
        Row("proven bound", [found.lower_bound], "triangle-right", STUCK_INK),
    ]
    return value_strip(rows, "‖G‖²", found.value)


def _own(state: GameState, found: wgan.GameSolution) -> float:
    return wgan.objective(state.X, found.samples, _beta(state), found.network, state.discriminator)  # type: ignore[arg-type]


def _told(state: GameState, found: wgan.GameSolution | None, trained: wgan.GameTraining | None) -> list[dict[str, Any]]:
    if found is None:
        return [sentence("optimum", "Convex program:", "on the way.", OPTIMUM, "star")]
    beta = _beta(state)
    how = "Closed form" if state.discriminator != "relu" else "Convex–concave rounds"
    said = [
        sentence("optimum", f"{how}:", f"‖G‖² = {written(found.value)}. {found.exactness.sentence} Proven bound {written(found.lower_bound)}.", OPTIMUM, "star"),
        sentence("recovered", "Recovered discriminator:", f"with it the game is worth {written(_own(state, found))}; the best neuron tells the clouds apart "
                 f"by {written(found.distance)}, and β = {written(beta)} is allowed.", OPTIMUM, "diamond"),
    ]  # fmt: skip
    if trained is None:
        return [*said, sentence("trained", "Descent–ascent:", "on the way.", DATA, "circle")]
    values, distances = trained.values, trained.distances
    worst = int(np.argmax(np.abs(values - found.value)))
    played = trained.runs[0]
    ends = f"ended at ‖G‖² from {written(float(values.min()))} to {written(float(values.max()))}, clouds told apart by up to {written(float(distances.max()))}."
    swing = f" In the first, ‖G‖² turned round {counted(played.turns, 'time')}."
    lost = " One ran away." if any(run.diverged for run in trained.runs) else ""
    above = f" The farthest is {short(abs(float(values[worst]) - found.value), 2)} from the solution."
    return [*said, sentence("trained", "Descent–ascent:", f"{counted(len(values), 'game')} of {STEPS:,} steps {ends}{swing}{above}{lost}", DATA, "circle")]


def _points(state: GameState) -> list[dict[str, Any]]:
    flat = state.dims == 1
    axes = "x" if flat else "xy"
    real = [point(f"data{i}", i, "clouds", f"Real sample {i + 1}", float(p[0]), LEVEL if flat else float(p[1]), axes=axes) for i, p in enumerate(state.X)]
    made = [point(f"start{i}", i, "clouds", f"Start of generated sample {i + 1}", float(p[0]), FLOOR if flat else float(p[1]), axes=axes, symbol=run_symbol(i),
                  color=run_color(i), removable=False) for i, p in enumerate(state.G)]  # fmt: skip
    return [*real, *made]


def _moved(state: GameState, name: str, x: float, y: float) -> State:
    which, i = ("x", int(name.removeprefix("data"))) if name.startswith("data") else ("y", int(name.removeprefix("start")))
    state = moved(state, which, state.dims * i, x)
    return state if state.dims == 1 else moved(state, which, 2 * i + 1, y)


def _runs(state: GameState, found: wgan.GameSolution | None, trained: wgan.GameTraining | None) -> list[dict[str, Any]]:
    if found is None or trained is None:
        return []
    played = trained.runs[0]
    return [
        {"id": f"run{j}", "name": f"Sample {j + 1}", "color": run_color(j), "symbol": run_symbol(j), "m": 1, "steps": played.steps.tolist(),
         "objective": played.values.tolist()}
        for j in range(state.n)
    ]  # fmt: skip


def _details(state: GameState, found: wgan.GameSolution, trained: Any) -> None:
    if found.exactness is Exactness.FIXED_PATTERNS:
        st.caption("The ReLU game is convex once the generator’s activation patterns are fixed. Rounds of it end where the samples are best for their own "
                   f"patterns: {written(found.value)} is reached, {written(found.lower_bound)} is proven to be out of reach, and between them nothing is claimed.")  # fmt: skip


GAME = Setting(
    "game",
    "Wasserstein GAN",
    "A generator moves its samples $G$ until no **discriminator** with weight decay $\\beta$ tells them from the data $X$. The inner "
    "maximum is convex duality: the game is a **constraint** on the samples.",
    r"\begin{gathered}\min_G\max_D\ \textstyle\sum_iD(x_i)-\sum_iD(g_i)-\beta\,\mathrm{decay}(D)+\|G\|_F^2\\[2pt]"
    r"=\ \min_G\|G\|_F^2\ \ \text{s.t.}\ \ \Big|\sum_i\phi(x_i^{\!\top}u)-\sum_i\phi(g_i^{\!\top}u)\Big|\le\beta\ \ \forall\,\|u\|\le1\end{gathered}",
    "φ is the identity (only the means are compared), the square (second moments: singular values of X are softened, Σ² − β), or the ReLU (a "
    "convex–concave game once the generator’s patterns are fixed).",
    _example(6),
    ("x", "y", "dims", "discriminator", "beta"),
    _solve, _train, _controls, _views, _told, _points, _moved, _details, None, _runs,
)  # fmt: skip
