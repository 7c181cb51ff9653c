// What a picture shows, as numbers: its range, where runs come to rest in it, its walls, its runs and the optimum. Read
// from the picture and from what the stage knows of it; nothing here is measured on the screen.
import { certify, optimum, problemOf, withLoss } from "../engine/engine.js";
import { isProven, withoutRounding } from "../engine/excess.js";
import { subscript } from "../engine/formatting.js";
import { between, hasWeights, lastStep, locate, networkAt, output } from "../view/networks.js";
import { numbers } from "../view/plotly_internals.js";
import { placesOf } from "./places.js";

/**
 * @import { LocalDrag, StageState, StageView } from "../protocol.js"
 * @import { Pair, Plane } from "../engine/preimages.js"
 * @import { Problem } from "../engine/problem.js"
 * @import { Run } from "../view/networks.js"
 * @import { Trace } from "../view/plotly.js"
 * @import { Place, Window } from "./places.js"
 *
 * @typedef {{x: ArrayLike<number>, y: ArrayLike<number>}} Track
 * @typedef {{id: string, name: string, kind: string, step: number, last: number, isAtEnd: boolean, from: number,
 *   loss: number, start: Pair | null, now: Pair | null}} RunFact
 *   kind: its outcome; step, loss, now: where the playhead is; from, start: where it began; in a picture without its path
 *   no places.
 * @typedef {{value: number, slopes: Pair, free: [boolean, boolean], proven: boolean}} BestFact
 *   Of any width: its loss, the slopes of its output right and left of 0, and which of them no data point asks for.
 * @typedef {{kind: "weights" | "slopes", drawn: "map" | "curve" | "space", labels: string[], window: Window, low: number,
 *   high: number, slice: string, places: Place[] | null, stars: Pair[], walls: {label: string, at: number}[],
 *   slanted: number, walled: boolean, best: BestFact | null, runs: RunFact[], selected: string | null}} LandscapeFacts
 *   places: null where they have no closed form; stars: the optimal networks in the picture; slanted: walls that are along
 *   no axis; walled: whether a part of the slopes belongs to no network.
 * @typedef {{x: number, y: number, f: number}} Missed
 * @typedef {{kind: "outputs", points: Pair[], best: BestFact,
 *   fits: (RunFact & {right: number, left: number, missed: Missed[]})[]}} OutputFacts
 *   missed: the points that the output misses by more than TOLERANCE of their labels, the worst first.
 * @typedef {{kind: "losses", lines: string[], lasts: number,
 *   curves: (RunFact & {to: number, still: {from: number, to: number, loss: number}[]})[]}} CurveFacts
 *   lines: the losses that are drawn as lines, each with what it is; still: stretches of steps along which the loss hardly changes.
 * @typedef {LandscapeFacts | OutputFacts | CurveFacts} Facts
 * @typedef {{view: StageView, model: LocalDrag | null, plane: Plane | null, runs: Run[], kinds: Record<string, string>,
 *   tracks: Record<string, Track>, step: number, state: StageState}} Known
 *   plane: of the loss picture, as it is now; kinds: each run's outcome; tracks: its path in this picture.
 */

const TOLERANCE = 0.01; // of a point's own label: it is fitted up to this
const AT_ZERO = 1e-4; // of the largest label: a point whose label is 0 is fitted up to this
const STILL = 0.01; // of a run's height in the picture: a loss that changes by less stands still
const FLOOR = 1e-12; // losses below are drawn at the lower end, as in front/figures/loss_curves.js
const LONG = 0.2; // of a run's steps: a shorter rest is not named

/**
 * What a picture of the front page shows; null where this is not known here.
 * @param {Known} known
 * @returns {Facts | null}
 */
export function factsOf(known) {
  const { view, model } = known;
  if (!model) return null;
  if (["map", "curve", "relief"].includes(view.name)) return ofWeights(known, model);
  if (["twin", "twin-relief"].includes(view.name)) return ofSlopes(known, model);
  if (view.name === "outputs") return ofOutputs(known, model);
  return view.name === "losses" ? ofCurves(known, model) : null;
}

/**
 * @param {Known} known
 * @param {LocalDrag} model
 * @returns {LandscapeFacts | null}
 */
function ofWeights(known, model) {
  const { view, plane, state } = known, field = fieldOf(view), problem = problemOf(model), best = bestOf(problem);
  if (!field) return null;
  const single = model.m === 1, wall = problem.x.some((x) => x !== 0);
  const labels = plane ? (single ? ["w"] : plane.neurons.map((j) => `w${subscript(j + 1)}`)) : titlesOf(view);
  const places = plane && problem.layer === "ones" ? placesOf(problem, plane, field.window, best.value)
    .map((found) => ({ ...found, loss: withoutRounding(problem, found.loss) })) : null;
  const stars = places === null || places.length === 0 ? starsOf(view)
    : places.flatMap(({ kind, vertices, directions }) => (kind === "optimum" && !directions.length && vertices.length === 1 ? vertices : []));
  const borders = plane ? [] : bordersOf(view, labels);
  return {
    ...field, low: withoutRounding(problem, field.low), kind: "weights", drawn: view.name === "relief" ? "space" : single ? "curve" : "map", labels, places, stars,
    slice: /^A slice/.test(view.caption) ? view.caption : "",
    walls: plane ? (wall ? labels.map((label) => ({ label, at: 0 })) : []) : borders.flatMap((border) => border ?? []),
    slanted: borders.filter((border) => border === null).length,
    walled: false, best, runs: runsOf(known), selected: selectedOf(state, model),
  };
}

