"""A solved scenario as tables: every run step by step as CSV, and the optimal neurons one a row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.results.solved_scenario import SolvedScenario
from landscape.training.trajectory import Trajectory

MOST_COLUMNS = 20
"""Up to so many neurons every weight has its column; wider networks are given by the norms of their layers."""

MOST_CELLS = 2_000_000
"""Most cells of a file (about 40 MB); longer runs keep evenly spaced iterates, the first and the last among them."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def runs_csv(solved: SolvedScenario) -> str:
    """Return every stored iterate of every run as a row of a CSV file (RFC 4180).

    Columns: run, method, step, loss, then the weights w1, w2, ... and alpha1, alpha2, ..., one a neuron (w1_1, w1_2,
    ... where a neuron has several weights, the bias last). Beyond MOST_COLUMNS neurons two columns stand for them, the
    Frobenius norm of W and the norm of alpha. Numbers are exact. No spreadsheet reads a cell as a formula.
    """
    d, m = solved.runs[0].trajectory.W.shape[1:] if solved.runs else (solved.problem.d, 0)
    columns = ["run", "method", "step", "loss", *_weight_names(d, m)]
    each = max(2, MOST_CELLS // (len(columns) * max(1, len(solved.runs))))
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(columns)
    for run in solved.runs:
        name, method = harmless(run.name), harmless(run.method)
        for step, loss, weights in _iterates(run.trajectory, each):
            table.writerow([name, method, step, repr(loss), *map(repr, weights)])
    return text.getvalue()


def harmless(text: str) -> str:
    """Return a text as a cell that no spreadsheet runs as a formula: one that could be gets an apostrophe first."""
    looks = text.lstrip()[:1] in tuple("=+-@＝＋－＠") or text[:1] in ("\t", "\r", "\n")
    return f"'{text}" if looks and text and not _NUMBER.fullmatch(text) else text


def _weight_names(d: int, m: int) -> list[str]:
    if m > MOST_COLUMNS:
        return ["norm_of_W", "norm_of_alpha"]
    W = [f"w{j}" if d == 1 else f"w{j}_{k}" for j in range(1, m + 1) for k in range(1, d + 1)]
    return [*W, *(f"alpha{j}" for j in range(1, m + 1))]


def _iterates(path: Trajectory, most: int) -> Iterator[tuple[int, float, list[float]]]:
    """Return step, loss and weights of a run's iterates, at most so many."""
    kept = np.unique(np.rint(np.linspace(0, len(path.steps) - 1, min(most, len(path.steps)))).astype(int))
    W, alpha = path.W[kept], path.alpha[kept]
    if alpha.shape[1] > MOST_COLUMNS:
        weights = np.column_stack([np.linalg.norm(W, axis=(1, 2)), np.linalg.norm(alpha, axis=1)])
    else:
        weights = np.hstack([W.transpose(0, 2, 1).reshape(len(kept), -1), alpha])
    return zip(path.steps[kept].tolist(), path.objective[kept].tolist(), weights.tolist(), strict=True)


@dataclass(frozen=True)
class NeuronRow:
    """One neuron of a network.

    Arguments
        neuron: its number, from 1.
        w: its first-layer weights, the bias last; alpha: its second-layer weight.
        norm: ‖w‖.
        kink: the end of its active side, −b/w, for one feature with a bias; None elsewhere, or where it has no kink.
        active: the data points, counted from 0, at which its output is above 0.
    """

    neuron: int
    w: tuple[float, ...]
    alpha: float
    norm: float
    kink: float | None
    active: tuple[int, ...]


def network_table(solved: SolvedScenario) -> tuple[NeuronRow, ...]:
    """Return the neurons recovered from the convex optimum, one a row."""
    problem, network = solved.problem, solved.solution.network
    return tuple(_row(problem, network, j) for j in range(network.m))


def _row(problem: Problem, network: Network, j: int) -> NeuronRow:
    w, X = network.W[:, j], problem.X
    norm = float(np.linalg.norm(w))
    kink = None
    if problem.d == 2 and np.all(X[:, 1] == 1.0) and abs(w[0]) > 1e-12 * norm:
        kink = float(-w[1] / w[0])
    # Optimal kinks lie on data points: there only rounding is above 0.
    above = X @ w > 1e-9 * np.linalg.norm(X, axis=1) * norm
    active = tuple(int(i) for i in np.flatnonzero(above))
    return NeuronRow(j + 1, tuple(w.tolist()), float(network.alpha[j]), norm, kink, active)
