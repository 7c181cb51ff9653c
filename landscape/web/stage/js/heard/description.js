// A text of what a picture shows, as long as a person would speak: three to six sentences of the facts.
import { counted, short } from "../engine/formatting.js";

/**
 * @import { Pair } from "../engine/preimages.js"
 * @import { BestFact, CurveFacts, Facts, LandscapeFacts, OutputFacts, RunFact } from "./facts.js"
 * @import { Place } from "./places.js"
 */

const NAMED = 3; // points or places; the others are counted
const RUNS = 2; // of more, only the selected one is told of

/** @param {number} value */
const digits = (value) => short(value, 3);

/**
 * @param {Facts} facts
 * @returns {string}
 */
export function described(facts) {
  if (facts.kind === "outputs") return ofOutputs(facts);
  if (facts.kind === "losses") return ofCurves(facts);
  return facts.kind === "slopes" ? ofSlopes(facts) : ofWeights(facts);
}

/** @param {LandscapeFacts} facts */
function ofWeights(facts) {
  const { drawn, labels, window: [xs, ys], low, high, places, slice, runs } = facts;
  const what = { map: "A map", curve: "A curve", space: "A surface" }[drawn];
  const over = drawn === "curve" ? `the weight ${labels[0]} from ${range(xs)}`
    : `${labels[0]} from ${range(xs)} across and ${labels[1]} from ${range(ys)} ${drawn === "map" ? "upwards" : "in depth"}`;
  const rests = places ?? [];
  return joined([
    `${what} of the loss, ${digits(low)} to ${digits(high)}, over ${over}${slice ? `, ${decap(shortened(slice))}` : "."}`,
    optimumIn(facts),
    ...stuckIn(rests, drawn === "curve"),
    wallsOf(facts),
    ...runLines(runs, facts.selected, drawn !== "curve", wayBetween(facts)),
  ]);
}

/** @param {LandscapeFacts} facts */
function ofSlopes({ window: [xs, ys], low, high, walled, best, runs, selected, drawn }) {
  const what = drawn === "map" ? "A map" : "A surface";
  return joined([
    `${what} of the convex twin: the loss, ${digits(low)} to ${digits(high)}, over the slopes of the output: u₁, right of 0, from ${
      range(xs)}, and u₂, left of 0, from ${range(ys)}.`,
    "It is one bowl, with no other valley: a stuck run is held by its neurons, not by this loss.",
    best && lowestOf(best),
    walled ? "The part with u₁ below 0 or u₂ above 0 is grey: with a second layer of ones no network has these slopes." : "",
    ...runLines(runs, selected, true, ""),
  ]);
}

/** @param {BestFact} best */
function lowestOf({ slopes: [right, left], value, free, proven }) {
  const name = proven ? "the proven optimum" : "the best that is known", at = `u₁ = ${digits(right)}, u₂ = ${digits(left)}`;
  const line = free[0] && free[1] ? "every place" : free[0] ? `every u₁ at u₂ = ${digits(left)}` : `every u₂ at u₁ = ${digits(right)}`;
  if (free[0] || free[1]) return `Its bottom, ${name}, has loss ${digits(value)}: ${line} that a network reaches, for no data point asks there.`;
  return `Its lowest point, ${name}, is at ${at}, with loss ${digits(value)}.`;
}

/** @param {LandscapeFacts} facts */
function optimumIn({ places, stars, best, drawn }) {
  if (!best) return "";
  const name = best.proven ? "The proven optimum" : "The best network known", loss = `loss ${digits(best.value)}`;
  const lowest = places?.filter(({ kind }) => kind === "lowest") ?? [];
  const optimal = places?.filter(({ kind }) => kind === "optimum") ?? [];
  const single = drawn === "curve";
  if (stars.length) {
    const [one, other] = stars, swapped = other && one[0] === other[1] && one[1] === other[0];
    const where = named(stars.map((star) => at(star, single)), " and at ");
    const same = swapped ? ", the same network with its neurons swapped" : "";
    return `${name}, ${loss}, is at ${where}${same}.`;
  }
  if (optimal.length) return `${name}, ${loss}, is ${shape(optimal[0], single)}.`;
  if (lowest.length) {
    const where = named(lowest.map((found) => shape(found, single)), " and ");
    return `The lowest here is ${where}, with loss ${digits(lowest[0].loss)}; ${decap(name)} of any width has ${loss} and is not in this picture.`;
  }
  return `${name} of any width has ${loss}; it is not marked in this picture.`;
}

/**
 * Where runs can end above the optimum.
 * @param {Place[]} places
 * @param {boolean} single
 */
function stuckIn(places, single) {
  const stuck = places.filter(({ kind }) => kind === "stuck");
  if (stuck.length === 0) return [];
  return [`Runs can be stuck ${named(stuck.map((found) => `${shape(found, single)}, at loss ${digits(found.loss)}`), "; ")}.`];
}

