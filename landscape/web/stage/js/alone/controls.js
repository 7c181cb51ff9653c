// The controls beside the pictures, as landscape/web/front/controls.py has them, every number in a field of its own.
import { short, subscript } from "../engine/formatting.js";
import { element } from "../view/dom.js";
import { radioGroup } from "../view/radio_group.js";
import { watch } from "../fields/number_fields.js";
import * as limits from "./scenario/limits.js";
import { runOf } from "./scenario/records.js";
import { shownNeurons, shownRun } from "./scenario/scenario.js";
import { asWritten, typedNumber, typedText } from "./typed_number.js";

/**
 * @import { Range } from "./scenario/limits.js"
 * @import { Scenario } from "./scenario/scenario.js"
 *
 * @typedef {{change(values: Record<string, unknown>): void, lookAt(at: number | null): void, note(lines: string[]): void}} Setter
 *   Sets fields of the scenario, the step of the playhead, and says why it does not.
 * @typedef {{label: string, help?: string, key: string}} Named
 * @typedef {Named & {kind: "number", value: number, allowed: Range, set(value: number): void}} NumberControl
 * @typedef {Named & {kind: "choice", value: string, options: [string, string][], set(value: string): void}} ChoiceControl
 * @typedef {Named & {kind: "switch", value: boolean, set(value: boolean): void}} SwitchControl
 * @typedef {NumberControl | ChoiceControl | SwitchControl} Control
 * @typedef {{heading: string, controls: Control[]}} Group
 */

const MOST_POINTS = 20; // with fields of their own; the others can be dragged
const USUAL = 0.02; // step size, as USUAL of landscape/training/step_size.py

/** @type {[string, string][]} */
const OPTIMISERS = [["gd", "Gradient descent"], ["momentum", "Momentum"], ["adam", "Adam"]];

/**
 * Everything that can be set, in groups.
 * @param {Scenario} scenario
 * @param {[number, number][]} schedule the step sizes of the selected run
 * @param {Setter} setter
 * @returns {Group[]}
 */
export function controlsOf(scenario, schedule, setter) {
  const { data, training, view } = scenario, { m } = training;
  /** @type {(label: string, key: string, value: number, allowed: Range, set: (value: number) => void, help?: string) => NumberControl} */
  const number = (label, key, value, allowed, set, help) => (
    { kind: "number", label, key, value, allowed: holding(allowed, value), set, help });
  /** @type {(label: string, key: string, allowed: Range, help?: string) => NumberControl} */
  const ofTraining = (label, key, allowed, help) => {
    const value = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (training))[key];
    return number(label, key, Number(value), allowed, (chosen) => setter.change({ [key]: chosen }), help);
  };

  const points = data.y.slice(0, MOST_POINTS).flatMap((_, index) => /** @type {const} */ (["x", "y"]).map((name) => number(
    `${name}${subscript(index + 1)}`, `${name}${index}`, data[name][index], limits.NUMBER,
    (value) => setter.change({ [name]: data[name].map((before, k) => (k === index ? value : before)) }),
    `${name === "x" ? "The feature of this data point" : "The label of this data point"}.`)));

  /** @type {Control[]} */
  const network = [
    ofTraining("Neurons m", "m", limits.NEURONS, "The number of ReLU neurons, max(0, x·w)."),
    { kind: "choice", label: "Second layer α", key: "layer", value: training.layer,
      options: [["ones", "Fixed to 1"], ["trained", "Trained"]], set: (layer) => setter.change({ layer }),
      help: "The network is f(x) = Σ αⱼ max(0, x·wⱼ). Its second layer α is held at 1, or trained too." },
  ];
  if (training.layer === "trained") {
    network.push(ofTraining("Regularisation λ / λₘₐₓ", "lam", limits.LAMBDA,
      "λ penalises ‖w‖² + α². From λₘₐₓ on the best network is the zero network."));
  }

  const suited = training.step === null && training.runs.every((run) => run.step === null);
  const before = schedule.filter(([from]) => view.at === null || from <= view.at);
  const stepNow = before[before.length - 1]?.[1] ?? training.step ?? USUAL;
  /** @param {number | null} step */
  const setStep = (step) => setter.change(withStep(scenario, schedule, step));
  /** @type {Control[]} */
  const descent = [
    { kind: "choice", label: "Optimiser", key: "method", value: training.method, options: OPTIMISERS,
      set: (method) => setter.change({ method, runs: training.runs.map((run) => runOf({ ...run, method })) }),
      help: "Used by every run. “All optimisers”, below the pictures, compares them from one start." },
    { kind: "switch", label: "Step size suits the data", key: "suited", value: suited,
      set: (on) => setStep(on ? null : stepNow),
      help: "The largest that keeps each run on the data, or 0.02 where that does: it is tried before it is used." },
    number("Step size", "step", stepNow, limits.STEP, setStep,
      "How far one step goes along the slope. Where playback stands in the middle of the runs, a new size takes over from there."),
    ofTraining("Steps", "steps", limits.STEPS, "How many steps every run takes at the most."),
    ...training.runs.slice(0, 2).flatMap((run, index) => run.w.slice(0, Math.min(2, m)).map((value, weight) => {
      const name = `w${subscript(weight + 1)}`;
      return number(`Run ${index + 1} starts at ${name}`, `run${index} w${weight}`, value, limits.WEIGHT,
        (chosen) => setter.change({ runs: training.runs.map((other, place) => (
          place === index ? runOf({ ...other, w: other.w.map((w, k) => (k === weight ? chosen : w)) }) : other)) }),
        `The weight ${name} that run ${index + 1} starts from. Its start can also be dragged on the map.`);
    })),
    ofTraining("Random starts", "starts", limits.STARTS, "More runs, from weights drawn at random."),
    ofTraining("Initial scale", "scale", limits.SCALE, "The standard deviation of the weights that are drawn."),
    ofTraining("Seed", "seed", limits.SEED, "Fixes every random number: the same seed gives the same picture."),
  ];
  return [
    { heading: "Data", controls: points },
    { heading: "Network", controls: network },
    { heading: "Descent", controls: descent },
    { heading: "View", controls: viewControls(scenario, setter) },
  ];
}

