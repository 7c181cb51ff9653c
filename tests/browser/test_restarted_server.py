"""A page that is open while its server restarts: a new session draws it, and nothing that a visitor does is lost."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from app_server import running_app
from on_stage import drawn, redrawn, sentence, sentence_locator, times_drawn, type_in
from playwright.sync_api import Browser, expect


@pytest.mark.parametrize(
    ("path", "label", "run"),
    [
        ("/?x=-1,1&y=1,2&m=2", "y₁", "run0"),
        ("/convex_twin?x=-1,0,1&y=1,-1,1&bias=1&m=2&run=none&starts=1&steps=100", "λ / λ_max", "optimum"),
    ],
)
def test_the_first_change_after_the_server_has_restarted_counts(
    browser: Browser, tmp_path: Path, path: str, label: str, run: str
) -> None:
    page = browser.new_context().new_page()
    with running_app(tmp_path) as server:
        page.goto(server.url + path)
        drawn(page)
        # Several states of the stage: its new session has fewer.
        for value in ("0.5", "0.6", "0.7"):
            type_in(page, label, value)
        address, said, before = page.url, sentence(page, run), times_drawn(page)
    expect(page.get_by_test_id("stApp")).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    with running_app(tmp_path, port=urlsplit(server.url).port) as again:
        expect(page.get_by_test_id("stApp")).to_have_attribute(
            "data-test-connection-state", "CONNECTED", timeout=90_000
        )
        redrawn(page, before)
        assert (page.url, sentence(page, run)) == (address, said)
        type_in(page, label, "0.9")
        expect(page.get_by_role("spinbutton", name=label, exact=True)).to_have_value("0.9")
        assert sentence(page, run) != said
        assert page.url != address
        page.context.close()
        assert "Traceback" not in again.new_log()


def test_what_is_typed_while_the_new_session_draws_its_first_state_counts(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_context().new_page()
    with running_app(tmp_path) as server:
        page.goto(f"{server.url}/?x=-1,1&y=1,2&m=2")
        drawn(page)
        type_in(page, "y₁", "0.5")
    expect(page.get_by_test_id("stApp")).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    with running_app(tmp_path, port=urlsplit(server.url).port):
        expect(page.get_by_test_id("stApp")).to_have_attribute(
            "data-test-connection-state", "CONNECTED", timeout=90_000
        )
        field = page.get_by_role("spinbutton", name="y₁", exact=True)
        for value in ("0.75", "0.25"):
            field.fill(value)
            field.press("Enter")
            expect(page).to_have_url(re.compile(rf"y={value}%2C2"))
            expect(sentence_locator(page, "run0")).to_contain_text(f"loss {float(value) ** 2:.4f}")
            expect(field).to_have_value(value)
        page.context.close()
