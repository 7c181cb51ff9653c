// The front page of a server, which keeps its scenario: the browser solves it, draws it, and draws its controls.
import { Controls } from "../fields/controls.js";
import { loadStyle } from "../view/dom.js";
import { controlsOf } from "./controls.js";
import { Drawing } from "./drawing.js";
import { changed, recorded } from "./scenario/scenario.js";

/**
 * @import { ScenarioUpdate, StageUpdate } from "../protocol.js"
 * @import { Component, Stage, Urls } from "../stage.js"
 * @import { Schedule } from "../engine/step_size.js"
 * @import { Scenario } from "./scenario/scenario.js"
 *
 * @typedef {Record<string, unknown>} Values fields of a scenario, by their names
 */

class ServedPage {
  drawing = new Drawing();

  /** Where the controls stand, if the page has any. @type {Controls | null} */
  controls = null;

  /** @type {Stage | null} */
  stage = null;

  /** The server's. @type {Scenario | null} */
  scenario = null;

  /** The step sizes of every run. @type {Schedule[]} */
  schedules = [];

  /**
   * What was set with controls and is not answered yet, and the number of the event that said so last.
   * @type {{number: string, values: Values} | null}
   */
  asked = null;

  /**
   * A state has come for the stage: the controls follow at once, while what is held is drawn by the stage itself.
   * @param {Stage} stage
   * @param {StageUpdate | ScenarioUpdate} sent
   */
  take(stage, sent) {
    if (this.stage !== stage || (this.asked && !isEarlier(sent.answers, this.asked.number))) this.asked = null;
    this.stage = stage;
    stage.makeViews = (update) => this.drawn(update);
    this.scenario = recorded("views" in sent ? sent.state.scenario : sent.scenario);
    if ("views" in sent && sent.state.drag?.kind === "local") {
      this.schedules = sent.state.drag.runs.map(({ schedule }) => schedule);
    }
    this.drawControls();
  }

  /**
   * The views and the state of a scenario; none where it cannot be solved or drawn here, and then the server does it.
   * @param {ScenarioUpdate} update
   * @returns {StageUpdate | null}
   */
  drawn({ answers, serial, scenario: sent, page }) {
    const scenario = recorded(sent);
    try {
      const made = this.drawing.of(scenario, page);
      this.schedules = this.drawing.solvedOf(scenario).runs.map(({ schedule }) => schedule);
      this.drawControls();
      return { answers, serial, ...made };
    } catch (failed) {
      console.error(failed);
      this.stage?.send({ kind: "undrawn" });
      return null;
    }
  }

  /** @param {HTMLElement} root */
  placeControls(root) {
    this.controls = new Controls(root);
    this.drawControls();
    return this.controls;
  }

  drawControls() {
    const { controls, scenario, schedules, stage, asked } = this;
    if (!controls || !scenario || !stage) return;
    controls.show(controlsOf(asked ? withValues(scenario, asked.values) : scenario, schedules, {
      change: (values) => this.change(stage, values),
      lookAt: (value) => stage.send({ kind: "at", value }),
    }));
  }

  /**
   * Ask the server for a change, with those that it has not answered: of two events that come at once it hears the last
   * alone. The controls show it before the answer, so that what is set next does not take it back.
   * @param {Stage} stage
   * @param {Values} set
   */
  change(stage, set) {
    const values = { ...this.asked?.values, ...set };
    this.asked = { number: stage.send({ kind: "change", values }), values };
    this.drawControls();
  }
}

/**
 * Whether an event, of which only the number is known, came before another; both begin with a time.
 * @param {string | null} number
 * @param {string} other
 */
function isEarlier(number, other) {
  return number === null || parseInt(number) < parseInt(other);
}

/**
 * A scenario with some fields set, as it is where the server will refuse them.
 * @param {Scenario} scenario
 * @param {Values} values
 */
function withValues(scenario, values) {
  try {
    return changed(scenario, values);
  } catch (refused) {
    if (refused instanceof RangeError) return scenario;
    throw refused;
  }
}

export const page = new ServedPage();

/**
 * Streamlit calls this for the component in the sidebar, at mount and at every change.
 * @param {Component} component
 * @param {Urls} urls
 */
export function render({ parentElement }, urls) {
  loadStyle(urls.style);
  let root = parentElement.querySelector(".controls");
  if (!(root instanceof HTMLElement)) {
    root = parentElement.appendChild(document.createElement("div"));
    page.placeControls(/** @type {HTMLElement} */ (root));
  }
}
