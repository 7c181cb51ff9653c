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
 */

class ServedPage {
  drawing = new Drawing();

  /** Where the controls stand, if the page has any. @type {Controls | null} */
  controls = null;

  /** @type {Stage | null} */
  stage = null;

  /** The server's, with what was set here and is not answered yet. @type {Scenario | null} */
  scenario = null;

  /** The step sizes of every run. @type {Schedule[]} */
  schedules = [];

  /**
   * A state has come for the stage: the controls follow at once, while what is held is drawn by the stage itself.
   * @param {Stage} stage
   * @param {StageUpdate | ScenarioUpdate} sent
   */
  take(stage, sent) {
    this.stage = stage;
    stage.makeViews = (update) => this.drawn(update);
    stage.hear(sent);
    this.scenario = recorded("views" in sent ? sent.state.scenario : sent.scenario);
    for (const event of stage.unanswered) if (event.kind === "change") this.set(event.values);
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

  /**
   * Set fields of the scenario until the server answers: what is set next is set on top of them.
   * @param {Record<string, unknown>} values
   */
  set(values) {
    if (!this.scenario) return;
    try {
      this.scenario = changed(this.scenario, values);
    } catch (refused) {
      if (!(refused instanceof RangeError)) throw refused; // the server says why
    }
  }

  /** @param {HTMLElement} root */
  placeControls(root) {
    this.controls = new Controls(root);
    this.drawControls();
    return this.controls;
  }

  drawControls() {
    const { controls, scenario, schedules, stage } = this;
    if (!controls || !scenario || !stage) return;
    controls.show(controlsOf(scenario, schedules, {
      change: (values) => {
        stage.send({ kind: "change", values });
        this.set(values);
        this.drawControls();
      },
      lookAt: (value) => stage.send({ kind: "at", value }),
    }));
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
