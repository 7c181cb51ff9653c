"""The hidden convex landscape of two-layer ReLU networks.

All public names are exported here; heavy libraries load only when a function needs them.

>>> from landscape import Problem, certify, solve_convex
>>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
>>> best = solve_convex(problem)
>>> print(best.status.sentence)
Proven optimal: no network of this class does better, of any width.
>>> certify(problem, best.network).gap < 1e-9
True
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

__version__ = "1.0.0"

_MODULES = {
    "Problem": "model.problem",
    "Network": "model.network",
    "predict": "model.network",
    "objective": "model.network",
    "gradient": "model.network",
    "bias_gradient": "model.network",
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
    "working_step": "training.step_size",
    "critical_set": "loss.critical_points",
    "optimal_networks": "loss.critical_points",
    "flow_basins": "loss.gradient_flow",
    "basin_of": "loss.gradient_flow",
    "simulated_basins": "loss.basins",
    "Escape": "loss.escape",
    "MissingNeurons": "loss.escape",
    "WeightsTooLarge": "loss.escape",
    "escape_path": "loss.escape",
    "widen": "model.network",
    "Support": "geometry.support",
    "sampled_support": "geometry.support",
    "lambda_max": "geometry.lambda_max",
    "Budget": "convex.budget",
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
    "BestNeuron": "convex.best_neuron",
    "best_neuron": "convex.best_neuron",
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
    "write_proof": "results.export.proof_file",
    "proof_text": "results.export.proof_file",
    "Converted": "interop.converted",
    "from_torch": "interop.torch",
    "from_scikit_learn": "interop.scikit_learn",
    "from_arrays": "interop.arrays",
    "check_proof": "proof_file.check",
    "ProofReport": "proof_file.check",
    "ConvexReLUClassifier": "estimators.classifier",
    "ConvexReLURegressor": "estimators.regressor",
}
"""The module that defines each public name; ``__init__.pyi`` has the same for type checkers."""

_PACKAGES = ("scenario", "extensions", "lessons", "plot")
"""The packages whose own files are public."""

_NEEDED = {"estimators": "sklearn"}
"""The library without which a wing cannot be imported at all; its names are then not listed."""


def _is_there(name: str) -> bool:
    library = _NEEDED.get(_MODULES[name].split(".")[0])
    return library is None or importlib.util.find_spec(library) is not None


__all__ = [name for name in _MODULES if _is_there(name)]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(importlib.import_module(f"landscape.{_MODULES[name]}"), name)
    if name in _PACKAGES:
        return importlib.import_module(f"landscape.{name}")
    raise AttributeError(f"module 'landscape' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__", *_PACKAGES])
