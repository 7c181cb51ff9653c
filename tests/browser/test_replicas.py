"""Several replicas behind the proxy of deploy/: a visitor stays on one, and keeps her picture when that one dies."""

from __future__ import annotations

import math
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import proxy
import pytest
import redis_of_tests
from app_server import AppServer, running_app, wait_until
from on_stage import drawn, sentence, type_in
from playwright.sync_api import Browser, Page, expect
from proxy import proxied
from redis import Redis
from redis_of_tests import RunningRedis, running_redis
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from landscape.scenario import Data, Scenario
from landscape.scenario.kept import query_in_parts
from landscape.web.redis_server import PREFIX, URL_VARIABLE, RedisServer
from landscape.web.store import FOLDER_VARIABLE, DiskStore, SharedStore

pytestmark = pytest.mark.skipif(proxy.HAPROXY is None, reason=proxy.NEEDED)


@dataclass
class Hall:
    """A proxy's address, the replicas behind it, and the server that they share, where there is one."""

    url: str
    replicas: list[AppServer]
    redis: RunningRedis | None


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Two replicas behind the proxy, with the configuration that compose.yaml gives it."""
    with ExitStack() as stack:
        shared = {"STREAMLIT_SERVER_COOKIE_SECRET": "of both"}
        redis = None
        if redis_of_tests.PROGRAM is not None:
            redis = stack.enter_context(running_redis(tmp_path))
            shared[URL_VARIABLE] = redis.url
        replicas = []
        for name in ("a", "b"):
            folder = tmp_path / name
            folder.mkdir()
            own = {**shared, FOLDER_VARIABLE: str(folder / "store")}
            replicas.append(stack.enter_context(running_app(folder, environment=own)))
        yield Hall(stack.enter_context(proxied(tmp_path, replicas)), replicas, redis)


def visitors(browser: Browser, hall: Hall) -> list[Page]:
    """Four visitors with scenarios of their own, some on each replica."""
    pages = []
    for n in range(4):
        page = browser.new_context().new_page()
        page.goto(f"{hall.url}/?x=-1,1&y=1,{n + 1}&m=2")
        pages.append(drawn(page))
    return pages


def replica_of(page: Page) -> str:
    (cookie,) = [cookie for cookie in page.context.cookies() if cookie["name"] == "replica"]
    return cookie["value"]


def test_visitors_of_a_replica_that_dies_have_their_pictures_back_on_the_other(browser: Browser, hall: Hall) -> None:
    pages = visitors(browser, hall)
    homes = [replica_of(page) for page in pages]
    assert len(set(homes)) == 2
    for page in pages:
        type_in(page, "y₁", "0.5")
    seen = [(page.url, sentence(page, "run0"), sentence(page, "optimum")) for page in pages]
    for page, home in zip(pages, homes, strict=True):
        page.reload()
        drawn(page)
        assert replica_of(page) == home
    process = hall.replicas[0].process
    assert process is not None
    process.kill()
    process.wait()
    for page, before in zip(pages, seen, strict=True):
        stage = page.get_by_test_id("stApp")
        expect(stage).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=90_000)
        # A page of the replica that is left has stayed as it was, and takes a change as any other does.
        type_in(page, "y₁", "0.75")
        type_in(page, "y₁", "0.5")
        drawn(page)
        assert (page.url, sentence(page, "run0"), sentence(page, "optimum")) == before
        page.reload()
        drawn(page)
        assert (page.url, sentence(page, "run0"), sentence(page, "optimum")) == before
    assert len({replica_of(page) for page in pages}) == 1
    assert "Traceback" not in hall.replicas[1].new_log()
    for page in pages:
        page.context.close()


@pytest.mark.skipif(redis_of_tests.PROGRAM is None, reason=redis_of_tests.NEEDED)
def test_what_is_too_large_for_a_link_and_what_took_long_outlive_their_replica(
    browser: Browser, hall: Hall, tmp_path: Path
) -> None:
    assert hall.redis is not None
    # Two features and a bias: solving them is for the queue of long work.
    points = [(math.cos(k), math.sin(3.0 * k)) for k in range(60)]
    data = Data(tuple(v for p in points for v in p), tuple(math.sin(5.0 * k) for k in range(60)), 2, True)
    scenario = Scenario(data).changed(m=4, layer="trained", lam=0.1)
    query, documents = query_in_parts(scenario)
    with Redis.from_url(hall.redis.url) as client:
        keeping = SharedStore(RedisServer(client), DiskStore(tmp_path / "elsewhere"))
        assert [keeping.put(document) for document in documents] == query["kept"]
        address = f"{hall.url}/convex_twin?{urlencode(query, doseq=True)}"
        pages = [browser.new_context().new_page() for _ in range(2)]
        for page in pages:
            page.goto(address)
            drawn(page)
            # What the first has solved the second need not solve again.
            wait_until(lambda: len(client.keys(f"{PREFIX}result:*")) == 1)
    homes = [replica_of(page) for page in pages]
    assert len(set(homes)) == 2
    seen = [(sentence(page, "run0"), sentence(page, "optimum")) for page in pages]
    assert seen[0] == seen[1]
    process = hall.replicas[0].process
    assert process is not None
    process.kill()
    process.wait()
    for page, before in zip(pages, seen, strict=True):
        page.reload()
        drawn(page)
        assert (sentence(page, "run0"), sentence(page, "optimum")) == before
    assert len({replica_of(page) for page in pages}) == 1
    for page in pages:
        page.context.close()


def test_the_metrics_and_other_sites_stay_outside_of_the_proxy(hall: Hall) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{hall.url}/_stcore/metrics", timeout=10)
    address = hall.url.replace("http", "ws") + "/_stcore/stream"
    with pytest.raises(InvalidStatus, match="403"), connect(address, origin=Origin("https://elsewhere.example")):
        pass
    with connect(address, origin=Origin(hall.url)):
        pass


def test_what_is_compressed_comes_through_as_it_is(hall: Hall) -> None:
    with urllib.request.urlopen(hall.url, timeout=10) as answer:
        page = answer.read().decode()
    script = re.search(r'src="\./(static/js/[^"]+)"', page)
    assert script is not None
    for encoding in ("br", "gzip"):
        asked = urllib.request.Request(f"{hall.url}/{script[1]}", headers={"Accept-Encoding": encoding})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert answer.headers["content-encoding"] == encoding
