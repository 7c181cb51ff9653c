"""The front page's four views of a scenario, each remembered as finished JSON."""

from __future__ import annotations

from functools import lru_cache

from landscape.figures.loss_line import loss_line
from landscape.figures.loss_map import loss_map
from landscape.figures.loss_relief import loss_relief
from landscape.figures.losses import loss_curves
from landscape.figures.outputs import SHARES_DRAWN, network_outputs
from landscape.figures.style import LOSS_SCALE, OPTIMUM, as_json, run_color, run_symbol
from landscape.figures.twin_map import twin_map
from landscape.numbers import counted, written
from landscape.scenario import Data, Scenario, Training
from landscape.scene import LossScene, loss_scene, points_on_sides, slice_plane, twin_scene
from landscape.story import Story, tell
from landscape.verdict import unreachable_labels
from landscape.web.stage import View

SURFACES = (("contour", "Map"), ("surface", "3-D"), ("both", "Both"))


@lru_cache(maxsize=64)
def story_of(data: Data, training: Training) -> Story:
    """Return the story of a scenario; the same frozen record serves every visitor who asks for it."""
    return tell(data, training)


@lru_cache(maxsize=64)
def views_of(scenario: Scenario) -> tuple[View, ...]:
    """Return the views of a scenario, in reading order."""
    story = story_of(scenario.data, scenario.training)
    return (
        *_loss_views(scenario, story),
        _twin_view(scenario, story),
        _outputs_view(scenario, story),
        _losses_view(story),
    )


def scene_of(scenario: Scenario, story: Story) -> dict:
    """Return what the views show together: the sentences, the runs to play, and where the playhead rests."""
    return {
        "sentences": sentences_of(story),
        "runs": runs_of(scenario.data, scenario.training),
        "sides": points_on_sides(story.problem),
        "live": live_model(scenario, story),
        "at": scenario.view.at,
        "large": scenario.view.large,
    }


def live_model(scenario: Scenario, story: Story) -> dict:
    """Return what the browser needs to recompute the pictures by itself while something is dragged."""
    data, training, cut = scenario.data, scenario.training, slice_plane(story, scenario)
    runs = [
        {
            "id": f"run{index}", "index": index, "explicit": index < len(training.runs), "method": run.method,
            "schedule": run.step, "W0": start.W[0].tolist(), "alpha0": start.alpha.tolist(),
            "startLoss": float(story.chapters[index].trajectory.objective[0]),
        }
        for index, (run, start) in enumerate(scenario.starts())
    ]  # fmt: skip
    plane = {
        "neurons": cut.moving, "W": cut.plane.origin.W[0].tolist(), "alpha": cut.plane.origin.alpha.tolist(),
        "run": f"run{scenario.shown_run}", "atEnd": scenario.view.at is None,
    }  # fmt: skip
    return {
        "x": data.x, "y": data.y, "lam": training.lam, "layer": training.layer, "m": training.m, "steps": training.steps,
        "runs": runs, "selected": scenario.shown_run, "plane": plane if cut.moving else None, "stops": LOSS_SCALE,
    }  # fmt: skip


def sentences_of(story: Story) -> list[dict]:
    """Return one sentence for each run, with its colour and marker, then one for the optimum."""
    said = [
        {
            "run": f"run{index}", "name": f"{chapter.name}.", "text": chapter.verdict.text, "kind": chapter.verdict.kind.name,
            "color": run_color(index), "symbol": run_symbol(index),
        }
        for index, chapter in enumerate(story.chapters)
    ]  # fmt: skip
    optimum = {
        "run": "optimum", "name": "Convex twin.", "kind": "optimum", "color": OPTIMUM, "symbol": "star",
        "text": _optimum_sentence(story),
    }  # fmt: skip
    return [*said, optimum]


@lru_cache(maxsize=64)
def runs_of(data: Data, training: Training) -> tuple[dict, ...]:
    """Return what the browser needs to play the runs: steps, losses, and the weights of networks small enough to draw."""
    story = story_of(data, training)
    played = []
    for index, chapter in enumerate(story.chapters):
        path = chapter.trajectory
        m = path.alpha.shape[1]
        run = {
            "id": f"run{index}", "name": chapter.name, "color": run_color(index), "symbol": run_symbol(index), "m": m,
            "steps": path.steps.tolist(), "objective": path.objective.tolist(),
        }  # fmt: skip
        if m <= SHARES_DRAWN:
            run |= {"W": path.W[:, 0].tolist(), "alpha": path.alpha.tolist()}
        played.append(run)
    return tuple(played)


