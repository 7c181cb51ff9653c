"""Terms of art explain themselves where they stand: by pointer, by key and by touch, in the stage and around it."""

from __future__ import annotations

import re

import pytest
from on_stage import drawn, frames_pass, into_stage, redrawn, sentence, times_drawn
from playwright.sync_api import Locator, Page, expect

BOX = "#word-box"


def with_words(page: Page) -> Page:
    """Wait until the terms of the stage and those around it are marked."""
    drawn(page)
    for place in (".stage-sentences .word", "p.page-lead .word"):
        page.wait_for_selector(place)
    return page


def inside(page: Page) -> None:
    """Assert that the open box lies on the screen, all of it."""
    box, size = page.locator(BOX).bounding_box(), page.viewport_size
    assert box is not None
    assert size is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= size["width"]
    assert box["y"] + box["height"] <= size["height"]


def shown_words(page: Page, where: str) -> list[Locator]:
    words = page.locator(f"{where} .word")
    found = [words.nth(k) for k in range(words.count())]
    assert found
    return found


@pytest.mark.parametrize("dark", [False, True])
def test_every_word_opens_under_the_pointer_and_one_at_a_time(open_page, dark):
    page = with_words(open_page(dark=dark))
    chosen = page.url
    for word in [*shown_words(page, ".stage"), *shown_words(page, "p.page-lead")]:
        word.scroll_into_view_if_needed()
        word.hover()
        expect(word).to_have_attribute("aria-expanded", "true")
        expect(page.locator(BOX)).to_be_visible()
        expect(page.locator(".word[aria-expanded=true]")).to_have_count(1)
        described = word.get_attribute("aria-describedby")
        assert len(page.locator(f"#{described}").inner_text()) > 20
        inside(page)
    page.mouse.move(2, 2)
    expect(page.locator(BOX)).to_be_hidden()
    assert page.url == chosen


def test_a_press_keeps_the_meaning_open_and_chooses_no_run(open_page):
    page = with_words(open_page())
    before = times_drawn(page)
    word = page.locator("li[data-run=run1] .word").first
    word.click()
    page.mouse.move(2, 2)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(BOX)).to_be_hidden()
    word.click()
    page.locator(".stage-bar").click(position={"x": 2, "y": 2})
    expect(page.locator(BOX)).to_be_hidden()
    assert times_drawn(page) == before


def test_words_are_reached_by_key_and_stand_in_nobodys_way(open_page):
    page = with_words(open_page())
    assert page.locator(".stage .word[tabindex='0']").count() == 1
    first = page.locator(".stage .word[tabindex='0']")
    first.evaluate(
        "(word) => { const button = document.createElement('button'); word.before(button); button.focus(); }"
    )
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    expect(page.locator(BOX)).to_be_visible()
    page.keyboard.press("ArrowRight")
    second = page.locator(".stage .word").nth(1)
    expect(second).to_be_focused()
    expect(second).to_have_attribute("aria-expanded", "true")
    assert page.locator(".stage .word[tabindex='0']").count() == 1
    page.keyboard.press("End")
    expect(page.locator(".stage .word").last).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('#word-box') !== null")
    page.keyboard.press("Escape")
    expect(page.locator(BOX)).to_be_hidden()
    expect(page.locator(".stage .word").first).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.matches('.word')")


def test_a_word_in_a_meaning_opens_in_its_place(open_page):
    page = with_words(open_page())
    page.locator("p.page-lead .word[data-word=convex-twin]").click()
    expect(page.locator(f"{BOX} math").first).to_be_visible()
    page.locator(f"{BOX} .word", has_text="loss").click()
    expect(page.locator(f"{BOX} strong")).to_have_text("Loss")
    inside(page)


