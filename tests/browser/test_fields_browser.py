"""Number fields in a real browser: what is typed, emptied or stepped by arrow keys, and what is refused."""

import pytest
from on_stage import drawn, redrawn, times_drawn
from playwright.sync_api import Page, expect


def field(page: Page, label: str):
    return page.get_by_role("spinbutton", name=label, exact=True)


def key_in(page: Page, label: str, text: str) -> None:
    """Type as a visitor does: key by key into the emptied field, then Enter."""
    number = field(page, label)
    number.click()
    number.press("ControlOrMeta+a")
    number.press("Delete")
    number.press_sequentially(text)
    number.press("Enter")


@pytest.mark.parametrize(("text", "shown"), [("-0,8", "-0.8"), ("−3", "-3"), ("1e3", "1000"), ("0.25", "0.25")])
def test_a_typed_number_is_read_as_it_is_written(open_page, text, shown):
    page = drawn(open_page("/?x=-1,1&y=1,2"))
    before = times_drawn(page)
    key_in(page, "x₁", text)
    expect(field(page, "x₁")).to_have_value(shown)
    redrawn(page, before)
    assert f"x={shown}," in page.url.replace("%2C", ",")


@pytest.mark.parametrize(
    ("label", "value"), [("x₁", "-0.8"), ("Step size", "0.02"), ("Neurons m", "2"), ("Steps", "300")]
)
def test_an_emptied_field_keeps_its_value(open_page, label, value):
    page = drawn(open_page("/?x=-0.8,1&y=1,2&steps=300"))
    url = page.url
    key_in(page, label, "")
    expect(field(page, label)).to_have_value(value)
    field(page, label).fill("")
    field(page, label).blur()
    expect(field(page, label)).to_have_value(value)
    assert page.url == url


@pytest.mark.parametrize(
    ("label", "text", "sentence", "value"),
    [
        ("x₁", "abc", "but “abc” was typed: it stays −0.8.", "-0.8"),
        ("Neurons m", "500", "Neurons m must be a whole number from 1 to 200, but “500” was typed: it stays 2.", "2"),
        ("Regularisation λ / λₘₐₓ", "2", "but “2” was typed: it stays 0.1.", "0.1"),
    ],
)
def test_what_cannot_be_set_is_refused_in_a_sentence_and_the_value_stays(open_page, label, text, sentence, value):
    page = drawn(open_page("/?x=-0.8,1&y=1,2&layer=trained&lam=0.1"))
    key_in(page, label, text)
    expect(page.get_by_text(sentence)).to_be_visible()
    expect(field(page, label)).to_have_value(value)


@pytest.mark.parametrize(
    ("label", "keys", "value"),
    [("y₁", ["ArrowUp"], "1.1"), ("y₁", ["ArrowDown"] * 2, "0.89"), ("Neurons m", ["ArrowUp"] * 2, "4")],
)
def test_arrow_keys_step_a_number(open_page, label, keys, value):
    page = drawn(open_page("/?x=-1,1&y=1,2&m=2"))
    before = times_drawn(page)
    for key in keys:
        field(page, label).press(key)
    redrawn(page, before)
    expect(field(page, label)).to_have_value(value)


@pytest.mark.parametrize("path", ["/", "/convex_twin", "/dynamics", "/race", "/beyond"])
def test_a_phone_shows_a_keypad_for_every_number(open_page, path):
    page = open_page(path)
    sidebar = page.locator('section[data-testid="stSidebar"]')
    field_of_numbers = ".controls-number input[type=text]" if path == "/" else '[class*="-typed"] input'
    fields = sidebar.locator(field_of_numbers)
    expect(fields.first).to_be_visible()
    expect(sidebar.locator(f"{field_of_numbers}:not([inputmode])")).to_have_count(0)
    modes = fields.evaluate_all("(all) => all.map((field) => [field.getAttribute('aria-valuemin'), field.inputMode])")
    assert modes
    assert {mode for _, mode in modes} <= {"decimal", "numeric"}
    assert all(mode == "decimal" for low, mode in modes if float(low) < 0)
    expect(field(page, "Neurons m" if path != "/beyond" else "Points n")).to_have_attribute("inputmode", "numeric")
