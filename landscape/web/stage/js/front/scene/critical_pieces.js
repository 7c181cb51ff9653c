// The critical set of the loss where it has a closed form, cut to the window of a picture, as
// landscape/scene/critical_pieces.py has it.
import { criticalSet } from "../../engine/critical_points.js";
import { atOptimum } from "../../engine/excess.js";
import { LARGEST, place } from "../../engine/problem.js";
import { held } from "../results/network.js";

/**
 * @import { Component, ComponentKind } from "../../engine/critical_points.js"
 * @import { Solved } from "../results/solved.js"
 * @import { Plane } from "./surface.js"
 * @import { Ends } from "./window.js"
 *
 * @typedef {{x: number[], y: number[], loss: number, label: string, kind: ComponentKind, optimal: boolean,
 *   area: boolean, lowest: boolean}} CriticalPiece
 *   A part of the critical set in the plane of a picture: its vertices (a point, a line, or the outline of an area),
 *   the loss all along it, its kind as text and as such, whether its networks are global optima, whether the vertices
 *   enclose it, and whether its networks are the best of their width and not global optima.
 * @typedef {{component: Component, label: string, optimal: boolean, lowest: boolean}} Named
 *   A component of the critical set before it is cut to a window.
 */

/** @type {Record<ComponentKind, string>} */
const LABELS = {
  GLOBAL: "Global optimum",
  SPURIOUS: "Local minimum, not global",
  SADDLE: "Saddle",
  DEAD: "Dead: nothing moves",
};

/**
 * The critical set of a plane of one or two neurons, none where it has no closed form.
 *
 * The neurons held fixed only shift the labels: what is critical in a slice is critical for those shifted labels.
 * @param {Solved} solved
 * @param {Plane} plane
 * @param {number[]} moving the neurons that are the plane's coordinates
 * @returns {Named[]}
 */
export function componentsOn({ problem, bound, closed }, { origin }, moving) {
  if (problem.layer !== "ones" || moving.length === 0) return [];
  const [right, left] = place(origin.W, origin.alpha), { x } = problem;
  const y = problem.y.map((label, i) => held(label - x[i] * (x[i] > 0 ? right : left)));
  // Labels that a run which diverges has shifted beyond what labels may be: outside of every picture.
  if (y.some((label) => Math.abs(label) > LARGEST)) return [];
  const whole = origin.W.length === moving.length;
  return criticalSet({ x, y, lam: 0, layer: "ones" }, moving.length).map((component) => {
    const global = component.kind === "GLOBAL";
    const optimal = global && atOptimum(problem, component.loss - bound);
    return { component, label: label(component, optimal, whole, closed), optimal, lowest: whole && global && !optimal };
  });
}

/**
 * @param {Component} component
 * @param {boolean} optimal
 * @param {boolean} whole
 * @param {boolean} proven
 */
function label({ kind }, optimal, whole, proven) {
  if (optimal || kind !== "GLOBAL") return LABELS[kind];
  if (!whole) return "Lowest of this slice";
  return proven ? "Lowest of this width, above the optimum" : "Lowest of this width";
}

/**
 * Where a component is, of an optimum that is a point; for one neuron with 0 as its second coordinate.
 * @param {Named} named
 * @returns {[number, number] | null}
 */
export function optimumOf({ component: { vertices, directions }, optimal }) {
  if (!optimal || vertices.length !== 1 || directions.length > 0) return null;
  return [vertices[0][0], vertices[0][1] ?? 0];
}

/**
 * Components of the critical set as they are seen in the window xs × ys.
 * @param {Named[]} components
 * @param {Ends} xs
 * @param {Ends} ys
 * @returns {CriticalPiece[]}
 */
export function piecesOf(components, xs, ys) {
  return components.map(({ component, label, optimal, lowest }) => {
    const { corners, area } = drawn(component, xs, ys);
    const x = corners.map(([u]) => u), y = corners.map(([, v]) => v);
    return { x, y, loss: component.loss, label, kind: component.kind, optimal, area, lowest };
  });
}

/**
 * A component as a polyline, leaving the window where it is unbounded, and whether it encloses an area.
 * @param {Component} component
 * @param {Ends} xs
 * @param {Ends} ys
 * @returns {{corners: number[][], area: boolean}}
 */
function drawn(component, xs, ys) {
  const single = component.vertices[0].length === 1;
  if (single) ys = [0, 0];
  /** @type {(rows: number[][]) => number[][]} */
  const inPlane = (rows) => rows.map(([u, v = 0]) => [u, v]);
  const vertices = inPlane(component.vertices), directions = inPlane(component.directions);
  const [[x, y]] = vertices, area = directions.length > 1 && !single;
  const far = 2 * Math.max(xs[1] - xs[0], ys[1] - ys[0]) + Math.max(...vertices.flat().map(Math.abs));
  if (directions.length === 0) return { corners: vertices, area };
  /** @type {(direction: number[]) => number[]} */
  const beyond = ([u, v]) => [x + far * u, y + far * v];
  if (directions.length === 1) return { corners: [[x, y], beyond(directions[0])], area };
  if (area && directions.length === 2) {
    const [one, other] = directions;
    const both = beyond([one[0] + other[0], one[1] + other[1]]);
    return { corners: [[x, y], beyond(one), both, beyond(other), [x, y]], area };
  }
  const low = [xs[0], ys[0]], high = [xs[1], ys[1]];
  if (!area) return { corners: [low, high], area };
  return { corners: [low, [xs[1], ys[0]], high, [xs[0], ys[1]], low], area };
}
