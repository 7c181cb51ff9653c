// Where in a loss picture runs come to rest, and where its walls are: for a text about it, and for its tones.
import { criticalSet } from "../engine/critical_points.js";
import { atOptimum } from "../engine/excess.js";
import { LARGEST, place } from "../engine/problem.js";

/**
 * @import { Problem } from "../engine/problem.js"
 * @import { Plane } from "../engine/preimages.js"
 * @import { Pair } from "../engine/preimages.js"
 *
 * @typedef {"optimum" | "lowest" | "stuck" | "saddle"} PlaceKind
 *   lowest: of this slice or of this width, above the optimum; saddle: a place that a push frees
 * @typedef {{kind: PlaceKind, loss: number, vertices: Pair[], directions: Pair[]}} Place
 *   A point, a segment between two vertices, or a ray or an area along the axes from one.
 * @typedef {[Pair, Pair]} Window the ranges of both coordinates
 */

/**
 * The places of a plane of one or two neurons whose second layer is of ones, those outside of the window left out; none
 * where they have no closed form.
 * @param {Problem} problem
 * @param {Plane} plane
 * @param {Window} window
 * @param {number} best the loss that no network is below
 * @returns {Place[]}
 */
export function placesOf(problem, { neurons, W, alpha }, window, best) {
  if (problem.layer !== "ones") return [];
  // The neurons that stay only shift the labels.
  const [right, left] = place(W.map((w, k) => (neurons.includes(k) ? 0 : w)), alpha), { x } = problem;
  const y = problem.y.map((label, i) => label - x[i] * (x[i] > 0 ? right : left));
  if (!y.every((label) => Math.abs(label) <= LARGEST)) return [];
  /** @type {(row: number[]) => Pair} */
  const pair = ([u, v = 0]) => [u, v];
  return criticalSet({ x, y, lam: 0, layer: "ones" }, neurons.length).map(({ kind, loss, vertices, directions }) => ({
    kind: /** @type {PlaceKind} */ (kind === "GLOBAL" ? (atOptimum(problem, loss - best) ? "optimum" : "lowest")
      : kind === "SADDLE" ? "saddle" : "stuck"),
    loss, vertices: vertices.map(pair), directions: directions.map(pair),
  })).filter((found) => isSeen(found, window));
}

/**
 * Whether some of a place lies in a window.
 * @param {Place} found
 * @param {Window} window
 */
function isSeen({ vertices, directions }, window) {
  return window.every(([low, high], k) => {
    if (low === high) return true; // a curve has no second coordinate
    const reach = [...vertices.map((vertex) => vertex[k]), ...directions.map((way) => way[k] * Infinity).filter((far) => far)];
    return Math.min(...reach) <= high && Math.max(...reach) >= low;
  });
}

/**
 * What a step from one place of a picture to another comes to: a wall that it crosses, a place that it reaches.
 * @param {Pair} from
 * @param {Pair} to
 * @param {{walls: [boolean, boolean], places: Place[], window: Window, near: number}} picture
 *   walls: whether there is one where each coordinate is 0; near: the share of the window within which one is at a place
 * @returns {("wall" | PlaceKind)[]}
 */
export function passed(from, to, { walls, places, window, near }) {
  /** @type {("wall" | PlaceKind)[]} */
  const events = [];
  if (walls.some((there, k) => there && Math.sign(from[k]) !== Math.sign(to[k]) && from[k] !== 0)) events.push("wall");
  for (const found of places) {
    if (away(found, from, from, window) > near && away(found, from, to, window) <= near) events.push(found.kind);
  }
  return events;
}

/**
 * How far a step stays away from a place, as a share of the window.
 * @param {Place} found
 * @param {Pair} from
 * @param {Pair} to
 * @param {Window} window
 */
function away({ vertices, directions }, from, to, window) {
  const [a, b] = [from, to].map((at) => scaled(at, window));
  if (vertices.length === 2) return between(a, b, scaled(vertices[0], window), scaled(vertices[1], window));
  const [corner] = vertices;
  if (directions.length === 0) return toSegment(scaled(corner, window), a, b);
  // Rays and areas lie along the axes: the nearest place is found for each coordinate by itself.
  const nearest = to.map((value, k) => {
    const up = directions.some((way) => way[k] > 0), down = directions.some((way) => way[k] < 0);
    return Math.min(Math.max(value, down ? -Infinity : corner[k]), up ? Infinity : corner[k]);
  });
  return distance(b, scaled(/** @type {Pair} */ (nearest), window));
}

/** @type {(at: Pair, window: Window) => Pair} */
function scaled(at, window) {
  return /** @type {Pair} */ (window.map(([low, high], k) => (high > low ? (at[k] - low) / (high - low) : 0)));
}

/** @type {(a: Pair, b: Pair) => number} */
function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** @type {(p: Pair, a: Pair, b: Pair) => number} */
function toSegment(p, a, b) {
  const along = [b[0] - a[0], b[1] - a[1]], length = along[0] ** 2 + along[1] ** 2;
  const share = length === 0 ? 0 : ((p[0] - a[0]) * along[0] + (p[1] - a[1]) * along[1]) / length;
  const t = Math.min(Math.max(share, 0), 1);
  return distance(p, [a[0] + t * along[0], a[1] + t * along[1]]);
}

/** @type {(a: Pair, b: Pair, c: Pair, d: Pair) => number} */
function between(a, b, c, d) {
  /** @type {(p: Pair, q: Pair, r: Pair) => number} */
  const side = (p, q, r) => Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return 0;
  return Math.min(toSegment(a, c, d), toSegment(b, c, d), toSegment(c, a, b), toSegment(d, a, b));
}
