// A course: which step is shown when, so that what moves is seen moving.
//
// A run covers most of its way in its first tens of steps and comes to rest in hundreds: at equal time for each step one
// would see a jump and then nothing. Along a course equal times are equal shares of the ways.

/**
 * @import { Track } from "../view/drawing.js"
 *
 * @typedef {(share: number) => number} Course the step at each share, from 0 to 1, of the time
 */

const OF_STEPS = 0.15; // of the time goes by with the steps themselves, that curves over them do not end in a jump
const HELD = 0.1; // of the time the start is shown
const SEEN = 1e-3; // of the picture's side: a shorter way is not seen

/**
 * How far a run has come in a picture at each of its stored steps, as a share of the picture's side; what is outside of
 * the picture counts as being at its edge.
 * @param {Track} track
 * @param {[[number, number], [number, number]]} area the ranges of x and y that are shown
 * @returns {number[]}
 */
export function distances({ x, y }, area) {
  const [xs, ys] = area;
  /** @param {number} value @param {[number, number]} range */
  const share = (value, [low, high]) => Math.min(1, Math.max(0, (value - low) / (high - low)));
  /** @type {[number, number] | null} */
  let before = null;
  let total = 0;
  return Array.from(x, (value, k) => {
    const now = /** @type {[number, number]} */ ([share(value, xs), share(y[k], ys)]);
    if (now.some(Number.isNaN)) return total;
    if (before) total += Math.hypot(now[0] - before[0], now[1] - before[1]);
    before = now;
    return total;
  });
}

/**
 * The course along which the ways of all runs are covered evenly, each counted alike, however long; null where none is
 * long enough to be seen.
 * @param {{steps: ArrayLike<number>, length: number[]}[]} ways for each run its stored steps and how far it has come there
 * @param {number} longest the last step
 * @returns {Course | null}
 */
export function courseOf(ways, longest) {
  const seen = ways.filter(({ length }) => length[length.length - 1] > SEEN);
  if (!seen.length) return null;
  const steps = [...new Set([0, longest, ...seen.flatMap((way) => Array.from(way.steps))])].sort((a, b) => a - b);
  const covered = steps.map((step) => (OF_STEPS * step) / longest);
  for (const way of seen) {
    const whole = way.length[way.length.length - 1];
    let k = 0;
    steps.forEach((step, place) => {
      while (k + 1 < way.steps.length && way.steps[k + 1] <= step) k += 1;
      const next = Math.min(k + 1, way.steps.length - 1);
      const on = next > k ? Math.max(0, step - way.steps[k]) / (way.steps[next] - way.steps[k]) : 0;
      covered[place] += ((1 - OF_STEPS) / seen.length) * ((way.length[k] + on * (way.length[next] - way.length[k])) / whole);
    });
  }
  return (share) => {
    const wanted = (share - HELD) / (1 - HELD);
    if (wanted <= 0) return 0;
    const next = covered.findIndex((value) => value >= wanted);
    if (next < 1) return next < 0 ? longest : 0;
    const on = (wanted - covered[next - 1]) / (covered[next] - covered[next - 1]);
    return steps[next - 1] + on * (steps[next] - steps[next - 1]);
  };
}
