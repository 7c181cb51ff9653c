"""Sharing in a real browser: link, frame, code and every file open as the same picture."""

import json
import re
from xml.etree import ElementTree

from on_stage import drawn, into_stage, plotted, redrawn, sentence, skip_opening, step_shown, times_drawn, type_in
from playwright.sync_api import expect


def opened_share(page, tab: str) -> None:
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("tab", name=tab).click()


def test_the_shared_link_opens_as_the_same_picture_for_somebody_else(open_page):
    page = drawn(open_page("/?x=-1,1&y=1,0.5&m=3&starts=2&seed=4&run=adam:0.1:1,-1"))
    type_in(page, "y₂", "0.75")
    opened_share(page, "Link")
    link = page.get_by_test_id("stCode").first.locator("code")
    expect(link).to_contain_text("y=1%2C0.75")
    code = page.get_by_role("img", name=re.compile("QR code"))
    expect(code).to_be_visible()
    box = code.bounding_box()
    assert box is not None
    assert box["width"] > 150
    address = link.inner_text().strip()
    again = drawn(open_page(address))
    assert plotted(again) == plotted(page)
    assert sentence(again) == sentence(page)
    page.get_by_role("tab", name="Code").click()
    expect(page.get_by_test_id("stCode").filter(has_text="import cvxpy")).to_be_visible()
    expect(page.get_by_test_id("stCode").filter(has_text="from landscape")).to_be_visible()


def test_every_file_opens_and_the_offline_page_plays_without_a_network(open_page, browser, tmp_path):
    page = drawn(open_page("/?y=1,0.5"))
    shown = sentence(page)
    for form in ("png", "svg"):
        with page.expect_download() as saved:
            page.get_by_label("Save Convex landscape as a picture").select_option(form)
        path = tmp_path / saved.value.suggested_filename
        saved.value.save_as(path)
        if form == "png":
            head = path.read_bytes()[:24]
            assert head[:8] == b"\x89PNG\r\n\x1a\n"
            assert (int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) == (1600, 900)
        else:
            assert ElementTree.parse(path).getroot().get("width") == "1600"
    opened_share(page, "Files")
    files = {}
    for label in ("State (JSON)", "Runs (CSV)", "Page that plays offline (HTML)"):
        with page.expect_download() as saved:
            page.get_by_role("button", name=label).click()
        files[label] = tmp_path / saved.value.suggested_filename
        saved.value.save_as(files[label])
    assert json.loads(files["State (JSON)"].read_text())["y"] == [1, 0.5]
    assert files["Runs (CSV)"].read_text().count("\n") > 100
    state = files["State (JSON)"]
    changed = json.loads(state.read_text())
    state.write_text(json.dumps({**changed, "y": [1, 0.25]}))
    before = times_drawn(page)
    page.locator("input[type=file]").set_input_files(state)
    redrawn(page, before)
    assert "0.25" in page.url

    alone = browser.new_context(offline=True, viewport={"width": 1366, "height": 768})
    complaints: list[str] = []
    offline = alone.new_page()
    offline.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    offline.on("pageerror", lambda error: complaints.append(str(error)))
    offline.goto(files["Page that plays offline (HTML)"].as_uri())
    offline.wait_for_selector(".stage[data-drawn]")
    skip_opening(offline)
    assert offline.get_by_role("img", name="Loss landscape").is_visible()
    assert sentence(offline) == shown
    into_stage(offline)
    offline.keyboard.press("Home")
    offline.keyboard.press("Space")
    offline.wait_for_function("parseInt(document.querySelector('.stage-readout').textContent.slice(5)) > 0")
    offline.keyboard.press("End")
    assert step_shown(offline) > 100
    alone.close()
    assert not complaints


def test_a_frame_shows_the_stage_without_controls_and_title(open_page):
    page = drawn(open_page("/?embed=true&hide=controls,title,transport,sentences", viewport=(960, 720)))
    assert not page.get_by_test_id("stSidebar").is_visible()
    assert page.get_by_role("heading", level=1).count() == 0
    assert not page.get_by_role("button", name="Play").is_visible()
    assert page.locator(".stage-sentences li").count() == 0
    assert page.locator(".stage-view").count() == 4
    assert "hide=controls" in page.url
