// What a screen reader says of the sentences: each that has changed, once, when nothing moves any more.
//
// The sentences themselves change as often as one can read while runs play or something is dragged. Were they a live
// region, all of it would be said.
import { element } from "./dom.js";

/**
 * @import { Stage } from "../stage.js"
 */

const REST = 400; // ms without a change

export class Announcer {
  /** Each run's sentence as it was said last. @type {Map<string, string>} */
  said = new Map();
  timer = 0;

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.region = element("p", { class: "stage-said", role: "status" });
    this.observer = new MutationObserver(() => this.soon());
    this.observer.observe(stage.sentences, { childList: true, characterData: true, subtree: true });
  }

  soon() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.say(), REST);
  }

  say() {
    const { playback, drag, sentences } = this.stage;
    if (playback.playing || drag.isBusy) {
      this.soon();
      return;
    }
    const now = new Map([...sentences.children].map((item) => [
      item.getAttribute("data-run") ?? "", item.querySelector(".stage-text")?.textContent?.trim() ?? "",
    ]));
    const changed = [...now].filter(([run, text]) => text && this.said.get(run) !== text).map(([, text]) => text);
    this.said = now;
    if (changed.length) this.region.textContent = changed.join(" ");
  }

  /**
   * Say something else at once.
   * @param {string} text
   */
  tell(text) {
    this.region.textContent = text;
  }

  close() {
    window.clearTimeout(this.timer);
    this.observer.disconnect();
  }
}
