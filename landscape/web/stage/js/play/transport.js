// The transport bar: play, step, scrub, speed, loop; the same keys as a video.
import { element, icon, TYPING } from "../view/dom.js";
import { writeStep } from "../view/address.js";
import { seconds } from "./clock.js";

/**
 * @import { StageState } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 * @import { Playback } from "./playback.js"
 */

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10];
const REST = 250; // ms that the playhead stands still before it is reported
const FOCUSABLE = "a[href], button, input, select, textarea, summary, label, [tabindex]";
const ICONS = {
  play: "M4 2l10 6-10 6Z", pause: "M4 2h3v12H4ZM9 2h3v12H9Z", back: "M12 3v10L5 8ZM3 3h2v10H3Z",
  undo: "M6 2L1 6l5 4V7c4 0 6 1 8 5 0-5-3-8-8-8Z", redo: "M10 2l5 4-5 4V7c-4 0-6 1-8 5 0-5 3-8 8-8Z",
  forward: "M4 3v10l7-5ZM11 3h2v10h-2Z", end: "M3 3l6 5-6 5ZM9 3h2v10H9Z",
};

/**
 * @param {keyof typeof ICONS} name
 * @param {string} label
 * @param {() => void} act
 */
function button(name, label, act) {
  const node = element("button", { type: "button", "aria-label": label, title: label }, icon(ICONS[name]));
  node.onclick = act;
  return node;
}

/**
 * @param {string} label
 * @param {string} hint
 * @param {() => void} act
 */
function word(label, hint, act) {
  const node = element("button", { type: "button", class: "stage-word", title: hint }, label);
  node.onclick = act;
  return node;
}

export class Transport {
  /** The report that is due once the playhead has rested, 0 where none is. */
  due = 0;

  /** The steps that were reported and that Python has not answered yet, the oldest first. @type {(number | null)[]} */
  reported = [];

  /** Whether a link of the menu was followed and its page is on the way. */
  leaving = false;

  /** The step at which Python had the playhead last. @type {number | null} */
  fromPython = null;

  /**
   * @param {Stage} stage
   * @param {Playback} playback
   */
  constructor(stage, playback) {
    this.stage = stage;
    this.playback = playback;
    this.toggle = button("play", "Play", () => this.playOrPause());
    this.scrub = element("input", { type: "range", min: "0", step: "1", "aria-label": "Step", class: "stage-scrub" });
    this.scrub.oninput = () => playback.seek(Number(this.scrub.value));
    this.scrub.onchange = () => this.reportPlayhead();
    this.readout = element("span", { class: "stage-readout" });
    this.speed = element("select", { "aria-label": "Speed" },
      ...SPEEDS.map((speed) => element("option", { value: speed, selected: speed === 1 }, `${speed}×`)));
    this.speed.onchange = () => { playback.speed = Number(this.speed.value); };
    this.loop = element("input", { type: "checkbox" });
    this.loop.onchange = () => { playback.loop = this.loop.checked; };
    this.loopLabel = element("label", {}, this.loop, "loop");
    this.box = element("div", { class: "stage-transport", role: "group", "aria-label": "Playback" },
      this.toggle,
      button("back", "One step back", () => playback.nudge(-1)),
      button("forward", "One step forward", () => playback.nudge(1)),
      this.scrub, this.readout, this.speed, this.loopLabel);
    this.undo = button("undo", "Undo (Ctrl+Z)", () => stage.send({ kind: "undo" }));
    this.redo = button("redo", "Redo (Ctrl+Shift+Z)", () => stage.send({ kind: "redo" }));
    this.adding = word("Add runs", "On: each click or tap on a landscape adds a run there. Off: it moves the selected run.", () => {
      stage.adding = !stage.adding;
      this.adding.setAttribute("aria-pressed", String(stage.adding));
    });
    this.adding.setAttribute("aria-pressed", "false");
    this.compare = word("All optimisers", "Start gradient descent, momentum and Adam where the selected run starts", () => {
      const { model } = stage.drag;
      stage.send({ kind: "compare", run: `run${model?.kind === "local" ? model.selected : 0}` });
    });
    const { box } = this;
    this.tools = element("div", { class: "stage-transport", role: "group", "aria-label": "Runs and history" },
      this.adding, this.compare, this.undo, this.redo, word("Reset", "Back to the preset", () => stage.send({ kind: "reset" })));
    this.bar = element("div", { class: "stage-bar" }, box, this.tools);
    playback.onChange = () => this.update();
    /** @param {KeyboardEvent} event */
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    // A press on a picture brings the focus into the stage, where its keys act.
    stage.box.addEventListener("pointerdown", ({ target }) => {
      if (target instanceof Element && target.closest(FOCUSABLE) === stage.box) stage.box.focus({ preventScroll: true });
    });
    // A report that Streamlit gets while another page is on the way would bring this one back.
    /** @param {MouseEvent} event */
    this.onClick = ({ target, ctrlKey, metaKey, shiftKey }) => {
      const link = target instanceof Element && target.closest("[data-testid=stPageLink-NavLink]");
      if (!(link instanceof HTMLAnchorElement) || ctrlKey || metaKey || shiftKey) return;
      if (link.pathname !== location.pathname) this.leaving = true;
    };
    document.addEventListener("click", this.onClick, true);
  }

