// Random starts of a training run, to the last bit those of landscape/model/initialisation.py: NumPy's generator.
//
// `default_rng` mixes its seeds by M. E. O'Neill's seed_seq, draws 64 bits by her PCG64 (XSL-RR), and makes a normal
// number of them with the ziggurat of Marsaglia and Tsang (2000).
import { WIDTHS } from "./ziggurat_widths.js";

const WORD = (1n << 64n) - 1n, LONG = (1n << 128n) - 1n; // 64 and 128 bits
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n; // of PCG's 128 bits
const MANTISSA = 2 ** 52;
const TAIL = WIDTHS[WIDTHS.length - 1], INVERSE_TAIL = 0.27366123732975828;

const HEIGHTS = WIDTHS.map((width, strip) => (strip ? Math.exp(-0.5 * width * width) : 1));

/** For each strip, below which mantissa a number is certainly below the curve: in the strip above as well. */
const INSIDE = WIDTHS.map((width, strip) => {
  if (strip === 1) return 0; // nothing is above it
  return halfToEven((strip ? WIDTHS[strip - 1] : TAIL) / width * MANTISSA);
});

/** @param {number} value positive */
function halfToEven(value) {
  const below = Math.floor(value), part = value - below;
  return below + (part > 0.5 || (part === 0.5 && below % 2 === 1) ? 1 : 0);
}

/**
 * A network of Gaussian neurons with |alpha| = |w| and a random sign each, drawn neuron by neuron: the first neurons
 * are the same for every m.
 * @param {number} m
 * @param {number} scale
 * @param {number[]} seeds whole numbers below 2³²
 * @returns {{W: number[], alpha: number[]}}
 */
export function balancedByNeuron(m, scale, seeds) {
  const normal = normals(seeds);
  /** @type {number[]} */
  const W = [], alpha = [];
  for (let j = 0; j < m; j++) {
    const w = scale * normal();
    W.push(w);
    alpha.push(normal() < 0 ? -Math.abs(w) : Math.abs(w));
  }
  return { W, alpha };
}

/**
 * What draws one standard normal number after the other, as `default_rng(seeds).standard_normal()`.
 * @param {number[]} seeds
 * @returns {() => number}
 */
export function normals(seeds) {
  const bits = generator(seeds);
  const uniform = () => Number(bits() >> 11n) / 2 ** 53;
  return () => {
    for (;;) {
      const drawn = bits();
      const strip = Number(drawn & 0xffn), mantissa = Number((drawn >> 9n) & 0xfffffffffffffn);
      const size = mantissa * (WIDTHS[strip] / MANTISSA), sign = drawn & 0x100n ? -1 : 1;
      if (mantissa < INSIDE[strip]) return sign * size;
      if (strip === 0) return (drawn & 0x20000n ? -1 : 1) * (TAIL + tail(uniform));
      const above = HEIGHTS[strip - 1] - HEIGHTS[strip];
      if (above * uniform() + HEIGHTS[strip] < Math.exp(-0.5 * size * size)) return sign * size;
    }
  };
}

/**
 * How far beyond the last strip a number of the tail is (Marsaglia 1964).
 * @param {() => number} uniform
 */
function tail(uniform) {
  for (;;) {
    const beyond = -INVERSE_TAIL * Math.log1p(-uniform()), room = -Math.log1p(-uniform());
    if (room + room > beyond * beyond) return beyond;
  }
}

/**
 * What draws 64 bits after 64 bits, as NumPy's PCG64.
 * @param {number[]} seeds
 * @returns {() => bigint}
 */
function generator(seeds) {
  const [high, low, highStream, lowStream] = seeded(seeds);
  const increment = ((((highStream << 64n) | lowStream) << 1n) | 1n) & LONG;
  let state = 0n;
  const step = () => {
    state = (state * MULTIPLIER + increment) & LONG;
  };
  step();
  state += (high << 64n) | low;
  step();
  return () => {
    step();
    const folded = (state >> 64n) ^ (state & WORD), turn = state >> 122n;
    return ((folded >> turn) | (folded << (64n - turn))) & WORD;
  };
}

/**
 * Four words of 64 bits from the seeds, as NumPy's SeedSequence.
 * @param {number[]} seeds up to four
 * @returns {bigint[]}
 */
function seeded(seeds) {
  let hash = 0x43b0d7e5;
  /** @param {number} value */
  const mixedIn = (value) => {
    const turned = value ^ hash;
    hash = Math.imul(hash, 0x931e8875);
    return folded(Math.imul(turned, hash));
  };
  const pool = [0, 1, 2, 3].map((place) => mixedIn(seeds[place] ?? 0));
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) {
      if (from !== to) pool[to] = folded(Math.imul(0xca01f9dd, pool[to]) - Math.imul(0x4973f715, mixedIn(pool[from])));
    }
  }
  hash = 0x8b51f9dd;
  const words = Array.from({ length: 8 }, (_, place) => {
    const turned = pool[place % 4] ^ hash;
    hash = Math.imul(hash, 0x58f38ded);
    return BigInt(folded(Math.imul(turned, hash)) >>> 0);
  });
  return [0, 2, 4, 6].map((place) => (words[place + 1] << 32n) | words[place]);
}

/** @param {number} value of 32 bits */
function folded(value) {
  return value ^ (value >>> 16);
}
