// What a screen reader says of the sentences: each that has changed, once, when nothing moves any more. What runs that
// were played come to is said when they rest, also where the same was said before.
//
// The sentences themselves change as often as one can read while runs play or something is dragged. Were they a live
// region, all of it would be said.
import { element } from "./dom.js";

/**
 * @import { Stage } from "../stage.js"
 */

const REST = 400; // ms without a change
const HEARD = 2000; // ms that something else is given before the sentences are said

export class Announcer {
  /** Each run's sentence as it was said last. @type {Map<string, string>} */
  said = new Map();
  timer = 0;

  /** Until when what was told stays, in ms. */
  until = 0;

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.region = element("p", { class: "stage-said", role: "status" });
    this.observer = new MutationObserver(() => {
      if (stage.playback.playing) for (const [run] of this.changed()) this.said.delete(run);
      this.soon();
    });
    this.observer.observe(stage.sentences, { childList: true, characterData: true, subtree: true });
  }

  soon() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.say(), REST);
  }

  say() {
    const { playback, drag } = this.stage;
    if (playback.playing || drag.isBusy || performance.now() < this.until) {
      this.soon();
      return;
    }
    const changed = this.changed();
    this.said = this.told();
    if (changed.length) this.region.textContent = changed.map(([, text]) => text).join(" ");
  }

  /** Each run with its sentence as it is now. */
  told() {
    return new Map([...this.stage.sentences.children].map((item) => [
      item.getAttribute("data-run") ?? "", item.querySelector(".stage-text")?.textContent?.trim() ?? "",
    ]));
  }

  /** The runs whose sentence is another than was said, with it. */
  changed() {
    return [...this.told()].filter(([run, text]) => text && this.said.get(run) !== text);
  }

  /**
   * Say something else at once; sentences that have changed are said after it.
   * @param {string} text
   */
  tell(text) {
    this.until = performance.now() + HEARD;
    this.region.textContent = text;
  }

  close() {
    window.clearTimeout(this.timer);
    this.observer.disconnect();
  }
}
