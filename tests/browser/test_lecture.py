"""A whole lecture: a room is opened, phones follow and answer, what is held back stays so, and no answer is lost."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import proxy
import pytest
import redis_of_tests
from app_server import AppServer, running_app
from given_lecture import ENDS, LESSON, RIGHT, START, Follower, Lecturer, closing, entered, opened_room
from on_stage import follow
from playwright.sync_api import Browser, Page, expect
from proxy import proxied
from redis_of_tests import running_redis

from landscape import flow_basins
from landscape.results.solved_scenario import solve_scenario
from landscape.results.verdict import VerdictKind
from landscape.scenario import Run
from landscape.web.lecture.page import write
from landscape.web.lecture.state import LectureState
from landscape.web.redis_server import URL_VARIABLE
from landscape.web.store import FOLDER_VARIABLE

STARTS = ((2.0, 1.5), (3.0, -1.0), (-2.0, -1.6), (-3.2, -0.8), (3.4, 0.6), (1.0, 2.2))
"""Where the phones start, none of them near the edge of a basin."""

KEPT_FROM_PHONES = ("optimum", "Stuck at", "Reached the best", "Begin slowly", "Wait for all")
"""What no phone is sent before the reveal: names, verdicts, and the lecturer's notes."""


def reaches(starts: list[tuple[float, float]]) -> list[bool]:
    """Whether Python's gradient descent goes to the optimum from each start."""
    training = START.training
    runs = tuple(Run(training.runs[0].method, training.runs[0].step, start) for start in starts)
    solved = solve_scenario(START.data, START.changed(runs=runs).training)
    return [run.verdict.kind is VerdictKind.OPTIMUM for run in solved.runs]


def is_caught_by_flow(start: tuple[float, float]) -> bool:
    """Whether a start lies in one of the basins that gradient flow does not leave."""
    problem = solve_scenario(START.data, START.training).problem
    return any(contains(region.polygon.tolist(), start) for region in flow_basins(problem).regions)


def contains(polygon: list[list[float]], point: tuple[float, float]) -> bool:
    """Whether a point is within a convex polygon."""
    turns = [
        (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
        for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True)
    ]
    return all(turn > 0 for turn in turns) or all(turn < 0 for turn in turns)


def asks_nothing_more(phone: Follower, chosen: int) -> None:
    """The right answer is marked, and what this phone chose; none can be given any more."""
    marked = phone.page.locator(".phone-option em")
    expect(marked.nth(RIGHT)).to_have_text("✓ right, yours" if chosen == RIGHT else "✓ right")
    if chosen != RIGHT:
        expect(marked.nth(chosen)).to_have_text("your answer")
    for button in phone.page.locator(".phone-option").all():
        expect(button).to_be_disabled()


def shares_are_shown(projector: Page, chosen: list[int]) -> None:
    """The bars beside the answers are as long as the shares of those who chose them, all on one scale."""
    rows = projector.locator(".lesson-option")
    shares = [chosen.count(number) / len(chosen) for number in range(len(ENDS))]
    for number, share in enumerate(shares):
        expect(rows.nth(number).locator("em")).to_have_text(f"{round(100 * share)} %")
        expect(rows.nth(number)).to_have_class(re.compile("lesson-right" if number == RIGHT else "lesson-wrong"))
    projector.wait_for_function(
        """(shares) => {
          const rows = [...document.querySelectorAll('.lesson-option')];
          const whole = rows[0].getBoundingClientRect().width;
          const bars = rows.map((row) => row.querySelector('i').getBoundingClientRect().width / whole);
          return bars.length === shares.length && bars.every((bar, k) => Math.abs(bar - shares[k]) < 0.01);
        }""",
        arg=shares,
    )


def saved_answers(lecturer: Lecturer, folder: Path) -> list[list[str]]:
    """The rows of the table that the lecturer's page saves, less its head."""
    with lecturer.page.expect_download() as download:
        lecturer.page.get_by_role("button", name="Save answers (CSV)").click()
    file = folder / "answers.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8", newline="") as table:
        head, *rows = csv.reader(table)
    assert head == ["scene", "title", "question", "phone", "answer", "in words"]
    for scene, title, question, _, _, _ in rows:
        asked = LESSON.scenes[int(scene) - 1]
        assert (title, bool(question)) == (asked.title, asked.question is not None)
    return [[scene, phone, answer] for scene, _, _, phone, answer, _ in rows]


