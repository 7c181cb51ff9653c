"""The panel of the formulas: problems (1) and (2), with the numbers of the picture, and the values of both."""

from __future__ import annotations

from functools import lru_cache
from math import inf

from landscape.convex.one_feature import position
from landscape.formatting import counted, written
from landscape.model.excess import without_rounding
from landscape.results.formulas import Block, Formulas, PlacedRun, formulas_of
from landscape.results.solved_scenario import SolvedScenario
from landscape.web.shared.terms import (
    NAMED,
    WALL,
    WRITTEN,
    column,
    diagonal,
    formula_line,
    item_line,
    lead_line,
    letter,
    neurons,
    norm,
    number,
    outcomes,
    patterns,
    points,
    row,
    sign,
    squared,
    text_line,
    total,
    words,
)
from landscape.web.stage.protocol.panels import Panel, PanelLine, Term

MOST_RUNS = 12
"""Most runs whose values are listed."""

MOST_BLOCKS = 12
"""Most patterns in use that are listed."""


@lru_cache(maxsize=32)
def formulas_panel(solved: SolvedScenario, m: int) -> Panel:
    """Return both problems of a solved scenario, m the width of its runs."""
    found = formulas_of(solved, m)
    problem = found.problem
    lines = [
        lead_line(words("(1) What is trained. "), words(_trained(found))),
        *_first(found),
        lead_line(words("(2) Its convex twin. "), words(_twin_words(found))),
        *_second(found),
        *_blocks(found),
        lead_line(words("The values of both. ")),
        *(_at_run(found, run) for run in found.runs[:MOST_RUNS]),
        _at_optimum(found),
    ]
    if problem.lam > 0 and found.runs:
        merged = "some cancel others" if problem.d == 1 else "those of one pattern and sign point different ways"
        why = f"(2) is below (1) where neurons are unbalanced, |α| ≠ ‖w‖, or where {merged}."
        lines.append(text_line(words(why)))
    small = m if m <= WRITTEN else 0
    wall = (WALL,) if problem.second_layer == "ones" else ()
    parts = (
        *points(problem),
        *neurons(small),
        *patterns(problem, found.blocks[:MOST_BLOCKS]),
        *outcomes(solved),
        *wall,
    )
    return Panel("Formulas", tuple(lines), parts)


def _trained(found: Formulas) -> str:
    each = "its error on each point, squared and added up"
    if found.problem.second_layer == "ones":
        return f"The loss of {counted(found.m, 'neuron')} whose second layer is 1: {each}."
    if found.problem.has_output_bias:
        free = found.problem.lam > 0 and found.problem.bias_penalty == 0
        weights = "all other weights squared; b costs nothing" if free else "all weights squared, b among them"
        costs = f"plus λ times {weights}" if found.problem.lam > 0 else "λ = 0, so that weights cost nothing"
        return f"The loss of {counted(found.m, 'neuron')} and the output bias b: {each}, {costs}."
    if found.problem.lam == 0:
        return f"The loss of {counted(found.m, 'neuron')}: {each}; λ = 0, so that weights cost nothing."
    return f"The loss of {counted(found.m, 'neuron')}: {each}, plus λ times all weights squared."


def _twin_words(found: Formulas) -> str:
    one = found.problem.d == 1
    text = "One vector u for each pattern in place of the neurons, and no max is left: it is convex. "
    if one:
        text = "One slope u for each side of 0 in place of the neurons, and no max is left: it is convex. "
    if found.problem.second_layer == "trained":
        text += "u gathers the neurons with α > 0, v those with α < 0"
        text += ": the picture draws u₁ − v₁ and u₂ − v₂. " if one else ". "
    if found.problem.has_output_bias:
        text += "The output bias b is added at every point. "
    return text + "D has a 1 for each point on which a pattern is active, X holds the points as rows, y the labels."


# Problem (1)


def _first(found: Formulas) -> list[PanelLine]:
    problem, m = found.problem, found.m
    trained, few = problem.second_layer == "trained", m <= WRITTEN
    weights = [letter("w", str(i + 1), f"neuron{i}") for i in range(m)] if few else [letter("W")]
    listed: list[Term | str] = []
    for weight in weights:
        listed += [weight, ","]
    head = row(letter("L"), "(", *listed[:-1], *((",", letter("α")) if trained else ()), *_also(found, ","), ")", "=")
    lines = [formula_line(head, total("j", "1", str(problem.n)), *_of_point(found, None), *_penalty(found))]
    if problem.n <= WRITTEN and few:
        pieces: list[Term] = [sign("=")]
        for j in range(problem.n):
            pieces += _of_point(found, j, first=j == 0)
        lines.append(formula_line(*pieces, *_penalty(found, numbers=True)))
    elif problem.lam > 0:
        lines.append(text_line(words("Here "), row(letter("λ"), "=", number(problem.lam)), words(".")))
    return lines


