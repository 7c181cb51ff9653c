"""The set of all optima: whether there is one or a continuum, and the connectivity of the optima of a width."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from landscape.convex.optimal_set import OptimalSet, optimal_set
from landscape.formatting import short
from landscape.geometry.support import all_visited
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario

MOST_POINTS = 60
"""Points up to which the set of optima is computed: more would keep the page waiting."""


@lru_cache(maxsize=64)
def _set(solved: SolvedScenario) -> OptimalSet | str:
    try:
        return optimal_set(solved.solution)
    except ValueError as refused:
        return str(refused)


def set_of(scenario: Scenario, solved: SolvedScenario) -> OptimalSet | str:
    """Return the set of all optima, or a sentence why it is not computed."""
    if solved.problem.has_output_bias:
        return "The set of all optima is described for networks without an output bias."
    if solved.problem.lam == 0:
        return "Without regularisation every best fit is optimal, and no finite description of their set is known here."
    if not solved.proof.closed:
        return "The set of all optima is described once one of them is proven."
    if not all_visited(solved.problem.n, min(solved.problem.n, solved.problem.d), quick=True):
        return "There are too many patterns to describe the set of all optima."
    if solved.problem.n > MOST_POINTS:
        return f"The set of all optima is described for up to {MOST_POINTS} points."
    return _set(solved)


def optima(scenario: Scenario, solved: SolvedScenario) -> None:
    """Write how many optima there are, and what follows for the chosen width."""
    st.markdown("**All optima**")
    found = set_of(scenario, solved)
    if isinstance(found, str):
        st.text(found)
        return
    m, n = scenario.training.m, solved.problem.n
    if found.unique:
        shape = "The convex program has one optimum: up to permuting and splitting neurons, the best network is unique."
    else:
        shape = (
            f"The optima form a polytope of dimension {found.dimension} with {len(found.vertices)} vertices: many best "
            "networks, which all give the data the same values."
        )
    if found.fewest is not None:
        shape += (
            f" An optimal network has at least m* = {found.fewest} neurons, without redundancy at most "
            f"M* = {found.most}; n + 1 = {n + 1}."
        )
    st.markdown(shape)
    st.markdown(f"Networks of **m = {m}**: {found.stair(m).sentence}")
    if not found.unique:
        rows = [
            {
                "neuron": index + 1,
                "α": "> 0" if sign > 0 else "< 0",
                "length from": short(max(float(low), 0.0)),
                "to": short(float(high)),
            }
            for index, (sign, low, high) in enumerate(zip(found.sign, found.lowest, found.highest, strict=True))
        ]
        st.dataframe(rows, hide_index=True, width="stretch", height=min(38 + 35 * len(rows), 220))
