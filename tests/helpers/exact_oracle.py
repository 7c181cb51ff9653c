"""Problem (1) without regularisation in rational arithmetic: the optimum in closed form, and objectives of networks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from landscape.model.network import Network
from landscape.model.problem import Problem, without_underflow

Vector = list[Fraction]


def rational(values: np.ndarray) -> list[Vector]:
    """A matrix of float64 numbers as the fractions they are."""
    return [[Fraction(float(v)) for v in row] for row in values]


def exact_objective(problem: Problem, network: Network) -> Fraction:
    """Problem (1) at a network, without any rounding."""
    W, alpha = rational(network.W.T), [Fraction(float(a)) for a in network.alpha]
    total, bias = Fraction(0), Fraction(network.bias)
    for row, label in zip(rational(problem.X), problem.y, strict=True):
        outputs = [max(Fraction(0), sum((a * b for a, b in zip(row, w, strict=True)), Fraction(0))) for w in W]
        total += (sum((a * o for a, o in zip(alpha, outputs, strict=True)), bias) - Fraction(float(label))) ** 2
    size = sum((v * v for w in W for v in w), Fraction(0)) + sum((a * a for a in alpha), Fraction(0))
    size += bias * bias if problem.output_bias == "penalised" else 0
    return total + Fraction(problem.lam) * size


def ratio(row: Vector, other: Vector) -> Fraction | None:
    """The factor t with row = t · other, None where there is none; other is not zero."""
    k = next(k for k, v in enumerate(other) if v)
    t = row[k] / other[k]
    return t if all(v == t * w for v, w in zip(row, other, strict=True)) else None


def exact_optimum(problem: Problem) -> Fraction:
    """The infimum of problem (1) for λ = 0 and a trained second layer over networks of every width, any d.

    relu(x_i·u) = (x_i·u + |x_i·u|)/2, and the functions |e·u| of different lines and u_1, ..., u_d are linearly
    independent. So what networks compute on the samples is the span of the columns of coefficients: those of the lines
    and the features themselves, and with an output bias of the ones. The optimum is the squared distance of y to it.
    """
    X, y = rational(problem.X), [Fraction(float(v)) for v in problem.y]
    lines: list[Vector] = []
    kinks: list[dict[int, Fraction]] = []
    for i, row in enumerate(X):
        if not any(row):
            continue
        for number, line in enumerate(lines):
            t = ratio(row, line)
            if t is not None:
                kinks[number][i] = abs(t)
                break
        else:
            lines.append(row)
            kinks.append({i: Fraction(1)})
    columns = [[kink.get(i, Fraction(0)) for i in range(len(y))] for kink in kinks]
    columns += [[row[j] for row in X] for j in range(problem.d)]
    columns += [[Fraction(1)] * len(y)] if problem.has_output_bias else []
    return distance(columns, y)


def distance(columns: list[Vector], y: Vector) -> Fraction:
    """The squared distance of y to the span of some columns, by Gram-Schmidt without roots."""
    kept: list[tuple[Vector, Fraction]] = []
    for column in [*columns, y]:
        left = column
        for other, square in kept:
            share = sum((a * b for a, b in zip(left, other, strict=True)), Fraction(0)) / square
            left = [a - share * b for a, b in zip(left, other, strict=True)]
        square = sum((a * a for a in left), Fraction(0))
        if column is y:
            return square
        if square:
            kept.append((left, square))
    raise AssertionError


def odd_data(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Random rows (n, d) with all that makes λ = 0 hard.

    Duplicates, opposite and zero rows, neighbours in the last digit, years, integers, and magnitudes that differ by row
    and by column.
    """
    kind = rng.integers(4)
    if kind == 0:
        X = rng.integers(-2, 3, (n, d)).astype(float)
    elif kind == 1:
        X = np.round(rng.standard_normal((n, d)), 1)
    elif kind == 2:
        X = rng.choice([2000.0, 1990.0, 1e6, 1e5]) + rng.integers(0, 12, (n, d)) * rng.choice([1.0, 1.0, 0.25, 1e-3])
    else:
        X = rng.standard_normal((n, d))
    if rng.random() < 0.5:
        X[:, -1] = 1.0
    if rng.random() < 0.2:
        X *= 10.0 ** rng.integers(-12, 13, d)
    for _ in range(int(rng.integers(0, 4))):
        i, j = (int(k) for k in rng.integers(n, size=2))
        change = rng.integers(6)
        if change == 0:
            X[i] = X[j] * rng.choice([-1.0, -1.0, 1.0, 2.0, -0.25])
        elif change == 1:
            X[i] = X[j] * rng.choice([-3.0, 0.3, 7.0])
        elif change == 2:
            X[i] = X[j]
            X[i, 0] = np.nextafter(X[i, 0], rng.choice([-np.inf, np.inf]))
        elif change == 3:
            X[i] = X[i] * 2.0 ** rng.integers(-60, 60)
        elif change == 4:
            X[i] = 0.0
        else:
            X[i] = X[j] * (1.0 + rng.choice([1e-15, 5e-14, 1e-9]) * rng.integers(-1, 2, d))
    if rng.random() < 0.15:
        X = X * 10.0 ** rng.choice([-90, -60, -6, 6, 60, 80])
    return without_underflow(np.clip(X, -1e100, 1e100))


def wide_data(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Odd rows (n, d) of every size that a problem accepts, by row, by column, by entry or as a whole."""
    shape = [(n, 1), (1, d), (n, d), (1, 1)][rng.integers(4)]
    reach = rng.choice([100, 250, 330])
    X = np.clip(odd_data(rng, n, d) * 2.0 ** rng.integers(-reach, reach + 1, shape), -1e100, 1e100)
    for _ in range(int(rng.integers(0, 3))):
        i, j = (int(k) for k in rng.integers(n, size=2))
        X[i] = np.clip(X[j] * 2.0 ** rng.integers(-300, 301) * rng.choice([-1, 1]), -1e100, 1e100)
    return without_underflow(X)


def wide_labels(rng: np.random.Generator, n: int) -> np.ndarray:
    """Labels (n,) of every size that a problem accepts, now and then each of its own."""
    y = odd_labels(rng, n) * 10.0 ** rng.integers(-90, 91, n if rng.random() < 0.3 else 1)
    return without_underflow(np.clip(y, -1e100, 1e100))


def odd_labels(rng: np.random.Generator, n: int) -> np.ndarray:
    """Random labels (n,), integers or not, of very different sizes now and then."""
    y = rng.integers(-3, 6, n).astype(float) if rng.random() < 0.5 else rng.standard_normal(n)
    if rng.random() < 0.1:
        y = y * 10.0 ** rng.choice([-90, -6, 6, 80])
    if rng.random() < 0.1:
        y = y * 10.0 ** rng.integers(-9, 10, n)
    return without_underflow(np.clip(y, -1e100, 1e100))
