// The keys of a lesson, and of the clicker that a lecturer holds.
import { element, TYPING } from "../view/dom.js";

/**
 * @typedef {{go(place: number): void, next(): void, back(): void, first(): void, last(): void, reveal(): void, lock(): void,
 *   black(): void, full(): void, notes(): void, help(): void, wake(): boolean}} Acts
 *   wake: takes away what lies over the lesson, and says whether anything did
 */

/** What each key does, as the list says it. */
export const KEYS = /** @type {const} */ ([
  ["→  PageDown", "the next scene; where something is held back, first the reveal"],
  ["←  PageUp", "the scene before"],
  ["Home, End", "the first scene, the last scene"],
  ["a number, then Enter", "the scene of that number"],
  ["R", "reveal, or hide again"],
  ["L", "in a room: answers are taken no more, or again"],
  ["Space", "play the runs, or stop them"],
  ["B", "black screen, until any key"],
  ["F", "full screen"],
  ["N", "a second window with the notes"],
  ["?", "this list"],
  ["Esc", "end"],
]);

export class Keys {
  /** Digits that were typed, until Enter. */
  typed = "";

  /**
   * @param {Acts} acts
   * @param {Document} [where] whose keys are heard
   */
  constructor(acts, where = document) {
    this.acts = acts;
    this.where = where;
    /** @param {KeyboardEvent} event */
    this.listener = (event) => this.pressed(event);
    // Before the keys of the stage's own playback.
    where.addEventListener("keydown", this.listener, { capture: true });
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const { acts } = this;
    if (event.altKey || event.ctrlKey || event.metaKey || event.key === "Shift") return;
    if (acts.wake()) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest(TYPING)) return;
    const act = this.actOf(event, Boolean(target?.closest("input, [role=slider], .word, .stage-plot[data-turns]")), target);
    if (/^\d$/.test(event.key)) this.typed += event.key;
    else if (event.key !== "Enter") this.typed = "";
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act.call(acts);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {boolean} own whether arrows move what has the focus
   * @param {Element | null} target
   * @returns {(() => void) | undefined}
   */
  actOf({ key, shiftKey }, own, target) {
    const { acts } = this;
    if (key === "?") return acts.help;
    if (shiftKey) return undefined;
    if (key === "Enter" && this.typed) {
      const place = Number(this.typed) - 1;
      this.typed = "";
      return () => acts.go(place);
    }
    if (key === "PageDown") return acts.next;
    if (key === "PageUp") return acts.back;
    if (!own) {
      const arrows = { ArrowRight: acts.next, ArrowLeft: acts.back, Home: acts.first, End: acts.last }[key];
      if (arrows) return arrows;
    }
    if (target?.closest("button, a") && (key === "Enter" || key === " ")) return undefined;
    return { r: acts.reveal, l: acts.lock, b: acts.black, f: acts.full, n: acts.notes }[key.toLowerCase()];
  }

  close() {
    this.where.removeEventListener("keydown", this.listener, { capture: true });
  }
}

/** The list of keys, as a panel that any key or click closes. */
export function keyList() {
  const rows = KEYS.map(([keys, act]) => element("tr", {}, element("th", { scope: "row" }, keys), element("td", {}, act)));
  return element("div", { class: "lesson-keys", role: "dialog", "aria-label": "Keys", tabindex: "-1" },
    element("h2", {}, "Keys"), element("table", {}, element("tbody", {}, ...rows)), element("p", {}, "Any key closes this list."));
}
