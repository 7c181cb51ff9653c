// The opening: where a page is opened at no step, its runs play once, from step 0 to the end, and rest there.
//
// It takes a few seconds and goes on at once at any touch, which then does what it does anyway. It is left out where less
// motion is preferred, and where no run moves. A document plays once, whatever it shows afterwards: later states, going to
// another page and back and a server that restarts do not begin it again, a reload does. So does an embed, also one
// without the bar: nothing else would show its runs on their way.
import { prefersStill } from "../view/dom.js";
import { axesOf } from "../view/plotly_internals.js";
import { lastStep } from "../view/networks.js";
import { courseOf, distances } from "./course.js";
import { readTracks } from "./playback.js";

/**
 * @import { StageState } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 * @import { Plot } from "../view/plot.js"
 * @import { Playback } from "./playback.js"
 * @import { Course } from "./course.js"
 */

const TOUCHES = /** @type {const} */ (["pointerdown", "keydown", "wheel"]);

/** Whether the document has played, or was opened where it should not. */
let opened = false;

export class Opening {
  /** Whether it is about to play, or plays. */
  active = false;

  /** The touch that ended it. @type {Event | null} */
  last = null;

  /**
   * @param {Stage} stage
   * @param {Playback} playback
   */
  constructor(stage, playback) {
    this.stage = stage;
    this.playback = playback;
    /** @param {Event} event */
    this.onTouch = (event) => this.touched(event);
  }

  /**
   * Whether the first pictures of the document, which are still to be drawn, begin by playing.
   * @param {StageState} state
   */
  isToCome(state) {
    return !opened && state.opens_playing && state.runs.length > 0 && !prefersStill();
  }

  /**
   * Before the first pictures are drawn: hide the runs, whose ends would be seen before their starts.
   * @param {StageState} state
   */
  prepare(state) {
    const toCome = this.isToCome(state);
    opened = true;
    if (!toCome) return;
    this.active = true;
    this.stage.box.dataset.opening = "waits";
    for (const kind of TOUCHES) document.addEventListener(kind, this.onTouch, { capture: true, passive: true });
  }

  /** The pictures stand: begin, or, where another state came meanwhile, go on along its runs. */
  follow() {
    const { stage, playback } = this;
    if (!this.active) return;
    const course = this.course();
    if (!course) {
      this.end();
    } else if (stage.box.dataset.opening === "waits") {
      playback.playAlong(course, () => this.close());
      stage.box.dataset.opening = "plays";
    } else {
      playback.bend(course);
    }
  }

  /**
   * How the steps follow in time: as the runs move in the landscapes, each of them counted alike; null where none moves.
   * @returns {Course | null}
   */
  course() {
    const { stage, playback } = this;
    const tracks = readTracks(stage.plots, playback.runs);
    const found = [];
    for (const [name, plot] of stage.plots) {
      const area = plot.view?.kind === "path" && name !== "losses" && windowOf(plot);
      if (!area) continue;
      for (const run of playback.runs) {
        const track = tracks[name]?.[run.id];
        if (track) found.push({ steps: run.steps, length: distances(track, area) });
      }
    }
    return courseOf(found, Math.max(1, ...playback.runs.map(lastStep)));
  }

  /** @param {Event} event */
  touched(event) {
    const { toggle } = this.stage.transport;
    const presses = !(event instanceof KeyboardEvent) || event.key === " " || event.key === "Enter";
    // The button that says "Skip to the end" does so itself.
    if (presses && event.target instanceof Node && toggle.contains(event.target)) return;
    this.last = event;
    this.end();
  }

  /** Go to the end. */
  end() {
    if (!this.active) return;
    if (this.stage.box.dataset.opening === "plays") this.playback.seek(Infinity);
    this.close();
  }

  /** It is over, or something else has taken the playhead. */
  close() {
    if (!this.active) return;
    this.active = false;
    for (const kind of TOUCHES) document.removeEventListener(kind, this.onTouch, { capture: true });
    this.stage.box.dataset.opening = "done";
  }

  /**
   * Whether a key has ended it just now, and therefore must not play the runs again.
   * @param {Event} event
   */
  endedBy(event) {
    return event === this.last;
  }
}

/**
 * The part of the plane that a plot shows, from its lower left to its upper right corner; null before it is drawn.
 * @param {Plot} plot
 * @returns {[[number, number], [number, number]] | null}
 */
function windowOf(plot) {
  const { scene } = plot.view?.figure.layout ?? {};
  const axes = plot.inSpace ? { x: scene?.xaxis, y: scene?.yaxis } : axesOf(plot.area);
  return axes?.x?.range && axes.y?.range ? [axes.x.range, axes.y.range] : null;
}
