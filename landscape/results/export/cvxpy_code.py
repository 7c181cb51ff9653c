"""A scenario's convex program as a self-contained script, which needs CVXPY and NumPy but not this package."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from landscape.formatting import counted, short
from landscape.model.problem import Problem
from landscape.results.export.writing import data_lines, number
from landscape.scenario import Scenario

MANY = 150
"""Beyond so many points, or two columns of X, the script samples the patterns: all of them would take minutes."""

SAMPLES = 300
"""Patterns it samples."""


def cvxpy_snippet(scenario: Scenario) -> str:
    """Return a script that solves a scenario's convex program (2) and prints its value and the recovered neurons.

    All activation patterns are in the program for one feature, with or without bias, or two features without, and
    at most MANY points; else a sample of them, and the script prints that its value may lie above the optimum.
    """
    problem = scenario.problem()
    units = _units(problem)
    lam = f"lam = {number(problem.lam)}  # {short(scenario.training.lam)} of λ_max"
    return "\n".join(
        [
            _title(scenario, problem),
            "",
            "import cvxpy as cp",
            "import numpy as np",
            "",
            *data_lines(scenario.data),
            *([lam] if problem.lam > 0 else []),
            "",
            *_patterns(problem),
            "",
            *_into(units, problem.lam),
            *_program(problem, units),
            "",
            *(_LEAST_NORM if _form(problem) == "free" else []),
            *_back(units, problem.lam),
            *_neurons(problem, units),
            "",
        ]
    )


def _title(scenario: Scenario, problem: Problem) -> str:
    layer, formula = "fixed to 1", "min ‖Σ_i D_i X u_i − y‖²,  u_i in the cone of pattern D_i"
    if problem.second_layer == "trained":
        layer = "trained"
        bias = " + b" if problem.has_output_bias else ""
        formula = f"min ‖Σ_i D_i X (u_i − v_i){bias} − y‖² + 2 λ Σ_i (‖u_i‖ + ‖v_i‖)"
        formula += f"{' + λ b²' if _penalised_bias(problem) else ''},  u_i and v_i in the cone of pattern D_i"
    points = counted(scenario.data.n, "point")
    return f'"""The convex twin of ReLU networks on {points}, second layer {layer}.\n\n    {formula}\n"""'


def _patterns(problem: Problem) -> list[str]:
    """Return the lines that list the patterns D, or for a second layer of ones in the plane the borders R of cones."""
    if problem.d == 1:
        x = problem.X[:, 0]
        sides = [side for side, there in (("x > 0", (x > 0).any()), ("x < 0", (x < 0).any())) if there]
        return [
            "# The activation patterns of some effect, one a column: a neuron is active on one side of 0.",
            f"D = np.column_stack([{', '.join(sides or ['x >= 0'])}])",
        ]
    if _listed(problem):
        lines = [
            "lines = np.unique(np.arctan2(X[:, 1], X[:, 0]) % np.pi)",
            "cuts = np.concatenate([lines, lines + np.pi]) + np.pi / 2",
            "between = (cuts + np.append(cuts[1:], cuts[0] + 2 * np.pi)) / 2",
        ]
        if problem.second_layer == "ones":
            return [*_BORDERS, *lines[:2], *_directions(problem, lines[2])]
        return [
            "# The activation patterns 1[X u ≥ 0], one a column. A pattern changes only where u is at a right angle",
            "# to a row of X: one direction between every two neighbours of these finds them all.",
            *lines,
            "D = X @ [np.cos(between), np.sin(between)] >= 0",
        ]
    return [
        "# Activation patterns 1[X u ≥ 0], one a column: those of random u, for there are too many to list here.",
        "# Over some of the patterns the value can lie above the optimum, never below it.",
        "size = np.maximum(np.abs(X).max(axis=0), 1e-9)",
        f"gates = np.random.default_rng(0).standard_normal(({problem.d}, {SAMPLES})) / size[:, None]",
        "D = np.unique(X @ gates >= 0, axis=1)",
    ]


_BORDERS = [
    "# A neuron u of one activation pattern 1[X u ≥ 0] is a sum of multiples of two neurons on the borders of the cone",
    "# of this pattern, and without a penalty as good as these two: the u at a right angle to a row of X are enough.",
]


def _directions(problem: Problem, between: str) -> list[str]:
    lines = ["R = np.array([np.cos(cuts), np.sin(cuts)])"]
    if np.linalg.matrix_rank(problem.X) < 2:
        # Half-planes: two borders in one line do not span them.
        lines = [between, "angles = np.append(cuts, between)", "R = np.array([np.cos(angles), np.sin(angles)])"]
    if problem.X.any():
        lines += [
            "rounding = 1e-14 * np.linalg.norm(X, axis=1, keepdims=True)",
            "R = R[:, (X @ R > rounding).any(axis=0)]  # some point feels it",
            "R = R / np.max(X @ R, axis=0)  # the length does not matter: outputs of size 1 are easy to solve with",
        ]
    return lines


def _listed(problem: Problem) -> bool:
    """Whether the script lists all patterns."""
    return problem.d == 1 or (problem.d == 2 and problem.n <= MANY)


def _program(problem: Problem, units: Units) -> list[str]:
    """Return the lines that state problem (2), solve it, and print its value."""
    value = "program.value" if units.y == 1 else f"program.value * {number(units.y**2)}"
    return [
        *_stated(problem, units),
        *_SOLVED,
        f'print(f"Optimal value: {{{value}:.8g}} ({{program.status}})")',
        *([] if _listed(problem) else ['print("Over sampled patterns only: the optimum over all may lie lower.")']),
    ]


_SOLVED = [
    "# The solver is named: CVXPY's own choice depends on what else is installed. Its steps stay further from the",
    "# cones' borders than by default: where λ is λ_max it would stop before its tolerance.",
    "program.solve(solver=cp.CLARABEL, max_step_fraction=0.95)",
]


def _form(problem: Problem) -> str:
    if problem.second_layer == "ones":
        return "borders" if problem.d == 2 and _listed(problem) else "ones"
    return "penalised" if problem.lam > 0 else "free"


_TRAINED = [
    "U = cp.Variable((X.shape[1], D.shape[1]))",
    "V = cp.Variable(U.shape)",
    "fit = cp.sum(cp.multiply(D, X @ (U - V)), axis=1)",
    "cones = [cp.multiply(2 * D - 1, X @ U) >= 0, cp.multiply(2 * D - 1, X @ V) >= 0]",
    "norms = cp.sum(cp.norm(U, axis=0) + cp.norm(V, axis=0))",
]

_STATED = {
    "ones": [
        "U = cp.Variable((X.shape[1], D.shape[1]))",
        "fit = cp.sum(cp.multiply(D, X @ U), axis=1)",
        "cones = [cp.multiply(2 * D - 1, X @ U) >= 0]",
        "program = cp.Problem(cp.Minimize(cp.sum_squares(fit - y)), cones)",
    ],
    "borders": [
        "c = cp.Variable(R.shape[1], nonneg=True)",
        "U = cp.multiply(R, c[None, :])  # one neuron a column",
        "program = cp.Problem(cp.Minimize(cp.sum_squares(np.maximum(X @ R, 0) @ c - y)))",
    ],
    "penalised": [
        *_TRAINED,
        "# 2 λ, not λ: the neuron w = u / √‖u‖, alpha = √‖u‖ costs λ (‖w‖² + alpha²) = 2 λ ‖u‖.",
        "program = cp.Problem(cp.Minimize(cp.sum_squares(fit - y) + 2 * lam * norms), cones)",
    ],
    "free": [
        *_TRAINED,
        "program = cp.Problem(cp.Minimize(cp.sum_squares(fit - y)), cones)",
    ],
}


_LEAST_NORM = [
    "# Without regularisation many networks have this value: of those with this fit, the one of least norm.",
    "least = cp.Problem(cp.Minimize(norms), [*cones, fit == fit.value])",
    "least.solve(solver=cp.CLARABEL)",
    "",
]


def _stated(problem: Problem, units: Units) -> list[str]:
    """Return the lines that state problem (2), the output bias b among its variables."""
    lines = _STATED[_form(problem)]
    if not problem.has_output_bias:
        return lines
    # λ was divided by the units of X and y for the neurons; b has that of y alone.
    factor = "lam" if units == (1.0, 1.0) else f"lam * {number(units.X * units.y)}"
    penalty = f" + {factor} * cp.square(b)" if _penalised_bias(problem) else ""
    with_bias = (line.replace("axis=1)", "axis=1) + b") if line.startswith("fit =") else line for line in lines)
    return [
        "b = cp.Variable()  # the output bias",
        *(line.replace("), cones)", f"{penalty}), cones)") for line in with_bias),
    ]


def _penalised_bias(problem: Problem) -> bool:
    return problem.output_bias == "penalised" and problem.lam > 0


class Units(NamedTuple):
    """Powers of ten that X and y are divided by before the program is solved."""

    X: float
    y: float


def _units(problem: Problem) -> Units:
    """Return the units in which rows of X and labels are about 1 in size; 1 where they are already."""
    longest = 1.0 if _form(problem) == "borders" else np.max(np.linalg.norm(problem.X, axis=1))
    powers = [math.log10(size) if size > 0 else 0.0 for size in (longest, np.max(np.abs(problem.y)))]
    return Units(*(1.0 if -0.6 <= power <= 1.0 else 10.0 ** round(power) for power in powers))


def _into(units: Units, lam: float) -> list[str]:
    if units == (1.0, 1.0):
        return []
    return [
        "# The solver is at its best with numbers near 1.",
        f"X, y = X / {number(units.X)}, y / {number(units.y)}",
        *([f"lam = lam / {number(units.X * units.y)}"] if lam > 0 else []),
        "",
    ]


def _back(units: Units, lam: float) -> list[str]:
    if units == (1.0, 1.0):
        return []
    return [
        "# Back in the units of the data.",
        f"X, y = X * {number(units.X)}, y * {number(units.y)}",
        *([f"lam = lam * {number(units.X * units.y)}"] if lam > 0 else []),
        "",
    ]


def _neurons(problem: Problem, units: Units) -> list[str]:
    """Return the lines that recover the network, print it, and evaluate the non-convex objective (1) at it."""
    scale = "" if units.y == units.X else f" * {number(units.y / units.X)}"
    small = number(_small(problem))
    if problem.second_layer == "trained":
        recovered = [
            "neurons = []",
            f"for sign, blocks in ((1, U.value{scale}), (-1, V.value{scale})):",
            "    for u in columns(blocks):",
            "        root = np.sqrt(np.linalg.norm(u))",
            "        neurons.append((u / root, sign * root))",
        ]
    else:
        recovered = [f"neurons = [(u, 1.0) for u in columns(U.value{scale})]"]
    penalty = " + lam * sum(w @ w + alpha**2 for w, alpha in neurons)" if problem.lam > 0 else ""
    if _penalised_bias(problem):
        penalty += " + lam * bias**2"
    start, of_bias = "np.zeros(len(y))", []
    if problem.has_output_bias:
        unit = "" if units.y == 1 else f" * {number(units.y)}"
        start = "np.full(len(y), bias)"
        of_bias = [f"bias = b.value{unit}", 'print(f"Output bias: {bias:.6g}")']
    return [
        "",
        "def columns(blocks):",
        *(line.replace("SMALL", small) for line in (_KEPT if problem.d == 1 else _WHOLE)),
        "",
        "",
        "# Back to a network: each block is a neuron.",
        *recovered,
        "for w, alpha in neurons:",
        '    print(f"Neuron: w = {np.array2string(w, precision=6)}, alpha = {alpha:.6g}")',
        *of_bias,
        f"output = sum((np.maximum(X @ w, 0) * alpha for w, alpha in neurons), {start})",
        f"value = np.sum((output - y) ** 2){penalty}",
        'print(f"The network\'s own objective: {value:.8g}")',
    ]


_KEPT = [
    '    """Return the columns that are not 0; a solver leaves tiny numbers there."""',
    "    return blocks.T[np.linalg.norm(blocks, axis=0) > SMALL]",
]

_WHOLE = [
    '    """Return the columns that are not 0; those of proportional outputs are parts of one neuron and added up."""',
    "    found = []",
    "    for u in blocks.T[np.linalg.norm(blocks, axis=0) > SMALL]:",
    "        for k, v in enumerate(found):",
    "            a, b = np.maximum(X @ u, 0), np.maximum(X @ v, 0)",
    "            if a @ b > (1 - 1e-6) * np.linalg.norm(a) * np.linalg.norm(b):",
    "                found[k] = u + v",
    "                break",
    "        else:",
    "            found.append(u)",
    "    return found",
]


def _small(problem: Problem) -> float:
    """Return the power of ten next to 1e-5 times the size of a slope that fits the data.

    Where all labels are 0 any slope is too large, and a solver stops at one whose square is below its tolerance.
    """
    height, length = float(np.linalg.norm(problem.y)), float(np.linalg.norm(problem.X))
    return 10.0 ** round(math.log10((1e-5 * height or 1e-3) / (length or 1.0)))
