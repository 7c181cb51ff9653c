"""The controls beside the pictures as they are touched: typed into, dragged, chosen with keys, and drawn anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from javascript import SCRIPTS, page_with
from playwright.sync_api import Browser, Locator, Page, expect
from typed_numbers import AS_PEOPLE_WRITE

from landscape.formatting import short
from landscape.model.written_numbers import as_written
from landscape.scenario import Run, Scenario, Training, limits
from landscape.web.stage.protocol.as_json import to_json

BESIDE = """async (scenario) => {
  const names = ["fields/controls", "front/controls", "front/scenario/scenario", "front/scenario/session"];
  const modules = await Promise.all(names.map((name) => import(`/${name}.js`)));
  const { Controls, controlsOf, recorded, Session } = Object.assign({}, ...modules);
  document.body.replaceChildren();
  const session = new Session({}, [], recorded(scenario)), sent = [];
  const controls = new Controls(document.body.appendChild(document.createElement("div")));
  const draw = () => controls.show(controlsOf(session.current, [], {
    change: (values) => { sent.push(values); session.change(values); draw(); },
    lookAt: (at) => { sent.push({ at }); session.lookAt(at); draw(); },
  }));
  window.host = { session, sent, draw, put: (changes) => { session.change(changes); draw(); } };
  draw();
}"""

SERVED = """async (scenario) => {
  const [{ page }, { Stage }] = await Promise.all([import("/front/served.js"), import("/stage.js")]);
  document.body.replaceChildren();
  const sent = [], together = [], numbers = [];
  const hear = (_, events) => {
    const { number, ...event } = events[events.length - 1];
    numbers.push(number);
    sent.push(event);
    together.push(events.length);
  };
  // A stage that draws nothing.
  const stage = Object.assign(Object.create(Stage.prototype), {
    unanswered: [], sent: 0, isAlone: false, transport: { forget() {} }, component: { setTriggerValue: hear },
  });
  page.placeControls(document.body.appendChild(document.createElement("div")));
  const answer = (of, scenario) => page.take(stage, { answers: of && numbers[of - 1], serial: 1, scenario, page: {} });
  window.host = { sent, together, answer, act: (event) => stage.send(event) };
  answer(null, scenario);
}"""


class Beside:
    """Controls on a page of their own, and what they have set."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def of(self, scenario: Scenario) -> Beside:
        """Draw the controls of a scenario, which they change as in a page without a server."""
        self.page.evaluate(BESIDE, sent(scenario))
        return self

    def served(self, scenario: Scenario) -> Beside:
        """Draw the controls of a server's scenario."""
        self.page.evaluate(SERVED, sent(scenario))
        return self

    def field(self, label: str) -> Locator:
        """The field of a number."""
        return self.page.get_by_role("spinbutton", name=label, exact=True)

    def slider(self, label: str) -> Locator:
        """The slider of a number."""
        return self.page.get_by_role("slider", name=label, exact=True)

    def type_in(self, label: str, text: str) -> None:
        """Type a text into the field of a number, and press Enter."""
        self.field(label).fill(text)
        self.field(label).press("Enter")

    @property
    def sent(self) -> list[Any]:
        """What has been set so far."""
        found: list[Any] = self.page.evaluate("host.sent")
        return found

    @property
    def scenario(self) -> Any:
        """The scenario's records."""
        return self.page.evaluate("host.session.current")

    def put(self, **changes: Any) -> None:
        """Change the scenario from outside, and draw its controls anew."""
        self.page.evaluate("(changes) => host.put(changes)", changes)

    def answer(self, of: int | None, scenario: Scenario) -> None:
        """Let the server answer an event, the first being 1, with a scenario."""
        self.page.evaluate("([of, scenario]) => host.answer(of, scenario)", [of, sent(scenario)])


def sent(scenario: Scenario) -> Any:
    """Return a scenario as the server sends it."""
    return json.loads(to_json(scenario))


@pytest.fixture(scope="module")
def beside(browser: Browser) -> Iterator[Beside]:
    with page_with(browser, SCRIPTS) as page:
        yield Beside(page)


# Typed


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [*AS_PEOPLE_WRITE, ("0.123456789", 0.123456789, "0.123457")],
)
def test_a_number_is_read_as_people_write_it(beside, text, value, shown):
    beside.of(Scenario())
    beside.type_in("y₁", text)
    expect(beside.field("y₁")).to_have_value(shown)
    assert beside.sent == [{"y": [value, 2]}]
    assert beside.scenario["data"]["y"] == [value, 2]


@pytest.mark.parametrize("text", ["1,500", "1.500", "1 500", "1’500", "1500", "1.5e3"])
def test_thousands_in_a_whole_number_are_groups(beside, text):
    beside.of(Scenario())
    beside.type_in("Steps", text)
    expect(beside.field("Steps")).to_have_value("1500")
    assert beside.sent == [{"steps": 1500}]


