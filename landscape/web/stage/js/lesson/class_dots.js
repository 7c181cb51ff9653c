// The answers of a class on the landscape: a dot for each, which roll down together after the reveal.
import { prefersStill } from "../view/dom.js";
import { shape } from "../view/markers.js";
import { Overlay } from "../view/overlay.js";
import { rolled } from "./experiment.js";

/**
 * @import { LocalDrag } from "../protocol.js"
 * @import { Plot } from "../view/plot.js"
 * @import { Rolled } from "./experiment.js"
 */

const SECONDS = 4; // that the dots roll
const SIZE = 13; // pixels of a dot
const ASKED = "#FFFFFF", REACHED = "#0072B2", CAUGHT = "#1B1B33", EDGE = "#1B1B33";

export class ClassDots {
  /** @type {Overlay | null} */
  overlay = null;

  /** @type {Plot | null} */
  plot = null;

  /** @type {[number, number][]} */
  places = [];

  /** @type {Rolled[] | null} */
  runs = null;

  /** Where the run ends that was asked for. @type {[number, number] | null} */
  right = null;

  frame = 0;
  share = 1;

  /**
   * Show places in a view.
   * @param {Plot | undefined} plot
   * @param {[number, number][]} places
   * @param {[number, number] | null} right
   */
  show(plot, places, right) {
    if (plot !== this.plot) {
      this.clear();
      this.plot = plot ?? null;
      this.overlay = plot ? new Overlay(plot.area, "lesson-dots") : null;
    }
    if (this.runs && places.length !== this.places.length) this.runs = null;
    this.places = places;
    this.right = right;
    this.draw();
  }

  /**
   * Let every dot roll down; resolves with how many were caught once they rest.
   * @param {LocalDrag} model
   * @param {boolean} moves whether one sees them roll
   * @returns {Promise<{reached: number, of: number}>}
   */
  roll(model, moves) {
    const runs = this.runs = this.places.map((place) => rolled(model, place));
    const result = { reached: runs.filter(({ reached }) => reached).length, of: runs.length };
    cancelAnimationFrame(this.frame);
    if (!moves || prefersStill()) {
      this.share = 1;
      this.draw();
      return Promise.resolve(result);
    }
    return new Promise((resolve) => {
      /** @type {number | null} */
      let began = null;
      /** @param {number} time */
      const next = (time) => {
        began ??= time;
        this.share = Math.min(1, (time - began) / 1000 / SECONDS);
        this.draw();
        if (this.share < 1 && this.runs === runs) this.frame = requestAnimationFrame(next);
        else resolve(result);
      };
      this.frame = requestAnimationFrame(next);
    });
  }

  /** Draw the dots at the size that the plot has now. */
  draw() {
    const frame = this.overlay?.frame();
    if (!frame) return;
    frame.clipped(() => {
      this.places.forEach(([x, y], k) => {
        const run = this.runs?.[k];
        if (!run) {
          frame.marker(x, y, shape("circle"), SIZE, ASKED, EDGE);
          return;
        }
        const last = run.x.length - 1, at = Math.round(this.share * last), rests = this.share === 1;
        frame.line(run.x, run.y, at + 1, rests ? (run.reached ? REACHED : CAUGHT) : ASKED, 1.5);
        const symbol = !rests ? "circle" : run.reached ? "circle" : "cross";
        frame.marker(run.x[at], run.y[at], shape(symbol), SIZE, !rests ? ASKED : run.reached ? REACHED : CAUGHT, ASKED);
      });
      if (this.right) frame.marker(...this.right, shape("target"), 2 * SIZE, EDGE, ASKED);
    });
  }

  clear() {
    cancelAnimationFrame(this.frame);
    this.overlay?.canvas.remove();
    this.overlay = this.plot = this.runs = null;
    this.places = [];
    this.share = 1;
  }
}
