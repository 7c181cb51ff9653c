"""The proof that a page hands out is that of its picture."""

from __future__ import annotations

import json

import numpy as np
import pytest

from landscape import check_proof
from landscape.results.export import proof_of_scenario
from landscape.results.solved_scenario import solve_scenario
from landscape.scenario import Data, Training
from landscape.scenario.presets import PRESETS


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_is_proven_as_its_panel_says(preset) -> None:
    solved = solve_scenario(preset.scenario.data, preset.scenario.training)
    text = proof_of_scenario(solved)
    report = check_proof(text)
    assert report.proven
    assert report.optimal == solved.proof.closed
    assert json.loads(text)["X"] == solved.problem.X.tolist()
    assert float(report.value) == pytest.approx(solved.proof.value, rel=1e-9, abs=1e-20)


def test_data_of_three_features_are_proven_too() -> None:
    data = Data(tuple(np.random.default_rng(0).standard_normal(24)), tuple(np.arange(12.0)), features=2, bias=True)
    solved = solve_scenario(data, Training(m=4, layer="trained", lam=0.1, runs=(), starts=1))
    assert check_proof(proof_of_scenario(solved)).optimal
