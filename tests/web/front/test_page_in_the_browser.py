"""Around its stage the page without a server writes what the app writes: typed numbers, and the leading line."""

import json

import numpy as np
import pytest
from javascript import SCRIPTS, answered, page_with

from landscape.model.written_numbers import as_written, typed_number
from landscape.scenario import Scenario
from landscape.web.front.lead import lead_of
from landscape.web.shared.number_field import typed_text
from landscape.web.shared.scenario_controls import OPTIMISERS


@pytest.fixture(scope="module")
def ask(browser):
    """Answer a list of cases by the same lines of JavaScript; ``module`` and ``c`` are in scope."""
    with page_with(browser, SCRIPTS) as page:
        yield lambda name, body, cases: json.loads(answered(page, name, body, cases))


def typed_texts() -> list[str]:
    rng = np.random.default_rng(0)
    signs = list("0123456789") * 2 + list(".,-+−–eEdD '’") + ["\xa0", "\u202f", " ", "x"]
    drawn = ["".join(rng.choice(signs, rng.integers(1, 9))) for _ in range(6000)]
    groups = [f"{whole:,}" for whole in rng.integers(0, 10**10, 300).tolist()]
    swapped = [text.replace(",", mark) for text in groups for mark in (",", ".", " ", "'")]
    decimals = [f"{text}{mark}{rng.integers(0, 999)}" for text in swapped for mark in (".", ",")]
    known = ["", " ", "1e5", "1.5d-3", "12,34,567", "2,190", "1.234", "−0,8", "–3", "1e999", "9" * 401, "٣"]
    return [*drawn, *swapped, *decimals, *known]


def test_typed_numbers_are_read_as_in_the_app(ask):
    cases = [[text, whole] for text in typed_texts() for whole in (False, True)]
    found = ask(
        "fields/typed_number", "const n = module.typedNumber(...c); return n === null ? null : String(n)", cases
    )
    for (text, whole), value in zip(cases, found, strict=True):
        expected = typed_number(text, whole=whole)
        assert (None if value is None else float(value.replace("Infinity", "inf"))) == expected, (text, whole)


def test_numbers_stand_in_fields_as_in_the_app(ask):
    rng = np.random.default_rng(1)
    spread = rng.choice([-1, 1], 3000) * 10.0 ** rng.uniform(-15, 16, 3000)
    short = rng.integers(-(10**6), 10**6, 2000) / 10.0 ** rng.integers(0, 9, 2000)
    values = [*spread.tolist(), *short.tolist(), 0.0, -0.0, 1e12, 999999999999.0, 1e-6, 9.999999e-7, 0.1 + 0.2]
    assert ask("fields/typed_number", "return module.typedText(c, false)", values) == [typed_text(v) for v in values]
    wholes = rng.integers(-(10**9), 10**9, 300).tolist()
    assert ask("fields/typed_number", "return module.typedText(c, true)", wholes) == [
        typed_text(v, whole=True) for v in wholes
    ]


def test_a_refused_text_is_repeated_as_in_the_app(ask):
    texts = [*typed_texts()[:500], "a" * 50, "tab\there", "zero\u200bwidth", "line\nbreak", "<b>bold</b>", "😀" * 45]
    assert ask("fields/typed_number", "return module.asWritten(c)", texts) == [as_written(text) for text in texts]


def test_the_leading_line_is_the_apps(ask):
    shown = [Scenario().changed(m=m, layer=layer) for m in (1, 2, 3, 10, 200) for layer in ("ones", "trained")]
    cases = [{"training": {"m": s.training.m, "layer": s.training.layer}} for s in shown]
    assert ask("alone/lead", "return module.leadOf(c)", cases) == [lead_of(s) for s in shown]


def test_optimisers_have_the_names_of_the_app():
    text = (SCRIPTS / "front" / "controls.js").read_text(encoding="utf-8")
    assert json.dumps([list(pair) for pair in OPTIMISERS]) in text
