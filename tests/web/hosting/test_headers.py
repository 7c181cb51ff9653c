"""Every answer says what a page may load, and the metrics are not for the public."""

from __future__ import annotations

import pytest
from asgi import ask
from starlette.responses import PlainTextResponse

from landscape.web.hosting.headers import FRAMES_VARIABLE, METRICS_VARIABLE, SecurityHeaders

APP = SecurityHeaders(PlainTextResponse("figures"))


def directives(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (part.split() for part in policy.split(";"))}


def test_a_page_loads_from_its_own_host_alone() -> None:
    answer = ask(APP, "/convex_twin", {"host": "demo.example:8501"})
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = directives(answer.headers["content-security-policy"])
    sources = {source for name, listed in policy.items() if name != "frame-ancestors" for source in listed}
    assert {s for s in sources if not s.startswith("'") and s not in {"data:", "blob:"}} == {
        "ws://demo.example:8501",
        "wss://demo.example:8501",
    }
    assert policy["object-src"] == ["'none'"]


def test_files_of_a_page_do_without_a_policy() -> None:
    for kind in ("text/javascript; charset=utf-8", "application/json", "font/woff2"):
        answer = ask(SecurityHeaders(PlainTextResponse("x", headers={"content-type": kind})), "/static/x")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "content-security-policy" not in answer.headers
    for kind in ("text/html; charset=utf-8", "image/svg+xml", "text/plain", "application/octet-stream"):
        answer = ask(SecurityHeaders(PlainTextResponse("x", headers={"content-type": kind})), "/x")
        assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("host", ["demo.example; script-src *", "a b", "", "x'y", "a,b"])
def test_a_host_that_is_none_is_not_written_into_the_policy(host: str) -> None:
    policy = directives(ask(APP, "/", {"host": host}).headers["content-security-policy"])
    assert policy["connect-src"] == ["'self'", "data:", "blob:"]
    assert "*" not in policy["script-src"]


def test_the_host_says_who_may_frame_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    def frames() -> list[str]:
        return directives(ask(APP, "/").headers["content-security-policy"])["frame-ancestors"]

    assert frames() == ["*"]
    monkeypatch.setenv(FRAMES_VARIABLE, "'self' https://course.example; script-src *")
    assert frames()[:2] == ["'self'", "https://course.example"]
    assert "*" not in directives(ask(APP, "/").headers["content-security-policy"])["script-src"]
    monkeypatch.setenv(FRAMES_VARIABLE, "")
    assert frames() == ["'none'"]


METRICS = ["/_stcore/metrics", "/_stcore/metrics/", "//_stcore//metrics", "/demo/_stcore/metrics"]


@pytest.mark.parametrize("path", METRICS)
def test_the_metrics_are_closed_to_whoever_has_no_token(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    assert ask(APP, path).status == 403
    assert ask(APP, path, {"authorization": "Bearer "}).status == 403
    monkeypatch.setenv(METRICS_VARIABLE, "secret")
    for wrong in ("", "secret", "Bearer", "Bearer ", "Bearer secret2", "Bearer sécret"):
        refused = ask(APP, path, {"authorization": wrong})
        assert refused.status == 403
        assert "figures" not in refused.text
        assert "content-security-policy" in refused.headers
    assert ask(APP, path, {"authorization": "Bearer secret"}).text == "figures"


def test_nothing_else_is_closed() -> None:
    for path in ("/", "/_stcore/health", "/metrics", "/_stcore/metrics-page"):
        assert ask(APP, path).status == 200
