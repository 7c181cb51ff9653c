// From the weights of a loss picture to the slopes of f and back, as `slopes` of landscape/convex/one_feature.py has them.
import { place } from "./problem.js";

/**
 * @import { Network } from "../view/networks.js"
 *
 * @typedef {[number, number]} Pair
 * @typedef {{neurons: readonly number[], W: readonly number[], alpha: readonly number[]}} Plane the one or two neurons
 *   whose weights are the coordinates, and the network that holds the other weights
 * @typedef {Pair[]} Piece the corners of a point, a segment or a convex area
 */

/**
 * The network at a place of the picture.
 * @param {Plane} plane
 * @param {number} a
 * @param {number} b
 * @returns {Network}
 */
export function networkOn({ neurons, W, alpha }, a, b) {
  const [i, j] = neurons;
  return { W: W.map((w, k) => (k === i ? a : k === j ? b : w)), alpha: [...alpha], d: 1, m: W.length };
}

/**
 * The slopes of f right and left of 0 at a place of the picture.
 * @param {Plane} plane
 * @param {number} a
 * @param {number} b
 * @returns {Pair}
 */
export function imageOf(plane, a, b) {
  const { W, alpha } = networkOn(plane, a, b);
  return place(W, alpha);
}

/**
 * All places of a window of the picture whose networks have these slopes. Inside a quadrant both slopes are linear in the
 * two weights, so that each quadrant has a point, a segment, an area or nothing of them.
 * @param {Plane} plane
 * @param {Pair} slopes right and left of 0
 * @param {Pair} as the window's range of the first weight
 * @param {Pair} bs and of the second
 * @returns {Piece[]}
 */
export function preimages(plane, [right, left], as, bs) {
  const [i, j] = plane.neurons;
  const [restRight, restLeft] = imageOf(plane, 0, 0);
  const [p, q] = [right - restRight, left - restLeft];
  const [alpha, beta] = [plane.alpha[i], j === undefined ? 0 : plane.alpha[j]];
  /** @type {Piece[]} */
  const found = [];
  for (const first of [1, -1]) {
    for (const second of [1, -1]) {
      const [xs, ys] = [half(as, first), half(j === undefined ? [0, 0] : bs, second)];
      if (!xs || !ys) continue;
      let piece = distinct([[xs[0], ys[0]], [xs[1], ys[0]], [xs[1], ys[1]], [xs[0], ys[1]]]);
      piece = onLine(piece, first > 0 ? alpha : 0, second > 0 ? beta : 0, p);
      piece = onLine(piece, first < 0 ? alpha : 0, second < 0 ? beta : 0, q);
      if (piece.length) found.push(piece);
    }
  }
  return maximal(found);
}

/**
 * The part of a range on one side of 0, 0 included.
 * @param {Pair} range
 * @param {number} side
 * @returns {Pair | null}
 */
function half([low, high], side) {
  const [from, to] = side > 0 ? [Math.max(0, low), high] : [low, Math.min(0, high)];
  return from <= to ? [from, to] : null;
}

const ROUNDING = 1e-12;

/**
 * The part of a convex piece on the line c a + d b = value.
 * @param {Piece} piece
 * @param {number} c
 * @param {number} d
 * @param {number} value
 * @returns {Piece}
 */
function onLine(piece, c, d, value) {
  const over = piece.map(([a, b]) => {
    const size = Math.abs(c * a) + Math.abs(d * b) + Math.abs(value);
    const excess = c * a + d * b - value;
    return Math.abs(excess) <= ROUNDING * size ? 0 : excess;
  });
  if (over.every((excess) => excess === 0)) return piece;
  /** @type {Piece} */
  const kept = [];
  piece.forEach((corner, k) => {
    if (over[k] === 0) kept.push(corner);
    const next = (k + 1) % piece.length;
    if (over[k] * over[next] >= 0 || (piece.length === 2 && next === 0)) return; // a segment has one side
    const share = over[k] / (over[k] - over[next]);
    kept.push([corner[0] + share * (piece[next][0] - corner[0]), corner[1] + share * (piece[next][1] - corner[1])]);
  });
  return distinct(kept);
}

/**
 * @param {Piece} corners
 * @returns {Piece}
 */
function distinct(corners) {
  return corners.filter(([a, b], k) => !corners.slice(0, k).some((other) => other[0] === a && other[1] === b));
}

/**
 * Without the pieces that are a corner or a side of another one: quadrants share their edges.
 * @param {Piece[]} pieces
 */
function maximal(pieces) {
  /** @type {(one: Pair, other: Pair) => boolean} */
  const same = (one, other) => [0, 1].every((k) => Math.abs(one[k] - other[k]) <= 1e-9 * (Math.abs(one[k]) + Math.abs(other[k])));
  /** @type {(one: Piece, other: Piece) => boolean} */
  const within = (one, other) => one.every((corner) => other.some((candidate) => same(corner, candidate)));
  return pieces.filter((piece, k) => !pieces.some((other, l) => l !== k && within(piece, other)
    && (other.length > piece.length || (other.length === piece.length && l < k))));
}
