// What a text field lacks to be a number field (web/shared/number_field.py, controls.js): arrow keys, and the keypad
// of a phone.
import { decimal } from "../view/dom.js";

const SIDEBAR = 'section[data-testid="stSidebar"], .controls';
const FIELDS = ':is(section[data-testid="stSidebar"] [class*="st-key-"][class*="-typed"] input, .controls-number input[type=text])';

/** Two numbers that a placeholder names: "0 to 1.5", or "1 … 200" of whole numbers. */
const RANGE = /^(\S+) (to|…) (\S+)$/;

/** The decimal keypad of these has no minus sign. */
const APPLE_PHONE = /iP(hone|ad|od)/;

/** Equip every number field of the sidebar, now and as they come; called whenever a sidebar is made. */
export function watch() {
  if (!document.documentElement.dataset.numberFields) {
    document.documentElement.dataset.numberFields = "watched";
    document.addEventListener("keydown", step, true);
    document.addEventListener("keyup", settle, true);
  }
  // What changes outside of it, where pictures are drawn, is not looked at.
  for (const sidebar of document.querySelectorAll(`:is(${SIDEBAR}):not([data-watched])`)) {
    sidebar.setAttribute("data-watched", "");
    new MutationObserver(equip).observe(sidebar, { childList: true, subtree: true });
  }
  equip();
}

/** Give the fields that have none their role, their range and the keypad that their numbers need. */
function equip() {
  for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll(`${FIELDS}:not([role])`))) {
    const range = rangeOf(field);
    if (!range) continue;
    field.setAttribute("role", "spinbutton");
    field.setAttribute("aria-valuemin", decimal(range.low));
    field.setAttribute("aria-valuemax", decimal(range.high));
    const noMinus = range.low < 0 && APPLE_PHONE.test(navigator.userAgent);
    field.inputMode = noMinus ? "text" : range.whole && range.low >= 0 ? "numeric" : "decimal";
  }
}

/**
 * @param {HTMLInputElement} field
 * @returns {{low: number, high: number, whole: boolean} | null}
 */
function rangeOf(field) {
  const parts = RANGE.exec(field.placeholder);
  return parts && { low: Number(parts[1]), high: Number(parts[3]), whole: parts[2] === "…" };
}

/**
 * An arrow key adds or takes one unit of the second digit, which suits every magnitude; whole numbers change by 1 at
 * least.
 * @param {KeyboardEvent} event
 */
function step(event) {
  const sign = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  const field = numberField(event.target);
  const range = field && rangeOf(field);
  if (!sign || !range || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const value = Number(field.value.trim().replace("−", "-").replace(",", "."));
  if (field.value.trim() === "" || !Number.isFinite(value)) return;
  const size = Math.abs(value) || Math.min(1, (range.high - range.low) / 10);
  const unit = 10 ** (Math.floor(Math.log10(size)) - 1);
  const next = value + sign * (range.whole ? Math.max(1, unit) : unit);
  write(field, Math.min(range.high, Math.max(range.low, Number(next.toPrecision(12)))));
  field.dataset.stepped = "";
}

/**
 * The value that arrow keys have reached counts once the key is let go.
 * @param {KeyboardEvent} event
 */
function settle(event) {
  const field = numberField(event.target);
  if (!field || !("stepped" in field.dataset) || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  delete field.dataset.stepped;
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", keyCode: 13, bubbles: true }));
}

/**
 * @param {EventTarget | null} target
 * @returns {HTMLInputElement | null}
 */
function numberField(target) {
  return target instanceof HTMLInputElement && target.matches(FIELDS) ? target : null;
}

/**
 * Put a number into a field as if it were typed: React notices only what goes past its own setter.
 * @param {HTMLInputElement} field
 * @param {number} value
 */
function write(field, value) {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, String(value));
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
