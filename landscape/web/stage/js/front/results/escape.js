// A path of networks from a local minimum to the global optimum on which the loss never rises, as landscape/loss/escape.py
// has it, for one feature without a bias.
import { isRounding } from "../../engine/excess.js";
import { LARGEST, objective } from "../../engine/problem.js";
import { preciseObjective } from "../../engine/residual.js";
import { columnOfEachRow, rowOfEachColumn } from "../scene/assignment.js";
import { held } from "./network.js";

/**
 * @import { Problem } from "../../engine/problem.js"
 * @import { Network } from "./network.js"
 *
 * @typedef {{name: string, first: number, last: number, reason: string}} Leg
 *   A piece of the path: stored networks `first` to `last`, and the reason why the loss cannot rise on it.
 * @typedef {{m: number, steps: number[], W: Float64Array, alpha: Float64Array, objective: Float64Array,
 *   outcome: "arrived", legs: Leg[]}} Escape stored networks one after another, as of a run
 * @typedef {{u: number[], sign: number[]}} Vectors of every neuron u = |alpha| w, and the sign of alpha
 */

const RISE = 1e-12; // of the loss it begins with: a path that rises by more is refused
const CLOSE = 1e-12; // layers whose sizes differ by no more than this share are balanced
const GONE = 1e-13; // a magnitude that shrinks to this share of itself has reached 0 up to rounding
const POINTS = 40; // steps of each leg

const BALANCE = "Each neuron keeps the product of its two layers, so no output changes";
const RETIRE = "No sample activates these neurons, so shrinking them to 0 changes no output";
const MERGE = "Neurons active on the same samples hand their weight to one of them: their sum, and every output, stays";
const PRUNE
  = "The neurons' outputs depend linearly on each other: they shift along that dependence, and no output changes";
const DESCEND = "In the convex landscape this leg is a straight line to the lowest point: "
  + "a convex function only falls on the way to its minimum.";

/**
 * The path from a network to the optimum; null where it has too few neurons, with how many are missing, or (0 missing)
 * where its weights are so large that rounding alone raises the loss.
 *
 * First w and alpha of each neuron are balanced. From there every leg is a straight line of vectors u = |alpha| w:
 * neurons that no sample activates shrink, neurons of one side and sign merge, neurons of one side cancel, until enough
 * are 0; last all move to the optimum at once.
 * @param {Problem} problem
 * @param {Network} network
 * @param {Network} optimum a global optimum of any width
 * @returns {{path: Escape | null, missing: number}}
 */
export function escapePath(problem, network, optimum) {
  const W = network.W.map(held), alpha = network.alpha.map(held), start = vectors({ W, alpha }), goal = vectors(optimum);
  const refused = { path: null, missing: 0 };
  if (!areHeld(start.u)) return refused;
  const path = new PathBuilder(problem, W, alpha);
  if (!isRounding(problem, objective(problem, W, alpha) - objective(problem, optimum.W, optimum.alpha))) {
    path.balance();
    const plan = new Plan(problem, start, goal);
    for (const [name, reason, reduce] of /** @type {[string, string, () => boolean][]} */ ([
      ["Retire", RETIRE, () => plan.retire()],
      ["Merge", MERGE, () => plan.merge()],
      ["Prune", PRUNE, () => plan.prune()],
    ])) {
      while (plan.lacking() > 0) {
        const before = plan.u;
        if (!reduce()) break;
        path.straight(name, before, plan.u, plan.sign, reason + path.normClause);
      }
    }
    const missing = plan.lacking();
    if (missing > 0) return { path: null, missing };
    const before = plan.u;
    plan.arrive();
    path.straight("Descend", before, plan.u, plan.sign, DESCEND);
  }
  return path.networks.every(({ W, alpha }) => areHeld(W) && areHeld(alpha)) ? path.checked() : refused;
}

/**
 * Whether weights, or vectors |alpha| w, are such as a network holds.
 * @param {number[]} weights
 */
function areHeld(weights) {
  return weights.every((weight) => Math.abs(weight) <= LARGEST);
}

/**
 * @param {Network} network
 * @returns {Vectors}
 */
function vectors({ W, alpha }) {
  return { u: W.map((w, j) => w * Math.abs(alpha[j])), sign: alpha.map((a) => (a < 0 ? -1 : 1)) };
}

/**
 * The length of a vector; the square of one below 1e-162 vanishes, as in Python.
 * @param {number} u
 */
function size(u) {
  return Math.sqrt(u * u);
}

/**
 * Both layers of the balanced network with vectors u.
 * @param {Problem} problem
 * @param {number[]} u
 * @param {number[]} sign
 * @returns {Network}
 */
