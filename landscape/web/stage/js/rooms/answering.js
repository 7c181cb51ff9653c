// What a phone answers with: large buttons, a number, or networks that it trains.
import { short } from "../engine/formatting.js";
import { typedNumber } from "../fields/typed_number.js";
import { trained } from "../lesson/experiment.js";
import { written } from "../lesson/text.js";
import { element } from "../view/dom.js";

/**
 * @import { PlayedAnswer, PlayedQuestion } from "../protocol.js"
 * @import { Answer } from "../lesson/asked.js"
 *
 * @typedef {{name: string, low: number, high: number}} Axis what an axis is called, and from where to where it is shown
 */

const LETTERS = "ABCDEF";

/**
 * A name of an axis as it is drawn, without the marks of its type.
 * @param {string} name
 */
function plain(name) {
  return name.replaceAll(/<sub>(\d)<\/sub>/g, (_, digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).replaceAll(/<[^>]*>/g, "");
}

export class Answering {
  /** What is drawn, so that a field that is typed in stays. */
  drawn = "";

  /** @type {Axis[]} */
  axes = [];

  /** @param {(answer: Answer) => void} give */
  constructor(give) {
    this.give = give;
    this.box = element("div", { class: "phone-answering" });
  }

  /**
   * @param {PlayedQuestion | null} question
   * @param {Answer | null} answer that was given
   * @param {boolean} takes whether it may be given or changed
   * @param {PlayedAnswer | null} right after the reveal
   * @param {Axis[]} axes in which a place is
   */
  show(question, answer, takes, right, axes) {
    this.axes = axes;
    const wanted = JSON.stringify([question, answer, takes, right, axes]);
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.answer : undefined;
    this.box.replaceChildren(...this.parts(question, answer, takes, right));
    const again = focused === undefined ? null : this.box.querySelector(`[data-answer="${focused}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /**
   * @param {PlayedQuestion | null} question
   * @param {Answer | null} answer
   * @param {boolean} takes
   * @param {PlayedAnswer | null} right
   * @returns {Node[]}
   */
  parts(question, answer, takes, right) {
    switch (question?.kind) {
      case "choose":
        return (question.options ?? []).map((text, k) => {
          const mine = answer === k, said = right?.option === k ? (mine ? "✓ right, yours" : "✓ right") : mine ? "your answer" : "";
          const look = ["phone-option", answer === k ? "phone-mine" : "", right?.option === k ? "phone-right" : ""].join(" ").trim();
          const button = element("button", {
            type: "button", class: look, "aria-pressed": String(answer === k), disabled: !takes, "data-answer": k,
          }, element("b", {}, LETTERS[k]), element("span", {}, ...written(text)), element("em", {}, said));
          button.onclick = () => this.give(k);
          return button;
        });
      case "guess":
        return takes ? [this.number(question, typeof answer === "number" ? answer : null)]
          : typeof answer === "number" ? [element("p", {}, `You guessed ${short(answer)} ${question.unit ?? ""}.`)] : [];
      case "train":
        return this.training(question, Array.isArray(answer) ? /** @type {boolean[]} */ (answer) : null, takes);
      case "place":
        if (takes) return [this.typedPlace(Array.isArray(answer) ? /** @type {[number, number]} */ (answer) : null)];
        return [];
      default:
        return [];
    }
  }

  /**
   * @param {PlayedQuestion} question
   * @param {number | null} answer
   */
  number({ low, high, unit }, answer) {
    const [from, to] = [low ?? 0, high ?? 1];
    const field = element("input", {
      type: "text", inputmode: "decimal", "data-answer": "number", "aria-label": "Your guess", value: answer === null ? "" : String(answer),
    });
    const ends = element("div", { class: "phone-ends", "aria-hidden": "true" }, ...[from, to].map((end) => element("span", {}, `${short(end)} ${unit ?? ""}`)));
    const slider = element("input", {
      type: "range", min: from, max: to, step: (to - from) / 100, value: answer ?? (from + to) / 2, "data-answer": "slider", "aria-label": "Your guess",
    });
    slider.oninput = () => (field.value = String(Number(Number(slider.value).toPrecision(4))));
    const note = element("p", { class: "phone-refused", role: "alert" });
    const form = element("form", { class: "phone-guess" }, slider, ends,
      element("label", {}, field, unit ?? ""), element("button", { type: "submit", class: "phone-send" }, answer === null ? "Answer" : "Change"), note);
    form.onsubmit = (event) => {
      event.preventDefault();
      const value = typedNumber(field.value, false);
      if (value === null || value < from || value > to) {
        note.textContent = `A number from ${short(from)} to ${short(to)} is asked for.`;
        return;
      }
      this.give(value);
    };
    return form;
  }

  /**
   * A place in numbers, for who cannot tap a picture.
   * @param {[number, number] | null} answer
   */
  typedPlace(answer) {
    const fields = [0, 1].map((k) => element("input", {
      type: "text", inputmode: "decimal", "data-answer": `place ${k}`, value: answer ? short(answer[k]) : "",
    }));
    const labels = fields.map((field, k) => element("label", { class: "phone-axis" }, plain(this.axes[k].name), field));
    const note = element("p", { class: "phone-refused", role: "alert" });
    const form = element("form", { class: "phone-guess" }, ...labels, element("button", { type: "submit", class: "phone-send" }, "Place it"), note);
    form.onsubmit = (event) => {
      event.preventDefault();
      const [x, y] = fields.map((field) => typedNumber(field.value, false));
      const outside = [x, y].findIndex((value, k) => value === null || value < this.axes[k].low || value > this.axes[k].high);
      if (x !== null && y !== null && outside < 0) this.give([x, y]);
      else {
        const { name, low, high } = this.axes[outside];
        note.textContent = `${plain(name)}: a number from ${short(low)} to ${short(high)} is asked for.`;
      }
    };
    const open = this.box.querySelector("details")?.open ?? false;
    return element("details", { open }, element("summary", {}, "or type the place"), form);
  }

  /**
   * @param {PlayedQuestion} question
   * @param {boolean[] | null} answer
   * @param {boolean} takes
   * @returns {Node[]}
   */
  training(question, answer, takes) {
    if (answer) {
      return [element("ul", { class: "phone-trained" }, ...(question.widths ?? []).map((m, k) =>
        element("li", {}, `${m} ${m === 1 ? "neuron" : "neurons"}: your network ${answer[k] ? "reached the best ★" : "was caught ✚"}`)))];
    }
    if (!takes) return [];
    const button = element("button", { type: "button", class: "phone-send", "data-answer": "train" }, "Train my networks");
    button.onclick = async () => {
      button.disabled = true;
      button.textContent = "Training…";
      const [seed] = crypto.getRandomValues(new Uint32Array(1));
      this.give(await trained(question, seed % 2 ** 31));
    };
    return [button];
  }
}
