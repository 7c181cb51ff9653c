// A valid scenario from untrusted values, as landscape/scenario/repair.py makes it, with the same notes.
//
// Nothing here throws. Values out of range are clamped, unreadable ones take their default, and each such case adds a
// note, a sentence in plain text.
import { counted, short } from "../../engine/formatting.js";
import * as limits from "./limits.js";
import { Range } from "./limits.js";
import {
  columns, DATA, dataOf, FILM_RANGES, runOf, TRAINING, TRAINING_RANGES, trainingOf, VIEW, viewOf,
} from "./records.js";
import { quoted, quotedFloat } from "./written_values.js";

/**
 * @import { Data, Run, Training, View } from "./records.js"
 *
 * @typedef {{data: Data, training: Training, view: View}} Parts
 * @typedef {{method: string, step: "auto" | [from: string, size: string][], w: string[], alpha: string[],
 *   pinned: boolean}} WrittenRun a run as it stands in a link, taken apart
 * @typedef {string | string[] | (string | WrittenRun)[]} Written a value as it stands in a link
 */

const ANY = new Range(-Infinity, Infinity);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const LONGEST_NUMBER = 400; // characters
const EXAMPLE = "The poster's two points are used.";

/**
 * The records nearest to the values of a link, and a note for every value that had to be changed.
 * @param {Map<string, Written>} values by the link's keys
 * @param {number} maxNumbers most data numbers accepted
 * @returns {{parts: Parts, notes: string[]}}
 */
export function repaired(values, maxNumbers) {
  const reader = new Reader(values);
  const data = readData(reader, maxNumbers);
  const training = readTraining(reader, data);
  return { parts: { data, training, view: readView(reader, training) }, notes: reader.notes };
}

/** Values by key, each read against its rule, and the notes taken while doing so. */
class Reader {
  /** @param {Map<string, Written>} values */
  constructor(values) {
    this.values = values;
    /** @type {string[]} */
    this.notes = [];
  }

  /** @param {string} sentence */
  note(sentence) {
    this.notes.push(sentence);
  }

  /**
   * A number of the range: the given one, the nearest to it, or the usual where it is no number.
   * @template {number | null} Usual
   * @param {string} name
   * @param {Range} allowed
   * @param {Usual} usual
   * @param {string} [instead] what is used where the value is no number, if the usual is none
   * @returns {number | Usual}
   */
  number(name, allowed, usual, instead = "") {
    const raw = this.values.get(name);
    if (raw === undefined) return usual;
    const number = parsed(raw);
    if (number === null || (allowed.whole && Number.isFinite(number) && !Number.isInteger(number))) {
      this.note(`${name} = ${quoted(raw)} is not ${allowed.rule}: ${instead || short(usual ?? NaN)} is used.`);
      return usual;
    }
    return this.clamped(number, allowed, name, quoted(raw));
  }

  /**
   * @param {number} number
   * @param {Range} allowed
   * @param {string} name
   * @param {string} shown the value as it was given
   */
  clamped(number, allowed, name, shown) {
    if (allowed.holds(number)) return allowed.exact(number);
    const nearest = allowed.clamp(number);
    this.note(`${name} = ${shown} is not ${allowed.rule}: ${short(nearest)} is used.`);
    return nearest;
  }

  /**
   * @template {string} Option
   * @param {string} name
   * @param {readonly string[]} options
   * @param {Option} usual
   * @returns {Option}
   */
  choice(name, options, usual) {
    const raw = this.values.get(name) ?? usual;
    if (typeof raw === "string" && options.includes(raw)) return /** @type {Option} */ (raw);
    this.note(`${name} = ${quoted(raw)} is not one of ${options.join(", ")}: ${usual} is used.`);
    return usual;
  }

  /**
   * @param {string} name
   * @param {boolean} usual
   */
  flag(name, usual) {
    const raw = this.values.get(name);
    if (raw === undefined) return usual;
    if (raw === "0" || raw === "1") return raw === "1";
    this.note(`${name} = ${quoted(raw)} is not 0 or 1: ${Number(usual)} is used.`);
    return usual;
  }

  /**
   * A list of numbers clamped to a range, or null and a note where one of them is no number.
   * @param {readonly (string | number)[]} raw
   * @param {string} name
   * @param {Range} allowed
   * @returns {number[] | null}
   */
  numbers(raw, name, allowed) {
    if (raw.length > limits.MAX_NUMBERS) {
      this.note(`${name} holds ${raw.length} numbers, too many to read.`);
      return null;
    }
    /** @type {number[]} */
    const found = [];
    for (const part of raw) {
      const number = parsed(part);
      if (number === null) {
        this.note(`${name} holds ${quoted(part)}, which is not a number.`);
        return null;
      }
      found.push(number);
    }
    const outside = found.filter((number) => !allowed.holds(number));
    if (outside.length) {
      const others = outside.length > 1 ? `, and the nearest for ${counted(outside.length - 1, "other")}` : "";
      const nearest = short(allowed.clamp(outside[0]));
      this.note(`${name} holds ${short(outside[0])}, which is not ${allowed.rule}: ${nearest} is used${others}.`);
    }
    return found.map((number) => allowed.clamp(number));
  }

