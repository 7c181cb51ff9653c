"""Results as tables: runs step by step, optimal neurons and dual variables one a row, and the curves of a picture."""

from __future__ import annotations

import base64
import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.model.network import Network, predict
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
    Frobenius norm of W and the norm of alpha. The output bias is last, where there is one. Numbers are exact. No
    spreadsheet reads a cell as a formula.
    """
    d, m = solved.runs[0].trajectory.W.shape[1:] if solved.runs else (solved.problem.d, 0)
    columns = ["run", "method", "step", "loss", *_weight_names(d, m)]
    columns += ["output_bias"] if solved.problem.has_output_bias else []
    each = max(2, MOST_CELLS // (len(columns) * max(1, len(solved.runs))))
    rows = (
        [harmless(run.name), harmless(run.method), step, repr(loss), *map(repr, weights)]
        for run in solved.runs
        for step, loss, weights in _iterates(run.trajectory, each, solved.problem.has_output_bias)
    )
    return _csv(columns, rows)


def neurons_csv(solved: SolvedScenario) -> str:
    """Return the neurons recovered from the convex optimum as a CSV file, one a row, every number exact.

    Columns: neuron, then its weights as in ``runs_csv`` but without the neuron's number, the bias last, alpha, norm,
    kink (empty where there is none), and the data points at which it is active, counted from 1; the output bias, where
    there is one, in every row.
    """
    d = solved.problem.d
    bias = [repr(solved.solution.network.bias)] if solved.problem.has_output_bias else []
    weights = ["w"] if d == 1 else [f"w{k}" for k in range(1, d + 1)]
    rows = (
        [
            row.neuron,
            *map(repr, row.w),
            repr(row.alpha),
            repr(row.norm),
            "" if row.kink is None else repr(row.kink),
            " ".join(str(index + 1) for index in row.active),
            *bias,
        ]
        for row in network_table(solved)
    )
    return _csv(["neuron", *weights, "alpha", "norm", "kink", "active_on", *(["output_bias"] if bias else [])], rows)


def duals_csv(solved: SolvedScenario) -> str:
    """Return the dual variables of the convex program as a CSV file, one data point a row, every number exact.

    Columns: point, its features x1, ... (a bias is the last, 1), the label y, the optimal network's output, and the
    dual variable z = y − output: with max_u |zᵀ relu(X u)| ≤ λ over unit u, ‖y‖² − ‖y − z‖² is a lower bound. With a
    penalised output bias it is (Σ z)²/λ less; with a free one z sums to 0. Of a network that is not proven optimal
    y − output is no such z: there it is the one that proves the bound, where one is.
    """
    X, y, proof = solved.problem.X, solved.problem.y, solved.proof
    output = predict(X, solved.solution.network)
    dual = y - output if proof.closed or proof.dual is None else proof.dual
    numbers = zip(X.tolist(), y.tolist(), output.tolist(), dual.tolist(), strict=True)
    rows = (
        [number, *map(repr, x), repr(label), repr(found), repr(z)]
        for number, (x, label, found, z) in enumerate(numbers, start=1)
    )
    return _csv(["point", *(f"x{k}" for k in range(1, X.shape[1] + 1)), "y", "output", "dual"], rows)


def drawn_csv(figures: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Return the lines and points of plotly figures as a CSV file, one point a row.

    Columns: picture, curve, x, y, and z where there is one; the cells of a map are points too. A gap in a curve is an
    empty cell. Numbers have the seven digits with which they are drawn.

    Arguments
        figures: the name of each, and the figure itself.
    """
    rows = []
    for picture, figure in figures:
        for place, trace in enumerate(figure.get("data", ()), start=1):
            name = harmless(str(trace.get("name") or trace.get("uid") or f"curve {place}"))
            rows += [[harmless(picture), name, *map(_cell, point)] for point in _points(trace)]
    return _csv(["picture", "curve", "x", "y", "z"], rows)


def _points(trace: Mapping[str, Any]) -> list[tuple[Any, Any, Any]]:
    x, y, z = (_list(trace.get(axis)) for axis in "xyz")
    if z and isinstance(z[0], list):
        columns, rows = x or range(len(z[0])), y or range(len(z))
        return [(a, b, c) for b, line in zip(rows, z, strict=False) for a, c in zip(columns, line, strict=False)]
    n = max(len(values or ()) for values in (x, y))
    return list(zip(x or range(n), y or range(n), z or [None] * n, strict=False))


def _list(values: Any) -> list[Any] | None:
    """Return the numbers of an axis as a list, of lists where it is a grid; plotly packs arrays as base 64."""
    if not isinstance(values, Mapping):
        return None if values is None else list(values)
    array = np.frombuffer(base64.b64decode(values["bdata"]), dtype=f"<{values['dtype']}")
    shape = [int(size) for size in str(values.get("shape", len(array))).split(",")]
    # A picture holds float32: the shortest digits of each, not those of the float64 it equals.
    digits = np.array([float(str(value)) for value in array.ravel()])
    unpacked: list[Any] = digits.reshape(shape).tolist()
    return unpacked


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return harmless(value) if isinstance(value, str) else repr(value)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as a CSV file (RFC 4180)."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(columns)
    table.writerows(rows)
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


def _iterates(path: Trajectory, most: int, has_bias: bool) -> Iterator[tuple[int, float, list[float]]]:
    """Return step, loss and weights of a run's iterates, at most so many, an output bias last where it has one."""
    kept = np.unique(np.rint(np.linspace(0, len(path.steps) - 1, min(most, len(path.steps)))).astype(int))
    W, alpha = path.W[kept], path.alpha[kept]
    if alpha.shape[1] > MOST_COLUMNS:
        weights = np.column_stack([np.linalg.norm(W, axis=(1, 2)), np.linalg.norm(alpha, axis=1)])
    else:
        weights = np.hstack([W.transpose(0, 2, 1).reshape(len(kept), -1), alpha])
    weights = np.column_stack([weights, path.bias[kept]]) if has_bias else weights
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
    if problem.d == 2 and problem.biased and abs(w[0]) > 1e-12 * norm:
        kink = float(-w[1] / w[0])
    # Optimal kinks lie on data points: there only rounding is above 0.
    above = X @ w > 1e-9 * np.linalg.norm(X, axis=1) * norm
    active = tuple(int(i) for i in np.flatnonzero(above))
    return NeuronRow(j + 1, tuple(w.tolist()), float(network.alpha[j]), norm, kink, active)
