// Playing the runs: all views show the same step, drawn at the display's rate from what the browser already has.
import { paced } from "../view/dom.js";
import { between, drawEnds, drawHead, drawOutputs, drawRun, locate } from "../view/drawing.js";
import { drawDirections, drawKinks } from "../view/kinks.js";
import { drawNeurons, hasWeights, networkAt } from "../view/networks.js";
import { short } from "../engine/formatting.js";
import { READABLE, tellStep } from "../view/sentences.js";

const SECONDS = 6; // whatever is played, at speed 1

/** The runs' places in each view, read from the pictures themselves: a run's line in a plot is its track there. */
export function readTracks(stage) {
  const tracks = {};
  for (const [view, plot] of stage.plots) {
    for (const trace of plot.area._fullData ?? []) {
      const run = trace.meta?.run;
      if (!/^(run|escape)\d/.test(run ?? "") || !String(trace.uid).endsWith("-line")) continue;
      (tracks[view] ??= {})[run] = { x: trace.x, y: trace.y };
    }
  }
  return tracks;
}

export class Playback {
  constructor(stage) {
    this.stage = stage;
    this.step = Infinity; // at the end, where Plotly's exact picture stands
    this.speed = 1;
    this.loop = false;
    this.playing = false;
    this.onChange = () => {};
    this.tell = paced((texts) => tellStep(stage.sentences, texts), READABLE);
    this.report = paced(() => this.onChange(), READABLE);
  }

  get longest() {
    return Math.max(1, ...this.runs.map((run) => run.steps[run.steps.length - 1]));
  }

  get runs() {
    return this.stage.state?.scene.runs ?? [];
  }

  /** The step at which the playhead stands, null at the end. */
  resting() {
    return this.step >= this.longest ? null : Math.round(this.step);
  }

  get atRest() {
    return !this.playing && this.step >= this.longest;
  }

  play() {
    if (this.runs.length === 0) return;
    if (this.step >= this.longest) this.step = 0;
    this.until = this.longest;
    this.pace = this.longest / SECONDS;
    this.playing = true;
    this.last = null;
    this.stage.box.classList.add("stage-in-motion");
    this.request();
    this.onChange();
  }

  /** Play a piece and come to rest; whoever prefers less motion is shown the end at once. */
  playPiece(from, until) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.step = from;
    this.play();
    this.until = until;
    this.pace = (until - from) / SECONDS;
  }

  pause() {
    this.playing = false;
    // Between two steps the bar would say a step that the pictures are not at.
    if (this.step < this.longest) this.step = Math.round(this.step);
    this.onChange();
    this.draw();
  }

  /** Go to a step and stay there. */
  seek(step) {
    this.playing = false;
    this.step = Math.max(0, Math.min(step, this.longest));
    if (this.step >= this.longest) this.step = Infinity;
    this.draw();
    this.onChange();
  }

  /** Every step that some run kept, in order: films keep more of them where more happens. */
  beats() {
    this.kept ??= [...new Set(this.runs.flatMap((run) => [...run.steps]))].sort((a, b) => a - b);
    return this.kept;
  }

  /** Go to the next or the previous step that was kept. */
  nudge(direction) {
    const kept = this.beats();
    const now = Math.min(this.step, this.longest);
    const next = direction > 0 ? kept.find((step) => step > now + 1e-9) : kept.findLast((step) => step < now - 1e-9);
    if (next !== undefined) this.seek(next);
  }

  request() {
    if (this.pending) return;
    this.pending = requestAnimationFrame((time) => {
      this.pending = null;
      this.advance(time);
    });
  }

  advance(time) {
    if (!this.playing) return;
    const elapsed = this.last === null ? 0 : Math.min(0.1, (time - this.last) / 1000);
    this.last = time;
    const beats = this.stage.state.scene.paced ? this.beats() : null;
    if (beats) this.step = onward(beats, this.step, (elapsed * this.speed * (beats.length - 1)) / SECONDS);
    else this.step += elapsed * this.speed * this.pace;
    if (this.step >= this.until) {
      if (this.loop) this.step = 0;
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
    stage.box.classList.toggle("stage-in-motion", moving);
    for (const plot of stage.plots.values()) {
      plot.area.classList.toggle("stage-moving", moving && !plot.isRelief);
      if (!moving) plot.overlay?.clear();
    }
    if (!moving) {
      this.tell.now(null);
      this.drawRelief(Infinity);
      return;
    }
    const step = Math.min(this.step, this.longest);
    this.tracks ??= readTracks(stage);
    for (const [view, plot] of stage.plots) {
      if (plot.isRelief) continue;
      const frame = plot.overlay?.frame();
      if (!frame) continue;
      drawView(frame, plot.view, this.runs, this.tracks, step);
    }
    this.drawRelief(step);
    this.tell.soon(Object.fromEntries(this.runs.map((run) => [run.id, stepText(run, step, stage.state.scene)])));
  }

  /** The surface in space is Plotly's; its paths follow at the rate that it can be redrawn. */
  drawRelief(step) {
    const plot = [...this.stage.plots.values()].find((candidate) => candidate.isRelief);
    if (!plot?.listening || (this.reliefBusy && step !== Infinity) || this.reliefStep === step) return;
    this.reliefStep = step;
    this.reliefBusy = true;
    plot.reveal(this.runs, step).finally(() => {
      this.reliefBusy = false;
    });
  }

  /** The network of each run at the playhead, for runs whose weights are known here. */
  networks() {
    const step = Math.min(this.step, this.longest);
    return Object.fromEntries(this.runs.filter(hasWeights).map((run) => [run.id, networkAt(run, locate(run.steps, step))]));
  }

  /** Something is being dragged: the overlays show that, not the playhead. */
  suspend() {
    if (this.step === Infinity && !this.playing) return;
    this.playing = false;
    this.step = Infinity;
    this.tell.cancel();
    this.stage.box.classList.remove("stage-in-motion");
    for (const plot of this.stage.plots.values()) plot.area.classList.remove("stage-moving");
    this.onChange();
  }

  /** The pictures are new: their tracks must be read again. */
  renewed() {
    this.tracks = null;
    this.kept = null;
    this.reliefStep = undefined;
    if (!this.atRest) this.draw();
  }
}

