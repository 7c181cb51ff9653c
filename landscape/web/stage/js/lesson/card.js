// The card of a scene: where one is in the lesson, what is said, what there is to do, and the way on.
import { element } from "../view/dom.js";
import { written } from "./text.js";

/**
 * @import { PlayedScene } from "../protocol.js"
 *
 * @typedef {{back(): void, next(): void, end(): void}} Ways
 */

let made = 0;

export class Card {
  /**
   * @param {string} lesson its title
   * @param {Ways} ways
   */
  constructor(lesson, ways) {
    const id = `lesson-${made += 1}`;
    this.progress = element("p", { class: "lesson-progress" });
    this.title = element("h2", { id: `${id}-title` });
    this.text = element("p", { id: `${id}-text`, class: "lesson-text" });
    this.task = element("p", { id: `${id}-task`, class: "lesson-task" });
    this.done = element("span", { class: "lesson-done", role: "status" });
    this.back = button("Back", "lesson-quiet", ways.back);
    this.next = button("Next", "lesson-main", ways.next);
    this.end = button("End", "lesson-quiet", ways.end);
    this.lesson = lesson;
    this.box = element("section", {
      class: "lesson-card", tabindex: "-1", "aria-labelledby": this.title.id,
      "aria-describedby": `${this.text.id} ${this.task.id}`,
    },
      element("div", { class: "lesson-words" },
        element("header", {}, this.title, this.progress),
        this.text, element("div", { class: "lesson-doing" }, this.task, this.done)),
      element("div", { class: "lesson-ways" }, this.back, this.next, this.end));
  }

  /**
   * @param {PlayedScene} scene
   * @param {number} place counted from 0
   * @param {number} count
   */
  show(scene, place, count) {
    this.title.textContent = scene.title;
    this.progress.textContent = `${place + 1} of ${count}`;
    this.text.replaceChildren(...written(scene.text));
    this.task.replaceChildren(...written(scene.task?.text ?? []));
    this.task.hidden = !scene.task;
    this.done.textContent = "";
    this.back.disabled = place === 0;
    this.end.hidden = place === count - 1;
    this.next.textContent = place === count - 1 ? "End" : "Next";
    this.box.scrollTop = 0;
    this.box.focus({ preventScroll: true });
  }

  /** The thing to do has been done. */
  complete() {
    if (!this.done.textContent) this.done.textContent = "✓ Done";
  }

  /**
   * Say that there is nothing to show, and why.
   * @param {string} why
   */
  fail(why) {
    this.title.textContent = this.lesson;
    this.text.textContent = why;
    this.back.hidden = this.next.hidden = true;
    this.end.focus();
  }
}

/**
 * @param {string} label
 * @param {string} look
 * @param {() => void} act
 */
function button(label, look, act) {
  const node = element("button", { type: "button", class: look }, label);
  node.onclick = act;
  return node;
}