def _of_point(found: Formulas, j: int | None, first: bool = True) -> list[Term]:
    """Return the squared error on point j, or on point "j" where it is None, in pieces between which a line may end."""
    m = found.m
    pieces: list[Term] = []
    opening = ["("] if first else ["+", "("]
    if m <= WRITTEN:
        for i in range(m):
            pieces.append(row(*(opening if i == 0 else ["+"]), _activation(found, j, i)))
    else:
        pieces.append(row(*opening, total("i", "1", str(m)), _activation(found, j, None)))
    if found.problem.has_output_bias:
        pieces.append(row(*_also(found, "+")))
    if j is None:
        label: Term = letter("y", "j")
        pieces.append(row("−", label, squared(")")))
    else:
        value = float(found.problem.y[j])
        pieces.append(row("+" if value < 0 else "−", number(abs(value), f"point{j}"), squared(")")))
    return pieces


def _also(found: Formulas, before: str) -> list[Term | str]:
    """Return a sign and the output bias b, where there is one."""
    return [before, letter("b")] if found.problem.has_output_bias else []


def _of_bias(found: Formulas, numbers: bool = False) -> list[Term]:
    """Return the penalty of the output bias, where it has one."""
    problem = found.problem
    if problem.bias_penalty in (0.0, inf):
        return []
    return [row("+", number(problem.lam) if numbers else letter("λ"), squared(letter("b")))]


def _activation(found: Formulas, j: int | None, i: int | None) -> Term:
    """Return α_i max(0, x_jᵀ w_i), with the point's own numbers where j is given."""
    problem = found.problem
    index = "i" if i is None else str(i + 1)
    about = () if i is None else (f"neuron{i}",)
    weight = letter("w", index, *about)
    factor = [letter("α", index, *about)] if problem.second_layer == "trained" else []
    if j is None:
        x = letter("x", "j")
        inside = row(x, weight) if problem.d == 1 else row(Term("raised", parts=(x, Term("name", "T"))), weight)
    elif problem.d == 1:
        inside = _times(float(problem.X[j, 0]), weight, f"point{j}")
    else:
        inside = row(
            column([number(v, f"point{j}") for v in problem.X[j].tolist()], transposed=False), sign("·"), weight
        )
    both = () if i is None or j is None else (f"active{j}:{i}",)
    return row(*factor, row(words("max"), "(", Term("number", "0"), ",", inside, ")", about=both))


def _times(value: float, weight: Term, *about: str) -> Term:
    """Return a number times a letter: "−w", "2 w", "0"."""
    if abs(value) == 1:
        return row(*(["−"] if value < 0 else []), weight, about=about)
    return row(*(["−"] if value < 0 else []), number(abs(value), *about), weight)


def _penalty(found: Formulas, numbers: bool = False) -> list[Term]:
    problem, m = found.problem, found.m
    if problem.lam == 0:
        return []
    lam = number(problem.lam) if numbers else letter("λ")
    if m > WRITTEN:
        size = norm(letter("w", "i"), problem.d, "2")
        of_neurons = row("+", lam, total("i", "1", str(m)), "(", size, "+", squared(letter("α", "i")), ")")
        return [of_neurons, *_of_bias(found, numbers)]
    pieces: list[Term] = []
    for i in range(m):
        about = f"neuron{i}"
        size = norm(letter("w", str(i + 1), about), problem.d, "2")
        start: list[Term | str] = ["+", lam, "("] if i == 0 else ["+"]
        end = [")"] if i == m - 1 else []
        pieces.append(row(*start, size, "+", squared(letter("α", str(i + 1), about)), *end))
    return [*pieces, *_of_bias(found, numbers)]


# Problem (2)


