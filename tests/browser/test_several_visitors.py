"""Two visitors want the same long work: each stops or leaves for herself alone, and each is told her place."""

from __future__ import annotations

import re
from contextlib import suppress

from app_server import wait_until
from playwright.sync_api import Page, expect

from landscape.scenario import Scenario
from landscape.scenario.scenario import query_string


def race(seed: int) -> str:
    """A link to the page Race with two points, whose seed tells one visitor's sweep from another's.

    With this step a sweep takes several seconds: long enough to be stopped, and half as long as with steps that are
    looked for.
    """
    scenario = Scenario().changed(bias=True, layer="trained", lam=0.1, m=3, runs=(), seed=seed, step=0.01)
    return f"/race?{query_string(scenario)}"


def progress(page: Page) -> str:
    bars = page.get_by_test_id("stProgress")
    return bars.first.inner_text() if bars.count() else ""


def begin(page: Page, name: str) -> None:
    """Press a button until it gives way to what it begins.

    While the page is drawn, a button that moves is made anew: a press that falls between the two is lost, and a visitor
    presses again.
    """
    button = page.get_by_role("button", name=name)
    for _ in range(2):
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        button.click()
        with suppress(AssertionError):
            expect(button).to_have_count(0, timeout=10_000)
            return
    expect(button).to_have_count(0)


def test_one_visitors_stop_and_leaving_do_not_end_the_others_work(open_page):
    """The sweep is long enough for all of it; nobody is shown a stub as a result."""
    hers, his = open_page(race(0)), open_page(race(0))
    begin(hers, "Run the sweep")
    expect(hers.get_by_test_id("stProgress")).to_contain_text(re.compile(r"Cell \d+ of 45"))
    expect(his.get_by_role("button", name="Run the sweep")).to_be_visible()
    begin(his, "Run the sweep")
    expect(his.get_by_test_id("stProgress")).to_contain_text(re.compile(r"Cell \d+ of 45"))
    hers.get_by_role("button", name="Stop").click()
    expect(hers.get_by_text("Stopped. Shown is what was found until then.")).to_be_visible()
    expect(hers.get_by_role("button", name="Begin again")).to_be_visible()
    done = int(re.findall(r"Cell (\d+)", progress(his))[0])
    wait_until(lambda: progress(his) == "" or int((re.findall(r"Cell (\d+)", progress(his)) or ["46"])[0]) > done)
    hers.close()
    expect(his.get_by_test_id("stProgress")).to_have_count(0, timeout=180_000)
    expect(his.get_by_text("Stopped")).to_have_count(0)
    expect(his.get_by_text("Starts that reach the convex twin’s value")).to_be_visible()
    third = open_page(race(0))
    expect(third.get_by_text("Starts that reach the convex twin’s value")).to_be_visible()
    expect(third.get_by_role("button", name="Run the sweep")).to_have_count(0)


def test_a_visitors_work_comes_before_the_second_of_another_and_says_so(cold_app_url, open_page):
    """She asks for the suite and a sweep, and then he for a sweep: his is next, before hers."""
    hers = open_page(cold_app_url + race(0))
    begin(hers, "Run the suite")
    expect(hers.get_by_test_id("stProgress")).to_be_visible()
    begin(hers, "Run the sweep")
    expect(hers.get_by_text("Waiting:")).to_be_visible()
    his = open_page(cold_app_url + race(7))
    begin(his, "Run the sweep")
    expect(his.get_by_text(re.compile(r"Waiting: the next to begin, in about \d+ "))).to_be_visible()
    expect(hers.get_by_text(re.compile(r"Waiting: 1 computation before this one, in about \d+ "))).to_be_visible()
    hers.close()
    expect(his.get_by_test_id("stProgress")).to_contain_text(re.compile(r"Cell \d+ of 45"), timeout=60_000)