/** @param {LandscapeFacts} facts */
function wallsOf({ walls, slanted, window, labels }) {
  const seen = walls.filter(({ label, at }) => {
    const [low, high] = window[labels.indexOf(label)];
    return low <= at && at <= high;
  });
  if (!seen.length && !slanted) return "";
  const along = seen.slice(0, NAMED).map(({ label, at }) => `${label} = ${digits(at)}`);
  if (seen.length > NAMED) along.push(counted(seen.length - NAMED, "more line"));
  if (slanted) along.push(counted(slanted, "slanted line"));
  const one = seen.length + slanted === 1;
  return `${one ? "A wall, where a neuron changes its side of the data, is" : "Walls, where a neuron changes its side of the data, are"} along ${listed(along)}.`;
}

/**
 * @param {Place} place
 * @param {boolean} single
 */
function shape({ vertices, directions }, single) {
  const [one, other] = vertices;
  if (other) return `on the segment from ${at(one, single)} to ${at(other, single)}`;
  if (directions.length === 0) return `at ${at(one, single)}`;
  if (directions.length === 1) return `on the line from ${at(one, single)} ${way(directions[0])}`;
  if (directions.length === 2 && !single) return `in the quadrant ${directions.map(way).join(" and ")} from ${at(one, single)}`;
  return "everywhere";
}

/** @param {Pair} direction */
function way([across, up]) {
  return across > 0 ? "to the right" : across < 0 ? "to the left" : up > 0 ? "upwards" : "downwards";
}

/**
 * A sentence on each run, of many on the selected one and the counts of the others.
 * @param {RunFact[]} runs
 * @param {string | null} selected
 * @param {boolean} inPlane
 * @param {string} way what lies between the selected run and the optimum
 */
function runLines(runs, selected, inPlane, way) {
  if (runs.length === 0) return ["There is no run."];
  const few = runs.length <= RUNS, told = few ? runs : runs.filter(({ id }) => id === selected).slice(0, 1);
  const lines = told.map((run) => `${ofRun(run, inPlane)}${run.id === selected ? way : ""}.`);
  const others = runs.filter((run) => !told.includes(run));
  if (others.length) {
    const kinds = [...new Set(others.map(outcome))];
    const counts = kinds.map((kind) => `${others.filter((run) => outcome(run) === kind).length} ${kind || "without an outcome"}`);
    lines.push(`${counted(others.length, told.length ? "more run" : "run")}: ${listed(counts)}.`);
  }
  return lines;
}

/**
 * @param {RunFact} run
 * @param {boolean} inPlane
 */
function ofRun(run, inPlane) {
  const { name, start, now, from, loss, isAtEnd, step } = run, single = !inPlane;
  const began = start ? `${at(start, single)}, loss ${digits(from)}` : `loss ${digits(from)}`;
  const place = now ? `at ${at(now, single)}, loss ${digits(loss)}` : `at loss ${digits(loss)}`;
  if (!isAtEnd) return `${name} started at ${began} and is at step ${Math.round(step)} ${place}`;
  const end = outcome(run);
  return `${name} goes from ${began}, and ends ${place}${end ? `: ${end}` : ""}`;
}

/**
 * How a run ended, in a few words.
 * @param {RunFact} run
 */
function outcome({ kind, isAtEnd }) {
  if (!isAtEnd) return "on the way";
  return {
    OPTIMUM: "at the optimum", BEST_OF_WIDTH: "at the best of its width", STUCK: "stuck", DEAD: "dead", DIVERGED: "diverged",
    MOVING: "still moving",
  }[kind] ?? "";
}

/**
 * What lies between the selected run and the optimum that is nearest to it.
 * @param {LandscapeFacts} facts
 */
function wayBetween({ runs, selected, stars, walls, labels }) {
  const run = runs.find(({ id }) => id === selected), now = run?.now;
  if (!now || !stars.length || !walls.length || outcome(run) === "at the optimum") return "";
  const away = (/** @type {Pair} */ star) => Math.hypot(star[0] - now[0], star[1] - now[1]);
  const nearest = stars.reduce((one, other) => (away(other) < away(one) ? other : one));
  const crossed = walls.filter(({ label, at }) => {
    const k = labels.indexOf(label);
    return (now[k] - at) * (nearest[k] - at) < 0;
  }).map(({ label, at }) => `${label} = ${digits(at)}`);
  if (!crossed.length) return "";
  return `, with the ${crossed.length > 1 ? "walls" : "wall"} ${listed(crossed)} between it and the nearest optimum`;
}