def _second(found: Formulas) -> list[PanelLine]:
    problem, blocks = found.problem, found.blocks
    if problem.d > 1:
        return _general(found)
    names = [f"pattern{block.number}" for block in blocks]
    slopes: list[Term | str] = []
    for block in blocks:
        slopes += [letter("u", str(block.number), names[block.number - 1]), ","]
        if problem.second_layer == "trained":
            slopes += [letter("v", str(block.number), names[block.number - 1]), ","]
    pieces: list[Term] = [row(letter("L"), "(", *slopes[:-1], *_also(found, ","), ")", "=")]
    symbols = [
        row(letter("D", str(b.number), name), letter("X"), _block(found, b))
        for b, name in zip(blocks, names, strict=True)
    ]
    pieces += _norm_of(found, symbols, letter("y"))
    pieces += _twin_penalty(found)
    lines = [formula_line(*pieces)]
    if problem.n <= NAMED:
        matrix = column([number(v, f"point{j}") for j, v in enumerate(problem.X[:, 0].tolist())])
        label = column([number(v, f"point{j}") for j, v in enumerate(problem.y.tolist())])
        with_numbers = [
            row(row(diagonal(b.active), about=(name,)), matrix, _block(found, b))
            for b, name in zip(blocks, names, strict=True)
        ]
        lines.append(
            formula_line(sign("="), *_norm_of(found, with_numbers, label), *_twin_penalty(found, numbers=True))
        )
    lines.append(_constraints(found))
    return lines


def _block(found: Formulas, block: Block) -> Term:
    name, index = f"pattern{block.number}", str(block.number)
    u = letter("u", index, name)
    if found.problem.second_layer == "ones":
        return u
    return row("(", u, "−", letter("v", index, name), ")")


def _norm_of(found: Formulas, summands: list[Term], label: Term) -> list[Term]:
    """Return ‖Σ … − y‖² in pieces, the output bias among the summands."""
    pieces = [row("‖" if place == 0 else "+", summand) for place, summand in enumerate(summands)]
    if found.problem.has_output_bias:
        pieces.append(row(*_also(found, "+")))
    return [*pieces, row("−", label, squared("‖"))]


def _twin_penalty(found: Formulas, numbers: bool = False) -> list[Term]:
    problem = found.problem
    if problem.lam == 0:
        return []
    factor = [number(2 * problem.lam)] if numbers else [Term("number", "2"), letter("λ")]
    pieces: list[Term] = []
    last = len(found.blocks) - 1
    for place, block in enumerate(found.blocks):
        name, index = f"pattern{block.number}", str(block.number)
        start: list[Term | str] = ["+", *factor, "("] if place == 0 else ["+"]
        u, v = (norm(letter(kind, index, name), problem.d) for kind in "uv")
        pieces.append(row(*start, u, "+", v, *([")"] if place == last else [])))
    return [*pieces, *_of_bias(found, numbers)]


def _constraints(found: Formulas) -> PanelLine:
    """Return the closed cones of one feature: u₁ ≥ 0 ≥ u₂."""
    trained = found.problem.second_layer == "trained"
    if not found.problem.X.any():
        return text_line(words("without a bound on them: every x is 0, and f is 0 there whatever they are."))
    first = letter("u", "1", "pattern1")
    pieces: list[Term | str] = [
        first,
        *((",", letter("v", "1", "pattern1")) if trained else ()),
        "≥",
        Term("number", "0"),
    ]
    if len(found.blocks) > 1:
        second = letter("u", "2", "pattern2")
        pieces += ["≥", second, *((",", letter("v", "2", "pattern2")) if trained else ())]
    why = ": each pattern keeps the neurons that have it, its closed cone."
    if not trained:
        why = ": slopes that neurons can add up to. Where one is 0 is the wall of the picture."
    about = () if trained else ("wall",)
    return text_line(words("with "), row(*pieces, about=about), words(why))


def _general(found: Formulas) -> list[PanelLine]:
    problem = found.problem
    inside = row(letter("D", "i"), letter("X"), "(", letter("u", "i"), "−", letter("v", "i"), ")")
    pieces: list[Term] = [row(words("min"), "‖", total("i", ""), inside, *_also(found, "+"))]
    pieces.append(row("−", letter("y"), squared("‖")))
    if problem.lam > 0:
        cost = row("(", norm(letter("u", "i"), 2), "+", norm(letter("v", "i"), 2), ")")
        pieces.append(row("+", Term("number", "2"), letter("λ"), total("i", ""), cost))
        pieces += _of_bias(found)
    of = (
        f"all {found.total:,} patterns"
        if found.counted
        else f"all patterns, of which there are at most {found.total:,}"
    )
    used = f"{counted(len(found.blocks), 'pattern')}:" if found.blocks else "none of them: every block is 0."
    best = "the optimum uses" if found.closed else "the best solution found uses"
    note = text_line(
        words("with "),
        row(letter("u", "i"), ",", letter("v", "i"), "∈", letter("K", "i")),
        words(f", the closed cone of the neurons with pattern i. The sum is over {of}; {best} {used}"),
    )
    return [formula_line(*pieces), note]


