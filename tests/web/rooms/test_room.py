"""A room is what its log says, in the log's order, and nobody is told more of it than is theirs to know."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import assume, given, strategies as st

from landscape.web.rooms.answers_table import COLUMNS, FORMULA, answers_csv
from landscape.web.rooms.room import CLOSE, OPEN, Room, answer, read, steer, written

SCENES = 3
PHONES = [f"phone-{n}-of-the-hall" for n in range(3)]

places = st.integers(-1, SCENES)
flags = st.none() | st.booleans()
steers = st.builds(steer, places, flags, flags)
answers = st.builds(answer, places, st.sampled_from(PHONES), st.integers(0, 3))
others = st.sampled_from([CLOSE, OPEN, {}, {"kind": "steer"}, {"kind": "answer", "place": "0"}, {"kind": "dance"}])
logs = st.lists(st.one_of(steers, steers, answers, answers, answers, others), max_size=40)


def replayed(log):
    room = Room(SCENES)
    counted = [room.apply(entry) for entry in log]
    return room, counted


def since_begun(log):
    """The entries that bear on the end: after the last beginning, up to the first close after it or before it."""
    closes = [n for n, entry in enumerate(log) if entry == CLOSE]
    log = log[: closes[0] + 1] if closes else log
    opens = [n for n, entry in enumerate(log) if entry == OPEN]
    return log[opens[-1] + 1 :] if opens else log


def valid_steers(log):
    return [e for e in log if e.get("kind") == "steer" and 0 <= e.get("place", -1) < SCENES]


def place_after(log):
    """The scene that was steered to last."""
    found = valid_steers(log)
    return found[-1]["place"] if found else 0


def flag_after(log, place, name):
    """What was said last of a scene."""
    said = [e[name] for e in valid_steers(log) if e["place"] == place and name in e]
    return bool(said) and said[-1]


def counts(log, n):
    """Whether the nth entry, an answer, counts: by what stands before it alone."""
    before, entry = log[:n], log[n]
    place = place_after(before)
    if entry["place"] != place or CLOSE in before:
        return False
    return not flag_after(before, place, "revealed") and not flag_after(before, place, "locked")


@given(logs)
def test_a_room_is_what_a_look_through_its_whole_log_finds(log):
    room, _ = replayed(log)
    log = since_begun(log)
    place = place_after(log)
    assert room.place == place
    assert room.revealed == flag_after(log, place, "revealed")
    assert room.locked == flag_after(log, place, "locked")
    assert room.closed == (CLOSE in log)
    assert room.version == len(valid_steers(log)) + (CLOSE in log)
    assert room.seen == {0, *(e["place"] for e in valid_steers(log))}
    counted = [
        e for n, e in enumerate(log) if e.get("kind") == "answer" and isinstance(e["place"], int) and counts(log, n)
    ]
    order = list(dict.fromkeys(e["phone"] for e in counted))
    expected = {(e["place"], order.index(e["phone"]) + 1): e["answer"] for e in counted}
    assert room.all_answers() == [(*key, expected[key]) for key in sorted(expected)]
    for phone in PHONES:
        number = order.index(phone) + 1 if phone in order else 0
        assert room.answer_of(phone) == expected.get((place, number))
    assert room.answers() == [
        {"phone": number, "answer": expected[at, number]} for at, number in sorted(expected) if at == place
    ]


@given(logs, st.integers(0, 40))
def test_whether_an_entry_counts_depends_on_those_before_it_alone(log, cut):
    assume(cut <= len(log))
    assert replayed(log)[1][:cut] == replayed(log[:cut])[1]


@given(logs)
def test_entries_are_the_same_after_they_were_written(log):
    room, counted = replayed(log)
    again, counted_again = replayed([read(written(entry)) for entry in log])
    assert (room, counted) == (again, counted_again)
    assert all(b"\n" not in written(entry) for entry in log)


@given(logs)
def test_what_is_told_of_a_room_names_no_phone(log):
    room, _ = replayed(log)
    told = json.dumps([room.state(), room.answers(), room.all_answers()]) + answers_csv(room)
    assert not any(phone in told for phone in PHONES)


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_a_damaged_line_is_no_entry(line):
    assert read(line) is None


def test_going_back_shows_what_was_revealed_and_elsewhere_nothing_is():
    room, _ = replayed([steer(1, revealed=True, locked=True), steer(2)])
    assert (room.revealed, room.locked) == (False, False)
    room.apply(steer(1))
    assert (room.revealed, room.locked) == (True, True)
    assert not room.is_revealed(2)


@given(st.one_of(st.text(), st.integers(), st.floats(allow_nan=False), st.lists(st.text()), st.booleans()))
def test_the_table_of_answers_is_read_as_it_was_given_and_runs_nothing(given_answer):
    room, _ = replayed([answer(0, PHONES[0], given_answer)])
    header, row = csv.reader(io.StringIO(answers_csv(room), newline=""))
    assert header == list(COLUMNS)
    scene, title, question, phone, cell, words = row
    assert (scene, title, question, phone, words) == ("1", "", "", "1", "")
    if isinstance(given_answer, str):
        assert cell.removeprefix("'") == given_answer.encode(errors="replace").decode().removeprefix("'")
        assert not cell.startswith(FORMULA)
    else:
        assert json.loads(cell) == given_answer


QUESTIONS = {
    "choose": (
        {"options": [[{"style": "plain", "text": "At a star"}], [{"style": "strong", "text": "Caught"}]]},
        1,
        "B: Caught",
    ),
    "guess": ({"unit": "%"}, 65.5, "65.5 %"),
    "train": ({"widths": [2, 8]}, [False, True], "m = 2: caught, m = 8: the best"),
    "place": ({"view": "map"}, [0.5, -1.0], "0.5 across, -1 up"),
    "an answer of another kind": ({"options": []}, 3, ""),
}


@pytest.mark.parametrize("kind", QUESTIONS)
def test_the_table_says_what_was_asked_and_answered(kind):
    of_kind, given_answer, words = QUESTIONS[kind]
    room, _ = replayed([answer(0, PHONES[0], given_answer)])
    text = [{"style": "plain", "text": "Where, "}, {"style": "emphasis", "text": "then"}]
    scene = {"title": "=2+2", "question": {"kind": kind, "text": text, **of_kind}}
    _, row = csv.reader(io.StringIO(answers_csv(room, [scene]), newline=""))
    assert row == ["1", "'=2+2", "Where, then", "1", json.dumps(given_answer), words]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", "  =1", "＝1"])
def test_a_cell_that_could_be_a_formula_is_a_text(text):
    room, _ = replayed([answer(0, PHONES[0], text)])
    _, row = csv.reader(io.StringIO(answers_csv(room), newline=""))
    assert row[4].startswith("'")
