// A visitor's actions on data and runs of the stage, as changes of the scenario: landscape/web/shared/run_events.py.
//
// Numbers are checked by the scenario's own records, and an invalid event changes nothing.
import { roundedTo } from "../../engine/formatting.js";
import * as limits from "./limits.js";
import { checked } from "./limits.js";
import { readQuery } from "./link.js";
import { equal, runOf, scheduleOfStarts } from "./records.js";
import { changed, withoutUnderflow } from "./scenario.js";

/**
 * @import { Range } from "./limits.js"
 * @import { Run } from "./records.js"
 * @import { Scenario } from "./scenario.js"
 * @import { Network, Session } from "./session.js"
 *
 * @typedef {Record<string, any>} Event one that the stage sends (StageEvent), or a preset that was chosen
 * @typedef {(session: Session, event: Event, scenario: Scenario) => void} Handler
 */

const LANDSCAPES = ["map", "curve", "relief", "twin", "twin-relief"]; // a place in them is a network
const DIGITS = 6; // of the weights of a start that was set by a click

/** What is no event that the stage sends. */
class NoEvent extends Error {}

/**
 * Carry out one event of the stage.
 * @param {Session} session
 * @param {Event} event
 */
export function act(session, event) {
  const handler = HANDLERS.get(String(event.kind));
  if (!handler) return;
  try {
    handler(session, event, session.current);
  } catch (refused) {
    if (refused instanceof RangeError) session.note([refused.message]);
    else if (!(refused instanceof NoEvent)) throw refused;
  }
}

/**
 * The scenario of a preset's link.
 * @param {string} query
 * @returns {Scenario}
 */
export function presetScenario(query) {
  return readQuery(query).scenario;
}

/** @type {Map<string, Handler>} */
const HANDLERS = new Map(Object.entries(/** @satisfies {Record<string, Handler>} */ ({
  edit,
  click,
  pin,
  remove,
  select: (session, event) => session.change({ selected: runIndex(event) }),
  at,
  step: giveStep,
  escape: toggleEscape,
  widen,
  "add-missing": addMissing,
  compare,
  preset: choosePreset,
  surface: (session, event) => session.change({ surface: event.value }),
  basins: (session, _, { view }) => session.change({ basins: !view.basins }),
  formulas: (session, _, { view }) => session.change({ formulas: !view.formulas }),
  proof: (session, _, { view }) => session.change({ proof: !view.proof }),
  undo: (session) => session.undo(),
  redo: (session) => session.redo(),
  reset: (session) => session.reset(),
  reconnected: (session) => session.keepNotes(),
})));

/** Set data points or starts that were dragged. @type {Handler} */
function edit(session, event, scenario) {
  const runs = [...scenario.training.runs];
  for (const moved of /** @type {any[]} */ (listOf(event.runs))) {
    const index = whole(moved?.index, limits.SELECTED);
    const w = numbers(moved.w, limits.WEIGHT);
    const alpha = isTrained(scenario) ? numbers(moved.alpha, limits.WEIGHT) : [];
    runs[index] = runOf({ ...existing(runs, index), w, alpha });
  }
  const x = numbers(event.x, limits.NUMBER), y = numbers(event.y, limits.NUMBER);
  const moved = changed(changed(scenario, { x, y, runs }), { at: null, escape: null });
  session.put(moved, { passing: !(event.final ?? true) });
}

/**
 * A place in one of the landscapes was clicked: set the start of the selected run there, or add a run.
 * @type {Handler}
 */
function click(session, event, scenario) {
  if (event.view === undefined) throw new NoEvent();
  const view = String(event.view);
  if (!LANDSCAPES.includes(view)) return; // in the outputs and the loss curves a place is no network
  const [x, y] = numbers([event.x, event.y], limits.WEIGHT);
  const start = startAt(session, scenario, view, x, y);
  if (!start) return;
  const runs = [...scenario.training.runs];
  let chosen = scenario.view.selected < runs.length ? scenario.view.selected : runs.length - 1;
  const free = [chosen, ...[...runs.keys()].reverse()].find((index) => index >= 0 && !runs[index].pinned);
  if (event.add || free === undefined) {
    if (runs.length >= limits.MAX_RUNS) {
      session.note([`${limits.MAX_RUNS} runs is the most that one picture holds: remove one to add another.`]);
      return;
    }
    runs.push(runOf({ ...(runs.length ? runs[chosen] : patternOfStarts(scenario)), ...start, pinned: false }));
    chosen = runs.length - 1;
  } else {
    chosen = free;
    runs[chosen] = runOf({ ...runs[chosen], ...start });
  }
  session.change({ runs, selected: chosen, at: null, escape: null });
}

