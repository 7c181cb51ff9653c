"""A proof as a file that anyone can check: see ``landscape.proof_file`` for what it holds, and for its checker."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from landscape.convex.budget import Budget
from landscape.convex.certificate import certify
from landscape.model.network import Network, residual
from landscape.model.problem import Problem
from landscape.proof_file.check import Report, bound_by, check_proof, dual_vector
from landscape.proof_file.covering import UnprovenError
from landscape.proof_file.document import FORMAT, Document, read
from landscape.proof_file.neurons import directions, gain
from landscape.results.export.cone_cover import ConeCover
from landscape.results.export.exact_dual import no_gain_by_shift, orthogonal_to_neurons
from landscape.results.solved_scenario import SolvedScenario

MOST_LEAVES = 20_000
"""Most cones of a proof: its file then has a few megabytes, and takes the checker some seconds."""

MOST_FEATURES = 5
"""Most features that cones are made for; of more they would be too many."""

TOUCHED = 1e-9
"""A gain above λ by no more than this share of it is low enough: the bound loses as little."""

SEARCH_NODES = 20_000
"""Nodes of branch and bound for a dual vector, where the cells of the data are too many to visit."""


def write_proof(
    problem: Problem, network: Network, file: str | os.PathLike[str], dual: np.ndarray | None = None
) -> Report:
    """Write a proof of how good a network is at least, and return what a checker without any solver makes of the file.

    Arguments
        problem, network: what it is about; file: where it is written, as text (JSON).
        dual: (n,) a dual vector that may prove more than the network's residual: that of the best network known.

    Raises ValueError as ``certify`` does, OSError where the file cannot be written.
    """
    text = proof_text(problem, network, dual)
    Path(file).write_text(text, encoding="utf-8")
    return check_proof(text)


def proof_text(problem: Problem, network: Network, dual: np.ndarray | None = None) -> str:
    """Return the contents of the file that ``write_proof`` writes.

    The bound that it claims is one that its checker has found to follow from it: where there is no proof that fits a
    file, as of more features than cones can be made for, it is a weaker one, and 0 at last.
    """
    return _text(problem, network, _dual(problem, network, dual))


def proof_of_scenario(solved: SolvedScenario) -> str:
    """Return the same for the network of a solved scenario."""
    problem, network, dual = solved.problem, solved.solution.network, solved.proof.dual
    if problem.lam > 0 and dual is not None:
        return _text(problem, network, [float(entry) for entry in dual])
    return proof_text(problem, network, dual)


def _text(problem: Problem, network: Network, z: list[float] | list[int] | None) -> str:
    """Return the contents of a file that proves what a dual vector does, if there is one and it can be shown."""
    content = {
        "format": FORMAT,
        "about": "What no network of this form can beat. To check it: python -m landscape check FILE",
        "X": problem.X.tolist(),
        "y": problem.y.tolist(),
        "lam": problem.lam,
        "second_layer": problem.second_layer,
        "output_bias": "none",
        "W": network.W.tolist(),
        "alpha": network.alpha.tolist(),
        "bias": 0.0,
        "lower_bound": 0.0,
        "dual": None,
        "cover": None,
    }
    if z is not None and any(z):
        proven = _with_dual({**content, "dual": z})
        if proven is not None:
            return proven
    return _written(content)


def _with_dual(content: dict[str, Any]) -> str | None:
    """Return contents with their dual vector's cover and what it proves; None where that is nothing."""
    document = read(_written(content))
    content["cover"] = _cover(document)
    if content["cover"] is None:
        return None
    try:
        bound = bound_by(document, Fraction(content["cover"].get("most", 0)))
    except UnprovenError:
        return None
    content["lower_bound"] = _rounded_down(bound)
    text = _written(content)
    return text if bound > 0 and check_proof(text).proven else None


def _dual(problem: Problem, network: Network, dual: np.ndarray | None) -> list[float] | list[int] | None:
    """Return the dual vector that proves most; None where none is known that proves anything."""
    if problem.second_layer == "ones":
        return no_gain_by_shift(problem, residual(problem, network))
    if problem.lam == 0:
        return orthogonal_to_neurons(problem)
    found = certify(problem, network, dual, budget=Budget(nodes=SEARCH_NODES)).dual
    return None if found is None else [float(entry) for entry in found]


def _cover(document: Document) -> dict[str, Any] | None:
    """Return the cover of a document's dual vector; empty where it needs none, None where there is none."""
    rows = directions(document.X)
    of_neurons = gain(rows, *dual_vector(document))
    if of_neurons.vanishes:
        return {}
    if len(document.X[0]) > MOST_FEATURES:
        return None
    gains = (of_neurons,) if document.second_layer == "ones" else (of_neurons, of_neurons.negative())
    cover = ConeCover(gains, [e for e, _, _ in rows])
    cover.refine(document.lam * (1.0 + TOUCHED), MOST_LEAVES)
    cones, most = cover.entries()
    return {"most": most, "cones": cones}


def _written(content: dict[str, Any]) -> str:
    """Return contents as JSON, a line for each entry."""
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in content.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _rounded_down(bound: Fraction) -> float:
    value = float(bound)
    return value if Fraction(value) <= bound else float(np.nextafter(value, -np.inf))
