// The landscape as it is heard, once a visitor turns it on: the losses of the runs as they play, and the loss under the
// crosshair or a finger.
import { foundAt } from "../engine/pointed_at.js";
import { element } from "../view/dom.js";
import { between, locate } from "../view/networks.js";
import { duration, endingOf, pitchOf, WALL } from "./tones.js";

/**
 * @import { Stage } from "../stage.js"
 * @import { Landscape } from "../engine/pointed_at.js"
 * @import { Pair } from "../engine/preimages.js"
 * @import { Heights, Tone } from "./tones.js"
 */

const LOUD = 0.2; // −14 dBFS, the loudest that is played
const RAMP = 0.005; // seconds in which a tone comes and goes, so that it does not click
const BLIP = 0.07; // seconds of a tone that tells one loss
const APART = 60; // ms between two of them while something moves
const PAUSE = 0.15; // seconds between the endings of two runs

const ON = "Sound is on. The higher the loss, the higher the tone. A rising chord is the optimum, two low knocks are a run "
  + "that is stuck, a falling glide one that diverged.";
const MISSING = "This browser makes no sounds.";

export class Sound {
  on = false;

  /** @type {AudioContext | null} */
  context = null;

  /** The step that was heard last, and whether runs were playing then. */
  step = Infinity;
  playing = false;
  heard = 0; // when a step was heard last, in ms

  /** The place that was heard last. @type {{view: Landscape, place: Pair, kind: string | null} | null} */
  pointed = null;

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.button = element("button", {
      type: "button", class: "stage-word", "aria-pressed": "false", title: "Hear the loss of the runs, and under the crosshair or a finger (s)",
    }, "Sound");
    this.button.onclick = () => this.toggle();
    stage.shortcuts.add({ key: "s", what: "sound: hear the loss of the runs, and under the crosshair or a finger", act: () => this.byKey() });
    this.onHidden = () => document.hidden && this.silence();
    document.addEventListener("visibilitychange", this.onHidden);
  }

  byKey() {
    if (!this.stage.playback.runs.length) return false;
    this.toggle();
    return true;
  }

  toggle() {
    const { stage } = this;
    if (this.on) this.silence();
    this.on = !this.on && "AudioContext" in window;
    this.button.setAttribute("aria-pressed", String(this.on));
    stage.box.classList.toggle("stage-heard", this.on);
    stage.announcer.tell(this.on ? ON : "AudioContext" in window ? "Sound is off." : MISSING);
    if (!this.on) return;
    this.step = this.now();
    this.play(endingOf("OPTIMUM").slice(0, 1)); // within the press, as browsers ask
  }

  /** The step at which the runs stand. */
  now() {
    const { playback } = this.stage;
    return Math.min(playback.step, playback.longest);
  }

  /** The playhead has moved, or come to rest. */
  follow() {
    if (!this.on) return;
    const { playback } = this.stage, step = this.now(), moved = step !== this.step;
    const ended = this.playing && !playback.playing && step >= playback.longest;
    this.playing = playback.playing;
    this.step = step;
    if (ended) this.end();
    else if (moved && !(playback.playing && performance.now() - this.heard < APART)) this.tell(step);
  }

  /**
   * The loss of each run at a step: all at once, from the left to the right in their order.
   * @param {number} step
   */
  tell(step) {
    const heights = this.heights();
    this.heard = performance.now();
    const { runs } = this.stage.playback;
    runs.filter((run) => step >= run.steps[0]).forEach((run, k, shown) => {
      const tone = { after: 0, lasts: BLIP, from: pitchOf(between(run.objective, locate(run.steps, step)), heights) };
      this.play([tone], { side: shown.length > 1 ? (2 * k) / (shown.length - 1) - 1 : 0, together: shown.length });
    });
  }

  /** How each run has ended, one after the other. */
  end() {
    let after = 0;
    for (const { run, kind } of this.stage.state?.sentences ?? []) {
      if (!this.stage.playback.runs.some(({ id }) => id === run)) continue;
      const tones = endingOf(kind);
      this.play(tones.map((tone) => ({ ...tone, after: tone.after + after })));
      after += duration(tones) + PAUSE;
    }
  }

  /** The least and the largest loss of the runs. @returns {Heights} */
  heights() {
    let low = Infinity, high = -Infinity;
    for (const { objective } of this.stage.playback.runs) {
      for (const loss of Array.from(objective)) {
        if (!Number.isFinite(loss)) continue;
        low = Math.min(low, loss);
        high = Math.max(high, loss);
      }
    }
    return { low, high };
  }

  /**
   * A place of a landscape is pointed at: its loss, a tick where a wall was crossed, and the figure of what lies there.
   * @param {Landscape} view
   * @param {Pair} place
   * @param {[Pair, Pair]} window the ranges of both coordinates
   */
  point(view, place, window) {
    const { model } = this.stage.bridge;
    if (!this.on || !model) return;
    const { loss, low, high, kind } = foundAt(model, view, place, window);
    const before = this.pointed?.view === view ? this.pointed : null;
    const coordinates = view === "curve" ? [0] : [0, 1];
    const crossed = before !== null && coordinates.some((k) => place[k] > 0 !== before.place[k] > 0);
    const changed = kind !== (before?.kind ?? null);
    this.pointed = { view, place, kind };
    if (crossed) this.play(WALL);
    if (kind && changed) this.play(endingOf(kind));
    else this.play([{ after: crossed ? 0.03 : 0, lasts: 0.12, from: pitchOf(loss, { low, high }) }]);
  }

  /**
   * @param {Tone[]} tones
   * @param {{side?: number, together?: number}} [how] side: −1 is left, 1 right; together: how many are heard at once
   */
  play(tones, { side = 0, together = 1 } = {}) {
    this.context ??= new AudioContext();
    const { context } = this;
    if (context.state === "suspended") context.resume();
    for (const { after, lasts, from, to, soft } of tones) {
      const begin = context.currentTime + after, loud = (soft ? LOUD / 2 : LOUD) / together;
      const tone = context.createOscillator(), level = context.createGain(), pan = context.createStereoPanner();
      tone.frequency.setValueAtTime(from, begin);
      if (to !== undefined) tone.frequency.exponentialRampToValueAtTime(to, begin + lasts);
      level.gain.setValueAtTime(0, begin);
      level.gain.linearRampToValueAtTime(loud, begin + RAMP);
      level.gain.setValueAtTime(loud, begin + lasts - RAMP);
      level.gain.linearRampToValueAtTime(0, begin + lasts);
      pan.pan.value = side;
      tone.connect(level).connect(pan).connect(context.destination);
      tone.start(begin);
      tone.stop(begin + lasts);
    }
  }

  /** Nothing is heard any more. */
  silence() {
    this.context?.close();
    this.context = null;
  }

  close() {
    document.removeEventListener("visibilitychange", this.onHidden);
    this.silence();
  }
}
