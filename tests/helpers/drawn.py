"""What a page has drawn, held against what any page owes any visitor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from streamlit.testing.v1 import AppTest
from visit import opened, shown_by_stages

NO_NUMBER = re.compile(r"\b(nan|inf|infinity|undefined|null)\b", re.IGNORECASE)
"""What a sentence says where a number was lost."""

SPOKEN = ("alt", "caption", "title", "text", "name", "hint", "label", "said")
"""The texts of a stage."""


def hold(page: AppTest) -> list[dict[str, Any]]:
    """Assert what any page owes any visitor, and return what its stages send to the browser.

    No error box; every number and text that is sent is one; every control's range holds its value.
    """
    assert not page.exception, [box.value for box in page.exception]
    assert not page.error, [box.value for box in page.error]
    sent = shown_by_stages(page, _refuse)
    for stage in sent:
        for name, text in _texts(stage):
            assert not NO_NUMBER.search(text), f"{name}: {text}"
        for view in stage["views"]:
            assert view["title"]
            assert view["caption"]
            assert view["alt"].endswith("."), view["alt"]
            uids = [trace["uid"] for trace in view["figure"]["data"]]
            assert len(uids) == len(set(uids)), uids
    for control in (*page.slider, *page.number_input):
        assert control.min < control.max, control.label
        assert control.value is None or control.min <= control.value <= control.max, (control.label, control.value)
    for choice in (*page.select_slider, *page.selectbox):
        assert choice.format_func(choice.value) in choice.options, (choice.label, choice.value)
    return sent


def open_and_hold(path: str, query: dict[str, Any], *, then: Callable[[AppTest], None] | None = None) -> AppTest:
    """Open a page at a link, let ``then`` go on with it, and assert after each run what it owes any visitor."""
    page = opened(path, **query)
    hold(page)
    if then is not None:
        then(page)
    return page


def _texts(part: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name not in ("figure", "event", "tools"):
                yield from _texts(value, name)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value, key)
    elif isinstance(part, str) and key in SPOKEN:
        yield key, part


def _refuse(constant: str) -> None:
    raise AssertionError(f"A page sends {constant}, which no browser reads.")
