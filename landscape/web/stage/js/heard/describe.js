// What a picture shows, in sentences: from the numbers that are drawn, and no more than is proven.
import { counted, short } from "../engine/formatting.js";
import { criticalSet } from "../engine/critical_points.js";
import { isRounding } from "../engine/excess.js";
import { optimum, problemOf } from "../engine/optimum.js";
import { highest } from "../engine/pointed_at.js";
import { locate } from "../view/networks.js";
import { axesOf } from "../view/plotly_internals.js";

/**
 * @import { Component } from "../engine/critical_points.js"
 * @import { Model } from "../engine/pointed_at.js"
 * @import { Pair } from "../engine/preimages.js"
 * @import { Stage } from "../stage.js"
 * @import { Plot } from "../view/plot.js"
 */

/** @type {(value: number) => string} */
const digits = (value) => short(value, 3);

/**
 * @param {Stage} stage
 * @param {Plot} plot
 * @returns {string}
 */
export function describe(stage, plot) {
  const { view } = plot, { model } = stage.bridge;
  if (!view) return "";
  const about = model && (view.name === "map" || view.name === "curve") ? landscape(model, plot) : view.alt;
  const further = model && view.name === "twin" ? twin(model) : [];
  const runs = view.name === "outputs" && model ? fits(stage, model.x, model.y) : view.kind === "path" ? places(stage, plot) : [];
  return [about, ...further, ...runs].filter(Boolean).join(" ");
}

/**
 * The loss landscape of one neuron or over two weights: its axes, its losses, its minima and its walls.
 * @param {Model} model
 * @param {Plot} plot
 */
function landscape(model, plot) {
  const axes = axesOf(plot.area), flat = plot.view?.name === "map";
  if (!axes) return plot.view?.alt ?? "";
  const names = namesOf(model);
  const window = /** @type {[Pair, Pair]} */ ([axes.x.range, axes.y.range]);
  const said = flat
    ? [`The loss over ${names[0]}, ${range(window[0])} from left to right, and ${names[1]}, ${range(window[1])} from below to above: `
      + `it reaches up to ${digits(highest(model, "map", window))}.`]
    : [`The loss of one neuron over its weight ${names[0]}, ${range(window[0])}.`];
  if (model.m > 2) said.push(`It is a slice: the other ${counted(model.m - 2, "neuron")} stay as they are.`);
  said.push(...(model.layer === "ones" && model.m <= 2 ? minima(model) : stars(plot)));
  const both = model.x.some((at) => at > 0) && model.x.some((at) => at < 0);
  if (both) said.push(`Walls, where a neuron begins to act on the other side, stand at ${names.slice(0, flat ? 2 : 1).map((name) => `${name} = 0`).join(" and ")}.`);
  return said.join(" ");
}

/** @param {Model} model */
function namesOf({ m, plane }) {
  return m === 1 ? ["w"] : plane.neurons.map((j) => `w${[...String(j + 1)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join("")}`);
}

/** @param {readonly [number, number]} range */
function range([from, to]) {
  return `${digits(from)} to ${digits(to)}`;
}

/**
 * Where gradient descent can come to rest, in closed form.
 * @param {Model} model
 */
function minima(model) {
  const found = criticalSet(problemOf(model), model.m);
  const best = found.filter(({ kind }) => kind === "GLOBAL"), caught = found.filter(({ kind }) => kind === "SPURIOUS");
  // One neuron may be too few: the best that it can do is then not the best of any width.
  const problem = problemOf(model), lowest = best.length > 0 && isRounding(problem, best[0].loss - optimum(problem).value);
  const name = lowest ? "The global minimum" : `The best that ${counted(model.m, "neuron")} can do`;
  const dead = found.filter(({ kind }) => kind === "DEAD");
  return [
    ...(best.length ? [`${name}, loss ${digits(best[0].loss)}, is at ${best.map(where).join(" and at ")}.`] : []),
    ...caught.map((piece) => `Runs get stuck ${piece.vertices.length > 1 ? "on the segment" : "at"} ${where(piece)}, at loss ${digits(piece.loss)}.`),
    ...dead.map((piece) => `No neuron is active ${piece.directions.length ? "from" : "at"} ${where(piece)} on: loss ${digits(piece.loss)}, and nothing moves.`),
  ];
}

