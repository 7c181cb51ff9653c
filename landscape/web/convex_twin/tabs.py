"""The tabs below the stage; the first has the values of both problems, the factor 2λ, and the recovered neurons."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import streamlit as st

from landscape.convex.gated_relu import GatedFit, gated_fit
from landscape.convex.twin import solve_convex
from landscape.formatting import counted, short, written
from landscape.model.excess import without_rounding
from landscape.results.claims import called, unproven
from landscape.results.export import NeuronRow, network_table
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Data, Scenario, Training
from landscape.web.convex_twin.all_optima import optima
from landscape.web.convex_twin.lambda_path import lambda_section
from landscape.web.convex_twin.slices import slices
from landscape.web.convex_twin.views import MOST_DRAWN
from landscape.web.convex_twin.width import width
from landscape.web.shared.results_cache import takes_long

CLASS = {
    "none": "Every bound is about the networks f(x) = Σ αⱼ max(0, wⱼᵀx) of any width: one hidden layer, no bias but "
    "the one that the data are given, squared loss plus λ Σ (‖wⱼ‖² + αⱼ²).",
    "free": "Every bound is about the networks f(x) = Σ αⱼ max(0, wⱼᵀx) + b of any width: one hidden layer, an output "
    "bias b that costs nothing, squared loss plus λ Σ (‖wⱼ‖² + αⱼ²).",
    "penalised": "Every bound is about the networks f(x) = Σ αⱼ max(0, wⱼᵀx) + b of any width: one hidden layer, an "
    "output bias b, squared loss plus λ (b² + Σ (‖wⱼ‖² + αⱼ²)).",
}
"""The class of networks that is meant, as a tooltip, for each output bias."""

WITHOUT_BIAS = "is computed for networks without an output bias: set Output bias to None at the left to see it."
"""What is said in place of a section that does not cover networks with one."""

LEAST_NORM = 300
"""Points up to which the solver finds the fit of least norm where λ = 0."""

MOST_GATED = 60
"""Points up to which the gated fit, a least-squares problem of 4n unknowns, is shown."""


def show_tabs(scenario: Scenario, solved: SolvedScenario) -> None:
    """Draw the tab that is open: the optimum's values and neurons, the λ path, the widths, or the loss landscape."""
    solution, along, wide, around = st.tabs(
        ["Solution", "λ path", "Width", "Landscape"], on_change="rerun", key="twin tabs"
    )
    if solution.open:
        with solution:
            left, right = st.columns([2, 3], gap="large")
            with left:
                _values(scenario, solved)
            with right:
                _neurons(scenario, solved)
                optima(scenario, solved)
    covered = not solved.problem.has_output_bias
    if along.open:
        with along:
            lambda_section(scenario, solved) if covered else st.text(f"The λ path {WITHOUT_BIAS}")
    if wide.open:
        with wide:
            width(scenario, solved) if covered else st.text(f"The comparison of widths {WITHOUT_BIAS}")
    if around.open:
        with around:
            slices(scenario, solved) if covered else st.text(f"The loss landscape {WITHOUT_BIAS}")


def _values(scenario: Scenario, solved: SolvedScenario) -> None:
    proof, solution = solved.proof, solved.solution
    st.markdown("**Three values that agree**" if proof.closed else "**Two values and what is known below them**")
    bounded = np.isfinite(proof.lower_bound)

    def shown(loss: float) -> str:
        return written(without_rounding(solved.problem, loss))

    rows = [
        ("Convex problem (2), with 2λ", shown(solution.value)),
        ("Objective F of the recovered network (1)", shown(proof.value)),
        ("Dual bound: no network is below", shown(proof.lower_bound) if bounded else "not known"),
        ("Gap", short(without_rounding(solved.problem, max(proof.gap, 0.0)), 2) if bounded else "not known"),
    ]
    st.table({"what": [name for name, _ in rows], "value": [value for _, value in rows]}, hide_index=True)
    st.caption(
        solution.status.sentence if proof.closed else unproven(solution, proof), help=CLASS[solved.problem.output_bias]
    )
    if solved.problem.lam == 0:
        _without_regularisation(scenario, solved)
    if (
        solved.problem.lam > 0
        and solved.problem.output_bias != "penalised"  # whose own λ has no factor 2
        and not takes_long(scenario)
        and solved.problem.n <= 200
        and st.toggle(
            "Write λ instead of 2λ, as some sources do",
            key="twin sources lambda",
            help="Each neuron costs λ(‖w‖² + α²) = 2λ‖u‖. "
            "With λ instead the convex value no longer matches any network.",
        )
    ):
        wrong = _value_with_sources_lambda(scenario.data, scenario.training)
        st.markdown(
            f"With λ the convex problem would give **{written(wrong)}**, {written(proof.value - wrong)} below what "
            f"{called(proof)} reaches, {written(proof.value)}: it would not be the same problem."
        )


