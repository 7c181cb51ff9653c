// One camera for all plots in space: whichever is turned, by pointer, wheel, finger or arrow keys, turns the others.
import { cameraOf, setCamera } from "./plotly_internals.js";

/**
 * @import { Stage } from "../stage.js"
 * @import { Camera } from "./plotly_internals.js"
 * @import { Plot } from "./plot.js"
 */

const SETTLED = 30; // frames without a change: plotly.js lets the camera glide on after the pointer has gone
const TURN = Math.PI / 24; // at a press of an arrow key
const NEARER = 1.1; // at a press of + or −
const STEEPEST = 1.5; // radians above or below the plane: straight from above, left and right are undefined

export class Cameras {
  /** Where it stands, once it has been moved. @type {Camera | null} */
  shared = null;

  /** The plot that is being turned. @type {Plot | null} */
  leader = null;
  still = 0;
  frame = 0;
  held = false;

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.onRelease = () => { this.held = false; };
    for (const kind of ["pointerup", "pointercancel"]) document.addEventListener(kind, this.onRelease);
  }

  /** @param {Plot} plot */
  watch({ area }) {
    /** @param {Event} event */
    const begin = (event) => {
      const plot = [...this.stage.plots.values()].find((candidate) => candidate.area === area);
      if (!plot?.inSpace) return;
      if (event instanceof KeyboardEvent) this.key(plot, event);
      else this.lead(plot, event.type === "pointerdown");
    };
    for (const kind of ["pointerdown", "wheel"]) area.addEventListener(kind, begin, { capture: true, passive: true });
    area.addEventListener("keydown", begin);
  }

  /**
   * Follow a plot until its camera stands still.
   * @param {Plot} plot
   * @param {boolean} held whether a pointer holds it
   */
  lead(plot, held) {
    this.leader = plot;
    this.held = held;
    this.still = 0;
    this.frame ||= requestAnimationFrame(() => this.follow());
  }

  follow() {
    this.frame = 0;
    const now = this.leader && cameraOf(this.leader.area);
    if (!now) return;
    this.still = same(now, this.shared) ? this.still + 1 : 0;
    this.shared = now;
    this.agree();
    if (this.held || this.still < SETTLED) this.frame = requestAnimationFrame(() => this.follow());
    else this.leader = null;
  }

  /** Let every plot in space that is seen stand where the camera was moved to. */
  agree() {
    for (const plot of this.stage.plots.values()) {
      if (!this.shared || plot === this.leader || !plot.inSpace || plot.box.hidden) continue;
      const now = cameraOf(plot.area);
      if (now && !same(now, this.shared)) setCamera(plot.area, this.shared);
    }
  }

  /**
   * Arrow keys turn the picture, plus and minus move the camera nearer and further away.
   * @param {Plot} plot
   * @param {KeyboardEvent} event
   */
  key(plot, event) {
    const now = cameraOf(plot.area);
    if (!now || event.altKey || event.ctrlKey || event.metaKey || event.target !== plot.area) return;
    const { x, y, z } = now.eye;
    const distance = Math.hypot(x, y, z);
    let [around, above, away] = [Math.atan2(y, x), Math.asin(z / distance), distance];
    switch (event.key) {
      case "ArrowLeft": around -= TURN; break;
      case "ArrowRight": around += TURN; break;
      case "ArrowUp": above += TURN; break;
      case "ArrowDown": above -= TURN; break;
      case "+": away /= NEARER; break;
      case "-": away *= NEARER; break;
      default: return;
    }
    event.preventDefault();
    above = Math.max(-STEEPEST, Math.min(STEEPEST, above));
    const flat = away * Math.cos(above);
    this.leader = null;
    this.shared = { ...now, eye: { x: flat * Math.cos(around), y: flat * Math.sin(around), z: away * Math.sin(above) } };
    this.agree();
  }

  close() {
    cancelAnimationFrame(this.frame);
    for (const kind of ["pointerup", "pointercancel"]) document.removeEventListener(kind, this.onRelease);
  }
}

/**
 * @param {Camera} a
 * @param {Camera | null} b
 */
function same(a, b) {
  if (!b) return false;
  return /** @type {const} */ (["eye", "center", "up"]).every((part) =>
    /** @type {const} */ (["x", "y", "z"]).every((axis) => Math.abs(a[part][axis] - b[part][axis]) < 1e-9));
}
