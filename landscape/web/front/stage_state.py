"""What the browser needs to play the runs and, while something is dragged, to recompute the pictures by itself."""

from __future__ import annotations

from collections.abc import Collection

from landscape.figures.front.outputs import SHARES_DRAWN
from landscape.figures.style import LOSS_SCALE, run_color, run_symbol
from landscape.results.solved_scenario import CertifiedRun, SolvedScenario
from landscape.scenario import Scenario
from landscape.scene import points_on_sides, slice_plane
from landscape.web.session import can_redo, can_undo
from landscape.web.shared.run_sentences import sentences_of


def scene_of(scenario: Scenario, solved: SolvedScenario, hidden: Collection[str] = ()) -> dict:
    """Return what the views show together, less the parts that are hidden: "transport", "sentences"."""
    return {
        "sentences": [] if "sentences" in hidden else sentences_of(scenario, solved),
        "hidden": sorted(hidden),
        "runs": [_played(run) for run in solved.shown],
        "sides": points_on_sides(solved.problem),
        "live": _model(scenario, solved),
        "at": scenario.view.at,
        "tools": {"undo": can_undo(), "redo": can_redo()},
        "large": scenario.view.large,
    }


def _played(run: CertifiedRun) -> dict:
    """Return a run's steps and losses, and the weights of a network small enough to draw neuron by neuron."""
    path = run.trajectory
    m = path.alpha.shape[1]
    played = {
        "id": run.id,
        "name": run.name,
        "color": run_color(run.place),
        "symbol": run_symbol(run.place),
        "m": m,
        "steps": path.steps.tolist(),
        "objective": path.objective.tolist(),
    }
    if m <= SHARES_DRAWN:
        played |= {"W": path.W[:, 0].tolist(), "alpha": path.alpha.tolist()}
    legs = getattr(path, "legs", ())
    if legs:
        played["legs"] = [{"from": int(path.steps[leg.first]), "text": f"{leg.name}: {leg.reason}"} for leg in legs]
    return played


def _model(scenario: Scenario, solved: SolvedScenario) -> dict:
    data, training, cut = scenario.data, scenario.training, slice_plane(solved, scenario)
    runs = [
        {
            "id": f"run{index}",
            "index": index,
            "explicit": index < len(training.runs),
            "method": run.method,
            "schedule": run.step,
            "W0": start.W[0].tolist(),
            "alpha0": start.alpha.tolist(),
            "startLoss": float(solved.runs[index].trajectory.objective[0]),
        }
        for index, (run, start) in enumerate(scenario.starts())
    ]
    plane = {
        "neurons": cut.moving,
        "W": cut.plane.origin.W[0].tolist(),
        "alpha": cut.plane.origin.alpha.tolist(),
        "run": f"run{scenario.shown_run}",
        "atEnd": scenario.view.at is None,
    }
    return {
        "x": data.x,
        "y": data.y,
        "lam": training.lam,
        "layer": training.layer,
        "m": training.m,
        "steps": training.steps,
        "runs": runs,
        "selected": scenario.shown_run,
        "plane": plane if cut.moving else None,
        "stops": LOSS_SCALE,
    }