def _optimum_sentence(story: Story) -> str:
    neurons = counted(story.solution.network.m, "neuron")
    why = " ".join(unreachable_labels(story.problem)[:2]) if story.problem.lam == 0 else ""
    return (
        f"The convex problem’s optimum has loss {written(story.proof.value)} and maps back to {neurons} (★): "
        f"proven, no ReLU network of any width does better. {why}"
    )


def _loss_views(scenario: Scenario, story: Story) -> list[View]:
    scene = loss_scene(story, scenario)
    if scenario.training.m == 1:
        drawn = loss_line(
            scene.surface.w1, scene.surface.loss[0], pieces=scene.pieces, paths=scene.paths,
            names=points_on_sides(story.problem),
        )  # fmt: skip
        return [
            View(
                "curve",
                "Loss landscape",
                scene.slice or "L(w), the loss of one neuron.",
                _alt(scene, story),
                as_json(drawn),
            )
        ]
    caption = scene.slice or f"L({', '.join(scene.labels)}), the loss of two neurons."
    tool = {"event": "surface", "label": "Drawn as", "value": scenario.view.surface, "options": SURFACES}
    views = []
    if scenario.view.surface in ("contour", "both"):
        drawn = loss_map(
            scene.surface, labels=scene.labels, borders=scene.borders, cells=scene.cells, pieces=scene.pieces,
            paths=scene.paths, optima=scene.optima,
        )  # fmt: skip
        views.append(View("map", "Loss landscape", caption, _alt(scene, story), as_json(drawn), (tool,)))
    if scenario.view.surface in ("surface", "both"):
        drawn = loss_relief(scene.surface, labels=scene.labels, paths=scene.paths, optima=scene.optima, optimum=story.proof.value)
        title = "Loss landscape in 3-D" if views else "Loss landscape"
        views.append(View("relief", title, caption, _alt(scene, story), as_json(drawn), () if views else (tool,)))
    return views


def _alt(scene: LossScene, story: Story) -> str:
    low, high = float(scene.surface.loss.min()), float(scene.surface.loss.max())
    ends = "; ".join(f"{c.name} ends at loss {written(float(c.trajectory.objective[-1]))}" for c in story.chapters)
    optima = (
        f" The global optimum, loss {written(story.proof.value)}, is marked with stars." if len(scene.optima[0]) else ""
    )
    return f"Loss from {written(low)} to {written(high)} over the weights shown. {ends}.{optima}"


def _twin_view(scenario: Scenario, story: Story) -> View:
    scene = twin_scene(story, scenario)
    u1, u2 = scene.optimum
    drawn = twin_map(
        scene.surface, walled=scene.walled, paths=scene.paths, optimum=scene.optimum, optimal_lines=scene.optimal_lines
    )
    caption = (
        "L(u₁, u₂), one bowl. A run caught on a wall lacks a neuron on the other side." if scene.walled
        else "‖f − y‖² + 2λ(|u₁| + |u₂|): with 2λ, where the networks pay λ(‖w‖² + α²)."
    )  # fmt: skip
    alt = (
        f"A convex bowl with its optimum at u₁ = {written(u1)}, u₂ = {written(u2)}, loss {written(story.proof.value)}."
    )
    return View("twin", "Convex landscape", caption, alt, as_json(drawn))


def _outputs_view(scenario: Scenario, story: Story) -> View:
    data, x = scenario.data, story.problem.X[:, 0]
    reach = 1.3 * max(*map(abs, data.x), 0.0) or 1.0
    networks = [(chapter.name, chapter.trajectory.network()) for chapter in story.chapters]
    drawn = network_outputs(x, story.problem.y, networks, story.solution.network, (-reach, reach))
    points = ", ".join(f"({written(a)}, {written(b)})" for a, b in list(zip(data.x, data.y, strict=True))[:6])
    alt = f"Data points {points}; the output of {counted(len(networks), 'run')} and of the optimum."
    return View(
        "outputs",
        "Network outputs",
        "f(x) of each run and of the optimum (wide, yellow); dotted: one neuron’s share.",
        alt,
        as_json(drawn),
        span=(-reach, reach),
    )


def _losses_view(story: Story) -> View:
    curves = [(c.name, c.trajectory.steps, c.trajectory.objective) for c in story.chapters]
    drawn = loss_curves(curves, story.proof.lower_bound)
    ends = "; ".join(f"{name} from {written(float(loss[0]))} to {written(float(loss[-1]))}" for name, _, loss in curves)
    return View(
        "losses", "Loss curves", "Loss after each step; the line is the proven optimum.", f"{ends}.", as_json(drawn)
    )