function layers(problem, u, sign) {
  if (problem.layer === "ones") return { W: u, alpha: u.map(() => 1) };
  const root = u.map((value) => Math.sqrt(size(value)));
  return { W: u.map((value, j) => value / (root[j] > 0 ? root[j] : 1)), alpha: root.map((value, j) => sign[j] * value) };
}

/**
 * @param {Problem} problem
 * @param {Network} network
 */
function lossOf(problem, { W, alpha }) {
  return preciseObjective(problem, W.map(held), alpha.map(held));
}

/**
 * The shares of a leg at which its networks are stored.
 * @returns {number[]}
 */
function shares() {
  return Array.from({ length: POINTS }, (_, k) => (k + 1 === POINTS ? 1 : (k + 1) * (1 / POINTS)));
}

/** The path built so far: its networks, and its legs. */
class PathBuilder {
  /**
   * @param {Problem} problem
   * @param {number[]} W
   * @param {number[]} alpha
   */
  constructor(problem, W, alpha) {
    this.problem = problem;
    /** @type {Network[]} */
    this.networks = [{ W, alpha }];
    /** @type {Leg[]} */
    this.legs = [];
  }

  get normClause() {
    return this.problem.lam > 0 ? "; the norm can only fall." : ".";
  }

  /** Scale w up as alpha goes down, geometrically, until |w| = |alpha|; a neuron with a zero layer shrinks to 0. */
  balance() {
    if (this.problem.layer === "ones") return;
    const [{ W, alpha }] = this.networks, a = alpha.map(Math.abs), b = W.map(size);
    if (a.every((value, j) => Math.abs(value - b[j]) <= CLOSE * b[j])) return;
    const both = a.map((value, j) => value > 0 && b[j] > 0), ratio = a.map((value, j) => (both[j] ? value / b[j] : 1));
    const networks = shares().map((t) => ({
      W: W.map((w, j) => w * ratio[j] ** (t / 2) * (both[j] ? 1 : 1 - t)),
      alpha: alpha.map((value, j) => value * ratio[j] ** (-t / 2) * (both[j] ? 1 : 1 - t)),
    }));
    this.extend("Balance", networks, BALANCE + this.normClause);
  }

  /**
   * Append a straight line of vectors.
   * @param {string} name
   * @param {number[]} start
   * @param {number[]} end
   * @param {number[]} sign
   * @param {string} reason
   */
  straight(name, start, end, sign, reason) {
    if (start.every((value, j) => value === end[j])) return;
    const networks = shares().map((t) => {
      const u = t === 1 ? end : start.map((value, j) => (1 - t) * value + t * end[j]);
      return layers(this.problem, u, sign);
    });
    this.extend(name, networks, reason);
  }

  /**
   * Add a leg, or lengthen the last one where it is of the same kind.
   * @param {string} name
   * @param {Network[]} networks
   * @param {string} reason
   */
  extend(name, networks, reason) {
    let first = this.networks.length - 1;
    this.networks.push(...networks);
    if (this.legs.at(-1)?.name === name) first = /** @type {Leg} */ (this.legs.pop()).first;
    this.legs.push({ name, first, last: this.networks.length - 1, reason });
  }

  /**
   * The path, unless the loss rises on it, between the stored networks too.
   * @returns {{path: Escape | null, missing: number}}
   */
  checked() {
    const { problem, networks, legs } = this, values = networks.map((network) => lossOf(problem, network));
    const rise = RISE * values[0], rises = values.some((value, k) => k > 0 && value - values[k - 1] > rise);
    if (rises || legs.some((leg) => this.risesInside(leg, values))) return { path: null, missing: 0 };
    const path = {
      m: networks[0].W.length,
      steps: [...networks.keys()],
      W: Float64Array.from(networks.flatMap(({ W }) => W)),
      alpha: Float64Array.from(networks.flatMap(({ alpha }) => alpha)),
      objective: Float64Array.from(values),
      outcome: /** @type {const} */ ("arrived"),
      legs,
    };
    return { path, missing: 0 };
  }

  /**
   * Whether the loss is higher half way between two networks of a straight leg than at the first.
   * @param {Leg} leg
   * @param {number[]} values
   */
  risesInside({ name, first, last }, values) {
    if (name === "Balance") return false; // it is a curve
    for (let k = first; k < last; k++) {
      const [now, next] = [this.networks[k], this.networks[k + 1]];
      const u = now.W.map((w, j) => (w * Math.abs(now.alpha[j]) + next.W[j] * Math.abs(next.alpha[j])) / 2);
      const sign = now.alpha.map((a, j) => (a + next.alpha[j] < 0 ? -1 : 1));
      if (lossOf(this.problem, layers(this.problem, u, sign)) > values[k] + RISE * values[0]) return true;
    }
    return false;
  }
}

