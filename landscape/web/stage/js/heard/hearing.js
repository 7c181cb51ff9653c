// What a visitor hears of the stage, off until it is turned on: the losses of runs that are played, and the loss of the
// place in a landscape that a key or a finger moves over.
import { lossScale, objective, optimum, problemOf, twinField } from "../engine/engine.js";
import { networkOn } from "../engine/preimages.js";
import { element, icon } from "../view/dom.js";
import { between, lastStep, locate } from "../view/networks.js";
import { axesOf } from "../view/plotly_internals.js";
import { outcomes } from "./describe.js";
import { factsOf, fieldOf } from "./facts.js";
import { lengthOf, panOf, pitchOf, toneOf } from "./pitch.js";
import { passed, placesOf } from "./places.js";
import { Sound } from "./sound.js";

/**
 * @import { Stage } from "../stage.js"
 * @import { Run } from "../view/networks.js"
 * @import { Pair } from "../engine/preimages.js"
 * @import { Place } from "./places.js"
 * @import { ToneName } from "./pitch.js"
 */

const VOICES = 4; // of more runs than these only the selected one is heard
const NEAR = 0.0126; // of the picture: half of what an arrow key moves the crosshair by
const PAUSE = 0.15; // seconds between the tones of two runs
const WHAT = "Higher is a higher loss, on a logarithmic scale. Two low knocks: stuck. A rising chord: the optimum. "
  + "A falling glide: diverged. A tick: a wall. Runs play from left to right in their order.";
const HINT = "Sound: hear the loss of runs and of places (s)";
const SPEAKER = "M2 6h3l4-4v12l-4-4H2ZM10.5 5.2l1-1.1a5.4 5.4 0 0 1 0 7.8l-1-1.1a3.9 3.9 0 0 0 0-5.6Z";
const IMPOSSIBLE = "This browser cannot play sound here.";

export class Hearing {
  /** @type {Sound | null} */
  sound = null;

  /** Where the playhead was last, and whether it was playing. */
  step = Infinity;
  playing = false;

