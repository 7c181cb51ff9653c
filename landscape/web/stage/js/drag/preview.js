// The picture of what is being dragged, recomputed and drawn here: field, optimum, runs and outputs.
import {
  bestOfOneNeuron, colourTable, descend, descendSuited, lossField, lossScale, optimum, paint, place, problemOf, stepAdvice, storable, twinField, verdict,
} from "../engine/engine.js";
import { CASING, DATA, GHOST, INK, LOSS_LINE, OPTIMUM } from "../view/colors.js";
import { penOf } from "../view/dom.js";
import { drawEnds, drawOutputs, drawRun, SHARES_DRAWN } from "../view/drawing.js";
import { shape } from "../view/markers.js";
import { lastStep } from "../view/networks.js";
import { axesOf } from "../view/plotly_internals.js";
import { drawKeptNotes } from "./segments_and_notes.js";

/**
 * @import { Run as TrainedRun } from "../engine/descent.js"
 * @import { optimum as Optimum } from "../engine/engine.js"
 * @import { Numbers, Problem } from "../engine/problem.js"
 * @import { Kind } from "../engine/verdict.js"
 * @import { PlayedLeg, PlayedRun } from "../protocol.js"
 * @import { Tracks } from "../view/drawing.js"
 * @import { Run } from "../view/networks.js"
 * @import { Frame } from "../view/overlay.js"
 * @import { Plot } from "../view/plot.js"
 * @import { Drag, LocalDraft } from "./drag.js"
 *
 * @typedef {Run & {path: TrainedRun, legs: PlayedLeg[]}} PreviewedRun
 * @typedef {{problem: Problem, best: ReturnType<typeof Optimum>, narrow: ReturnType<typeof bestOfOneNeuron>, runs: PreviewedRun[], tracks: Tracks,
 *   texts: Record<string, string>, kinds: Record<string, Kind>, ground?: boolean}} Picture
 *   narrow: the best single neuron, where it is not the optimum; texts, kinds: how each run ended; ground: whether only
 *   what lies under the runs is to be drawn.
 */

const GRID = 121; // points a side of a field while dragging, as many as at rest: GRID of landscape/scene/loss.py and twin.py
const STORED = 400; // iterates of a run, at most
const BUDGET = 400_000; // steps × neurons recomputed a frame; runs beyond it wait for Python

/**
 * Everything that the pictures show of a draft.
 * @param {LocalDraft} draft
 * @param {PlayedRun[]} shown the runs that are drawn, for their colours and markers
 * @returns {Picture}
 */
export function recompute(draft, shown) {
  const problem = problemOf(draft);
  const best = optimum(problem);
  /** @type {Tracks} */
  const tracks = { map: {}, curve: {}, twin: {}, losses: {} };
  /** @type {PreviewedRun[]} */
  const runs = [];
  /** @type {Record<string, string>} */
  const texts = {};
  /** @type {Record<string, Kind>} */
  const kinds = {};
  let spent = 0;
  for (const run of draft.runs) {
    spent += draft.steps * draft.m;
    if (spent > BUDGET && runs.length) break;
    const keep = Math.min(STORED, storable(draft.steps, draft.m));
    const options = { nSteps: draft.steps, method: run.method, keep };
    const { path, schedule } = run.suited
      ? descendSuited(problem, run.W0, run.alpha0, options)
      : { path: descend(problem, run.W0, run.alpha0, { ...options, schedule: run.schedule }), schedule: run.schedule };
    const drawn = shown.find((candidate) => candidate.id === run.id);
    if (!drawn) continue;
    const { m, steps, objective } = path;
    const count = steps.length;
    /** @param {number} j */
    const column = (j) => Float64Array.from({ length: count }, (_, t) => path.W[t * m + j]);
    const places = Array.from({ length: count }, (_, t) => place(
      path.W.subarray(t * m, (t + 1) * m), path.alpha.subarray(t * m, (t + 1) * m)));
    const [i, j] = draft.plane?.neurons ?? [];
    if (j !== undefined) tracks.map[run.id] = { x: column(i), y: column(j) };
    tracks.curve[run.id] = { x: column(0), y: objective };
    tracks.twin[run.id] = { x: places.map((p) => p[0]), y: places.map((p) => p[1]) };
    tracks.losses[run.id] = { x: steps, y: objective };
    const weights = m <= SHARES_DRAWN ? { d: 1, m, values: blocks(path) } : null;
    runs.push({ id: run.id, color: drawn.color, symbol: drawn.symbol, steps, objective, weights, path, legs: [] });
    const advice = stepAdvice(problem, path, { ...options, schedule });
    const { text, why, kind } = verdict(problem, path, { optimum: best.value, advice });
    texts[run.id] = ` ${text} ${why}`;
    kinds[run.id] = kind;
  }
  // The closed form is the optimum itself.
  const known = { optimum: best.value, bound: best.value, proven: true };
  return { problem, best, narrow: draft.m === 1 ? bestOfOneNeuron(problem, known) : null, runs, tracks, texts, kinds };
}

