"""The front page's views of a scenario, each cached as JSON."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from landscape.figures.front.loss_curves import Curve, Level, loss_curves
from landscape.figures.front.loss_line import loss_line
from landscape.figures.front.loss_map import loss_map
from landscape.figures.front.loss_relief import loss_relief
from landscape.figures.front.outputs import network_outputs
from landscape.figures.front.twin_map import twin_map
from landscape.figures.front.twin_relief import twin_relief
from landscape.figures.loss_field import of_slopes, of_weights
from landscape.figures.style import as_json
from landscape.formatting import counted, written
from landscape.model.excess import rounding_of, without_rounding
from landscape.results.claims import called
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.scene import LossScene, TwinScene
from landscape.web.front.scenes import Scenes, scenes_of
from landscape.web.shared.results_cache import basins_shown, missing_neurons_in, solved_scenario_of
from landscape.web.stage.protocol.views import Choice, StageView, Toggle

SURFACES = (("contour", "Map"), ("surface", "3-D"), ("both", "Both"))


@lru_cache(maxsize=64)
def views_of(scenario: Scenario) -> tuple[StageView, ...]:
    """Return the views of a scenario, in reading order."""
    solved = solved_scenario_of(scenario)
    scenes = scenes_of(solved, scenario)
    loss = _loss_views(scenario, solved, scenes)
    # Each drawing of the loss beside the same drawing of its twin: maps first, then surfaces in space. Between the
    # first two stand the outputs, which lead from weights to slopes.
    twins = [
        _twin_relief(solved, scenes, both=len(loss) > 1) if view.name == "relief" else _twin_view(solved, scenes)
        for view in loss
    ]
    pairs = [view for pair in zip(loss, twins, strict=True) for view in pair]
    return (pairs[0], _outputs_view(scenario, solved), *pairs[1:], _losses_view(solved, scenes))


def _loss_views(scenario: Scenario, solved: SolvedScenario, scenes: Scenes) -> list[StageView]:
    scene = scenes.loss
    paths = scenes.drawn_of(scene.paths)
    if scenario.training.m == 1:
        drawn = loss_line(
            scene.surface.w1,
            scene.surface.loss[0],
            pieces=scene.pieces,
            paths=paths,
            title=scene.titles[0],
        )
        return [
            StageView(
                "curve",
                "Loss landscape",
                scene.slice or "Loss (squared errors) at each weight; runs go from ○ to ●.",
                _alt(scene, solved),
                as_json(drawn),
                also=("map", "relief"),
            )
        ]
    caption = scene.slice or "Loss (squared errors) at each pair of weights. Dark: low. Runs go from ○ to ●."
    surface = Choice("surface", "Drawn as", scenario.view.surface, SURFACES)
    basins = Toggle("basins", "Basins", scenario.view.basins, "Hatch the starts that do not reach the optimum")
    source = of_weights(solved.problem, scene.surface.plane.origin, scene.moving)
    views = []
    if scenario.view.surface in ("contour", "both"):
        drawn = loss_map(
            scene.surface,
            labels=scene.labels,
            borders=scene.borders,
            cells=scene.cells,
            pieces=scene.pieces,
            paths=paths,
            optima=scene.optima,
            basins=basins_shown(scenario),
            star_name=_star_name(solved).removeprefix("the "),
            rounding=rounding_of(solved.problem),
            titles=scene.titles,
            star_notes=_star_notes(scene, solved),
            bar_below=True,
            source=source,
        )
        views.append(
            StageView(
                "map",
                "Loss landscape",
                caption,
                _alt(scene, solved),
                as_json(drawn),
                (basins, surface),
                also=("relief", "curve"),
            )
        )
    if scenario.view.surface in ("surface", "both"):
        drawn = loss_relief(
            scene.surface,
            labels=scene.labels,
            paths=paths,
            optima=scene.optima,
            optimum=solved.proof.value,
            star_name=_star_name(solved).removeprefix("the "),
            rounding=rounding_of(solved.problem),
            source=source,
        )
        title = "Loss landscape in 3-D" if views else "Loss landscape"
        views.append(
            StageView(
                "relief",
                title,
                caption,
                f"{_alt(scene, solved)} {_TURNED}",
                as_json(drawn),
                () if views else (surface,),
                also=("map", "curve"),
            )
        )
    return views


_TURNED = "A surface over the plane, higher where the loss is higher. Arrow keys turn both landscapes, + and − zoom."


def _alt(scene: LossScene, solved: SolvedScenario) -> str:
    def told(loss: float) -> str:
        return written(without_rounding(solved.problem, float(loss)))

    low, high = told(scene.surface.loss.min()), told(scene.surface.loss.max())
    ends = "; ".join(f"{c.name} ends at loss {told(c.trajectory.objective[-1])}" for c in solved.runs)
    optima = (
        f" {_star_name(solved).capitalize()}, loss {told(solved.proof.value)}, is marked with stars."
        if len(scene.optima[0])
        else ""
    )
    best = next((piece for piece in scene.pieces if piece.lowest), None)
    own = "" if best is None else f" The best of one neuron, loss {told(best.loss)}, is marked with a hollow star."
    return f"Loss from {low} to {high} over the weights shown. {ends}.{optima}{own}"


def _star_notes(scene: LossScene, solved: SolvedScenario) -> list[str]:
    """Return what is written beside the stars: the loss, and that a second one is the same network once more."""
    best = _best_note(solved)
    places = list(zip(*map(np.ndarray.tolist, scene.optima), strict=True))
    if len(places) == 2 and scene.mirrored and places[0] == places[1][::-1]:
        return ["same network,<br>neurons swapped", best]
    return [best] if len(places) == 1 else []


def _best_note(solved: SolvedScenario) -> str:
    return f"{'best' if solved.proof.closed else 'best found'}: loss {written(solved.proof.value)}"


def _star_name(solved: SolvedScenario) -> str:
    return "the global optimum" if solved.proof.closed else "the best network found"


def _twin_view(solved: SolvedScenario, scenes: Scenes) -> StageView:
    scene, paths = scenes.twin, scenes.drawn_of_twin()
    drawn = twin_map(
        scene.surface,
        walled=scene.walled,
        paths=paths,
        optimum=scene.optimum,
        optimal_lines=scene.optimal_lines,
        proven=solved.proof.closed,
        rounding=rounding_of(solved.problem),
        star_text=_best_note(solved),
        narrow=None if solved.narrow is None or scene.narrow is None else (scene.narrow, solved.narrow.name),
        source=of_slopes(solved.problem),
    )
    caption, alt = _twin_words(scene, solved)
    return StageView("twin", "Convex landscape", caption, alt, as_json(drawn), also=("twin-relief",))


def _twin_relief(solved: SolvedScenario, scenes: Scenes, both: bool) -> StageView:
    scene, paths = scenes.twin, scenes.drawn_of_twin()
    drawn = twin_relief(
        scene.surface,
        labels=("u₁", "u₂"),
        walled=scene.walled,
        paths=paths,
        optimum=scene.optimum,
        optimal_lines=scene.optimal_lines,
        proven=solved.proof.closed,
        rounding=rounding_of(solved.problem),
        source=of_slopes(solved.problem),
    )
    caption, alt = _twin_words(scene, solved)
    title = "Convex landscape in 3-D" if both else "Convex landscape"
    return StageView("twin-relief", title, caption, f"{alt} {_TURNED}", as_json(drawn), also=("twin",))


def _twin_words(scene: TwinScene, solved: SolvedScenario) -> tuple[str, str]:
    """Return the caption and the text alternative of the convex landscape."""
    u1, u2 = scene.optimum
    bowl = "optimum" if solved.proof.closed else "lowest point found"
    added = "the weights" if solved.problem.second_layer == "ones" else "αw of the neurons with w"
    caption = (
        f"The convex twin: the same loss over f’s slopes. u₁ adds up {added} above 0, u₂ those below."
        if solved.problem.lam == 0
        else "‖f − y‖² + 2λ(|u₁| + |u₂|): with 2λ, where the networks pay λ(‖w‖² + α²)."
    )
    alt = (
        f"A convex bowl with its {bowl} at u₁ = {written(u1)}, u₂ = {written(u2)}, loss {written(solved.proof.value)}."
    )
    return caption, alt


def _outputs_view(scenario: Scenario, solved: SolvedScenario) -> StageView:
    data, x = scenario.data, solved.problem.X[:, 0]
    reach = 1.3 * max(*map(abs, data.x), 0.0) or 1.0
    networks = [(run.name, run.trajectory.network()) for run in solved.runs]
    lacking = missing_neurons_in(solved)
    ghosts = [(c.id, lacking[c.id]) for c in solved.runs if c.id in lacking and c.place == scenario.shown_run]
    drawn = network_outputs(
        x,
        solved.problem.y,
        networks,
        solved.solution.network,
        span=(-reach, reach),
        ghosts=ghosts,
        optimum_name=called(solved.proof).removeprefix("the "),
    )
    points = ", ".join(f"({written(a)}, {written(b)})" for a, b in list(zip(data.x, data.y, strict=True))[:6])
    alt = f"Data points {points}; the output of {counted(len(networks), 'run')} and of {called(solved.proof)}."
    return StageView(
        "outputs",
        "Network outputs",
        f"■ data; f of the runs; yellow: {'best' if solved.proof.closed else 'best found'}; dotted: a neuron’s share.",
        alt,
        as_json(drawn),
        kind="outputs",
        span=(-reach, reach),
    )


def _losses_view(solved: SolvedScenario, scenes: Scenes) -> StageView:
    curves = [Curve(p.id, p.run, p.name, p.steps, p.objective) for p in scenes.drawn_of(scenes.loss.paths)]
    bound = without_rounding(solved.problem, solved.proof.lower_bound)
    what = "proven optimum" if solved.proof.closed else "lower bound"
    level = Level(bound, f"{what} {written(bound)}") if np.isfinite(solved.proof.lower_bound) else None
    best = solved.narrow
    own = None if best is None else Level(best.value, f"{best.name} {written(best.value)}")
    drawn = loss_curves(curves, level, narrow=own)
    first, last = ([without_rounding(solved.problem, float(c.objective[k])) for c in curves] for k in (0, -1))
    ends = "; ".join(f"{c.name} from {written(a)} to {written(b)}" for c, a, b in zip(curves, first, last, strict=True))
    said = "the proven optimum" if solved.proof.closed else "a lower bound of the optimum"
    caption = f"Loss after each step; the line is {said}." if level is not None else "Loss after each step."
    lines = ", ".join(line.text for line in (own, level) if line is not None)
    alt = f"{ends}. Lines: {lines}." if lines else f"{ends}."
    return StageView("losses", "Loss curves", caption, alt, as_json(drawn))
