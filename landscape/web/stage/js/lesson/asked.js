// A question as the hall sees it: its answers, how many have come and, after the reveal, which is right and what was said.
import { short } from "../engine/formatting.js";
import { element } from "../view/dom.js";
import { written } from "./text.js";

/**
 * @import { PlayedQuestion, PlayedScene } from "../protocol.js"
 *
 * @typedef {number | [number, number] | boolean[]} Answer
 *   which of several, or a number; a place in the landscape; for each width whether its network reached the optimum
 * @typedef {{answers: Answer[], phones: number | null}} Class
 *   phones: how many there are in the room, null without one: hands are counted then
 */

const LETTERS = "ABCDEF";

export class Asked {
  /**
   * @param {(answer: Answer) => void} count called with an answer that was given by hand
   */
  constructor(count) {
    this.count = count;
    this.box = element("div", { class: "lesson-asked" });
  }

  /**
   * @param {PlayedScene} scene
   * @param {boolean} revealed
   * @param {Class} answered
   */
  show(scene, revealed, { answers, phones }) {
    const { question } = scene;
    this.box.hidden = !question;
    if (!question) return;
    const right = revealed ? scene.answer : null;
    const parts = [];
    if (question.options) parts.push(this.options(question.options, right?.option ?? null, revealed, answers, phones === null));
    if (question.kind === "guess") parts.push(numberLine(question, revealed ? answers : [], right?.value ?? null));
    if (question.kind === "train" && question.widths) parts.push(widths(question.widths, revealed ? answers : [], right?.shares ?? null, right?.starts ?? null));
    const gathered = question.kind === "place" && phones === null && !revealed ? "Tap the landscape for each answer from the hall." : "";
    const state = phones === null
      ? (answers.length ? `${answers.length} counted` : gathered)
      : `${answers.length} of ${phones} have answered`;
    if (question.kind === "guess" && phones === null && !revealed) parts.push(this.field(question.unit ?? ""));
    parts.push(element("p", { class: "lesson-answered", role: "status" }, state));
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.answer : undefined;
    this.box.replaceChildren(...parts);
    const again = focused === undefined ? null : this.box.querySelector(`[data-answer="${focused}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /**
   * @param {import("../protocol.js").TextPiece[][]} options
   * @param {number | null} right
   * @param {boolean} revealed
   * @param {Answer[]} answers
   * @param {boolean} byHand
   */
  options(options, right, revealed, answers, byHand) {
    const counts = options.map((_, k) => answers.filter((answer) => answer === k).length);
    const all = Math.max(1, answers.length);
    return element("ol", { class: "lesson-options" }, ...options.map((text, k) => {
      const share = revealed && answers.length ? counts[k] / all : 0;
      const said = answers.length && (revealed || byHand) ? (byHand && !revealed ? `${counts[k]}` : `${Math.round(100 * share)} %`) : "";
      const inner = [element("b", {}, LETTERS[k]), element("span", {}, ...written(text)), element("em", {}, said)];
      const fill = element("i", { style: `width: ${100 * share}%`, "aria-hidden": "true" });
      const look = ["lesson-option", right === k ? "lesson-right" : "", right !== null && right !== k ? "lesson-wrong" : ""].join(" ").trim();
      if (right === k) inner.splice(1, 0, element("strong", { class: "lesson-check" }, "✓", element("span", { class: "lesson-said" }, " right: ")));
      if (!byHand || revealed) return element("li", { class: look }, fill, ...inner);
      const button = element("button", { type: "button", class: look, title: "Count a hand", "data-answer": k }, fill, ...inner);
      button.onclick = () => this.count(k);
      return element("li", {}, button);
    }));
  }

  /** @param {string} unit */
  field(unit) {
    const input = element("input", { type: "text", inputmode: "decimal", size: 8, "aria-label": `A guess from the hall${unit ? `, in ${unit}` : ""}`, "data-answer": "guess" });
    const form = element("form", { class: "lesson-guess" }, input, element("button", { type: "submit", class: "lesson-quiet" }, "Add guess"));
    form.onsubmit = (event) => {
      event.preventDefault();
      const value = Number(input.value.replace(",", ".").replace("−", "-"));
      if (input.value.trim() && Number.isFinite(value)) this.count(value);
    };
    return form;
  }
}

/**
 * The guesses of a class on a line, and the right number among them.
 * @param {PlayedQuestion} question
 * @param {Answer[]} answers
 * @param {number | null} right
 */
function numberLine({ low: from, high: to, unit }, answers, right) {
  const low = from ?? 0, high = to ?? 1, after = unit ? ` ${unit}` : "";
  /** @param {number} value */
  const at = (value) => `left: ${(100 * (Math.min(high, Math.max(low, value)) - low)) / (high - low)}%`;
  const guesses = answers.filter((answer) => typeof answer === "number");
  const line = element("div", { class: "lesson-line", "aria-hidden": "true" },
    ...guesses.map((value) => element("i", { style: at(value) })),
    ...(right === null ? [] : [element("b", { style: at(right) }, "★")]));
  const ends = element("div", { class: "lesson-ends" }, element("span", {}, `${short(low)}${after}`), element("span", {}, `${short(high)}${after}`));
  const sorted = [...guesses].sort((a, b) => a - b), half = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(half)] + sorted[Math.ceil(half)]) / 2;
  const said = sorted.length ? element("p", {}, `★ is the number. The middle of the guesses is ${short(median)}${after}.`) : "";
  return element("div", { class: "lesson-numbers" }, line, ends, said);
}

/**
 * How many networks of each width reach the optimum.
 * @param {number[]} widths
 * @param {Answer[]} answers
 * @param {number[] | null} shares
 * @param {number | null} starts
 */
function widths(widths, answers, shares, starts) {
  const trained = answers.filter((answer) => Array.isArray(answer));
  const list = element("ol", { class: "lesson-options lesson-widths" }, ...widths.map((m, k) => {
    const reached = trained.filter((answer) => answer[k] === true).length, of = trained.length;
    const said = of ? `${reached} of ${of}` : "";
    const beside = shares ? ` (${Math.round(100 * shares[k])}\u00A0%)` : "";
    const fill = element("i", { style: `width: ${of ? (100 * reached) / of : 0}%`, "aria-hidden": "true" });
    return element("li", { class: "lesson-option" }, fill, element("b", {}, `${m} ${m === 1 ? "neuron" : "neurons"}`), element("span", {}, `${said}${beside}`));
  }));
  const meant = shares ? `Networks that reached the best; in brackets the share of ${starts} more random starts that do.` : "";
  return element("div", { class: "lesson-numbers" }, list, element("p", {}, meant));
}