/** The step that lies so many kept steps further on. */
function onward(beats, step, count) {
  const at = locate(beats, step);
  const place = at.index + at.share + count;
  if (place >= beats.length - 1) return beats[beats.length - 1];
  const index = Math.floor(place);
  return beats[index] + (place - index) * (beats[index + 1] - beats[index]);
}

/** Draw the runs in one view: what moves there depends on the kind of the view. */
function drawView(frame, view, runs, tracks, step) {
  const shown = runs.filter((run) => step >= run.steps[0] && (!view.runs || view.runs.includes(run.id)));
  if (view.kind === "still") return undefined;
  if (view.kind === "outputs") return frame.clipped(() => drawOutputs(frame, shown, tracks, step, view.span));
  if (view.kind === "neurons") return drawNeurons(frame, shown, step);
  if (view.kind === "kinks") return frame.clipped(() => drawKinks(frame, shown, step, view));
  if (view.kind === "directions") return drawDirections(frame, shown, step);
  const places = tracks[view.name] ?? {};
  frame.clipped(() => shown.forEach((run) => drawRun(frame, run, places[run.id], step)));
  if (view.kind === "track") return shown.forEach((run) => drawHead(frame, run, places[run.id], step));
  return shown.forEach((run) => drawEnds(frame, run, places[run.id], step, view.name));
}

/** "step 120, loss 1.234, w₁ active on x₂, w₂ active on x₁." */
function stepText(run, step, scene) {
  if (step < run.steps[0]) return undefined;
  const at = locate(run.steps, step);
  const leg = run.legs?.findLast((candidate) => candidate.from <= step);
  if (leg) return ` Loss ${short(between(run.objective, at))}. ${leg.text}`;
  const parts = [` step ${Math.round(Math.min(step, run.steps[run.steps.length - 1]))}`, `loss ${short(between(run.objective, at))}`];
  if (scene.sides && hasWeights(run) && run.m <= 4) {
    const [left, right] = scene.sides;
    networkAt(run, at).W.forEach((w, j) => {
      parts.push(`w${"₁₂₃₄"[j]} on ${w > 0 ? right : w < 0 ? left : "none"}`);
    });
  }
  return `${parts.join(", ")}.`;
}
