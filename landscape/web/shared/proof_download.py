"""The proof as a file, beside the panel "How do we know?" and among the files of Share."""

from __future__ import annotations

import threading
from functools import partial

import streamlit as st

from landscape.formatting import counted
from landscape.results.export import proof_of_scenario
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.web.jobs import Report, queue
from landscape.web.shared.results_cache import found_of
from landscape.web.shared.share_panel import File

LONGEST = 60.0
"""Seconds that a worker may take to write a file; the largest that it writes take ten."""

HOW = "The proof as a file that anyone can check: `python -m landscape check FILE`"


def proof_as_file(solved: SolvedScenario) -> File:
    """Return the proof of a solved scenario's bound as a file, made when it is asked for."""
    name = f"proof-{counted(solved.problem.n, 'point').replace(' ', '-')}.json"
    return File("Proof (JSON)", name, "application/json", lambda: _made_beside(solved))


def _made_beside(solved: SolvedScenario) -> str:
    """Return the contents of the file, written by a worker: exact arithmetic of many points takes seconds.

    Where the queue takes no more work, or no worker comes to it in time, they are written here, and there alone.
    """
    problem, network, dual = solved.problem, solved.solution.network, solved.proof.dual
    about = (problem.X, problem.y, network.W, network.alpha, *(() if dual is None else (dual,)))
    numbers = tuple(tuple(array.ravel().tolist()) for array in about)
    key = ("proof file", problem.lam, problem.second_layer, problem.output_bias, network.bias, *numbers)
    job = queue().start(key, partial(_made, solved), limit=LONGEST)
    if not job.wait(LONGEST):
        job.stop()
    return job.status.result or proof_of_scenario(solved)


def _made(solved: SolvedScenario, report: Report[str], halt: threading.Event) -> str:
    return proof_of_scenario(solved)


def proof_download(scenario: Scenario) -> None:
    """Draw the button below a stage whose proof is open."""
    solved = found_of(scenario) if scenario.view.proof else None
    if solved is None:
        return
    file = proof_as_file(solved)
    button, how = st.columns([1, 4], vertical_alignment="center")
    button.download_button(file.label, file.made, file.name, file.kind, on_click="ignore", key="proof file")
    how.caption(HOW)
