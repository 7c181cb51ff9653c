// The names of points in a sentence, and why no network fits some labels: the sentences of landscape/results/verdict.py
// for one feature without a bias.
import { short } from "./formatting.js";

const NAMED = 8; // up to this many points are named by their x, more by their number
const LISTED = 3; // up to this many points are listed one by one

/** @import { Problem } from "./problem.js" */

/**
 * The name of each point: "x = −1" for a few points, else "point 3".
 * @param {Problem} problem
 * @returns {string[]}
 */
function pointNames({ x }) {
  const names = x.map((value) => `x = ${short(value)}`);
  if (x.length <= NAMED && new Set(names).size === new Set(x).size) return names;
  return x.map((_, i) => `point ${i + 1}`);
}

/**
 * Several points in a sentence, equal names once: "x = −1 or x = 1", "points 3, 7 and 8", "any of 12 points (1, 2, 3, …)".
 * @param {Problem} problem
 * @param {number[]} points
 * @param {"and" | "or"} word
 * @returns {string}
 */
export function called(problem, points, word) {
  const every = pointNames(problem), distinct = [...new Set(points.map((i) => every[i]))];
  if (distinct.length === 1) return distinct[0];
  const numbered = distinct[0].startsWith("point"), names = distinct.map((name) => name.replace("point ", ""));
  if (names.length <= LISTED) return `${numbered ? "points " : ""}${joined(names, word)}`;
  return `${word === "or" ? "any of " : ""}${points.length} points (${names.slice(0, LISTED).join(", ")}, …)`;
}

/**
 * Why no network of any width fits every label, a sentence a cause.
 * @param {Problem} problem
 * @returns {string[]}
 */
export function unreachableLabels(problem) {
  const { x, y, layer } = problem, names = pointNames(problem), every = [...x.keys()];
  /** @type {string[]} */
  const found = [];
  const negative = every.filter((i) => y[i] < 0);
  if (layer === "ones" && negative.length > 0) {
    let which = `${negative.length} negative labels are`;
    if (negative.length <= LISTED) {
      const labels = joined(negative.map((i) => `${short(y[i])} at ${names[i]}`), "and");
      which = negative.length === 1 ? `label ${labels} is` : `labels ${labels} are`;
    }
    found.push(`The ${which} below what ReLU neurons with second layer 1 can reach: their sum is never negative.`);
  }
  const zero = every.filter((i) => x[i] === 0 && y[i] !== 0);
  if (zero.length > 0) {
    const labels = listed(zero.map((i) => short(y[i])), "and"), noun = zero.length === 1 ? "label" : "labels";
    found.push(`Without a bias every network outputs 0 at 0, which is not the ${noun} ${labels} there.`);
  }
  const first = Math.sign(x.find((value) => value !== 0) ?? 0);
  for (const side of [first, -first]) {
    const group = every.filter((i) => side * x[i] > 0);
    if (group.length > 0 && atOdds(problem, group)) found.push(oddsSentence(problem, group, names));
  }
  return found;
}

/**
 * Whether the labels of points on one side of 0 are not in proportion to them.
 * @param {Problem} problem
 * @param {number[]} group
 */
function atOdds({ x, y }, group) {
  const largest = Math.max(...group.map((i) => Math.abs(x[i])));
  const t = group.map((i) => Math.abs(x[i]) / largest);
  let along = 0, weight = 0;
  group.forEach((i, k) => {
    along += t[k] * y[i];
    weight += t[k] * t[k];
  });
  const off = Math.max(...group.map((i, k) => Math.abs(y[i] - t[k] * along / weight)));
  return off > 1e-9 * Math.max(...group.map((i) => Math.abs(y[i])));
}

/**
 * @param {Problem} problem
 * @param {number[]} group
 * @param {string[]} names
 */
function oddsSentence(problem, group, names) {
  const { x, y } = problem;
  for (const i of group) {
    const twins = group.filter((k) => x[i] === x[k]);
    if (twins.length > 1 && new Set(twins.map((k) => y[k])).size > 1) {
      const labels = listed(twins.map((k) => short(y[k])), "and");
      const where = names[i].startsWith("x") ? names[i] : `the place of ${names[i]}`;
      return `${twins.length} points at ${where} have the labels ${labels}, and one output cannot meet them all.`;
    }
  }
  const which = called(problem, group, "and").replace(/^point/, "Point");
  return `${which} lie on one side of 0, where a network without bias is a straight line through 0, `
    + "and none meets their labels.";
}

/**
 * @param {string[]} words
 * @param {"and" | "or"} word
 */
function listed(words, word) {
  return words.length <= LISTED ? joined(words, word) : `${words.slice(0, LISTED).join(", ")}, …`;
}

/**
 * @param {string[]} words
 * @param {"and" | "or"} word
 */
function joined(words, word) {
  return words.length === 1 ? words[0] : `${words.slice(0, -1).join(", ")} ${word} ${words.at(-1)}`;
}
