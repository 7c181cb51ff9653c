"""What phones and lecturers are told and given over HTTP, what is kept from them, and what they are refused."""

from __future__ import annotations

import asyncio
import csv
import importlib
import io
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from app_server import AppServer, running_app, wait_until
from room_visits import LECTURER, SCENES, WAIT, Events, HallServer, Visit, ask, hall_server
from streamlit import config

from landscape.web.rooms import Hall, RefusedError
from landscape.web.rooms.codes import MOST_WRONG
from landscape.web.rooms.disk_log import DiskLog
from landscape.web.rooms.held import MOST_ANSWER, MOST_CONNECTIONS

PAGES = {name: lambda code, name=name: f"<p>{name} {code}</p>" for name in ("enter", "follow", "lecture", "notes")}
PHONE, OTHER = "a-phone-of-the-hall", "another_phone_000"
SECRETS = (b"held back", b"for the lecturer")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(tmp_path: Path, clock: Clock) -> Iterator[HallServer]:
    with hall_server(Hall(DiskLog(tmp_path), clock), PAGES) as running:
        yield running


@pytest.fixture
def room(server: HallServer) -> Visit:
    return server.open()


def test_a_lecture_from_its_opening_to_its_close(room: Visit) -> None:
    with room.events(PHONE) as phone, room.events() as lecturer:
        begun = phone.next()
        assert begun == {
            "version": 0,
            "place": 0,
            "scenes": 3,
            "revealed": False,
            "locked": False,
            "closed": False,
            "answer": None,
        }
        assert room.steer(1).status == 204
        assert phone.until(lambda said: said["place"] == 1)["version"] == 1
        assert room.answer(PHONE, 1, {"x": 0.5}).status == 204
        assert room.answer(OTHER, 1, "second").status == 204
        assert phone.until(lambda said: said["answer"])["answer"] == {"x": 0.5}
        told = lecturer.until(lambda said: len(said["answers"]) == 2)
        assert told["answers"] == [{"phone": 1, "answer": {"x": 0.5}}, {"phone": 2, "answer": "second"}]
        assert told["phones"] == 1
        assert room.steer(1, locked=True).status == 204
        assert phone.until(lambda said: said["locked"])["answer"] == {"x": 0.5}
        assert room.steer(1, revealed=True, locked=True).status == 204
        assert phone.until(lambda said: said["revealed"])["locked"]
        assert room.table().splitlines()[1:] == ['2,,,1,"{""x"": 0.5}",', "2,,,2,second,"]
        assert room.close().status == 204
        assert phone.until(lambda said: said["closed"])["version"] > 3
        assert list(phone.lines()) == [""]
    for path in ("/events?phone=" + PHONE, "/scene/0/hidden", "/lesson"):
        assert room.ask(path).status == 404


def test_a_stream_is_not_held_up_by_what_stands_before_it(room: Visit) -> None:
    with room.events(PHONE) as phone:
        assert phone.status == 200
        assert phone.headers["content-type"].startswith("text/event-stream")
        assert phone.headers["cache-control"] == "no-store"
        assert phone.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in phone.headers
        lines = phone.lines()
        assert [next(lines) for _ in range(3)] == ["retry: 1000", "", "event: room"]
        assert next(lines).startswith("data: {")