/** @param {OutputFacts} facts */
function ofOutputs({ points, best, fits }) {
  const shown = points.slice(0, 6).map(([x, y]) => `(${digits(x)}, ${digits(y)})`);
  const more = points.length > shown.length ? ` and ${points.length - shown.length} more` : "";
  const [right, left] = best.slopes, name = best.proven ? "the optimum" : "the best network known";
  const few = fits.slice(0, RUNS);
  return joined([
    `${counted(points.length, "data point")}: ${shown.join(", ")}${more}.`,
    `The output of ${name} has slope ${digits(right)} right of 0 and ${digits(left)} left of 0, loss ${digits(best.value)}.`,
    ...few.map(({ name: run, right: r, left: l, missed, isAtEnd, step }) => {
      const when = isAtEnd ? "" : ` at step ${Math.round(step)}`, slopes = `${run}${when} has slopes ${digits(r)} and ${digits(l)}`;
      if (!missed.length) return `${slopes} and fits every point to within 1 %.`;
      const off = missed.slice(0, NAMED).map(({ x, y, f }) => `${digits(Math.abs(f - y))} too ${f > y ? "high" : "low"} at x = ${digits(x)}`);
      const rest = missed.length > NAMED ? `, and off at ${counted(missed.length - NAMED, "more point")}` : "";
      const fitted = points.length === missed.length ? "" : `; it fits ${points.length - missed.length} of ${points.length} points`;
      return `${slopes}: it is ${listed(off)}${rest}${fitted}.`;
    }),
    fits.length > few.length ? `${counted(fits.length - few.length, "more run")} drawn too.` : "",
  ]);
}

/** @param {CurveFacts} facts */
function ofCurves({ lines, lasts, curves }) {
  const few = curves.slice(0, RUNS);
  return joined([
    `The loss after each step, on a logarithmic scale, over ${counted(lasts, "step")}.`,
    ...few.map((run) => {
      const change = run.to < run.from ? "falls" : run.to > run.from ? "rises" : "stays";
      const from = change === "stays" ? `at ${digits(run.to)}` : `from ${digits(run.from)} to ${digits(run.to)}`, end = outcome(run);
      const rests = change === "stays" ? [] : run.still.slice(0, 2).map(({ from: first, to, loss }) => (
        `${digits(loss)} from step ${first}${to === run.last ? " on" : ` to ${to}`}`));
      return `${run.name} ${change} ${from}${end ? ` and is ${end}` : ""}${rests.length ? `; it stands still at ${listed(rests)}` : ""}.`;
    }),
    curves.length > few.length ? `${counted(curves.length - few.length, "more run")} drawn too.` : "",
    lines.length ? `${lines.length > 1 ? "The lines are" : "The line is"} ${listed(lines.map((line) => `the ${shortened(line)}`))}.` : "",
  ]);
}

/** @param {[number, number]} ends */
function range([low, high]) {
  return `${digits(low)} to ${digits(high)}`;
}

/**
 * @param {Pair} place
 * @param {boolean} single
 */
function at([x, y], single) {
  return single ? `w = ${digits(x)}` : `(${digits(x)}, ${digits(y)})`;
}

/**
 * The first few of some places, and how many there are beside them.
 * @param {string[]} places
 * @param {string} between
 */
function named(places, between) {
  const more = places.length - NAMED;
  return `${places.slice(0, NAMED).join(between)}${more > 0 ? `, and in ${counted(more, "more place")}` : ""}`;
}

/** @param {string[]} items */
function listed(items) {
  return items.length > 1 ? `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}` : items.join("");
}

/**
 * A text with its numbers as short as all others.
 * @param {string} text
 */
function shortened(text) {
  return text.replace(/−?\d+\.\d+/g, (number) => digits(Number(number.replace("−", "-"))));
}

/** @param {string} text */
function decap(text) {
  return text[0].toLowerCase() + text.slice(1);
}

/** @param {(string | null)[]} sentences */
function joined(sentences) {
  return sentences.filter(Boolean).join(" ");
}

/** @type {[RegExp, string][]} */
const SPOKEN = [
  [/λ/g, "lambda"], [/α/g, "alpha"], [/‖([^‖]*)‖²/g, "the squared norm of $1"], [/★/g, "star"], [/[○●■]/g, ""], [/ = /g, " equals "],
  [/\((−?[^(),]+), (−?[^(),]+)\)/g, "$1 and $2"], [/−/g, "minus "], [/∞/g, "infinity"],
];
const LOWERED = "₀₁₂₃₄₅₆₇₈₉", RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * A text as it is spoken: signs as words.
 * @param {string} text
 */
export function spoken(text) {
  let said = text.replace(/·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, power) => (
    ` times 10 to the ${[...power].map((sign) => (sign === "⁻" ? "minus " : RAISED.indexOf(sign))).join("")}`));
  said = said.replace(/[₀₁₂₃₄₅₆₇₈₉]+/g, (index) => ` ${[...index].map((sign) => LOWERED.indexOf(sign)).join("")}`);
  return SPOKEN.reduce((now, [sign, word]) => now.replace(sign, word), said);
}
