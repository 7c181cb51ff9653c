// The card of a scene: where one is in the lesson, what is said and asked, what there is to do, and the way on.
import { element } from "../view/dom.js";
import { Asked } from "./asked.js";
import { written } from "./text.js";

/**
 * @import { PlayedAnswer, PlayedScene } from "../protocol.js"
 * @import { Answer, Class } from "./asked.js"
 *
 * @typedef {{back(): void, next(): void, end(): void, lock(): void, count(answer: Answer): void}} Ways
 * @typedef {{place: number, count: number, revealed: boolean, answered: Class, isLast: boolean,
 *   locked: boolean | null}} Standing
 *   locked: whether answers are taken no more, null where no room gives any
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
    this.question = element("p", { id: `${id}-question`, class: "lesson-question" });
    this.asked = new Asked(ways.count);
    this.answer = element("p", { class: "lesson-answer", role: "status" });
    this.task = element("p", { id: `${id}-task`, class: "lesson-task" });
    this.done = element("span", { class: "lesson-done", role: "status" });
    this.back = button("Back", "lesson-quiet", ways.back);
    this.next = button("Next", "lesson-main", ways.next);
    this.end = button("End", "lesson-quiet", ways.end);
    this.warning = element("p", { class: "lesson-warning", role: "alert" });
    this.lock = button("Lock", "lesson-quiet", ways.lock);
    this.lesson = lesson;
    this.box = element("section", {
      class: "lesson-card", tabindex: "-1", "aria-labelledby": this.title.id,
      "aria-describedby": `${this.text.id} ${this.question.id} ${this.task.id}`,
    },
      element("div", { class: "lesson-words" },
        element("header", {}, this.title, this.progress),
        this.warning, this.text, this.question, this.asked.box, this.answer,
        element("div", { class: "lesson-doing" }, this.task, this.done)),
      element("div", { class: "lesson-ways" }, this.back, this.lock, this.next, this.end));
  }

  /**
   * Show a scene from its beginning.
   * @param {PlayedScene} scene
   * @param {Standing} standing
   */
  show(scene, standing) {
    this.done.textContent = "";
    this.update(scene, standing);
    this.box.scrollTop = 0;
    this.box.focus({ preventScroll: true });
  }

  /**
   * Show what has changed: answers have come, or the scene is revealed.
   * @param {PlayedScene} scene
   * @param {Standing} standing
   */
  update(scene, { place, count, revealed, answered, isLast, locked }) {
    this.title.textContent = scene.title;
    this.progress.textContent = `${place + 1} of ${count}`;
    this.text.replaceChildren(...written(scene.text));
    this.question.replaceChildren(...written(scene.question?.text ?? []));
    this.question.hidden = !scene.question;
    this.asked.show(scene, revealed, answered);
    const answer = revealed && scene.answer ? scene.answer.text : [];
    const number = revealed && scene.answer ? rightAnswer(scene.answer, answer.length > 0) : [];
    this.answer.replaceChildren(...number, ...written(answer));
    this.answer.hidden = answer.length + number.length === 0;
    this.task.replaceChildren(...written(scene.task?.text ?? []));
    this.task.hidden = !scene.task || (scene.has_reveal && !revealed);
    this.back.disabled = place === 0;
    this.lock.hidden = locked === null || !scene.question || revealed;
    this.lock.textContent = locked ? "Unlock" : "Lock";
    this.end.hidden = isLast && (revealed || !scene.has_reveal);
    this.next.textContent = scene.has_reveal && !revealed ? "Reveal" : isLast ? "End" : "Next";
  }

  /**
   * Say what is wrong with the room, above everything; empty once nothing is.
   * @param {string} why
   */
  warn(why) {
    this.warning.textContent = why;
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
 * The right answer in words, where it is a number or a place.
 * @param {PlayedAnswer} answer
 * @param {boolean} goesOn whether a sentence follows
 * @returns {(Node | string)[]}
 */
export function rightAnswer({ said, place }, goesOn) {
  const words = said ? ["The number is ", element("strong", {}, said), "."] : place ? [element("strong", {}, "◎"), " marks where the run ends."] : [];
  return words.length && goesOn ? [...words, " "] : words;
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
