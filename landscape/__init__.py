"""The hidden convex landscape of two-layer ReLU networks.

Everything public is reached from here; heavy libraries load only when a function needs them.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "Problem": "problem",
    "Network": "network",
    "predict": "network",
    "objective": "network",
    "gradient": "network",
    "Patterns": "patterns",
    "enumerate_patterns": "patterns",
    "sample_patterns": "patterns",
    "Surface": "surface",
    "Plane": "surface",
    "loss_surface": "surface",
    "loss_curve": "surface",
    "plane_through": "surface",
    "grid_with_kinks": "surface",
    "Trajectory": "trajectory",
    "Trajectories": "trajectory",
    "Outcome": "trajectory",
    "descend": "descent",
    "descend_many": "descent",
    "working_step": "descent",
    "critical_set": "critical_set",
    "optimal_networks": "critical_set",
    "flow_basins": "flow",
    "basin_of": "flow",
    "simulated_basins": "basins",
    "Escape": "escape",
    "MissingNeurons": "escape",
    "escape_path": "escape",
    "widen": "escape",
    "Support": "support",
    "sampled_support": "support",
    "lambda_max": "support",
    "Certificate": "certificate",
    "certify": "certificate",
    "ConvexSolution": "convex",
    "solve_convex": "convex",
    "recover": "convex",
    "lift": "convex",
    "convex_objective": "convex",
    "Status": "convex",
    "LambdaPath": "lambda_path",
    "OptimalSet": "optimal_set",
    "Stair": "optimal_set",
    "position": "fixed_layer",
    "optimal_position": "fixed_layer",
    "free_coordinates": "fixed_layer",
    "Scenario": "scenario",
    "Data": "scenario",
    "Training": "scenario",
    "Run": "scenario",
    "View": "scenario",
    "read_query": "scenario",
    "read_json": "scenario",
    "PRESETS": "presets",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"landscape.{_HOME[name]}"), name)
    raise AttributeError(f"module 'landscape' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
