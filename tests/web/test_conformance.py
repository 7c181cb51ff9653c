"""The table of docs/accessibility.md is whole, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import axe
import pytest

from landscape.web import about

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "accessibility.md").read_text(encoding="utf-8")

ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in DOCUMENT.splitlines()
    if re.match(r"\| \d", line)
]

CRITERIA = {
    "A": """1.1.1 1.2.1 1.2.2 1.2.3 1.3.1 1.3.2 1.3.3 1.4.1 1.4.2 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3
        2.4.4 2.5.1 2.5.2 2.5.3 2.5.4 3.1.1 3.2.1 3.2.2 3.2.6 3.3.1 3.3.2 3.3.7 4.1.2""",
    "AA": """1.2.4 1.2.5 1.3.4 1.3.5 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13 2.4.5 2.4.6 2.4.7 2.4.11 2.5.7 2.5.8
        3.1.2 3.2.3 3.2.4 3.3.3 3.3.4 3.3.8 4.1.3""",
}
"""The criteria of WCAG 2.2, less 4.1.1, which it declares obsolete."""

WITH_EXCEPTION, NOT_APPLICABLE = "Met with exception", "Not applicable"


def test_every_criterion_of_level_a_and_aa_stands_there_once():
    listed = [(name.split(" ")[0], level) for name, level, *_ in ROWS]
    assert sorted(listed) == sorted((number, level) for level, of in CRITERIA.items() for number in of.split())


@pytest.mark.parametrize("row", ROWS, ids=[row[0].split(" ")[0] for row in ROWS])
def test_a_criterion_says_whether_it_is_met_how_that_is_tested_and_why_not_wholly(row):
    _, _, status, tested, remarks = row
    assert status in {"Met", WITH_EXCEPTION, NOT_APPLICABLE}
    assert remarks or status == "Met", "an exception has a reason"
    assert tested or status == NOT_APPLICABLE
    if "y hand" in tested:
        assert re.search("[Bb]y hand: .{10}", tested), "what was done by hand is said"


def test_every_test_that_the_document_names_exists():
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", DOCUMENT))
    assert len(named) > 15
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_rule_that_the_document_names_is_one_of_axes():
    if not axe.SCRIPT.exists():
        pytest.skip(axe.MISSING)
    cells = " ".join(re.findall(r"axe \(([^)]*)\)", DOCUMENT))
    named = set(re.findall(r"`([a-z-]+)`", cells))
    assert {"target-size", "color-contrast"} <= named
    assert [rule for rule in sorted(named) if f'id:"{rule}"' not in axe.script()] == []


def test_visitors_are_told_what_works_what_does_not_and_whom_to_tell():
    (section,) = (section for section in about.BELOW if section.anchor == "accessibility")
    told = " ".join(part for part in section.parts if isinstance(part, str))
    for words in ("WCAG 2.2", "docs/accessibility.md", "What does not work", "issue", "**?**"):
        assert words in told
