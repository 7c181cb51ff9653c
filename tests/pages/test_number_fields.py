"""A number that is typed counts as people write it; what is none, or cannot be set, leaves the value and says why."""

import pytest
from hypothesis import given, strategies as st
from visit import opened

from landscape.model.written_numbers import typed_number
from landscape.web.session import state_key
from landscape.web.shared.number_field import typed_text


def typed(page, key, text):
    page.text_input(key=key).set_value(text).run()
    assert not page.exception
    return page.text_input(key=key).value, [note.value for note in page.text]


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("-0,8", -0.8, "-0.8"),
        ("−3", -3.0, "-3"),
        ("–3", -3.0, "-3"),
        ("1e3", 1000.0, "1000"),
        (" 2.50 ", 2.5, "2.5"),
        ("1.234,5", 1234.5, "1234.5"),
        ("1,234.5", 1234.5, "1234.5"),
        (",5", 0.5, "0.5"),
        ("+4", 4.0, "4"),
        ("-0", 0.0, "0"),
        ("1e-7", 1e-7, "1e-7"),
        ("0.000012", 1.2e-5, "0.000012"),
    ],
)
def test_a_number_is_read_as_people_write_it(text, value, shown):
    page = opened(x="-1,1", y="1,2")
    assert typed(page, "y0 typed", text) == (shown, [])
    assert page.session_state[state_key("landscape")].data.y == (value, 2.0)


@pytest.mark.parametrize("text", ["", "   ", None])
def test_an_emptied_field_keeps_its_value(text):
    page = opened(x="-0.8,1", y="1,2")
    before = page.session_state[state_key("landscape")]
    assert typed(page, "x0 typed", text or "") == ("-0.8", [])
    assert page.session_state[state_key("landscape")] == before


@pytest.mark.parametrize(
    ("key", "text", "sentence", "stays"),
    [
        ("x0 typed", "abc", "x₁ must be a number from", "-0.8"),
        ("x0 typed", "-", "but “-” was typed: it stays −0.8.", "-0.8"),
        ("x0 typed", "1e999", "but “1e999” was typed: it stays −0.8.", "-0.8"),
        ("x0 typed", "nan", "but “nan” was typed: it stays −0.8.", "-0.8"),
        ("x0 typed", "1,2,3", "but “1,2,3” was typed: it stays −0.8.", "-0.8"),
        ("x0 typed", "<b>" * 50, "“<b><b><b><b><b><b><b><b><b><b><b><b><b>…” was typed", "-0.8"),
        ("m typed", "0", "Neurons m must be a whole number from 1 to 200, but “0” was typed: it stays 2.", "2"),
        ("m typed", "2.5", "Neurons m must be a whole number from 1 to 200, but “2.5” was typed: it stays 2.", "2"),
        ("m typed", "2,000", "Neurons m must be a whole number from 1 to 200, but “2,000” was typed: it stays 2.", "2"),
        ("step typed", "-0,1", "Step size must be a number from", "0.02"),
    ],
)
def test_what_cannot_be_set_is_refused_in_a_sentence(key, text, sentence, stays):
    page = opened(x="-0.8,1", y="1,2", step="0.02")
    before = page.session_state[state_key("landscape")]
    shown, notes = typed(page, key, text)
    assert shown == stays
    assert sentence in "".join(notes)
    assert page.session_state[state_key("landscape")] == before


@pytest.mark.parametrize(
    "path", ["front.py", *(f"pages/{n}.py" for n in ("convex_twin", "dynamics", "race", "beyond"))]
)
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
    page = opened()
    assert typed(page, "steps typed", "1,500") == ("1500", [])
    assert typed(page, "steps typed", "2.000") == ("2000", [])
    assert typed(page, "steps typed", "1e3") == ("1000", [])


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_a_field_shows_is_read_as_the_same_number(value):
    text = typed_text(value)
    assert typed_number(text) == float(f"{value:.6g}")
    assert typed_text(typed_number(text)) == text
