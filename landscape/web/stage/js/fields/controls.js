// Controls beside the pictures, drawn in groups: numbers that can be dragged and typed, choices, and switches.
import { short } from "../engine/formatting.js";
import { asWritten, typedNumber, typedText } from "./typed_number.js";
import { decimal, element } from "../view/dom.js";
import { place } from "../view/order.js";
import { radioGroup } from "../view/radio_group.js";
import { watch } from "./number_fields.js";

/**
 * @import { Range } from "../front/scenario/limits.js"
 *
 * @typedef {{low: number, high: number, step: number} | {decades: [number, number]}} Sliding
 *   The range of a slider, which widens to hold the value: in equal steps, or 1, 2, 5 × 10ᵏ between two powers of ten.
 * @typedef {{label: string, help?: string, key: string}} Named
 * @typedef {Named & {kind: "number", value: number, allowed: Range, slider: Sliding, set(value: number): void}} NumberControl
 * @typedef {Named & {kind: "choice", value: string, options: [string, string][], set(value: string): void}} ChoiceControl
 * @typedef {Named & {kind: "switch", value: boolean, set(value: boolean): void}} SwitchControl
 * @typedef {NumberControl | ChoiceControl | SwitchControl} Control
 * @typedef {{heading: string, controls: Control[]}} Group
 * @typedef {{count: number, at(place: number): number, nearest(value: number): number}} Stops
 *   The values of a slider by their ranks, 0 … count − 1, and the rank of the one nearest to a value.
 */

const MOST_STOPS = 1e6; // of a slider between far ends: rounding keeps so many apart

/**
 * Draws groups of controls, and keeps those that stay: what is being typed in one is not disturbed, and keeps its focus.
 * A value that is set is carried out at once, or refused: `show` is called before `set` returns.
 */
export class Controls {
  /** @type {Map<string, HTMLElement>} */
  groups = new Map();

  /** @type {Map<string, {control: Control, node: HTMLElement, show: (control: any) => void}>} */
  shown = new Map();

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    root.classList.add("controls");
  }

  /** @param {Group[]} given */
  show(given) {
    const groups = given.map(({ heading, controls }) => ({ heading, controls: controls.filter(canBeSet) }))
      .filter(({ controls }) => controls.length > 0);
    const boxes = groups.map(({ heading, controls }) => {
      const box = this.groups.get(heading) ?? groupOf(heading), [legend] = /** @type {HTMLElement[]} */ ([...box.children]);
      this.groups.set(heading, box);
      makeChildren(box, [legend, ...controls.map((control) => this.nodeOf(control))]);
      return box;
    });
    makeChildren(this.root, boxes);
    const controls = groups.flatMap((group) => group.controls), keys = new Set(controls.map(({ key }) => key));
    for (const key of this.shown.keys()) if (!keys.has(key)) this.shown.delete(key);
    for (const control of controls) {
      const known = /** @type {{control: Control, show: (control: any) => void}} */ (this.shown.get(control.key));
      known.control = control;
      known.show(control);
    }
    watch();
  }

  /**
   * Where a control stands: where one of its kind and name stood before, if there was one.
   * @param {Control} control
   */
  nodeOf(control) {
    const known = this.shown.get(control.key);
    if (known && known.control.kind === control.kind && known.control.label === control.label) return known.node;
    const made = this.made(control);
    this.shown.set(control.key, { control, ...made });
    return made.node;
  }

  /**
   * The present state of a control: what it was made with may be long past.
   * @template {Control} Kind
   * @param {Kind} control
   * @returns {Kind}
   */
  now(control) {
    return /** @type {Kind} */ (this.shown.get(control.key)?.control ?? control);
  }

  /** @param {Control} control */
  made(control) {
    if (control.kind === "number") return this.number(control);
    return control.kind === "choice" ? this.choice(control) : this.switch(control);
  }

  /** @param {NumberControl} control */
  number(control) {
    const { label, key, help } = control, named = { "aria-label": label, "aria-description": help };
    const field = element("input", { type: "text", autocomplete: "off", "data-control": key, ...named });
    const slider = element("input", { type: "range", "data-control": `${key} slider`, ...named });
    const refusal = element("p", { class: "controls-refusal", role: "alert", hidden: true });
    /** Those of the slider whose handle is held: what is drawn meanwhile leaves it where it is. @type {Stops | null} */
    let held = null;
    const commit = () => {
      const now = this.now(control);
      const typed = field.value.trim();
      refusal.hidden = true;
      if (typed === textOf(now) || !typed) {
        field.value = textOf(now);
        return;
      }
      const number = typedNumber(typed, now.allowed.whole);
      if (number === null || !now.allowed.holds(number)) {
        const stays = now.allowed.whole ? textOf(now) : short(now.value);
        field.value = textOf(now);
        refusal.hidden = false;
        refusal.textContent = `${label} must be ${now.allowed.rule}, but “${asWritten(typed)}” was typed: it stays ${stays}.`;
        return;
      }
      now.set(now.allowed.exact(number));
      field.value = textOf(this.now(control)); // that of the new value, or of the one before where the new one is refused
    };
    field.addEventListener("change", commit);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") commit();
    });
    // After the "change" that says what was set: where the handle was brought back there is none.
    const letGo = () => setTimeout(() => {
      held = null;
      show(this.now(control));
    });
    slider.addEventListener("input", () => {
      const now = this.now(control);
      held ??= stopsOf(now);
      for (const end of ["pointerup", "pointercancel"]) addEventListener(end, letGo, { once: true, capture: true });
      field.value = typedText(held.at(Number(slider.value)), now.allowed.whole);
      slider.setAttribute("aria-valuetext", field.value);
    });
    slider.addEventListener("change", () => {
      const now = this.now(control), value = (held ?? stopsOf(now)).at(Number(slider.value));
      held = null;
      refusal.hidden = true;
      if (value !== now.value) now.set(value);
    });
    const show = (/** @type {NumberControl} */ now) => {
      const { allowed, value } = now, text = textOf(now), { count, nearest } = stopsOf(now);
      field.placeholder = [allowed.low, allowed.high].map((end) => typedText(end, allowed.whole)).join(allowed.whole ? " … " : " to ");
      field.setAttribute("aria-valuemin", decimal(allowed.low));
      field.setAttribute("aria-valuemax", decimal(allowed.high));
      field.setAttribute("aria-valuenow", decimal(value));
      if (!held) {
        slider.max = String(count - 1);
        slider.value = String(nearest(value));
        slider.setAttribute("aria-valuetext", text);
      }
      if (field.dataset.value !== text) refusal.hidden = true;
      // What is being typed stays until it is committed; arrow keys commit what stands there.
      if (!held && (field !== document.activeElement || field.dataset.value !== text)) field.value = text;
      field.dataset.value = text;
    };
    const node = element("div", { class: "controls-number", title: help }, element("span", {}, label), slider, field, refusal);
    return { node, show };
  }

  /** @param {ChoiceControl} control */
  choice(control) {
    const { label, help } = control, node = element("div", { class: "controls-choice", title: help });
    let drawn = "";
    const show = (/** @type {ChoiceControl} */ now) => {
      if (now.value === drawn) return;
      drawn = now.value;
      const held = node.contains(document.activeElement);
      const group = radioGroup({ event: "surface", label, value: now.value, options: now.options },
        (value) => this.now(control).set(value));
      node.replaceChildren(element("span", {}, label), group);
      const chosen = held ? group.querySelector('[aria-checked="true"]') : null;
      if (chosen instanceof HTMLElement) chosen.focus({ preventScroll: true });
    };
    return { node, show };
  }

  /** @param {SwitchControl} control */
  switch(control) {
    const { label, key, help } = control;
    const box = element("input", { type: "checkbox", role: "switch", "data-control": key, "aria-description": help });
    box.addEventListener("change", () => this.now(control).set(box.checked));
    const show = (/** @type {SwitchControl} */ now) => {
      box.checked = now.value;
    };
    return { node: element("label", { class: "controls-switch", title: help }, box, element("span", {}, label)), show };
  }
}

