// Playing the runs: all views show the same step, drawn at the display's rate from what the browser already has.
import { short } from "../engine/formatting.js";
import { paced, prefersStill } from "../view/dom.js";
import { drawEnds, drawHead, drawOutputs, drawRun } from "../view/drawing.js";
import { drawDirections, drawKinks } from "../view/kinks.js";
import { between, drawNeurons, hasWeights, lastStep, locate, networkAt, ofEveryStep } from "../view/networks.js";
import { READABLE, showStepTexts } from "../view/sentences.js";
import { seconds } from "./clock.js";

/**
 * @import { PlayedLeg, StageView } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 * @import { Tracks } from "../view/drawing.js"
 * @import { Network, Run } from "../view/networks.js"
 * @import { Frame } from "../view/overlay.js"
 * @import { Plot } from "../view/plot.js"
 * @import { Course } from "./course.js"
 *
 * @typedef {Run & {legs: PlayedLeg[]}} PlayableRun one that Python sent, or one that was dragged
 */

const SECONDS = 6; // whatever is played, at speed 1
const COURSE_SECONDS = 4.5; // a course

/**
 * The runs' places in each view, read from the pictures themselves: a run's line in a plot is its track there, and has the
 * steps that are drawn.
 * @param {Map<string, Plot>} plots
 * @param {Run[]} runs
 * @returns {Tracks}
 */
export function readTracks(plots, runs) {
  /** @type {Tracks} */
  const tracks = {};
  for (const [view, plot] of plots) {
    const logarithmic = plot.view?.figure.layout.yaxis?.type === "log";
    for (const { meta, uid, x, y } of plot.traces()) {
      const run = meta?.run ?? "";
      if (!/^(run|escape)\d/.test(run) || !String(uid).endsWith("-line")) continue;
      const whole = runs.find(({ id }) => id === run);
      (tracks[view] ??= {})[run] = { x: ofEveryStep(x, whole), y: ofEveryStep(y, whole, logarithmic) };
    }
  }
  return tracks;
}

export class Playback {
  step = Infinity; // at the end, where Plotly's exact picture stands
  until = Infinity; // where what is played ends
  pace = 0; // steps a second, at speed 1
  begin = 0; // where what is played begins
  speed = 1;
  loop = false;
  playing = false;

  /** What is played along a course, how much of its time is over, and who is told when that ends.
   * @type {{course: Course, share: number, ended: () => void} | null} */
  along = null;

  /** Whether it stands elsewhere than what is drawn. */
  moved = false;
  frame = 0;

  /** When the last frame was drawn, in ms. @type {number | null} */
  last = null;

  /** @type {Tracks | null} */
  tracks = null;

  /** @type {number[] | null} */
  stored = null;