def test_on_a_phone_a_touch_opens_every_word_within_the_screen(open_page):
    page = with_words(open_page(viewport=(390, 844), touch=True))
    for word in shown_words(page, ".stage"):
        word.scroll_into_view_if_needed()
        word.tap()
        expect(word).to_have_attribute("aria-expanded", "true")
        inside(page)
    page.locator("h1").tap()
    expect(page.locator(BOX)).to_be_hidden()


def test_the_digits_of_a_sentence_open_at_a_press(open_page):
    page = with_words(open_page())
    assert "10⁻" not in sentence(page, "run1")
    digits = page.get_by_role("button", name="Numbers of Run 2")
    digits.click()
    rows = page.get_by_role("dialog", name="Numbers of Run 2")
    expect(rows).to_contain_text(re.compile("above it by at most.*·10⁻"))
    inside(page)
    digits.click()
    expect(page.locator(BOX)).to_be_hidden()
    digits.press("Enter")
    assert page.evaluate("document.activeElement.closest('#word-box') !== null")
    page.keyboard.press("Escape")
    expect(digits).to_be_focused()


def test_a_sentence_is_whole_again_after_playing_whatever_changed_around_it(open_page):
    page = with_words(open_page())
    whole = sentence(page)
    assert page.locator("li[data-run=run0] .stage-why .word").count() > 0
    page.get_by_role("button", name="Play").click()
    page.wait_for_selector(".stage-in-motion")
    # Streamlit gives the text of a control another wording while the sentence is off the page.
    page.evaluate("document.querySelector('[data-testid=stSidebar] .word').previousSibling.data = 'Something else'")
    frames_pass(page, 3)
    into_stage(page)
    page.keyboard.press("End")
    expect(page.locator(".stage-in-motion")).to_have_count(0)
    assert sentence(page) == whole


def test_words_follow_a_change_and_a_meaning_closes_with_its_word(open_page):
    page = with_words(open_page())
    before = times_drawn(page)
    page.locator("li[data-run=run0] .word").first.click()
    expect(page.locator(BOX)).to_be_visible()
    page.locator(".stage-transport button[aria-label=Play]").focus()
    page.get_by_role("button", name="Add neuron").dispatch_event("click")
    redrawn(page, before)
    expect(page.locator(BOX)).to_be_hidden()
    page.wait_for_selector("li[data-run=run0] .word")
    sidebar = page.locator("[data-testid=stSidebar] .word", has_text="Neurons")
    sidebar.first.click()
    expect(page.locator(f"{BOX} strong")).to_have_text("Neuron")


def test_read_more_leads_to_its_place_on_about_and_a_link_to_a_word_there(open_page):
    page = with_words(open_page())
    page.locator("p.page-lead .word[data-word=convex-twin]").click()
    address = page.locator(f"{BOX} a").get_attribute("href")
    assert address.endswith("/about#twin")
    about = open_page(address)
    expect(about.locator("#twin")).to_be_visible()
    linked = open_page("/about#word-wall")
    expect(linked.locator("#word-wall")).to_be_in_viewport()


def test_a_word_of_a_lesson_opens_within_it_and_its_keys_leave_the_lesson_where_it_is(open_page):
    page = with_words(open_page())
    page.get_by_role("button", name="Show me").click()
    lesson = page.locator("dialog.lesson[data-scene='1']")
    word = lesson.locator(".word").first
    word.press("Enter")
    expect(page.locator(BOX)).to_be_visible()
    inside(page)
    assert page.evaluate("document.activeElement.closest('#word-box') !== null")
    page.keyboard.press("Escape")
    expect(page.locator(BOX)).to_be_hidden()
    expect(word).to_be_focused()
    page.keyboard.press("End")
    expect(lesson.locator(".word:focus")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Home")
    expect(word).to_be_focused()
    expect(lesson).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(BOX)).to_be_hidden()
    page.keyboard.press("Escape")
    expect(lesson).to_have_count(0)
    page.locator("p.page-lead .word").first.click()
    expect(page.locator(BOX)).to_be_visible()