def ends(lecturer: Lecturer, phones: list[Follower]) -> None:
    """Close the room; every phone says so."""
    lecturer.page.on("dialog", lambda dialog: dialog.accept())
    lecturer.page.get_by_role("button", name="Close the room").click()
    expect(lecturer.page.get_by_text("The room is closed: no phone follows any more.")).to_be_visible()
    expect(lecturer.page.locator(".lecture-qr")).to_be_hidden()
    for phone in phones:
        expect(phone.page.locator(".phone-title")).to_have_text("The room is closed")
        assert phone.complaints == []


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Restarting]:
    with ExitStack() as stack:
        yield Restarting(tmp_path, stack)


class Restarting:
    """A server that can be killed and started again, at the same address and with the same folder of the store."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.servers: list[AppServer] = []
        self.start()

    @property
    def url(self) -> str:
        return self.servers[-1].url

    def start(self) -> None:
        port = urlsplit(self.url).port if self.servers else None
        home = self.folder / f"server {len(self.servers)}"
        home.mkdir()
        environment = {FOLDER_VARIABLE: str(self.folder / "store")}
        self.servers.append(self.stack.enter_context(running_app(home, environment=environment, port=port)))

    def kill(self) -> None:
        process = self.servers[-1].process
        assert process is not None
        process.kill()
        process.wait()


def test_a_lecture_is_given_to_phones_and_goes_on_when_its_server_dies(
    browser: Browser, server: Restarting, tmp_path: Path
) -> None:
    with closing(browser):
        lecturer = opened_room(browser, server.url)
        projector = lecturer.page
        phones = [entered(browser, server.url, lecturer.code) for _ in range(5)]
        for phone in phones:
            phone.shows(1)
        lecturer.has_phones(5)
        projector.get_by_role("button", name="Begin the lecture").click()
        lecturer.shows(1)

        # The window with the notes shows them, and steers.
        with projector.expect_popup() as opening:
            lecturer.press("n")
        notes = opening.value
        expect(notes.get_by_role("heading", level=1)).to_have_text(f"1 of 5: {LESSON.scenes[0].title}")
        expect(notes.locator(".notes")).to_have_text("Begin slowly.")
        expect(notes.locator(".next")).to_have_text(LESSON.scenes[1].title)
        expect(notes.locator(".room")).to_have_text("5 phones, 0 answers")
        notes.get_by_role("button", name="Next").click()
        lecturer.shows(2)
        expect(notes.locator(".notes")).to_have_text("Wait for all.")
        for place in (1, 2):
            notes.keyboard.press(str(place))
            notes.keyboard.press("Enter")
            lecturer.shows(place)
        notes.keyboard.press("l")
        notes.get_by_role("button", name="Unlock").click()
        expect(notes.get_by_role("button", name="Lock", exact=True)).to_be_visible()
        notes.keyboard.press("b")
        expect(projector.get_by_role("img", name="Black screen")).to_be_visible()
        notes.keyboard.press("b")
        expect(projector.get_by_role("img", name="Black screen")).to_be_hidden()

        # They predict; one of them changes its mind, one is offline meanwhile, and one comes late.
        for phone in phones:
            phone.shows(2)
        chosen = [1, 0, 1, 2, 1]
        for phone, option in zip(phones, chosen, strict=True):
            phone.choose(option)
        phones[3].choose(0)
        lecturer.counts(5, 5)
        expect(notes.locator(".room")).to_have_text("5 phones, 5 answers")
        phones[4].page.context.set_offline(True)
        phones[4].page.locator(".phone-option").nth(2).tap()
        expect(phones[4].page.locator(".phone-note")).not_to_have_text("Your answer is in. You may change it.")
        phones[4].page.context.set_offline(False)
        phones[4].answer_is_in()
        expect(phones[4].page.locator(".phone-option").nth(2)).to_have_attribute("aria-pressed", "true")
        late = entered(browser, server.url, lecturer.code)
        late.shows(2)
        late.choose(1)
        phones.append(late)
        lecturer.counts(6, 6)
        for phone in phones:
            nothing_is_told(phone)
        assert phones[0].post("steer", {"place": 1, "revealed": True}) == 403
        assert phones[0].post("close", {}) == 403

        lecturer.press("r")
        lecturer.shows(2, revealed=True)
        chosen = [1, 0, 1, 0, 2, 1]
        shares_are_shown(projector, chosen)
        expect(projector.locator(".lesson-answer")).to_contain_text("It ends at loss 1.000.")
        for phone, option in zip(phones, chosen, strict=True):
            phone.shows(2, revealed=True)
            asks_nothing_more(phone, option)
        assert phones[0].post("answer", {"phone": "a" * 16, "place": 1, "answer": 0}) == 409

        # The class is an experiment, in the middle of which the server dies.
        notes.get_by_role("button", name="Next").click()
        lecturer.shows(3)
        for phone, start in zip(phones[:3], STARTS, strict=False):
            phone.shows(3)
            phone.tap_at(*start)
            phone.answer_is_in()
        lecturer.counts(3, 6)
        server.kill()
        expect(phones[0].page.locator(".phone-note")).to_have_text("The connection is lost; it comes back by itself.")
        server.start()
        lecturer.counts(3, 6)
        phones[0].answer_is_in()
        for phone, start in zip(phones[3:], STARTS[3:], strict=True):
            phone.shows(3)
            phone.tap_at(*start)
            phone.answer_is_in()
        lecturer.counts(6, 6)
        lecturer.press("ArrowRight")
        lecturer.shows(3, revealed=True)
        tally = projector.locator(".lesson-tally")
        expect(tally).to_have_text(re.compile(r"^\d of 6 starts"))
        said_of_starts = tally.inner_text()
        for phone in phones:
            phone.shows(3, revealed=True)
            expect(phone.page.get_by_text(re.compile("The dot is yours"))).to_be_visible()
            expect(phone.page.locator(".hoverlayer").first).to_be_hidden()

        lecturer.press("ArrowRight")
        lecturer.shows(4)
        for phone, value in zip(phones, ("50", "62,5", "70", "75", "80", "90"), strict=True):
            phone.shows(4)
            phone.guess(value)
        lecturer.counts(6, 6)
        lecturer.press("r")
        lecturer.shows(4, revealed=True)
        problem = solve_scenario(START.data, START.training).problem
        share = flow_basins(problem).share
        expect(projector.locator(".lesson-answer strong")).to_have_text(f"{100 * share:.4g} %")
        expect(projector.locator(".lesson-numbers")).to_contain_text("The middle of the guesses is 72.5 %.")

        # Back, on by a number, and a black screen.
        lecturer.press("PageUp")
        lecturer.shows(3, revealed=True)
        lecturer.press("5", "Enter")
        lecturer.shows(5)
        dark = projector.get_by_role("img", name="Black screen")
        for key in ("b", "x", "ArrowRight", "5"):
            lecturer.press("b")
            expect(dark).to_be_visible()
            lecturer.press(key)
            expect(dark).to_be_hidden()
        lecturer.shows(5)
        for phone in phones:
            phone.shows(5)
            phone.train()
        lecturer.counts(6, 6)
        lecturer.press("PageDown")
        lecturer.shows(5, revealed=True)
        said_of_widths = projector.locator(".lesson-widths li").all_inner_texts()

        lecturer.press("Escape")
        rows = saved_answers(lecturer, tmp_path)
        assert [int(scene) for scene, _, _ in rows] == [scene for scene in (2, 3, 4, 5) for _ in range(6)]
        assert [int(phone) for _, phone, _ in rows] == [*range(1, 7)] * 4
        answers = [json.loads(answer) for _, _, answer in rows]
        assert answers[:6] == chosen
        starts = [(x, y) for x, y in answers[6:12]]
        for given, meant in zip(starts, STARTS, strict=True):
            assert given == pytest.approx(meant, abs=0.1)
        assert answers[12:18] == [50, 62.5, 70, 75, 80, 90]
        for k, (width, said) in enumerate(zip((2, 4), said_of_widths, strict=True)):
            wide = sum(trained[k] for trained in answers[18:])
            assert re.fullmatch(rf"{width} neurons\s*{wide} of 6 \(\d+\s%\)", said), said

        # What the projector said of the starts is what Python finds from them.
        reached = reaches(starts)
        assert reached == [not is_caught_by_flow(start) for start in starts]
        count = sum(reached)
        assert said_of_starts == (
            f"{count} of 6 starts ({round(100 * count / 6)} %) reached a star, {6 - count} were caught (✚). "
            f"Of all starts in this picture exactly {100 * share:.1f} % do."
        )
        ends(lecturer, phones)
        assert "Traceback" not in "".join(each.new_log() for each in server.servers)


def test_what_is_pressed_right_after_typing_is_pressed_and_what_was_typed_is_kept(
    browser: Browser, server: Restarting
) -> None:
    """A field is sent when it is left, as by pressing something else: neither may be lost over the other."""
    with closing(browser):
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{server.url}/lecture?{urlencode(write(LectureState(LESSON)))}")
        give = page.get_by_role("button", name="Give the lesson")
        expect(give).to_be_visible(timeout=60_000)
        # While a page is run, the field of the scene before may still stand beside the new one.
        title, scenes = page.get_by_label("Title", exact=True).last, page.get_by_role("radiogroup", name="Scenes")

        def types(text: str) -> str:
            title.press("End")
            page.keyboard.type(text)
            return title.input_value()

        typed = types(" of descent")
        scenes.get_by_text(LESSON.scenes[2].title).click()
        expect(title).to_have_value(LESSON.scenes[2].title)
        expect(scenes.get_by_text(typed)).to_be_visible()
        typed = types(" of yours")
        page.get_by_role("button", name="Preview").click()
        expect(page.locator("dialog.lesson h2").filter(has_text=typed)).to_be_visible(timeout=60_000)
        page.keyboard.press("Escape")
        expect(scenes.get_by_role("radio", checked=True)).to_have_accessible_name(f"3 {typed}")
        typed = types(", once more")
        page.get_by_role("button", name="Open a room").click()
        expect(page.locator(".lecture-room")).to_be_visible(timeout=60_000)
        expect(title).to_have_value(typed)
        typed = types("!")
        follow(page, "Race")
        expect(page.get_by_role("heading", level=1, name="Race")).to_be_visible(timeout=60_000)
        follow(page, "Lecture")
        expect(title).to_have_value(typed)


def nothing_is_told(phone: Follower) -> None:
    """Nothing that a phone was sent tells what the present scene holds back."""
    scenes = phone.received(2)
    assert scenes
    for text in [*scenes, *phone.said]:
        for told in KEPT_FROM_PHONES:
            assert told not in text
    for text in scenes:
        lesson = json.loads(text)
        for state in lesson["states"]:
            assert all(run["steps"] == [0] for run in state["runs"]), [run["steps"] for run in state["runs"]]
            assert state["sentences"] == []
            assert state["drag"] is None
        assert lesson["scenes"][0]["answer"] is None
        assert lesson["scenes"][0]["notes"] == ""


@pytest.mark.skipif(proxy.HAPROXY is None, reason=proxy.NEEDED)
@pytest.mark.skipif(redis_of_tests.PROGRAM is None, reason=redis_of_tests.NEEDED)
def test_phones_on_two_replicas_go_on_when_one_of_them_dies(browser: Browser, tmp_path: Path) -> None:
    with ExitStack() as stack:
        redis = stack.enter_context(running_redis(tmp_path))
        replicas = []
        for name in ("a", "b"):
            folder = tmp_path / name
            folder.mkdir()
            environment = {
                "STREAMLIT_SERVER_COOKIE_SECRET": "of both",
                URL_VARIABLE: redis.url,
                FOLDER_VARIABLE: str(folder / "store"),
            }
            replicas.append(stack.enter_context(running_app(folder, environment=environment)))
        url = stack.enter_context(proxied(tmp_path, replicas))
        stack.enter_context(closing(browser))
        lecturer = opened_room(browser, url)
        phones = [entered(browser, url, lecturer.code) for _ in range(4)]
        for phone in phones:
            phone.shows(1)
        assert len({replica_of(phone.page) for phone in phones}) == 2
        lecturer.has_phones(4)
        lecturer.page.get_by_role("button", name="Begin the lecture").click()
        lecturer.shows(1)
        lecturer.press("ArrowRight")
        lecturer.shows(2)
        for phone, option in zip(phones[:2], (1, 0), strict=True):
            phone.shows(2)
            phone.choose(option)
        lecturer.counts(2, 4)

        process = replicas[0].process
        assert process is not None
        process.kill()
        process.wait()
        for phone, option in zip(phones[2:], (1, 1), strict=True):
            phone.shows(2)
            phone.choose(option)
        lecturer.counts(4, 4)
        lecturer.press("r")
        lecturer.shows(2, revealed=True)
        shares_are_shown(lecturer.page, [1, 0, 1, 1])
        for phone, option in zip(phones, (1, 0, 1, 1), strict=True):
            phone.shows(2, revealed=True)
            asks_nothing_more(phone, option)
        lecturer.press("3", "Enter")
        lecturer.shows(3)
        for phone, start in zip(phones, STARTS, strict=False):
            phone.shows(3)
            phone.tap_at(*start)
            phone.answer_is_in()
        lecturer.counts(4, 4)
        lecturer.press("Escape")
        rows = saved_answers(lecturer, tmp_path)
        assert [(scene, answer) for scene, _, answer in rows[:4]] == [("2", str(k)) for k in (1, 0, 1, 1)]
        assert [scene for scene, _, _ in rows[4:]] == ["3"] * 4
        ends(lecturer, phones)


def replica_of(page: Page) -> str:
    """The replica on which a browser stays."""
    (cookie,) = [cookie for cookie in page.context.cookies() if cookie["name"] == "replica"]
    return cookie["value"]
