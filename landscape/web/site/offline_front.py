"""The front page as one file that is alive without a server: data, starts and settings can be changed in it."""

from __future__ import annotations

import json
from pathlib import Path

from landscape.scenario import Scenario, query_string
from landscape.web.frame import TITLE
from landscape.web.front.show_me import show_me
from landscape.web.offline import self_contained
from landscape.web.site.front_body import front_body, presets

STYLE = Path(__file__).with_name("site.css")

_MODULE = """import { open } from "stage/alone/page.js";
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const places = {};
for (const node of document.querySelectorAll("[data-place]")) places[node.dataset.place] = node;
open({ places, urls: { words }, presets: read("presets-data"), query: read("query") });"""


def offline_front_page(scenario: Scenario) -> str:
    """Return a page that opens with a scenario of one feature without a bias."""
    texts = {
        "lesson": show_me(),
        "presets-data": json.dumps(presets(), ensure_ascii=False),
        "query": json.dumps(query_string(scenario)),
    }
    body = front_body("", "#lesson", shares=False)
    return self_contained(TITLE, body, STYLE.read_text(encoding="utf-8"), texts, _MODULE, alone=True)
