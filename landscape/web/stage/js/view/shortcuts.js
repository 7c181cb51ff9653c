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
 * @property {(event: KeyboardEvent) => boolean} act returns whether it did anything: if not, the key is the browser's
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

  /** Whether keys of one character act. */
  get on() {
    return localStorage.getItem(OFF) === null;
  }

  set on(on) {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "");
  }

  /** @param {Shortcut} shortcut */
  add(shortcut) {
    this.known.set(shortcut.key, shortcut);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const { stage } = this;
    if (!this.on || stage.isCovered || stage.isAlone) return;
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || stage.drag.draft) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest(`${TYPING}, [role=dialog]`)) return;
    if (this.known.get(event.key.toLowerCase())?.act(event)) event.preventDefault();
  }

  close() {
    document.removeEventListener("keydown", this.onKey);
  }
}