/** @param {string} heading */
function groupOf(heading) {
  return element("fieldset", { class: `controls-group ${heading.toLowerCase()}` }, element("legend", {}, heading));
}

/**
 * Make nodes the only children of a parent, in this order; what stands there already is not touched and keeps its focus.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} nodes
 */
function makeChildren(parent, nodes) {
  for (const child of [...parent.children]) if (!nodes.includes(/** @type {HTMLElement} */ (child))) child.remove();
  place(parent, nodes);
}

/**
 * Whether there is more than one value to set.
 * @param {Control} control
 */
function canBeSet(control) {
  return control.kind !== "number" || stopsOf(control).count > 1;
}

/** @param {NumberControl} control */
function textOf({ value, allowed }) {
  return typedText(value, allowed.whole);
}

/**
 * Where a number's slider can stand.
 * @param {Pick<NumberControl, "slider" | "value" | "allowed">} control
 * @returns {Stops}
 */
export function stopsOf({ slider, value, allowed }) {
  if ("decades" in slider) {
    const [from, to] = slider.decades, marks = new Set([value]);
    for (let power = from; power <= to; power++) [1, 2, 5].forEach((digit) => marks.add(Number(`${digit}e${power}`)));
    const values = [...marks].sort((one, other) => one - other);
    return { count: values.length, at: (rank) => values[rank], nearest: (wanted) => values.indexOf(wanted) };
  }
  const low = Math.max(allowed.low, Math.min(slider.low, value)), high = Math.min(allowed.high, Math.max(slider.high, value));
  const step = allowed.whole ? slider.step : Math.max(slider.step, (high - low) / MOST_STOPS);
  const count = Math.round((high - low) / step) + 1;
  // Without the rounding of its steps: 0, and neither −1.4e−17 nor −0.
  const digits = Math.min(100, Math.max(0, 12 - Math.ceil(Math.log10(high - low))));
  /** @type {(rank: number) => number} */
  const at = (rank) => {
    if (rank === 0 || rank === count - 1) return rank === 0 ? low : high;
    return Number((low + rank * step).toFixed(digits)) + 0;
  };
  return { count, at, nearest: (wanted) => Math.max(0, Math.min(count - 1, Math.round((wanted - low) / step))) };
}
