"""The page Race in a real browser: the convex program is first, and the others are timed."""

from playwright.sync_api import expect


def test_a_race_is_run_and_every_entrant_is_timed(open_page):
    page = open_page("/race?x=-1,0,1&y=1,-1,1&bias=1&layer=trained&lam=0.1&m=3&run=none")
    page.wait_for_selector(".stage[data-drawn]")
    page.get_by_role("radio", name="1", exact=True).or_(page.get_by_role("button", name="1", exact=True)).first.click()
    page.get_by_role("button", name="Start the race").click()
    line = page.locator(".stage-sentences li[data-run=run4]")
    expect(line).to_contain_text("above the convex twin’s value", timeout=120_000)
    expect(page.locator(".stage-sentences li[data-run=run0]")).to_contain_text("proven, after")
    expect(page.get_by_text("L-BFGS", exact=True).last).to_be_visible()