  /** Where in a landscape one was last. @type {{view: string, at: Pair} | null} */
  last = null;

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.button = element("button", {
      type: "button", class: "stage-sound", "aria-label": "Sound", "aria-pressed": "false", title: HINT,
    }, icon(SPEAKER));
    this.button.onclick = () => this.toggle();
    this.volume = element("input", {
      type: "range", min: "0", max: "1", step: "0.05", value: "1", class: "stage-volume", "aria-label": "Volume", hidden: true,
    });
    this.volume.oninput = () => this.sound?.setVolume(Number(this.volume.value));
    this.failed = element("span", { class: "stage-mute", hidden: true }, IMPOSSIBLE);
    stage.shortcuts.add({ key: "s", what: "turn sound on or off: the loss as a pitch, higher for a higher loss", act: () => {
      this.toggle();
      return true;
    } });
    this.onHide = () => document.visibilityState === "hidden" && this.sound?.hush();
    document.addEventListener("visibilitychange", this.onHide);
  }

  get on() {
    return this.sound !== null;
  }

  toggle() {
    const { stage } = this;
    if (this.sound) {
      this.sound.close();
      this.sound = null;
      stage.announcer.tell("Sound is off.");
    } else if (Sound.isPossible) {
      this.sound = new Sound(new AudioContext());
      this.sound.setVolume(Number(this.volume.value));
      this.step = stage.playback.step;
      this.playing = false;
      stage.announcer.tell(`Sound is on. ${WHAT}`);
    } else {
      this.failed.hidden = false;
      stage.announcer.tell(IMPOSSIBLE);
    }
    this.volume.hidden = !this.on;
    this.button.setAttribute("aria-pressed", String(this.on));
    this.button.title = this.on ? `${WHAT} (s)` : HINT;
    stage.box.classList.toggle("stage-sounding", this.on);
    this.moved();
  }

  /** The runs that are heard: all, or of many the selected one. @returns {Run[]} */
  heardRuns() {
    const { playback: { runs }, drag: { model } } = this.stage;
    if (runs.length <= VOICES) return runs;
    const selected = runs.find(({ id }) => model?.kind === "local" && id === `run${model.selected}`);
    return [selected ?? runs[0]];
  }

  /** The scale of what is played: from the optimum, where it is known, to the highest loss of a run. */
  scaleOfRuns() {
    const { playback: { runs }, drag } = this.stage, model = drag.draft ?? drag.model;
    const losses = runs.flatMap((run) => [...Array.from(run.objective)]).filter(Number.isFinite);
    const starts = Math.max(...runs.map(({ objective }) => objective[0]));
    const scale = lossScale(Float64Array.from(losses.filter((loss) => loss <= 2 * starts)));
    const least = model?.kind === "local" ? optimum(problemOf(model)).value : Math.min(...losses);
    const low = Math.log10(Math.max(least, 0) + scale.soft);
    return { ...scale, low, high: scale.high > low ? scale.high : low + 1 };
  }

  /** The playhead may have moved. */
  moved() {
    const { sound, stage: { playback } } = this;
    if (!sound) return;
    const { longest, playing } = playback, step = Math.min(playback.step, longest), before = this.step;
    const wasPlaying = this.playing, runs = this.heardRuns();
    this.step = step;
    this.playing = playing;
    if (playing || (step !== Math.min(before, longest) && !wasPlaying)) {
      const scale = this.scaleOfRuns();
      if (!playing) sound.cut("blip");
      runs.forEach((run, k) => {
        if (step < run.steps[0]) return;
        const pitch = pitchOf(between(run.objective, locate(run.steps, Math.min(step, lastStep(run)))), scale);
        const pan = panOf(k, runs.length);
        if (playing) sound.hold(run.id, pitch, { pan, of: runs.length });
        else if (step < longest) sound.blip(pitch, { pan, of: runs.length });
      });
    }
    if (playing) return;
    sound.release();
    if (step >= longest && (wasPlaying || before < longest)) this.end(runs);
  }

  /**
   * The outcome of each run, one after another.
   * @param {Run[]} runs
   */
  end(runs) {
    const kinds = outcomes(this.stage);
    let after = 0.05;
    this.sound?.cut("tone");
    runs.forEach((run, k) => {
      const name = toneOf(kinds[run.id]);
      if (!name) return;
      this.sound?.tone(name, { pan: panOf(k, runs.length), after });
      after += lengthOf(name) + PAUSE;
    });
  }

  /**
   * The loss at a place of a landscape; null where none is known.
   * @param {string} view
   * @param {Pair} at
   * @returns {number | null}
   */
  lossAt(view, [x, y]) {
    const { model } = this.stage.bridge;
    if (!model) return null;
    const problem = problemOf(model);
    if (view === "twin") return model.layer === "ones" && (x < 0 || y > 0) ? null : twinField(problem, [x], [y])[0];
    const { W, alpha } = networkOn(model.plane, x, y);
    return objective(problem, W, alpha);
  }

  /**
   * A key or a finger has moved to a place of a landscape.
   * @param {string} view
   * @param {Pair} at
   */
  pointedAt(view, at) {
    const { sound, stage } = this, plot = stage.plots.get(view), shown = plot?.view && fieldOf(plot.view);
    const from = this.last?.view === view ? this.last.at : at;
    this.last = { view, at };
    if (!sound || !shown) return;
    const loss = this.lossAt(view, at);
    if (loss !== null) {
      const scale = lossScale(Float64Array.of(shown.high));
      const low = Math.log10(shown.low + scale.soft);
      sound.cut("blip");
      sound.blip(pitchOf(loss, { ...scale, low, high: scale.high > low ? scale.high : low + 1 }));
    }
    const places = this.placesIn(view), walls = this.wallsIn(view);
    const events = passed(from, at, { walls, places, window: shown.window, near: NEAR });
    if (events.length) sound.cut("tone");
    let after = 0.2;
    for (const event of new Set(events)) {
      if (event === "saddle") continue;
      sound.tone(/** @type {ToneName} */ (event), { after: event === "wall" ? 0 : after });
      if (event !== "wall") after += lengthOf(event) + PAUSE;
    }
  }

  /**
   * Where runs rest in a landscape: in closed form, or as it is drawn, the stars and the ends of runs.
   * @param {string} view
   * @returns {Place[]}
   */
  placesIn(view) {
    const { stage } = this, { bridge: { model }, playback, state } = stage, shown = stage.plots.get(view)?.view;
    if (!model || !shown || !state) return [];
    const problem = problemOf(model), field = fieldOf(shown);
    const found = view === "twin" || !field ? [] : placesOf(problem, model.plane, field.window, optimum(problem).value)
      .filter(({ kind }) => kind !== "saddle");
    const facts = factsOf({
      view: shown, state, model, plane: model.plane, runs: playback.runs, kinds: outcomes(stage),
      tracks: playback.places()[view] ?? {}, step: playback.longest,
    });
    if (found.length || !facts || !("stars" in facts)) return found;
    const stars = facts.stars.map((star) => placed("optimum", star));
    const ends = facts.runs.flatMap(({ kind, now }) => (toneOf(kind) === "stuck" && now ? [placed("stuck", now)] : []));
    return [...stars, ...ends];
  }

  /**
   * @param {string} view
   * @returns {[boolean, boolean]}
   */
  wallsIn(view) {
    const { model } = this.stage.bridge;
    if (!model || (view === "twin" && model.layer !== "ones")) return [false, false];
    const there = model.x.some((x) => x !== 0);
    return [there, there && view !== "curve"];
  }

  /**
   * While sound is on, a finger that moves over a landscape is heard, and the page stays where it is.
   * @param {string} view
   * @param {PointerEvent} event
   * @returns {Pair | null} where it is
   */
  touched(view, event) {
    const plot = this.stage.plots.get(view), axes = plot && axesOf(plot.area), place = plot?.at(event);
    if (!this.on || !axes || !place || event.pointerType !== "touch") return null;
    /** @type {Pair} */
    const at = [place.x, place.y];
    const inside = [axes.x, axes.y].every(({ range }, k) => Math.min(...range) <= at[k] && at[k] <= Math.max(...range));
    if (!inside) return null;
    this.pointedAt(view, view === "curve" ? [at[0], 0] : at);
    return at;
  }

  close() {
    document.removeEventListener("visibilitychange", this.onHide);
    this.sound?.close();
    this.sound = null;
  }
}

/**
 * @param {"optimum" | "stuck"} kind
 * @param {Pair} at
 * @returns {Place}
 */
function placed(kind, at) {
  return { kind, loss: NaN, vertices: [at], directions: [] };
}
