// One stop of the Tab key for each picture: for the point that was used last, the crosshair, or the picture itself.
import { axesOf } from "./plotly_internals.js";

/** @import { Plot } from "./plot.js" */

const NEARER = 1.25; // at a press of + or −

/** What was used last in a picture. @type {WeakMap<Plot, Element>} */
const last = new WeakMap();

/**
 * What of a picture can have the focus, in the order of PageDown.
 * @param {Plot} plot
 * @returns {HTMLElement[]}
 */
function parts({ area, grips }) {
  const handles = /** @type {HTMLElement[]} */ ([...grips.querySelectorAll(".stage-handle:not([hidden])")]);
  handles.sort((one, other) => Number(one.dataset.order) - Number(other.dataset.order));
  return [...handles, .../** @type {NodeListOf<HTMLElement>} */ (area.querySelectorAll(".stage-probe"))];
}

/**
 * Let one part of a picture be reached by the Tab key; in a lesson, whose clicker has the keys that go on, each.
 * @param {Plot} plot
 */
export function keepOneStop(plot) {
  const { area, view, name } = plot;
  for (const button of area.querySelectorAll(".modebar-btn:not([tabindex='-1'])")) button.setAttribute("tabindex", "-1");
  const own = parts(plot), used = last.get(plot);
  const stop = own.find((part) => part === used) ?? own[0];
  const each = Boolean(area.closest("dialog"));
  for (const part of own) {
    const index = each || part === stop ? "0" : "-1";
    if (part.getAttribute("tabindex") !== index) part.setAttribute("tabindex", index);
  }
  area.toggleAttribute("data-turns", plot.inSpace); // arrow keys are its own, in a lesson too
  if (own.length || !plot.drawn) {
    for (const told of ["tabindex", "role", "aria-label"]) area.removeAttribute(told);
    return;
  }
  const keys = plot.inSpace
    ? "Arrow keys turn it, plus and minus bring it nearer and further away" : "Plus, minus and 0 zoom";
  const told = { tabindex: "0", role: "group", "aria-label": `${view?.title ?? name}. ${keys}.` };
  for (const [key, value] of Object.entries(told)) if (area.getAttribute(key) !== value) area.setAttribute(key, value);
}

/**
 * Hear the keys of a picture, whichever of its parts has the focus.
 * @param {Plot} plot
 */
export function hearKeys(plot) {
  const { frame } = plot;
  frame.addEventListener("focusin", ({ target }) => {
    if (!(target instanceof Element) || !parts(plot).some((part) => part === target)) return;
    last.set(plot, target);
    keepOneStop(plot);
  });
  frame.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = { PageDown: 1, PageUp: -1 }[event.key];
    if (step ? goOn(plot, step) : zoom(plot, event.key)) event.preventDefault();
  });
}

/**
 * To the next part of a picture, or the one before.
 * @param {Plot} plot
 * @param {number} step
 */
function goOn(plot, step) {
  const own = parts(plot), at = own.findIndex((part) => part === document.activeElement);
  if (at < 0 || own.length < 2) return false;
  own[(at + step + own.length) % own.length].focus();
  return true;
}

/**
 * Nearer, further away, or all of it; around the part that has the focus.
 * @param {Plot} plot
 * @param {string} key
 */
function zoom({ area, inSpace }, key) {
  if (inSpace) return false;
  if (key === "0") {
    reset(area);
    return true;
  }
  const factor = { "+": 1 / NEARER, "=": 1 / NEARER, "-": NEARER, "−": NEARER }[key];
  const axes = axesOf(area);
  if (!factor || !axes) return false;
  const focused = document.activeElement?.closest(".stage-handle, .stage-probe")?.getBoundingClientRect();
  const frame = area.getBoundingClientRect();
  /** @type {(axis: {range: [number, number], start: number, length: number}, pixel: number | null, upward: boolean) => [number, number]} */
  const around = ({ range: [low, high], start, length }, pixel, upward) => {
    const share = pixel === null ? 0.5 : Math.min(1, Math.max(0, (pixel - start) / length));
    const fixed = low + (upward ? 1 - share : share) * (high - low);
    return [fixed + (low - fixed) * factor, fixed + (high - fixed) * factor];
  };
  const middle = focused && { x: focused.left + focused.width / 2 - frame.left, y: focused.top + focused.height / 2 - frame.top };
  void Plotly.relayout(area, {
    "xaxis.range": around(axes.x, middle?.x ?? null, false), "yaxis.range": around(axes.y, middle?.y ?? null, true),
  });
  return true;
}

/**
 * As plotly.js resets its axes.
 * @param {HTMLElement} area
 */
function reset(area) {
  /** @type {HTMLElement | null} */
  const button = area.querySelector(".modebar-btn[data-val='reset']");
  button?.click();
}
