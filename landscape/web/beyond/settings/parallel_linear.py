"""Parallel deep linear networks: the least penalty by depth and singular values, and the duality gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import streamlit as st

from landscape.extensions import parallel_linear as pl
from landscape.extensions.shared.quasi_newton import Progress, Stop, TrainedNetworks
from landscape.figures.beyond.spectrum import PARALLEL, STANDARD, ellipse, gap_curve, spectrum_bars
from landscape.figures.beyond.value_strip import Row, value_strip
from landscape.figures.style import OPTIMUM, STUCK, as_json
from landscape.formatting import counted, short, written
from landscape.scenario.limits import Range
from landscape.web.beyond.code import TRAINED as PRINTED, extension_script
from landscape.web.beyond.controls import field, points_dial, training_dials
from landscape.web.beyond.setting import Setting, point, sentence, trained_sentence
from landscape.web.beyond.state import SettingState, with_number
from landscape.web.shared.widgets import dial
from landscape.web.stage.protocol.drags import DraggedPoint
from landscape.web.stage.protocol.sentences import Sentence
from landscape.web.stage.protocol.views import StageView

NO_GAP = 1e-9
"""Relative gaps up to this are rounding."""

KINDS = {"standard": "one deep network that fits", "parallel": "many in parallel that fit"}
"""What each kind is."""

DEPTHS = range(2, 9)
"""Depths at which the gap is drawn."""


@dataclass(frozen=True)
class ParallelLinearState(SettingState):
    """Two features and two labels a point; ``depth`` layers."""

    starts: int = 20
    depth: int = 3

    limits: ClassVar[Mapping[str, Range]] = {"depth": Range(2, 8, whole=True)}

    @property
    def per_x(self) -> int:
        """Features a point."""
        return 2

    @property
    def per_y(self) -> int:
        """Labels a point."""
        return 2

    @property
    def X(self) -> np.ndarray:
        """Data (n, 2)."""
        return np.array(self.x).reshape(self.n, 2)

    @property
    def Y(self) -> np.ndarray:
        """Labels (n, 2)."""
        return np.array(self.y).reshape(self.n, 2)


@dataclass(frozen=True, eq=False)
class Trained:
    """Standard and parallel networks, trained."""

    standard: TrainedNetworks[pl.DeepLinear]
    parallel: TrainedNetworks[pl.DeepLinear]


def _example(n: int) -> ParallelLinearState:
    """Labels near a tilted ellipse; each further point is turned by a golden angle."""
    angle = 2.399963 * np.arange(n)
    X = np.column_stack([np.cos(angle), np.sin(angle)])
    target = np.array([[1.5, 0.5], [-0.2, 0.7]])
    Y = X @ target + 0.12 * np.column_stack([np.cos(5 * angle + 1), np.sin(3 * angle)])
    x, y = (tuple(float(f"{v:.3g}") for v in part.ravel()) for part in (X, Y))
    return ParallelLinearState(x, y)


def _more(state: ParallelLinearState) -> ParallelLinearState:
    fresh = _example(state.n + 1)
    return replace(state, x=(*state.x, *fresh.x[-2:]), y=(*state.y, *fresh.y[-2:]))


def _solve(state: ParallelLinearState) -> pl.LinearSolution:
    return pl.solve(state.X, state.Y, state.depth)


def _train(state: ParallelLinearState, progress: Progress, stop: Stop) -> Trained:
    rng = np.random.default_rng(state.seed)

    def trained(architecture: pl.Architecture, half: int) -> TrainedNetworks[pl.DeepLinear]:
        def report(done: int, all_: int) -> None:
            progress(done + half * all_, 2 * all_)

        return pl.train(
            state.X,
            state.Y,
            rng,
            state.starts,
            depth=state.depth,
            architecture=architecture,
            progress=report,
            stop=stop,
        )

    return Trained(trained("standard", 0), trained("parallel", 1))


def _controls(state: ParallelLinearState) -> None:
    dial(
        "Layers L",
        state.depth,
        Range(2, 8, whole=True),
        field("depth", whole=True),
        slider=(2, 8),
        step=1,
        key="linear depth",
        help="How many matrices are multiplied. With 2 layers both kinds have no gap.",
    )
    points_dial(
        state,
        _more,
        f"n = {state.n}: X†Y is 2 × 2, so 2 singular values and a closed form at any size. At most "
        f"{int(state.sizes.high)} points, to drag.",
    )
    training_dials(state, "Networks of each kind")


def _views(state: ParallelLinearState, found: pl.LinearSolution | None, trained: Trained | None) -> list[StageView]:
    target = np.linalg.pinv(state.X, rcond=pl.RANK) @ state.Y
    spectrum = np.linalg.svd(target, compute_uv=False)
    sigma = ", ".join(short(s) for s in spectrum)
    views = [
        StageView(
            "space",
            "The labels and the linear map",
            "Dotted: the unit circle; yellow: what the map makes of it, with half axes σ.",
            f"{counted(state.n, 'label')} in the plane; the map has singular values {sigma}.",
            as_json(ellipse(state.X, state.Y, target)),
            kind="still",
            invitation="Drag the squares.",
        ),
        StageView(
            "spectrum",
            "Spectrum of X†Y",
            "The singular values of the least-squares map.",
            f"Singular values {sigma}.",
            as_json(spectrum_bars(spectrum)),
            kind="still",
            invitation="Drag the tops.",
        ),
    ]
    if found is None:
        return views
    both = ((found.standard, "standard", STANDARD, r"Σ‖W‖²"), (found.parallel, "parallel", PARALLEL, "Σ‖W‖ᴸ"))
    for value, kind, color, unit in both:
        training = None if trained is None else getattr(trained, kind)
        views.append(
            StageView(
                f"values {kind}",
                f"Least weights, {kind}",
                f"Penalty {unit} of {KINDS[kind]}; further left is better. No network is left of the dual.",
                f"Least penalty {written(value.primal)}, dual {written(value.dual)}.",
                as_json(_strip(state, value, kind, training, color, unit)),
                kind="still",
            )
        )
    return [*views, *_gaps(state, found)]


def _strip(
    state: ParallelLinearState,
    value: pl.Value,
    kind: Any,
    training: TrainedNetworks[pl.DeepLinear] | None,
    color: str,
    unit: str,
) -> Any:
    own = pl.objective(state.X, state.Y, value.network, kind)
    rows = [
        Row("dual", [value.dual], "triangle-right", STUCK),
        Row("closed form", [value.primal], "star", OPTIMUM),
        Row("recovered", [own], "diamond", OPTIMUM),
        Row(
            "trained",
            [] if training is None else training.values.tolist(),
            "circle",
            color,
            "" if training is None else "best",
        ),
    ]
    return value_strip(rows, unit, value.primal)


def _gaps(state: ParallelLinearState, found: pl.LinearSolution) -> list[StageView]:
    spectrum, depths = found.spectrum, np.array(DEPTHS)
    by_depth = pl.gap_by_depth(spectrum, depths)
    now = float(pl.gap_by_depth(spectrum, np.array([state.depth]))[0])
    ratios = np.linspace(0.0, 1.0, 101)
    by_ratio = [float(pl.gap_by_depth(np.array([1.0, r]), np.array([state.depth]))[0]) for r in ratios]
    ratio = float(spectrum[1] / spectrum[0]) if len(spectrum) > 1 else 0.0
    return [
        StageView(
            "depth",
            "Gap against depth",
            "Orange: the standard network, primal over dual; green: the parallel one, 0 at every depth.",
            f"At {state.depth} layers the standard gap is {short(100 * now, 3)} %.",
            as_json(gap_curve(depths.tolist(), by_depth.tolist(), (state.depth, now), "layers L", whole=True)),
            kind="still",
        ),
        StageView(
            "ratio",
            "Gap against the spectrum",
            f"At {state.depth} layers, as σ₂ goes from 0 to σ₁: with one singular value there is no gap.",
            f"σ₂/σ₁ is {short(ratio, 3)}.",
            as_json(gap_curve(ratios.tolist(), by_ratio, (ratio, now), "σ₂ / σ₁", whole=False)),
            kind="still",
        ),
    ]


def _sentences(state: ParallelLinearState, found: pl.LinearSolution | None, trained: Trained | None) -> list[Sentence]:
    if found is None:
        return [sentence("optimum", "Closed form:", "on the way.", OPTIMUM, "star")]
    sentences: list[Sentence] = []
    kinds: tuple[tuple[pl.Value, pl.Architecture, str, str], ...] = (
        (found.standard, "standard", STANDARD, "square"),
        (found.parallel, "parallel", PARALLEL, "circle"),
    )
    for value, kind, color, symbol in kinds:
        own = pl.objective(state.X, state.Y, value.network, kind)
        relative = value.gap / value.dual if value.dual > 0 else 0.0
        gap = f"a gap of {short(100 * relative, 3)} %" if relative > NO_GAP else "no gap"
        text = (
            f"least penalty {written(value.primal)}, its own dual {written(value.dual)}: {gap}. "
            f"The recovered network has {written(own)}."
        )
        sentences.append(sentence(kind, f"{kind.capitalize()}:", text, color, symbol))
        training = None if trained is None else getattr(trained, kind).values
        result = trained_sentence(training, value.primal, "start", f"Trained, {kind}")
        sentences.append(replace(result, run=f"trained {kind}", color=color))
    return sentences


def _points(state: ParallelLinearState) -> list[DraggedPoint]:
    found = [point(f"data{i}", i, "space", f"Label {i + 1}", float(y[0]), float(y[1])) for i, y in enumerate(state.Y)]
    spectrum = np.linalg.svd(np.linalg.pinv(state.X, rcond=pl.RANK) @ state.Y, compute_uv=False)
    for k, s in enumerate(spectrum):
        found.append(
            point(
                f"sigma{k}",
                k,
                "spectrum",
                f"Singular value {k + 1}",
                k + 1,
                float(s),
                axes="y",
                removable=False,
                symbol="circle",
                said=f"σ = {short(float(s), 3)}",
            )
        )
    return found


def _move_point(state: ParallelLinearState, name: str, x: float, y: float) -> SettingState:
    if name.startswith("data"):
        i = int(name.removeprefix("data"))
        return with_number(with_number(state, "y", 2 * i, x), "y", 2 * i + 1, y)
    target = np.linalg.pinv(state.X, rcond=pl.RANK) @ state.Y
    U, S, Vt = np.linalg.svd(target)
    k = int(name.removeprefix("sigma"))
    # The labels change with the map; their residual stays the same.
    Y = (
        state.Y
        + max(y, 0.0 if k else 1e-3) * np.outer(state.X @ U[:, k], Vt[k])
        - S[k] * np.outer(state.X @ U[:, k], Vt[k])
    )
    return replace(state, y=tuple(float(v) for v in Y.ravel()))


def _details(state: ParallelLinearState, found: pl.LinearSolution, trained: Any) -> None:
    st.caption(
        f"What no linear map can fit of these labels: {written(found.misfit)}. The two penalties have "
        f"different units (degree 2 and degree "
        f"L = {found.depth} in the weights), so each is compared with its own dual only."
    )


def _compare(state: ParallelLinearState, found: pl.LinearSolution, trained: Trained | None) -> Sentence:
    def penalty_and_dual(value: pl.Value, training: TrainedNetworks[pl.DeepLinear] | None) -> str:
        gap = value.gap / value.dual if value.dual > 0 else 0.0
        bound = "as its dual" if gap <= NO_GAP else f"{short(100 * gap, 3)} % above its dual"
        ended = [] if training is None else [float(v) for v in training.values if np.isfinite(v)]
        best = f", best trained {written(min(ended))}" if ended else ""
        return f"{written(value.primal)}, {bound}{best}"

    standard, parallel = (None, None) if trained is None else (trained.standard, trained.parallel)
    late = "; training is on the way" if trained is None else ""
    return sentence(
        "comparison",
        "Comparison:",
        f"the least penalty of parallel networks is {penalty_and_dual(found.parallel, parallel)}; "
        f"of one standard network {penalty_and_dual(found.standard, standard)}{late}.",
        OPTIMUM,
        "star",
    )


def _code(state: ParallelLinearState) -> str:
    body = [
        "found = pl.solve(X, Y, depth)",
        f"rng = np.random.default_rng({state.seed})",
        'for kind in ("standard", "parallel"):',
        "    value = getattr(found, kind)",
        '    print(f"{kind}: least penalty {value.primal:.8g}, its dual {value.dual:.8g}")',
        f"    trained = pl.train(X, Y, rng, {state.starts}, depth=depth, architecture=kind)",
        *(f"    {line}" for line in PRINTED),
    ]
    data = (("X", state.X), ("Y", state.Y))
    return extension_script("Deep linear networks.", "parallel_linear", "pl", data, (("depth", state.depth),), body)


PARALLEL_LINEAR = Setting(
    "linear",
    "Parallel deep",
    "Deep **linear** networks that fit the labels with the least weights. One deep network has a **duality gap** from "
    "three layers on: its convex twin only bounds it. Many **in parallel**, penalised to the power $L$, have none: "
    "their penalty is the sum of the singular values $\\sigma$, which is convex.",
    (
        r"\text{standard: }\min\sum_l\|W_l\|_F^2=L\sum_i\sigma_i^{2/L}\ \ge\ "
        r"L\Big(\sum_i\sigma_i\Big)^{2/L}=\text{dual}",
        r"\text{parallel: }\min\sum_{k,l}\|W_{l,k}\|_F^L=L\sum_i\sigma_i=\text{dual},\quad\ \allowbreak"
        r"{\sigma=\sigma(X^\dagger Y)}",
    ),
    "The gap closes with two layers, or when only one singular value is not zero. It is largest "
    "where all singular values are equal.",
    _example(6),
    ("x", "y", "depth"),
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
    invitation="Drag the top of the second bar in Spectrum to 0, and the gap closes; or set two layers at the left.",
)
