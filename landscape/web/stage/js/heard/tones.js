// What is heard of a loss: the higher it is, the higher the tone; and how runs end, each by a figure of its own.

/**
 * @typedef {{after: number, lasts: number, from: number, to?: number, soft?: boolean}} Tone
 *   Begins `after` seconds, lasts so many, at a frequency in Hz that glides to another where there is one; `soft` ones are
 *   half as loud.
 * @typedef {{low: number, high: number}} Heights the least and the largest loss that is told apart
 */

export const LOWEST = 196, HIGHEST = 1568; // Hz: three octaves, which small loudspeakers have too

/**
 * The frequency of a loss: in equal steps of its logarithm above the least one, so that the last falls of a run are heard.
 * @param {number} loss
 * @param {Heights} heights
 * @returns {number} Hz
 */
export function pitchOf(loss, { low, high }) {
  const size = high - low;
  if (!(size > 0) || Number.isNaN(loss)) return LOWEST;
  const share = Math.log1p((99 * Math.min(Math.max(loss - low, 0), size)) / size) / Math.log(100);
  return LOWEST * (HIGHEST / LOWEST) ** share;
}

/** The tick of a wall that is crossed. @type {Tone[]} */
export const WALL = [{ after: 0, lasts: 0.02, from: 2400, soft: true }];

/** @type {Record<string, Tone[]>} */
const ENDINGS = {
  OPTIMUM: [523, 659, 784].map((from, k) => ({ after: 0.12 * k, lasts: 0.3, from })),
  BEST_OF_WIDTH: [523, 659].map((from, k) => ({ after: 0.12 * k, lasts: 0.3, from })),
  STUCK: [0, 0.2].map((after) => ({ after, lasts: 0.12, from: 110 })),
  DEAD: [{ after: 0, lasts: 0.5, from: 98, soft: true }],
  DIVERGED: [{ after: 0, lasts: 0.6, from: 1400, to: 90 }],
};

/** A run that only ran out of steps, or of which nothing is proven. @type {Tone[]} */
const OPEN = [{ after: 0, lasts: 0.25, from: 330, soft: true }];

/**
 * How a run's end sounds: a rising chord at the optimum, two low knocks where it is stuck, a falling glide where it
 * diverged, one long low tone where it is dead.
 * @param {string} kind of its sentence
 * @returns {Tone[]}
 */
export function endingOf(kind) {
  return ENDINGS[kind] ?? OPEN;
}

/**
 * How long tones last together, in seconds.
 * @param {Tone[]} tones
 */
export function duration(tones) {
  return Math.max(0, ...tones.map(({ after, lasts }) => after + lasts));
}
