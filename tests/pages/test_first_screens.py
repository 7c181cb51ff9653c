"""The first screens of Convex twin, Dynamics, Race and Beyond say what their records hold."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
import visit
from hypothesis import given, strategies as st

from landscape.convex.twin import solve_convex
from landscape.experiments.race.run import CONVEX, ENTRANTS, Finish
from landscape.experiments.sweep.rates import Rates
from landscape.figures.race.race import LOOKS
from landscape.formatting import short, written
from landscape.model.excess import TARGETS, excess
from landscape.model.initialisation import pytorch
from landscape.model.network import objective
from landscape.scenario import Data, Scenario, Training
from landscape.web.beyond.settings import SETTINGS
from landscape.web.beyond.shown import sentences_of as beyond_sentences, values_first
from landscape.web.convex_twin.page import START as TWIN
from landscape.web.convex_twin.stage_state import state_of as twin_state
from landscape.web.convex_twin.views import views_of as twin_views
from landscape.web.dynamics.films import shown_film
from landscape.web.dynamics.presets import START as FILM
from landscape.web.dynamics.sentences import first_length, sentences_of as film_sentences, start_of
from landscape.web.race.controls import USUAL_BUDGET
from landscape.web.race.live_race import RaceSoFar
from landscape.web.race.page import START as RACE
from landscape.web.race.recorded import STORED, from_json, present_rules, recorded, recorded_race, to_json
from landscape.web.race.sentences import result_of, runs_of, sentences_of as race_sentences
from landscape.web.race.sweep import best_cell
from landscape.web.shared.results_cache import solved_scenario_of


def test_the_recorded_race_is_one_of_the_present_first_problem_by_the_present_rules():
    found = recorded()
    assert (found.scenario.data, found.scenario.training) == (RACE.data, RACE.training)
    assert found.budget == USUAL_BUDGET
    assert dict(found.rules) == present_rules()
    assert list(found.race.result.series) == [CONVEX, *ENTRANTS]
    assert set(found.race.result.finish.values()) <= {finish.value for finish in Finish}


def test_the_recorded_race_begins_at_the_start_of_its_seed_and_has_the_proven_optimum():
    race, problem = recorded().race.result, RACE.problem()
    solution = solve_convex(problem)
    assert race.proven
    assert solution.certificate.closed
    assert race.optimum == pytest.approx(solution.certificate.value, rel=1e-9)
    start = pytorch(problem.d, RACE.training.m, RACE.training.scale, np.random.default_rng(RACE.training.seed))
    above = float(excess(problem, race.optimum, objective(problem, start)))
    for name in ENTRANTS:
        assert race.series[name][0][1] == pytest.approx(above, rel=1e-5)


def test_the_recorded_times_are_those_of_the_recorded_losses():
    race = recorded().race.result
    for name in ENTRANTS:
        seconds, above = np.array(race.series[name]).T
        assert (np.diff(seconds) >= 0).all()
        for target, time in zip(TARGETS, race.times[name], strict=True):
            if time is None:
                assert (above > target).all()
            else:
                assert (above[seconds < time] > target).all()
        assert (race.finish[name] == Finish.ARRIVED.value) == (race.times[name][-1] is not None)


def test_a_recording_survives_its_file():
    text = STORED.read_text(encoding="utf-8")
    assert to_json(from_json(text)) == text


def test_a_recording_says_on_what_it_was_measured():
    for part in (recorded().race, recorded().rates, *recorded().profiles.values()):
        assert part.made["date"] in part.sentence
        assert part.made["machine"]["python"] in part.sentence
        assert f"{part.made['machine']['cores']} core" in part.sentence


def test_no_other_problem_width_seed_or_time_has_the_recorded_race():
    assert recorded_race(RACE, USUAL_BUDGET) is recorded().race
    assert recorded_race(RACE, 2 * USUAL_BUDGET) is None
    for change in ({"m": RACE.training.m + 1}, {"seed": RACE.training.seed + 1}, {"lam": 0.5}):
        other = Scenario(RACE.data, Training(**{**vars_of(RACE.training), **change}))
        assert recorded_race(other, USUAL_BUDGET) is None


def vars_of(training: Training) -> dict[str, Any]:
    return {name: value for name, value in vars(training).items() if name != "tag"}


def test_the_page_begins_with_the_finished_race_and_nothing_runs():
    page = visit.opened("pages/race.py")
    assert not page.exception
    stages = [json.loads(component.proto.bytes) for component in page.get("bidi_component")]
    race = stages[0]
    assert [line["run"] for line in race["state"]["sentences"]][:2] == ["result", "next"]
    assert len(race["state"]["runs"]) == 1 + len(ENTRANTS)
    shown = " ".join(text.value for text in page.markdown)
    assert "A recorded race, not yours" in shown
    assert recorded().race.made["date"] in shown
    assert not page.get("progress")


times = st.none() | st.floats(1e-4, 10.0)


@given(st.booleans(), st.lists(times, min_size=4, max_size=4), st.floats(1e-4, 1.0), st.floats(1e-5, 1e6))
def test_the_result_of_any_race_names_each_method_once_with_its_time(proven, reached, seconds, above):
    names = dict(zip(ENTRANTS, reached, strict=True))
    race = RaceSoFar(
        series={CONVEX: ((seconds, 0.0),), **dict.fromkeys(ENTRANTS, ((0.001, 2 * above), (1.0, above)))},
        times={CONVEX: (seconds,) * 3 if proven else (None,) * 3, **{n: (None, None, t) for n, t in names.items()}},
        optimum=1.0,
        proven=proven,
    )
    text = result_of(race, 2.0)
    assert (f"its optimum proven, after {short(seconds, 3)} s" in text) == proven
    assert ("not proven optimal" in text) != proven
    arrived = [name for name, time in names.items() if time is not None]
    for name, time in names.items():
        called = LOOKS[name][2]
        assert text.count(called) == 1 or not arrived
        assert (f"{called} after {short(time, 3)} s" in text) if time is not None else f"{called} after" not in text
    assert ("No training method comes within" in text) == ("the nearest" in text) == (not arrived)


def test_a_method_that_overflowed_is_played_with_finite_numbers():
    race = RaceSoFar(series={CONVEX: ((0.1, 0.0),), "gd": ((0.001, 3.0), (0.002, float("nan")), (0.003, float("inf")))})
    for run in runs_of(race):
        assert np.isfinite(run.objective).all()
        assert json.dumps(run.objective, allow_nan=False)


def test_a_race_that_has_not_ended_has_no_result_yet():
    race = RaceSoFar(series={CONVEX: ((0.1, 0.0),)}, times={CONVEX: (0.1, 0.1, 0.1)}, optimum=1.0, proven=True)
    assert [line.run for line in race_sentences(race, 2.0, ended=False)] == ["run0"]
    assert race_sentences(RaceSoFar(), 2.0, ended=True) == ()


@given(st.lists(st.sampled_from([0.0, 0.25, 1.0, np.nan]), min_size=6, max_size=6))
def test_the_best_cell_of_a_sweep_is_named(values):
    rate = np.array(values).reshape(2, 3)
    text = best_cell(Rates((1, 2, 3), (0.1, 1.0), rate, ("neurons m", "initial scale")))
    tried = rate[np.isfinite(rate)]
    if not len(tried):
        assert text == "No cell has been tried yet."
    elif tried.max() == 0:
        assert "none" in text
    else:
        m, scale, share = re.search(r"neurons m (\d), initial scale ([\d.]+): ([\d.]+) %", text).groups()
        assert 100 * rate[[0.1, 1.0].index(float(scale)), int(m) - 1] == float(share) == 100 * tried.max()


def test_captions_of_convex_twin_count_what_is_drawn():
    solved = solved_scenario_of(TWIN)
    views = {view.name: view for view in twin_views(TWIN, solved)}
    drawn = json.loads(views["patterns"].figure)["data"][0]
    rows = np.array(drawn["z"])
    assert f"(all {len(rows)})" in views["patterns"].caption
    assert f"{int((rows == 2).any(axis=1).sum())} in all" in views["patterns"].caption
    assert f"({len(rows)} in all)" in views["cones"].caption


@pytest.mark.parametrize(
    "data",
    [
        Data((-1.0, 0.0, 1.0), (1.0, 0.0, -1.0), bias=True),
        Data((-1.0, 1.0), (1.0, 2.0)),
        Data((0.0, 1.0, 1.0, 0.0, 1.0, 1.0), (1.0, -1.0, 0.5), features=2),
        Data((0.0, 1.0, 1.0, 0.0, 1.0, 1.0), (1.0, -1.0, 0.5), features=2, bias=True),
        Data((0.0, 1.0, 1.0, 0.0, 1.0, 1.0), (1.0, -1.0), features=3),
    ],
    ids=["a bias", "no bias", "two features", "two and a bias", "three"],
)
def test_the_losses_stand_in_the_first_two_rows_and_every_view_has_a_name_of_its_own(data):
    scenario = Scenario(data, TWIN.training)
    solved = solved_scenario_of(scenario)
    names = [view.name for view in twin_views(scenario, solved)]
    assert len(set(names)) == len(names)
    assert "losses" in names[:4]
    assert twin_state(scenario, solved).sentences[1].run == "next"


def test_small_and_large_start_are_told_by_their_weights():
    filmed = shown_film(FILM).filmed
    small, large = filmed.runs
    assert (start_of(filmed, small), start_of(filmed, large)) == ("Small start", "Large start")
    assert first_length(small) < first_length(large)
    lines = film_sentences(filmed, None)
    grown = np.hypot(*(np.linalg.norm(part[-1]) for part in (small.trajectory.W, small.trajectory.alpha)))
    assert f"end {short(grown / first_length(small), 2)} times as long as they were" in lines[0].text
    assert f"{short(100 * float(large.moved[-1]) / first_length(large), 2)} % of their length" in lines[1].text


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_beyond_begins_with_the_comparison_and_its_numbers_are_those_of_the_records(setting):
    state = setting.start.changed(starts=2)
    found = setting.solve(state)
    trained = setting.train(state, lambda done, all_: None, lambda: False)
    lines = beyond_sentences(setting, state, found, trained)
    assert [line.run for line in lines[:2]] == ["comparison", "next"]
    assert beyond_sentences(setting, state, None, None)[0].run == "next"
    assert "on the way" in beyond_sentences(setting, state, found, None)[0].text
    text = lines[0].text
    if setting.name == "linear":
        for value in (found.standard, found.parallel):
            assert written(value.primal) in text
        assert written(float(np.nanmin(trained.parallel.values))) in text
    elif setting.name == "game":
        assert written(found.value) in text
        assert all(written(float(end)) in text for end in (trained.values.min(), trained.values.max()))
    else:
        value = found.deep.value if setting.name == "layers" else found.value
        best = float(np.min(trained.values))
        assert written(value) in text
        assert written(best) in text or "comes as low" in text
        assert "proven to be the least" in text
    names = [view.name for view in values_first(setting.views(state, found, trained))]
    assert names[0].startswith("values")
    assert sorted(names) == sorted(view.name for view in setting.views(state, found, trained))