def test_no_field_shows_minus_zero(beside):
    page = beside.of(Scenario()).page
    page.evaluate("host.put({ x: [-0, 1], y: [-0, 2], runs: [{ w: [-0, 0.5] }] })")
    for label in ("x₁", "y₁", "Run 1 starts at w₁"):
        expect(beside.field(label)).to_have_value("0")
        expect(beside.slider(label)).to_have_attribute("aria-valuetext", "0")


@pytest.mark.parametrize("text", ["", "   "])
def test_an_emptied_field_keeps_its_value(beside, text):
    beside.of(Scenario())
    beside.type_in("x₁", text)
    expect(beside.field("x₁")).to_have_value("-1")
    expect(beside.page.get_by_role("alert")).to_have_count(0)
    assert beside.sent == []


REFUSED = [
    ("x₁", limits.NUMBER, "-0.8", ("abc", "-", "1e999", "nan", "1,2,3", "<b>" * 50, "2e15", "1e-16")),
    ("Neurons m", limits.NEURONS, "2", ("0", "201", "2.5", "2,000")),
    ("Step size", limits.STEP, "0.02", ("-0,1", "0", "auto")),
    ("Initial scale", limits.SCALE, "2", ("0", "101", "1e-10")),
    ("Seed", limits.SEED, "0", ("-1", "2147483648", "0.5")),
]


@pytest.mark.parametrize(("label", "allowed", "stays", "texts"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_cannot_be_set_is_refused_in_a_sentence_below_its_field(beside, label, allowed, stays, texts):
    beside.of(Scenario().changed(x=(-0.8, 1), step=0.02, runs=()))
    for text in texts:
        beside.type_in(label, text)
        expect(beside.field(label)).to_have_value(stays)
        left = stays if allowed.whole else short(float(stays))
        sentence = f"{label} must be {allowed.rule}, but “{as_written(text)}” was typed: it stays {left}."
        expect(beside.page.get_by_role("alert")).to_have_text([sentence])
    assert beside.sent == []


def test_a_refusal_reads_as_it_should(beside):
    beside.of(Scenario())
    beside.type_in("Neurons m", "2.5")
    said = "Neurons m must be a whole number from 1 to 200, but “2.5” was typed: it stays 2."
    expect(beside.page.get_by_role("alert")).to_have_text(said)


def test_every_field_can_be_emptied_and_refuses_what_is_no_number(beside):
    beside.of(Scenario(training=Training(m=4, layer="trained", starts=2)).changed(window=4.0))
    fields = beside.page.get_by_role("spinbutton")
    labels = [field.get_attribute("aria-label") or "" for field in fields.all()]
    assert len(labels) == 20
    for label in labels:
        value = beside.field(label).input_value()
        beside.type_in(label, "")
        expect(beside.field(label)).to_have_value(value)
        beside.type_in(label, "much")
        expect(beside.field(label)).to_have_value(value)
        expect(beside.page.get_by_role("alert").last).to_contain_text(f"{label} must be a ")
    assert beside.page.get_by_role("alert").count() == len(labels)
    assert beside.sent == []


def test_a_refusal_is_gone_once_the_value_changes(beside):
    alert = beside.of(Scenario()).page.get_by_role("alert")

    def refused() -> None:
        beside.type_in("y₁", "much")
        expect(alert).to_have_count(1)

    refused()
    beside.put(y=(0.5, 2))
    expect(alert).to_have_count(0)
    refused()
    beside.type_in("y₁", "3")
    expect(alert).to_have_count(0)
    refused()
    beside.put(x=(-3, 2))  # of another control: what was said of this one stays
    expect(alert).to_have_count(1)
    beside.slider("y₁").press("ArrowRight")
    expect(alert).to_have_count(0)


def test_a_number_that_is_refused_later_leaves_its_field(beside):
    beside.of(Scenario(training=Training(m=200, starts=20, steps=1000, runs=())))
    beside.type_in("Steps", "20000")
    expect(beside.field("Steps")).to_have_value("1000")
    assert len(beside.sent) == len(beside.page.evaluate("host.session.notes")) == 1
    slider = beside.slider("Steps")
    slider.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "1000")
    expect(beside.field("Steps")).to_have_value("1000")


def test_what_is_typed_counts_once_by_enter_and_by_leaving(beside):
    beside.of(Scenario())
    beside.type_in("y₁", "3")
    beside.field("y₁").blur()
    beside.field("y₂").fill("5")
    beside.field("y₂").press("Tab")
    assert beside.sent == [{"y": [3, 2]}, {"y": [3, 5]}]


def test_arrow_keys_change_a_number_by_a_unit_that_suits_it_and_set_it_once(beside):
    beside.of(Scenario())
    beside.field("Neurons m").press("ArrowUp")
    expect(beside.field("Neurons m")).to_have_value("3")
    beside.field("x₂").focus()
    for _ in range(3):
        beside.page.keyboard.down("ArrowDown")
    assert beside.sent == [{"m": 3}]
    beside.page.keyboard.up("ArrowDown")
    expect(beside.field("x₂")).to_have_value("0.88")  # by a tenth, and by a hundredth below 1
    assert beside.sent == [{"m": 3}, {"x": [-1, 0.88]}]
    beside.field("Neurons m").fill("200")
    beside.field("Neurons m").press("ArrowUp")
    expect(beside.field("Neurons m")).to_have_value("200")


def test_a_field_says_its_range_to_screen_readers_as_it_changes(beside):
    beside.of(Scenario(training=Training(m=3, starts=2, runs=())))
    field = beside.field("at step")
    expect(field).to_have_attribute("aria-valuemax", "500")
    expect(field).to_have_attribute("aria-valuenow", "500")
    beside.put(steps=80, at=20)
    expect(field).to_have_attribute("aria-valuemax", "80")
    expect(field).to_have_attribute("aria-valuenow", "20")
    expect(field).to_have_attribute("placeholder", "0 … 80")


# Dragged


def held(beside: Beside, label: str) -> float:
    """Take hold of a slider in its middle with the mouse; return how far up and down it is."""
    box = beside.slider(label).bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    beside.page.mouse.move(box["x"] + box["width"] / 2, middle)
    beside.page.mouse.down()
    return middle


def test_a_slider_that_is_held_is_left_where_it_is(beside):
    beside.of(Scenario())
    slider, field, page = beside.slider("Initial scale"), beside.field("Initial scale"), beside.page
    middle = held(beside, "Initial scale")
    shown = slider.input_value(), field.input_value()
    assert shown[1] != "2"
    beside.put(scale=0.0123, m=3, layer="trained")  # with other stops, and among other controls
    assert (slider.input_value(), field.input_value()) == shown
    page.mouse.move(0, middle)
    expect(field).to_have_value("1e-9")
    assert beside.sent == []
    page.mouse.up()
    assert beside.sent == [{"scale": 1e-9}]
    beside.put(scale=0.02)
    expect(field).to_have_value("0.02")
    expect(slider).to_have_attribute("aria-valuetext", "0.02")


def test_a_slider_that_is_brought_back_sets_nothing_and_follows_again(beside):
    beside.of(Scenario().changed(y=(0, 2)))
    slider, page = beside.slider("y₁"), beside.page
    middle = held(beside, "y₁")
    box = slider.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.8, middle)
    expect(beside.field("y₁")).not_to_have_value("0")
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.up()
    expect(beside.field("y₁")).to_have_value("0")
    assert beside.sent == []
    beside.put(y=(1.5, 2))
    expect(beside.field("y₁")).to_have_value("1.5")
    expect(slider).to_have_attribute("aria-valuetext", "1.5")


