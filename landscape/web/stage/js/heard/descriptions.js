// Each picture in words, on demand: what it shows now, in a few sentences that a person could speak.
import { element, icon } from "../view/dom.js";
import { describe, spoken } from "./describe.js";

/**
 * @import { Stage } from "../stage.js"
 * @import { Plot } from "../view/plot.js"
 */

const LINES = "M2 3h12v1.6H2ZM2 6.2h12v1.6H2ZM2 9.4h12v1.6H2ZM2 12.6h7v1.6H2Z";

export class Descriptions {
  /** The views whose description is shown. @type {Set<string>} */
  open = new Set();

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    stage.shortcuts.add({ key: "d", what: "describe the picture that has the focus or the pointer, or leave that out again", act: () => this.byKey() });
  }

  /** @returns {boolean} whether there was a picture */
  byKey() {
    const here = this.stage.enlarged.pointedAt();
    if (here) this.toggle(here);
    return Boolean(here);
  }

  /**
   * The button in a view's heading.
   * @param {Plot} plot
   * @param {string} title its own
   */
  buttonOf(plot, title) {
    const button = element("button", {
      type: "button", class: "stage-small stage-describe", "aria-label": `Describe ${title}`, title: `Describe ${title} in words (d)`,
      "aria-expanded": String(this.open.has(plot.name)), "aria-controls": plot.description.id,
    }, icon(LINES));
    button.onclick = () => this.toggle(plot);
    return button;
  }

  /** @param {Plot} plot */
  toggle(plot) {
    const { open, stage } = this;
    if (!open.delete(plot.name)) open.add(plot.name);
    const shown = open.has(plot.name);
    plot.tools.querySelector(".stage-describe")?.setAttribute("aria-expanded", String(shown));
    this.renew();
    stage.announcer.tell(shown ? spoken(plot.description.textContent ?? "") : "The description is closed.");
    stage.fit();
  }

  /** What is shown follows the state; while runs play it stays as it was. */
  renew() {
    const { open, stage } = this;
    if (stage.playback.playing) return;
    for (const plot of stage.plots.values()) {
      const shown = open.has(plot.name) && plot.view !== null;
      plot.description.hidden = !shown;
      const text = shown ? describe(stage, plot) : "";
      if (plot.description.textContent !== text) plot.description.textContent = text;
    }
  }
}
