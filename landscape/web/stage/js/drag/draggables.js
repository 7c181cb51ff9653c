// The handles of what can be dragged: data points and neurons' slopes in the outputs, starts in both landscapes.
import { place } from "../engine/engine.js";
import { snapped } from "./snapping.js";

/**
 * @import { Network } from "../view/networks.js"
 * @import { DragModel, DraggedRun } from "../protocol.js"
 * @import { Change, Draft, DraftRun, LocalDraft, PointDraft } from "./drag.js"
 * @import { Handle } from "./handles.js"
 *
 * @typedef {(change: Change) => void} ChangeTaker
 */

const MOST_POINTS = 200; // as MOST_DRAGGED of landscape/web/convex_twin/sentences.py
const MOST_SLOPES = 4; // as SLOPES_DRAGGED of landscape/web/front/stage_state.py
const MOST_NUMBER = 1e15; // as NUMBER of landscape/scenario/limits.py
const MOST_WEIGHT = 1e50; // as WEIGHT there

/** @type {(neuron: number) => string} */
const weightName = (neuron) => `w${[...String(neuron + 1)].map((digit) => String.fromCharCode(0x2080 + Number(digit))).join("")}`;

/** @type {(value: number, most: number) => number} */
const bounded = (value, most) => Math.min(most, Math.max(-most, value));
/** @type {(value: number) => number} */
const tidy = (value) => bounded(value, MOST_NUMBER);
/** @type {(value: number) => number} */
const tidyWeight = (value) => bounded(value, MOST_WEIGHT);
/** @type {(value: number) => number} */
const sixDigits = (value) => Number(value.toPrecision(6));
/** @type {(list: number[], index: number, value: number) => number[]} */
const replaced = (list, index, value) => list.map((old, at) => (at === index ? value : old));

/**
 * Both coordinates may have any value up to a size.
 * @param {number} most
 * @returns {Handle["allowed"]}
 */
const upTo = (most) => ({ x: [-most, most], y: [-most, most] });

/**
 * One handle a data point; it can be deleted where Python recomputes the pictures.
 * @param {{x: number[], y: number[], kind: string}} draft
 * @param {ChangeTaker} change
 * @returns {Handle[]}
 */
export function dataHandles({ x, y, kind }, change) {
  if (x.length > MOST_POINTS) return [];
  return x.map((value, i) => ({
    id: `data${i}`, index: i, view: "outputs", label: `Data point ${i + 1}`, x: value, y: y[i], axes: "xy",
    allowed: upTo(MOST_NUMBER), removable: kind === "data", names: { x: "x", y: "y" },
    move: (newX, newY) => change({ x: replaced(x, i, tidy(newX)), y: replaced(y, i, tidy(newY)) }),
  }));
}

/**
 * One handle for each point that Python sent, in the view it names.
 * @param {PointDraft} draft
 * @param {ChangeTaker} change
 * @returns {Handle[]}
 */
export function pointHandles({ points }, change) {
  return points.map((point) => ({
    ...point, allowed: upTo(MOST_NUMBER), move: (x, y) => change({ moved: { ...point, x: tidy(x), y: tidy(y) } }),
  }));
}

/**
 * The model that Python replied with, but the point that is being dragged at the pointer.
 * @param {Draft | null} draft
 * @param {DragModel | null} model
 * @returns {Draft | null}
 */
export function followed(draft, model) {
  if (draft?.kind !== "points" || model?.kind !== "points") return draft;
  const held = draft.points.find((point) => point.id === draft.moved);
  return { ...model, moved: draft.moved, points: model.points.map((point) => (point.id === held?.id ? held : point)) };
}

/**
 * @param {DraftRun[]} runs
 * @param {DraftRun} run
 * @param {number[]} W0
 * @param {number[]} alpha0
 * @returns {DraftRun[]}
 */
function withStart(runs, run, W0, alpha0 = run.alpha0) {
  return runs.map((other) => (other === run ? { ...run, W0: W0.map(tidyWeight), alpha0, changed: true } : other));
}

/**
 * One handle for the start of each run that has one of its own, in the loss landscape and in its twin.
 * @param {LocalDraft} draft
 * @param {ChangeTaker} change
 * @returns {Handle[]}
 */
