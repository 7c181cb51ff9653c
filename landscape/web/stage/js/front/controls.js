// The controls beside the pictures: what can be set of a scenario, and how it is shown. A number can be dragged and typed.
import { subscript } from "../engine/formatting.js";
import * as limits from "./scenario/limits.js";
import { shownNeurons, shownRun } from "./scenario/scenario.js";
import { niceReach } from "./scene/window.js";

/**
 * @import { Schedule } from "../engine/step_size.js"
 * @import { Control, Group, NumberControl, Sliding } from "../fields/controls.js"
 * @import { Range } from "./scenario/limits.js"
 * @import { Scenario } from "./scenario/scenario.js"
 *
 * @typedef {{change(values: Record<string, unknown>): void, lookAt(at: number | null): void}} Setter
 *   Sets fields of the scenario, and the step of the playhead.
 */

const MOST_POINTS = 20; // with fields of their own; the others can be dragged
const USUAL = 0.02; // step size, as USUAL of landscape/training/step_size.py

/** @type {[string, string][]} */
const OPTIMISERS = [["gd", "Gradient descent"], ["momentum", "Momentum"], ["adam", "Adam"]];

/**
 * Everything that can be set, in groups.
 * @param {Scenario} scenario
 * @param {Schedule[]} schedules the step sizes of every run, as far as they are known
 * @param {Setter} setter
 * @returns {Group[]}
 */