  /**
   * @param {string} name
   * @returns {string[] | undefined}
   */
  list(name) {
    return /** @type {string[] | undefined} */ (this.values.get(name));
  }
}

/**
 * @param {Reader} reader
 * @param {number} maxNumbers
 * @returns {Data}
 */
function readData(reader, maxNumbers) {
  const features = reader.number("features", limits.FEATURES, DATA.features);
  const bias = reader.flag("bias", DATA.bias);
  const x = reader.numbers(reader.list("x") ?? DATA.x, "x", limits.NUMBER);
  const y = reader.numbers(reader.list("y") ?? DATA.y, "y", limits.NUMBER);
  if (x && y) {
    if (x.length + y.length > maxNumbers) {
      reader.note(`x and y hold ${x.length + y.length} numbers, more than the ${maxNumbers} read here.`);
    } else {
      const data = orNote(reader, () => dataOf({ x, y, features, bias }));
      if (data) {
        noteFilledIn(reader, data);
        return data;
      }
    }
  }
  reader.note(EXAMPLE);
  return DATA;
}

/**
 * What is made, or null and a note why not.
 * @template Made
 * @param {Reader} reader
 * @param {() => Made} make
 * @returns {Made | null}
 */
function orNote(reader, make) {
  try {
    return make();
  } catch (refusal) {
    if (!(refusal instanceof RangeError)) throw refusal;
    reader.note(refusal.message);
    return null;
  }
}

/**
 * Say that coordinates or labels are not those of a visitor, where only the others were given.
 * @param {Reader} reader
 * @param {Data} data
 */
function noteFilledIn(reader, { x, y }) {
  for (const [name, other, used] of /** @type {const} */ ([["x", "y", x], ["y", "x", y]])) {
    if (!reader.values.has(other) || reader.values.has(name)) continue;
    const values = used.map((value) => short(value)).join(", ");
    reader.note(`${name} is missing beside ${other}: ${values} are used, the poster's.`);
  }
}

/**
 * @param {Reader} reader
 * @param {Data} data
 * @returns {Training}
 */
function readTraining(reader, data) {
  const layer = reader.choice("layer", limits.LAYERS, TRAINING.layer);
  const method = reader.choice("method", limits.METHODS, TRAINING.method);
  const init = reader.choice("init", limits.INITS, TRAINING.init);
  const scales = readScales(reader);
  const ranges = scales.length ? FILM_RANGES : TRAINING_RANGES;
  const m = reader.number("m", ranges.m, TRAINING.m);
  let lam = reader.number("lam", ranges.lam, TRAINING.lam);
  const suited = reader.values.get("step") === "auto";
  const step = suited ? null : reader.number("step", ranges.step, TRAINING.step, "one that suits the data");
  const asked = {
    steps: reader.number("steps", ranges.steps, TRAINING.steps),
    starts: reader.number("starts", ranges.starts, TRAINING.starts),
  };
  const scale = reader.number("scale", ranges.scale, TRAINING.scale);
  const seed = reader.number("seed", ranges.seed, TRAINING.seed);
  if (layer === "ones" && lam > 0) {
    reader.note("lam is 0 while the second layer is fixed to ones: regularising one layer alone has no convex twin.");
    lam = 0;
  }
  let output_bias = reader.choice("output-bias", limits.OUTPUT_BIASES, TRAINING.output_bias);
  if (layer === "ones" && output_bias !== "none") {
    reader.note("output-bias is none while the second layer is fixed to ones: it goes with a trained one.");
    output_bias = "none";
  }
  let runs = reader.values.has("run") ? readRuns(reader) : TRAINING.runs;
  let steps, starts;
  if (scales.length) {
    if ((reader.values.has("run") && runs.length) || asked.starts) {
      reader.note("The runs of the two scales are filmed: there are no others.");
    }
    runs = [];
    asked.starts = starts = 0;
    steps = limits.filmedSteps(asked.steps, m, data.y.length);
  } else {
    const size = data.y.length * columns(data);
    [steps, starts] = limits.withinBudget(asked.steps, asked.starts, runs.length, m, size);
  }
  if (starts !== asked.starts) {
    reader.note(`That many runs on these data would keep others waiting: ${starts} random starts are used.`);
  }
  if (steps !== asked.steps) {
    reader.note(`That many steps, runs and neurons would keep others waiting: ${steps} steps are used.`);
  }
  return trainingOf({ m, layer, lam, method, step, steps, starts, scale, seed, runs, scales, init, output_bias });
}

/**
 * @param {Reader} reader
 * @returns {number[]}
 */
function readScales(reader) {
  const found = reader.numbers(reader.list("scales") ?? [], "scales", ANY) ?? [];
  if (found.length > limits.MAX_FILMS) {
    const most = limits.MAX_FILMS;
    reader.note(`${found.length} scales are more than ${most}: the first ${most} are used.`);
  }
  return found.slice(0, limits.MAX_FILMS).map((scale, k) => {
    return reader.clamped(scale, limits.SCALE, `scale ${k + 1}`, quotedFloat(scale));
  });
}