/**
 * The weights and second layer of a start at a place of a view, or null and a note.
 * @param {Session} session
 * @param {Scenario} scenario
 * @param {string} view
 * @param {number} x
 * @param {number} y
 * @returns {{w: number[], alpha: number[]} | null}
 */
function startAt(session, scenario, view, x, y) {
  if (view === "twin" || view === "twin-relief") return startWithSlopes(session, scenario, x, y);
  const alone = scenario.training.m === 1;
  return weightsOf(scenario, session.planeOf(scenario).network(roundedTo(x, DIGITS), alone ? 0 : roundedTo(y, DIGITS)));
}

/**
 * @param {Session} session
 * @param {Scenario} scenario
 * @param {number} sPlus
 * @param {number} sMinus
 */
function startWithSlopes(session, scenario, sPlus, sMinus) {
  const { m } = scenario.training, ones = !isTrained(scenario);
  if (ones && (sPlus < 0 || sMinus > 0)) {
    session.note(["No network is there: with a second layer of ones u₁ is never negative, and u₂ never positive."]);
    return null;
  }
  /** @type {{slope: number, side: 1 | -1}[]} */
  let neurons;
  if (m === 1) {
    const slope = Math.abs(sPlus) >= Math.abs(sMinus) ? sPlus : sMinus;
    neurons = [{ slope, side: slope === sPlus ? 1 : -1 }];
  } else {
    const right = m - Math.floor(m / 2);
    neurons = Array.from({ length: m }, (_, j) => {
      return j < right ? { slope: sPlus / right, side: 1 } : { slope: sMinus / (m - right), side: -1 };
    });
  }
  if (ones) return { w: neurons.map(({ slope }) => roundedTo(slope, DIGITS)), alpha: [] };
  // Balanced: |w| = |alpha|, as gradient descent keeps it.
  const sizes = neurons.map(({ slope }) => Math.sqrt(Math.abs(slope)));
  return {
    w: neurons.map(({ side }, j) => roundedTo(sizes[j] * side, DIGITS)),
    alpha: neurons.map(({ slope, side }, j) => roundedTo(slope * side >= 0 ? sizes[j] : -sizes[j], DIGITS)),
  };
}

/** @type {Handler} */
function pin(session, event, scenario) {
  const index = runIndex(event), runs = [...scenario.training.runs], run = existing(runs, index);
  runs[index] = runOf({ ...run, pinned: !run.pinned });
  session.change({ runs });
}

/** @type {Handler} */
function remove(session, event, { training: { runs, starts } }) {
  const index = runIndex(event);
  if (index < runs.length) {
    const left = runs.filter((_, place) => place !== index);
    session.change({ runs: left, selected: Math.max(0, index - 1), escape: null });
  } else {
    session.change({ starts: Math.max(0, starts - 1), escape: null });
  }
}

/** @type {Handler} */
function at(session, event) {
  session.lookAt(event.value === undefined || event.value === null ? null : whole(event.value, limits.AT));
  // The stage also reports by itself, as where a link's step lies beyond the end: what was said of it stays.
  session.keepNotes();
}

/** Give a run a step size, as its sentence advises; a random start shares it with the others. @type {Handler} */
function giveStep(session, event, scenario) {
  const index = runIndex(event), runs = [...scenario.training.runs];
  if (event.value === undefined) throw new NoEvent();
  const step = checked(event.value, limits.STEP, "step");
  if (index < runs.length) {
    runs[index] = runOf({ ...runs[index], step: [[0, step]] });
    session.change({ runs, escape: null });
  } else {
    session.change({ step, escape: null });
  }
}

/** @type {Handler} */
function toggleEscape(session, event, { view }) {
  const index = runIndex(event);
  session.change({ escape: view.escape === index ? null : index, selected: index, at: null });
}

/** Continue from the end of a run with more neurons at 0: neither loss nor output changes. @type {Handler} */
function widen(session, event, scenario) {
  const index = runIndex(event);
  if (event.count === undefined) throw new NoEvent();
  const count = whole(event.count, limits.NEURONS);
  checked(scenario.training.m + count, limits.NEURONS, "m");
  const nothing = { W: zeros(count), alpha: isTrained(scenario) ? zeros(count) : zeros(count).fill(1) };
  restart(session, scenario, index, joined(endOf(session, index), nothing), true);
}

/** Continue from the end of a run with its missing neuron added. @type {Handler} */
function addMissing(session, event, scenario) {
  const index = runIndex(event), end = endOf(session, index);
  const neuron = session.solvedOf(scenario).missing[`run${index}`];
  if (!neuron) throw new NoEvent();
  restart(session, scenario, index, joined(end, neuron), false);
}