export function controlsOf(scenario, schedules, setter) {
  const { data, training, view } = scenario, { m } = training;
  /** @type {(label: string, key: string, value: number, allowed: Range, slider: Sliding, set: (value: number) => void, help?: string) => NumberControl} */
  const number = (label, key, value, allowed, slider, set, help) => (
    { kind: "number", label, key, value, allowed: holding(allowed, value), slider, set, help });
  /** @type {(label: string, key: string, allowed: Range, slider: Sliding, help?: string) => NumberControl} */
  const ofTraining = (label, key, allowed, slider, help) => {
    const value = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (training))[key];
    return number(label, key, Number(value), allowed, slider, (chosen) => setter.change({ [key]: chosen }), help);
  };

  const reaches = { x: reachOf(data.x), y: reachOf(data.y) };
  const points = data.y.slice(0, MOST_POINTS).flatMap((_, index) => /** @type {const} */ (["x", "y"]).map((name) => number(
    `${name}${subscript(index + 1)}`, `${name}${index}`, data[name][index], limits.NUMBER,
    { low: -reaches[name], high: reaches[name], step: reaches[name] / 60 },
    (value) => setter.change({ [name]: data[name].map((before, k) => (k === index ? value : before)) }),
    `${name === "x" ? "The feature of this data point" : "The label of this data point"}.`)));

  /** @type {Control[]} */
  const network = [
    ofTraining("Neurons m", "m", limits.NEURONS, { low: 1, high: 20, step: 1 }, "The number of ReLU neurons, max(0, x·w)."),
    { kind: "choice", label: "Second layer α", key: "layer", value: training.layer,
      options: [["ones", "Fixed to 1"], ["trained", "Trained"]], set: (layer) => setter.change({ layer }),
      help: "The network is f(x) = Σ αⱼ max(0, x·wⱼ). Its second layer α is held at 1, or trained too." },
  ];
  if (training.layer === "trained") {
    network.push(ofTraining("Regularisation λ / λₘₐₓ", "lam", limits.LAMBDA, { low: 0, high: 1, step: 0.01 },
      "λ penalises ‖w‖² + α². From λₘₐₓ on the best network is the zero network."));
  }

  const suited = training.step === null && training.runs.every((run) => run.step === null);
  const schedule = schedules[shownRun(scenario)] ?? [];
  const before = schedule.filter(([from]) => view.at === null || from <= view.at);
  const stepNow = before[before.length - 1]?.[1] ?? training.step ?? USUAL;
  /** @param {number | null} step */
  const setStep = (step) => setter.change(withStep(scenario, schedules, step));
  /** @type {Control[]} */
  const descent = [
    { kind: "choice", label: "Optimiser", key: "method", value: training.method, options: OPTIMISERS,
      set: (method) => setter.change({ method, runs: training.runs.map((run) => ({ ...run, method })) }),
      help: "Used by every run. “All optimisers”, below the pictures, compares them from one start." },
    { kind: "switch", label: "Step size suits the data", key: "suited", value: suited,
      set: (on) => setStep(on ? null : stepNow),
      help: "The largest that keeps each run on the data, or 0.02 where that does: it is tried before it is used." },
    number("Step size", "step", stepNow, limits.STEP, { decades: [-5, 0] }, setStep,
      "How far one step goes along the slope. Where playback stands in the middle of the runs, a new size takes over from there."),
    ofTraining("Steps", "steps", limits.STEPS, { low: 10, high: 2000, step: 10 }, "How many steps every run takes at the most."),
    ...training.runs.slice(0, 2).flatMap((run, index) => run.w.slice(0, Math.min(2, m)).map((value, weight) => {
      const name = `w${subscript(weight + 1)}`;
      return number(`Run ${index + 1} starts at ${name}`, `run${index} w${weight}`, value, limits.WEIGHT,
        { low: -4, high: 4, step: 0.1 }, (chosen) => setter.change({ runs: training.runs.map((other, place) => (
          place === index ? { ...other, w: other.w.map((w, k) => (k === weight ? chosen : w)) } : other)) }),
        `The weight ${name} that run ${index + 1} starts from. Its start can also be dragged on the map.`);
    })),
    ofTraining("Random starts", "starts", limits.STARTS, { low: 0, high: 12, step: 1 }, "More runs, from weights drawn at random."),
    ofTraining("Initial scale", "scale", limits.SCALE, { decades: [-9, 1] }, "The standard deviation of the weights that are drawn."),
    ofTraining("Seed", "seed", limits.SEED, { low: 0, high: 50, step: 1 }, "Fixes every random number: the same seed gives the same picture."),
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
      slider: { decades: [-3, 3] }, set: (window) => setter.change({ window }), help: "The landscape shows weights from minus to plus this number." });
  }
  if ((m > 2 || training.layer === "trained") && total > 0) {
    found.push(
      { kind: "number", label: "Slice through run", key: "selected", value: shownRun(scenario) + 1,
        allowed: new limits.Range(1, total, { whole: true }), slider: { low: 1, high: total, step: 1 }, set: (run) => setter.change({ selected: run - 1 }),
        help: "The picture is a slice through all weights: it passes through this run." },
      { kind: "number", label: "at step", key: "at", value: view.at === null ? steps : Math.min(view.at, steps),
        allowed: new limits.Range(0, steps, { whole: true }), slider: { low: 0, high: steps, step: 1 }, set: (at) => setter.lookAt(at >= steps ? null : at),
        help: "The slice passes through the run as it is after this many steps." });
  }
  if (m > 2) {
    found.push({ kind: "choice", label: "Plane of the slice", key: "plane", value: view.plane,
      options: [["neurons", "Two neurons"], ["path", "Start, end, optimum"]], set: (plane) => setter.change({ plane }),
      help: "More than two weights do not fit a map: it shows a plane through them." });
    if (view.plane === "neurons") {
      ["First", "Second"].forEach((name, place) => found.push({
        kind: "number", label: `${name} neuron`, key: `neuron ${place}`, value: shownNeurons(scenario)[place] + 1,
        allowed: new limits.Range(1, m, { whole: true }), slider: { low: 1, high: m, step: 1 }, help: "A neuron whose weight is an axis of the map.",
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
 * @param {Schedule[]} schedules of every run, as far as they are known
 * @param {number | null} step null for one that suits the data
 */
function withStep({ training, view: { at } }, schedules, step) {
  if (!at || step === null) {
    const whole = step === null ? null : [[0, step]];
    return { step, runs: training.runs.map((run) => ({ ...run, step: whole })) };
  }
  return { runs: training.runs.map((run, place) => {
    const made = schedules[place] ?? run.step ?? [[0, USUAL]];
    return { ...run, step: [...made.filter(([from]) => from < at), [at, step]] };
  }) };
}

/**
 * The reach of the sliders of the features, or of the labels.
 * @param {readonly number[]} values
 */
function reachOf(values) {
  return Math.max(3, niceReach(1.2 * Math.max(...values.map(Math.abs))));
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
