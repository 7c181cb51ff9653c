"""What a screen reader says of a plot is what the plot draws."""

from __future__ import annotations

from dataclasses import replace
from math import inf

from landscape.formatting import written
from landscape.scenario import Scenario
from landscape.web.front import views
from landscape.web.shared.results_cache import solved_scenario_of

ONE_NEURON = Scenario().changed(m=1, runs=(), starts=2)


def losses(scenario: Scenario) -> str:
    return next(view.alt for view in views.views_of.__wrapped__(scenario) if view.name == "losses")


def test_the_loss_curves_name_the_lines_that_they_draw():
    best = solved_scenario_of(ONE_NEURON).narrow
    assert best is not None
    assert f"Lines: best of one neuron {written(best.value)}, proven optimum " in losses(ONE_NEURON)
    assert "neuron" not in losses(Scenario())
    assert "Lines: proven optimum " in losses(Scenario())


def test_a_loss_that_is_rounding_is_told_as_0():
    for view in views.views_of.__wrapped__(Scenario()):
        assert "·10⁻" not in view.alt, view.name
    assert "Run 2 ends at loss 0." in views.views_of.__wrapped__(Scenario())[0].alt


def test_no_bound_is_named_where_none_is_known(monkeypatch):
    solved = solved_scenario_of(ONE_NEURON)
    unbounded = replace(solved, proof=replace(solved.proof, lower_bound=-inf))
    monkeypatch.setattr(views, "solved_scenario_of", lambda scenario: unbounded)
    assert losses(ONE_NEURON).endswith(f"Lines: best of one neuron {written(solved.narrow.value)}.")
    monkeypatch.setattr(views, "solved_scenario_of", lambda scenario: replace(unbounded, narrow=None))
    assert "Lines" not in losses(ONE_NEURON)
