"""The results that the pages of a scenario share, each cached by the flat records that determine it, never by arrays.

``functools.lru_cache`` compares records by class and value, and returns the same frozen result to every visitor. What
takes longer than AT_ONCE is solved by the queue of long work, so that no page waits for another's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import streamlit as st

from landscape.formatting import counted, short
from landscape.loss.missing_neuron import missing_neuron
from landscape.model.network import Network
from landscape.results.search_record import SearchRecord, SearchState
from landscape.results.solved_by_stages import (
    PROLONGED,
    descent_seconds,
    optima_seconds,
    scenario_seconds,
    solve_whole,
)
from landscape.results.solved_scenario import SolvedScenario, solve_scenario
from landscape.scenario import Data, Scenario, Training
from landscape.scene import Basins, basins_of
from landscape.web.follow import EVERY, follow, show_end
from landscape.web.jobs import Job, JobStatus, queue
from landscape.web.jobs.visitors import visitor
from landscape.web.shared.long_solving import solve

AT_ONCE = 0.8
"""Seconds of work up to which a page solves by itself."""

A_MOMENT = 1.0
"""Seconds that a drawing waits for longer solving, so that a result that comes soon needs no second drawing."""

PREVIEW = 0.2
"""Seconds of work that go into the first steps of long runs, which are shown until all are there."""

BUDGET = 60.0 + PROLONGED
"""Seconds that solving one scenario may take, the search for a proof included."""

REDRAWN = 1.0
"""Seconds between two looks at a search, whose page is drawn anew when it has come further."""


_SEEN = "solved last"
"""Where the session keeps what was shown last of what takes long: its key, and the result so far."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What is known of a scenario when its page is drawn.

    Arguments
        scenario: what is drawn: the scenario, or the same with the first steps of its runs until the others are there.
        solved: its solution and runs; the best so far while ``job`` is not done, None before there is any.
        job: the job that solves it, None where the page did so itself; status: of the job when the page was drawn.
        steps: of the runs of the whole scenario; begin: queues the job anew, a search from where it is.
        longer: gives a search that has used its time more of it.
    """

    scenario: Scenario
    solved: SolvedScenario | None
    job: Job[SolvedScenario] | None = None
    status: JobStatus[SolvedScenario] | None = None
    steps: int = 0
    begin: Callable[[], object] = lambda: None
    longer: Callable[[], object] = lambda: None

    @property
    def is_final(self) -> bool:
        """Whether nothing is being computed for it any more."""
        return self.status is None or self.status.done


@lru_cache(maxsize=64)
def _solved(data: Data, training: Training, escape: int | None) -> SolvedScenario:
    return solve_scenario(data, training, escape)


@lru_cache(maxsize=16)
def _waited_for(data: Data, training: Training, escape: int | None) -> SolvedScenario:
    return solve_whole(data, training, escape)


def takes_long(scenario: Scenario) -> bool:
    """Return whether solving a scenario is for the queue of long work."""
    return scenario_seconds(scenario.data, scenario.training) > AT_ONCE


def answer_of(scenario: Scenario) -> Answer:
    """Return what is known of a scenario; what takes long is queued, in place of what its visitor saw before."""
    if not takes_long(scenario):
        return Answer(scenario, solved_scenario_of(scenario))
    job, rounds, before = _latest(scenario)
    # What its visitor stopped stays stopped until she begins it again.
    if job is None or job.status.left:
        job = _begin(scenario, rounds, before if job is None else job.status.partial or before)
    job.wait(A_MOMENT)
    status = job.status
    solved = status.found or before or _seen(scenario)
    st.session_state[_SEEN] = _key(scenario), solved
    if solved is None and (first := _first_steps(scenario)) is not None:
        return Answer(
            first, solved_scenario_of(first), job, status, scenario.training.steps, partial(_begin, scenario, 0, None)
        )
    begin = partial(_begin, scenario, rounds, solved)
    longer = partial(_begin, scenario, rounds + 1, solved)
    return Answer(scenario, solved, job, status, scenario.training.steps, begin, longer)


def _seen(scenario: Scenario) -> SolvedScenario | None:
    """Return what this visitor was shown last of the same scenario, until a search that goes on from it reports."""
    key, solved = st.session_state.get(_SEEN, (None, None))
    found: SolvedScenario | None = solved if key == _key(scenario) else None
    return found


def _latest(scenario: Scenario) -> tuple[Job[SolvedScenario] | None, int, SolvedScenario | None]:
    """Return the job of the longest search of a scenario, how often its time was prolonged, and the result before."""
    job, rounds, before = queue().found(_key(scenario)), 0, None
    while job is not None and (result := job.status.result) is not None and _is_out_of_time(result):
        next_job = queue().found(_key(scenario, rounds + 1))
        if next_job is None:
            break
        job, rounds, before = next_job, rounds + 1, result
    return job, rounds, before


def _is_out_of_time(solved: SolvedScenario) -> bool:
    return solved.search is not None and solved.search.state is SearchState.TIME_OVER


def _begin(scenario: Scenario, rounds: int, earlier: SolvedScenario | None) -> Job[SolvedScenario]:
    """Queue solving a scenario, a search from an earlier result; ``rounds`` counts how often it was given more time."""
    data, training, escape = scenario.data, scenario.training, scenario.view.escape
    seconds = min(scenario_seconds(data, training), BUDGET)
    work = partial(solve, data, training, escape, earlier)
    return queue().start(_key(scenario, rounds), work, seconds=seconds, limit=BUDGET, slot="solve")


def _first_steps(scenario: Scenario) -> Scenario | None:
    """Return the scenario with the first steps of its runs, where those are what takes long; else None."""
    data, training = scenario.data, scenario.training
    if optima_seconds(data, training) > PREVIEW:
        return None
    steps = max(1, int(training.steps * PREVIEW / descent_seconds(data, training)))
    first = replace(training, steps=min(steps, training.steps))
    return replace(scenario, training=first, view=replace(scenario.view, at=None, escape=None))


def show_progress(answer: Answer) -> None:
    """Write how far long solving is, and why it ended if it ended early."""
    # One container, so that what is below keeps its place on the page and is not made anew.
    with st.container():
        if answer.job is None or answer.status is None:
            return
        searched = None if answer.solved is None else answer.solved.search
        show_end(answer.job, "solving", answer.begin, "Begin again" if searched is None else "Go on")
        if answer.scenario.training.steps < answer.steps:
            st.text(f"Shown: the first {counted(answer.scenario.training.steps, 'step')} of {answer.steps:,}.")
        if answer.status.expired:
            st.text(f"Solving was ended after {BUDGET:g} s. Shown is the best network known until then.")
        if answer.status.result is not None and searched is not None and searched.state is SearchState.TIME_OVER:
            _offer_more_time(searched, answer.longer)
        if not answer.status.done:
            every = EVERY if searched is None else REDRAWN
            follow(answer.job, "solving", seen=answer.status, redrawn=True, every=every)


def _offer_more_time(searched: SearchRecord, longer: Callable[[], object]) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.text(f"{searched.state.sentence} It took {short(searched.seconds[-1], 2)} s.")
        if st.button("Search longer", key="longer solving"):
            longer()
            st.rerun()


def found_of(scenario: Scenario) -> SolvedScenario | None:
    """Return the solution and the runs of a scenario, the best so far of what takes long; None before there is any."""
    if not takes_long(scenario):
        return _solved(scenario.data, scenario.training, scenario.view.escape)
    job, _, before = _latest(scenario)
    found: SolvedScenario | None = before if job is None else job.status.found or before
    return found or (None if visitor() is None else _seen(scenario))


def solved_scenario_of(scenario: Scenario) -> SolvedScenario:
    """Return the solution and the runs of a scenario.

    Outside of a page it waits for them. Raises ValueError, with a sentence, where they take long and this visitor has
    none yet.
    """
    found = found_of(scenario)
    if found is None and visitor() is None:
        return _waited_for(scenario.data, scenario.training, scenario.view.escape)
    if found is None:
        raise ValueError("These data are still being solved: please wait until the pictures are there.")
    return found


def _key(scenario: Scenario, rounds: int = 0) -> tuple[object, ...]:
    return "solve", scenario.data, scenario.training, scenario.view.escape, rounds


def missing_neurons_of(data: Data, training: Training) -> dict[str, Network]:
    """Return, by the id of each run whose certificate names a missing neuron, that neuron."""
    return missing_neurons_in(solved_scenario_of(Scenario(data, training)))


@lru_cache(maxsize=64)
def missing_neurons_in(solved: SolvedScenario) -> dict[str, Network]:
    """Return, by the id of each run whose certificate names a missing neuron, that neuron."""
    found = {run.id: missing_neuron(solved.problem, run.trajectory.network(), run.certificate) for run in solved.runs}
    return {run: neuron for run, neuron in found.items() if neuron is not None}


@lru_cache(maxsize=32)
def basins_shown(scenario: Scenario) -> Basins | None:
    """Return the basins of a scenario where they are switched on and the landscape is a map of two weights."""
    if not scenario.view.basins or scenario.training.m == 1 or scenario.data.d > 1:
        return None
    return basins_of(solved_scenario_of(scenario), scenario)
