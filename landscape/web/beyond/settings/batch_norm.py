"""Batch normalisation, before or after the ReLU: the convex program has whitened data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import streamlit as st

from landscape.extensions import batch_norm as bn
from landscape.extensions.shared.checks import Exactness
from landscape.extensions.shared.quasi_newton import Progress, Stop, TrainedNetworks
from landscape.figures.beyond.norm_curves import with_fixed_statistics
from landscape.figures.beyond.output_curves import Line, output_curves
from landscape.figures.beyond.value_strip import value_strip
from landscape.figures.beyond.whitening import whitening
from landscape.figures.convex_twin.cones import cone_plane
from landscape.figures.style import STUCK, as_json
from landscape.formatting import counted, short, subscript, written
from landscape.geometry.fan import fan
from landscape.model.network import Network, predict
from landscape.scenario.limits import Range
from landscape.web.beyond.code import extension_script, one_program
from landscape.web.beyond.controls import lam_dial, points_dial, training_dials, word_choice
from landscape.web.beyond.line_data import (
    LineState,
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


@dataclass(frozen=True)
class BatchNormState(LineState):
    """Data of one feature with a bias."""

    where: bn.Where = "before"
    lam: float = 0.02

    limits: ClassVar[Mapping[str, Range]] = {"lam": Range(1e-4, 1e3)}
    choices: ClassVar[Mapping[str, Sequence[str]]] = {"where": ("before", "after")}

    @property
    def sizes(self) -> Range:
        """How many points are taken."""
        return Range(2, 24, whole=True)


def _solve(state: BatchNormState) -> bn.NormSolution:
    return bn.solve(state.X, state.labels, state.lam, state.where)


def _train(state: BatchNormState, progress: Progress, stop: Stop) -> TrainedNetworks[bn.NormNetwork]:
    rng = np.random.default_rng(state.seed)
    return bn.train(
        state.X, state.labels, state.lam, rng, state.starts, where=state.where, progress=progress, stop=stop
    )


def _controls(state: BatchNormState) -> None:
    word_choice(
        "Normalised",
        "where",
        state,
        (("before", "before ReLU"), ("after", "after ReLU")),
        "Where each neuron’s values are centred and scaled to length γ.",
    )
    size = (
        f"n = {state.n}: the whitened data has {fan(bn.whiten(state.X).whitened).cones} patterns, "
        f"each with one block of two numbers and a sign."
        if state.where == "before"
        else f"n = {state.n}: {fan(state.X).cones} cones of the data, each with a block of three numbers and a sign."
    )
    points_dial(state, more_on_line, f"{size} At most {int(state.sizes.high)} points here.")
    lam_dial(
        state,
        "Each neuron pays λ (γ² + δ² + α²); its weights w cost nothing. A larger λ gives a flatter "
        "curve of fewer neurons.",
    )
    training_dials(state)


def _line(
    name: str, run: str, state: BatchNormState, network: bn.NormNetwork, span: tuple[float, float], look: str
) -> Line:
    plain = with_fixed_statistics(state.X, network, state.where)
    grid = kinked_grid(plain.W, span)
    return Line(name, run, grid, predict(with_bias(grid), plain)[:, None], look)


def _views(
    state: BatchNormState, found: bn.NormSolution | None, trained: TrainedNetworks[bn.NormNetwork] | None
) -> list[StageView]:
    span = span_of(state.x)
    lines = [_line("recovered network", "optimum", state, found.network, span, "optimum")] if found is not None else []
    if trained is not None:
        lines.append(_line("best trained network", "trained", state, trained.network, span, "trained"))
    names = [f"x{subscript(i + 1)}" for i in range(state.n)]
    white = bn.whiten(state.X)
    u = white.U[:, 0] if white.U.shape[1] else np.zeros(state.n)
    late = "" if found is not None else " The networks are on their way."
    drawn = output_curves(state.X[:, 0], state.labels[:, None], lines, span)
    views = [
        StageView(
            "outputs",
            "Data and outputs",
            f"Squares: the data. Yellow: the recovered network; dashed: the best trained one.{late}",
            f"{counted(state.n, 'data point')}, x from {short(min(state.x))} to {short(max(state.x))}.",
            as_json(drawn),
            kind="still",
        ),
        StageView(
            "white",
            "The data, whitened",
            "Above the feature as given, below it centred and scaled to length one: what the convex twin sees.",
            f"Whitened data: {', '.join(short(v, 3) for v in u[:8])}.",
            as_json(whitening(state.X[:, 0], u, names)),
            kind="still",
        ),
        StageView(
            "values",
            VALUES,
            VALUES_CAPTION,
            _alt_values(found),
            as_json(_strip(state, found, trained)),
            kind="still",
        ),
    ]
    if found is not None:
        views.append(_cones(state, found, names))
    return views


def _strip(
    state: BatchNormState, found: bn.NormSolution | None, trained: TrainedNetworks[bn.NormNetwork] | None
) -> Any:
    values = None if trained is None else trained.values
    if found is None:
        return value_strip(value_rows(None, None, values, None), "objective F")
    return value_strip(
        value_rows(found.value, _own(state, found), values, found.lower_bound), "objective F", found.value
    )


def _own(state: BatchNormState, found: bn.NormSolution) -> float:
    return bn.objective(state.X, state.labels, state.lam, found.network, state.where)


def _alt_values(found: bn.NormSolution | None) -> str:
    return "The values are on their way." if found is None else f"Convex value {written(found.value)}."


def _cones(state: BatchNormState, found: bn.NormSolution, names: list[str]) -> StageView:
    network = found.network
    if state.where == "before" and found.whitened.shape[1] == 2:
        # q = V S⁻¹-coordinates of w: along the one whitened feature it is ±γ.
        q = np.sign(state.X @ network.W - (state.X @ network.W).mean(axis=0)).T @ found.whitened[:, 0]
        vectors = np.stack([np.sign(q) * network.gamma, network.delta])
        drawn = cone_plane(fan(found.whitened), ("γ, along u", "δ"), Network(vectors, network.alpha), [], names)
        caption = "A wedge is a pattern of the whitened data, yellow where in use. ★ neurons, dashed where α < 0."
        count = fan(found.whitened).cones
    else:
        drawn = cone_plane(fan(state.X), ("weight |α| w", "bias |α| b"), Network(network.W, network.alpha), [], names)
        caption = (
            "Each wedge is a pattern, which whitens its active points; yellow: in use. ★ neurons, dashed where α < 0."
        )
        count = fan(state.X).cones
    return StageView(
        "cones",
        "Where neurons lie: patterns",
        caption,
        f"{counted(count, 'pattern')}; {counted(network.W.shape[1], 'neuron')}.",
        as_json(drawn),
        kind="still",
    )


def _sentences(
    state: BatchNormState, found: bn.NormSolution | None, trained: TrainedNetworks[bn.NormNetwork] | None
) -> list[Sentence]:
    if found is None:
        return [sentence("optimum", "Convex twin:", "on the way.", STUCK, "star")]
    units = counted(int(np.sum(found.network.alpha != 0)), "neuron")
    return [
        *value_sentences(found.value, found.lower_bound, _own(state, found), found.exactness.sentence, units),
        trained_sentence(None if trained is None else trained.values, found.value),
    ]


def _details(state: BatchNormState, found: bn.NormSolution, trained: Any) -> None:
    network = found.network
    st.markdown(
        "**The recovered neurons**: $w = VS^{-1}q$ and $\\gamma = \\|q\\|$, from the blocks $(q, "
        "\\delta)$ of the program."
    )
    st.dataframe(
        {
            "w": [short(w) for w in network.W[0]],
            "b": [short(b) for b in network.W[1]],
            "γ": [short(v) for v in network.gamma],
            "δ": [short(v) for v in network.delta],
            "α": [short(v) for v in network.alpha],
        },
        hide_index=True,
        width="stretch",
        height=min(38 + 35 * len(network.alpha), 320),
    )


def _start() -> BatchNormState:
    return BatchNormState((-0.9, -0.2, 0.3, 1.0), (0.9, -0.5, 0.7, -0.2))


def _compare(
    state: BatchNormState, found: bn.NormSolution, trained: TrainedNetworks[bn.NormNetwork] | None
) -> Sentence:
    values = None if trained is None else trained.values
    return comparison(found.value, values, proven=found.exactness is Exactness.EXACT)


def _code(state: BatchNormState) -> str:
    body = one_program(
        "X, y, lam",
        ", where",
        f"X, y, lam, np.random.default_rng({state.seed}), {state.starts}, where=where",
        solve="X, y, lam, where",
        alias="bn",
    )
    data = (("X", state.X), ("y", state.labels))
    body = [f'where = "{state.where}"  # the ReLU', *body]
    return extension_script(
        "A network with batch normalisation.", "batch_norm", "bn", data, (("lam", state.lam),), body
    )


BATCH_NORM = Setting(
    "norm",
    "Batch normalisation",
    "Each neuron’s values are **centred and scaled over the batch**, then get a learned size $\\gamma$ and shift "
    "$\\delta$. In the convex twin all of that is nothing but **whitened data** $U'$: the best network can be "
    "computed, and training measured against it. Only $\\gamma, \\delta, \\alpha$ are penalised.",
    (
        r"\mathrm{BN}(h)=\gamma\,\frac{Ch}{\|Ch\|}+\frac{\delta}{\sqrt n}\mathbf 1,\qquad\allowbreak "
        r"CX=USV^{\!\top},\ \ \allowbreak U'=[\,U,\tfrac{1}{\sqrt n}\mathbf 1]",
        r"F=\|f-y\|^2+\lambda\sum_j(\gamma_j^2+\delta_j^2+\alpha_j^2),\qquad\allowbreak "
        r"{C=I-\tfrac1n\mathbf 1\mathbf 1^{\!\top}}",
    ),
    "Centring makes the bias column vanish, and the scale of the feature no longer matters: stretch "
    "all x and nothing changes. After the "
    "ReLU each pattern whitens its own active samples, and weights that change no centred value are free.",
    _start(),
    ("x", "y", "where", "lam"),
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
    invitation=f"{DRAG} At the left: normalise before or after the ReLU.",
)
