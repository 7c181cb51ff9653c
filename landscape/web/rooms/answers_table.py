"""The answers of a room as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from landscape.web.rooms.room import Room

COLUMNS = ("scene", "title", "question", "phone", "answer", "in words")

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a text begins that a spreadsheet would take for a formula, and run."""

LETTERS = "ABCDEF"
"""What the answers of a question are called on the screen and on the phones."""


def answers_csv(room: Room, scenes: Sequence[Mapping[str, Any]] = ()) -> str:
    """Return all answers as CSV, one a row: scene, title, question, phone, the answer as it was sent, and in words.

    Scenes and phones are counted from 1, phones in the order of their first answers: their own ids are theirs alone. An
    answer is the place of the chosen one counted from 0, a number, the two coordinates of a place, or for each width
    whether its network reached the optimum.

    Arguments
        scenes: the lesson's scenes as ``PlayedScene`` in JSON; without them titles, questions and words are empty.
    """
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for place, phone, given in room.all_answers():
        scene = scenes[place] if place < len(scenes) else {}
        question = scene.get("question") or {}
        said = (scene.get("title", ""), _plain(question.get("text", ())), _in_words(question, given))
        title, asked, words = map(_cell, said)
        rows.writerow((place + 1, title, asked, phone, _cell(given), words))
    return table.getvalue()


def _in_words(question: Mapping[str, Any], given: Any) -> str:
    """Return an answer as the lecturer would say it; empty where it is of another kind than the question."""
    options, widths = question.get("options") or (), question.get("widths") or ()
    match given:
        case bool():
            return ""
        case int() if options and 0 <= given < len(options):
            return f"{LETTERS[given]}: {_plain(options[given])}"
        case int() | float() if question.get("kind") == "guess":
            return f"{given:g} {question.get('unit') or ''}".strip()
        case [int() | float() as x, int() | float() as y] if question.get("kind") == "place":
            return f"{x:.4g} across, {y:.4g} up"
        case [*reached] if widths and len(reached) == len(widths):
            ends = ("the best" if best is True else "caught" for best in reached)
            return ", ".join(f"m = {m}: {end}" for m, end in zip(widths, ends, strict=True))
    return ""


def _plain(pieces: Sequence[Mapping[str, str]]) -> str:
    return "".join(piece["text"] for piece in pieces)


def _cell(given: Any) -> str:
    """An answer as text; with an apostrophe before what is no number and could be a formula."""
    if not isinstance(given, str):
        return json.dumps(given, ensure_ascii=False)
    text = given.encode(errors="replace").decode()
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