/**
 * @param {Known} known
 * @param {LocalDrag} model
 * @returns {LandscapeFacts | null}
 */
function ofSlopes(known, model) {
  const { view, state } = known, field = fieldOf(view), problem = problemOf(model), best = bestOf(problem);
  return field && {
    ...field, low: withoutRounding(problem, field.low), kind: "slopes", drawn: view.name === "twin" ? "map" : "space", labels: ["u₁", "u₂"], slice: "", places: null,
    stars: [best.slopes], walls: [], slanted: 0, walled: model.layer === "ones", best, runs: runsOf(known),
    selected: selectedOf(state, model),
  };
}

/**
 * @param {Known} known
 * @param {LocalDrag} model
 * @returns {OutputFacts}
 */
function ofOutputs(known, model) {
  const { x, y } = model, largest = Math.max(...y.map(Math.abs), 0), told = runsOf(known);
  const least = y.map((label) => (label === 0 ? AT_ZERO * largest : TOLERANCE * Math.abs(label)));
  const fits = known.runs.filter(hasWeights).flatMap((run) => {
    const fact = told.find(({ id }) => id === run.id);
    if (!fact) return [];
    const network = networkAt(run, locate(run.steps, fact.step));
    const missed = x.map((at, i) => ({ x: at, y: y[i], f: output(network, at) }))
      .filter(({ y: label, f }, i) => Math.abs(f - label) > least[i])
      .sort((one, other) => Math.abs(other.f - other.y) - Math.abs(one.f - one.y));
    return [{ ...fact, right: output(network, 1), left: -output(network, -1), missed }];
  });
  return { kind: "outputs", points: x.map((at, i) => [at, y[i]]), best: bestOf(problemOf(model)), fits };
}

/**
 * @param {Known} known
 * @param {LocalDrag} model
 * @returns {CurveFacts}
 */
function ofCurves(known, model) {
  const problem = problemOf(model), told = runsOf({ ...known, step: Infinity });
  const curves = told.flatMap((fact) => {
    const run = known.runs.find(({ id }) => id === fact.id);
    const still = run ? restsOf(run).map((rest) => ({ ...rest, loss: withoutRounding(problem, rest.loss) })) : [];
    return run ? [{ ...fact, to: fact.loss, still }] : [];
  });
  const lasts = Math.max(0, ...known.runs.map(lastStep));
  const lines = known.view.alt.match(/Lines: (.*)\.$/)?.[1].split(", ") ?? [];
  return { kind: "losses", lines, lasts, curves };
}

/**
 * The stretches along which a run's curve, on its logarithmic axis, stands still: the longest, then the longest before and after it.
 * @param {Pick<Run, "steps" | "objective">} run
 * @returns {{from: number, to: number, loss: number}[]}
 */
export function restsOf({ steps, objective }) {
  const heights = Float64Array.from(objective, (loss) => Math.log10(Math.max(loss, FLOOR)));
  const last = steps.length - 1, [least, most] = endsOf(heights);
  const room = STILL * (most - least), long = LONG * (steps[last] - steps[0]);
  /** @type {(from: number, to: number) => {from: number, to: number, loss: number}[]} */
  const within = (from, to) => {
    let [first, end] = [from, from];
    for (let begin = from; begin < to; begin += 1) {
      let low = heights[begin], high = low, next = begin;
      while (next < to) {
        low = Math.min(low, heights[next + 1]);
        high = Math.max(high, heights[next + 1]);
        if (!(high - low <= room)) break;
        next += 1;
      }
      if (steps[next] - steps[begin] > steps[end] - steps[first]) [first, end] = [begin, next];
      if (next === to) break; // those that begin later are shorter
    }
    if (end === first || steps[end] - steps[first] < long) return [];
    const rest = { from: steps[first], to: steps[end], loss: objective[end] };
    return [...within(from, first), rest, ...within(end, to)];
  };
  return within(0, last);
}

/**
 * Each run as it is at the playhead.
 * @param {Known} known
 * @returns {RunFact[]}
 */
