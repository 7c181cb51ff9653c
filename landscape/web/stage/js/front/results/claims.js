// What may be said of a value: that no network does better where that is proven, else the bound and the gap, as
// landscape/results/claims.py has it for one feature without a bias.
import { withoutRounding } from "../../engine/excess.js";
import { short, written } from "../../engine/formatting.js";

/**
 * @import { Problem } from "../../engine/problem.js"
 * @import { Digits } from "../../engine/verdict.js"
 *
 * @typedef {{problem: Problem, value: number, bound: number, closed: boolean}} Known
 *   The loss of the best network known, the bound that no network is below, and whether it is proven to reach it.
 */

const INACCURATE = "Solved, but only to the accuracy that the gap states.";

/**
 * The class of networks that a problem's optimum and bounds are about, of any width.
 * @param {Problem} problem
 */
export function networksMeant({ layer }) {
  if (layer === "ones") return "two-layer ReLU network with second layer 1 and no biases";
  return "two-layer ReLU network without biases";
}

/**
 * The sentence that says which networks "of this kind" are, for a proof to be about exactly those.
 * @param {Problem} problem
 */
export function kindMeant(problem) {
  return `This kind: every ${networksMeant(problem)}.`;
}

/**
 * The loss of the best network known, the bound and the gap.
 * @param {Known} known
 * @returns {Digits}
 */
export function digitsOf({ problem, value, bound }) {
  const [loss, least] = [value, bound].map((number) => written(withoutRounding(problem, number), 8));
  return [["loss", loss], ["lower bound", least], ["gap", short(Math.max(value - bound, 0), 2)]];
}

/**
 * What a recovered network is called in a sentence: the optimum only where that is proven.
 * @param {{closed: boolean}} known
 */
export function called({ closed }) {
  return closed ? "the optimum" : "the best network found";
}

/**
 * The gap as a share of the loss, "2.1 %"; "0 %" where there is none.
 * @param {number} value
 * @param {number} gap
 */
function gapShare(value, gap) {
  return gap <= 0 ? "0 %" : `${short((100 * gap) / value, 2)} %`;
}

/**
 * What is known of a solution that is not proven optimal: its bound and gap, and why there is no proof.
 * @param {Known} known
 */
export function unproven({ problem, value, bound }) {
  const least = written(withoutRounding(problem, bound)), gap = value - bound;
  const lacking = `gap ${short(gap, 2)}, ${gapShare(value, gap)} of the loss`;
  return `Lower bound: no ${networksMeant(problem)} of any width is below ${least}; ${lacking}. ${INACCURATE}`;
}
