"""The panel "How do we know?": why no network costs less than the bound, with the numbers of the picture."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np

from landscape.formatting import at_least, at_most, counted, short, written
from landscape.model.excess import at_optimum, is_rounding, without_rounding
from landscape.model.network import Network, predict
from landscape.model.problem import Problem
from landscape.results.claims import networks_meant
from landscape.results.proof import PatternBound, Proof, Reason, as_written, proof_of
from landscape.results.solved_scenario import SolvedScenario
from landscape.training.trajectory import Outcome
from landscape.web.shared.terms import (
    NAMED,
    WRITTEN,
    column,
    diagonal,
    directed,
    formula_line,
    item_line,
    lead_line,
    letter,
    norm,
    number,
    outcomes,
    pattern,
    points,
    precise,
    row,
    sign,
    squared,
    text_line,
    words,
)
from landscape.web.stage.protocol.panels import Panel, PanelLine, Part, Term
from landscape.web.stage.protocol.sentences import Action

MOST_DIGITS = 9
"""A bound is written with up to so many digits until it agrees with the value that reaches it."""


AS_A_FILE = (
    "The app has this as a file, Proof (JSON), below its pictures. Anyone can check the file: "
    "python -m landscape check FILE computes it anew in exact arithmetic, without any solver."
)
"""How it can be checked by others."""


def proof_button(solved: SolvedScenario, opened: bool) -> Action:
    """Return the button beside what is proven, or beside what is not."""
    hint = "The proof, with the numbers of this picture"
    return Action(_title(solved.proof.closed), {"kind": "proof"}, hint=hint, expanded=opened)


@lru_cache(maxsize=32)
def proof_panel(solved: SolvedScenario) -> Panel:
    """Return the proof of the bound on a scenario's optimum, and what it says of the network found and of the runs."""
    proof, problem = proof_of(solved), solved.problem
    listed = tuple(pattern(problem, bound.active, place) for place, bound in enumerate(proof.patterns, 1))
    lines = [_first(problem, proof)]
    if proof.reason is Reason.SQUARES:
        lines += _squares(solved, proof)
    else:
        lines += [
            *_neurons(problem, proof, solved.solution.network, listed),
            *_networks(problem, proof),
            *_square(problem, proof),
        ]
    lines += [_best(solved, proof), *_runs(solved, proof), text_line(words(AS_A_FILE))]
    return Panel(_title(proof.closed), tuple(lines), (*points(problem), *listed, *outcomes(solved)))


def _title(closed: bool) -> str:
    return "How do we know?" if closed else "What is proven?"


def _bound(proof: Proof) -> tuple[Term, ...]:
    """Return the bound, rounded down, with so many digits that a value which reaches it reads the same.

    Where rounding alone is in the way, as below 1.12, the nearest number is written with what it is too large by.
    """
    if proof.bound == 0:
        return (Term("number", "0"),)
    for digits in range(4, MOST_DIGITS + 1):
        if not proof.closed or at_least(proof.bound, digits) == written(proof.value, digits):
            return (directed(at_least, proof.bound, digits),)
    nearest = Fraction(f"{float(proof.bound):.3e}")
    full = at_least(proof.bound, 16)
    if nearest <= proof.bound:
        return (Term("number", written(float(nearest)), full=full),)
    return (Term("number", f"{written(float(nearest))} − {at_most(nearest - proof.bound, 1)}", full=full),)


def _first(problem: Problem, proof: Proof) -> PanelLine:
    meant = networks_meant(problem)
    start = (words(f"Any {meant}, of any width, costs at least "), *_bound(proof))
    if proof.reason is Reason.SQUARES:
        why = ", because its loss is a sum of squares, and a square is never negative."
        return lead_line(*start, words(why))
    many = "two numbers" if problem.n == 2 else counted(problem.n, "number")
    return lead_line(*start, words(f", because of {many}, one a point: "), _vector(problem, proof), words("."))


def _vector(problem: Problem, proof: Proof) -> Term:
    relation = "=" if proof.exact else "≈"
    shown = [precise(v, f"point{j}") for j, v in enumerate(proof.z[:NAMED])]
    if len(proof.z) > NAMED:
        shown = [*shown[:4], words("…")]
    return row(letter("z"), relation, column(shown, transposed=False))


# A sum of squares


