"""What replicas share on a Redis server is whole, theirs, and missed by nobody while the server is away."""

from __future__ import annotations

import importlib
import pickle
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import redis_of_tests
from app_server import wait_until
from long_work import answer, fails
from redis import Redis
from redis_of_tests import RunningRedis, running_redis

from landscape.results.solved_scenario import solve_scenario
from landscape.scenario import Data, Training
from landscape.scenario.kept import key_of
from landscape.web import redis_server as module
from landscape.web.jobs import JobQueue
from landscape.web.jobs.runners import Threads
from landscape.web.jobs.shared_results import MOST_BYTES, SECRET_VARIABLE, SharedResults, shared_results
from landscape.web.redis_server import PREFIX, URL_VARIABLE, RedisServer, redis_server
from landscape.web.store import FOLDER_VARIABLE, DiskStore, SharedStore, store

pytestmark = pytest.mark.skipif(redis_of_tests.PROGRAM is None, reason=redis_of_tests.NEEDED)


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
        for thread in threading.enumerate():
            if thread.name == "sharing a result":
                thread.join(30)


@pytest.fixture
def server(client: Redis) -> RedisServer:
    return RedisServer(client)


def test_two_replicas_keep_documents_for_each_other(server, tmp_path):
    first, second = (SharedStore(server, DiskStore(tmp_path / name, largest=400)) for name in ("first", "second"))
    for document in ("{}", '{"x": [1, 2]}', "é·10⁻⁹", ""):
        assert first.put(document) == key_of(document)
        assert second.get(key_of(document)) == document
    for key in ("", "a" * 20, "../kept", key_of("nobody's")):
        assert second.get(key) is None
    with pytest.raises(ValueError, match="too large to be kept here"):
        first.put("x" * 401)


def test_a_document_is_kept_for_as_long_as_it_is_used(server, client, tmp_path):
    kept = SharedStore(server, DiskStore(tmp_path), most_days=2)
    key = kept.put("{}")
    name = f"{PREFIX}kept:{key}"
    assert 86_400 < client.ttl(name) <= 2 * 86_400
    client.expire(name, 10)
    assert kept.get(key) == "{}"
    assert client.ttl(name) > 86_400


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"x" * 1000])
def test_a_document_that_was_damaged_on_the_server_is_read_from_where_it_is_whole(server, client, tmp_path, damage):
    kept = SharedStore(server, DiskStore(tmp_path / "one"))
    key = kept.put('{"x": 1}')
    client.set(f"{PREFIX}kept:{key}", damage)
    assert kept.get(key) == '{"x": 1}'
    assert SharedStore(server, DiskStore(tmp_path / "other")).get(key) is None


def test_a_replica_without_room_of_its_own_keeps_documents_on_the_server(server, tmp_path):
    (tmp_path / "file").write_text("in the way")
    kept = SharedStore(server, DiskStore(tmp_path / "file"))
    assert kept.get(kept.put("{}")) == "{}"


def test_a_server_that_is_away_is_left_alone_for_a_while_and_nothing_is_lost(running, server, tmp_path, monkeypatch):
    kept = SharedStore(server, DiskStore(tmp_path / "one"))
    before = kept.put("before")
    running.stop()
    during = kept.put("during")
    assert [kept.get(key) for key in (before, during)] == ["before", "during"]
    asked = []
    monkeypatch.setattr(server._client, "getex", lambda *a, **k: asked.append(a))
    assert kept.get(before) == "before"
    assert not asked
    monkeypatch.undo()
    running.start()
    server._away_until = 0.0
    assert kept.get(during) == "during"
    after = kept.put("after")
    assert SharedStore(server, DiskStore(tmp_path / "other")).get(after) == "after"


def queue_of(server: RedisServer, secret: str = "of all") -> JobQueue:
    return JobQueue(Threads(1), shared=SharedResults(server, secret))


def computed(queue: JobQueue, key: Any, work: Any) -> Any:
    """The result of a piece of work, once it is shared where it is to be."""
    job = queue.start(key, work)
    assert job.wait(30)
    assert queue.wait(30)
    return job.status.result


def shared(client: Redis, count: int) -> None:
    """Wait until so many results are on the server."""
    wait_until(lambda: len(client.keys(f"{PREFIX}result:*")) == count)