/**
 * @param {Scenario} scenario
 * @param {Setter} setter
 * @returns {Control[]}
 */
function viewControls(scenario, setter) {
  const { training, view } = scenario, total = training.runs.length + training.starts, { steps, m } = training;
  /** @type {Control[]} */
  const found = [{
    kind: "switch", label: "Window fits data, optimum and runs", key: "automatic window", value: view.window === null,
    set: (on) => setter.change({ window: on ? null : 4 }), help: "Off: the landscape shows a fixed range of weights.",
  }];
  if (view.window !== null) {
    found.push({ kind: "number", label: "Half-width of the window", key: "window", value: view.window, allowed: limits.WINDOW,
      set: (window) => setter.change({ window }), help: "The landscape shows weights from minus to plus this number." });
  }
  if ((m > 2 || training.layer === "trained") && total > 0) {
    found.push(
      { kind: "number", label: "Slice through run", key: "selected", value: shownRun(scenario) + 1,
        allowed: new limits.Range(1, total, { whole: true }), set: (run) => setter.change({ selected: run - 1 }),
        help: "The picture is a slice through all weights: it passes through this run." },
      { kind: "number", label: "at step", key: "at", value: view.at === null ? steps : Math.min(view.at, steps),
        allowed: new limits.Range(0, steps, { whole: true }), set: (at) => setter.lookAt(at >= steps ? null : at),
        help: "The slice passes through the run as it is after this many steps." });
  }
  if (m > 2) {
    found.push({ kind: "choice", label: "Plane of the slice", key: "plane", value: view.plane,
      options: [["neurons", "Two neurons"], ["path", "Start, end, optimum"]], set: (plane) => setter.change({ plane }),
      help: "More than two weights do not fit a map: it shows a plane through them." });
    if (view.plane === "neurons") {
      ["First", "Second"].forEach((name, place) => found.push({
        kind: "number", label: `${name} neuron`, key: `neuron ${place}`, value: shownNeurons(scenario)[place] + 1,
        allowed: new limits.Range(1, m, { whole: true }), help: "A neuron whose weight is an axis of the map.",
        set: (neuron) => {
          const shown = [...shownNeurons(scenario)];
          if (shown[1 - place] === neuron - 1) shown.reverse(); // the two are exchanged: they cannot be the same
          shown[place] = neuron - 1;
          setter.change({ neurons: shown });
        },
      }));
    }
  }
  found.push({ kind: "switch", label: "Large type, for a projector", key: "large type", value: view.large,
    set: (large) => setter.change({ large }), help: "Text and axes that can be read from the back row." });
  return found;
}

