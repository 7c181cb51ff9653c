"""A lecture in real browsers: a lesson of its own, the lecturer who gives it, and the phones that follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from on_stage import two_frames
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Response, expect

from landscape.lessons import Choose, Guess, Lesson, Option, Place, Scene, Train
from landscape.scenario import Scenario
from landscape.web.lecture.page import write
from landscape.web.lecture.state import LectureState

START = Scenario()

ENDS = (
    Option("At the best loss", "optimum"),
    Option("Caught above it", "stuck"),
    Option("Still moving", "out of steps"),
)
RIGHT = 1
"""Which of them is right in the scenario that the front page opens with."""

LESSON = Lesson(
    "of-a-test",
    "Where descent ends",
    (
        Scene("landscape", START, "The data", "Two points, two neurons.", notes="Begin slowly.", views=("outputs",)),
        Scene(
            "landscape",
            START,
            "Where does it end?",
            "Run 1 starts at loss {{run1.start.loss}}.",
            notes="Wait for all.",
            views=("map", "losses"),
            holds_back=("optimum", "stuck", "verdicts", "future"),
            question=Choose("Where does run 1 end?", "run1.end.kind", ENDS),
            answer="It ends at loss {{run1.end.loss}}.",
        ),
        Scene(
            "landscape",
            START,
            "Your start",
            "Every start rolls down.",
            views=("map",),
            holds_back=("optimum", "stuck", "verdicts", "future"),
            question=Place("Where would you start?"),
        ),
        Scene(
            "landscape",
            START,
            "How many?",
            "The share of all starts.",
            views=("map",),
            holds_back=("stuck",),
            question=Guess("From which share is the best reached?", "basins.share", 0, 100, "%"),
        ),
        Scene(
            "landscape",
            START,
            "Wider networks",
            "More neurons, more ways down.",
            views=("outputs",),
            holds_back=("verdicts",),
            question=Train("How many networks reach the best?", (2, 4)),
        ),
    ),
)
"""One scene that asks nothing, and one of each kind of question."""


@dataclass
class Follower:
    """A phone in a room, and everything that it was sent.

    Arguments
        said: what the room told it, as JSON; answered: all else that came from below the room's address.
    """

    page: Page
    said: list[str] = field(default_factory=list)
    answered: list[Response] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def received(self, scene: int | None = None) -> list[str]:
        """Return the text of all that it was sent below the room, or of one scene, counted from 1."""
        part = "" if scene is None else f"/scene/{scene - 1}/"
        texts = [answer.text() for answer in self.answered if part in answer.url and answer.ok and answer.status != 204]
        return texts if scene is not None else [*texts, *self.said]

    def shows(self, number: int, *, revealed: bool = False) -> None:
        """Wait until it shows a scene, counted from 1, and has drawn it."""
        expect(self.page.locator("html")).to_have_attribute(
            "data-shown", f"{number} {'revealed' if revealed else 'before'}"
        )
        expect(self.page.locator(".phone-title")).to_have_text(LESSON.scenes[number - 1].title)
        for view in LESSON.scenes[number - 1].views:
            expect(self.page.locator(f"[data-view={view}] .stage-plot .main-svg").first).to_be_visible()

    def choose(self, option: int) -> None:
        """Tap one of several answers, and wait until it counts."""
        button = self.page.locator(".phone-option").nth(option)
        button.tap()
        expect(button).to_have_attribute("aria-pressed", "true")
        self.answer_is_in()

    def answer_is_in(self) -> None:
        expect(self.page.locator(".phone-note")).to_have_text("Your answer is in. You may change it.")

    def tap_at(self, x: float, y: float) -> None:
        """Tap a place of the landscape."""
        plot = self.page.locator("[data-view=map] .stage-plot")
        plot.scroll_into_view_if_needed()
        two_frames(self.page)
        point = self.page.evaluate(
            """([x, y]) => {
              const plot = document.querySelector('[data-view=map] .stage-plot');
              const { xaxis, yaxis } = plot._fullLayout, box = plot.getBoundingClientRect();
              return [box.left + xaxis._offset + xaxis.d2p(x), box.top + yaxis._offset + yaxis.d2p(y)];
            }""",
            [x, y],
        )
        self.page.touchscreen.tap(*point)

    def guess(self, value: str) -> None:
        form = self.page.locator(".phone-guess")
        form.get_by_role("textbox").fill(value)
        form.get_by_role("button").tap()
        self.answer_is_in()

    def train(self) -> None:
        self.page.get_by_role("button", name="Train my networks").tap()
        expect(self.page.locator(".phone-trained li")).to_have_count(2)

    def post(self, what: str, body: dict[str, Any]) -> int:
        """Send something to the room from this phone's page; return how it was answered."""
        return int(
            self.page.evaluate(
                """([what, body]) => fetch(`${location.pathname}/${what}`, {
                  method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
                }).then((answer) => answer.status)""",
                [what, body],
            )
        )


