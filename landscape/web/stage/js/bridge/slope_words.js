// The two slopes of f in words: each is the sum of what the neurons that act on its side add to it.
import { short } from "../engine/engine.js";

/**
 * @import { Network } from "../view/networks.js"
 *
 * @typedef {"right" | "left"} Side of 0
 */

/** @type {Record<Side, string>} */
export const NAMES = { right: "u₁", left: "u₂" };

const MOST_TERMS = 3; // more neurons are counted, not listed
const LONGEST = 19; // so are those whose numbers would take more letters
const ROUNDING = 1e-9; // a term that is this small a share of the largest is written as 0
const DIGITS = 3;

/**
 * A slope as lines of text: "u₁ = w₁ + w₂" and "= 1.5 + 0.5 = 2".
 * @param {Side} side
 * @param {Network} network of one feature, without a bias
 * @param {boolean} trained whether the second layer is
 * @returns {string[]}
 */
export function slopeLines(side, { W, alpha, m }, trained) {
  const name = NAMES[side], sign = side === "right" ? 1 : -1;
  const acting = W.flatMap((w, j) => (Math.sign(w) === sign ? [j] : []));
  if (!acting.length) return [`${name} = 0:`, "no neuron acts"];
  const terms = acting.map((j) => alpha[j] * W[j]);
  const value = short(terms.reduce((total, term) => total + term, 0), DIGITS);
  const written = acting.map((j) => `${trained ? `α${index(j, m)}` : ""}w${index(j, m)}`);
  if (acting.length === 1) return [`${name} = ${written[0]} = ${value}`];
  const lines = [`${name} = ${written.join(" + ")}`, `= ${sum(terms)} = ${value}`];
  const fit = acting.length <= MOST_TERMS && lines.every((line) => line.length <= LONGEST);
  return fit ? lines : [`${name} = ${value}, sum of`, `${acting.length} ${trained ? "products αw" : "weights"}`];
}

/**
 * A slope of which only the value is known.
 * @param {Side} side
 * @param {number} value
 */
export function slopeLine(side, value) {
  return `${NAMES[side]} = ${short(value, DIGITS)}`;
}

/** @param {number[]} terms */
function sum(terms) {
  const least = ROUNDING * Math.max(...terms.map(Math.abs));
  return terms.map((term, k) => {
    const size = short(Math.abs(term) < least ? 0 : Math.abs(term), DIGITS);
    return k === 0 ? `${term < 0 ? "−" : ""}${size}` : `${term < 0 ? "−" : "+"} ${size}`;
  }).join(" ");
}

/**
 * @param {number} j
 * @param {number} m
 */
function index(j, m) {
  return m === 1 ? "" : [...String(j + 1)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join("");
}
