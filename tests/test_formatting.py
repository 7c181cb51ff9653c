"""A number on the page reads as people write it, and reads back as the number it was."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, strategies as st

from landscape.formatting import counted, listed, short, subscript, written

BACK = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


def read_back(text: str) -> float:
    mantissa, times, power = text.translate(BACK).partition("·10")
    return float(mantissa) * 10.0 ** float(power) if times else float(mantissa)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.000"),
        (0.4528345, "0.4528"),
        (3e-9, "3·10⁻⁹"),
        (1.25e6, "1.25·10⁶"),
        (0.0, "0"),
        (-0.0, "0"),
        (-2.5, "−2.500"),
        (1e-3, "0.001000"),
        (9.9996e-4, "0.001000"),
        (9.99e-4, "9.99·10⁻⁴"),
        (0.99999, "1.000"),
        (9.99996, "10.00"),
        (12345.6, "12346"),
        (99999.0, "1·10⁵"),
        (99994.0, "99994"),
        (1e5, "1·10⁵"),
        (-1.234567e-15, "−1.235·10⁻¹⁵"),
        (5e-324, "4.941·10⁻³²⁴"),
        (1.7976931348623157e308, "1.798·10³⁰⁸"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "undefined"),
        (7, "7.000"),
    ],
)
def test_measured_numbers_keep_four_significant_digits(value, text):
    assert written(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.5, "1.5"),
        (-0.5, "−0.5"),
        (2.0, "2"),
        (100.0, "100"),
        (20000, "20000"),
        (0.02, "0.02"),
        (1e-9, "1·10⁻⁹"),
        (1e6, "1·10⁶"),
        (0.0, "0"),
        (1 / 3, "0.3333"),
    ],
)
def test_labels_carry_no_trailing_zeros(value, text):
    assert short(value) == text


@given(st.floats(min_value=-1e300, max_value=1e300), st.integers(1, 9))
def test_text_reads_back_within_half_a_unit_of_its_last_digit(value, digits):
    # Below the smallest normal number a double itself holds fewer digits than the text.
    assume(value == 0 or abs(value) >= 1e-300)
    for text in (written(value, digits), short(value, digits)):
        assert abs(read_back(text) - value) <= 0.5001 * 10.0 ** (1 - digits) * abs(value)


@given(st.floats(allow_nan=False))
def test_a_number_is_written_as_0_only_when_it_is_0(value):
    assert (written(value) == "0") == (value == 0)
    assert (short(value) == "0") == (value == 0)


@given(st.floats())
def test_no_computer_notation_reaches_the_reader(value):
    for text in (written(value), short(value)):
        assert "-" not in text
        assert text == "undefined" or "e" not in text


def test_counts_agree_with_their_noun_and_indices_sit_low():
    assert [counted(k, "neuron") for k in (0, 1, 2)] == ["0 neurons", "1 neuron", "2 neurons"]
    assert "x" + subscript(12) == "x₁₂"


def test_words_are_listed_with_one_conjunction_before_the_last():
    assert [listed("abc"[:k]) for k in (1, 2, 3)] == ["a", "a and b", "a, b and c"]
    assert listed(["x = 1", "x = 2"], "or") == "x = 1 or x = 2"
    with pytest.raises(ValueError, match="empty"):
        listed([])
