"""Rooms are opened from the threads of scripts, kept where the environment says, and never opened without a server."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from loops import run_apart
from room_visits import hall_server, lesson

from landscape.web.redis_server import URL_VARIABLE
from landscape.web.rooms import Hall, RefusedError, hall
from landscape.web.rooms.disk_log import DiskLog
from landscape.web.rooms.redis_log import RedisLog
from landscape.web.store import FOLDER_VARIABLE


@pytest.fixture(autouse=True)
def fresh_hall():
    hall.cache_clear()
    yield
    hall.cache_clear()


def test_many_threads_open_rooms_at_once_and_each_has_its_own(tmp_path):
    with hall_server(Hall(DiskLog(tmp_path))) as running, ThreadPoolExecutor(8) as threads:
        visits = list(threads.map(lambda _: running.open(), range(24)))
        assert len({visit.code for visit in visits}) == len({visit.key for visit in visits}) == 24
        for visit in visits:
            assert visit.steer(1).status == 204


def test_without_a_server_a_room_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(RefusedError, match="where the app is served"):
        Hall(DiskLog(tmp_path)).open_room(lesson())


def test_an_opening_that_fails_raises_in_the_thread_that_asked(tmp_path, monkeypatch):
    with hall_server(Hall(DiskLog(tmp_path))) as running:

        async def count() -> int:
            return 200

        monkeypatch.setattr(running.hall.log, "count", count)
        with pytest.raises(RefusedError, match="All 200 rooms are in use"):
            running.open()
        assert threading.current_thread() is not running.thread


def test_the_environment_says_where_rooms_are_kept(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setenv(URL_VARIABLE, " ")
    kept = hall().log
    assert isinstance(kept, DiskLog)
    assert kept.folder == tmp_path / "rooms"
    assert hall() is hall()
    hall.cache_clear()
    monkeypatch.setenv(URL_VARIABLE, "redis://127.0.0.1:1/0")
    assert isinstance(hall().log, RedisLog)
    hall.cache_clear()
    monkeypatch.setenv(URL_VARIABLE, "http://nowhere")
    with pytest.raises(ValueError, match="REDIS_URL must be an address such as"):
        run_apart(hall().log.start())