def test_a_silent_stream_has_a_heartbeat(room: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landscape.web.rooms.stream.HEARTBEAT", 0.05)
    with room.events(PHONE) as phone:
        assert next(line for line in phone.lines() if "beat" in line) == "event: beat"


@pytest.mark.parametrize("encoding", ["", "gzip", "gzip, deflate, br", "br"])
def test_what_is_held_back_is_never_served_before_its_reveal(room: Visit, encoding: str) -> None:
    def scene(place: int, form: str) -> tuple[int, bytes]:
        reply = room.ask(f"/scene/{place}/{form}", headers={"Accept-Encoding": encoding})
        assert reply.headers["cache-control"] == ("private, max-age=3600" if reply.status == 200 else "no-store")
        assert reply.headers.get("content-encoding", "") in encoding
        if reply.status != 200:
            assert reply.refused.endswith(".")
            assert not any(secret in reply.body for secret in SECRETS)
        return reply.status, reply.body

    assert scene(0, "hidden") == scene(0, "whole") == (200, SCENES[0][0])
    for place in (1, 2, 3, 9999):
        assert scene(place, "hidden")[0] == scene(place, "whole")[0] == 403
    room.steer(1)
    assert scene(1, "hidden") == (200, SCENES[1][0])
    assert scene(1, "whole")[0] == 403
    room.steer(1, revealed=True)
    assert scene(1, "whole") == (200, SCENES[1][1])
    room.steer(2)
    assert scene(2, "hidden") == (200, SCENES[2][0])
    assert scene(2, "whole")[0] == 403
    assert scene(1, "whole") == (200, SCENES[1][1])
    room.steer(1, revealed=False)
    assert scene(1, "whole")[0] == 403


def test_only_the_key_opens_what_is_the_lecturers(server: HallServer, room: Visit) -> None:
    other = server.open()
    for key in ("", "wrong", room.key[:-1], other.key):
        stranger = Visit(room.url, room.code, key)
        for reply in (
            stranger.steer(1, revealed=True),
            stranger.close(),
            stranger.ask("/lesson", headers={"X-Room-Key": key}),
            stranger.ask("/answers.csv", headers={"X-Room-Key": key}),
            stranger.ask("/lesson"),
            stranger.ask(f"/events?key={key or 'none'}"),
        ):
            assert reply.status == 403
            assert "Only the lecturer" in reply.refused
            assert not any(secret in reply.body for secret in SECRETS)
    with room.events(PHONE) as phone:
        assert phone.next()["version"] == 0
    lesson = room.ask("/lesson", headers={"X-Room-Key": room.key, "Accept-Encoding": "br"})
    assert (lesson.status, lesson.body, lesson.headers["content-encoding"]) == (200, LECTURER, "br")
    assert lesson.headers["cache-control"] == "no-store"


def test_an_answer_that_comes_too_late_is_refused_with_the_reason(room: Visit) -> None:
    assert room.answer(PHONE, 1, 1).refused == "The room has gone on to another scene."
    room.steer(1, locked=True)
    late = room.answer(PHONE, 1, 1)
    assert (late.status, late.refused) == (409, "Answers to this scene are taken no more.")
    room.steer(1, revealed=True, locked=False)
    assert room.answer(PHONE, 1, 1).refused == "What was asked has been shown already."
    room.steer(1, revealed=False)
    assert room.answer(PHONE, 1, 1).status == 204


def test_a_phone_that_comes_back_has_its_answer_and_a_late_one_the_scene(room: Visit) -> None:
    with room.events() as lecturer:
        with room.events(PHONE) as phone:
            phone.next()
            room.steer(1)
            room.answer(PHONE, 1, "mine")
            phone.until(lambda said: said["answer"] == "mine")
            lecturer.until(lambda said: said["phones"] == 1)
        lecturer.until(lambda said: said["phones"] == 0)
        with room.events(PHONE) as again, room.events(OTHER) as late:
            assert again.next()["answer"] == "mine"
            said = late.next()
            assert (said["place"], said["answer"]) == (1, None)
            lecturer.until(lambda said: said["phones"] == 2)


def test_a_phone_counts_once_however_many_connections_it_has(server: HallServer, room: Visit) -> None:
    with room.events() as lecturer, room.events(OTHER):
        own = [room.events(PHONE) for _ in range(MOST_CONNECTIONS)]
        for events in own:
            events.next()
        assert lecturer.until(lambda said: said["phones"] == 2)
        assert room.ask(f"/events?phone={PHONE}").status == 429
        # An answer that is given on one is known on all.
        room.answer(PHONE, 0, "mine")
        for events in own:
            events.until(lambda said: said["answer"] == "mine")
        for events in own[1:]:
            events.close()
        held = server.hall._rooms[room.code]
        wait_until(lambda: len(held._phones[PHONE]) == 1, WAIT)
        assert held.connected == 2
        own[0].close()
        lecturer.until(lambda said: said["phones"] == 1)


def test_a_client_that_leaves_leaves_nothing_behind(server: HallServer, room: Visit) -> None:
    loop = server.hall._loop
    assert loop is not None
    before = len(asyncio.all_tasks(loop))
    streams = [room.events(f"{PHONE}-{n}") for n in range(10)] + [room.events()]
    for events in streams:
        events.next()
    held = server.hall._rooms[room.code]
    assert held.connected == 10
    for events in streams:
        events.close()
    wait_until(lambda: held.is_empty and len(asyncio.all_tasks(loop)) <= before, WAIT)


def test_open_streams_end_with_the_server(tmp_path: Path) -> None:
    with hall_server(Hall(DiskLog(tmp_path))) as running:
        visit = running.open()
        streams = [visit.events(PHONE), visit.events()]
        for events in streams:
            events.next()
        # Asserts that the server ends.
        running.stop()
        for events in streams:
            assert not [line for line in events.lines() if line]
            events.close()
    with hall_server(Hall(DiskLog(tmp_path))) as again:
        visit.url = again.url
        with visit.events(PHONE) as phone:
            assert phone.next()["place"] == 0


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/answer", b"", 400),
        ("/answer", b"{", 400),
        ("/answer", b"[" * 3000, 400),
        ("/answer", b"null", 400),
        ("/answer", {"phone": PHONE, "place": 0}, 400),
        ("/answer", {"phone": PHONE, "place": 0, "answer": None}, 400),
        ("/answer", {"phone": PHONE, "place": True, "answer": 1}, 400),
        ("/answer", {"phone": PHONE, "place": 0.0, "answer": 1}, 400),
        ("/answer", {"phone": "short", "place": 0, "answer": 1}, 400),
        ("/answer", {"phone": "x" * 65, "place": 0, "answer": 1}, 400),
        ("/answer", {"phone": f"{PHONE}/..", "place": 0, "answer": 1}, 400),
        ("/answer", b'{"phone": "%s", "place": 0, "answer": NaN}' % PHONE.encode(), 400),
        ("/answer", b'{"phone": "%s", "place": 0, "answer": [1e999]}' % PHONE.encode(), 400),
        ("/answer", {"phone": PHONE, "place": 0, "answer": "x" * MOST_ANSWER}, 413),
        ("/answer", {"phone": PHONE, "place": 0, "answer": "x" * 100_000}, 413),
        ("/answer", {"phone": PHONE, "place": 10**1000, "answer": 1}, 409),
        ("/answer", {"phone": PHONE, "place": -1, "answer": 1}, 409),
        ("/steer", {"place": 3}, 400),
        ("/steer", {"place": -1}, 400),
        ("/steer", {"place": "1"}, 400),
        ("/steer", {"place": 1, "revealed": "yes"}, 400),
        ("/steer", {"place": 1, "locked": 1}, 400),
        ("/steer", {"revealed": True}, 400),
        ("/steer", b"x" * 100_000, 413),
        ("/dance", {}, 404),
    ],
)
def test_what_cannot_be_read_is_refused_and_changes_nothing(room: Visit, path: str, body: object, status: int) -> None:
    reply = room.ask(path, "POST", body, {"X-Room-Key": room.key})
    assert reply.status == status
    assert reply.refused.endswith(".")
    with room.events() as lecturer:
        said = lecturer.next()
        assert (said["version"], said["answers"]) == (0, [])


