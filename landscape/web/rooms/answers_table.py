"""The answers of a room as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from landscape.web.rooms.room import Room

COLUMNS = ("scene", "phone", "answer")

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a text begins that a spreadsheet would take for a formula, and run."""


def answers_csv(room: Room) -> str:
    """Return all answers as CSV: the scene and the phone, both counted from 1, and the answer.

    Phones are numbered in the order of their first answers: their own ids are theirs alone.
    """
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows((place + 1, phone, _cell(given)) for place, phone, given in room.all_answers())
    return table.getvalue()


def _cell(given: Any) -> str:
    """An answer as text; with an apostrophe before what is no number and could be a formula."""
    if not isinstance(given, str):
        return json.dumps(given, ensure_ascii=False)
    text = given.encode(errors="replace").decode()
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