def test_keys_move_a_slider_stop_by_stop(beside):
    beside.of(Scenario().changed(step=0.02, runs=()))
    slider = beside.slider("Step size")
    for key in ("ArrowRight", "ArrowRight", "Home", "End"):
        slider.press(key)
    assert [values["step"] for values in beside.sent] == [0.05, 0.1, 1e-5, 5]
    expect(slider).to_be_focused()


# Drawn anew


def test_what_is_being_typed_and_the_focus_outlast_other_changes(beside):
    beside.of(Scenario())
    field = beside.field("Seed")
    field.fill("12")
    field.evaluate("(field) => field.setSelectionRange(1, 1)")
    beside.put(steps=300)
    beside.put(layer="trained", m=4, window=4)  # more controls, before and after it
    beside.put(layer="ones", m=2, window=None, x=(-1, 0.5, 1), y=(1, 2, 3))
    expect(field).to_be_focused()
    expect(field).to_have_value("12")
    assert field.evaluate("(field) => field.selectionStart") == 1
    beside.put(seed=7)  # of the control itself
    expect(field).to_have_value("7")
    beside.put(runs=[], starts=1)
    expect(field).to_be_focused()


def test_the_focus_stays_with_what_is_chosen_though_it_brings_other_controls(beside):
    page = beside.of(Scenario()).page
    page.get_by_role("radio", name="Fixed to 1").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Trained")).to_be_focused()
    expect(page.get_by_role("radio", name="Trained")).to_be_checked()
    expect(beside.field("Regularisation λ / λₘₐₓ")).to_have_value("0")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("radio", name="Fixed to 1")).to_be_focused()
    expect(beside.field("Regularisation λ / λₘₐₓ")).to_have_count(0)
    page.get_by_role("switch", name="Window fits data, optimum and runs").press("Space")
    expect(page.get_by_role("switch", name="Window fits data, optimum and runs")).to_be_focused()
    expect(beside.field("Half-width of the window")).to_have_value("4")
    beside.type_in("Neurons m", "3")
    expect(beside.field("Neurons m")).to_be_focused()
    assert [*map(list, beside.sent)] == [["layer"], ["layer"], ["window"], ["m"]]