export function startHandles({ runs, plane, m }, change) {
  /** @type {Handle[]} */
  const handles = [];
  for (const run of runs) {
    if (!run.explicit) continue;
    const label = `Start of run ${run.index + 1}`;
    const [i, j] = plane?.neurons ?? [];
    const shared = { index: run.index, removable: false, allowed: upTo(MOST_WEIGHT) };
    if (m === 1) {
      handles.push({
        ...shared, id: `${run.id} start`, view: "curve", label, x: run.W0[0], y: run.loss, axes: "x",
        names: { x: "w", y: "loss" },
        move: (x) => change({ runs: withStart(runs, run, [x]) }),
      });
    } else if (i !== undefined) {
      handles.push({
        ...shared, id: `${run.id} start`, view: "map", label, x: run.W0[i], y: run.W0[j], axes: "xy",
        names: { x: weightName(i), y: weightName(j) },
        move: (x, y) => change({ runs: withStart(runs, run, replaced(replaced(run.W0, i, x), j, y)) }),
      });
    }
    const [plus, minus] = place(run.W0, run.alpha0);
    handles.push({
      ...shared, id: `${run.id} twin start`, view: "twin", label: `${label}, as slopes`, x: plus, y: minus, axes: "xy",
      names: { x: "u₁", y: "u₂" },
      allowed: { x: sameSide(plus), y: sameSide(minus) },
      move: (x, y) => change({ runs: withStart(runs, run, rescaled(run, plus, minus, x, y)) }),
    });
  }
  return handles;
}

/**
 * The slopes that neurons of one side can be scaled to: their signs stay, and without neurons it stays 0.
 * @param {number} slope
 * @returns {[number, number]}
 */
const sameSide = (slope) => [slope < 0 ? -MOST_WEIGHT : 0, slope > 0 ? MOST_WEIGHT : 0];

/**
 * Scale the neurons of each side so that their slopes add up to a new place; a side without neurons keeps slope 0.
 * @param {DraggedRun} run
 * @param {number} plus
 * @param {number} minus
 * @param {number} x
 * @param {number} y
 */
function rescaled({ W0 }, plus, minus, x, y) {
  const least = 1e-3;
  const up = plus === 0 ? 1 : Math.max(x / plus, least);
  const down = minus === 0 ? 1 : Math.max(y / minus, least);
  return W0.map((w) => {
    const ratio = w > 0 ? up : down;
    return ratio === 1 ? w : sixDigits(w * ratio);
  });
}

const ALONG = [0.8, 0.62, 0.92, 0.47, 0.33]; // where on its share a slope is taken, of the picture's half, best first

/**
 * A handle towards the end of each neuron's share, for networks with few neurons: dragging it changes the slope. It stands
 * where no data point and no other slope is nearer than `reach`, or farthest from them; one that is held stays.
 * @param {LocalDraft} draft
 * @param {Record<string, Network>} networks
 * @param {[number, number] | null} span
 * @param {ChangeTaker} change
 * @param {{between: (a: [number, number], b: [number, number]) => number, reach: number, held?: Handle | null}} room the
 *   distance of two places in pixels, that at which two handles lie beside each other, and the handle that is held
 * @returns {Handle[]}
 */
export function slopeHandles({ runs, m, selected, x, y }, networks, span, change, { between, reach, held }) {
  const run = runs.find((candidate) => candidate.index === selected && candidate.explicit);
  const network = run && networks[run.id];
  if (!network || m > MOST_SLOPES || !span) return [];
  /** @type {[number, number][]} */
  const taken = x.map((value, i) => [value, y[i]]);
  return network.W.map((w, j) => {
    const alpha = network.alpha[j];
    const id = `${run.id} slope ${j}`;
    const end = w < 0 ? span[0] : span[1];
    /** @type {(edge: number) => [number, number]} */
    const placed = (edge) => [edge, Math.max(0, w * edge) * alpha];
    /** @type {(edge: number) => number} */
    const room = (edge) => Math.min(...taken.map((place) => between(place, placed(edge))));
    const edges = held?.id === id ? [held.x] : ALONG.map((share) => share * end);
    const edge = edges.find((candidate) => room(candidate) >= reach)
      ?? edges.reduce((best, candidate) => (room(candidate) > room(best) ? candidate : best));
    const at = placed(edge);
    taken.push(at);
    return {
      id, index: j, view: "outputs", label: `Slope of neuron ${j + 1} of run ${run.index + 1}`,
      x: edge, y: at[1], axes: "y", removable: false, said: `${weightName(j)} = ${Number(w.toPrecision(3))}`,
      allowed: upTo(MOST_WEIGHT), value: w,
      typed: [{
        name: weightName(j), spoken: `weight of neuron ${j + 1}`, value: w, range: [-MOST_WEIGHT, MOST_WEIGHT],
        set: (value) => change({ runs: withStart(runs, run, replaced(network.W.map(sixDigits), j, value), network.alpha) }),
      }],
      move: (_, newY, grain) => {
        const slope = alpha * edge;
        const size = 10 ** Math.round(Math.log10(grain.y / Math.abs(slope)));
        const dragged = newY === at[1] || !slope ? w : snapped(newY / slope, size);
        change({ runs: withStart(runs, run, replaced(network.W.map(sixDigits), j, dragged), network.alpha) });
      },
    };
  });
}
