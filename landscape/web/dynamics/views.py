"""The views of the page Dynamics, each cached as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from landscape.figures.dynamics.neuron_plane import neuron_plane
from landscape.figures.dynamics.step_curves import Level, Track, step_curves
from landscape.figures.dynamics.triangles import kink_span, output_range, triangle_plot
from landscape.figures.style import as_json
from landscape.formatting import counted, subscript, written
from landscape.geometry.fan import fan
from landscape.model.excess import without_rounding
from landscape.model.network import predict
from landscape.results.filmed_runs import FilmedRun, FilmedRuns
from landscape.scenario import Data
from landscape.web.dynamics.sentences import start_of
from landscape.web.stage.played_run import played_run
from landscape.web.stage.protocol.runs import PlayedRun
from landscape.web.stage.protocol.views import Choice, StageView

CURVES = (("patterns", "Patterns"), ("changed", "Changed"), ("moved", "Distance"))
"""The curves beside the loss, by name and label."""

MOST_PULLED = 6
"""Beyond this many directions, which would hide the neurons, only those where neurons grow are drawn, and no kinks."""


@lru_cache(maxsize=24)
def views_of(data: Data, filmed: FilmedRuns, curve: str) -> tuple[StageView, ...]:
    """Return the views of filmed runs in reading order.

    Two films of one feature are side by side, each above its plane, with the loss and the chosen curve to the right;
    beside one film all curves are drawn. Without triangles, as for several features, there are the curves only.
    """
    curves = {name: _curve(filmed, name) for name, _ in CURVES}
    loss = _loss(filmed)
    if data.features > 1 or not filmed.runs:
        return (loss, *curves.values())
    triangles = _triangles(data, filmed)
    planes = _planes(data, filmed)
    if len(filmed.runs) == 1:
        return (*triangles, *planes, loss, *curves.values())
    chosen = curves.get(curve, curves["patterns"])
    tool = Choice("curve", "Curve", chosen.name, CURVES)
    chosen = StageView(
        "curve", chosen.title, chosen.caption, chosen.alt, chosen.figure, tools=(tool,), kind=chosen.kind
    )
    return (*triangles, loss, *planes, chosen)


def leading(data: Data, filmed: FilmedRuns) -> int:
    """Return how many views stand in the first row: two films and their loss, or one film with what is beside it."""
    return min(3, columns_of(data, filmed)) if data.features == 1 and filmed.runs else 2


def columns_of(data: Data, filmed: FilmedRuns) -> int:
    """Return the number of columns of the views on a wide screen."""
    return 3 if data.features == 1 and filmed.runs and (filmed.problem.d == 2 or len(filmed.runs) == 1) else 2


@lru_cache(maxsize=24)
def runs_of(filmed: FilmedRuns) -> tuple[PlayedRun, ...]:
    """Return what the browser needs to play the films: their steps, mean losses, and all their weights."""
    return tuple(
        played_run(film.id, film.place, film.trajectory, objective=film.trajectory.objective / filmed.problem.n)
        for film in filmed.runs
    )


def _triangles(data: Data, filmed: FilmedRuns) -> list[StageView]:
    pulled = [
        float(-e.u[1] / e.u[0]) for e in filmed.extremal if filmed.problem.d == 2 and e.pull > 0 and abs(e.u[0]) > 1e-9
    ]
    shown = pulled if len(pulled) <= MOST_PULLED else []
    x, y = np.array(data.x), filmed.problem.y
    span = kink_span(x, pulled)
    ends = [predict(filmed.problem.X, film.trajectory.network()) for film in filmed.runs]
    outputs = output_range(y, ends)
    views = []
    for film in filmed.runs:
        network = film.trajectory.network()
        drawn = triangle_plot((x, y), network, (film.place, film.name), shown, (span, outputs))
        views.append(
            StageView(
                f"kinks{film.place}",
                _titled("Neurons", filmed, film),
                "▶ a neuron: it bends here, is active where it points, and is as high as its weights are long "
                "(hollow: α < 0). Line: their sum. Dashed: where tiny ones turn.",
                f"{counted(network.m, 'neuron')} over {counted(data.n, 'data point')}; each stands at its kink, at its "
                "norm over that of the longest.",
                as_json(drawn),
                kind="kinks",
                span=span,
                runs=(film.id,),
            )
        )
    return views


def _planes(data: Data, filmed: FilmedRuns) -> list[StageView]:
    if filmed.problem.d != 2:
        return []
    cones = fan(filmed.problem.X)
    names = [f"x{subscript(i + 1)}" for i in range(data.n)]
    growing = [e for e in filmed.extremal if e.pull > 0]
    shown = filmed.extremal if len(filmed.extremal) <= MOST_PULLED else growing
    views = []
    for film in filmed.runs:
        drawn = neuron_plane(cones, film.trajectory.network(), (film.place, film.name), shown, names)
        views.append(
            StageView(
                f"plane{film.place}",
                _titled("Weights", filmed, film),
                "A dot is a neuron. Across a blue line it is active on other points. Grey: where tiny neurons turn "
                "(±: sign of α).",
                f"{counted(cones.cones, 'cone')} and {counted(len(filmed.extremal), 'extremal direction')}.",
                as_json(drawn),
                kind="directions",
                runs=(film.id,),
            )
        )
    return views


def _loss(filmed: FilmedRuns) -> StageView:
    n = filmed.problem.n
    tracks = _tracks(filmed, [film.trajectory.objective / n for film in filmed.runs])
    proofs = [proof for _, proof in filmed.certificates(None)]
    bound = max((proof.lower_bound for proof in proofs), default=-np.inf)
    plain = filmed.problem.lam == 0
    caption = "Mean squared error of each run, step by step." if plain else "Mean squared error plus penalty, F / n."
    level = None
    if filmed.pattern_optimum is not None:
        level = Level(
            "convex program over the current patterns", filmed.pattern_optimum.values / n, filmed.pattern_optimum.steps
        )
        caption += " ★ the convex program over the patterns that its neurons have at that step."
    elif np.isfinite(bound):
        level = Level("proven optimum" if filmed.is_proven(proofs) else "lower bound", np.array([max(bound, 0.0) / n]))
    last = [without_rounding(filmed.problem, float(film.trajectory.objective[-1])) / n for film in filmed.runs]
    ends = (
        "; ".join(f"{track.name} ends at {written(end)}" for track, end in zip(tracks, last, strict=True)) or "No run"
    )
    drawn = step_curves(tracks, "mean squared loss, log scale", "loss", log=True, level=level)
    return StageView("losses", "Loss", caption, f"{ends}.", as_json(drawn), kind="track")


def _curve(filmed: FilmedRuns, name: str) -> StageView:
    films = filmed.runs
    if name == "patterns":
        tracks = _tracks(filmed, [film.patterns.distinct.astype(float) for film in films])
        title, axis, unit = "Distinct patterns", "patterns", "distinct patterns"
        what = "How many different sets of points neurons are active on."
    elif name == "changed":
        tracks = _tracks(filmed, [100.0 * film.patterns.changed for film in films])
        title, axis, unit = "Changed patterns", "% of the neurons", "% with a new pattern"
        what = "Neurons active on other points than at first."
    else:
        tracks = _tracks(filmed, [film.moved for film in films])
        title, axis, unit = "Distance moved", "distance", "distance from the start"
        what = "How far all weights are from their start (Euclidean)."
    ends = "; ".join(f"{track.name} ends at {written(float(track.values[-1]))}" for track in tracks) or "No run"
    drawn = step_curves(tracks, axis, unit)
    return StageView(name, title, what, f"{ends}.", as_json(drawn), kind="track")


def _tracks(filmed: FilmedRuns, values: Sequence[np.ndarray]) -> list[Track]:
    return [
        Track(film.id, film.place, film.name, film.trajectory.steps, track)
        for film, track in zip(filmed.runs, values, strict=True)
    ]


def _titled(what: str, filmed: FilmedRuns, film: FilmedRun) -> str:
    """Return the heading of a film's view: of two starts from one draw, which is the smaller."""
    which = start_of(filmed, film)
    return f"{which}: {what.lower()}" if which else f"{what}, {film.name[0].lower()}{film.name[1:]}"
