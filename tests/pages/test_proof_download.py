"""The proof as a file stands below the pictures where the proof is open, and nowhere else."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest
from visit import opened

from landscape import check_proof
from landscape.scenario import Scenario
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
