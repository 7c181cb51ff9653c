// The exact basins of gradient flow of two neurons with alpha = 1 on one feature, as landscape/loss/gradient_flow.py
// has them.
import { criticalSet, sidesOf } from "./critical_points.js";

/**
 * @import { Component, SideFit } from "./critical_points.js"
 * @import { Problem } from "./problem.js"
 *
 * @typedef {[number, number]} Point
 * @typedef {{component: Component, polygon: Point[], share: number}} Region
 *   Starts (w₁, w₂) from which gradient flow ends in a component that is not optimal: the corners of the region, in
 *   order, and its share of the window's area.
 */

/**
 * The exact basins in the window [low, high]² of two weights: the regions that do not reach the optimum, and the share
 * of the window that does.
 *
 * Two neurons of one sign have the same gradient, so w₁ − w₂ is conserved until one of them reaches 0: a start misses
 * the optimum iff both neurons are on a side whose optimal weight t* exceeds |w₁ − w₂| while that of the other side is
 * above 0 too, or on a side without samples while that of the other is above 0.
 * @param {Problem} problem
 * @param {number} low
 * @param {number} high
 * @returns {{regions: Region[], share: number}}
 */
export function flowBasins(problem, low, high) {
  const [right, left] = sidesOf(problem), components = criticalSet(problem, 2);
  /** @type {Point[]} */
  const window = [[low, low], [high, low], [high, high], [low, high]];
  /** @type {Region[]} */
  const regions = [];
  for (const [side, other] of [[right, left], [left, right]]) {
    if (!other.positive || !(side.positive || side.empty)) continue;
    let polygon = clipped(clipped(window, [side.sign, 0], 0), [0, side.sign], 0);
    if (side.positive) polygon = clipped(clipped(polygon, [1, -1], -side.best), [-1, 1], -side.best);
    const share = area(polygon) / area(window);
    if (share > 0) regions.push({ component: nonOptimalLimit(components, side), polygon, share });
  }
  return { regions, share: 1 - regions.reduce((sum, region) => sum + region.share, 0) };
}

/**
 * The non-optimal component to which two neurons on one side converge.
 * @param {Component[]} components
 * @param {SideFit} side
 */
function nonOptimalLimit(components, side) {
  const kind = side.empty ? "DEAD" : "SPURIOUS";
  const found = components.find((c) => c.kind === kind && side.sign * total([...c.vertices, ...c.directions]) > 0);
  return /** @type {Component} */ (found);
}

/** @param {number[][]} rows */
function total(rows) {
  return rows.flat().reduce((sum, value) => sum + value, 0);
}

/**
 * The part of a convex polygon where normal · w ≥ offset (Sutherland & Hodgman 1974).
 * @param {Point[]} polygon
 * @param {Point} normal
 * @param {number} offset
 */
function clipped(polygon, [p, q], offset) {
  /** @type {Point[]} */
  const kept = [];
  polygon.forEach((a, k) => {
    const b = polygon[(k + 1) % polygon.length];
    const heightA = p * a[0] + q * a[1] - offset, heightB = p * b[0] + q * b[1] - offset;
    if (heightA >= 0) kept.push(a);
    if ((heightA > 0 && heightB < 0) || (heightA < 0 && heightB > 0)) {
      const along = heightA - heightB;
      kept.push([a[0] + (b[0] - a[0]) * heightA / along, a[1] + (b[1] - a[1]) * heightA / along]);
    }
  });
  return kept;
}

/** @param {Point[]} polygon */
function area(polygon) {
  if (polygon.length === 0) return 0;
  const [[x0, y0]] = polygon;
  let along = 0, against = 0;
  polygon.forEach(([x, y], k) => {
    const [nextX, nextY] = polygon[(k + 1) % polygon.length];
    along += (x - x0) * (nextY - y0);
    against += (y - y0) * (nextX - x0);
  });
  return Math.abs(along - against) / 2;
}
