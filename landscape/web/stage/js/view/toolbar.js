// The tools in a picture's heading: one stop of the Tab key, and the arrow keys go from one to the next. A choice of which
// one is chosen has its own stop, for there the arrow keys choose.
import { stepOf } from "./radio_group.js";

const ITEMS = "button:not([role=radio]), select";

const UPRIGHT = /^Arrow(Up|Down)$/; // the page scrolls by these

/** @param {Element} bar */
const itemsOf = (bar) => /** @type {HTMLElement[]} */ ([...bar.querySelectorAll(ITEMS)]);

/**
 * Let one tool be reached by the Tab key: the one that was used last, else the first.
 * @param {Element} bar
 */
export function keepOneTool(bar) {
  const items = itemsOf(bar);
  const stop = items.find((item) => item === document.activeElement) ?? items.find((item) => item.tabIndex === 0) ?? items[0];
  for (const item of items) item.tabIndex = item === stop ? 0 : -1;
}

/** @param {HTMLElement} bar */
export function hearTools(bar) {
  bar.addEventListener("keydown", (event) => {
    const items = itemsOf(bar), at = items.findIndex((item) => item === event.target);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey || UPRIGHT.test(event.key)) return;
    const next = stepOf(event.key, at, items.length);
    if (next === undefined) return;
    event.preventDefault();
    items.forEach((item, place) => { item.tabIndex = place === next ? 0 : -1; });
    items[next].focus();
  });
  bar.addEventListener("focusin", () => {
    const items = itemsOf(bar);
    if (!items.some((item) => item === document.activeElement)) return;
    for (const item of items) item.tabIndex = item === document.activeElement ? 0 : -1;
  });
}

/**
 * Which tool has the focus, so that it keeps it when they are drawn anew.
 * @param {Element} bar
 */
export function focusedTool(bar) {
  return itemsOf(bar).findIndex((item) => item === document.activeElement);
}

/**
 * @param {Element} bar
 * @param {number} place
 */
export function focusTool(bar, place) {
  const items = itemsOf(bar);
  if (place >= 0) items[Math.min(place, items.length - 1)]?.focus({ preventScroll: true });
}