def entered(browser: Browser, url: str, code: str) -> Follower:
    """A phone of its own that has entered a room by its code, as it is typed."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    follower = Follower(context.new_page())
    page = follower.page
    page.on("pageerror", lambda error: follower.complaints.append(str(error)))
    page.on("request", lambda sent: _asked(follower, sent.url, url))
    page.on("response", lambda answer: follower.answered.append(answer) if _is_of_room(answer) else None)
    _listen(context, follower)
    page.goto(f"{url}/room")
    page.get_by_role("textbox", name="Code").fill(code.lower())
    page.get_by_role("button", name="Enter").tap()
    expect(page).to_have_url(re.compile(r"/room/[^/]+$"))
    return follower


def _asked(follower: Follower, asked: str, url: str) -> None:
    if asked.startswith("http") and urlsplit(asked).netloc != urlsplit(url).netloc:
        follower.complaints.append(f"asked another host: {asked}")


def _is_of_room(answer: Response) -> bool:
    """Whether an answer is the room's: modules and styles are the same for everybody, and events are heard apart."""
    path = urlsplit(answer.url).path
    return "/room/" in path and not path.endswith("/events")


def _listen(context: BrowserContext, follower: Follower) -> CDPSession:
    session = context.new_cdp_session(follower.page)
    session.send("Network.enable")
    session.on("Network.eventSourceMessageReceived", lambda told: follower.said.append(told["data"]))
    return session


@dataclass
class Lecturer:
    """The lecturer's page of a room, and the app's page from which it was opened."""

    app: Page
    page: Page
    code: str
    key: str

    def shows(self, number: int, *, revealed: bool = False) -> None:
        """Wait until the projector shows a scene, counted from 1."""
        layer = self.page.locator("dialog.lesson")
        expect(layer).to_have_attribute("data-scene", str(number))
        expect(layer).to_have_attribute("data-revealed", "true" if revealed else "false")
        expect(self.page.locator(".lesson-card h2")).to_have_text(LESSON.scenes[number - 1].title)

    def counts(self, answers: int, phones: int) -> None:
        """Wait until so many of so many phones have answered."""
        expect(self.page.locator(".lesson-answered")).to_have_text(f"{answers} of {phones} have answered")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def has_phones(self, count: int) -> None:
        noun = "phone" if count == 1 else "phones"
        expect(self.page.locator(".lecture-phones")).to_have_text(f"{count} {noun} in the room")


def opened_room(browser: Browser, url: str) -> Lecturer:
    """A lecturer who has opened the lesson on the page Lecture, a room for it, and the room's own page."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, accept_downloads=True)
    app = context.new_page()
    app.goto(f"{url}/lecture?{urlencode(write(LectureState(LESSON)), doseq=True)}")
    app.get_by_role("button", name="Open a room").click(timeout=120_000)
    link = app.get_by_role("link", name="open the lecturer’s page")
    with context.expect_page() as opening:
        link.click()
    page = opening.value
    expect(page.get_by_role("button", name="Begin the lecture")).to_be_enabled()
    code, key = re.findall(r"/room/([^/#]+)/lecture#(.+)$", page.url)[0]
    return Lecturer(app, page, code, key)


@contextmanager
def closing(browser: Browser) -> Iterator[list[BrowserContext]]:
    """Close every context of a browser that was opened within the block."""
    before = set(browser.contexts)
    try:
        yield browser.contexts
    finally:
        for context in set(browser.contexts) - before:
            context.close()