/**
 * @param {Reader} reader
 * @returns {readonly Run[]}
 */
function readRuns(reader) {
  const entries = /** @type {(string | WrittenRun)[]} */ (reader.values.get("run"));
  if (entries.length === 1 && entries[0] === "none") return [];
  if (entries.length > limits.MAX_RUNS) {
    const most = limits.MAX_RUNS;
    reader.note(`${entries.length} runs are more than ${most}: the first ${most} are used.`);
  }
  const runs = entries.slice(0, limits.MAX_RUNS)
    .map((entry, k) => readRun(reader, entry, `run ${k + 1}`))
    .filter((run) => run !== null);
  if (!runs.length) reader.note("No run is left: the poster's two runs are used.");
  return runs.length ? runs : TRAINING.runs;
}

/**
 * @param {Reader} reader
 * @param {string | WrittenRun} entry
 * @param {string} name
 * @returns {Run | null}
 */
function readRun(reader, entry, name) {
  if (typeof entry === "string") {
    reader.note(`${name} = ${quoted(entry)} is not method, step and weights: it is left out.`);
    return null;
  }
  const { method, pinned } = entry, suited = entry.step === "auto";
  const step = entry.step === "auto" ? null : readSchedule(reader, entry.step, `step of ${name}`);
  const w = reader.numbers(entry.w, `w of ${name}`, limits.WEIGHT);
  const alpha = reader.numbers(entry.alpha, `alpha of ${name}`, limits.WEIGHT);
  if ((suited || step) && w && alpha) {
    const run = orNote(reader, () => runOf({ method, step, w, alpha, pinned }));
    if (run) return run;
  }
  reader.note(`${name} is left out.`);
  return null;
}

/**
 * @param {Reader} reader
 * @param {[from: string, size: string][]} pieces
 * @param {string} name
 * @returns {[from: number, size: number][] | null}
 */
function readSchedule(reader, pieces, name) {
  /** @type {[number, number][]} */
  const found = [];
  for (const [from, size] of pieces.slice(0, limits.MAX_CHANGES + 1)) {
    const at = parsed(from), step = parsed(size);
    if (at === null || step === null || !limits.AT.holds(at)) {
      reader.note(`${name} = ${quoted(step === null ? size : from)} is not a step size from some step on.`);
      return null;
    }
    found.push([limits.AT.exact(at), reader.clamped(step, limits.STEP, name, quoted(size))]);
  }
  return found;
}

/**
 * @param {Reader} reader
 * @param {Training} training
 * @returns {View}
 */
function readView(reader, training) {
  const runs = training.runs.length + training.starts, ofRuns = new Range(1, Math.max(1, runs), { whole: true });
  /** @type {number | null} */
  let window = null, escape = null, at = null;
  if (reader.values.get("window") !== "auto") {
    window = reader.number("window", limits.WINDOW, null, "an automatic window");
  }
  if (reader.values.get("escape") !== "none") {
    const run = reader.number("escape", ofRuns, null, "no way out");
    escape = run === null ? null : run - 1;
  }
  if (reader.values.get("at") !== "last") {
    // A way out goes on after the last step of its run.
    const steps = escape === null ? new Range(0, training.steps, { whole: true }) : limits.AT;
    at = reader.number("at", steps, null, "the last step");
  }
  return viewOf({
    window,
    plane: reader.choice("plane", limits.PLANES, VIEW.plane),
    neurons: readNeurons(reader, training.m),
    surface: reader.choice("surface", limits.SURFACES, VIEW.surface),
    selected: reader.number("sel", ofRuns, VIEW.selected + 1) - 1,
    at,
    large: reader.flag("large", VIEW.large),
    basins: reader.flag("basins", VIEW.basins),
    escape,
    formulas: reader.flag("formulas", VIEW.formulas),
    proof: reader.flag("proof", VIEW.proof),
  });
}

/**
 * @param {Reader} reader
 * @param {number} m
 * @returns {readonly [number, number]}
 */
function readNeurons(reader, m) {
  const raw = reader.list("neurons");
  if (!raw) return VIEW.neurons;
  const allowed = new Range(1, Math.max(2, m), { whole: true });
  const pair = raw.length === 2 ? raw.map(parsed) : [null, null];
  const [first, second] = pair.map((number) => (number === null || !allowed.holds(number) ? null : number));
  if (first === null || second === null || first === second) {
    reader.note(`neurons must be two different ones, each ${allowed.rule}: 1 and 2 are used.`);
    return VIEW.neurons;
  }
  return [first - 1, second - 1];
}

/**
 * The number that a text writes in plain digits, or null.
 * @param {Written | number} raw
 * @returns {number | null}
 */
function parsed(raw) {
  if (typeof raw === "number") return raw;
  return typeof raw === "string" && raw.length <= LONGEST_NUMBER && NUMBER.test(raw) ? Number(raw) : null;
}
