"""Replicas that share a Redis server have one room: one order, one state, and nothing lost with any one of them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import proxy
import pytest
import redis_of_tests
from app_server import AppServer, running_app, wait_until
from loops import run_apart
from proxy import proxied
from redis import Redis
from redis_of_tests import RunningRedis, running_redis
from room_visits import LECTURER, SCENES, WAIT, Visit, ask, hall_server, lesson

from landscape.web.redis_server import PREFIX, URL_VARIABLE
from landscape.web.rooms import Hall, RefusedError
from landscape.web.rooms.held import Subscriber
from landscape.web.rooms.redis_log import RedisLog
from landscape.web.rooms.refusals import AwayError

pytestmark = pytest.mark.skipif(redis_of_tests.PROGRAM is None, reason=redis_of_tests.NEEDED)

PHONE, OTHER = "a-phone-of-the-hall", "another_phone_000"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRedis]:
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def client(running: RunningRedis) -> Iterator[Redis]:
    if not running.processes:
        running.start()
    with Redis.from_url(running.url, socket_timeout=1, socket_connect_timeout=1) as client:
        client.flushall()
        yield client


@asynccontextmanager
async def halls(url: str, count: int = 2) -> AsyncIterator[list[Hall]]:
    """Halls that know nothing of each other but the server."""
    async with AsyncExitStack() as stack:
        made = [Hall(RedisLog(url)) for _ in range(count)]
        for hall in made:
            await stack.enter_async_context(hall.running())
        yield made


async def until(reached: Callable[[], bool]) -> None:
    """Wait until a state is reached."""
    async with asyncio.timeout(WAIT):
        while not reached():
            await asyncio.sleep(0.01)


async def tried_until_done(act: Callable[[], object]) -> None:
    """Try until the server is back."""
    async with asyncio.timeout(WAIT):
        while True:
            try:
                await act()
            except AwayError:
                await asyncio.sleep(0.05)
            else:
                return


def test_what_is_given_to_one_is_seen_by_the_other(running, client):
    async def run() -> None:
        async with halls(running.url) as (first, second):
            code, key = await first.opened(lesson())
            one, two = await first.room(code), await second.room(code)
            assert two.deed == one.deed
            second.lecturer(two, key)
            await second.steer(two, 1, None, None)
            await until(lambda: one.room.place == 1)
            await first.answer(one, PHONE, 1, {"x": "é"})
            await until(lambda: two.room.answer_of(PHONE) == {"x": "é"})
            await second.steer(two, 1, True, None)
            await until(lambda: one.room.revealed)
            with pytest.raises(RefusedError, match="shown already"):
                await first.answer(one, PHONE, 1, "late")
            assert one.room == two.room
            # Who comes later finds the same.
            async with halls(running.url, 1) as (third,):
                assert (await third.room(code)).room == one.room

    run_apart(run())


def test_a_race_of_answers_and_a_lock_ends_the_same_everywhere(running, client):
    async def run() -> None:
        async with halls(running.url, 3) as (first, second, third):
            code, _ = await first.opened(lesson())
            held = [await hall.room(code) for hall in (first, second, third)]
            phones = [f"phone-{n:03d}-of-the-hall" for n in range(120)]

            async def answers(number: int, phone: str) -> bool:
                hall, room = ((first, held[0]), (second, held[1]))[number % 2]
                try:
                    await hall.answer(room, phone, 0, number)
                except RefusedError as refused:
                    return refused.status != 409
                return True

            async def locks() -> bool:
                await until(lambda: len(held[2].room.answers()) >= 20)
                await third.steer(held[2], 0, None, True)
                return True

            counted = await asyncio.gather(*map(answers, range(60), phones), locks())
            counted += await asyncio.gather(*map(answers, range(60, 120), phones[60:]))
            await until(lambda: all(room.room.locked for room in held))
            assert held[0].room == held[1].room == held[2].room
            # What each phone was told is what counts.
            for phone, did in zip(phones[:60], counted, strict=False):
                assert held[2].room.has_answered(phone) == did
            assert not any(held[2].room.has_answered(phone) for phone in phones[60:])

    run_apart(run())


def test_phones_of_all_replicas_are_counted(running, client):
    async def run() -> None:
        async with halls(running.url) as (first, second):
            code, _ = await first.opened(lesson())
            one, two = await first.room(code), await second.room(code)
            lecturer = Subscriber(None)
            one.join(lecturer)
            one.join(Subscriber(PHONE))
            there = Subscriber(OTHER)
            two.join(there)
            await until(lambda: json.loads(one.message(lecturer))["phones"] == 2)
            two.part(there)
            two.join(Subscriber(None))
            await until(lambda: json.loads(one.message(lecturer))["phones"] == 1)

    run_apart(run())


def test_a_room_that_one_closes_is_closed_for_all_and_nothing_is_kept(running, client):
    async def run() -> None:
        async with halls(running.url) as (first, second):
            code, _ = await first.opened(lesson())
            one, two = await first.room(code), await second.room(code)
            await first.answer(one, PHONE, 0, "x")
            await second.close(two)
            await until(lambda: one.room.closed and not first._rooms)
            for hall in (first, second):
                with pytest.raises(RefusedError, match="no room with this code"):
                    await hall.room(code)
            assert await first.log.count() == 0
            # But for a moment the log, by which other replicas hear that it is closed, and that it is.
            kept = {name.decode().removeprefix(PREFIX) for name in client.keys(f"{PREFIX}room*")}
            assert kept <= {f"room:{code}:log", f"room:{code}:closed"}
            assert 0 < client.ttl(f"{PREFIX}room:{code}:log") <= 60

    run_apart(run())


def test_everything_expires_and_is_kept_while_somebody_is_there(running, client):
    async def run() -> None:
        async with halls(running.url, 1) as (hall,):
            code, _ = await hall.opened(lesson())
            held = await hall.room(code)
            held.join(Subscriber(PHONE))
            await hall.count_phones()
            names = client.keys(f"{PREFIX}room:*")
            assert len(names) == 4
            assert all(0 < client.ttl(name) <= 12 * 3600 for name in names)
            client.expire(f"{PREFIX}room:{code}:deed", 10)
            client.expire(f"{PREFIX}room:{code}:log", 10)
            await hall.sweep()
            assert client.ttl(f"{PREFIX}room:{code}:deed") > 11 * 3600
            assert client.ttl(f"{PREFIX}room:{code}:log") > 11 * 3600
            assert await hall.log.count() == 1
            client.zadd(f"{PREFIX}rooms", {code: time.time() - 1})
            assert await hall.log.count() == 0

    run_apart(run())


def test_a_code_that_another_replica_has_given_is_not_given_again(running, client):
    async def run() -> None:
        async with halls(running.url) as (first, second):
            code, _ = await first.opened(lesson())
            assert not await second.log.open(code, (await first.room(code)).deed)

    run_apart(run())


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff"])
def test_a_damaged_deed_is_no_room_and_a_damaged_line_no_entry(running, client, damage):
    async def run() -> None:
        async with halls(running.url) as (first, second):
            code, _ = await first.opened(lesson())
            held = await first.room(code)
            client.xadd(f"{PREFIX}room:{code}:log", {"line": damage})
            client.xadd(f"{PREFIX}room:{code}:log", {"other": damage})
            await first.answer(held, PHONE, 0, 1)
            assert held.room.answer_of(PHONE) == 1
            client.set(f"{PREFIX}room:{code}:deed", damage)
            with pytest.raises(RefusedError, match="no room with this code"):
                await second.room(code)

    run_apart(run())


def test_while_the_server_is_away_nothing_is_taken_and_afterwards_nothing_is_lost(running, client):
    async def run() -> None:
        async with halls(running.url) as (first, second):
            code, key = await first.opened(lesson())
            one, two = await first.room(code), await second.room(code)
            await first.steer(one, 1, None, None)
            await first.answer(one, PHONE, 1, "before")
            await until(lambda: two.room.answer_of(PHONE) == "before")
            before = json.dumps(two.room.all_answers())
            await asyncio.to_thread(running.stop)
            for hall, held in ((first, one), (second, two)):
                with pytest.raises(AwayError, match="cannot reach"):
                    await hall.answer(held, OTHER, 1, "during")
                with pytest.raises(AwayError):
                    await hall.steer(held, 2, None, None)
                assert held.room.place == 1
            with pytest.raises(AwayError):
                await first.opened(lesson())
            with pytest.raises(AwayError):
                await first.room("ABCDEF")
            # Empty, as after a restart that found nothing on its disk.
            await asyncio.to_thread(running.start)
            await tried_until_done(lambda: second.answer(two, OTHER, 1, "after"))
            await until(lambda: one.room == two.room and one.room.answer_of(OTHER) == "after")
            assert json.dumps(one.room.all_answers()[:1]) == before
            async with halls(running.url, 1) as (third,):
                late = await third.room(code)
                third.lecturer(late, key)
                assert late.room.all_answers() == one.room.all_answers()

    run_apart(run())


def test_a_room_that_was_closed_is_not_written_anew_by_who_missed_it(running, client):
    async def run() -> None:
        async with halls(running.url) as (first, second):
            code, _ = await first.opened(lesson())
            one, two = await first.room(code), await second.room(code)
            task = second.log._followed[code].task
            assert task is not None
            task.cancel()
            await first.close(one)
            client.delete(f"{PREFIX}room:{code}:log")
            followed = second.log._followed[code]
            await second.log._asked(lambda asked: second.log._replay(asked, code, followed))
            assert two.room.closed
            assert not client.exists(f"{PREFIX}room:{code}:log")

    run_apart(run())


def test_phones_keep_their_connection_while_the_server_is_away(running, client):
    with hall_server(Hall(RedisLog(running.url))) as one, hall_server(Hall(RedisLog(running.url))) as two:
        visit = one.open()
        other = Visit(two.url, visit.code, visit.key)
        with visit.events(PHONE) as phone, other.events() as lecturer:
            phone.next()
            lecturer.next()
            running.stop()
            away = visit.answer(PHONE, 0, "x")
            assert (away.status, "cannot reach" in away.refused) == (503, True)
            running.start()
            asked = iter(lambda: other.steer(1).status, 204)
            for status in asked:
                assert status in {503, 429}
            assert phone.until(lambda said: said["place"] == 1)["version"] == 1
            lecturer.until(lambda said: said["place"] == 1)


@contextmanager
def replicas(url: str, folder: Path) -> Iterator[list[AppServer]]:
    """Two processes of the whole app."""
    script = Path(__file__).resolve().parents[2] / "helpers" / "room_app.py"
    with ExitStack() as stack:
        servers = []
        for name in ("one", "two"):
            own = folder / name
            own.mkdir()
            environment = {URL_VARIABLE: url, "LANDSCAPE_STORE": str(own)}
            servers.append(stack.enter_context(running_app(own, script, environment=environment)))
        yield servers


def opened_at(url: str) -> Visit:
    scenes = [[hidden.decode(), whole.decode()] for hidden, whole in SCENES]
    asked = {"title": "A lesson", "scenes": scenes, "lecturer": LECTURER.decode()}
    opened = json.loads(ask(url, "/test/open", "POST", json.dumps(asked).encode()).body)
    return Visit(url, opened["code"], opened["key"])


@pytest.mark.skipif(proxy.HAPROXY is None, reason=proxy.NEEDED)
def test_behind_the_proxy_it_is_one_room_whichever_replica_answers(running, client, tmp_path):
    with replicas(running.url, tmp_path) as servers, proxied(tmp_path, servers) as url:
        visit = opened_at(url)
        phones = [f"{PHONE}-{n}" for n in range(6)]
        with ExitStack() as stack:
            streams = [stack.enter_context(visit.events(phone)) for phone in phones]
            lecturer = stack.enter_context(visit.events())
            assert visit.steer(1).status == 204
            for events in streams:
                events.until(lambda said: said["place"] == 1)
            lecturer.until(lambda said: said["phones"] == len(phones))
            for phone in phones:
                # A replica hears of the scene in its own time; a browser stays with the one that told it.
                wait_until(lambda phone=phone: visit.answer(phone, 1, "x").status == 204)
                wait_until(lambda: visit.ask("/scene/1/hidden").body == SCENES[1][0])
            lecturer.until(lambda said: len(said["answers"]) == len(phones))
            visit.steer(1, revealed=True)
            for events in streams:
                events.until(lambda said: said["revealed"])
            visit.close()
            for events in streams:
                events.until(lambda said: said["closed"])


def test_a_replica_dies_and_its_phones_go_on_with_another(running, client, tmp_path):
    with replicas(running.url, tmp_path) as (one, two):
        here = opened_at(one.url)
        there = Visit(two.url, here.code, here.key)
        with here.events(PHONE) as phone, there.events() as lecturer:
            phone.next()
            assert there.steer(1).status == 204
            phone.until(lambda said: said["place"] == 1)
            assert here.answer(PHONE, 1, "of the one that dies").status == 204
            lecturer.until(lambda said: said["answers"])
            assert one.process is not None
            one.process.kill()
            with pytest.raises((EOFError, OSError)):
                phone.until(lambda said: False)
        with there.events(PHONE) as phone:
            assert phone.next()["answer"] == "of the one that dies"
        assert there.ask("/scene/1/hidden").body == SCENES[1][0]
        assert there.table().splitlines()[1:] == ["2,,,1,of the one that dies,"]
