// Buttons of which one is chosen: one tab stop, arrow keys choose, as for radio buttons everywhere.
import { element } from "./dom.js";

/**
 * @import { Choice } from "../protocol.js"
 */

/** @type {Record<string, number | undefined>} */
const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/**
 * Which of some radio buttons a key leads to, undefined where it leads to none.
 * @param {string} key
 * @param {number} place of the button that has the focus
 * @param {number} count
 */
export function stepOf(key, place, count) {
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const step = STEPS[key];
  return step && (place + step + count) % count;
}

/**
 * @param {Choice} tool
 * @param {(value: string) => void} choose
 */
export function radioGroup({ event, label, value, options }, choose) {
  const group = element("div", { class: "stage-switch", role: "radiogroup", "aria-label": label, "data-choice": event });
  const stop = Math.max(0, options.findIndex(([own]) => own === value));
  const buttons = options.map(([own, text], place) => {
    const checked = own === value;
    const button = element("button", {
      type: "button", role: "radio", "aria-checked": String(checked), tabindex: place === stop ? 0 : -1,
    }, text);
    button.onclick = () => choose(own);
    button.onkeydown = (press) => {
      const next = stepOf(press.key, place, options.length);
      if (next === undefined || press.ctrlKey || press.metaKey || press.altKey) return;
      press.preventDefault();
      buttons[next].focus();
      if (next !== place) buttons[next].click();
    };
    return button;
  });
  group.append(...buttons);
  return group;
}

/**
 * The choice whose radio button has the focus, if one has.
 * @param {Element} root
 */
export function focusedChoice(root) {
  const active = document.activeElement;
  const group = active && root.contains(active) ? active.closest("[data-choice]") : null;
  return group?.getAttribute("data-choice") ?? null;
}

/**
 * Give the focus back to the chosen button of a group that was made anew.
 * @param {Element} root
 * @param {string | null} choice
 */
export function focusChoice(root, choice) {
  if (choice === null || focusedChoice(root) === choice) return;
  /** @type {HTMLElement | null} */
  const button = root.querySelector(`[data-choice="${choice}"] [tabindex="0"]`);
  button?.focus({ preventScroll: true });
}