/**
 * What changes where every run gets a step size; from the playhead on, where that is neither at the start nor at the end.
 * @param {Scenario} scenario
 * @param {[number, number][]} schedule of the selected run, as it was made
 * @param {number | null} step null for one that suits the data
 */
function withStep({ training, view: { at } }, schedule, step) {
  /** @type {(pieces: [number, number][] | null) => unknown} */
  const runsWith = (pieces) => training.runs.map((run) => runOf({ ...run, step: pieces }));
  if (!at || step === null) return { step, runs: runsWith(step === null ? null : [[0, step]]) };
  return { runs: runsWith([...schedule.filter(([from]) => from < at), [at, step]]) };
}

/**
 * A range with a value in it: a link may have set one that it does not hold.
 * @param {Range} allowed
 * @param {number} value
 */
function holding(allowed, value) {
  const { low, high, whole, least } = allowed;
  return value >= low && value <= high ? allowed
    : new limits.Range(Math.min(low, value), Math.max(high, value), { whole, least });
}

/** Draws groups of controls, and keeps those that stay as they are: what is being typed in one is not disturbed. */
export class Controls {
  drawn = "";

  /** @type {Map<string, {control: Control, show: (control: any) => void}>} */
  shown = new Map();

  /**
   * @param {HTMLElement} root
   * @param {(lines: string[]) => void} note says why a number was refused
   */
  constructor(root, note) {
    this.root = root;
    this.note = note;
  }

  /** @param {Group[]} groups */
  show(groups) {
    const form = JSON.stringify(groups.map(({ heading, controls }) => [heading, controls.map((c) => [c.kind, c.key, c.label])]));
    if (form !== this.drawn) {
      const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.control : undefined;
      this.drawn = form;
      this.shown.clear();
      this.root.replaceChildren(...groups.filter(({ controls }) => controls.length).map(({ heading, controls }) => (
        element("fieldset", { class: `site-group ${heading.toLowerCase()}` }, element("legend", {}, heading),
          ...controls.map((control) => this.made(control))))));
      if (focused) focusOn(this.root.querySelector(`[data-control="${CSS.escape(focused)}"]`));
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
    if (control.kind === "number") return this.numberField(control);
    return control.kind === "choice" ? this.choice(control) : this.switch(control);
  }

  /** @param {NumberControl} control */
  numberField(control) {
    const { label, key, help } = control;
    const field = element("input", { type: "text", autocomplete: "off", "data-control": key, "aria-label": label });
    /** @type {(now: NumberControl) => string} */
    const text = ({ value, allowed }) => typedText(value, allowed.whole);
    const commit = () => {
      const now = this.now(control);
      const typed = field.value.trim();
      if (typed === text(now) || !typed) {
        field.value = text(now);
        return;
      }
      const number = typedNumber(typed, now.allowed.whole);
      if (number === null || !now.allowed.holds(number)) {
        const stays = now.allowed.whole ? text(now) : short(now.value);
        field.value = text(now);
        this.note([`${label} must be ${now.allowed.rule}, but “${asWritten(typed)}” was typed: it stays ${stays}.`]);
        return;
      }
      now.set(now.allowed.exact(number));
    };
    field.addEventListener("change", commit);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") commit();
    });
    this.shown.set(key, { control, show: (/** @type {NumberControl} */ now) => {
      const { allowed } = now;
      field.placeholder = [allowed.low, allowed.high].map((end) => typedText(end, allowed.whole)).join(allowed.whole ? " … " : " to ");
      field.setAttribute("aria-valuenow", String(now.value));
      // What is being typed stays until it is committed; arrow keys commit what stands there.
      if (field !== document.activeElement || field.dataset.value !== text(now)) field.value = text(now);
      field.dataset.value = text(now);
    } });
    return element("label", { class: "number-field", title: help }, element("span", {}, label), field);
  }

  /** @param {ChoiceControl} control */
  choice(control) {
    const { label, key, help } = control;
    const box = element("div", { class: "site-choice", title: help }, element("span", {}, label));
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
    const box = element("input", { type: "checkbox", "data-control": key });
    box.addEventListener("change", () => this.now(control).set(box.checked));
    this.shown.set(key, { control, show: (/** @type {SwitchControl} */ now) => {
      box.checked = now.value;
    } });
    return element("label", { class: "site-switch", title: help }, box, element("span", {}, label));
  }
}

/** @param {Element | null} node */
function focusOn(node) {
  if (node instanceof HTMLElement) node.focus({ preventScroll: true });
}
