"""Wasserstein GAN: the game as a constraint on the generated samples, solved, and played by descent–ascent."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import streamlit as st

from landscape.extensions import wgan
from landscape.extensions.shared.checks import Exactness
from landscape.extensions.shared.quasi_newton import Progress, Stop
from landscape.figures.beyond.point_clouds import oscillation, point_clouds
from landscape.figures.beyond.value_strip import Row, value_strip
from landscape.figures.style import DATA, OPTIMUM, STUCK, as_json, run_color, run_symbol
from landscape.formatting import counted, short, written
from landscape.scenario.limits import Range
from landscape.web.beyond.code import CONVEX, extension_script
from landscape.web.beyond.controls import field, fraction_dial, here, points_dial, training_dials, word_choice
from landscape.web.beyond.setting import TRAINED, Setting, point, sentence
from landscape.web.beyond.settings.wgan_state import KINDS, WganState, beta_max, decay_of, dims_changed, example, more
from landscape.web.beyond.state import SettingState, with_number
from landscape.web.session import put
from landscape.web.shared.widgets import choice, dial
from landscape.web.stage.protocol.drags import DraggedPoint
from landscape.web.stage.protocol.runs import PlayedRun
from landscape.web.stage.protocol.sentences import Sentence
from landscape.web.stage.protocol.views import StageView

KEPT = 101
"""Iterates of each game that are stored."""

STEPS = 3000
"""Steps of descent–ascent."""

LEVEL, FLOOR = 1.18, 0.0
"""Heights at which real samples and the starts of generated ones are drawn, for data on a line."""


def _solve(state: WganState) -> wgan.GameSolution:
    return wgan.solve(state.X, decay_of(state), state.discriminator, start=state.G)


def _train(state: WganState, progress: Progress, stop: Stop) -> wgan.GameTraining:
    rng = np.random.default_rng(state.seed)
    return wgan.train(
        state.X,
        decay_of(state),
        rng,
        state.starts,
        discriminator=state.discriminator,
        start=state.G,
        n_steps=STEPS,
        keep=KEPT,
        progress=progress,
        stop=stop,
    )


def _controls(state: WganState) -> None:
    word_choice(
        "Discriminator",
        "discriminator",
        state,
        tuple((kind, "ReLU" if kind == "relu" else kind) for kind in KINDS),
        "What judges the samples: Σ α x·w, Σ α (x·w)², or Σ α relu(x·w + b).",
    )
    choice(
        "Features",
        str(state.dims),
        (("1", "1"), ("2", "2")),
        here(lambda d: put(dims_changed(state, int(d)))),
        key="game dims",
    )
    size = (
        "a closed form at any size."
        if state.discriminator != "relu"
        else f"{state.dims + 1} weights a neuron, bias included; neurons are added until none tells the samples apart, "
        "some seconds at 8 samples."
    )
    points_dial(
        state, more, f"n = {state.n} real and as many generated samples: {size} At most {int(state.sizes.high)}."
    )
    top = beta_max(state.x, state.dims, state.discriminator)
    fraction_dial(
        state,
        "β / β_max",
        f"β is the discriminator’s weight decay: how far apart the clouds may stay. From β_max = "
        f"{short(top)} on, all samples stand at 0.",
        "beta",
    )
    training_dials(state, starts=False)
    dial(
        "Games played",
        state.starts,
        Range(1, 10, whole=True),
        field("starts", whole=True),
        slider=(1, 10),
        step=1,
        key="game starts",
        help="Gradient descent–ascent, each time with another discriminator drawn at random.",
    )


def _tracks(found: wgan.GameSolution, count: int) -> np.ndarray:
    share = np.linspace(0.0, 1.0, count)[:, None, None]
    tracks: np.ndarray = found.frames[0] + share * (found.samples - found.frames[0])
    return tracks


def _views(state: WganState, found: wgan.GameSolution | None, trained: wgan.GameTraining | None) -> list[StageView]:
    played = trained.runs[0] if trained is not None else None
    steps = played.steps if played is not None else np.arange(41)
    alt = f"{counted(state.n, 'real sample')} and as many generated ones."
    if found is None:
        still = np.repeat(state.G[None], len(steps), axis=0)
        return [
            StageView(
                "clouds",
                "From the start to the solution",
                "On the way: only the samples are drawn.",
                alt,
                as_json(point_clouds(state.X, still, steps, solved=False)),
                kind="still",
            )
        ]
    views = [
        StageView(
            "clouds",
            "From the start to the solution",
            "Squares: real samples; ★: the generated samples that solve the game.",
            alt,
            as_json(point_clouds(state.X, _tracks(found, len(steps)), steps, solved=True)),
            invitation="Drag squares and starts.",
        )
    ]
    if played is not None:
        views.append(
            StageView(
                "played",
                "The same game by descent–ascent",
                "Both players take gradient steps; the samples circle before they settle. Press play.",
                f"{counted(len(played.steps), 'stored step')} of one game.",
                as_json(point_clouds(state.X, played.samples, played.steps, solved=False)),
            )
        )
    views.append(
        StageView(
            "values",
            "Solution against descent–ascent",
            "‖G‖², the size of the generated samples, where each game ended. Left of the line: smaller than allowed, "
            "or still told apart.",
            f"‖G‖² of the solution {written(found.value)}.",
            as_json(_strip(state, found, trained)),
            kind="still",
        )
    )
    if played is not None:
        drawn = oscillation(played.steps, played.values, played.distances, decay_of(state), found.value)
        views.append(
            StageView(
                "swing",
                "Oscillation",
                "Blue: ‖G‖²; orange: by how much the best neuron tells the clouds apart, which should end at β.",
                f"‖G‖² turns round {counted(played.turns, 'time')}.",
                as_json(drawn),
                kind="still",
            )
        )
    return views


def _strip(state: WganState, found: wgan.GameSolution, trained: wgan.GameTraining | None) -> Any:
    rows = [
        Row("convex" if found.exactness is Exactness.EXACT else "program", [found.value], "star", OPTIMUM),
        Row("recovered", [_own(state, found)], "diamond", OPTIMUM),
        Row(
            "played",
            [] if trained is None else trained.values.tolist(),
            "circle",
            DATA,
            "" if trained is None else "least",
        ),
        Row("proven bound", [found.lower_bound], "triangle-right", STUCK),
    ]
    return value_strip(rows, "‖G‖²", found.value)


def _own(state: WganState, found: wgan.GameSolution) -> float:
    return wgan.objective(state.X, found.samples, decay_of(state), found.network, state.discriminator)


def _sentences(state: WganState, found: wgan.GameSolution | None, trained: wgan.GameTraining | None) -> list[Sentence]:
    if found is None:
        return [sentence("optimum", "Convex twin:", "on the way.", OPTIMUM, "star")]
    beta = decay_of(state)
    how = "Closed form" if state.discriminator != "relu" else "Convex–concave rounds"
    sentences = [
        sentence(
            "optimum",
            f"{how}:",
            f"‖G‖² = {written(found.value)}. {found.exactness.sentence} Proven bound {written(found.lower_bound)}.",
            OPTIMUM,
            "star",
        ),
        sentence(
            "recovered",
            "Recovered discriminator:",
            f"with it the game is worth {written(_own(state, found))}; the best neuron tells the clouds apart "
            f"by {written(found.distance)}, and β = {written(beta)} is allowed.",
            OPTIMUM,
            "diamond",
        ),
    ]
    if trained is None:
        return [*sentences, sentence("trained", "Descent–ascent:", "on the way.", TRAINED, "circle")]
    values, distances = trained.values, trained.distances
    worst = int(np.argmax(np.abs(values - found.value)))
    played = trained.runs[0]
    ends = (
        f"ended at ‖G‖² from {written(float(values.min()))} to {written(float(values.max()))}, clouds told apart by up "
        f"to {written(float(distances.max()))}."
    )
    swing = f" In the first, ‖G‖² turned round {counted(played.turns, 'time')}."
    lost = " One ran away." if any(run.diverged for run in trained.runs) else ""
    above = f" The farthest is {short(abs(float(values[worst]) - found.value), 2)} from the solution."
    return [
        *sentences,
        sentence(
            "trained",
            "Descent–ascent:",
            f"{counted(len(values), 'game')} of {STEPS:,} steps {ends}{swing}{above}{lost}",
            DATA,
            "circle",
        ),
    ]


def _points(state: WganState) -> list[DraggedPoint]:
    flat = state.dims == 1
    axes: Literal["x", "xy"] = "x" if flat else "xy"
    real = [
        point(f"data{i}", i, "clouds", f"Real sample {i + 1}", float(p[0]), LEVEL if flat else float(p[1]), axes=axes)
        for i, p in enumerate(state.X)
    ]
    made = [
        point(
            f"start{i}",
            i,
            "clouds",
            f"Start of generated sample {i + 1}",
            float(p[0]),
            FLOOR if flat else float(p[1]),
            axes=axes,
            symbol=run_symbol(i),
            color=run_color(i),
            removable=False,
        )
        for i, p in enumerate(state.G)
    ]
    return [*real, *made]


def _move_point(state: WganState, name: str, x: float, y: float) -> SettingState:
    which, i = (
        ("x", int(name.removeprefix("data"))) if name.startswith("data") else ("y", int(name.removeprefix("start")))
    )
    state = with_number(state, which, state.dims * i, x)
    return state if state.dims == 1 else with_number(state, which, 2 * i + 1, y)


def _runs(state: WganState, found: wgan.GameSolution | None, trained: wgan.GameTraining | None) -> list[PlayedRun]:
    if found is None or trained is None:
        return []
    played = trained.runs[0]
    steps, values = played.steps.tolist(), played.values.tolist()
    return [PlayedRun(f"run{j}", run_color(j), run_symbol(j), steps, values) for j in range(state.n)]


def _details(state: WganState, found: wgan.GameSolution, trained: Any) -> None:
    if found.exactness is Exactness.FIXED_PATTERNS:
        st.caption(
            "The ReLU game is convex once the generator’s activation patterns are fixed. Rounds of "
            "it end where the samples are best for their own "
            f"patterns: {written(found.value)} is reached, {written(found.lower_bound)} is proven to "
            f"be out of reach, and between them nothing is claimed."
        )


def _compare(state: WganState, found: wgan.GameSolution, trained: wgan.GameTraining | None) -> Sentence:
    known = "proven" if found.exactness is Exactness.EXACT else "not proven to be the least"
    first = f"the solution has ‖G‖² = {written(found.value)}, {known}"
    if trained is None:
        return sentence("comparison", "Comparison:", f"{first}; descent–ascent is on the way.", OPTIMUM, "star")
    low, high = float(np.min(trained.values)), float(np.max(trained.values))
    ends = f"at {written(low)}" if len(trained.values) == 1 else f"between {written(low)} and {written(high)}"
    games = counted(len(trained.values), "game")
    return sentence("comparison", "Comparison:", f"{first}; {games} of descent–ascent ended {ends}.", OPTIMUM, "star")


def _code(state: WganState) -> str:
    body = [
        f'discriminator = "{state.discriminator}"',
        "found = wgan.solve(X, beta, discriminator, start=G)",
        CONVEX,
        f"rng = np.random.default_rng({state.seed})",
        f"played = wgan.train(X, beta, rng, {state.starts}, discriminator=discriminator, start=G, n_steps={STEPS}, "
        f"keep={KEPT})",
        'print(f"Descent-ascent: ‖G‖² from {played.values.min():.8g} to {played.values.max():.8g}")',
    ]
    data, numbers = (("X", state.X), ("G", state.G)), (("beta", decay_of(state)),)
    return extension_script("A Wasserstein game.", "wgan", "wgan", data, numbers, body)


WGAN = Setting(
    "game",
    "Wasserstein GAN",
    "A generator moves its samples $G$ until no **discriminator** with weight decay $\\beta$ tells them from the data "
    "$X$. Training both by gradient steps can go round in circles. Duality makes the inner maximum a **constraint** on "
    "the samples: what is left to solve has no adversary.",
    (
        r"\min_G\max_D\ \textstyle\sum_iD(x_i)-\sum_iD(g_i)-\beta\,\mathrm{decay}(D)+\|G\|_F^2",
        r"=\ \min_G\|G\|_F^2\ \ \text{s.t.}\ \ \allowbreak"
        r"\Big|\sum_i\phi(x_i^{\!\top}u)-\sum_i\phi(g_i^{\!\top}u)\Big|\le\beta\ \ \allowbreak\forall\,\|u\|\le1",
    ),
    "φ is the identity (only the means are compared), the square (second moments: singular values of "
    "X are softened, Σ² − β), or the ReLU (a "
    "convex–concave game once the generator’s patterns are fixed).",
    example(6),
    ("x", "y", "dims", "discriminator", "beta"),
    _solve,
    _train,
    _controls,
    _views,
    _sentences,
    _points,
    _move_point,
    _details,
    None,
    _runs,
    code=_code,
    compare=_compare,
    invitation="Press ▶ to see the samples move to the solution, and circle in training. Drag a square or a start.",
)
