// Keys of one character, which act from anywhere on a page, and the list of all keys.
//
// Speech input types whole words, and a tremor types what it did not mean: such keys can be turned off.
import { TYPING } from "./dom.js";

/**
 * @import { Stage } from "../stage.js"
 *
 * @typedef {object} Shortcut
 * @property {string} key as `KeyboardEvent.key` has it, lower case
 * @property {string} what it does, as the list says it
 * @property {() => boolean} act returns whether it did anything: if not, the key is the browser's
 */

const OFF = "stage keys off"; // where the browser keeps that they are

export class Shortcuts {
  /** @type {Map<string, Shortcut>} */
  known = new Map();

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @param {KeyboardEvent} event */
    this.onKey = (event) => this.pressed(event);
    document.addEventListener("keydown", this.onKey);
  }

  /** What was chosen last, where the browser keeps nothing. @type {boolean | null} */
  chosen = null;

  /** Whether keys of one character act. */
  get on() {
    if (this.chosen !== null) return this.chosen;
    try {
      return localStorage.getItem(OFF) === null;
    } catch {
      return true; // a browser that is told to keep nothing refuses to look as well
    }
  }

  set on(on) {
    this.chosen = on;
    try {
      if (on) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "");
    } catch {
      // It holds until the page is left.
    }
  }

  /** @param {Shortcut} shortcut */
  add(shortcut) {
    this.known.set(shortcut.key, shortcut);
  }

  /**
   * Whether a key is for the stage: not while it is covered, something is dragged, or text or a dialog has the focus.
   * @param {KeyboardEvent} event
   */
  isHeard(event) {
    const { stage } = this;
    if (stage.isCovered || stage.drag.isBusy) return false;
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return false;
    return !(event.target instanceof Element && event.target.closest(`${TYPING}, [role=dialog]`));
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (this.on && this.isHeard(event) && this.known.get(event.key.toLowerCase())?.act()) event.preventDefault();
  }

  close() {
    document.removeEventListener("keydown", this.onKey);
  }
}
