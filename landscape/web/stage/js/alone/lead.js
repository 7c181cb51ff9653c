// The line under the title: what is trained, as a formula, and what the two landscapes are; landscape/web/front/lead.py.
import { subscript } from "../engine/formatting.js";

/** @type {Record<number, string>} */
const WORDS = { 1: "one neuron", 2: "two neurons" };

/**
 * @param {{training: {m: number, layer: string}}} scenario
 * @returns {string}
 */
export function leadOf({ training: { m, layer } }) {
  return `Training ${WORDS[m] ?? `${m} neurons`}, ${formula(m, layer === "trained")}, can get stuck. `
    + "Drawn over the two slopes of f, the same loss is one bowl: its convex twin.";
}

/**
 * The network of m neurons as a formula in words of its weights; trained: its second layer α too.
 * @param {number} m
 * @param {boolean} trained
 */
function formula(m, trained) {
  /** @type {(index: number) => string} */
  const neuron = (index) => {
    const place = m === 1 ? "" : subscript(index);
    return `${trained ? `α${place} ` : ""}max(0, w${place}x)`;
  };
  const ends = m === 1 ? [neuron(1)] : m === 2 ? [neuron(1), neuron(2)] : [neuron(1), "…", neuron(m)];
  return `f(x) = ${ends.join(" + ")}`;
}
