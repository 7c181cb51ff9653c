"""One record carries everything a visitor can set, through links and files, and nothing invalid gets into it."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import parse_qs, urlencode

import numpy as np
import pytest
from any_scenario import mutated, numbers, scenarios
from hypothesis import assume, example, given, strategies as st

import landscape
from landscape.geometry.lambda_max import lambda_max
from landscape.model.network import objective
from landscape.scenario import Data, Run, Scenario, Training, View, limits, query_string, read_json, read_query
from landscape.scenario.keys import KEYS, LATER, settable
from landscape.training.descent import MAX_WORK

DEFAULT = Scenario()
FILMED = Training(m=1000, steps=100_000, runs=(), scales=(1e-9, 1.0))


def test_the_default_is_the_front_page():
    problem = DEFAULT.problem()
    assert problem.second_layer == "ones"
    assert problem.X.tolist() == [[-1.0], [1.0]]
    assert problem.y.tolist() == [1.0, 2.0]
    starts = DEFAULT.starts()
    assert [net.W.tolist() for _, net in starts] == [[[2.45, 2.25]], [[3.0, -0.5]]]
    assert [objective(problem, net) for _, net in starts] == pytest.approx([1 + 2.7**2, 1.25])
    assert [(run.method, run.step) for run, _ in starts] == [("gd", None)] * 2
    assert DEFAULT.to_query() == {"x": "-1,1", "y": "1,2", "m": "2"}
    assert landscape.Scenario is Scenario


# Links and files


@given(scenarios())
def test_a_link_opens_as_exactly_the_scenario_it_was_made_from(scenario):
    assume(scenario.fits_a_link)
    assert read_query(scenario.to_query()) == (scenario, ())
    opened = parse_qs(query_string(scenario))
    assert read_query(opened) == (scenario, ())
    assert len(query_string(scenario)) <= 8192


def another(value: object, hint: object) -> object:
    """A value that a field of this type can hold beside ``value``, whatever the field means."""
    inner = get_args(hint)
    if get_origin(hint) is Literal:
        return next(word for word in inner if word != value)
    if value is None and get_origin(inner[0]) is tuple:
        return ((0, 0.5), (150, 0.01))
    if value is None:
        return another(0, next(kind for kind in inner if kind is not type(None)))
    if hint is bool:
        return not value
    if hint in (int, float):
        return hint(value + 1)
    if get_origin(hint) is not tuple:
        raise TypeError(f"say here what a field of {hint} can hold beside its default")
    if inner == (int, int):
        return value[::-1]
    if inner == (Run, ...):
        return value[:1]
    return tuple(0.5 * part for part in value) or (0.5,) if inner == (float, ...) else (*value, (150, 0.01))


TOGETHER = {
    "features": {"x": (1.0, 2.0, 3.0, 4.0)},
    "lam": {"layer": "trained", "lam": 0.5},
    "scales": {"runs": ()},
    "output_bias": {"layer": "trained"},
}
"""What a field needs of other fields to hold another value than its default."""


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in (Data, Training, View) for name in settable(kind)])
def test_every_field_of_a_record_survives_a_link_and_a_file(kind, name):
    default = getattr(kind(), name)
    value = another(default, get_type_hints(kind)[name])
    scenario = DEFAULT.changed(**{name: value, **TOGETHER.get(name, {})})
    (record,) = (part for part in (scenario.data, scenario.training, scenario.view) if isinstance(part, kind))
    assert getattr(record, name) != default
    assert read_query(scenario.to_query()) == (scenario, ())
    assert read_json(scenario.to_json()) == (scenario, ())


@pytest.mark.parametrize("name", settable(Run))
def test_every_field_of_a_run_survives_a_link_and_a_file(name):
    run = Run(**{name: another(getattr(Run(), name), get_type_hints(Run)[name])})
    assert run != Run()
    scenario = DEFAULT.changed(runs=(run,), layer="trained")
    assert read_query(scenario.to_query()) == (scenario, ())
    assert read_json(scenario.to_json()) == (scenario, ())


def test_a_file_holds_the_keys_of_a_link_in_the_order_of_the_records_and_counts_from_one():
    held = json.loads(DEFAULT.changed(m=3, neurons=(0, 2), selected=1, escape=0).to_json())
    assert tuple(held) == tuple(key for key in KEYS if key not in LATER)
    assert json.loads(DEFAULT.changed(layer="trained", output_bias="free").to_json())["output-bias"] == "free"
    assert (held["neurons"], held["sel"], held["escape"]) == ([1, 3], 2, 1)
    assert held["run"][0] == {"method": "gd", "step": None, "w": [2.45, 2.25], "alpha": [], "pinned": False}


@given(scenarios(output_biases=limits.OUTPUT_BIASES))
def test_a_file_opens_as_exactly_the_scenario_it_was_made_from(scenario):
    assert read_json(scenario.to_json()) == (scenario, ())
    assert Scenario.from_json(scenario.to_json().encode()) == scenario


@given(scenarios(output_biases=limits.OUTPUT_BIASES))
def test_a_link_writes_only_what_differs_and_x_y_m(scenario):
    query = scenario.to_query()
    assert {"x", "y", "m"} <= set(query)
    for key in set(query) - {"x", "y", "m"}:
        rest = {k: v for k, v in query.items() if k != key}
        assert Scenario.from_query(rest) != scenario


def test_runs_are_written_as_method_step_and_weights():
    run = Run("adam", ((0, 0.02), (150, 0.1)), (1.5, -0.5), (1.0, -1.0))
    query = DEFAULT.changed(layer="trained", runs=(run,)).to_query()
    assert query["run"] == ["adam:0.02~0.1@150:1.5,-0.5;1,-1"]
    assert Scenario.from_query({"run": "gd:0.02@0~0.1@150:1,2"}).training.runs == (
        Run("gd", ((0, 0.02), (150, 0.1)), (1.0, 2.0)),
    )
    assert DEFAULT.changed(runs=()).to_query()["run"] == "none"


def test_neurons_and_runs_count_from_one_in_a_link():
    scenario = DEFAULT.changed(m=3, neurons=(0, 2), selected=1)
    assert scenario.to_query() == {"x": "-1,1", "y": "1,2", "m": "3", "neurons": "1,3", "sel": "2"}


def test_streamlits_own_query_mapping_keeps_every_run():
    class QueryParams(dict):
        """As st.query_params: indexing gives the last of repeated keys only."""

        def get_all(self, key):
            return super().__getitem__(key)

        def __getitem__(self, key):
            return super().__getitem__(key)[-1]

    found = Scenario.from_query(QueryParams(m=["1"], run=["gd:0.1:1", "adam:0.1:2"]))
    assert [run.method for run in found.training.runs] == ["gd", "adam"]
    assert found.training.m == 1


def test_61_numbers_or_8_kb_do_not_fit_a_link_and_travel_as_a_file():
    def with_points(n):
        return DEFAULT.changed(x=tuple(range(n)), y=(0.0,) * n)

    assert with_points(30).fits_a_link
    assert not with_points(31).fits_a_link
    assert Scenario.from_json(with_points(5000).to_json()) == with_points(5000)
    long = DEFAULT.changed(m=200, runs=(Run(w=(0.12345678901234567,) * 200),) * 3)
    assert not long.fits_a_link
    assert Scenario.from_json(long.to_json()) == long


# What others may write into a link


@pytest.mark.parametrize(
    ("query", "field", "kept", "named"),
    [
        ({"m": "0"}, "m", 1, "m = “0” is not a whole number from 1 to 200: 1 is used."),
        ({"m": "2.5"}, "m", 2, "m = “2.5” is not a whole number from 1 to 200: 2 is used."),
        ({"steps": "1000000000"}, "steps", 20000, "steps = “1000000000” is not a whole number from 1 to 20000"),
        ({"lam": "-1", "layer": "trained"}, "lam", 0.0, "lam = “-1” is not a number from 0 to 1.5: 0 is used."),
        ({"lam": "0.1"}, "lam", 0.0, "lam is 0 while the second layer is fixed to ones"),
        ({"step": "nan"}, "step", None, "step = “nan” is not a number"),
        ({"step": "inf"}, "step", None, "step = “inf” is not a number"),
        ({"step": "1e400"}, "step", 1e60, "step = “1e400” is not a number"),
        ({"step": "0"}, "step", 1e-75, "step = “0”"),
        ({"seed": "-3"}, "seed", 0, "seed = “-3”"),
        ({"seed": "٣"}, "seed", 0, "seed = “٣”"),
        ({"starts": "1_0"}, "starts", 0, "starts = “1·0”"),
        ({"scale": ""}, "scale", 2.0, "scale = “”"),
        ({"layer": "<script>alert(1)</script>"}, "layer", "ones", "layer = “·script·alert·1···script·” is not one of"),
        ({"method": "sgd"}, "method", "gd", "method = “sgd” is not one of gd, momentum, adam: gd is used."),
        ({"window": "-1"}, "window", 1e-60, "window = “-1”"),
        ({"window": "wide"}, "window", None, "an automatic window is used."),
        ({"at": "501"}, "at", 500, "at = “501” is not a whole number from 0 to 500: 500 is used."),
        ({"sel": "3"}, "selected", 1, "sel = “3” is not a whole number from 1 to 2: 2 is used."),
        ({"neurons": "1,3"}, "neurons", (0, 1), "neurons must be two different ones, each a whole number from 1 to 2"),
        ({"neurons": "1,1"}, "neurons", (0, 1), "neurons must be two different ones"),
        ({"scales": "0,1", "run": "none"}, "scales", (1e-9, 1.0), "scale 1 = 0.0 is not a number from 1·10⁻⁹ to 100"),
        ({"scales": "1,2,3", "run": "none"}, "scales", (1.0, 2.0), "3 scales are more than 2: the first 2 are used."),
        ({"scales": "1,x"}, "scales", (), "scales holds “x”, which is not a number."),
        ({"scales": "1", "starts": "3"}, "starts", 0, "The runs of the two scales are filmed: there are no others."),
        ({"scales": "1", "run": "gd:0.02:1"}, "runs", (), "filmed: there are no others."),
        ({"scales": "1", "m": "5000"}, "m", 1000, "m = “5000” is not a whole number from 1 to 1000: 1000 is used."),
        ({"init": "zero"}, "init", "balanced", "init = “zero” is not one of balanced, uniform, normal, pytorch"),
        ({"large": "yes"}, "large", False, "large = “yes” is not 0 or 1"),
        ({"x": "1,nan"}, "x", (-1.0, 1.0), "x holds “nan”, which is not a number."),
        ({"x": "1e308,0"}, "x", (1e15, 0.0), "x holds 1·10³⁰⁸"),
        ({"x": "1e-95,0"}, "x", (0.0, 0.0), "and 0 or at least 1·10⁻¹⁵ in size: 0 is used."),
        ({"x": "1e308,-1e308"}, "x", (1e15, -1e15), "in size: 1·10¹⁵ is used, and the nearest for 1 other."),
        ({"run": "gd:1:-1e60"}, "runs", (Run("gd", ((0, 1.0),), (-1e50,)),), "w of run 1 holds −1·10⁶⁰"),
        ({"x": ""}, "x", (-1.0, 1.0), "x must hold 1 number for each of the 2 labels"),
        ({"x": "1,2,3"}, "x", (-1.0, 1.0), "x must hold 1 number for each of the 2 labels, 2 in all, but holds 3."),
        ({"x": ",".join("1" * 40), "y": ",".join("1" * 40)}, "y", (1.0, 2.0), "x and y hold 80 numbers, more than"),
        ({"run": ""}, "runs", Training().runs, "No run is left"),
        ({"run": "gd:0.02"}, "runs", Training().runs, "run 1 = “gd:0.02” is not method, step and weights"),
        ({"run": "sgd:0.02:1"}, "runs", Training().runs, "method must be one of gd, momentum, adam, but was “sgd”."),
        ({"run": "gd:0.02:1,x"}, "runs", Training().runs, "w of run 1 holds “x”"),
        ({"run": "gd:0.02~0.1@0:1"}, "runs", Training().runs, "step must begin at 0 and go on increasing"),
        ({"run": "gd:0.02@5:1"}, "runs", Training().runs, "step must begin at 0"),
        ({"run": "gd:9e99:1"}, "runs", (Run("gd", ((0, 1e60),), (1.0,)),), "step of run 1 = “9e99”"),
        ({"run": ["nonsense", "gd:1:2"]}, "runs", (Run("gd", ((0, 1.0),), (2.0,)),), "run 1 = “nonsense”"),
    ],
)
def test_an_impossible_value_is_clamped_or_refused_by_name_and_the_rest_still_works(query, field, kept, named):
    scenario, notes = read_query({"surface": "both", **query})
    record = next(r for r in (scenario.data, scenario.training, scenario.view) if hasattr(r, field))
    assert getattr(record, field) == kept
    assert any(named in note for note in notes), notes
    assert scenario.view.surface == "both"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"x": "-1,0.5"}, "y is missing beside x: 1, 2 are used, the poster's."),
        ({"y": "3,4"}, "x is missing beside y: −1, 1 are used, the poster's."),
    ],
)
def test_coordinates_or_labels_that_a_link_lacks_are_said(query, said):
    scenario, notes = read_query(query)
    assert notes == (said,)
    assert (scenario.data.x, scenario.data.y) == (
        (-1, 0.5) if "x" in query else (-1, 1),
        (3, 4) if "y" in query else (1, 2),
    )


def test_of_a_key_that_stands_twice_the_last_value_is_used_and_said_where_they_differ():
    scenario, notes = read_query(parse_qs("m=2&m=5&layer=trained&layer=trained"))
    assert (scenario.training.m, scenario.training.layer) == (5, "trained")
    assert notes == ("m stands 2 times in the link: the last, “5”, is used.",)


def test_unknown_keys_are_ignored_without_a_word():
    assert read_query({"utm_source": "x" * 10**5, "embed": "true", "": "", "X": "9"}) == (DEFAULT, ())


def test_a_value_of_100_000_characters_is_not_read():
    for key in ("x", "y", "m", "run", "layer", "neurons", "window"):
        scenario, notes = read_query({key: "1," * 50_000})
        assert scenario == (DEFAULT if key != "run" else DEFAULT.changed(runs=scenario.training.runs))
        assert notes[0] == f"{key} is 100000 characters long, more than 8192: it is ignored."


def test_of_thousands_of_runs_the_first_twelve_are_used():
    scenario, notes = read_query({"run": [f"gd:0.02:{k}" for k in range(5000)]})
    assert [run.w for run in scenario.training.runs] == [(float(k),) for k in range(12)]
    assert notes == ("5000 runs are more than 12: the first 12 are used.",)


NO_NUMBERS = ["nan", "inf", "-inf", "1e308", "1e400", "-1", "٣", "²", "1_0", " 1", "0x10", "9" * 500, "1" * 9000]
NO_RUNS = ["none", ",", "1,2,", ":::", "gd::", "gd:0.02:1,2", "gd:1@x:1", "gd:1~~:1", "adam:1:1;", "momentum:0.1@0:;"]
MARKUP = ["<img src=x onerror=alert(1)>", "[a](http://b)", "$x$", "`y`", "\u202e", "\0", "a" * 9000]
hostile_text = st.one_of(
    st.text(max_size=30),
    st.sampled_from([*NO_NUMBERS, *NO_RUNS, *MARKUP]),
    numbers.map(str),
    st.lists(st.floats().map(str), max_size=70).map(",".join),
)
hostile_value = st.one_of(hostile_text, st.lists(hostile_text, max_size=20), st.none(), st.integers(), st.floats())
keys = st.sampled_from([*KEYS, "other"])


@given(st.dictionaries(keys, hostile_value))
def test_whatever_a_link_says_the_scenario_is_valid_and_the_notes_harmless(query):
    scenario, notes = read_query(query)
    check_usable(scenario, notes)
    assert read_query(scenario.to_query()) == (scenario, ())


@given(scenarios().flatmap(lambda scenario: mutated(scenario.to_query())))
@example({"x": "0", "y": "0", "run": ["gd:auto:", "gd:0~.02:"]})
def test_a_link_that_was_damaged_still_opens_as_a_valid_scenario(query):
    scenario, notes = read_query(query)
    check_usable(scenario, notes)
    assert read_query(scenario.to_query()) == (scenario, ())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | hostile_text,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["method", "step", "w", "alpha"]), inner)
    ),
    max_leaves=12,
)


@given(st.dictionaries(keys, json_values))
def test_whatever_a_file_says_the_scenario_is_valid_and_the_notes_harmless(document):
    scenario, notes = read_json(json.dumps(document))
    check_usable(scenario, notes)
    assert read_json(scenario.to_json()) == (scenario, ())


def check_usable(scenario: Scenario, notes: tuple[str, ...]) -> None:
    rebuilt = Scenario(
        replace(scenario.data),
        replace(scenario.training, runs=tuple(map(replace, scenario.training.runs))),
        scenario.view,
    )
    assert rebuilt == scenario
    assert len(scenario.starts()) == len(scenario.training.runs) + scenario.training.starts
    i, j = scenario.shown_neurons
    assert 0 <= i < scenario.training.m
    assert 0 <= j < scenario.training.m
    for note in notes:
        assert note.endswith(".")
        assert len(note) < 300
        assert note.isprintable()
        assert not set(note) & set("<>[]`$*_\\&|{}#!")


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[1]", "3", "[" * 100_000, '{"m": ' + "9" * 5000 + "}", " " * 5_000_000]
)
def test_a_file_that_is_no_saved_state_is_refused_in_one_sentence(text):
    with pytest.raises(ValueError, match=r"^The file must [^\n]{1,120}\.$"):
        Scenario.from_json(text)


def test_json_numbers_that_are_none_are_refused():
    scenario, notes = read_json('{"x": [NaN, 1], "step": Infinity, "m": true, "seed": 1.5}')
    assert scenario == DEFAULT.changed(step=1e60)
    assert len(notes) == 5


# Caps


@pytest.mark.parametrize(
    "values",
    [
        {"steps": 20_000, "starts": 60, "m": 200},
        {"steps": 20_000, "m": 200, "starts": 60, "runs": (Run(),) * 12},
        {"steps": 20_000, "m": 200, "runs": (Run(),) * 12, "x": (1.0,) * 50_000, "y": (1.0,) * 5000, "features": 10},
        {"starts": 60, "m": 200, "runs": (Run(),) * 12, "x": (1.0,) * 50_000, "y": (1.0,) * 5000, "features": 10},
    ],
)
def test_too_much_work_is_a_value_error_here_and_fewer_steps_through_a_file(values):
    with pytest.raises(ValueError, match="steps × runs × neurons must be at most 5·10⁶"):
        DEFAULT.changed(**values)
    named = {"run": [{"method": "gd", "step": 0.02}] * 12 if "runs" in values else [{"method": "gd", "step": 0.02}] * 2}
    named.update({key: value for key, value in values.items() if key != "runs"})
    scenario, notes = read_json(json.dumps(named))
    training, data = scenario.training, scenario.data
    work = training.steps * (training.starts + len(training.runs)) * training.m
    assert training.steps >= 1
    assert work <= limits.NEURON_STEPS
    assert work * data.n * data.d <= limits.WORK
    assert notes[-1].startswith("That many steps, runs and neurons would keep others waiting: ")
    assert f"{training.steps} steps are used." in notes[-1]


@given(st.integers(1, 20_000), st.integers(0, 60), st.integers(0, 12), st.integers(1, 200), st.integers(1, 55_000))
def test_the_budget_is_kept_and_used(steps, starts, runs, m, size):
    kept, drawn = limits.within_budget(steps, starts, runs, m, size)
    work = kept * (drawn + runs) * m
    assert 1 <= kept <= steps
    assert 0 <= drawn <= starts
    assert work <= limits.NEURON_STEPS
    assert work * size <= limits.WORK
    if kept < steps:
        more = (kept + 1) * (drawn + runs) * m
        assert more > limits.NEURON_STEPS or more * size > limits.WORK


def test_a_film_may_take_what_one_run_may_and_a_longer_one_is_cut_in_a_link():
    assert limits.FILM_WORK == MAX_WORK
    ten = DEFAULT.changed(x=(1.0,) * 10, y=(1.0,) * 10)
    assert replace(ten, training=FILMED).training.steps == 100_000
    eleven = {"x": ",".join("1" * 11), "y": ",".join("1" * 11), "m": "1000", "steps": "100000", "scales": "1"}
    scenario, notes = read_query(eleven)
    assert scenario.training.steps == 90909
    assert notes == ("That many steps, runs and neurons would keep others waiting: 90909 steps are used.",)


# Constructors


def of(build: Any, **fields: Any) -> Any:
    """A call to make later, whatever the types of its arguments."""
    return lambda: build(**fields)


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (
            of(Data, x=(math.nan, 1.0)),
            r"x must be a number from −1·10¹⁵ to 1·10¹⁵, and 0 or at least 1·10⁻¹⁵ in size, but was nan\.",
        ),
        (of(Data, y=(math.inf, 1.0)), r"y must be a number .* but was inf\."),
        (of(Data, x=(), y=()), r"y must hold 1 to 5000 labels, but holds 0\."),
        (of(Data, x=(1.0,)), r"x must hold 1 number for each of the 2 labels, 2 in all, but holds 1\."),
        (of(Data, x="12"), r"x must be a sequence of numbers, but was “12”\."),
        (of(Data, x=3.0), r"x must be a sequence of numbers, but was 3\.0\."),
        (of(Data, bias=1), r"bias must be True or False, but was 1\."),
        (of(Data, features=0), r"features must be a whole number from 1 to 30, but was 0\."),
        (of(Training, m=0), r"m must be a whole number from 1 to 200, but was 0\."),
        (of(Training, m=2.5), r"m must be a whole number from 1 to 200, but was 2\.5\."),
        (of(Training, m=True), r"m must be a whole number from 1 to 200, but was True\."),
        (of(Training, m="2"), r"m must be a whole number from 1 to 200, but was “2”\."),
        (of(Training, steps=10**9), r"steps must be a whole number from 1 to 20000, but was 1000000000\."),
        (of(Training, seed=10**5000), r"seed must be a whole number from 0 to 2147483647, but was a int"),
        (of(Training, layer="trained", lam=-0.1), r"lam must be a number from 0 to 1\.5, but was -0\.1\."),
        (of(Training, lam=0.1), r"lam must be 0 while layer is ones, but was 0\.1\."),
        (of(Training, layer=["ones"]), r"layer must be one of ones, trained, but was a list of 1\."),
        (of(Training, step=1e308), r"step must be a number from 1·10⁻⁷⁵ to 1·10⁶⁰, but was 1e\+308\."),
        (of(Training, runs=(Run(),) * 13), r"runs must hold at most 12 runs, but holds 13\."),
        (of(Training, runs=("gd",)), r"runs must be a sequence of Run, but was a list of 1\."),
        (of(Run, method="sgd"), r"method must be one of gd, momentum, adam, but was “sgd”\."),
        (of(Run, step=()), r"step must be 1 to 20 pairs \(from, step size\), but was 0 pieces\."),
        (
            of(Run, step=((0, 0.1), (0, 0.2))),
            r"step must begin at 0 and go on increasing, but begins .* 0, 0\.",
        ),
        (of(Run, step=((0, -0.1),)), r"step must be a number from 1·10⁻⁷⁵ to 1·10⁶⁰, but was -0\.1\."),
        (of(Run, w=(0.0,) * 6201), r"w must hold at most 6200 weights, but holds 6201\."),
        (of(View, window=0.0), r"window must be a number from 1·10⁻⁶⁰ to 1·10⁶⁰, but was 0\.0\."),
        (of(View, neurons=(1, 1)), r"neurons must be two different neurons"),
        (of(View, at=-1), r"at must be a whole number from 0 to 100000, but was -1\."),
        (of(Training, runs=(), scales=(1.0, 2.0, 3.0)), r"scales must hold at most 2 scales, but holds 3\."),
        (of(Training, runs=(), scales=(0.0,)), r"scales must be a number from 1·10⁻⁹ to 100, but was 0\.0\."),
        (of(Training, scales=(1.0,)), r"runs and starts must be none while scales are filmed\."),
        (of(Training, runs=(), starts=1, scales=(1.0,)), r"runs and starts must be none while scales are filmed\."),
        (of(Training, runs=(), scales=(1.0,), m=1001), r"m must be a whole number from 1 to 1000, but was 1001\."),
        (of(Training, init="zero"), r"init must be one of balanced, uniform, normal, pytorch, but was “zero”\."),
        (
            of(Scenario, data=Data(x=(1.0,) * 11, y=(1.0,) * 11), training=FILMED),
            r"points of a film must be at most 1·10⁹",
        ),
        (of(Scenario, data=Training()), r"data must be a Data, but was a Training\."),
        (of(DEFAULT.changed, mm=3), r"a scenario has no field “mm”\."),
    ],
)
def test_a_constructor_refuses_by_argument_rule_and_value(build, sentence):
    with pytest.raises(ValueError, match=sentence):
        build()


# Records as keys


def test_equal_fields_of_two_records_are_two_cache_keys():
    from streamlit.runtime.caching.cache_type import CacheType
    from streamlit.runtime.caching.hashing import update_hash

    def key(record):
        hasher = hashlib.md5(usedforsecurity=False)
        update_hash(record, hasher, CacheType.DATA, None)
        return hasher.hexdigest()

    records: list[Any] = [Data(), Run(), Training(), View(), Scenario()]
    assert len({record.tag for record in records}) == len(records)
    assert len({key(record) for record in records}) == len(records)
    assert key(Data()) == key(of(Data, x=[-1, 1], y=np.array([1, 2]))())
    assert key(Data(x=(-1.0, 1.0))) != key(Data(x=(-2.0, 1.0)))


def test_zero_has_one_sign_and_numbers_one_type():
    assert str(Data(x=(-0.0, 1)).x) == "(0.0, 1.0)"
    assert of(Data, x=np.array([0, 1], dtype=np.float32))() == Data(x=(0.0, 1.0))
    assert hash(DEFAULT.changed(m=np.int64(3))) == hash(DEFAULT.changed(m=3.0))
    assert isinstance(DEFAULT.changed(m=3.0).training.m, int)


# Starts


@given(scenarios(), st.integers(0, 2**31 - 1))
def test_starts_are_the_same_every_time_and_fit_the_problem(scenario, seed):
    scenario = scenario.changed(seed=seed, lam=0.0)
    problem = scenario.problem()
    for (run, start), (_, again) in zip(scenario.starts(), scenario.starts(), strict=True):
        assert np.array_equal(start.W, again.W)
        assert np.array_equal(start.alpha, again.alpha)
        assert start.W.shape == (problem.d, scenario.training.m)
        assert np.isfinite(objective(problem, start))
        assert run.method in ("gd", "momentum", "adam")


@given(scenarios(filmed=False))
def test_more_starts_or_more_neurons_change_none_already_seen(scenario):
    scenario = scenario.changed(steps=1)
    more = scenario.changed(starts=scenario.training.starts + 5).starts()
    for (_, start), (_, again) in zip(scenario.starts(), more, strict=False):
        assert np.array_equal(start.W, again.W)
        assert np.array_equal(start.alpha, again.alpha)
    m = scenario.training.m
    wider = scenario.changed(m=m + 3, runs=()).starts()
    for (_, start), (_, again) in zip(scenario.changed(runs=()).starts(), wider, strict=True):
        assert np.array_equal(start.W, again.W[:, :m])
        assert np.array_equal(start.alpha, again.alpha[:m])


@given(scenarios(filmed=False))
def test_a_random_start_can_be_pinned_as_an_explicit_run(scenario):
    scenario = scenario.changed(steps=1, starts=2, runs=())
    drawn = scenario.starts()
    pinned = scenario.changed(starts=0, runs=tuple(run for run, _ in drawn)).starts()
    for (_, start), (_, again) in zip(drawn, pinned, strict=True):
        assert np.array_equal(start.W, again.W)
        assert np.array_equal(start.alpha, again.alpha)


def test_explicit_weights_are_kept_the_open_neurons_drawn_and_the_surplus_dropped():
    scenario = DEFAULT.changed(m=4, layer="trained", runs=(Run(w=(1.5, 0.5), alpha=(-2.0,)), Run(w=(9.0,) * 7)))
    (_, open_), (_, full) = scenario.starts()
    assert open_.W[0, :2].tolist() == [1.5, 0.5]
    assert open_.alpha[:2].tolist() == [-2.0, 1.0]
    assert np.array_equal(np.abs(open_.alpha[2:]), np.abs(open_.W[0, 2:]))
    assert full.W.tolist() == [[9.0] * 4]
    assert full.alpha.tolist() == [1.0] * 4
    with_bias = DEFAULT.changed(bias=True, runs=(Run(w=(1.0, 2.0, 3.0, 4.0)),))
    assert with_bias.starts()[0][1].W.tolist() == [[1.0, 3.0], [2.0, 4.0]]


def test_random_starts_have_the_scale_and_balance_they_state():
    scenario = DEFAULT.changed(m=200, layer="trained", starts=60, scale=0.3, steps=1, bias=True)
    nets = [start for _, start in scenario.starts()[2:]]
    W, alpha = np.stack([net.W for net in nets]), np.stack([net.alpha for net in nets])
    assert W.std() == pytest.approx(0.3, rel=0.03)
    assert W.mean() == pytest.approx(0.0, abs=0.01)
    assert np.mean(alpha > 0) == pytest.approx(0.5, abs=0.02)
    assert np.allclose(np.abs(alpha), np.linalg.norm(W, axis=1), rtol=1e-14, atol=0)
    assert not np.array_equal(
        nets[0].W, DEFAULT.changed(m=200, bias=True, starts=1, seed=1, scale=0.3).starts()[2][1].W
    )


def test_lambda_is_a_fraction_of_lambda_max():
    scenario = DEFAULT.changed(layer="trained", lam=0.25)
    assert scenario.problem().lam == 0.25 * lambda_max(scenario.changed(lam=0.0).problem())
    # One point a side: support(y) = max(|x₁ y₁|, |x₂ y₂|).
    assert scenario.problem().lam == pytest.approx(0.25 * 2.0)
    assert DEFAULT.changed(layer="trained", lam=0.5, y=(0.0, 0.0)).problem().lam == 0.0


def test_changed_finds_the_record_and_the_fixed_layer_takes_lambda_with_it():
    trained = DEFAULT.changed(layer="trained", lam=0.5, window=3.0, y=(1.0, 5.0))
    assert (trained.training.lam, trained.view.window, trained.data.y) == (0.5, 3.0, (1.0, 5.0))
    assert trained.changed(layer="ones").training.lam == 0.0


def test_a_view_of_what_is_gone_falls_back_to_what_is_there():
    scenario = DEFAULT.changed(m=5, neurons=(3, 4), selected=1)
    assert scenario.shown_neurons == (3, 4)
    assert scenario.changed(m=4).shown_neurons == (0, 1)
    assert scenario.changed(m=1).shown_neurons == (0, 0)
    assert scenario.changed(runs=(Run(),)).shown_run == 0
    assert scenario.changed(runs=()).shown_run == 0


def test_urlencode_and_hand_written_links_agree():
    hand = "x=-1,1&y=1,2&m=2&run=gd:0.02:1.5,0.5&run=momentum:0.005:3,-0.5&steps=300"
    scenario, notes = read_query(parse_qs(hand))
    assert notes == ()
    assert parse_qs(urlencode(scenario.to_query(), doseq=True)) == parse_qs(hand)