def test_controls_stand_in_one_order_however_they_came(beside):
    names = """() => [...document.querySelectorAll("legend, [aria-label]:not([type=range]), [role=switch]")]
      .map((node) => node.textContent || node.ariaLabel || node.dataset.control)"""
    long = Scenario(training=Training(m=3, layer="trained", starts=2)).changed(window=2.0, x=(1, 2, 3), y=(1, 2, 3))
    page = beside.of(long).page
    expected = page.evaluate(names)
    assert len(expected) > 25
    beside.of(Scenario())
    beside.put(**{"m": 3, "starts": 2, "window": 2, "x": [1, 2, 3], "y": [1, 2, 3]})
    beside.put(layer="trained")
    assert page.evaluate(names) == expected
    beside.put(runs=[], starts=0, layer="ones", m=1, x=[1], y=[1])
    beside.put(m=3, starts=2, layer="trained", x=[1, 2, 3], y=[1, 2, 3])
    beside.put(runs=[{"w": [2.45, 2.25]}, {"w": [3, -0.5]}])
    assert page.evaluate(names) == expected


def test_what_a_control_is_for_is_said_to_who_cannot_see_its_tooltip(beside):
    page = beside.of(Scenario()).page
    told = page.locator(".controls input").evaluate_all("(all) => all.map((input) => input.ariaDescription)")
    assert len(told) > 20
    assert all(text and text.endswith(".") for text in told)
    expect(beside.field("Neurons m")).to_have_attribute("aria-description", "The number of ReLU neurons, max(0, x·w).")


def test_what_has_one_value_only_has_no_control(beside):
    one = Scenario(training=Training(m=3, starts=1, runs=()))
    assert beside.of(one).slider("Slice through run").count() == 0
    beside.put(starts=2)
    expect(beside.field("Slice through run")).to_have_value("1")


# With a server


def test_what_is_set_is_shown_before_the_server_answers_and_asked_for_once(beside):
    beside.served(Scenario())
    beside.type_in("Neurons m", "3")
    expect(beside.field("Neurons m")).to_have_value("3")
    expect(beside.field("First neuron")).to_have_value("1")
    beside.field("Neurons m").blur()
    assert beside.sent == [{"kind": "change", "values": {"m": 3}}]
    beside.answer(1, Scenario(training=Training(m=3)))
    expect(beside.field("Neurons m")).to_have_value("3")


def test_two_numbers_set_before_an_answer_are_both_kept(beside):
    beside.served(Scenario())
    beside.type_in("x₁", "-2")
    beside.type_in("x₂", "3")
    beside.type_in("Steps", "70")
    assert [event["values"] for event in beside.sent] == [{"x": [-2, 1]}, {"x": [-2, 3]}, {"steps": 70}]
    assert beside.page.evaluate("host.together") == [1, 2, 3], "what is unanswered is sent again with it"
    beside.answer(1, Scenario().changed(x=(-2, 1)))
    expect(beside.field("x₂")).to_have_value("3")
    expect(beside.field("Steps")).to_have_value("70")
    beside.answer(3, Scenario().changed(x=(-2, 3), steps=70))
    beside.type_in("x₁", "-4")
    assert beside.sent[3:] == [{"kind": "change", "values": {"x": [-4, 3]}}]


def test_what_the_server_refuses_or_takes_back_is_shown_as_the_server_has_it(beside):
    start = Scenario(training=Training(m=200, starts=20, steps=1000, runs=()))
    beside.served(start)
    beside.type_in("Steps", "20000")  # more than one picture may cost
    expect(beside.field("Steps")).to_have_value("1000")
    assert beside.sent == [{"kind": "change", "values": {"steps": 20000}}]
    beside.answer(1, start)
    expect(beside.field("Steps")).to_have_value("1000")
    beside.type_in("Seed", "5")
    beside.answer(2, start)
    expect(beside.field("Seed")).to_have_value("0")
    beside.type_in("Seed", "6")
    beside.page.evaluate("host.act({ kind: 'undo' })")
    beside.answer(4, start)  # the last word is the answer to what came after it
    expect(beside.field("Seed")).to_have_value("0")


def test_the_playhead_is_reported_as_an_event_of_its_own(beside):
    beside.served(Scenario(training=Training(m=3, runs=(Run(w=(1, 2, 3)),))))
    beside.type_in("at step", "20")
    beside.type_in("at step", "500")
    assert beside.sent == [{"kind": "at", "value": 20}]