def test_any_json_answer_comes_to_the_lecturer_as_it_was_given(room: Visit) -> None:
    given = [1, -2.5, "é·10⁻⁹ \u2028\n\r\ndata: x", "\ud800", [], {"a": {"b": [True, None]}}, False, 0, ""]
    for n, each in enumerate(given):
        assert room.answer(f"{PHONE}-{n}", 0, each).status == 204
    with room.events() as lecturer, room.events(f"{PHONE}-2") as phone:
        assert [each["answer"] for each in lecturer.next()["answers"]] == given
        assert phone.next()["answer"] == given[2]
    rows = list(csv.reader(io.StringIO(room.table(), newline="")))
    assert len(rows) == len(given) + 1


def test_answers_are_taken_at_a_rate_that_a_hand_has(room: Visit, clock: Clock) -> None:
    statuses = [room.answer(PHONE, 0, n).status for n in range(12)]
    assert statuses == [204] * 10 + [429] * 2
    assert "very fast" in room.answer(PHONE, 0, 0).refused
    assert room.answer(OTHER, 0, 0).status == 204
    clock.now += 0.25
    assert room.answer(PHONE, 0, "after a moment").status == 204


def test_a_room_that_is_full_says_so_and_still_serves_those_who_are_in_it(
    room: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("landscape.web.rooms.held.MOST_PHONES", 2)
    with room.events(PHONE) as phone:
        phone.next()
        assert room.answer(OTHER, 0, 1).status == 204
        full = room.ask("/events?phone=one-phone-too-many")
        assert full.status == 503
        assert "full" in full.refused
        assert room.answer("one-phone-too-many", 0, 1).status == 503
        assert room.answer(OTHER, 0, 2).status == room.answer(PHONE, 0, 2).status == 204
        with room.events(OTHER) as other:
            assert other.next()["answer"] == 2


def test_a_room_keeps_no_more_answers_than_it_has_place_for(room: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landscape.web.rooms.held.MOST_LOG", 100)
    assert [room.answer(PHONE, 0, "x" * 50).status for _ in range(2)] == [204, 507]
    assert room.steer(1).status == 204


def test_no_more_rooms_are_opened_than_there_is_place_for(server: HallServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.open()
    monkeypatch.setattr(importlib.import_module("landscape.web.rooms.hall"), "MOST_ROOMS", 1)
    with pytest.raises(RefusedError, match="rooms are in use"):
        server.open()


def test_wrong_codes_are_refused_after_very_many_and_the_room_of_the_hall_is_not(
    server: HallServer, room: Visit
) -> None:
    assert room.ask("/scene/0/hidden").status == 200
    wrong = Visit(room.url, "ZZZZZZ" if room.code != "ZZZZZZ" else "YYYYYY")
    for code in ("", "ABC", "ABCDE0", "%2e%2e", "Ä" * 6):
        assert ask(room.url, f"/room/{code.encode('unicode_escape').decode()}/scene/0/hidden").status == 404
    for _ in range(MOST_WRONG - 1):
        server.hall.guesses.wrong("127.0.0.1")
    refused = wrong.ask("/scene/0/hidden")
    assert (refused.status, "no room with this code" in refused.refused) == (404, True)
    refused = wrong.ask("/scene/0/hidden")
    assert (refused.status, "Too many wrong codes" in refused.refused) == (429, True)
    assert wrong.ask("").status == 429
    assert room.ask("/scene/0/hidden").status == 200
    # Neither is a room that is found told from one that is not.
    assert Visit(room.url, server.open().code).ask("/scene/0/hidden").status == 429


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1.elsewhere.example"])
def test_what_another_site_sends_is_refused(room: Visit, origin: str) -> None:
    headers = {"X-Room-Key": room.key, "Origin": origin}
    for path, body in (
        ("/steer", {"place": 1}),
        ("/close", None),
        ("/answer", {"phone": PHONE, "place": 0, "answer": 1}),
    ):
        reply = room.ask(path, "POST", body, headers)
        assert (reply.status, reply.refused) == (403, "This was sent from another site.")
    own = {"X-Room-Key": room.key, "Origin": room.url}
    assert room.ask("/steer", "POST", {"place": 1}, own).status == 204


def test_other_ways_to_ask_are_refused(room: Visit) -> None:
    for method in ("PUT", "DELETE", "OPTIONS"):
        assert room.ask("/answer", method).status == 405
    assert room.ask("/nothing").status == room.ask("/scene/0/other").status == room.ask("/answer").status == 404
    assert room.ask("/events").status == room.ask("/events?phone=short").status == 400


def test_pages_are_those_that_were_handed_in(room: Visit) -> None:
    code = room.code
    for path in ("/room", "/room/"):
        reply = ask(room.url, path)
        assert (reply.status, reply.body) == (200, b"<p>enter </p>")
    for path, said in (("", f"follow {code}"), ("/lecture", f"lecture {code}"), ("/notes", f"notes {code}")):
        reply = room.ask(path)
        assert (reply.status, reply.body.decode()) == (200, f"<p>{said}</p>")
        assert reply.headers["content-type"].startswith("text/html")
        assert "frame-ancestors" in reply.headers["content-security-policy"]
    small = Visit(room.url, code.lower())
    assert small.ask("").body.decode() == f"<p>follow {code}</p>"
    wrong = ask(room.url, "/room/ZZZZZ2")
    assert (wrong.status, wrong.body) == (404, b"<p>enter ZZZZZ2</p>")


def test_a_lecturer_who_steers_hears_it_at_once_and_of_answers_in_gatherings(
    room: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("landscape.web.rooms.held.GATHER", 3600.0)
    with room.events() as lecturer:
        lecturer.next()
        room.answer(PHONE, 0, 1)
        lecturer.until(lambda said: len(said["answers"]) == 1)
        # The next gathering is an hour away, and a steer is not.
        room.answer(PHONE, 0, 2)
        room.steer(1)
        lecturer.until(lambda said: said["place"] == 1)
        assert [said["answers"] for said in lecturer.seen] == [[], [{"phone": 1, "answer": 1}], []]


def test_a_slow_client_holds_up_nobody_and_gets_the_latest(server: HallServer, room: Visit) -> None:
    address = urlsplit(room.url)
    with socket.create_connection((address.hostname, address.port)) as slow, room.events(PHONE) as quick:
        # It asks, and reads nothing until the end.
        asked = f"GET /room/{room.code}/events?phone={OTHER} HTTP/1.1\r\nHost: x\r\n\r\n"
        slow.sendall(asked.encode())
        wait_until(lambda: server.hall._rooms[room.code].connected == 2, WAIT)
        for n in range(30):
            assert room.steer(n % 2).status == 204
        quick.until(lambda said: said["version"] == 30)
        slow.settimeout(WAIT)
        received = b""
        while b'"version":30' not in received:
            received += slow.recv(65536)


def test_rooms_without_anybody_are_left_after_half_a_day(server: HallServer, clock: Clock) -> None:
    hall = server.hall
    assert hall._loop is not None
    here, gone = server.open(), server.open()

    def sweep() -> None:
        asyncio.run_coroutine_threadsafe(hall.sweep(), hall._loop).result(WAIT)

    with here.events(PHONE) as phone:
        phone.next()
        with gone.events() as lecturer:
            lecturer.next()
        wait_until(lambda: hall._rooms[gone.code].is_empty, WAIT)
        clock.now += 11 * 3600
        sweep()
        assert hall._rooms.keys() == {here.code, gone.code}
        clock.now += 2 * 3600
        sweep()
        assert hall._rooms.keys() == {here.code}


@pytest.mark.parametrize("prefix", ["", "/some/where"])
def test_rooms_stand_below_the_prefix_of_the_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    monkeypatch.setattr(config, "get_option", _with(prefix))
    with hall_server(Hall(DiskLog(tmp_path)), PAGES) as running:
        running.prefix = prefix
        visit = running.open()
        assert visit.ask("/scene/0/hidden").body == SCENES[0][0]
        with visit.events(PHONE) as phone:
            assert phone.next()["place"] == 0
        assert ask(running.url, f"{prefix}/room").status == 200


def _with(prefix: str):
    asked = config.get_option
    return lambda name: prefix if name == "server.baseUrlPath" else asked(name)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The whole app, in a process of its own."""
    script = Path(__file__).resolve().parents[2] / "helpers" / "room_app.py"
    folder = tmp_path_factory.mktemp("app")
    with running_app(folder, script, environment={"LANDSCAPE_STORE": str(folder / "store")}) as running:
        yield running


def opened_in(app: AppServer) -> Visit:
    scenes = [[hidden.decode(), whole.decode()] for hidden, whole in SCENES]
    asked = json.dumps({"title": "A lesson", "scenes": scenes, "lecturer": LECTURER.decode()}).encode()
    opened = json.loads(ask(app.url, "/test/open", "POST", asked).body)
    return Visit(app.url, opened["code"], opened["key"])


def test_rooms_stand_beside_streamlits_pages(app: AppServer) -> None:
    visit = opened_in(app)
    with visit.events(PHONE) as phone, visit.events() as lecturer:
        phone.next()
        visit.steer(1)
        phone.until(lambda said: said["place"] == 1)
        assert visit.answer(PHONE, 1, "x").status == 204
        lecturer.until(lambda said: len(said["answers"]) == 1)
        assert visit.ask("/scene/1/whole").status == 403
        assert b"<title>Follow</title>" in visit.ask("").body
        assert b"The page is on its way." in ask(app.url, "/").body


def test_the_app_ends_at_once_although_phones_are_connected(app: AppServer) -> None:
    visit = opened_in(app)
    streams: list[Events] = [visit.events(f"{PHONE}-{n}") for n in range(5)]
    for events in streams:
        events.next()
    assert app.process is not None
    app.process.terminate()
    # Streamlit's server itself would wait for them for ever.
    app.process.wait(WAIT)
    for events in streams:
        assert not [line for line in events.lines() if line]
        events.close()
    assert "Traceback" not in app.new_log()
