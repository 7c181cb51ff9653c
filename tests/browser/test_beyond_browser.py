"""The page Beyond in a real browser: what is dragged is solved anew, and the numbers that are read agree."""

import re

import pytest
from on_stage import drawn, sentence, sentence_locator, taken
from playwright.sync_api import Page, expect

from landscape.web.beyond.settings import SETTINGS

NUMBER = r"−?\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"


def ready(page: Page) -> Page:
    """Wait until every answer is there and drawn."""
    page.wait_for_selector(".stage[data-drawn]")
    expect(page.locator(".stage-sentences")).not_to_contain_text("on the way")
    return drawn(page)


def drag(page: Page, name: str, right: float, down: float) -> None:
    """Drag a point, and wait until every answer to where it was let go is drawn.

    Until it is let go nothing is trained: sentences that differ from those before and lack no answer are the last ones.
    """
    before = page.locator(".stage-sentences").inner_text()
    x, y = taken(page, name)
    for share in (0.3, 0.7, 1.0):
        page.mouse.move(x + share * right, y + share * down)
    page.mouse.up()
    page.wait_for_function(
        """(before) => {
          const text = document.querySelector(".stage-sentences").innerText;
          return text !== before && !text.includes("on the way");
        }""",
        arg=before,
    )
    ready(page)


def choose(page: Page, setting: str) -> None:
    """Press a setting's name among the page's tabs: elsewhere it is a word that explains itself."""
    page.get_by_test_id("stButtonGroup").get_by_text(setting, exact=True).click()


def first_number(text: str) -> str:
    found = re.search(NUMBER, text.split(":", 1)[1])
    assert found
    return found.group()


@pytest.mark.parametrize("tab", ["vector", "norm", "layers"])
def test_dragging_a_label_changes_the_value_and_the_recovered_network_attains_it(open_page, tab):
    page = ready(open_page(f"/beyond?tab={tab}&starts=6"))
    before = first_number(sentence(page, "optimum"))
    drag(page, "data1.0" if tab == "vector" else "data1", 0, -60)
    value = first_number(sentence(page, "optimum"))
    assert value != before
    assert first_number(sentence(page, "recovered")) == value
    page.get_by_role("button", name="Numbers of Convex twin").click()
    bound = page.get_by_role("dialog").locator("dt", has_text="proven bound").locator("+ dd").inner_text()
    assert float(bound) == pytest.approx(float(value), rel=1e-3)
    page.keyboard.press("Escape")
    rows = page.locator("[data-view=values] .annotation")
    expect(rows.nth(0)).to_have_text(value)
    expect(rows.nth(1)).to_have_text(value)


def test_dragging_a_singular_value_moves_both_penalties_and_closes_the_gap_at_zero(open_page):
    page = ready(open_page("/beyond?tab=linear&starts=4"))
    numbers = re.findall(NUMBER, sentence(page, "standard"))
    assert numbers[0] != numbers[1]
    assert numbers[-1] == numbers[0]
    parallel = re.findall(NUMBER, sentence(page, "parallel"))
    assert parallel[0] == parallel[1] == parallel[-1]
    drag(page, "sigma1", 0, 400)
    assert "no gap" in sentence(page, "standard")
    least, dual = re.findall(NUMBER, sentence(page, "standard"))[:2]
    assert least == dual


@pytest.mark.parametrize("kind", ["linear", "quadratic", "relu"])
def test_dragging_a_real_sample_changes_the_game_and_the_discriminator_agrees(open_page, kind):
    page = ready(open_page(f"/beyond?tab=game&discriminator={kind}&starts=1&dims=1&x=1.2,-0.8,1.6&y=-0.4,0.3,0.1"))
    before = sentence(page, "optimum")
    drag(page, "data2", -40, 0)
    assert sentence(page, "optimum") != before
    value = first_number(sentence(page, "optimum").replace("‖G‖² = ", ""))
    assert f"worth {value}" in sentence(page, "recovered")
    separated, allowed = re.findall(rf"by ({NUMBER}).*β = ({NUMBER})", sentence(page, "recovered"))[0]
    assert separated == allowed


def test_a_drag_is_undone_at_once_and_a_tab_keeps_what_was_set(open_page):
    page = ready(open_page("/beyond?tab=norm&starts=3"))
    before = sentence(page, "optimum")
    drag(page, "data2", 0, 50)
    after = sentence(page, "optimum")
    choose(page, "Parallel deep")
    page.wait_for_selector(".stage-view[data-view=spectrum]")
    choose(page, "Batch normalisation")
    page.wait_for_selector(".stage-view[data-view=white]")
    ready(page)
    assert sentence(page, "optimum") == after
    page.get_by_role("button", name="Undo (Ctrl+Z)").click()
    expect(sentence_locator(page, "optimum")).to_have_text(before)


@pytest.mark.parametrize("tab", SETTINGS)
def test_a_phone_shows_every_formula_whole(open_page, tab):
    page = ready(open_page(f"/beyond?tab={tab}&starts=1", viewport=(390, 844), touch=True))
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    formulas = page.locator(".st-key-beyond-words .katex-display")
    hidden = formulas.evaluate_all("(all) => all.map((one) => one.scrollWidth - one.clientWidth)")
    assert max(hidden) <= 1
