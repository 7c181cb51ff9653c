"""The check of a proof file: everything that it claims is computed anew, in whole numbers, and nothing is rounded."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from landscape.proof_file.arithmetic import Number, decimal, dot, times_power, whole
from landscape.proof_file.covering import check_cones
from landscape.proof_file.document import Document, contents, number, read
from landscape.proof_file.neurons import directions, gain
from landscape.proof_file.signs import check_signs, felt_rows
from landscape.proof_file.work import UnprovenError, Work

OPTIMAL, LEAST_UNIT = Fraction(1, 10**7), Fraction(1, 10**4)
"""A network is called optimal within OPTIMAL of the bound, or within so much of LEAST_UNIT ‖y‖², which is larger."""

DIGITS = 12
"""Digits of a number in a sentence."""

SQUARES = "For what it costs is a sum of squares, and a square is never negative."


@dataclass(frozen=True)
class ProofReport:
    """What the check of a file has shown.

    Arguments
        proven: whether what the file claims follows from it.
        optimal: whether, by that, the network in it is optimal, up to ``OPTIMAL``.
        value: what the network costs, exactly; None where that takes too long.
        bound: no network of its form costs less; 0 where nothing else is shown.
        sentences: the same for a reader; where it is not proven, with the first thing that fails.
    """

    proven: bool
    optimal: bool
    value: Fraction | None
    bound: Fraction
    sentences: tuple[str, ...]

    def __repr__(self) -> str:
        """The last sentences alone, for value and bound are fractions of many digits."""
        said = "proven, optimal" if self.optimal else "proven" if self.proven else "not proven"
        return "\n  ".join([f"ProofReport: {said}", *self.sentences[-2:]])


def check_proof(text: bytes | str | os.PathLike[str]) -> ProofReport:
    """Check a proof file, in exact arithmetic and without any solver.

    Whatever its contents are, it ends within a few minutes.

    Arguments
        text: the contents of the file, or where it is: a Path, or the name of a file that is there.

    Raises ValueError, with a sentence, for contents that are not a proof file and for names of none, and OSError where
    a file cannot be read.

    >>> from landscape import Problem, check_proof, proof_text, solve_convex
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
    >>> report = check_proof(proof_text(problem, solve_convex(problem).network))
    >>> report.proven, report.optimal, round(float(report.bound), 9)
    (True, True, 0.58)
    """
    document, work = read(contents(text)), Work()
    head: tuple[str, ...] = (_problem(document),)
    claim, value = Fraction(document.lower_bound), None
    try:
        work.spend(len(document.X) * len(document.alpha) * (len(document.W) + 2))
        value = objective(document)
        head = (*head, f"The network in the file costs {decimal(value, DIGITS, up=True)}, rounded up.")
        most, how = largest_gain(document, work)
        bound = bound_by(document, most)
        if bound < claim:
            raise UnprovenError(f"What follows is only that no such network costs less than {decimal(bound, DIGITS)}.")
    except UnprovenError as failed:
        unproven = f"Not proven: that no such network costs less than {decimal(claim, DIGITS)}."
        return ProofReport(False, False, value, Fraction(0), (*head, unproven, str(failed)))
    gap = value - bound
    optimal = gap <= OPTIMAL * max(bound, LEAST_UNIT * _square(document.y))
    left = f"by no more than {decimal(gap, 2, up=True)}" if gap else "by nothing"
    sentences = (
        *head,
        f"Proven: no network of this form, of any width, costs less than {decimal(bound, DIGITS)}, rounded down.",
        how,
        f"So the network is above the best {left}{': it is optimal.' if optimal else '; a better one may exist.'}",
    )
    return ProofReport(True, optimal, value, bound, sentences)


def objective(document: Document) -> Fraction:
    """Return what the network costs: ‖relu(X W) alpha + bias − y‖² + λ (‖W‖² + ‖alpha‖²), and λ bias² if penalised."""
    X, of_X = _whole_rows(document.X)
    W, of_W = _whole_rows([list(column) for column in zip(*document.W, strict=True)])
    alpha, of_alpha = whole(document.alpha)
    shift, of_shift = whole([document.bias, *document.y])
    exponent = min(of_X + of_W + of_alpha, of_shift)
    unit, of_output = of_shift - exponent, of_X + of_W + of_alpha - exponent
    loss = 0
    for x, y in zip(X, shift[1:], strict=True):
        output = sum(a * max(dot(x, w), 0) for a, w in zip(alpha, W, strict=True))
        loss += ((output << of_output) + (shift[0] - y << unit)) ** 2
    penalty = sum((_square(row) for row in document.W), _square(document.alpha))
    if document.output_bias == "penalised":
        penalty += Fraction(document.bias) ** 2
    return times_power(loss, 2 * exponent) + Fraction(document.lam) * penalty


def dual_vector(document: Document) -> tuple[list[int], int]:
    """Return z, or a multiple of it, as n whole numbers times 2^exponent; for a free output bias without its mean."""
    z, exponent = whole(document.dual or [])
    if document.output_bias == "free" or (document.output_bias == "penalised" and document.lam == 0):
        total = sum(z)
        z = [len(z) * entry - total for entry in z]
    return z, exponent


def largest_gain(document: Document, work: Work) -> tuple[Fraction, str]:
    """Return what |zᵀ relu(X u)| is at most for u of length 1, and what shows it.

    For a second layer of ones that is what zᵀ relu(X u) itself is at most.

    Raises UnprovenError where the file does not show it.
    """
    if document.dual is None:
        return Fraction(0), SQUARES
    z, of_z = dual_vector(document)
    rows = directions(document.X)
    of_neurons = gain(rows, z, of_z)
    if of_neurons.vanishes:
        return Fraction(0), "For zᵀ max(0, X u) is 0 whatever the weights u: on every line of rows z cancels."
    if document.cover is None:
        raise UnprovenError("The file does not say why no neuron gains more than it costs.")
    cover, signed = document.cover, document.second_layer == "ones"
    most = number(cover.get("most"), "most", data=False)
    if "signs" in cover:
        felt = felt_rows(rows, z, of_z)
        count = check_signs(felt, (1,) if signed else (1, -1), cover["signs"], most, work)
        return Fraction(most), f"For zᵀ max(0, X u) has a bound in each of {counted(count, 'set')} of signs of X u."
    gains = (of_neurons,) if signed else (of_neurons, of_neurons.negative())
    count = check_cones(gains, [e for e, _, _ in rows], cover.get("cones"), most, work)
    return Fraction(most), f"For zᵀ max(0, X u) has a bound in each of {counted(count, 'cone')} that cover all u."


def bound_by(document: Document, most: Fraction) -> Fraction:
    """Return a number that no network of a document's form costs less than, for the ``largest_gain`` of its z.

    For f the outputs of any network, and any numbers z, the square ‖f − y + z‖² is not negative, so that

        ‖f − y‖² + 2 zᵀf  ≥  2 zᵀy − ‖z‖².

    If |zᵀ relu(X u)| ≤ λ for all u of length 1, then 2 zᵀf is at most the penalty, as ‖w‖² + α² ≥ 2 ‖w‖ |α|: the right
    side is a lower bound. A multiple c z has c times the gain, and the best multiple is taken. Without a penalty the
    gain must be 0, or not above 0 with a second layer of ones. A free output bias b is no more than another network
    where zᵀ1 = 0. One that costs λ b² adds 2 b zᵀ1 ≤ λ b² + (zᵀ1)²/λ to 2 zᵀf.
    """
    if document.dual is None:
        return Fraction(0)
    lam = Fraction(document.lam)
    if most > 0 and lam == 0:
        raise UnprovenError("Without a penalty no neuron may gain anything, and this is not shown.")
    z, of_z = dual_vector(document)
    y, of_y = whole(document.y)
    along, square = times_power(dot(z, y), of_z + of_y), times_power(dot(z, z), 2 * of_z)
    if document.output_bias == "penalised" and lam:
        square += times_power(sum(z), of_z) ** 2 / lam
    if along <= 0:
        return Fraction(0)
    multiple = along / square if most * along <= lam * square else lam / most
    return multiple * (2 * along - multiple * square)


def _problem(document: Document) -> str:
    n, d = len(document.X), len(document.X[0])
    samples, features = counted(n, "sample"), counted(d, "feature")
    layer = "" if document.second_layer == "trained" else " with α = 1"
    bias = "" if document.output_bias == "none" else " + b"
    penalty = "" if document.lam == 0 else f" + λ (‖W‖² + ‖α‖²{' + b²' * (document.output_bias == 'penalised')})"
    given = f", λ = {document.lam}" if document.lam else ""
    return f"{samples} of {features}{given}. A network costs ‖max(0, X W) α{bias} − y‖²{penalty}{layer}."


def counted(count: int, name: str) -> str:
    """Return a number of things in words."""
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def _square(values: Sequence[Number]) -> Fraction:
    numbers, exponent = whole(values)
    return times_power(dot(numbers, numbers), 2 * exponent)


def _whole_rows(rows: Sequence[Sequence[Number]]) -> tuple[list[list[int]], int]:
    flat, exponent = whole([value for row in rows for value in row])
    width = len(rows[0])
    return [flat[k : k + width] for k in range(0, len(flat), width)], exponent
