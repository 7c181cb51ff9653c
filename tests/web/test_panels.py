"""The formulas and the proof say what is true: their numbers are the problem's, and bounds are rounded safely."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from any_scenario import data as any_data
from hypothesis import assume, given, settings, strategies as st

from landscape.formatting import at_least, at_most, begun, written
from landscape.model.network import Network, objective
from landscape.model.problem import Problem
from landscape.results.formulas import formulas_of, pattern_name, twin_value
from landscape.results.proof import Reason, proof_of
from landscape.results.solved_scenario import SolvedScenario, solve_scenario
from landscape.scenario import Data, Run, Scenario, Training, View
from landscape.web.shared.formulas_panel import formulas_panel
from landscape.web.shared.panels import panels_of
from landscape.web.shared.proof_panel import proof_button, proof_panel
from landscape.web.shared.terms import NAMED, diagonal
from landscape.web.stage.protocol.as_json import to_json
from landscape.web.stage.protocol.panels import Panel, PanelLine, Term

RUNS = (Run(w=(1.5, 0.5), alpha=(1.0, -0.5)), Run(w=(3.0, -0.5)))
DOWN, RAISED = "−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789"
NUMBER = r"−?\d[\d.]*(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"

TEN = Data(
    (-1.0, -0.78, -0.56, -0.33, -0.11, 0.11, 0.33, 0.56, 0.78, 1.0),
    (-0.14, -0.72, -0.99, -0.84, -0.32, 0.32, 0.84, 0.99, 0.72, 0.14),
    bias=True,
)
DUPLICATES = Data((0.0, 0.0, 1.0), (1.0, 2.0, 1.0), bias=True)


def solved(data: Data, training: Training) -> SolvedScenario:
    try:
        return solve_scenario(data, training)
    except ValueError:
        assume(False)
        raise


def read(text: str) -> Fraction:
    """A number as it is written, exactly."""
    mantissa, _, power = text.replace("…", "").partition("·10")
    return Fraction(mantissa.replace("−", "-")) * Fraction(10) ** int(power.translate(str.maketrans(DOWN, RAISED)) or 0)


def text(term: Term, full: bool = False) -> str:
    if term.kind in ("raised", "lowered", "sum"):
        mark = {"raised": "^", "lowered": "_", "sum": "Σ"}[term.kind]
        return mark.join(text(part, full) for part in term.parts)
    return (term.full if full and term.full else term.text) + "".join(text(part, full) for part in term.parts)


def line_text(line: PanelLine, full: bool = False) -> str:
    return " ".join(text(term, full) for term in line.terms)


def panel_text(panel: Panel, full: bool = False) -> str:
    return "\n".join(line_text(line, full) for line in panel.lines)


def as_python(formula: str) -> str:
    """A formula of one feature as an expression of Python."""
    found = formula.replace("^2", "**2").replace("−", "-").replace("‖", "|")
    found = re.sub(r"·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: f"e{m[1].translate(str.maketrans(DOWN, RAISED))}", found)
    found = re.sub(r"([wα])_(\d+)", r"\1[\2]", found)
    found = re.sub(r"\|([^|]*)\|", r"abs(\1)", found)
    found = re.sub(r"(?<=[\d\])])\s*(?=[wα(]|max)(?<!x)", "*", found)
    return found.replace("max*(", "max(").lstrip("= ")


@pytest.mark.parametrize(
    ("data", "training"),
    [
        (Data(), Training(runs=RUNS)),
        (Data((-1.5, 0.7), (0.3, -2.0)), Training(m=3, runs=RUNS)),
        (Data((1.0, 2.0, 0.0), (1.0, 2.5, 0.4)), Training(m=1, runs=RUNS)),
        (Data((-1.5, 0.7), (0.3, -2.0)), Training(m=2, layer="trained", lam=0.1, runs=RUNS)),
        (Data((-1.5, 0.7), (0.3, -2.0)), Training(m=4, layer="trained", runs=RUNS)),
        (Data((-3e-7, 2e6), (1e-5, 4e5)), Training(m=2, layer="trained", lam=0.1, runs=RUNS)),
    ],
)
def test_the_formula_with_its_numbers_computes_the_loss(data: Data, training: Training) -> None:
    found = solve_scenario(data, training)
    lines = [line for line in formulas_panel(found, training.m).lines if line.kind == "formula"]
    formula = as_python("".join(text(term, full=True) for term in lines[1].terms))
    rng = np.random.default_rng(0)
    for _ in range(10):
        W = rng.standard_normal(training.m)
        alpha = rng.standard_normal(training.m) if training.layer == "trained" else np.ones(training.m)
        value = eval(formula, {"w": [0, *W], "α": [0, *alpha], "max": max, "abs": abs})
        assert value == pytest.approx(objective(found.problem, Network(W[None, :], alpha)), rel=1e-9), formula


@settings(max_examples=60)
@given(any_data(features=st.integers(1, 2), bias=st.booleans(), most=6), st.integers(1, 6), st.booleans())
def test_both_values_and_every_pattern_are_those_of_the_problem(data: Data, m: int, ones: bool) -> None:
    ones = ones and data.d == 1
    training = Training(m=m, layer="ones" if ones else "trained", lam=0.0 if ones else 0.1, runs=(), starts=1, steps=20)
    found = solved(data, training)
    shown = formulas_of(found, m)
    f = np.zeros(data.n)
    for block in shown.blocks:
        cone = np.where(block.active, 1.0, -1.0)[:, None] * found.problem.X
        for vector in (block.u, block.v):
            size = np.linalg.norm(found.problem.X, axis=1) * np.linalg.norm(vector)
            assert np.all(cone @ vector >= -1e-9 * size)
        f += block.active * (found.problem.X @ (block.u - block.v))
    size = sum(np.linalg.norm(block.u) + np.linalg.norm(block.v) for block in shown.blocks)
    value = float(np.sum((f - found.problem.y) ** 2) + 2 * found.problem.lam * size)
    scale = float(found.problem.y @ found.problem.y)
    assert value == pytest.approx(shown.twin, rel=1e-6, abs=1e-6 * scale)
    for run in shown.runs:
        if run.network is not None and np.isfinite(run.loss):
            assert run.twin <= run.loss * (1 + 1e-9) + 1e-12 * scale
            assert run.twin >= shown.twin - 1e-6 * scale


def test_a_run_and_the_network_that_its_neurons_add_up_to_have_one_value() -> None:
    problem = Scenario(Data(), Training(layer="trained", lam=0.1)).problem()
    split = Network(np.array([[1.0, 2.0, -1.0]]), np.array([1.0, 0.5, 2.0]))
    joined = Network(np.array([[2.0**0.5, -(2.0**0.5)]]), np.array([2.0**0.5, 2.0**0.5]))
    assert twin_value(problem, split) == pytest.approx(objective(problem, joined))
    assert twin_value(problem, split) < objective(problem, split)


@pytest.mark.parametrize("seed", range(40))
def test_with_one_feature_2_is_the_bowl_at_the_slopes_of_a_run(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = Scenario(Data(), Training(layer="trained", lam=0.1)).problem()
    network = Network(rng.normal(size=(1, 4)), rng.normal(size=4))
    right, left = (float((network.alpha * network.W[0])[side].sum()) for side in (network.W[0] > 0, network.W[0] < 0))
    f = np.where(problem.X[:, 0] > 0, right, left) * problem.X[:, 0]
    bowl = float(np.sum((f - problem.y) ** 2)) + 2 * problem.lam * (abs(right) + abs(left))
    assert twin_value(problem, network) == pytest.approx(bowl)
    assert twin_value(problem, network) <= objective(problem, network) * (1 + 1e-12)


@pytest.mark.parametrize(
    "x", [(2015.25, 2015.5), (10.0001, 10.0002), (2000.1, 2000.2, 2000.3), (-1e15, 1 - 1e15), (1e-9, 2e-9, -3e-9)]
)
def test_the_name_of_a_pattern_is_true_of_its_points_and_of_no_others(x: tuple[float, ...]) -> None:
    problem = Scenario(Data(x, tuple(float(i) for i in range(len(x))), bias=True), Training(layer="trained")).problem()
    names = {}
    for cut in range(1, len(x)):
        for active in (np.array(x) >= sorted(x)[cut], np.array(x) < sorted(x)[cut]):
            name = pattern_name(problem, active, 1)
            sign, end = name.split(" ")[1:]
            value = float(read(end))
            assert np.array_equal(np.array(x) >= value if sign == "≥" else np.array(x) <= value, active), name
            names[name] = active
    assert len(names) == 2 * (len(x) - 1)


def both_panels(data: Data, training: Training) -> tuple[str, str]:
    found = solved(data, training)
    return panel_text(formulas_panel(found, training.m)), panel_text(proof_panel(found))


def test_where_no_block_is_in_use_the_formulas_say_so() -> None:
    formulas, _ = both_panels(Data((-1.0, 1.0), (1.0, 2.0), bias=True), Training(layer="trained", lam=1.0))
    assert "the optimum uses none of them: every block is 0." in formulas
    assert re.search(r"The optimum +is the zero network, where", formulas)


def test_without_labels_a_loss_is_told_as_a_share_of_nothing() -> None:
    run = Run(w=(1e-4,))
    _, proof = both_panels(Data((1.0,), (0.0,)), Training(m=1, runs=(run,), steps=1))
    assert "as low as the bound, to within a millionth." in proof


def test_where_every_x_is_0_no_cone_is_claimed() -> None:
    formulas, proof = both_panels(Data((0.0,), (1.0,)), Training(m=2, runs=(Run(w=(-1.0, 0.5)),), steps=1))
    assert "≥" not in formulas
    assert "u_2" not in formulas
    assert "Right of 0" not in proof


SCENARIOS = {
    "default": (Data(), Training()),
    "negative label": (Data((-1.0, 1.0), (1.0, -2.0)), Training()),
    "one side": (Data((1.0, 2.0), (1.0, 2.5)), Training()),
    "trained": (Data(), Training(layer="trained", lam=0.1)),
    "thirds": (Data((-3.0, 0.7), (1 / 3, 0.1)), Training(layer="trained", lam=0.1)),
    "many": (Data(tuple(np.linspace(-1, 1, 40)), tuple(np.linspace(0, 1, 40) ** 2)), Training(m=7)),
    "ten with bias": (TEN, Training(m=4, layer="trained", lam=0.1, runs=(), starts=1)),
    "duplicates": (DUPLICATES, Training(m=4, layer="trained", runs=(), starts=1)),
    "three features": (
        Data(tuple(np.random.default_rng(0).standard_normal(24)), tuple(np.arange(12.0)), features=2, bias=True),
        Training(m=4, layer="trained", lam=0.1, runs=(), starts=1),
    ),
    "huge": (Data((-1e15, 1e-15), (1e15, 1e-15)), Training()),
    "diverged": (Data(), Training(runs=(Run(step=((0, 50.0),), w=(1.5, -0.5)),))),
}


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("full", [False, True])
def test_no_bound_and_no_maximum_is_false_at_the_digits_that_are_shown(name: str, full: bool) -> None:
    found = solve_scenario(*SCENARIOS[name])
    proof, panel = proof_of(found), proof_panel(found)
    said = line_text(panel.lines[0], full)
    claimed = re.search(rf"costs at least +({NUMBER})(?: − ({NUMBER}))?", said)
    assert claimed is not None, said
    bound = read(claimed[1]) - (read(claimed[2]) if claimed[2] else 0)
    assert bound <= proof.bound
    assert proof.bound - bound <= Fraction(1, 500) * proof.bound
    listed = [line_text(line, full) for line in panel.lines if line.kind == "item"]
    assert "λ =" not in panel_text(panel) or proof.reason is Reason.PENALTY
    for line, pattern in zip(listed, proof.patterns, strict=False):
        for number in re.findall(rf"≤ ?({NUMBER})", line.partition(" : ")[2]):
            assert pattern.most <= read(number) <= max(proof.allowed, Fraction(0))


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_is_claimed_follows_the_certificate(name: str) -> None:
    found = solve_scenario(*SCENARIOS[name])
    assert found.proof.closed
    panel = proof_panel(found)
    assert panel.title == proof_button(found, opened=False).label == "How do we know?"
    assert "nothing is better" in panel_text(panel)
    below = found.proof.lower_bound - 0.5 * max(found.proof.value, 0.01)
    opened = replace(found, proof=replace(found.proof, lower_bound=below, closed=False))
    unclosed = proof_panel(opened)
    assert unclosed.title == proof_button(opened, opened=True).label == "What is proven?"
    said = panel_text(unclosed)
    assert "nothing is better" not in said
    assert "optimum" not in said.lower()
    assert "best network found" in said
    assert "not decided" in said


def test_where_nothing_is_proven_the_panel_says_so() -> None:
    found = solve_scenario(*SCENARIOS["three features"])
    unproven = replace(found.proof, lower_bound=-np.inf, gap=np.inf, complete=False, closed=False, dual=None)
    said = panel_text(proof_panel(replace(found, proof=unproven)))
    assert "because its loss is a sum of squares" in said
    assert "there may be a better network" in said
    assert "optimum" not in said.lower()


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_term_speaks_of_a_part_that_the_legend_names_or_of_none_of_many(name: str) -> None:
    found = solve_scenario(*SCENARIOS[name])
    training = SCENARIOS[name][1]
    for panel in (formulas_panel(found, training.m), proof_panel(found)):
        ids = [part.id for part in panel.parts]
        assert len(set(ids)) == len(ids)

        def abouts(term: Term) -> set[str]:
            return {*term.about, *(about for part in term.parts for about in abouts(part))}

        spoken = {about for line in panel.lines for term in line.terms for about in abouts(term)}
        left = {about for about in spoken - set(ids) if not about.startswith("active")}
        assert not left or found.problem.n > 12, left
        json.loads(to_json(panel), parse_constant=pytest.fail)


def test_a_closed_panel_is_not_computed() -> None:
    scenario = Scenario()
    found = solve_scenario(scenario.data, scenario.training)
    assert panels_of(scenario, found).formulas is None
    assert panels_of(scenario, found).proof is None
    both = panels_of(replace(scenario, view=View(formulas=True, proof=True)), found)
    assert both.formulas is not None
    assert both.proof is not None


@given(st.fractions(), st.integers(1, 17))
def test_a_bound_is_rounded_to_its_own_side(value: Fraction, digits: int) -> None:
    low, high, first = read(at_least(value, digits)), read(at_most(value, digits)), read(begun(value, digits))
    assert low <= value <= high
    assert abs(first) <= abs(value)
    assert high - low <= Fraction(10) ** (1 - digits) * max(abs(low), abs(high))
    assert ("…" in begun(value, digits)) == (first != value)


def test_a_bound_is_written_as_all_numbers_are() -> None:
    assert (at_least(1.12), at_most(Fraction(1, 3)), at_least(Fraction(-1, 3))) == ("1.120", "0.3334", "−0.3334")
    assert (begun(0.25), begun(Fraction(1, 7)), begun(Fraction(-1, 7_000_000))) == ("0.25", "0.1428…", "−1.428…·10⁻⁷")
    assert at_least(0.0) == at_most(0.0) == begun(0.0) == written(0.0) == "0"


def test_a_long_pattern_is_counted_and_a_short_list_of_points_is_a_list():
    one = np.arange(NAMED + 1) == 3
    assert diagonal(one).parts[0].text == f"diag of 1 one and {NAMED} zeros"
    problem = Problem(np.eye(5), np.ones(5), 0.1)
    assert pattern_name(problem, np.array([True, False, False, True, True]), 1) == "points 1, 4 and 5"
    assert pattern_name(problem, np.arange(5) == 2, 1) == "point 3"


@pytest.mark.parametrize("kind", ["free", "penalised"])
@pytest.mark.parametrize("lam", [0.1, 0.0])
def test_an_output_bias_is_written_with_what_it_costs(lam, kind):
    data = Data((-1.0, -0.3, 0.4, 1.0), (1.5, 1.9, 0.8, 2.5), bias=True)
    training = Training(m=3, layer="trained", lam=lam, starts=1, runs=(), steps=50, output_bias=kind)
    solved = solve_scenario(data, training)
    formulas, proof = str(formulas_panel(solved, 3)), str(proof_panel(solved))
    assert "text='b'" in formulas
    assert ("b costs nothing" in formulas) == (lam > 0 and kind == "free")
    assert ("for the numbers z add up to 0" in proof) == (lam > 0 and kind == "free")  # a loss of 0 needs no vector z
    assert (": its own cost" in proof) == (lam > 0 and kind == "penalised")