def test_what_one_replica_has_computed_no_other_computes_again(server, client):
    key = ("solve", Data((-1.0, 1.0), (1.0, 2.0)), Training(), None)
    work = partial(solved, key[1], key[2])
    first, second = queue_of(server), queue_of(server)
    assert second.found(key) is None
    expected = computed(first, key, work)
    shared(client, 1)
    job = second.found(key)
    assert job is not None
    assert job.status.done
    assert job.status.progress == 1.0
    found = job.status.result
    assert found.proof.value == expected.proof.value
    assert [run.verdict for run in found.runs] == [run.verdict for run in expected.runs]
    assert not found.runs[0].trajectory.W.flags.writeable
    # Whoever asks for it gets it, and the work is not begun.
    third = queue_of(server)
    assert computed(third, key, fails).proof.value == expected.proof.value
    # Other data are other work.
    other = ("solve", Data((-1.0, 1.0), (1.0, 2.0000000000000004)), Training(), None)
    assert second.found(other) is None


def solved(data: Data, training: Training, report: Any, halt: Any) -> Any:
    return solve_scenario(data, training)


@pytest.mark.parametrize("how", ["another secret", "damaged", "another's result", "a pickle of a stranger", "empty"])
def test_a_result_that_no_replica_has_signed_is_not_read(server, client, how, tmp_path):
    computed(queue_of(server), ("a",), partial(answer, "of a"))
    computed(queue_of(server), ("b",), partial(answer, "of b"))
    shared(client, 2)
    mine = client.keys(f"{PREFIX}result:*")
    contents = {name: client.get(name) for name in mine}
    secret = "of all"
    if how == "another secret":
        secret = "of others"
    elif how == "damaged":
        for name, kept in contents.items():
            client.set(name, kept[:-1] + bytes([kept[-1] ^ 1]))
    elif how == "another's result":
        client.set(mine[0], contents[mine[1]])
        client.set(mine[1], contents[mine[0]])
    else:
        trap = pickle.dumps(Trap(tmp_path / "sprung")) if how.startswith("a pickle") else b""
        for name in mine:
            client.set(name, trap)
    queue = queue_of(server, secret)
    assert queue.found(("a",)) is None
    assert queue.found(("b",)) is None
    assert not (tmp_path / "sprung").exists()
    assert computed(queue, ("a",), partial(answer, "anew")) == "anew"


class Trap:
    """What leaves a file behind when it is read as a pickle."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> Any:
        return Path.touch, (self.file,)


def test_what_cannot_travel_or_is_too_large_or_stopped_stays_where_it_is(server, client):
    queue = queue_of(server)
    results = SharedResults(server, "of all")
    results.put(("unfit",), lambda: None).join(30)
    results.put(("large",), b"x" * (MOST_BYTES + 1)).join(30)
    computed(queue, ("failed",), fails)
    results.put(("fit",), "this").join(30)
    shared(client, 1)
    assert results.get(("fit",))[0] == "this"


def test_another_version_of_the_code_has_results_of_its_own(server, client, monkeypatch):
    computed(queue_of(server), ("a",), partial(answer, 1))
    shared(client, 1)
    assert queue_of(server).found(("a",)) is not None
    monkeypatch.setattr(importlib.import_module("landscape.web.jobs.shared_results"), "_version", lambda: "another")
    assert queue_of(server).found(("a",)) is None


def test_a_server_that_is_away_holds_up_no_work(running, server):
    running.stop()
    assert computed(queue_of(server), ("a",), partial(answer, 1)) == 1


def test_the_environment_names_the_server_and_the_secret(running, client, monkeypatch, tmp_path):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    for named in (False, True):
        module.redis_server.cache_clear()
        monkeypatch.setenv(URL_VARIABLE, running.url if named else " ")
        monkeypatch.setenv(SECRET_VARIABLE, "of all")
        assert (redis_server() is not None) is named
        assert isinstance(store(), SharedStore if named else DiskStore)
        assert (shared_results() is not None) is named
        monkeypatch.delenv(SECRET_VARIABLE)
        assert shared_results() is None
    assert store().get(store().put("{}")) == "{}"
    assert len(client.keys(f"{PREFIX}kept:*")) == 1
    module.redis_server.cache_clear()
    monkeypatch.setenv(URL_VARIABLE, "http://nowhere")
    with pytest.raises(ValueError, match="REDIS_URL must be an address such as"):
        redis_server()
    module.redis_server.cache_clear()
