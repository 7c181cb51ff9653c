// Keys that Streamlit's own controls lack: arrows choose among its buttons of which one is chosen, which are one stop of the
// Tab key, and a box that a button opens, as the presets, is the next stop after it.
import { stepOf } from "../view/radio_group.js";

const GROUP = "[data-testid=stButtonGroup] [role=radiogroup]";
const RADIO = `${GROUP} [role=radio]`;
const OPENER = "[data-testid=stPopoverButton]";
const BOX = "[data-testid=stPopoverBody]";
const STOPS = "a[href], button:not(:disabled), input:not(:disabled), select, textarea, [tabindex]:not([tabindex='-1'])";
const PATIENCE = 5000; // ms for a box to be drawn

let heard = false;

/** Hear these keys, from now on and in the whole document. */
export function hearStreamlitKeys() {
  if (heard) return;
  heard = true;
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "Tab") {
      keepOneStop();
      tab(event, target);
    } else if (target.matches(RADIO)) choose(event, target);
    else if ((key === "Enter" || key === " ") && target.matches(OPENER) && !isOpen(target)) enterSoon(target);
  }, true);
}

/** @param {Element} opener */
const isOpen = (opener) => opener.getAttribute("aria-expanded") === "true";

/** What can have the focus in the box that is open. */
function stopsOfBox() {
  const all = document.querySelectorAll(BOX), box = all[all.length - 1];
  return box ? /** @type {HTMLElement[]} */ ([...box.querySelectorAll(STOPS)]).filter((stop) => stop.getClientRects().length > 0) : [];
}

/** Of each group the chosen button is reached, of one in which none is chosen the first. */
function keepOneStop() {
  for (const group of document.querySelectorAll(GROUP)) {
    const radios = /** @type {HTMLElement[]} */ ([...group.querySelectorAll("[role=radio]")]);
    const stop = radios.find((radio) => radio.getAttribute("aria-checked") === "true") ?? radios[0];
    for (const radio of radios) radio.tabIndex = radio === stop ? 0 : -1;
  }
}

/**
 * The Tab key goes from the button into its box, and round in it until Escape closes it.
 * @param {KeyboardEvent} event
 * @param {HTMLElement} target
 */
function tab(event, target) {
  const stops = stopsOfBox(), end = stops.length - 1, at = stops.indexOf(target);
  const next = target.matches(OPENER) && isOpen(target) && !event.shiftKey ? 0
    : at === end && at >= 0 && !event.shiftKey ? 0 : at === 0 && event.shiftKey ? end : -1;
  if (next < 0 || !stops[next]) return;
  event.preventDefault();
  stops[next].focus();
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} radio
 */
function choose(event, radio) {
  const radios = /** @type {HTMLElement[]} */ ([...(radio.closest("[role=radiogroup]")?.querySelectorAll("[role=radio]") ?? [])]);
  const next = radios[stepOf(event.key, radios.indexOf(radio), radios.length) ?? -1];
  if (!next || next.matches(":disabled")) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
  if (next.getAttribute("aria-checked") !== "true") next.click();
}

/**
 * The focus goes into the box that a key opens, once it is drawn.
 * @param {HTMLElement} opener
 */
function enterSoon(opener, until = performance.now() + PATIENCE) {
  const [first] = stopsOfBox();
  if (first && isOpen(opener)) {
    if (document.activeElement === opener) first.focus();
  } else if (performance.now() < until) requestAnimationFrame(() => enterSoon(opener, until));
}