/** @param {Component} piece */
function where({ vertices, directions }) {
  const ends = vertices.map((vertex) => place(vertex)).join(" to ");
  return directions.length && vertices.length === 1 ? `${ends} and on from there` : ends;
}

/** @param {readonly number[]} at */
function place(at) {
  return at.length === 1 ? digits(at[0]) : `(${at.map(digits).join(", ")})`;
}

/**
 * The stars of a picture: the places of the best network known.
 * @param {Plot} plot
 */
function stars(plot) {
  const trace = plot.traces().find(({ uid }) => uid === "optimum");
  if (!trace?.x?.length) return ["The best network known does not lie in this picture."];
  const at = Array.from(trace.x, (x, k) => place([Number(x), Number(trace.y[k])]));
  return [`A star marks the best network known, at ${at.join(" and at ")}.`];
}

/** @param {Model} model */
function twin({ layer }) {
  const grey = layer === "ones" ? ["Grey is where no network of this kind can be: with second layer 1, u₁ is never below 0 and u₂ never above."] : [];
  return ["Every straight way to its lowest point goes down: it has no other minimum.", ...grey];
}

/**
 * Where each run began, where it stands, and what is said of it there.
 * @param {Stage} stage
 * @param {Plot} plot
 */
function places(stage, plot) {
  const { playback, state } = stage, tracks = playback.places()[plot.name] ?? {};
  const step = Math.min(playback.step, playback.longest);
  return playback.runs.flatMap((run) => {
    const track = tracks[run.id], sentence = state?.sentences.find((line) => line.run === run.id);
    if (!track || !sentence || step < run.steps[0]) return [];
    const { index } = locate(run.steps, step), name = sentence.name.replace(/[.:]$/, "");
    const at = (/** @type {number} */ k) => place([Number(track.x[k]), Number(track.y[k])]);
    const loss = `loss ${digits(run.objective[index])}`;
    if (plot.name === "losses") return [];
    if (playback.atRest) return [`${name} began at ${at(0)} and ended at ${at(index)}. ${sentence.text}`];
    return [`${name} began at ${at(0)} and is at ${at(index)} at step ${Math.round(step)}, ${loss}.`];
  });
}

/**
 * By how much each run misses the points, and its slopes.
 * @param {Stage} stage
 * @param {number[]} x
 * @param {number[]} y
 */
function fits(stage, x, y) {
  const networks = stage.playback.networks(), size = Math.max(...y.map(Math.abs)) || 1;
  return (stage.state?.sentences ?? []).flatMap(({ run, name }) => {
    const network = networks[run];
    if (!network) return [];
    const f = (/** @type {number} */ at) => network.W.reduce((sum, w, j) => sum + Math.max(0, w * at) * network.alpha[j], network.bias ?? 0);
    const off = x.map((at, i) => f(at) - y[i]).map((miss, i) => ({ i, miss })).filter(({ miss }) => Math.abs(miss) > 5e-3 * size);
    const slopes = `slope ${digits(f(1) - f(0))} right of 0 and ${digits(f(0) - f(-1))} left of it`;
    const said = off.slice(0, 3).map(({ i, miss }) => `point ${i + 1} by ${digits(Math.abs(miss))}${miss < 0 ? ", too low" : ", too high"}`);
    const missed = off.length ? `misses ${said.join(", ")}${off.length > 3 ? ` and ${counted(off.length - 3, "other point")}` : ""}` : "goes through every point";
    return [`${name.replace(/[.:]$/, "")} has ${slopes} and ${missed}.`];
  });
}

const SPOKEN = /** @type {const} */ ([
  [/·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (/** @type {string} */ _, /** @type {string} */ power) => ` times 10 to the ${lowered(power)}`],
  [/−/g, () => "minus "],
  [/([a-zA-Zα])([₀-₉]+)/g, (/** @type {string} */ _, /** @type {string} */ letter, /** @type {string} */ index) => `${letter} ${lowered(index)}`],
  [/λ/g, () => "lambda"],
  [/α/g, () => "alpha"],
]);
const SMALL = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉";

/** @param {string} text raised or lowered digits */
function lowered(text) {
  return [...text].map((sign) => (sign === "⁻" ? "minus " : String(SMALL.indexOf(sign) % 10))).join("");
}

/**
 * A text with its symbols as they are spoken.
 * @param {string} text
 */
export function spoken(text) {
  return SPOKEN.reduce((now, [sign, word]) => now.replace(sign, word), text);
}
