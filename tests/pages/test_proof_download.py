"""The proof as a file stands below the pictures where the proof is open, and nowhere else."""

from __future__ import annotations

import json
import threading

import pytest
from streamlit.testing.v1 import AppTest
from visit import opened

from landscape import check_proof
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.web.jobs import JobQueue
from landscape.web.shared import proof_download
from landscape.web.shared.proof_download import proof_as_file
from landscape.web.shared.results_cache import solved_scenario_of


def buttons(page: AppTest) -> list[str]:
    return [button.proto.label for button in page.get("download_button") if button.proto.id.endswith("proof file")]


@pytest.mark.parametrize("script", ["front.py", "pages/convex_twin.py"])
def test_it_is_there_while_the_proof_is_open(script: str) -> None:
    query = {"x": "-1,1", "y": "1,2", "layer": "trained", "lam": "0.1", "steps": "50"}
    assert buttons(opened(script, **query, proof="1")) == ["Proof (JSON)"]
    assert buttons(opened(script, **query)) == []


def test_its_file_is_checked() -> None:
    file = proof_as_file(solved_scenario_of(Scenario()))
    assert file.name == "proof-2-points.json"
    assert check_proof(file.made()).optimal
    assert json.loads(file.made())["format"] == "landscape proof 1"


@pytest.fixture
def written_here(monkeypatch: pytest.MonkeyPatch) -> list[SolvedScenario]:
    """What this process writes by itself: a worker has its own."""
    here: list[SolvedScenario] = []

    def write(solved: SolvedScenario) -> str:
        here.append(solved)
        return "written here"

    monkeypatch.setattr(proof_download, "proof_of_scenario", write)
    return here


def test_it_is_written_by_a_worker(written_here: list[SolvedScenario]) -> None:
    assert check_proof(proof_as_file(solved_scenario_of(Scenario())).made()).optimal
    assert written_here == []


def test_it_is_written_here_where_the_queue_takes_no_more(
    written_here: list[SolvedScenario], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = JobQueue()
    closed.close()
    monkeypatch.setattr(proof_download, "queue", lambda: closed)
    solved = solved_scenario_of(Scenario())
    assert proof_as_file(solved).made() == "written here"
    assert written_here == [solved]


def test_one_that_no_worker_comes_to_in_time_is_written_once(
    written_here: list[SolvedScenario], monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, done = JobQueue(), threading.Event()  # one thread
    monkeypatch.setattr(proof_download, "queue", lambda: busy)
    monkeypatch.setattr(proof_download, "LONGEST", 0.05)
    under_way = busy.start("longer", lambda report, halt: done.wait(60))
    try:
        assert proof_as_file(solved_scenario_of(Scenario())).made() == "written here"
    finally:
        done.set()
    assert under_way.wait(60)
    after = busy.start("after", lambda report, halt: "its turn")
    assert after.wait(60)
    assert len(written_here) == 1, "what was given up was written by nobody else"