/**
 * The weights of a run, both layers of each stored step beside each other.
 * @param {TrainedRun} path
 */
function blocks({ W, alpha, m, steps }) {
  const all = new Float64Array(2 * m * steps.length);
  for (let t = 0; t < steps.length; t += 1) {
    all.set(W.subarray(t * m, (t + 1) * m), 2 * m * t);
    all.set(alpha.subarray(t * m, (t + 1) * m), 2 * m * t + m);
  }
  return all;
}

/** @type {(low: number, high: number, count: number) => Float64Array} */
const even = (low, high, count) => Float64Array.from({ length: count }, (_, k) => low + (k * (high - low)) / (count - 1));

/** @type {Map<string, {canvas: HTMLCanvasElement, pen: CanvasRenderingContext2D, image: ImageData, loss: Float64Array}>} */
const fields = new Map();

/** @param {string} name */
function fieldOf(name) {
  let field = fields.get(name);
  if (!field) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = GRID;
    const pen = penOf(canvas);
    fields.set(name, field = { canvas, pen, image: pen.createImageData(GRID, GRID), loss: new Float64Array(GRID ** 2) });
  }
  return field;
}

/**
 * Paint a field over a plot, its colours those of the first frame of the drag.
 * @param {Frame} frame
 * @param {Drag} drag
 * @param {LocalDraft} draft
 * @param {Plot} plot
 * @param {(xs: Numbers, ys: Numbers, out: Float64Array) => Float64Array} compute
 */
function paintField(frame, drag, draft, plot, compute) {
  const axes = axesOf(plot.area);
  if (!axes) return;
  const buffer = fieldOf(plot.name);
  compute(even(...axes.x.range, GRID), even(...axes.y.range, GRID), buffer.loss);
  const scale = drag.scales[plot.name] ??= lossScale(buffer.loss);
  drag.table ??= colourTable(draft.stops);
  paint(buffer.loss, drag.table, scale.low, scale.high, scale.soft, buffer.image);
  buffer.pen.putImageData(buffer.image, 0, 0);
  frame.image(buffer.canvas);
}

/**
 * @param {Frame} frame
 * @param {Picture} picture
 * @param {string} view
 */
function drawRuns(frame, { runs, tracks, ground }, view) {
  if (ground) return;
  frame.clipped(() => runs.forEach((run) => drawRun(frame, run, tracks[view][run.id], Infinity)));
  runs.forEach((run) => drawEnds(frame, run, tracks[view][run.id], Infinity, view));
}

const ROUNDING = 1e-12; // of ‖y‖², as landscape/model/excess.py has it

/**
 * The loss of the best network, 0 where it is rounding.
 * @param {Picture} picture
 */
function bestLoss({ problem, best }) {
  return best.value <= ROUNDING * problem.y.reduce((sum, y) => sum + y * y, 0) ? 0 : best.value;
}

/**
 * @param {Frame} frame
 * @param {number} x
 * @param {number} y
 * @param {string} [fill]
 */
function star(frame, x, y, fill = OPTIMUM) {
  frame.marker(x, y, shape("star"), 20, fill, INK, 1.5);
}

/**
 * The best single neuron, where wider networks do better, in the convex landscape.
 * @param {Frame} frame
 * @param {Picture} picture
 */
function hollowStar(frame, { narrow }) {
  if (narrow?.side) star(frame, narrow.side > 0 ? narrow.slope : 0, narrow.side > 0 ? 0 : narrow.slope, CASING);
}

