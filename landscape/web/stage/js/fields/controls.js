// Controls beside the pictures, drawn in groups: numbers that can be dragged and typed, choices, and switches.
import { short } from "../engine/formatting.js";
import { asWritten, typedNumber, typedText } from "../front/typed_number.js";
import { element } from "../view/dom.js";
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
 *   The values of a slider by their places, 0 … count − 1, and the place nearest to a value.
 */

/** Draws groups of controls, and keeps those that stay as they are: what is being typed in one is not disturbed. */
export class Controls {
  drawn = "";

  /** @type {Map<string, {control: Control, show: (control: any) => void}>} */
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
    const form = JSON.stringify(groups.map(({ heading, controls }) => [heading, controls.map((c) => [c.kind, c.key, c.label])]));
    if (form !== this.drawn) {
      const held = document.activeElement instanceof HTMLElement && this.root.contains(document.activeElement)
        ? document.activeElement.dataset.control : undefined;
      this.drawn = form;
      this.shown.clear();
      this.root.replaceChildren(...groups.map(({ heading, controls }) => (
        element("fieldset", { class: `controls-group ${heading.toLowerCase()}` }, element("legend", {}, heading),
          ...controls.map((control) => this.made(control))))));
      if (held) focusOn(this.root.querySelector(`[data-control="${CSS.escape(held)}"]`));
      watch();
    }
    for (const control of groups.flatMap(({ controls }) => controls)) {
      const known = this.shown.get(control.key);
      if (!known) continue;
      known.control = control;
      known.show(control);
    }
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
    const { label, key, help } = control;
    const field = element("input", { type: "text", autocomplete: "off", "data-control": key, "aria-label": label });
    const slider = element("input", { type: "range", "data-control": `${key} slider`, "aria-label": label });
    const refusal = element("p", { class: "controls-refusal", role: "alert", hidden: true });
    let slides = false; // its handle is held: what is drawn meanwhile leaves it where it is
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
    };
    field.addEventListener("change", commit);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") commit();
    });
    slider.addEventListener("input", () => {
      slides = true;
      const now = this.now(control), value = stopsOf(now).at(Number(slider.value));
      field.value = typedText(value, now.allowed.whole);
      slider.setAttribute("aria-valuetext", field.value);
    });
    slider.addEventListener("change", () => {
      slides = false;
      refusal.hidden = true;
      const now = this.now(control), value = stopsOf(now).at(Number(slider.value));
      if (value !== now.value) now.set(value);
    });
    this.shown.set(key, { control, show: (/** @type {NumberControl} */ now) => {
      const { allowed, value } = now, text = textOf(now), { count, nearest } = stopsOf(now);
      field.placeholder = [allowed.low, allowed.high].map((end) => typedText(end, allowed.whole)).join(allowed.whole ? " … " : " to ");
      field.setAttribute("aria-valuenow", String(value));
      if (!slides) {
        slider.max = String(count - 1);
        slider.value = String(nearest(value));
        slider.setAttribute("aria-valuetext", text);
      }
      if (field.dataset.value !== text) refusal.hidden = true;
      // What is being typed stays until it is committed; arrow keys commit what stands there.
      if (!slides && (field !== document.activeElement || field.dataset.value !== text)) field.value = text;
      field.dataset.value = text;
    } });
    return element("div", { class: "controls-number", title: help }, element("span", {}, label), slider, field, refusal);
  }

  /** @param {ChoiceControl} control */
  choice(control) {
    const { label, key, help } = control;
    const box = element("div", { class: "controls-choice", title: help });
    let drawn = "";
    this.shown.set(key, { control, show: (/** @type {ChoiceControl} */ now) => {
      if (now.value === drawn) return;
      drawn = now.value;
      const held = box.contains(document.activeElement);
      const group = radioGroup({ event: "surface", label, value: now.value, options: now.options },
        (value) => this.now(control).set(value));
      box.replaceChildren(element("span", { "aria-hidden": "true" }, label), group);
      if (held) focusOn(group.querySelector('[aria-checked="true"]'));
    } });
    return box;
  }

  /** @param {SwitchControl} control */
  switch(control) {
    const { label, key, help } = control;
    const box = element("input", { type: "checkbox", role: "switch", "data-control": key });
    box.addEventListener("change", () => this.now(control).set(box.checked));
    this.shown.set(key, { control, show: (/** @type {SwitchControl} */ now) => {
      box.checked = now.value;
    } });
    return element("label", { class: "controls-switch", title: help }, box, element("span", {}, label));
  }
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
 * @param {NumberControl} control
 * @returns {Stops}
 */
function stopsOf({ slider, value, allowed }) {
  if ("decades" in slider) {
    const [from, to] = slider.decades, marks = new Set([value]);
    for (let power = from; power <= to; power++) [1, 2, 5].forEach((digit) => marks.add(Number(`${digit}e${power}`)));
    const values = [...marks].sort((one, other) => one - other);
    return { count: values.length, at: (place) => values[place], nearest: (wanted) => values.indexOf(wanted) };
  }
  const low = Math.max(allowed.low, Math.min(slider.low, value)), high = Math.min(allowed.high, Math.max(slider.high, value));
  const count = Math.round((high - low) / slider.step) + 1;
  // Without the rounding of its steps: 0, and not −1.4e−17.
  const digits = Math.min(100, Math.max(0, 12 - Math.ceil(Math.log10(high - low))));
  /** @type {(place: number) => number} */
  const at = (place) => (place === count - 1 ? high : Number((low + place * slider.step).toFixed(digits)));
  return { count, at, nearest: (wanted) => Math.max(0, Math.min(count - 1, Math.round((wanted - low) / slider.step))) };
}

/** @param {Element | null} node */
function focusOn(node) {
  if (node instanceof HTMLElement) node.focus({ preventScroll: true });
}
