"""Three layers in parallel sub-networks: convex over all combinations of activation patterns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import streamlit as st

from landscape.convex.twin import solve_convex
from landscape.extensions import three_layer as tl
from landscape.extensions.shared.checks import Exactness
from landscape.extensions.shared.quasi_newton import Progress, Stop, TrainedNetworks
from landscape.figures.beyond.group_matrix import group_matrix
from landscape.figures.beyond.output_curves import Line, neuron_shares, output_curves
from landscape.figures.beyond.value_strip import Row, value_strip
from landscape.figures.style import RUN_COLORS, STUCK, as_json
from landscape.formatting import counted, short, subscript, written
from landscape.geometry.fan import fan
from landscape.model.network import Network, predict
from landscape.model.problem import Problem
from landscape.scenario.limits import Range
from landscape.web.beyond.code import extension_script, one_program
from landscape.web.beyond.controls import lam_dial, points_dial, training_dials, word_choice
from landscape.web.beyond.line_data import (
    LineState,
    fine_grid,
    kinked_grid,
    line_points,
    more_on_line,
    move_on_line,
    span_of,
    with_bias,
)
from landscape.web.beyond.setting import (
    DRAG,
    VALUES,
    VALUES_CAPTION,
    Setting,
    comparison,
    sentence,
    trained_sentence,
    value_rows,
    value_sentences,
)
from landscape.web.stage.protocol.sentences import Sentence
from landscape.web.stage.protocol.views import StageView

TWO_LAYERS = RUN_COLORS[3]
USED = 1e-6
"""Sub-networks below this share of the largest are 0 up to rounding."""

SAME = 1e-6
"""Values that are closer, relative to their size, are called equal."""


@dataclass(frozen=True)
class ThreeLayerState(LineState):
    """Data of one feature with a bias; ``width`` hidden neurons a sub-network."""

    width: int = 2
    lam: float = 0.1

    limits: ClassVar[Mapping[str, Range]] = {"width": Range(1, 3, whole=True), "lam": Range(1e-4, 1e3)}

    @property
    def sizes(self) -> Range:
        """How many points are taken."""
        return Range(2, 10, whole=True)


@dataclass(frozen=True, eq=False)
class Found:
    """The three-layer solution, and for comparison the best two-layer network with its value."""

    deep: tl.PathSolution
    two: Network
    two_value: float


def _solve(state: ThreeLayerState) -> Found:
    deep = tl.solve(state.X, state.labels, state.lam, state.width)
    two = solve_convex(Problem(state.X, state.labels, state.lam))
    return Found(deep, two.network, two.value)


def _train(state: ThreeLayerState, progress: Progress, stop: Stop) -> TrainedNetworks[tl.PathNetwork]:
    rng = np.random.default_rng(state.seed)
    return tl.train(
        state.X, state.labels, state.lam, rng, state.starts, width=state.width, progress=progress, stop=stop
    )


@lru_cache(maxsize=64)
def _groups(x: tuple[float, ...], width: int) -> int | None:
    """Return how many groups there are, or None where they are too many to list."""
    from landscape.extensions.shared.cones import sectors
    from landscape.extensions.three_layer.groups import all_groups

    groups = all_groups(sectors(with_bias(x)), width, tl.MOST_LISTED)
    return None if groups is None else 2 * groups.count


def _controls(state: ThreeLayerState) -> None:
    word_choice(
        "Hidden neurons a sub-network",
        "width",
        state,
        (("1", "1"), ("2", "2"), ("3", "3")),
        "m₁: how many neurons the first layer of each sub-network has.",
    )
    cones, groups = fan(state.X).cones, _groups(state.x, state.width)
    count = (
        f"{groups:,} groups, all held: exact."
        if groups is not None
        else (
            f"more than {2 * tl.MOST_LISTED:,} groups: only generated ones are held, so the value is "
            f"one that is reached, not proven."
        )
    )
    points_dial(
        state,
        more_on_line,
        f"n = {state.n}, m₁ = {state.width}: {cones} first-layer patterns, {count} At most "
        f"{int(state.sizes.high)} points.",
    )
    lam_dial(
        state,
        "Each sub-network pays 2λ times the length of all its paths, (Σ ‖w₁‖² w₂² w₃²)^½. A larger λ "
        "gives a flatter curve.",
    )
    training_dials(state)


def _used(network: tl.PathNetwork) -> list[int]:
    """Return the sub-networks that are not 0 up to rounding, the largest first."""
    paths = np.linalg.norm(np.linalg.norm(network.W1, axis=1) * network.W2 * network.w3[:, None], axis=1)
    order = np.argsort(-paths)
    return [int(k) for k in order if paths[k] > USED * max(float(paths.max()), 1e-300)]


def _line(name: str, run: str, network: tl.PathNetwork, span: tuple[float, float], look: str) -> Line:
    grid = fine_grid(network.W1.transpose(1, 0, 2).reshape(2, -1), span)
    return Line(name, run, grid, tl.predict(with_bias(grid), network)[:, None], look)


def _views(
    state: ThreeLayerState, found: Found | None, trained: TrainedNetworks[tl.PathNetwork] | None
) -> list[StageView]:
    span, lines = span_of(state.x), []
    if found is not None:
        lines.append(_line("three layers", "optimum", found.deep.network, span, "optimum"))
        grid = kinked_grid(found.two.W, span)
        lines.append(Line("two layers", "two", grid, predict(with_bias(grid), found.two)[:, None], "other", TWO_LAYERS))
    if trained is not None:
        lines.append(_line("best trained network", "trained", trained.network, span, "trained"))
    late = "" if found is not None else " The networks are on their way."
    drawn = output_curves(state.X[:, 0], state.labels[:, None], lines, span)
    views = [
        StageView(
            "outputs",
            "Data and outputs",
            f"Squares: the data. Yellow: three layers, recovered; dotted green: the best two layers; dashed: the best "
            f"trained three.{late}",
            f"{counted(state.n, 'data point')}, x from {short(min(state.x))} to {short(max(state.x))}.",
            as_json(drawn),
            kind="still",
        )
    ]
    if found is not None:
        views.append(_shares(found, span))
    alt = (
        "The values are on their way."
        if found is None
        else f"Three layers {written(found.deep.value)}, two layers {written(found.two_value)}."
    )
    views.append(
        StageView(
            "values",
            VALUES,
            VALUES_CAPTION,
            alt,
            as_json(_strip(state, found, trained)),
            kind="still",
        )
    )
    if found is not None:
        views.append(_gates(state, found))
    return views


def _shares(found: Found, span: tuple[float, float]) -> StageView:
    network = found.deep.network
    used = _used(network)[:6]
    grid = fine_grid(network.W1.transpose(1, 0, 2).reshape(2, -1), span)
    parts = [
        tl.predict(with_bias(grid), tl.PathNetwork(network.W1[[k]], network.W2[[k]], network.w3[[k]])) for k in used
    ]
    drawn = neuron_shares(
        grid,
        np.stack(parts, axis=1) if parts else np.zeros((len(grid), 0)),
        [f"sub-network {i + 1}" for i in range(len(used))],
        span,
    )
    return StageView(
        "shares",
        "What each sub-network adds",
        "Numbered as its groups. A neuron of three layers can be a bump: its slope ends where its second ReLU closes.",
        f"{counted(len(used), 'sub-network')}.",
        as_json(drawn),
        kind="still",
    )


def _gates(state: ThreeLayerState, found: Found) -> StageView:
    network, X = found.deep.network, state.X
    rows, gates, second = [], [], []
    for place, k in enumerate(_used(network)[:4]):
        pre = X @ network.W1[k]
        for j in range(state.width):
            if np.linalg.norm(network.W1[k, :, j]) * abs(network.W2[k, j]) > 0:
                rows.append(f"{place + 1}: {'+' if network.W2[k, j] > 0 else '−'} D₁")
                gates.append(pre[:, j] > 0)
                second.append(False)
        rows.append(f"{place + 1}: {'+' if network.w3[k] > 0 else '−'} D₂")
        gates.append(np.maximum(pre, 0.0) @ network.W2[k] > 1e-9)
        second.append(True)
    table = np.array(gates) if gates else np.zeros((0, state.n), dtype=bool)
    names = [f"x{subscript(i + 1)}" for i in range(state.n)]
    return StageView(
        "gates",
        "Groups in use",
        "Rows: sub-network, sign of weight, gate. Blue: D₁, a hidden neuron is active; orange: D₂, the second ReLU is.",
        f"{counted(len(rows), 'gate')} of the recovered sub-networks.",
        as_json(group_matrix(table, rows, np.array(second, dtype=bool), names)),
        kind="still",
    )


def _strip(state: ThreeLayerState, found: Found | None, trained: TrainedNetworks[tl.PathNetwork] | None) -> Any:
    values = None if trained is None else trained.values
    if found is None:
        return value_strip(value_rows(None, None, values, None), "objective F")
    rows = value_rows(found.deep.value, _own(state, found), values, found.deep.lower_bound)
    return value_strip(
        [*rows, Row("two layers", [found.two_value], "square", TWO_LAYERS)], "objective F", found.deep.value
    )


def _own(state: ThreeLayerState, found: Found) -> float:
    return tl.objective(state.X, state.labels, state.lam, found.deep.network)


def _sentences(
    state: ThreeLayerState, found: Found | None, trained: TrainedNetworks[tl.PathNetwork] | None
) -> list[Sentence]:
    if found is None:
        return [sentence("optimum", "Convex twin:", "on the way.", STUCK, "star")]
    deep = found.deep
    held = (
        f"Over {deep.groups:,} generated groups."
        if deep.exactness is Exactness.SAMPLED
        else f"Over all {deep.groups:,} groups."
    )
    sentences = value_sentences(
        deep.value,
        deep.lower_bound,
        _own(state, found),
        f"{held} {deep.exactness.sentence}",
        counted(len(_used(deep.network)), "sub-network"),
    )
    difference = deep.value - found.two_value
    better = "the same" if abs(difference) <= SAME * abs(deep.value) else "a lower" if difference < 0 else "a higher"
    return [
        *sentences,
        trained_sentence(None if trained is None else trained.values, deep.value),
        sentence(
            "two",
            "Two layers:",
            f"{written(found.two_value)}, the proven optimum of two layers, whose paths cost the same "
            f"2λ; three layers reach {better} "
            "value.",
            TWO_LAYERS,
            "square",
        ),
    ]


def _details(state: ThreeLayerState, found: Found, trained: Any) -> None:
    network = found.deep.network
    used = _used(network)
    st.markdown("**The recovered sub-networks**, the largest first: each group of patterns in use gives one.")
    st.dataframe(
        {
            "first layer (w, b)": ["; ".join(f"({short(w)}, {short(b)})" for w, b in network.W1[k].T) for k in used],
            "w₂": [", ".join(short(v) for v in network.W2[k]) for k in used],
            "w₃": [short(network.w3[k]) for k in used],
        },
        hide_index=True,
        width="stretch",
        height=min(38 + 35 * len(used), 320),
    )


def _compare(state: ThreeLayerState, found: Found, trained: TrainedNetworks[tl.PathNetwork] | None) -> Sentence:
    values = None if trained is None else trained.values
    return comparison(found.deep.value, values, proven=found.deep.exactness is Exactness.EXACT)


def _code(state: ThreeLayerState) -> str:
    body = one_program(
        "X, y, lam",
        "",
        f"X, y, lam, np.random.default_rng({state.seed}), {state.starts}, width=width",
        solve="X, y, lam, width",
        alias="tl",
    )
    data, numbers = (("X", state.X), ("y", state.labels)), (("lam", state.lam), ("width", state.width))
    return extension_script("Three-layer networks side by side.", "three_layer", "tl", data, numbers, body)


THREE_LAYER = Setting(
    "layers",
    "Three layers",
    "Small **three-layer networks side by side** are added up, and each pays for the length of its paths. Fix which "
    "samples pass each ReLU, in both layers, and training is a convex program over all such **groups**: it says what "
    "depth gains over two layers.",
    (
        r"f(x)=\sum_k w_{3k}\,\mathrm{relu}\Big(\sum_j w_{2kj}\,\mathrm{relu}(x^{\!\top}w_{1kj})\Big)",
        r"F=\|f-y\|^2+2\lambda\sum_k\Big(\sum_j\|w_{1kj}\|^2w_{2kj}^2w_{3k}^2\Big)^{1/2}",
    ),
    "The number of groups grows fast with n and the width, but for fixed rank only as a power of n. "
    "Where all are held the value is the optimum; "
    "where only generated groups are, it is the value of a network that exists, and a better one may too.",
    ThreeLayerState((-0.9, -0.2, 0.3, 1.0), (0.9, -0.5, 0.7, -0.2)),
    ("x", "y", "width", "lam"),
    _solve,
    _train,
    _controls,
    _views,
    _sentences,
    line_points,
    move_on_line,
    _details,
    code=_code,
    compare=_compare,
    invitation=f"{DRAG} At the left: more hidden neurons, another λ.",
)