/**
 * The plane of the loss picture, through the end of the run that it follows.
 * @template {NonNullable<LocalDraft["plane"]>} Plane
 * @param {Plane} plane
 * @param {Picture} picture
 * @returns {Plane}
 */
export function planeNow(plane, { runs }) {
  const { path } = runs.find((run) => run.id === plane.follows) ?? {};
  return path ? { ...plane, W: [...path.W.slice(-path.m)], alpha: [...path.alpha.slice(-path.m)] } : plane;
}

/**
 * How each view draws a recomputed picture.
 * @type {Record<string, (frame: Frame, picture: Picture, draft: LocalDraft, drag: Drag, plot: Plot) => void>}
 */
export const DRAW = {
  map(frame, picture, draft, drag, plot) {
    const { plane } = draft;
    const axes = axesOf(plot.area);
    if (!plane || !axes) return;
    const network = planeNow(plane, picture);
    frame.clipped(() => {
      paintField(frame, drag, draft, plot, (xs, ys, out) => lossField(picture.problem, network, plane.neurons, xs, ys, out));
      frame.line([0, 0], axes.y.range, 2, CASING, 2, { dash: [7, 6] });
      frame.line(axes.x.range, [0, 0], 2, CASING, 2, { dash: [7, 6] });
    });
    drag.under?.(frame);
    drawRuns(frame, picture, "map");
    /** @type {[number, number][]} */
    const stars = [];
    if (draft.layer === "ones" && draft.m === 2) {
      const { sPlus, sMinus } = picture.best;
      stars.push([sPlus, sMinus], [sMinus, sPlus]);
      stars.forEach(([x, y]) => star(frame, x, y));
    }
    if (drag.draft) drawKeptNotes(frame, plot.area.layout, stars, bestLoss(picture));
  },
  curve(frame, picture, { plane }, drag, plot) {
    const axes = axesOf(plot.area);
    if (!plane || !axes) return;
    const ws = even(...axes.x.range, 400);
    const loss = lossField(picture.problem, plane, [0], ws, null);
    frame.clipped(() => frame.line(ws, loss, ws.length, LOSS_LINE, 4));
    drawRuns(frame, picture, "curve");
  },
  twin(frame, picture, draft, drag, plot) {
    const axes = axesOf(plot.area);
    if (!axes) return;
    const [[left, right], [bottom, top]] = [axes.x.range, axes.y.range];
    frame.clipped(() => {
      paintField(frame, drag, draft, plot, (us, vs, out) => twinField(picture.problem, us, vs, out));
      if (draft.layer !== "ones") return;
      frame.shade([[left, bottom, 0, top], [0, 0, right, top]]);
      frame.line([0, 0, right], [bottom, 0, 0], 3, INK, 5);
    });
    drawRuns(frame, picture, "twin");
    hollowStar(frame, picture);
    star(frame, picture.best.sPlus, picture.best.sMinus);
    if (drag.draft) drawKeptNotes(frame, plot.area.layout, [[picture.best.sPlus, picture.best.sMinus]], bestLoss(picture));
  },
  outputs(frame, picture, draft, drag, plot) {
    const { span } = plot;
    if (!span) return;
    const grid = [span[0], 0, span[1]];
    const { sPlus, sMinus } = picture.best;
    frame.clipped(() => {
      frame.line(grid, grid.map((x) => (x > 0 ? sPlus : sMinus) * x), 3, OPTIMUM, 8);
      if (!picture.ground) drawOutputs(frame, picture.runs, picture.tracks, Infinity, span);
    });
    draft.x.forEach((x, i) => frame.marker(x, draft.y[i], shape("square"), 16, DATA, CASING));
  },
  losses(frame, picture) {
    const { runs, best, narrow } = picture;
    const longest = Math.max(1, ...runs.map(lastStep));
    if (narrow) {
      const { value } = narrow;
      frame.clipped(() => frame.line([0, longest], [value, value], 2, GHOST, 3, { dash: [6, 4] }));
    }
    frame.clipped(() => frame.line([0, longest], [best.value, best.value], 2, OPTIMUM, 5));
    drawRuns(frame, picture, "losses");
  },
};
