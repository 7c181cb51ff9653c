"""The hidden convex landscape of two-layer ReLU networks.

Everything public is reached from here; heavy libraries load only when a function needs them.

>>> from landscape import Problem, certify, solve_convex
>>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
>>> best = solve_convex(problem)
>>> print(best.status.sentence)
Proven optimal: no ReLU network of any width does better.
>>> certify(problem, best.network).gap < 1e-9
True
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

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
    "lambda_path": "convex.lambda_path",
    "OptimalSet": "convex.optimal_set",
    "optimal_set": "convex.optimal_set",
    "Stair": "convex.optimal_set",
    "GatedFit": "convex.gated_relu",
    "gated_fit": "convex.gated_relu",
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
"""Where each public name is defined."""

_PACKAGES = ("scenario", "extensions")
"""The packages whose own files are public."""

# What ``__getattr__`` returns, for type checkers and editors; a test holds it equal to _HOME.
if TYPE_CHECKING:
    from landscape import extensions as extensions
    from landscape import scenario as scenario
    from landscape.convex.certificate import Certificate as Certificate
    from landscape.convex.certificate import certify as certify
    from landscape.convex.gated_relu import GatedFit as GatedFit
    from landscape.convex.gated_relu import gated_fit as gated_fit
    from landscape.convex.lambda_path import LambdaPath as LambdaPath
    from landscape.convex.lambda_path import lambda_path as lambda_path
    from landscape.convex.one_feature import (
        free_coordinates as free_coordinates,
    )
    from landscape.convex.one_feature import (
        optimal_position as optimal_position,
    )
    from landscape.convex.one_feature import (
        position as position,
    )
    from landscape.convex.optimal_set import OptimalSet as OptimalSet
    from landscape.convex.optimal_set import Stair as Stair
    from landscape.convex.optimal_set import optimal_set as optimal_set
    from landscape.convex.twin import (
        ConvexSolution as ConvexSolution,
    )
    from landscape.convex.twin import (
        Status as Status,
    )
    from landscape.convex.twin import (
        convex_objective as convex_objective,
    )
    from landscape.convex.twin import (
        lift as lift,
    )
    from landscape.convex.twin import (
        recover as recover,
    )
    from landscape.convex.twin import (
        solve_convex as solve_convex,
    )
    from landscape.geometry.patterns import (
        Patterns as Patterns,
    )
    from landscape.geometry.patterns import (
        enumerate_patterns as enumerate_patterns,
    )
    from landscape.geometry.patterns import (
        sample_patterns as sample_patterns,
    )
    from landscape.geometry.support import (
        Support as Support,
    )
    from landscape.geometry.support import (
        lambda_max as lambda_max,
    )
    from landscape.geometry.support import (
        sampled_support as sampled_support,
    )
    from landscape.loss.basins import simulated_basins as simulated_basins
    from landscape.loss.critical_points import critical_set as critical_set
    from landscape.loss.critical_points import optimal_networks as optimal_networks
    from landscape.loss.escape import Escape as Escape
    from landscape.loss.escape import MissingNeurons as MissingNeurons
    from landscape.loss.escape import escape_path as escape_path
    from landscape.loss.gradient_flow import basin_of as basin_of
    from landscape.loss.gradient_flow import flow_basins as flow_basins
    from landscape.loss.surface import (
        Plane as Plane,
    )
    from landscape.loss.surface import (
        Surface as Surface,
    )
    from landscape.loss.surface import (
        grid_with_kinks as grid_with_kinks,
    )
    from landscape.loss.surface import (
        loss_curve as loss_curve,
    )
    from landscape.loss.surface import (
        loss_surface as loss_surface,
    )
    from landscape.loss.surface import (
        plane_through as plane_through,
    )
    from landscape.model.network import (
        Network as Network,
    )
    from landscape.model.network import (
        gradient as gradient,
    )
    from landscape.model.network import (
        objective as objective,
    )
    from landscape.model.network import (
        predict as predict,
    )
    from landscape.model.network import (
        widen as widen,
    )
    from landscape.model.problem import Problem as Problem
    from landscape.scenario import (
        Data as Data,
    )
    from landscape.scenario import (
        Run as Run,
    )
    from landscape.scenario import (
        Scenario as Scenario,
    )
    from landscape.scenario import (
        Training as Training,
    )
    from landscape.scenario import (
        View as View,
    )
    from landscape.scenario import (
        read_json as read_json,
    )
    from landscape.scenario import (
        read_query as read_query,
    )
    from landscape.scenario.presets import PRESETS as PRESETS
    from landscape.training.descent import (
        descend as descend,
    )
    from landscape.training.descent import (
        descend_many as descend_many,
    )
    from landscape.training.descent import (
        working_step as working_step,
    )
    from landscape.training.trajectory import Outcome as Outcome
    from landscape.training.trajectory import Trajectories as Trajectories
    from landscape.training.trajectory import Trajectory as Trajectory

__all__ = list(_HOME)


if not TYPE_CHECKING:  # To a type checker it would make every name a public one.

    def __getattr__(name: str) -> Any:
        if name in _HOME:
            return getattr(importlib.import_module(f"landscape.{_HOME[name]}"), name)
        if name in _PACKAGES:
            return importlib.import_module(f"landscape.{name}")
        raise AttributeError(f"module 'landscape' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*_HOME, "__version__", *_PACKAGES])
