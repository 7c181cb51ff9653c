"""The hidden convex landscape of two-layer ReLU networks.

Everything public is reached from here; heavy libraries load only when a function needs them.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "Problem": "model.problem",
    "Network": "model.network",
    "predict": "model.network",
    "objective": "model.network",
    "gradient": "model.network",
    "Patterns": "geometry.patterns",
    "enumerate_patterns": "geometry.patterns",
    "sample_patterns": "geometry.patterns",
    "Surface": "loss.surface",
    "Plane": "loss.surface",
    "loss_surface": "loss.surface",
    "loss_curve": "loss.surface",
    "plane_through": "loss.surface",
    "grid_with_kinks": "loss.surface",
    "Trajectory": "training.trajectory",
    "Trajectories": "training.trajectory",
    "Outcome": "training.trajectory",
    "descend": "training.descent",
    "descend_many": "training.descent",
    "working_step": "training.descent",
    "critical_set": "loss.critical_points",
    "optimal_networks": "loss.critical_points",
    "flow_basins": "loss.gradient_flow",
    "basin_of": "loss.gradient_flow",
    "simulated_basins": "loss.basins",
    "Escape": "loss.escape",
    "MissingNeurons": "loss.escape",
    "escape_path": "loss.escape",
    "widen": "model.network",
    "Support": "geometry.support",
    "sampled_support": "geometry.support",
    "lambda_max": "geometry.support",
    "Certificate": "convex.certificate",
    "certify": "convex.certificate",
    "ConvexSolution": "convex.twin",
    "solve_convex": "convex.twin",
    "recover": "convex.twin",
    "lift": "convex.twin",
    "convex_objective": "convex.twin",
    "Status": "convex.twin",
    "LambdaPath": "convex.lambda_path.record",
    "OptimalSet": "convex.optimal_set",
    "Stair": "convex.optimal_set",
    "position": "convex.one_feature",
    "optimal_position": "convex.one_feature",
    "free_coordinates": "convex.one_feature",
    "Scenario": "scenario",
    "Data": "scenario",
    "Training": "scenario",
    "Run": "scenario",
    "View": "scenario",
    "read_query": "scenario",
    "read_json": "scenario",
    "PRESETS": "scenario.presets",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"landscape.{_HOME[name]}"), name)
    raise AttributeError(f"module 'landscape' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