def _squares(solved: SolvedScenario, proof: Proof) -> list[PanelLine]:
    """Return the errors of the network found, point by point where they are few."""
    problem = solved.problem
    if problem.n > WRITTEN or problem.lam > 0:
        return []
    outputs = predict(problem.X, solved.solution.network)
    pieces: list[Term] = []
    for j, (f, y) in enumerate(zip(outputs.tolist(), problem.y.tolist(), strict=True)):
        near = y if is_rounding(problem, (f - y) ** 2) else f
        error = row("(", number(near), "−" if y >= 0 else "+", number(abs(y)), squared(")"), about=(f"point{j}",))
        pieces.append(row(*(["+"] if j else []), error))
    total = without_rounding(problem, proof.value)
    name = "The optimum’s" if proof.closed else "The best network’s"
    return [
        text_line(
            words(f"{name} outputs less the labels, squared: ", "optimum"), *pieces, row("=", number(total)), words(".")
        )
    ]


# The dual vector


def _has(problem: Problem, network: Network, bound: PatternBound) -> bool:
    """Return whether a network has a neuron of a pattern."""
    same = (problem.X @ network.W > 0) == bound.active[:, None]
    return bool(np.any(same.all(axis=0) & (network.alpha != 0)))


def _neurons(problem: Problem, proof: Proof, network: Network, listed: tuple[Part, ...]) -> list[PanelLine]:
    """Return what z gives for each pattern: the inequality, checked."""
    lam = precise(as_written(problem.lam) if proof.exact else Fraction(problem.lam))
    activation = row(
        squared(letter("z"), "T"), words("max"), "(", Term("number", "0"), ",", letter("X"), letter("u"), ")"
    )
    if proof.reason is Reason.PENALTY:
        claim: tuple[Term, ...] = (
            words("1. One neuron. Whatever the weights u of length 1, "),
            row("|", activation, "|", "≤", letter("λ"), "=", lam),
        )
    elif proof.reason is Reason.ONES:
        claim = (words("1. One neuron. Whatever its weights u, "), row(activation, "≤", Term("number", "0")))
    else:
        claim = (words("1. One neuron. Whatever its weights u, "), row(activation, "=", Term("number", "0")))
    lines = [text_line(*claim, words(", pattern by pattern:"))]
    lines += [
        _of_pattern(problem, proof, bound, part, _has(problem, network, bound))
        for bound, part in zip(proof.patterns, listed, strict=True)
    ]
    if proof.others:
        lines.append(_of_others(proof))
    return lines


def _of_pattern(problem: Problem, proof: Proof, bound: PatternBound, part: Part, used: bool) -> PanelLine:
    name = part.name if part.name.startswith("x ") else part.name[0].upper() + part.name[1:]
    head: list[Term] = [words(f"{name}, ", part.id), row(diagonal(bound.active), about=(part.id,)), words(": ")]
    if problem.d == 1 and problem.n <= WRITTEN and not problem.has_output_bias:
        return item_line(*head, *_products(problem, proof, bound))
    if proof.reason is Reason.PENALTY:
        if bound.tight:
            nearly = "" if proof.exact else ", up to rounding"
            here = ": the network found has neurons here." if used else "."
            return item_line(*head, row("≤", letter("λ")), words(f", all that is allowed{nearly}{here}"))
        return item_line(*head, row("≤", _up(bound.most, proof.allowed)), words("."))
    relation = "≤" if proof.reason is Reason.ONES else "="
    return item_line(*head, row(relation, directed(at_most, bound.most)), words("."))


def _up(value: Fraction, allowed: Fraction) -> Term:
    """Return a maximum, rounded up, with so many digits that it is not above what is allowed."""
    for digits in range(4, 17):
        term = directed(at_most, value, digits)
        if value == 0 or _read(at_most(value, digits)) <= allowed:
            return term
    return letter("λ")


def _read(text: str) -> Fraction:
    """Return a written number."""
    mantissa, _, power = text.replace("−", "-").partition("·10")
    exponent = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or "0"
    return Fraction(mantissa) * Fraction(10) ** int(exponent)


