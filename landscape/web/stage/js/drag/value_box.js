// The numbers of what can be dragged, in a small box beside it: typed instead of dragged.
import { asWritten, typedNumber, typedText } from "../fields/typed_number.js";
import { element } from "../view/dom.js";
import { close, enter, open, openedAt } from "../view/popover.js";

/**
 * @import { Coordinate, Handle } from "./handles.js"
 *
 * @typedef {{now(): Handle | undefined, coordinates(): Coordinate[], release(): void, remove(): void}} Held what the box is of
 */

/**
 * Open the box of a handle, or close it where it is open.
 * @param {HTMLButtonElement} node
 * @param {Held} held
 * @param {{byKey: boolean}} how by a key the focus goes into it; by a pointer it stays, so that no keypad of a phone opens
 */
export function openValueBox(node, held, { byKey }) {
  if (openedAt() === node) {
    close();
    return;
  }
  const handle = held.now();
  if (!handle) return;
  const refusal = element("p", { class: "stage-value-refusal", role: "alert", hidden: true });
  const fields = held.coordinates().map((coordinate, place) => row(coordinate, place, held, refusal));
  const head = element("strong", {}, handle.label);
  const remove = element("button", { type: "button", class: "stage-action stage-quiet", tabindex: "0" }, "Remove");
  remove.onclick = () => {
    close();
    node.focus({ preventScroll: true });
    held.remove();
  };
  const done = element("button", { type: "button", class: "stage-action stage-quiet", tabindex: "0" }, "Close");
  done.onclick = () => {
    close();
    node.focus({ preventScroll: true });
  };
  const buttons = element("div", { class: "stage-value-buttons" }, ...(handle.removable ? [remove] : []), done);
  open(node, `Numbers of ${handle.label}`, [element("div", { class: "stage-values" }, head, ...fields, refusal, buttons)],
    { pinned: true, told: false });
  if (byKey) {
    enter();
    if (document.activeElement instanceof HTMLInputElement) document.activeElement.select();
  }
}

/**
 * @param {Coordinate} coordinate
 * @param {number} place
 * @param {Held} held
 * @param {HTMLElement} refusal
 */
function row({ name, spoken, value, range: [low, high] }, place, held, refusal) {
  const field = element("input", {
    type: "text", inputmode: low < 0 ? "text" : "decimal", autocomplete: "off", "aria-label": spoken, tabindex: "0",
    "data-coordinate": place,
  });
  field.value = typedText(value, false);
  const commit = () => {
    const now = held.coordinates()[place];
    if (!now) return;
    const typed = field.value.trim(), before = typedText(now.value, false);
    refusal.hidden = true;
    if (!typed || typed === before) {
      field.value = before;
      return;
    }
    const number = typedNumber(typed, false);
    if (number === null || number < low || number > high) {
      refusal.hidden = false;
      refusal.textContent = number === null
        ? `“${asWritten(typed)}” is no number: ${name} stays ${before}.`
        : `${name} must be ${ruleOf(low, high)}: it stays ${before}.`;
      field.value = before;
      return;
    }
    now.set(number);
    held.release();
    field.value = typedText(number, false);
  };
  field.onchange = commit;
  field.onkeydown = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    commit();
  };
  return element("label", {}, element("span", {}, name), field);
}

/**
 * @param {number} low
 * @param {number} high
 */
function ruleOf(low, high) {
  if (low === 0) return `from 0 to ${typedText(high, false)}`;
  return high === 0 ? `from ${typedText(low, false)} to 0` : `between ${typedText(low, false)} and ${typedText(high, false)}`;
}