  pause() {
    this.playback.pause();
    this.reportPlayhead();
  }

  /**
   * Where a playhead at this step is, in words.
   * @param {number} step
   */
  told(step) {
    const { playback: { longest }, stage: { state } } = this;
    if (state?.clocked) return `${seconds(step)} of ${seconds(longest)}`;
    return `step ${Math.round(step).toLocaleString("en")} of ${longest.toLocaleString("en")}`;
  }

  playOrPause() {
    const { playback, stage: { opening } } = this;
    if (opening.active) opening.end();
    else if (playback.playing) this.pause();
    else playback.play();
  }

  /**
   * Report where the playhead rests, to Python and in the address: slices are taken there, a new step size takes over
   * there, and a link opens there.
   */
  reportPlayhead() {
    this.forget();
    const { playback, stage: { state, drag } } = this;
    if (!state?.reports_playhead || playback.playing || drag.isBusy || this.leaving) return;
    const at = playback.resting();
    const last = this.reported.length ? this.reported[this.reported.length - 1] : state.at;
    if (at !== last) {
      this.reported.push(at);
      this.stage.send({ kind: "at", value: at });
    }
    writeStep(at);
  }

  reportSoon() {
    window.clearTimeout(this.due);
    this.due = window.setTimeout(() => this.reportPlayhead(), REST);
  }

  forget() {
    window.clearTimeout(this.due);
    this.due = 0;
  }

  /**
   * Go to where Python has the playhead, unless it was moved here since. An answer to a report moves nothing: the
   * playhead was there then.
   * @param {StageState} state
   */
  follow({ at }) {
    this.leaving = false;
    const answered = this.reported.indexOf(at);
    this.reported.splice(0, answered + 1);
    if (at === this.fromPython) return;
    const now = this.playback.resting();
    const movedHere = answered >= 0 || now !== this.fromPython;
    if (answered < 0) this.reported = [];
    this.fromPython = at;
    if (!movedHere && at !== now) this.playback.moveTo(at ?? Infinity);
  }

  update() {
    const { playback } = this;
    const longest = playback.longest;
    const step = Math.min(playback.step, longest);
    this.box.hidden = playback.runs.length === 0;
    const tools = this.stage.state?.tools;
    this.tools.hidden = !tools;
    if (playback.playing) this.forget();
    else this.reportSoon();
    if (tools) {
      this.adding.hidden = this.compare.hidden = !tools.runs;
      this.undo.disabled = !tools.undo;
      this.redo.disabled = !tools.redo;
    }
    this.scrub.max = String(longest);
    this.scrub.value = String(Math.round(step));
    this.stage.hearing?.moved();
    this.stage.described.follow();
    this.stage.onMoved();
    this.readout.textContent = this.told(step);
    // As wide as its longest text, so that nothing beside it moves while runs play.
    this.readout.style.setProperty("--letters", String(this.told(longest).length));
    // One that has the focus says each change, which nobody can follow while runs play.
    const told = playback.playing ? "playing" : this.readout.textContent;
    if (this.scrub.getAttribute("aria-valuetext") !== told) this.scrub.setAttribute("aria-valuetext", told);
    const label = playback.along ? "Skip to the end" : playback.playing ? "Pause" : "Play";
    if (this.toggle.getAttribute("aria-label") !== label) {
      this.toggle.replaceChildren(icon(ICONS[playback.along ? "end" : playback.playing ? "pause" : "play"]));
      this.toggle.setAttribute("aria-label", label);
      this.toggle.title = label;
    }
  }

  /**
   * Space, arrows, Home and End while the focus is in the stage, unless the visitor is typing or uses another control.
   * Elsewhere they scroll the page. A lesson's stage hears them in all of the lesson.
   * @param {KeyboardEvent} event
   */
  key(event) {
    if (this.stage.isCovered) return;
    const target = event.target instanceof Element ? event.target : null;
    const typing = target?.closest(TYPING);
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !typing && !this.tools.hidden) {
      event.preventDefault();
      this.stage.send({ kind: event.shiftKey ? "redo" : "undo" });
      return;
    }
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || this.box.hidden) return;
    const { box } = this.stage;
    if (!target || !(box.closest("dialog") ?? box).contains(target)) return;
    const busy = target.closest("input, textarea, select, [role=slider], [role=radio], [role=tab], [contenteditable]");
    if (busy && busy !== this.scrub) return;
    if (event.key === " " && target?.closest("button, a")) return; // it presses what has the focus
    const act = this.actOf(event.key);
    if (!act || (busy === this.scrub && event.key !== " ")) return;
    event.preventDefault();
    if (event.key === " " && this.stage.opening.endedBy(event)) return;
    act();
  }

  /**
   * What a key does.
   * @param {string} key
   * @returns {(() => void) | null}
   */
  actOf(key) {
    const { playback } = this;
    switch (key) {
      case " ": return () => this.playOrPause();
      case "ArrowLeft": return () => playback.nudge(-1);
      case "ArrowRight": return () => playback.nudge(1);
      case "Home": return () => playback.seek(0);
      case "End": return () => playback.seek(Infinity);
      default: return null;
    }
  }

  close() {
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("click", this.onClick, true);
    this.playback.pause();
    this.forget();
    this.bar.remove();
  }
}
