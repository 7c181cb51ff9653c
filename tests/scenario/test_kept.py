"""A scenario too large for a link opens from its parts as it was, or says that they are gone."""

from urllib.parse import urlencode

import numpy as np
import pytest
from hypothesis import given, strategies as st

from landscape.scenario import Data, Run, Scenario, Training, read_query
from landscape.scenario.kept import KEPT, kept_values, key_of, query_in_parts
from landscape.scenario.limits import LINK_LENGTH, MAX_POINTS, NUMBER

NUMBERS = st.floats(NUMBER.low, NUMBER.high).map(NUMBER.clamp)


def reopened(scenario: Scenario) -> tuple[Scenario, tuple[str, ...]]:
    """Return what the link of a scenario and its documents open as."""
    query, documents = query_in_parts(scenario)
    assert len(urlencode(query, doseq=True)) <= LINK_LENGTH
    found = {key_of(document): document for document in documents}
    return read_query(query, kept_values(query.get(KEPT, ()), found.get))


@given(st.data())
def test_parts_and_link_open_as_exactly_the_scenario(data):
    features, n = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 80))
    x = data.draw(st.lists(NUMBERS, min_size=n * features, max_size=n * features))
    y = data.draw(st.lists(NUMBERS, min_size=n, max_size=n))
    points = Data(tuple(x), tuple(y), features, data.draw(st.booleans()))
    m = data.draw(st.integers(1, 5))
    training = Training(m=m, layer="trained", lam=data.draw(st.floats(0, 1.5)), seed=data.draw(st.integers(0, 99)))
    assert reopened(Scenario(points, training)) == (Scenario(points, training), ())


def test_the_largest_data_and_runs_of_many_weights_open_as_they_were():
    draw = np.random.default_rng(0)
    points = Data(tuple(draw.normal(size=10 * MAX_POINTS)), tuple(draw.normal(size=MAX_POINTS)), 10, bias=True)
    runs = tuple(Run(w=tuple(draw.normal(size=11 * 200)), alpha=tuple(draw.normal(size=200))) for _ in range(3))
    scenario = Scenario(points, Training(m=200, layer="trained", steps=2, runs=runs))
    assert reopened(scenario) == (scenario, ())
    assert len(query_in_parts(scenario)[1]) == 2


def test_what_fits_a_link_keeps_nothing():
    assert query_in_parts(Scenario()) == (Scenario().to_query(), ())


@pytest.mark.parametrize("document", [None, "", "[]", "7", "{" * 9000, "{"])
def test_a_part_that_is_gone_or_damaged_is_said_in_a_sentence(document):
    with pytest.raises(ValueError, match=r"^The data of this link are (no longer kept|damaged).*\.$"):
        kept_values(["a" * 20], lambda key: document)


def test_a_part_with_impossible_values_is_repaired_as_a_link_is():
    values = kept_values(["k"], lambda key: '{"x": [1, "<b>"], "y": [1, 2], "run": [7]}')
    scenario, notes = read_query({"m": "3"}, values)
    assert scenario.data == Data()
    assert scenario.training.m == 3
    assert not any("<" in sentence for sentence in notes)
    assert len(notes) >= 2