def _products(problem: Problem, proof: Proof, bound: PatternBound) -> list[Term]:
    """Return Σ z_j x_j over the points of a side, which a neuron of this side multiplies by its weight."""
    side = 1 if bound is proof.patterns[0] else -1
    x = [as_written(v) for v in problem.X[:, 0].tolist()]
    on = [j for j in range(problem.n) if side * x[j] > 0]
    if not on:
        return [words("no point is there, so it is 0.")]
    pieces: list[Term] = []
    for place, j in enumerate(on):
        z = proof.z[j]
        minus = "−" if z < 0 else "+" if place else ""
        factor = row(*([minus] if minus else []), precise(abs(z), f"point{j}"), "·", precise(abs(x[j]), f"point{j}"))
        pieces.append(factor)
    total = sum((proof.z[j] * abs(x[j]) for j in on), Fraction(0))
    unit = [] if proof.reason is Reason.PENALTY else [letter("|u|")]
    if unit:
        pieces = [row("("), *pieces, row(")", *unit)]
    relation: list[Term | str] = ["=", precise(total)]
    if proof.reason is Reason.PENALTY:
        bars: list[Term] = [row("|", pieces[0]), *pieces[1:]] if len(pieces) > 1 else [row("|", pieces[0])]
        closing = row("|", "=", precise(abs(total)), "=" if bound.tight else "≤", letter("λ"))
        return [*bars, closing, words(".")]
    if unit and total:
        relation += unit
        relation += ["≤", Term("number", "0")]
    return [*pieces, row(*relation), words(".")]


def _of_others(proof: Proof) -> PanelLine:
    count = f"{proof.others:,} more pattern{'' if proof.others == 1 else 's'}"
    if not proof.counted:
        count = f"All others, at most {proof.others:,}"
    if proof.allowed == 0:
        return item_line(words(f"{count}: the same."))
    if proof.searched:
        return item_line(words(f"{count}: "), row("≤", letter("λ")), words(", by a search that covers every neuron."))
    if proof.most_of_others >= proof.allowed:
        return item_line(words(f"{count}: "), row("≤", letter("λ")), words("."))
    return item_line(words(f"{count}: "), row("≤", _up(proof.most_of_others, proof.allowed)), words("."))


def _networks(problem: Problem, proof: Proof) -> list[PanelLine]:
    """Return what follows for a network, whose outputs are a sum over its neurons, and of an output bias."""
    return [*_sum_of_neurons(problem, proof), *_output_bias(problem)]


def _output_bias(problem: Problem) -> list[PanelLine]:
    """Return what an output bias adds to the outputs, and what z makes of it."""
    if not problem.has_output_bias:
        return []
    b, head = letter("b"), words("Its output bias b adds the same at every point, and so ")
    added = row(Term("number", "2"), b, letter("Σ"), letter("z"))
    if problem.bias_penalty == 0:
        return [text_line(head, row(added, "=", Term("number", "0")), words(", for the numbers z add up to 0."))]
    own = row("≤", letter("λ"), squared(b), "+", _squared_total())
    return [text_line(head, added, own, words(": its own cost, and a number that does not depend on it."))]


def _squared_total() -> Term:
    """Return (Σ z)²/λ."""
    return row("(", letter("Σ"), letter("z"), squared(")"), "/", letter("λ"))


def _sum_of_neurons(problem: Problem, proof: Proof) -> list[PanelLine]:
    f = row(squared(letter("z"), "T"), letter("f"))
    outputs = "for what they add up to, f, " if problem.has_output_bias else "for its outputs f, "
    head = words(f"2. A network adds neurons up: {outputs}")
    if proof.reason is Reason.PENALTY:
        cost = row(
            "≤",
            letter("λ"),
            letter("Σ"),
            "2",
            "|",
            letter("α"),
            "|",
            norm(letter("w"), problem.d),
            "≤",
            letter("λ"),
            letter("Σ"),
        )
        rest = row("(", norm(letter("w"), problem.d, "2"), "+", squared(letter("α")), ")")
        return [text_line(head, row(Term("number", "2"), f), cost, rest, words(": no more than its weights cost."))]
    if proof.reason is Reason.ONES:
        return [text_line(head, row(f, "≤", Term("number", "0")), words(" too."))]
    return [text_line(head, row(f, "=", Term("number", "0")), words(" too."))]


