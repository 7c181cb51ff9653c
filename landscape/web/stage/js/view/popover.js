// A small box beside what was touched, one at a time: the meaning of a word, or the digits of a sentence.
import { element } from "./dom.js";

const MARGIN = 8; // pixels that stay free at every edge of the screen
const AWAY = 220; // ms that the pointer may need from the anchor into the box

/**
 * @typedef {{anchor: HTMLElement, pinned: boolean, closed: () => void}} Opened
 *   Beside what it stands, whether it stays when the pointer leaves, and whom to tell when it closes.
 */

/** @type {HTMLElement | null} */
let box = null;

/** @type {Opened | null} */
let opened = null;

/** @type {number | undefined} */
let leaving;

const gone = new MutationObserver(() => {
  if (opened && !opened.anchor.isConnected) close();
});

/** The box, made at its first use; it lies above everything, so no frame cuts it. */
function theBox() {
  if (box) return box;
  box = element("div", { class: "word-box", id: "word-box", role: "dialog", popover: "manual" });
  box.addEventListener("pointerenter", () => window.clearTimeout(leaving));
  box.addEventListener("pointerleave", leave);
  box.addEventListener("focusout", (event) => {
    const to = event.relatedTarget;
    if (to instanceof Node && !box?.contains(to) && to !== opened?.anchor) close();
  });
  box.addEventListener("keydown", (event) => {
    // Behind the last link comes what follows the word, and before the first the word itself.
    if (event.key !== "Tab" || !opened) return;
    const stops = [...theBox().querySelectorAll("a, [tabindex='0']")].filter((stop) => stop.getClientRects().length);
    const at = stops.indexOf(/** @type {Element} */ (document.activeElement));
    if (event.shiftKey ? at > 0 : at >= 0 && at < stops.length - 1) return;
    const { anchor } = opened;
    close();
    anchor.focus({ preventScroll: true });
    if (event.shiftKey) event.preventDefault();
  });
  return box;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !opened) return;
  // In this order: a word that has the focus while its box is closed opens it.
  if (theBox().contains(document.activeElement)) opened.anchor.focus({ preventScroll: true });
  close();
  // What else listens, such as what is being dragged, a panel or a lesson, is not closed by the same key.
  event.stopPropagation();
  event.preventDefault();
}, true);
document.addEventListener("pointerdown", (event) => {
  if (opened && event.target instanceof Node && !theBox().contains(event.target) && !opened.anchor.contains(event.target)) close();
}, true);
window.addEventListener("resize", () => close());
document.addEventListener("scroll", (event) => {
  if (opened && !(event.target instanceof Node && theBox().contains(event.target))) place();
}, true);

/** What the box stands beside, null where it is closed. */
export function openedAt() {
  return opened?.anchor ?? null;
}

/** Whether the box stays when the pointer leaves. */
export function isPinned() {
  return opened?.pinned ?? false;
}

/**
 * Show contents beside an anchor, in place of what was shown.
 * @param {HTMLElement} anchor
 * @param {string} label the box's accessible name
 * @param {Node[]} contents of which the first one describes the anchor
 * @param {{pinned?: boolean, closed?: () => void, told?: boolean}} [options] told: whether the anchor tells that it is open
 *   and what the box holds, which a slider cannot
 */
export function open(anchor, label, contents, { pinned = false, closed = () => {}, told = true } = {}) {
  window.clearTimeout(leaving);
  if (opened && opened.anchor !== anchor) close();
  const shown = theBox();
  // All that is outside of a dialog over the page can be neither pressed nor focused.
  const host = anchor.closest("dialog[open]") ?? document.body;
  if (shown.parentNode !== host) host.append(shown);
  shown.replaceChildren(...contents);
  if (contents[0] instanceof Element) contents[0].id = "word-meaning";
  shown.setAttribute("aria-label", label);
  colour(shown, anchor);
  opened = { anchor, pinned, closed };
  if (told) {
    anchor.setAttribute("aria-expanded", "true");
    anchor.setAttribute("aria-controls", shown.id);
    anchor.setAttribute("aria-describedby", "word-meaning");
  }
  if (!shown.matches(":popover-open")) shown.showPopover();
  place();
  gone.observe(document.body, { childList: true, subtree: true });
}

export function close() {
  window.clearTimeout(leaving);
  if (!opened) return;
  const { anchor, closed } = opened;
  opened = null;
  gone.disconnect();
  if (anchor.hasAttribute("aria-expanded")) anchor.setAttribute("aria-expanded", "false");
  anchor.removeAttribute("aria-controls");
  anchor.removeAttribute("aria-describedby");
  if (box?.matches(":popover-open")) box.hidePopover();
  closed();
}

/** The pointer has left: the box closes, unless it was opened to stay or the pointer comes into it. */
export function leave() {
  window.clearTimeout(leaving);
  if (opened && !opened.pinned) leaving = window.setTimeout(close, AWAY);
}

/** Move the focus into the box, to its first link. */
export function enter() {
  const first = theBox().querySelector("a, [tabindex='0']");
  if (first instanceof HTMLElement) first.focus({ preventScroll: true });
}

/** Below the first line of the anchor, or above it where there is no room, and never over an edge of the screen. */
function place() {
  if (!opened || !box) return;
  const line = opened.anchor.getClientRects()[0];
  if (!line || line.bottom < 0 || line.top > innerHeight) {
    close();
    return;
  }
  const { clientWidth: wide } = document.documentElement, high = innerHeight;
  box.style.maxHeight = "";
  const below = high - line.bottom - 2 * MARGIN, above = line.top - 2 * MARGIN;
  const under = box.offsetHeight <= below || below >= above;
  box.style.maxHeight = `${Math.max(under ? below : above, 60)}px`;
  const left = Math.min(Math.max(line.left, MARGIN), Math.max(MARGIN, wide - MARGIN - box.offsetWidth));
  box.style.left = `${left}px`;
  box.style.top = `${under ? line.bottom + 4 : line.top - 4 - box.offsetHeight}px`;
}

/**
 * Give the box the colours of the page around its anchor: it does not stand there itself.
 * @param {HTMLElement} shown
 * @param {HTMLElement} anchor
 */
function colour(shown, anchor) {
  const app = document.querySelector("[data-testid=stApp]") ?? document.body;
  const { backgroundColor, color, fontFamily } = getComputedStyle(app);
  Object.assign(shown.style, { backgroundColor, color, fontFamily });
  shown.classList.toggle("word-large", Boolean(anchor.closest(".stage-large")));
}
