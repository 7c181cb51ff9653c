"""The page Convex twin in a real browser: points are dragged, pasted and taken back, and widths are tried."""

import re

from on_stage import drawn, handle, sentence, sentence_locator, taken
from playwright.sync_api import expect


def test_points_are_dragged_added_deleted_pasted_and_taken_back(open_page):
    page = drawn(open_page("/convex_twin"))
    first = sentence(page, "optimum")
    assert re.search(r"does better than 0\.9\d+\.", first)
    x, y = taken(page, "data1")
    page.mouse.move(x + 30, y - 40, steps=6)
    page.mouse.up()
    expect(sentence_locator(page, "optimum")).not_to_have_text(first)
    drawn(page)

    handle(page, "data0").focus()
    page.keyboard.press("Delete")
    expect(page.locator(".stage-handle[data-handle^=data]")).to_have_count(4)
    drawn(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".stage-handle[data-handle^=data]")).to_have_count(5)
    drawn(page)

    page.get_by_text("Paste or upload points").click()
    field = page.get_by_label("One point a line")
    field.fill("x;label\n-1,0;1\n0,5;two\n")
    page.get_by_role("button", name="Use these points").click()
    expect(page.locator("[data-testid=stText]").first).to_contain_text("two")
    drawn(page)
    expect(page.locator(".stage-handle[data-handle^=data]")).to_have_count(5)
    field.fill("x;label\n-1,0;1\n0,5;2\n2;0\n")
    field.press("Tab")
    page.get_by_role("button", name="Use these points").click()
    expect(page.locator(".stage-handle[data-handle^=data]")).to_have_count(3)


def test_the_value_with_the_sources_lambda_does_not_match(open_page):
    page = drawn(open_page("/convex_twin?x=-1,1&y=1,2&layer=trained&lam=0.05&m=2&starts=1&steps=500&run=none"))
    # λ_max = 2, so that this is λ = 0.1, where both problems give 0.580 and (2) with λ gives 0.295.
    expect(page.get_by_text("0.5800").first).to_be_visible()
    page.get_by_text("Write λ instead of 2λ").click()
    expect(page.get_by_text("0.2950").first).to_be_visible()


def test_width_is_tried_in_the_background_and_can_be_stopped(open_page):
    page = drawn(
        open_page("/convex_twin?x=-1,0,1&y=1,-1,1&bias=1&layer=trained&lam=0.1&m=2&starts=1&steps=300&run=none")
    )
    page.get_by_role("tab", name="Width").click()
    page.get_by_role("button", name="Train them").click()
    expect(page.get_by_role("heading", name="Share of starts that reach it")).to_be_visible()
    page.get_by_role("tab", name="Landscape").click()
    expect(page.get_by_role("heading", name="Loss landscape, a slice")).to_be_visible()