def _square(problem: Problem, proof: Proof) -> list[PanelLine]:
    """Return the completed square, and the bound with its numbers."""
    two = Term("number", "2")
    zf, zy = row(squared(letter("z"), "T"), letter("f")), row(squared(letter("z"), "T"), letter("y"))
    error = row("‖", letter("f"), "−", letter("y"), squared("‖"))
    size = row("‖", letter("z"), squared("‖"))
    less = [row("−", _squared_total())] if problem.bias_penalty not in (0.0, np.inf) else []
    pays = {
        Reason.PENALTY: "3. So its loss, errors and weights, is at least ",
        Reason.ONES: "3. So its loss is at least ",
        Reason.OUT_OF_REACH: "3. So its loss is ",
    }[proof.reason]
    pays = pays.replace("its loss", "with f for all outputs its loss") if problem.has_output_bias else pays
    square = row("‖", letter("f"), "−", letter("y"), "+", letter("z"), squared("‖"))
    lines = [
        text_line(
            words(pays),
            row(error, "+", two, zf),
            *less,
            row("=", square, "+", two, zy, "−", size),
            *less,
            words(", and the square is never negative. What is left is the bound:"),
        )
    ]
    value = _bound(proof)
    relation = "=" if proof.exact and _whole(proof) else "≥"
    pieces: list[Term] = [row(two, zy, "−", size), *less]
    if problem.n <= WRITTEN:
        pieces += _with_numbers(problem, proof)
    lines.append(formula_line(*pieces, row(relation, *value)))
    return lines


def _whole(proof: Proof) -> bool:
    """Return whether the bound as it is written is the bound."""
    return _read(at_least(proof.bound, MOST_DIGITS)) == proof.bound


def _with_numbers(problem: Problem, proof: Proof) -> list[Term]:
    y = [as_written(v) for v in problem.y.tolist()]
    relation = "=" if proof.exact else "≈"
    products: list[Term] = []
    for j, (z, label) in enumerate(zip(proof.z, y, strict=True)):
        negative = (z < 0) != (label < 0) and z != 0 and label != 0
        minus = ["−"] if negative else ["+"] if j else []
        products.append(row(*minus, precise(abs(z), f"point{j}"), "·", precise(abs(label), f"point{j}")))
    squares = [row(*(["+"] if j else []), squared(_in_brackets(z, j))) for j, z in enumerate(proof.z)]
    return [
        row(relation, Term("number", "2"), "(", products[0]),
        *products[1:],
        row(")", "−", "("),
        *squares,
        sign(")"),
        *([row("−", precise(proof.of_bias))] if proof.of_bias else []),
    ]


def _in_brackets(z: Fraction, j: int) -> Term:
    return row("(", precise(z, f"point{j}"), ")") if z < 0 else precise(z, f"point{j}")


# What it says of networks that are there


def _best(solved: SolvedScenario, proof: Proof) -> PanelLine:
    problem = solved.problem
    shown = without_rounding(problem, proof.value)
    value = Term("number", written(shown), full=short(proof.value, 16))
    name = "The optimum (★)" if proof.closed else "The best network found (★)"
    head = (words(f"{name} ", "optimum"), words("costs "), value)
    gap = proof.gap
    if proof.closed:
        return text_line(*head, words(", so the gap is "), *_small(problem, gap), words(": nothing is better."))
    rest = (
        words(", "),
        directed(at_most, gap, 3),
        words(" above the bound at most. What lies between is not decided: there may be a better network."),
    )
    return text_line(*head, *rest)


def _small(problem: Problem, gap: Fraction) -> tuple[Term, ...]:
    """Return the gap of what is proven optimal: 0 where it is rounding, with its digits on demand."""
    if gap == 0:
        return (Term("number", "0"),)
    if is_rounding(problem, float(gap)):
        return (Term("number", "0", full=at_most(gap, 2)), words("up to rounding"))
    return (words("at most "), directed(at_most, gap, 1))


def _runs(solved: SolvedScenario, proof: Proof) -> list[PanelLine]:
    lines = []
    for run in solved.runs[:NAMED]:
        loss = float(run.trajectory.objective[-1])
        if run.trajectory.outcome is Outcome.DIVERGED or not np.isfinite(loss):
            continue
        gap = max(Fraction(0), Fraction(loss) - proof.bound)
        text = (
            words(f"{run.name} ", run.id),
            words("ends at "),
            Term("number", written(without_rounding(solved.problem, loss)), full=short(loss, 16)),
        )
        if gap == 0 or at_optimum(solved.problem, float(gap)):
            size = " of ‖y‖²" if solved.problem.y.any() else ""
            size = " of the zero network’s loss" if solved.problem.has_output_bias else size
            lines.append(item_line(*text, words(f": as low as the bound, to within a millionth{size}.")))
        else:
            near = Term("number", written(float(gap)), full=short(float(gap), 16))
            above = near if proof.closed else directed(at_most, gap)
            lines.append(
                item_line(*text, words(", "), above, words(f" above the bound{'' if proof.closed else ' at most'}."))
            )
    return lines
