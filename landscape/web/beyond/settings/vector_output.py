"""Several outputs: the semidefinite program and its network beside the plain nuclear norm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import streamlit as st

from landscape.extensions import vector_output as vo
from landscape.extensions.shared.checks import Exactness
from landscape.extensions.shared.quasi_newton import Progress, Stop, TrainedNetworks
from landscape.figures.beyond.output_curves import OUTPUT_COLORS, Line, output_curves, output_space
from landscape.figures.beyond.value_strip import Row, value_strip
from landscape.figures.convex_twin.cones import cone_plane
from landscape.figures.style import STUCK, as_json
from landscape.formatting import counted, short, subscript, written
from landscape.geometry.fan import fan
from landscape.model.network import Network
from landscape.scenario.limits import Range
from landscape.web.beyond.code import extension_script, one_program
from landscape.web.beyond.controls import fraction_dial, here, points_dial, training_dials
from landscape.web.beyond.line_data import kinked_grid, span_of, with_bias
from landscape.web.beyond.setting import (
    DRAG,
    VALUES,
    VALUES_CAPTION,
    Setting,
    comparison,
    point,
    sentence,
    trained_sentence,
    value_rows,
    value_sentences,
)
from landscape.web.beyond.state import SettingState, with_number
from landscape.web.session import put
from landscape.web.shared.widgets import choice
from landscape.web.stage.protocol.drags import DraggedPoint
from landscape.web.stage.protocol.sentences import Sentence
from landscape.web.stage.protocol.views import StageView

NAMES = ("first", "second", "third")


@dataclass(frozen=True)
class VectorOutputState(SettingState):
    """Data of one feature with two or three labels each; ``lam`` is a fraction of λ_max."""

    outputs: int = 2
    lam: float = 0.05

    limits: ClassVar[Mapping[str, Range]] = {"outputs": Range(2, 3, whole=True), "lam": Range(0.01, 1.5)}

    @property
    def per_y(self) -> int:
        """Labels a point."""
        return self.outputs

    @property
    def sizes(self) -> Range:
        """How many points are taken."""
        return Range(2, 16, whole=True)

    @property
    def X(self) -> np.ndarray:
        """Data (n, 2), with the bias."""
        return with_bias(self.x)

    @property
    def Y(self) -> np.ndarray:
        """Labels (n, c)."""
        return np.array(self.y).reshape(self.n, self.outputs)


def _example(n: int, outputs: int) -> VectorOutputState:
    """Points on a curve through the space of outputs; the first points are the same for every n."""
    places = [-1.0, 1.0, 0.0, -0.5, 0.5, -0.75, 0.75, -0.25, 0.25, -0.875, 0.875, -0.125, 0.125, -0.625, 0.625, -0.375]
    x = np.array(places[:n])
    Y = np.column_stack(
        [np.cos(2.6 * x) + 0.2 * np.sin(9 * x), np.sin(2.6 * x) - 0.2 * np.cos(7 * x), np.sin(4 * x + 1)]
    )
    return VectorOutputState(tuple(x), tuple(float(f"{v:.3g}") for v in Y[:, :outputs].ravel()), outputs=outputs)


def _more(state: VectorOutputState) -> VectorOutputState:
    fresh = _example(state.n + 1, state.outputs)
    return replace(state, x=(*state.x, fresh.x[-1]), y=(*state.y, *fresh.y[-state.outputs :]))


def outputs_changed(state: VectorOutputState, outputs: int) -> VectorOutputState:
    """Return the state with another number of labels a point: the first two stay, the third comes from the example."""
    if outputs == state.outputs:
        return state
    extra = _example(16, 3).Y[:, 2]
    old = state.Y
    Y = old[:, :outputs] if outputs < state.outputs else np.column_stack([old, extra[: state.n]])
    return replace(state, outputs=outputs, y=tuple(float(v) for v in Y.ravel()))


@lru_cache(maxsize=64)
def lam_max(x: tuple[float, ...], y: tuple[float, ...], outputs: int) -> float:
    """Return the λ from which on the zero network is optimal."""
    return vo.support(with_bias(x), np.array(y).reshape(-1, outputs))


def _lam(state: VectorOutputState) -> float:
    return state.lam * lam_max(state.x, state.y, state.outputs) or 1e-6


def _solve(state: VectorOutputState) -> vo.VectorSolution:
    return vo.solve(state.X, state.Y, _lam(state))


def _train(state: VectorOutputState, progress: Progress, stop: Stop) -> TrainedNetworks[vo.VectorNetwork]:
    rng = np.random.default_rng(state.seed)
    return vo.train(state.X, state.Y, _lam(state), rng, state.starts, progress=progress, stop=stop)


def _controls(state: VectorOutputState) -> None:
    choice(
        "Outputs c",
        str(state.outputs),
        (("2", "2"), ("3", "3")),
        here(lambda c: put(outputs_changed(state, int(c)))),
        key="vector outputs",
        help="How many labels each point has.",
    )
    points_dial(
        state,
        _more,
        f"n = {state.n}: {fan(state.X).cones} patterns, each with a 2 × 2 block U; the SDP’s order is "
        f"n + c = {state.n + state.outputs}. At most {int(state.sizes.high)} points: its time grows "
        f"with the third power.",
    )
    fraction_dial(
        state,
        "λ / λ_max",
        f"λ penalises ‖W‖² + ‖A‖². From λ_max = {short(lam_max(state.x, state.y, state.outputs))} on, "
        f"the zero network is best.",
    )
    training_dials(state)


def _line(name: str, run: str, network: vo.VectorNetwork, span: tuple[float, float], look: str) -> Line:
    grid = kinked_grid(network.W, span)
    return Line(name, run, grid, vo.predict(with_bias(grid), network), look)


def _views(
    state: VectorOutputState, found: vo.VectorSolution | None, trained: TrainedNetworks[vo.VectorNetwork] | None
) -> list[StageView]:
    X, Y, span = state.X, state.Y, span_of(state.x)
    lines = []
    if trained is not None:
        lines.append(_line("best trained network", "trained", trained.network, span, "trained"))
    if found is not None:
        lines.insert(0, _line("recovered network", "optimum", found.network, span, "optimum"))
    late = "" if found is not None else " The networks are on their way."
    fitted = vo.predict(X, found.network) if found is not None else Y
    reach = f"x from {short(min(state.x))} to {short(max(state.x))}"
    alt = f"{counted(state.n, 'point')} with {state.outputs} labels each, {reach}."
    views = [
        StageView(
            "outputs",
            "Data and outputs",
            f"Squares: the labels, a colour an output. On yellow: the recovered network; dashed: trained.{late}",
            alt,
            as_json(output_curves(state.X[:, 0], Y, lines, span)),
            kind="still",
        ),
        StageView(
            "space",
            "One output against the other",
            f"Where f goes as x runs through its range. Squares: the labels, each joined to its point of f.{late}",
            alt,
            as_json(output_space(Y, fitted, lines, state.X[:, 0])),
            kind="still",
        ),
        StageView(
            "values",
            VALUES,
            VALUES_CAPTION,
            _alt_values(found, trained),
            as_json(_strip(state, found, trained)),
            kind="still",
        ),
    ]
    if found is not None:
        views.append(_cones(state, found, trained))
    return views


def _strip(
    state: VectorOutputState, found: vo.VectorSolution | None, trained: TrainedNetworks[vo.VectorNetwork] | None
) -> Any:
    values = None if trained is None else trained.values
    if found is None:
        return value_strip(value_rows(None, None, values, None), "objective F")
    own = vo.objective(state.X, state.Y, _lam(state), found.network)
    rows = [
        *value_rows(found.value, own, values, found.lower_bound),
        Row("nuclear norm", [found.nuclear], "triangle-right", STUCK),
    ]
    return value_strip(rows, "objective F", found.value)


def _alt_values(found: vo.VectorSolution | None, trained: TrainedNetworks[vo.VectorNetwork] | None) -> str:
    if found is None:
        return "The values are on their way."
    best = f", best trained network {written(float(trained.values.min()))}" if trained is not None else ""
    return f"Convex value {written(found.value)}{best}, nuclear norm {written(found.nuclear)}."


def _cones(
    state: VectorOutputState, found: vo.VectorSolution, trained: TrainedNetworks[vo.VectorNetwork] | None
) -> StageView:
    network = found.network
    sizes = np.linalg.norm(network.A, axis=1)
    others = []
    if trained is not None:
        others.append(("best trained", Network(trained.network.W, np.linalg.norm(trained.network.A, axis=1))))
    names = [f"x{subscript(i + 1)}" for i in range(state.n)]
    drawn = cone_plane(fan(state.X), ("weight ‖a‖ w", "bias ‖a‖ b"), Network(network.W, sizes), others, names)
    # Where both networks have the same neurons, the trained ones would lie under the arrows.
    drawn["data"].sort(key=lambda trace: trace["uid"].endswith("-neurons"))
    return StageView(
        "cones",
        "Where neurons lie: patterns",
        "A wedge is a pattern, yellow: in use; its block U sums the w wᵀ of its neurons. ★ recovered, ▲ best trained.",
        f"{counted(found.groups, 'cone')}; {counted(network.W.shape[1], 'neuron')}.",
        as_json(drawn),
        kind="still",
    )


def _sentences(
    state: VectorOutputState, found: vo.VectorSolution | None, trained: TrainedNetworks[vo.VectorNetwork] | None
) -> list[Sentence]:
    if found is None:
        return [sentence("optimum", "Convex twin:", "on the way.", STUCK, "star")]
    own = vo.objective(state.X, state.Y, _lam(state), found.network)
    return [
        *value_sentences(
            found.value, found.lower_bound, own, found.exactness.sentence, counted(found.network.W.shape[1], "neuron")
        ),
        trained_sentence(None if trained is None else trained.values, found.value),
        sentence(
            "nuclear",
            "Plain nuclear norm:",
            f"{written(found.nuclear)}, only a lower bound: it forgets that the factors must lie in their cones.",
            STUCK,
            "triangle-right",
        ),
    ]


def _points(state: VectorOutputState) -> list[DraggedPoint]:
    found = []
    for i, (x, labels) in enumerate(zip(state.x, state.Y, strict=True)):
        for k, label in enumerate(labels):
            found.append(
                point(
                    f"data{i}.{k}",
                    i,
                    "outputs",
                    f"Point {i + 1}, {NAMES[k]} output",
                    x,
                    float(label),
                    color=OUTPUT_COLORS[k],
                )
            )
        if state.outputs == 2:
            found.append(point(f"space{i}", i, "space", f"Labels of point {i + 1}", float(labels[0]), float(labels[1])))
    return found


def _move_point(state: VectorOutputState, name: str, x: float, y: float) -> SettingState:
    if name.startswith("space"):
        i = int(name[5:])
        return with_number(with_number(state, "y", 2 * i, x), "y", 2 * i + 1, y)
    i, k = map(int, name.removeprefix("data").split("."))
    return with_number(with_number(state, "x", i, x), "y", state.outputs * i + k, y)


def _details(state: VectorOutputState, found: vo.VectorSolution, trained: Any) -> None:
    W, A = found.network.W, found.network.A
    st.markdown("**The recovered neurons**")
    st.dataframe(
        {
            "w": [short(w) for w in W[0]],
            "b": [short(b) for b in W[1]],
            "a": [", ".join(short(a) for a in row) for row in A],
            "kink −b/w": [short(-b / w) if w else "none" for w, b in W.T],
        },
        hide_index=True,
        width="stretch",
        height=min(38 + 35 * W.shape[1], 320),
    )


def _compare(
    state: VectorOutputState, found: vo.VectorSolution, trained: TrainedNetworks[vo.VectorNetwork] | None
) -> Sentence:
    values = None if trained is None else trained.values
    return comparison(found.value, values, proven=found.exactness is Exactness.EXACT)


def _code(state: VectorOutputState) -> str:
    body = one_program(
        "X, Y, lam",
        "",
        f"X, Y, lam, np.random.default_rng({state.seed}), {state.starts}",
        solve="X, Y, lam",
        alias="vo",
    )
    data = (("X", state.X), ("Y", state.Y))
    return extension_script("A network of several outputs.", "vector_output", "vo", data, (("lam", _lam(state)),), body)


VECTOR_OUTPUT = Setting(
    "vector",
    "Several outputs",
    "Each point has **two or three labels**, and each neuron adds a vector to the output. Training can still be "
    "caught; its convex twin, a semidefinite program with one block $U_i$ for each activation pattern, cannot, and for "
    "one feature with a bias its value is exact.",
    (
        r"F=\|\mathrm{relu}(XW)A-Y\|_F^2+\lambda\,(\|W\|_F^2+\|A\|_F^2)",
        r"\min_{U_i\in\,\mathrm{cone}_i}\ \operatorname{tr}Y^{\!\top}\big(I+\textstyle\sum_i "
        r"D_iXU_iX^{\!\top}\!D_i\big)^{-1}Y"
        r"+\lambda^2\sum_i\operatorname{tr}U_i",
    ),
    "The poster writes the penalty as a nuclear norm. It needs the cones: without them the program’s "
    "value is only a lower bound, "
    "and no network may reach it. With more than two features the exact program is NP-hard in general.",
    _example(5, 2),
    ("x", "y", "outputs", "lam"),
    _solve,
    _train,
    _controls,
    _views,
    _sentences,
    _points,
    _move_point,
    _details,
    code=_code,
    compare=_compare,
    invitation=f"{DRAG} At the left: two or three labels, more points, another λ.",
)