/**
 * Let a run start from a network, wider than before; the others get their further neurons at 0 or drawn.
 * @param {Session} session
 * @param {Scenario} scenario
 * @param {number} index
 * @param {{W: number[], alpha: number[]}} network
 * @param {boolean} keep whether its way out goes on from there
 */
function restart(session, scenario, index, network, keep) {
  const runs = [...scenario.training.runs], m = network.W.length;
  const chosen = index < runs.length ? index : runs.length;
  runs[chosen] = runOf({ ...(runs[chosen] ?? patternOfStarts(scenario)), ...weightsOf(scenario, network) });
  const padded = runs.map((run, place) => (place === chosen ? run : paddedTo(run, scenario, m)));
  session.change({ m, runs: padded, selected: chosen, at: null, escape: keep ? chosen : null });
}

/**
 * An explicit run with neurons at 0 up to the new width, so that widening one run changes no other.
 * @param {Run} run
 * @param {Scenario} scenario
 * @param {number} m the new width
 */
function paddedTo(run, scenario, m) {
  const before = scenario.training.m;
  const missing = run.w.length >= before ? Math.max(0, m - run.w.length) : 0;
  const w = [...run.w, ...zeros(missing)];
  if (!isTrained(scenario) || !missing) return runOf({ ...run, w });
  const given = [...run.alpha, ...zeros(Math.max(0, before - run.alpha.length)).fill(1)];
  return runOf({ ...run, w, alpha: [...given, ...zeros(missing)] });
}

/** Let the other optimisers start where a run does. @type {Handler} */
function compare(session, event, { training: { runs } }) {
  const run = existing(runs, runIndex(event));
  const others = limits.METHODS.filter((method) => method !== run.method)
    .map((method) => runOf({ ...run, method, pinned: false }))
    .filter((other) => !runs.some((known) => equal(known, other)));
  session.change({ runs: [...runs, ...others.slice(0, limits.MAX_RUNS - runs.length)] });
}

/** Type and open panels stay as they are. @type {Handler} */
function choosePreset(session, event, { view: { large, formulas, proof } }) {
  const preset = session.presets.find(({ name }) => name === event.name);
  if (preset) session.reset(changed(presetScenario(preset.query), { large, formulas, proof }));
}

/**
 * @param {Session} session
 * @param {number} index
 * @returns {Network}
 */
function endOf(session, index) {
  const { m, steps, W, alpha } = existing(session.solvedOf(session.current).runs, index).path;
  const from = (steps.length - 1) * m, to = from + m;
  return { W: Array.from(W).slice(from, to), alpha: Array.from(alpha).slice(from, to) };
}

/**
 * A network with the neurons of another after its own.
 * @param {Network} network
 * @param {Network} more
 */
function joined(network, more) {
  return {
    W: [...Array.from(network.W), ...Array.from(more.W)],
    alpha: [...Array.from(network.alpha), ...Array.from(more.alpha)],
  };
}

/**
 * A network as the start of a run.
 * @param {Scenario} scenario
 * @param {Network} network
 */
function weightsOf(scenario, network) {
  return { w: withoutUnderflow(network.W), alpha: isTrained(scenario) ? withoutUnderflow(network.alpha) : [] };
}

/** @param {Scenario} scenario */
function patternOfStarts({ training }) {
  return runOf({ method: training.method, step: scheduleOfStarts(training) });
}

/** @param {Scenario} scenario */
function isTrained({ training }) {
  return training.layer === "trained";
}

/** @param {number} count */
function zeros(count) {
  return new Array(count).fill(0);
}

/**
 * @template Item
 * @param {readonly Item[]} items
 * @param {number} index
 * @returns {Item}
 */
function existing(items, index) {
  if (index >= items.length) throw new NoEvent();
  return items[index];
}

/** @param {Event} event */
function runIndex(event) {
  const text = String(event.run).replace(/^run/, "").replace(/^escape/, "");
  if (!/^[+-]?\d+$/.test(text)) throw new NoEvent();
  return whole(Number(text), limits.SELECTED);
}

/**
 * @param {unknown} value
 * @param {Range} allowed
 */
function whole(value, allowed) {
  if (value === undefined) throw new NoEvent();
  return checked(value, allowed, "The number of an event");
}

/**
 * @param {unknown} values
 * @param {Range} allowed
 * @returns {number[]}
 */
function numbers(values, allowed) {
  const list = listOf(values);
  if (list.length > limits.MAX_WEIGHTS || !list.every(Number.isFinite)) throw new NoEvent();
  return list.map((value) => allowed.clamp(/** @type {number} */ (value)));
}

/**
 * @param {unknown} values
 * @returns {unknown[]}
 */
function listOf(values) {
  if (!Array.isArray(values)) throw new NoEvent();
  return values;
}
