// Keys of one character, which act from anywhere on a page.
import { TYPING } from "./dom.js";

/**
 * @import { Stage } from "../stage.js"
 */

export class Shortcuts {
  /** What each does, and returns whether it did anything: if not, the key is the browser's. @type {Map<string, () => boolean>} */
  known = new Map();

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @param {KeyboardEvent} event */
    this.onKey = (event) => this.pressed(event);
    document.addEventListener("keydown", this.onKey);
  }

  /**
   * @param {string} key as `KeyboardEvent.key` has it, lower case
   * @param {() => boolean} act
   */
  add(key, act) {
    this.known.set(key, act);
  }

  /**
   * Whether a key is for the stage: not while it is covered, something is dragged, or text or a dialog has the focus.
   * @param {KeyboardEvent} event
   */
  isHeard(event) {
    const { stage } = this;
    if (stage.isCovered || stage.isAlone || stage.drag.draft) return false;
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return false;
    return !(event.target instanceof Element && event.target.closest(`${TYPING}, [role=dialog]`));
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (this.isHeard(event) && this.known.get(event.key.toLowerCase())?.()) event.preventDefault();
  }

  close() {
    document.removeEventListener("keydown", this.onKey);
  }
}