def _blocks(found: Formulas) -> list[PanelLine]:
    """Return the patterns in use with their matrices and blocks; of one feature they stand in the formula."""
    if found.problem.d == 1:
        return []
    lines = []
    for block in found.blocks[:MOST_BLOCKS]:
        name, index = f"pattern{block.number}", str(block.number)
        terms: list[Term] = [row(letter("D", index, name), "=", row(diagonal(block.active), about=(name,)))]
        for kind, vector in (("u", block.u), ("v", block.v)):
            if vector.any():
                value = column([number(v) for v in vector.tolist()], transposed=False)
                terms += [words(", "), row(letter(kind, index, name), "=", value, about=("optimum",))]
        lines.append(item_line(*terms))
    if len(found.blocks) > MOST_BLOCKS:
        lines.append(item_line(words(f"and {len(found.blocks) - MOST_BLOCKS} more.")))
    return lines


# The values


def _at_run(found: Formulas, run: PlacedRun) -> PanelLine:
    if run.network is None:
        return item_line(words(f"{run.name} ", run.id), words("diverged: it has no end to put in."))
    terms: list[Term] = [words(f"{run.name} ", run.id), words("ends at "), *_weights(found, run)]
    terms += [words(", where "), row(words("(1)"), "=", _loss(found, run.loss), about=(run.id,))]
    if found.problem.d == 1:
        terms += [words(" and, with "), *_slopes(found, run)]
    terms += [words(", "), row(words("(2)"), "=", _loss(found, run.twin), about=(run.id,)), words(".")]
    return item_line(*terms)


def _loss(found: Formulas, value: float) -> Term:
    shown = without_rounding(found.problem, value)
    term = number(value)
    return Term("number", written(shown), full=term.full if shown else term.text)


def _weights(found: Formulas, run: PlacedRun) -> list[Term]:
    assert run.network is not None
    network = run.network
    if network.m > WRITTEN or found.problem.d > 1:
        return [words(f"its {counted(network.m, 'neuron')}"), *_own_bias(found, network.bias, " and ")]
    pieces: list[Term] = []
    for i, (w, alpha) in enumerate(zip(network.W[0].tolist(), network.alpha.tolist(), strict=True)):
        about = f"neuron{i}"
        comma = [","] if i < network.m - 1 or found.problem.second_layer == "trained" else []
        pieces.append(row(letter("w", str(i + 1), about), "=", number(w, about), *comma))
        if found.problem.second_layer == "trained":
            comma = [","] if i < network.m - 1 else []
            pieces.append(row(letter("α", str(i + 1), about), "=", number(alpha, about), *comma))
    return [*pieces, *_own_bias(found, network.bias, " and ")]


def _own_bias(found: Formulas, bias: float, before: str) -> list[Term]:
    """Return "b = 0.5" after some words, where there is an output bias."""
    return [words(before), row(letter("b"), "=", number(bias))] if found.problem.has_output_bias else []


def _slopes(found: Formulas, run: PlacedRun) -> list[Term]:
    assert run.network is not None
    slopes = position(run.network)[: len(found.blocks)]
    last = len(slopes) - 1
    return [_slope(found, i + 1, slope, run.id, last=i == last) for i, slope in enumerate(slopes)]


def _slope(found: Formulas, side: int, value: float, about: str, last: bool = False) -> Term:
    """Return the slope of f on one side of 0 with its value: "u₁ = 2", or "u₁ − v₁ = 2" with a trained second layer."""
    name, index = f"pattern{side}", str(side)
    minus = [] if found.problem.second_layer == "ones" else [sign("−"), letter("v", index, name)]
    return row(letter("u", index, name), *minus, "=", number(value, about), *([] if last else [","]))


def _at_optimum(found: Formulas) -> PanelLine:
    best = "The optimum " if found.closed else "The best network found "
    terms: list[Term] = [words(best, "optimum")]
    if found.problem.d == 1:
        terms.append(words("has "))
        slopes = [float((block.u - block.v)[0]) for block in found.blocks]
        for place, value in enumerate(slopes):
            terms.append(_slope(found, place + 1, value, "optimum", last=place == len(slopes) - 1))
        terms += [*_own_bias(found, found.network.bias, " and "), words(", where ")]
    else:
        is_what = "has the blocks above" if found.blocks else "is the zero network"
        if found.problem.has_output_bias:
            terms += [words(is_what), *_own_bias(found, found.network.bias, " with "), words(", where ")]
        else:
            terms.append(words(f"{is_what}, where "))
    terms += [row(words("(2)"), "=", _loss(found, found.twin), about=("optimum",))]
    terms += [
        words(f"; as a network of {counted(found.network.m, 'neuron')} "),
        row(words("(1)"), "=", _loss(found, found.loss), about=("optimum",)),
        words("."),
    ]
    return item_line(*terms)
