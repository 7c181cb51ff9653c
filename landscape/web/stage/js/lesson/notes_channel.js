// A second window with the lecturer's notes, the next scene and the clock: it hears where the lesson is, and steers it.
import { element } from "../view/dom.js";
import { Keys } from "./keys.js";
import { written } from "./text.js";

/**
 * @import { PlayedLesson } from "../protocol.js"
 * @import { Acts } from "./keys.js"
 *
 * @typedef {{lesson: PlayedLesson, place: number, revealed: boolean, locked: boolean, began: number, answers: number,
 *   phones: number | null}} Told
 */

const STYLE = `
body { margin: 0; padding: 18px 24px; font: 20px/1.4 system-ui, sans-serif; color-scheme: light dark; background: Canvas; color: CanvasText; }
header { display: flex; flex-wrap: wrap; gap: 6px 28px; align-items: baseline; justify-content: space-between; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.05rem; margin: 22px 0 4px; opacity: .75; }
.clock { font-variant-numeric: tabular-nums; font-size: 1.5rem; }
.notes { white-space: pre-wrap; font-size: 1.3rem; max-width: 46em; }
.ways { display: flex; gap: 10px; margin-top: 22px; flex-wrap: wrap; }
button { font: inherit; min-height: 44px; padding: 4px 20px; }
p { margin: 6px 0; }`;

export class NotesChannel {
  /** @type {Window | null} */
  window = null;

  /** @type {Told | null} */
  told = null;

  timer = 0;

  /** @param {Acts} acts what steers the lesson */
  constructor(acts) {
    this.acts = acts;
  }

  /** Open the window, or bring it to the front. */
  open() {
    if (this.window && !this.window.closed) {
      this.window.focus();
      return;
    }
    const opened = this.window = window.open("", "", "popup,width=760,height=620");
    if (!opened) return;
    opened.document.title = "Notes";
    opened.document.head.append(element("style", {}, STYLE));
    // The keys of the lesson work here too; only what was pressed in a window may take the whole screen for it.
    new Keys({ ...this.acts, full: () => {}, notes: () => {} }, opened.document);
    this.timer = window.setInterval(() => this.tick(), 1000);
    this.draw();
  }

  /** @param {Told} told */
  tell(told) {
    this.told = told;
    this.draw();
  }

  draw() {
    const { told, window: shown } = this;
    if (!told || !shown || shown.closed) return;
    const { lesson, place, revealed, locked, answers, phones } = told, { acts } = this, scene = lesson.scenes[place], next = lesson.scenes[place + 1];
    /** @param {string} label @param {() => void} act */
    const way = (label, act) => {
      const button = element("button", { type: "button" }, label);
      button.onclick = act;
      return button;
    };
    const room = phones === null ? (scene.question ? `${answers} counted` : "") : `${phones} ${phones === 1 ? "phone" : "phones"}, ${answers} ${answers === 1 ? "answer" : "answers"}`;
    shown.document.body.replaceChildren(
      element("header", {},
        element("h1", {}, `${place + 1} of ${lesson.scenes.length}: ${scene.title}`),
        element("span", { class: "clock" }, "")),
      element("p", {}, ...written(scene.text)),
      scene.has_reveal ? element("p", {}, revealed ? "Revealed." : "Held back until the reveal.") : "",
      room ? element("p", { class: "room" }, room) : "",
      element("h2", {}, "Notes"),
      element("div", { class: "notes" }, scene.notes || "No notes to this scene."),
      element("h2", {}, "Next"),
      element("p", { class: "next" }, next ? next.title : "The end."),
      element("div", { class: "ways" }, way("Back", acts.back),
        phones !== null && scene.question && !revealed ? way(locked ? "Unlock" : "Lock", acts.lock) : "",
        scene.has_reveal ? way(revealed ? "Hide again" : "Reveal", acts.reveal) : "", way("Next", acts.next),
        way("Black screen", acts.black)));
    this.tick();
  }

  tick() {
    const clock = this.window?.document.querySelector(".clock");
    if (!clock || !this.told) return;
    const seconds = Math.floor((Date.now() - this.told.began) / 1000), now = new Date();
    const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
    clock.textContent = `${Math.floor(seconds / 60)}:${two(seconds % 60)} – ${two(now.getHours())}:${two(now.getMinutes())}`;
  }

  close() {
    window.clearInterval(this.timer);
    this.window?.close();
  }
}