  /** Called when it begins, moves or rests. @type {() => void} */
  onChange = () => {};

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.texts = paced(
      /** @param {Record<string, string | undefined> | null} texts */
      (texts) => showStepTexts(stage.sentences, texts), READABLE);
    this.report = paced(() => this.onChange(), READABLE);
  }

  get longest() {
    return Math.max(1, ...this.runs.map(lastStep));
  }

  /** @returns {PlayableRun[]} */
  get runs() {
    return this.stage.drag.lasting?.runs ?? this.stage.state?.runs ?? [];
  }

  /** The step at which the playhead stands, null at the end. */
  resting() {
    return this.step >= this.longest ? null : Math.round(this.step);
  }

  get atRest() {
    return !this.playing && this.step >= this.longest;
  }

  play() {
    this.leave();
    if (this.runs.length === 0) return;
    const begin = this.begin < this.longest ? this.begin : 0;
    if (this.step >= this.longest) this.step = begin;
    this.until = this.longest;
    this.pace = (this.longest - begin) / SECONDS;
    this.playing = true;
    this.last = null;
    this.stage.box.classList.add("stage-in-motion");
    this.request();
    this.onChange();
  }

  /**
   * Play from one step to another and stop; with reduced motion go to the end at once.
   * @param {number} from
   * @param {number} until
   */
  playPiece(from, until) {
    if (prefersStill()) return;
    this.step = from;
    this.play();
    this.until = until;
    this.pace = (until - from) / SECONDS;
  }

  /**
   * Play from the first step to the last along a course.
   * @param {Course} course
   * @param {() => void} ended called once, when that is over or anything else moves the playhead
   */
  playAlong(course, ended) {
    this.step = 0;
    this.play();
    this.along = { course, share: 0, ended };
    this.draw();
  }

  /**
   * Go on along another course: the runs are new.
   * @param {Course} course
   */
  bend(course) {
    if (this.along) this.along.course = course;
  }

  leave() {
    const { along } = this;
    this.along = null;
    along?.ended();
  }

  /** Go on playing where it was halted. */
  resume() {
    this.playing = true;
    this.last = null;
    this.request();
  }

  pause() {
    this.leave();
    this.playing = false;
    // Between two steps the bar would show another step than the pictures.
    if (this.step < this.longest) this.step = Math.round(this.step);
    this.onChange();
    this.draw();
  }

  /**
   * Go to a step and stay there.
   * @param {number} step
   */
  seek(step) {
    this.leave();
    this.playing = false;
    this.step = Math.max(0, Math.min(step, this.longest));
    if (this.step >= this.longest) this.step = Infinity;
    this.draw();
    this.onChange();
  }

  /**
   * Stand at a step with the pictures that are about to be drawn.
   * @param {number} step
   */
  moveTo(step) {
    this.leave();
    this.playing = false;
    this.step = step;
    this.moved = true;
  }

  /** Every step that some run stored, in order: films store more of them where more happens. */
  storedSteps() {
    this.stored ??= [...new Set(this.runs.flatMap((run) => [...run.steps]))].sort((a, b) => a - b);
    return this.stored;
  }

  /**
   * Go to the next stored step, or for a negative direction to the previous one.
   * @param {number} direction
   */
  nudge(direction) {
    const stored = this.storedSteps();
    const now = Math.min(this.step, this.longest);
    const next = direction > 0 ? stored.find((step) => step > now + 1e-9) : stored.findLast((step) => step < now - 1e-9);
    if (next !== undefined) this.seek(next);
  }

  request() {
    this.frame ||= requestAnimationFrame((time) => {
      this.frame = 0;
      this.advance(time);
    });
  }

  /** @param {number} time in ms */
  advance(time) {
    if (!this.playing) return;
    const elapsed = this.last === null ? 0 : Math.min(0.1, (time - this.last) / 1000);
    this.last = time;
    if (this.along) {
      this.along.share += elapsed / COURSE_SECONDS;
      this.step = this.along.share < 1 ? this.along.course(this.along.share) : Infinity;
    } else if (this.stage.state?.paced) {
      const stored = this.storedSteps();
      this.step = onward(stored, this.step, (elapsed * this.speed * (stored.length - 1)) / SECONDS);
    } else this.step += elapsed * this.speed * this.pace;
    if (this.step >= this.until) {
      this.leave();
      if (this.loop) this.step = this.begin < this.longest ? this.begin : 0;
      else {
        this.playing = false;
        this.step = Infinity;
      }
    }
    this.draw();
    if (this.playing) this.report.soon();
    else this.report.now();
    if (this.playing) this.request();
  }

  /** Draw every view at the current step; at the end Plotly's own picture is shown again. */
  draw() {
    const { stage } = this;
    const moving = !this.atRest;
    const dragged = stage.drag.lasting;
    stage.box.classList.toggle("stage-in-motion", moving);
    for (const plot of stage.plots.values()) {
      plot.area.classList.toggle("stage-moving", moving && !plot.inSpace);
      if (!moving && !dragged) plot.overlay?.clear();
    }
    if (!moving) {
      this.texts.now(null);
      if (dragged) stage.drag.paintAll();
      this.drawInSpace(Infinity);
      stage.slopes.draw();
      return;
    }
    const step = Math.min(this.step, this.longest);
    this.tracks = this.places();
    for (const plot of stage.plots.values()) {
      const { box, inSpace, overlay, view } = plot;
      const frame = inSpace || box.hidden ? null : dragged ? stage.drag.paintGround(plot) : overlay?.frame();
      if (frame && view) drawView(frame, view, this.runs, this.tracks, step);
    }
    this.drawInSpace(step);
    stage.slopes.draw();
    const sides = stage.state?.sides ?? null;
    const text = stage.state?.clocked ? clockText : stepText;
    this.texts.soon(Object.fromEntries(this.runs.map((run) => [run.id, text(run, step, sides)])));
  }

  /**
   * The surfaces in space are Plotly's; their paths follow at the rate that they can be redrawn.
   * @param {number} step
   */
  drawInSpace(step) {
    for (const plot of this.stage.plots.values()) {
      if (plot.inSpace && !plot.box.hidden) plot.reveal(this.runs, step);
    }
  }

  /** Where the runs are in each view. */
  places() {
    return this.tracks ??= this.stage.drag.lasting?.tracks ?? readTracks(this.stage.plots, this.runs);
  }

  /**
   * The network of each run at the playhead, for runs whose weights are known here.
   * @returns {Record<string, Network>}
   */
  networks() {
    const step = Math.min(this.step, this.longest);
    return Object.fromEntries(this.runs.filter(hasWeights).map((run) => [run.id, networkAt(run, locate(run.steps, step))]));
  }

  /** Something is being dragged: the overlays show that, not the playhead. */
  suspend() {
    if (this.step === Infinity && !this.playing) return;
    this.leave();
    this.playing = false;
    this.step = Infinity;
    this.texts.cancel();
    this.stage.box.classList.remove("stage-in-motion");
    for (const plot of this.stage.plots.values()) plot.area.classList.remove("stage-moving");
    this.onChange();
  }

  /** What was dragged has other runs: a playhead that stands among their steps stays there. */
  replaced() {
    this.playing = false;
    this.tracks = this.stored = null;
    if (this.step >= this.longest) this.step = Infinity;
    this.onChange();
  }

  /** The pictures are new: their tracks must be read again. */
  renewed() {
    this.tracks = null;
    this.stored = null;
    // Runs that are shorter than before end before the step at which the playhead stood.
    if (this.step >= this.longest && !this.playing && this.step !== Infinity) this.moveTo(Infinity);
    if (!this.atRest || this.moved) this.draw();
    else this.drawInSpace(Infinity); // one that was hidden when the playhead came to rest
    this.moved = false;
  }
}

