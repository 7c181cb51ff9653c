"""A scenario and its solution as the browser's pages without a server have them: plain values, fields in camelCase."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from landscape.convex.one_feature import free_coordinates, optimal_position
from landscape.model.network import Network
from landscape.results.solved_scenario import CertifiedRun, SolvedScenario
from landscape.scenario import Scenario
from landscape.web.shared.results_cache import missing_neurons_in


def scenario_as_json(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario's three records by their own fields, without their tags."""
    found = {name: _own_fields(getattr(scenario, name)) for name in ("data", "training", "view")}
    found["training"]["runs"] = [_own_fields(run) for run in scenario.training.runs]
    return found


def solved_as_json(solved: SolvedScenario) -> dict[str, Any]:
    """Return a solved scenario of one feature without a bias: every stored step of every run, one after another."""
    problem, narrow = solved.problem, solved.narrow
    s_plus, s_minus = optimal_position(problem)
    return {
        "problem": {
            "x": problem.X[:, 0].tolist(),
            "y": problem.y.tolist(),
            "lam": problem.lam,
            "layer": problem.second_layer,
        },
        "best": {
            "sPlus": s_plus,
            "sMinus": s_minus,
            "value": solved.proof.value,
            "free": list(map(bool, free_coordinates(problem))),
        },
        "network": network_as_json(solved.solution.network),
        "value": solved.proof.value,
        "bound": solved.proof.lower_bound,
        "closed": bool(solved.proof.closed),
        "narrow": None
        if narrow is None
        else {
            "value": narrow.value,
            "name": narrow.name,
            "network": network_as_json(narrow.network),
            "exact": narrow.exact,
            "m": narrow.m,
            "anyWidth": narrow.any_width,
            "proven": bool(narrow.proven),
            "bound": narrow.bound,
        },
        "runs": [_run(run) for run in solved.runs],
        "escape": None if solved.escape is None else _run(solved.escape),
        "missingNeurons": solved.missing_neurons,
        "missing": {run: network_as_json(neuron) for run, neuron in missing_neurons_in(solved).items()},
    }


def network_as_json(network: Network) -> dict[str, list[float]]:
    """Return the weights of a network of one feature."""
    return {"W": network.W[0].tolist(), "alpha": network.alpha.tolist()}


def _run(run: CertifiedRun) -> dict[str, Any]:
    path = run.trajectory
    return {
        "id": run.id,
        "place": run.place,
        "name": run.name,
        "method": run.method,
        "path": {
            "m": path.alpha.shape[1],
            "steps": path.steps.tolist(),
            "W": path.W.ravel().tolist(),
            "alpha": path.alpha.ravel().tolist(),
            "objective": path.objective.tolist(),
            "outcome": path.outcome.name.lower(),
            "legs": [_record(leg) for leg in getattr(path, "legs", ())],
        },
        "schedule": [list(pair) for pair in run.schedule],
        "suited": bool(run.suited),
        "advice": None if run.advice is None else _record(run.advice),
        "verdict": {
            "text": run.verdict.text,
            "why": run.verdict.why,
            "kind": run.verdict.kind.name,
            "digits": [list(pair) for pair in run.verdict.digits],
        },
    }


def _own_fields(record: Any) -> dict[str, Any]:
    """Return the fields of a record of a scenario: its names are the same in the browser, where controls send them."""
    return {f.name: _plain(getattr(record, f.name)) for f in fields(record) if f.init}


def _record(record: Any) -> dict[str, Any]:
    """Return the fields of a record, tuples as lists, names in camelCase."""
    return {_camel(f.name): _plain(getattr(record, f.name)) for f in fields(record) if f.init}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _plain(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_plain(entry) for entry in value]
    return value.item() if isinstance(value, np.generic) else value