function runsOf({ runs, kinds, tracks, step, state, model }) {
  const problem = model && problemOf(model);
  /** @type {(loss: number) => number} */
  const rounded = (loss) => (problem ? withoutRounding(problem, loss) : loss);
  return runs.filter((run) => step >= run.steps[0]).map((run) => {
    const last = lastStep(run), at = locate(run.steps, Math.min(step, last)), track = tracks[run.id];
    /** @type {(place: {index: number, share: number}) => Pair | null} */
    const seen = (place) => {
      if (!track || track.x.length !== run.steps.length) return null;
      const [x, y] = [between(track.x, place), between(track.y, place)];
      return Number.isFinite(x) && Number.isFinite(y) ? [x, y] : null; // one that diverged may be beyond what a picture holds
    };
    const name = state.sentences.find((sentence) => sentence.run === run.id)?.name.replace(/\.$/, "");
    return {
      id: run.id, name: name ?? nameOf(run.id), kind: kinds[run.id] ?? "", step: Math.min(step, last), last,
      isAtEnd: step >= last, from: rounded(run.objective[0]), loss: rounded(between(run.objective, at)),
      start: seen({ index: 0, share: 0 }), now: seen(at),
    };
  });
}

/** @param {string} id */
function nameOf(id) {
  const number = Number(id.replace(/\D/g, "")) + 1;
  return id.startsWith("escape") ? `Way out of Run ${number}` : `Run ${number}`;
}

/**
 * @param {StageState} state
 * @param {LocalDrag} model
 */
function selectedOf({ runs }, { selected }) {
  return runs.some(({ id }) => id === `run${selected}`) ? `run${selected}` : null;
}

/**
 * The optimum in closed form, and whether the dual proves it.
 * @param {Problem} problem
 * @returns {BestFact}
 */
function bestOf(problem) {
  const { sPlus, sMinus, value, free } = optimum(problem);
  /** @type {(slope: number, side: number) => Pair} */
  const neuron = (slope, side) => {
    if (problem.layer === "ones") return [slope, 1];
    const root = Math.sqrt(Math.abs(slope));
    return [side * root, side * Math.sign(slope) * root];
  };
  const network = [neuron(sPlus, 1), neuron(sMinus, -1)];
  const { bound } = certify(problem, network.map(([w]) => w), network.map(([, alpha]) => alpha));
  return {
    value: withoutRounding(problem, value), slopes: [sPlus, sMinus], free, proven: isProven(problem, bound, value),
  };
}

/**
 * The window of a landscape and the range of the losses that it draws.
 * @param {StageView} view
 * @returns {{window: Window, low: number, high: number} | null}
 */
export function fieldOf({ name, figure }) {
  // In space a part that no network reaches is a surface of its own.
  const drawn = figure.data.filter(({ uid, type }) => uid === "field" || type === "surface");
  if (!drawn.length) return null;
  /** @type {number[][]} */
  const [x, y, losses] = [[], [], []];
  for (const one of drawn) {
    const trace = /** @type {Trace & {customdata?: unknown}} */ (withLoss(one)), up = flat(trace.y);
    x.push(...flat(trace.x));
    y.push(...up);
    losses.push(...(name === "curve" ? endsOf(up) : endsOf(flat(trace.customdata))));
  }
  const [low, high] = endsOf(losses);
  return { window: [endsOf(x), name === "curve" ? [0, 0] : endsOf(y)], low, high };
}

/**
 * The numbers of a list, of rows, or of what is packed.
 * @param {unknown} values
 * @returns {number[]}
 */
function flat(values) {
  if (!values) return [];
  if (ArrayBuffer.isView(values)) return Array.from(/** @type {Float64Array} */ (values));
  if (!Array.isArray(values)) return Array.from(numbers(/** @type {Parameters<typeof numbers>[0]} */ (values)));
  return values.flatMap((value) => (typeof value === "number" ? [value] : flat(value)));
}

/**
 * The least and the largest of some numbers.
 * @param {ArrayLike<number>} values
 * @returns {Pair}
 */
function endsOf(values) {
  let low = Infinity, high = -Infinity;
  for (let k = 0; k < values.length; k += 1) {
    low = Math.min(low, values[k]);
    high = Math.max(high, values[k]);
  }
  return [low, high];
}

/**
 * Where the stars of a picture are.
 * @param {StageView} view
 * @returns {Pair[]}
 */
function starsOf({ figure }) {
  const star = figure.data.find(({ uid }) => uid === "optimum");
  if (!star) return [];
  const y = flat(star.y);
  return flat(star.x).map((x, k) => [x, y[k]]);
}

/**
 * The lines between activation patterns that a map draws: along an axis, or null for one that is not.
 * @param {StageView} view
 * @param {string[]} labels
 * @returns {({label: string, at: number} | null)[]}
 */
function bordersOf({ figure }, labels) {
  const drawn = figure.data.find(({ uid }) => uid === "borders");
  if (!drawn) return [];
  const x = Array.from(numbers(drawn.x)), y = Array.from(numbers(drawn.y)), found = [];
  for (let k = 0; k + 1 < x.length; k += 3) {
    if (x[k] === x[k + 1]) found.push({ label: labels[0], at: x[k] });
    else found.push(y[k] === y[k + 1] ? { label: labels[1], at: y[k] } : null);
  }
  return found;
}

/**
 * The titles of both axes.
 * @param {StageView} view
 */
function titlesOf({ figure: { layout } }) {
  return [layout.xaxis ?? layout.scene?.xaxis, layout.yaxis ?? layout.scene?.yaxis].map((axis) => axis?.title?.text ?? "");
}