/** Vectors with signs, and those of the optimum to which they are moved. */
class Plan {
  /**
   * @param {Problem} problem
   * @param {Vectors} vectors
   * @param {Vectors} goal
   */
  constructor(problem, { u, sign }, goal) {
    const some = [...goal.u.keys()].filter((k) => size(goal.u[k]) > 0);
    this.problem = problem;
    this.u = u;
    this.sign = sign;
    this.goal = some.map((k) => goal.u[k]);
    this.goalSign = some.map((k) => goal.sign[k]);
    this.anySide = problem.x.some((x) => x !== 0);
  }

  /** How many neurons at 0 are missing to place every unmatched neuron of the optimum. */
  lacking() {
    return this.goal.length - this.pairs().length - this.u.filter((value) => size(value) === 0).length;
  }

  /**
   * As many neurons as possible matched to neurons of the optimum on their side and of their sign.
   * @returns {[number, number][]}
   */
  pairs() {
    if (this.goal.length === 0) return [];
    const weight = 2 + 1 / (2 * this.u.length);
    const fits = this.u.map((value, j) => this.goal.map((target, k) => size(value) > 0
      && this.shareSide(value, target) && this.sign[j] === this.goalSign[k]));
    const cost = fits.map((row) => row.map((fit) => (fit ? -weight : -0)));
    const wide = this.u.length < this.goal.length, places = wide ? columnOfEachRow(cost) : rowOfEachColumn(cost);
    const pairs = places.map((place, at) => /** @type {[number, number]} */ (wide ? [at, place] : [place, at]));
    return pairs.filter(([j, k]) => fits[j][k]);
  }

  /**
   * Whether no sample lies strictly on opposite sides of two vectors.
   * @param {number} v
   * @param {number} w
   */
  shareSide(v, w) {
    return !this.anySide || v === 0 || w === 0 || v > 0 === w > 0;
  }

  /** Which neurons no sample activates. */
  idle() {
    return this.u.map((value) => !this.problem.x.some((x) => x * value > 0));
  }

  /** The places of the neurons, the smallest first. */
  bySize() {
    return [...this.u.keys()].sort((i, j) => size(this.u[i]) - size(this.u[j]));
  }

  /** Shrink the smallest idle neuron to 0; return whether there was one. */
  retire() {
    const paired = new Set(this.pairs().map(([j]) => j)), idle = this.idle();
    const found = this.bySize().find((j) => idle[j] && size(this.u[j]) > 0 && !paired.has(j));
    if (found === undefined) return false;
    this.u = this.u.with(found, 0);
    return true;
  }

  /** Add the smallest neuron that has a side and a sign in common with another to the largest such. */
  merge() {
    const used = [...this.u.keys()].filter((j) => size(this.u[j]) > 0);
    for (const j of this.bySize().filter((place) => size(this.u[place]) > 0)) {
      const alike = used.filter((i) => i !== j && this.sign[i] === this.sign[j]);
      const hosts = alike.filter((i) => this.shareSide(this.u[i], this.u[j]));
      if (hosts.length === 0) continue;
      const host = hosts.reduce((most, i) => (size(this.u[i]) > size(this.u[most]) ? i : most));
      this.u = this.u.with(host, this.u[host] + this.u[j]).with(j, 0);
      return true;
    }
    return false;
  }

  /**
   * Let two neurons of one side and opposite signs, the only ones whose outputs depend on each other once all others
   * are merged, shrink by as much until one is 0.
   */
  prune() {
    for (const j of this.bySize().filter((place) => size(this.u[place]) > 0)) {
      const other = [...this.u.keys()].find((i) => i !== j && size(this.u[i]) > 0 && this.u[i] > 0 === this.u[j] > 0);
      if (other === undefined) continue;
      const [small, large] = size(this.u[j]) <= size(this.u[other]) ? [j, other] : [other, j];
      const left = 1 - size(this.u[small]) / size(this.u[large]);
      this.u = this.u.with(small, 0).with(large, left > GONE ? this.u[large] * left : 0);
      return true;
    }
    return false;
  }

  /** Move to the optimum; neurons that no sample activates may stay where they are if that costs nothing. */
  arrive() {
    const pairs = this.pairs(), matched = new Set(pairs.map(([, k]) => k)), idle = this.idle();
    const free = [...this.u.keys()].filter((j) => size(this.u[j]) === 0);
    for (const k of this.goal.keys()) {
      if (!matched.has(k)) pairs.push([/** @type {number} */ (free.shift()), k]);
    }
    const stays = this.problem.lam === 0;
    this.u = this.u.map((value, j) => (stays && idle[j] ? value : 0));
    this.sign = [...this.sign];
    for (const [j, k] of pairs) {
      this.u[j] = this.goal[k];
      this.sign[j] = this.goalSign[k];
    }
  }
}