@lru_cache(maxsize=64)
def _value_with_sources_lambda(data: Data, training: Training) -> float:
    """Return the value of (2) with λ Σ(‖u‖ + ‖v‖) in place of 2λ: the same as (2) at half the regularisation."""
    problem = Scenario(data, training).problem()
    return solve_convex(replace(problem, lam=problem.lam / 2)).value


@lru_cache(maxsize=64)
def _gated_fit(data: Data, training: Training) -> GatedFit:
    """Return the gated ReLU fit of a problem without regularisation."""
    return gated_fit(Scenario(data, training).problem())


def _without_regularisation(scenario: Scenario, solved: SolvedScenario) -> None:
    """Write what λ = 0 changes: the optimum is the limit of the path, and the cones can be dropped."""
    biased = solved.problem.has_output_bias
    least = solved.problem.d == 2 and solved.problem.n <= LEAST_NORM and not biased
    if not solved.proof.closed:
        shown = "the best fit that was found, which is not proven best"
    elif least:
        shown = "the best fit of least norm, the limit of the optima as λ falls to 0"
    else:
        shown = "one best fit of many"
    st.markdown(
        f"**λ = 0**: shown is {shown}. Without a penalty the cones can be dropped, because every weight is a "
        "difference of two neurons of its cone."
    )
    if solved.problem.d != 2 or solved.problem.n > MOST_GATED or biased:
        return
    try:
        fit = _gated_fit(scenario.data, scenario.training)
    except ValueError:
        st.markdown("Here some cones are so narrow that rounding hides what such a fit reaches.")
        return
    reached = written(without_rounding(solved.problem, fit.value))
    st.markdown(
        f"Such a *gated ReLU* fit, plain least squares over all patterns, reaches {reached}; "
        f"taken apart into cones it becomes a ReLU network of {counted(fit.network.m, 'neuron')}, where "
        f"{counted(solved.solution.network.m, 'neuron')} would do."
    )


def _neurons(scenario: Scenario, solved: SolvedScenario) -> None:
    st.markdown(f"**The neurons of {called(solved.proof)}**")
    if solved.problem.has_output_bias:
        st.markdown(f"Output bias **b = {short(solved.solution.network.bias)}**, and")
    rows = network_table(solved)
    bias = scenario.data.features == 1 and scenario.data.bias
    weights = {"w": [", ".join(short(w) for w in row.w) for row in rows]}
    st.dataframe(
        {
            **(weights if scenario.data.features <= MOST_DRAWN else {}),
            "α": [short(row.alpha) for row in rows],
            "norm ‖w‖": [short(row.norm) for row in rows],
            **({"kink −b/w": ["none" if row.kink is None else short(row.kink) for row in rows]} if bias else {}),
            "active on": [_listed(row) for row in rows],
        },
        hide_index=True,
        width="stretch",
        height=min(38 + 35 * len(rows), 320),
    )


def _listed(row: NeuronRow) -> str:
    points = [str(index + 1) for index in row.active]
    return ", ".join(points[:12]) + (f" and {len(points) - 12} more" if len(points) > 12 else "") or "none"
