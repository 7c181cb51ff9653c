"""A proof as a file that anyone can check: see ``landscape.proof_file`` for what it holds, and for its checker."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from landscape.convex.budget import Budget
from landscape.convex.certificate import Certificate, Solved, certify, proven_before
from landscape.geometry.support import geometry
from landscape.model.loss import squared_only
from landscape.model.network import Network, check_fits, residual
from landscape.model.problem import Problem, finite_array
from landscape.proof_file.check import ProofReport, bound_by, check_proof, dual_vector
from landscape.proof_file.document import FORMAT, Document, read
from landscape.proof_file.neurons import directions, gain
from landscape.proof_file.signs import felt_rows
from landscape.proof_file.work import UnprovenError
from landscape.results.export.cone_cover import ConeCover
from landscape.results.export.exact_dual import no_gain_by_shift, orthogonal_to_neurons
from landscape.results.export.sign_cover import SignCover
from landscape.results.solved_scenario import SolvedScenario

MOST_LEAVES = 15_000
"""Most cones of a proof: its file then has a few megabytes, and takes the checker some seconds."""

MOST_NUMBERS = 400_000
"""Most multipliers of a proof by signs: its file has about five bytes for each."""

MOST_FEATURES = 5
"""Most features that cones are made for; of more they would be too many, and rows are given signs."""

TOUCHED = 1e-9
"""A gain above λ by no more than this share of it is low enough: the bound loses as little."""

SEARCH_NODES = 3_000
"""Nodes of branch and bound for a dual vector, where the cells of the data are too many to visit."""


def write_proof(
    problem: Problem,
    network: Network,
    file: str | os.PathLike[str],
    dual: np.ndarray | None = None,
    *,
    known: Certificate | Solved | None = None,
) -> ProofReport:
    """Write a proof of how good a network is at least, and return what a checker without any solver makes of the file.

    Arguments
        problem, network: what it is about; file: where it is written, as text (JSON).
        dual: (n,) a dual vector that may prove more than the network's residual: that of the best network known.
        known: the solution of this problem, or its certificate, which has that vector.

    Raises ValueError as ``certify`` does, OSError where the file cannot be written.
    """
    squared_only(problem, "write_proof")
    if dual is None and known is not None:
        dual = proven_before(problem, known).dual
    text = proof_text(problem, network, dual)
    Path(file).write_text(text, encoding="utf-8")
    return check_proof(text)


def proof_text(problem: Problem, network: Network, dual: np.ndarray | None = None) -> str:
    """Return the contents of the file that ``write_proof`` writes.

    The bound that it claims is one that its checker has found to follow from it: where there is no proof that fits a
    file, as of more features than cones can be made for, it is a weaker one, and 0 at last.
    """
    squared_only(problem, "proof_text")
    check_fits(problem, network)
    return _best(problem, network, _duals(problem, network, dual))


def proof_of_scenario(solved: SolvedScenario) -> str:
    """Return the same for the network of a solved scenario, by the dual vector that its certificate has found."""
    problem, network, dual = solved.problem, solved.solution.network, solved.proof.dual
    if problem.lam > 0 and dual is not None:
        return _best(problem, network, [dual.tolist()])
    return proof_text(problem, network, dual)


def _duals(problem: Problem, network: Network, dual: np.ndarray | None) -> Iterator[list[Any] | None]:
    """Yield dual vectors, None for one that is not known, until one of them proves the network optimal."""
    left = residual(problem, network)
    if problem.second_layer == "ones":
        yield no_gain_by_shift(problem, left)
    elif problem.lam == 0:
        yield orthogonal_to_neurons(problem)
    else:
        if geometry(problem.X, quick=True).cut is None:
            # A long search would first look for one that is easier to bound: a file has fewer nodes.
            yield (left if dual is None else finite_array(dual, "dual", 1)).tolist()
        found = certify(problem, network, dual, budget=Budget(nodes=SEARCH_NODES)).dual
        yield None if found is None else found.tolist()


def _best(problem: Problem, network: Network, duals: Iterable[list[Any] | None]) -> str:
    """Return the contents of the file that proves most, with one of some dual vectors or none."""
    content = {
        "format": FORMAT,
        "about": "What no network of this form can beat. To check it: python -m landscape check FILE",
        "X": problem.X.tolist(),
        "y": problem.y.tolist(),
        "lam": problem.lam,
        "second_layer": problem.second_layer,
        "output_bias": problem.output_bias,
        "W": network.W.tolist(),
        "alpha": network.alpha.tolist(),
        "bias": network.bias,
        "lower_bound": 0.0,
        "dual": None,
        "cover": None,
    }
    best, proven = _written(content), Fraction(0)
    for z in duals:
        if z is None or not any(z):
            continue
        text = _with_dual({**content, "dual": z}, proven)
        if text is not None:
            report = check_proof(text)
            if report.proven and report.bound > proven:
                best, proven = text, report.bound
            if report.optimal:
                break
    return best


def _with_dual(content: dict[str, Any], more_than: Fraction) -> str | None:
    """Return contents with their dual vector's cover and what it proves; None where that is no more than a number."""
    document = read(_written(content))
    content["cover"] = _cover(document)
    try:
        bound = bound_by(document, Fraction(content["cover"].get("most", 0)))
    except UnprovenError:
        return None
    content["lower_bound"] = _rounded_down(bound)
    return _written(content) if bound > more_than else None


def _cover(document: Document) -> dict[str, Any]:
    """Return the cover of a document's dual vector; empty where it needs none."""
    rows = directions(document.X)
    z, of_z = dual_vector(document)
    of_neurons = gain(rows, z, of_z)
    if of_neurons.vanishes:
        return {}
    level, signed = document.lam * (1.0 + TOUCHED), document.second_layer == "ones"
    if len(document.X[0]) > MOST_FEATURES:
        felt = felt_rows(rows, z, of_z)
        tree = SignCover(felt, (1,) if signed else (1, -1))
        tree.refine(level, max(1, MOST_NUMBERS // len(felt.rows)))
        signs, most = tree.entries()
        return {"most": most, "signs": signs}
    cover = ConeCover((of_neurons,) if signed else (of_neurons, of_neurons.negative()), [e for e, _, _ in rows])
    cover.refine(level, MOST_LEAVES)
    cones, most = cover.entries()
    return {"most": most, "cones": cones}


def _written(content: dict[str, Any]) -> str:
    """Return contents as JSON, a line for each entry."""
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in content.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _rounded_down(bound: Fraction) -> float:
    value = float(bound)
    return value if Fraction(value) <= bound else float(np.nextafter(value, -np.inf))
