"""The proof as a file stands below the pictures where the proof is open, and nowhere else."""

from __future__ import annotations

import json
import threading
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest
from visit import opened

from landscape import check_proof
from landscape.scenario import Scenario
from landscape.web.jobs import JobStatus, queue
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


def test_it_is_written_by_a_worker_and_here_where_none_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    solved = solved_scenario_of(Scenario())
    here: list[str] = []

    def writing(solved: object) -> str:
        here.append(threading.current_thread().name)
        return "written here"

    monkeypatch.setattr(proof_download, "proof_of_scenario", writing)
    file = proof_as_file(solved)
    assert check_proof(file.made()).optimal
    assert here == []
    refused = JobStatus[str](done=True, error="Many computations are waiting already.")
    monkeypatch.setattr(queue(), "start", partial(_refused, refused))
    assert file.made() == "written here"
    assert here == [threading.current_thread().name]


class _Job:
    def __init__(self, status: JobStatus[str]) -> None:
        self.status = status

    def wait(self, seconds: float) -> bool:
        return True


def _refused(status: JobStatus[str], *_: object, **__: object) -> _Job:
    return _Job(status)