/**
 * The step that is `count` stored steps further on.
 * @param {number[]} stored
 * @param {number} step
 * @param {number} count
 */
function onward(stored, step, count) {
  const at = locate(stored, step);
  const place = at.index + at.share + count;
  if (place >= stored.length - 1) return stored[stored.length - 1];
  const index = Math.floor(place);
  return stored[index] + (place - index) * (stored[index + 1] - stored[index]);
}

/**
 * Draw the runs in one view: what moves there depends on the kind of the view.
 * @param {Frame} frame
 * @param {StageView} view
 * @param {PlayableRun[]} runs
 * @param {Tracks} tracks
 * @param {number} step
 */
function drawView(frame, view, runs, tracks, step) {
  const { kind, name, span } = view;
  const shown = runs.filter((run) => step >= run.steps[0] && (!view.runs || view.runs.includes(run.id)));
  const places = tracks[name] ?? {};
  if (kind === "outputs") {
    if (span) frame.clipped(() => drawOutputs(frame, shown, tracks, step, span));
  } else if (kind === "neurons") drawNeurons(frame, shown, step);
  else if (kind === "kinks") frame.clipped(() => drawKinks(frame, shown, step, view));
  else if (kind === "directions") drawDirections(frame, shown, step);
  else if (kind === "path" || kind === "track") {
    frame.clipped(() => shown.forEach((run) => drawRun(frame, run, places[run.id], step)));
    for (const run of shown) {
      if (kind === "track") drawHead(frame, run, places[run.id], step);
      else drawEnds(frame, run, places[run.id], step, name);
    }
  }
}

const NEURONS_NAMED = 4;

/**
 * "step 120, loss 1.234, neuron 1 acts right, neuron 2 left."
 * @param {PlayableRun} run
 * @param {number} step
 * @param {[string, string] | null} sides
 */
function stepText(run, step, sides) {
  if (step < run.steps[0]) return undefined;
  const at = locate(run.steps, step);
  const loss = short(between(run.objective, at));
  const leg = run.legs.findLast((candidate) => candidate.first <= step);
  if (leg) return ` Loss ${loss}. ${leg.text}`;
  const parts = [` step ${Math.round(Math.min(step, lastStep(run)))}`, `loss ${loss}`];
  if (sides && hasWeights(run) && run.weights.m <= NEURONS_NAMED) {
    networkAt(run, at).W.forEach((w, j) => {
      const side = w > 0 ? "right" : w < 0 ? "left" : "nowhere";
      parts.push(`neuron ${j + 1}${j === 0 ? " acts" : ""} ${side}`);
    });
  }
  return `${parts.join(", ")}.`;
}

/**
 * "0.0123 s: 4.56 % above the optimum."
 * @param {PlayableRun} run
 * @param {number} step in microseconds
 */
function clockText(run, step) {
  if (step < run.steps[0]) return " not there yet.";
  const above = Math.max(0, between(run.objective, locate(run.steps, step)));
  return ` ${seconds(Math.min(step, lastStep(run)))}: ${short(100 * above, 3)} % above the convex twin’s value.`;
}
