"""A number that is typed counts as people write it; what is none, or cannot be set, leaves the value and says why."""

import pytest
from hypothesis import given, strategies as st
from streamlit.testing.v1 import AppTest
from typed_numbers import AS_PEOPLE_WRITE
from visit import opened

from landscape.model.written_numbers import typed_number
from landscape.web.shared.number_field import typed_text


def fields():
    """Draw four fields of a state that the session keeps, and what is said of them."""
    import streamlit as st

    from landscape.scenario import limits
    from landscape.web.notes import show_notes
    from landscape.web.shared.number_field import number_field

    show_notes()
    state = st.session_state["state"]
    ranges = {"x": limits.NUMBER, "m": limits.NEURONS, "steps": limits.STEPS, "step": limits.STEP}
    labels = {"x": "x₁", "m": "Neurons m", "steps": "Steps", "step": "Step size"}
    for name, allowed in ranges.items():

        def commit(new, name=name):
            state[name] = new

        number_field(labels[name], state[name], allowed, commit, key=f"{name} typed")


def drawn() -> AppTest:
    page = AppTest.from_function(fields)
    page.session_state["state"] = {"x": -0.8, "m": 2, "steps": 500, "step": 0.02}
    return page.run()


def typed(page, key, text):
    page.text_input(key=key).set_value(text).run()
    assert not page.exception
    return page.text_input(key=key).value, [note.value for note in page.text]


@pytest.mark.parametrize(("text", "value", "shown"), AS_PEOPLE_WRITE)
def test_a_number_is_read_as_people_write_it(text, value, shown):
    page = drawn()
    assert typed(page, "x typed", text) == (shown, [])
    assert page.session_state["state"]["x"] == value


@pytest.mark.parametrize("text", ["", "   ", None])
def test_an_emptied_field_keeps_its_value(text):
    page = drawn()
    before = dict(page.session_state["state"])
    assert typed(page, "x typed", text or "") == ("-0.8", [])
    assert page.session_state["state"] == before


@pytest.mark.parametrize(
    ("key", "text", "sentence", "stays"),
    [
        ("x typed", "abc", "x₁ must be a number from", "-0.8"),
        ("x typed", "-", "but “-” was typed: it stays −0.8.", "-0.8"),
        ("x typed", "1e999", "but “1e999” was typed: it stays −0.8.", "-0.8"),
        ("x typed", "nan", "but “nan” was typed: it stays −0.8.", "-0.8"),
        ("x typed", "1,2,3", "but “1,2,3” was typed: it stays −0.8.", "-0.8"),
        ("x typed", "<b>" * 50, "“<b><b><b><b><b><b><b><b><b><b><b><b><b>…” was typed", "-0.8"),
        ("m typed", "0", "Neurons m must be a whole number from 1 to 200, but “0” was typed: it stays 2.", "2"),
        ("m typed", "2.5", "Neurons m must be a whole number from 1 to 200, but “2.5” was typed: it stays 2.", "2"),
        ("m typed", "2,000", "Neurons m must be a whole number from 1 to 200, but “2,000” was typed: it stays 2.", "2"),
        ("step typed", "-0,1", "Step size must be a number from", "0.02"),
    ],
)
def test_what_cannot_be_set_is_refused_in_a_sentence(key, text, sentence, stays):
    page = drawn()
    before = dict(page.session_state["state"])
    shown, notes = typed(page, key, text)
    assert shown == stays
    assert sentence in "".join(notes)
    assert page.session_state["state"] == before


@pytest.mark.parametrize("path", [f"pages/{n}.py" for n in ("convex_twin", "dynamics", "race", "beyond")])
def test_every_number_field_of_every_page_can_be_emptied_and_holds_its_value(path):
    page = opened(path)
    keys = [field.key for field in page.text_input if field.key.endswith(" typed")]
    assert len(keys) >= 3
    for key in keys:
        value = page.text_input(key=key).value
        assert typed(page, key, "")[0] == value
        shown, notes = typed(page, key, "much")
        assert shown == value
        assert "but “much” was typed: it stays" in "".join(notes)


def test_thousands_in_a_whole_number_are_groups():
    page = drawn()
    assert typed(page, "steps typed", "1,500") == ("1500", [])
    assert typed(page, "steps typed", "2.000") == ("2000", [])
    assert typed(page, "steps typed", "1e3") == ("1000", [])


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_a_field_shows_is_read_as_the_same_number(value):
    text = typed_text(value)
    assert typed_number(text) == float(f"{value:.6g}")
    assert typed_text(typed_number(text)) == text
