// The sentences under the stage: one for each run, for its way out, for the basins, and for the optimum, as
// landscape/web/shared/run_sentences.py has them.
import { sentencesOn } from "../../engine/best_of_width.js";
import { withoutRounding } from "../../engine/excess.js";
import { counted, short, written } from "../../engine/formatting.js";
import { unreachableLabels } from "../../engine/unreachable_labels.js";
import { OPTIMUM, CASING } from "../../view/colors.js";
import { STUCK_INK, runColor, runSymbol } from "../figures/style.js";
import { shownRun } from "../scenario/scenario.js";
import { called, digitsOf, kindMeant, networksMeant, unproven } from "./claims.js";

/**
 * @import { Problem } from "../../engine/problem.js"
 * @import { Action, Sentence } from "../../protocol.js"
 * @import { Scenario } from "../scenario/scenario.js"
 * @import { Leg } from "./escape.js"
 * @import { Narrow, Solved, SolvedRun } from "./solved.js"
 */

const SAME = 1e-9; // of a loss: one that falls by no more on a leg is constant, which is the rounding of balancing
const FAILED = ["STUCK", "DEAD", "MOVING"]; // runs that may end above the optimum: their sentences offer a way out

/**
 * The sentences, each with its colour, its marker and its buttons.
 * @param {Scenario} scenario
 * @param {Solved} solved
 * @param {{sentence: string} | null} basins those of the picture, where they are shown
 * @returns {Sentence[]}
 */
export function sentencesOf(scenario, solved, basins) {
  const explicit = scenario.training.runs.length;
  /** @type {Sentence[]} */
  const sentences = [];
  for (const run of solved.runs) {
    const { place, verdict: { text, kind, why, digits } } = run;
    sentences.push({
      ...sentence(run, text, kind),
      why,
      digits,
      actions: [
        ...actionsOf(scenario, run, run.id in solved.missing),
        ...(kind === "OPTIMUM" && solved.closed ? [proofButton(scenario, solved)] : []),
      ],
      explicit: place < explicit,
      pinned: place < explicit && scenario.training.runs[place].pinned,
      selected: place === shownRun(scenario),
    });
    if (scenario.view.escape === place) sentences.push(wayOut(solved, run));
  }
  if (basins !== null) {
    const why = "Hatched: starts that are caught.";
    sentences.push({ ...plain("basins", "Basins.", basins.sentence, "basins", STUCK_INK, "square"), why });
  }
  if (solved.narrow !== null) sentences.push(ofWidth(solved.problem, solved.narrow));
  return [...sentences, { ...ofOptimum(solved), actions: [proofButton(scenario, solved)] }];
}

/**
 * The button that opens the proof, beside what is proven, or beside what is not.
 * @param {Scenario} scenario
 * @param {Solved} solved
 * @returns {Action}
 */
function proofButton({ view }, { closed }) {
  const hint = "The proof, with the numbers of this picture";
  return { ...action(closed ? "How do we know?" : "What is proven?", { kind: "proof" }, { hint }), expanded: view.proof };
}

/**
 * @param {string} run
 * @param {string} name
 * @param {string} text
 * @param {string} kind
 * @param {string} color
 * @param {string} symbol
 * @returns {Sentence}
 */
function plain(run, name, text, kind, color, symbol) {
  const nothing = { actions: [], explicit: false, pinned: false, selected: false };
  return { run, name, text, kind, color, symbol, why: "", digits: [], ...nothing };
}

/**
 * @param {SolvedRun} run
 * @param {string} text
 * @param {string} kind
 */
function sentence(run, text, kind) {
  return plain(run.id, `${run.name}.`, text, kind, runColor(run.place), runSymbol(run.place));
}

/**
 * The sentence of the best of a width that is too small for the optimum.
 * @param {Problem} problem
 * @param {Narrow} best
 * @returns {Sentence}
 */
function ofWidth(problem, best) {
  const text = sentencesOn(problem, best), why = `Meant is every ${networksMeant(problem)}.`;
  return { ...plain("narrow", "One neuron.", text, "narrow", CASING, "star"), why };
}

/**
 * @param {string} label
 * @param {Action["event"]} event
 * @param {{main?: boolean, hint?: string | null}} [more]
 * @returns {Action}
 */
function action(label, event, { main = false, hint = null } = {}) {
  return { label, event, main, hint, expanded: null };
}

/**
 * @param {Scenario} scenario
 * @param {SolvedRun} run
 * @param {boolean} lacksNeuron
 * @returns {Action[]}
 */
function actionsOf(scenario, { id, place, advice, verdict: { kind } }, lacksNeuron) {
  /** @type {Action[]} */
  const mend = [];
  if (advice !== null) {
    const hint = "It was tried from this start.";
    mend.push(action(`Use step ${short(advice.step)}`, { kind: "step", run: id, value: advice.step }, { main: true, hint }));
  }
  /** @param {boolean} main */
  const addNeuron = (main) => action("Add neuron", { kind: "add-missing", run: id }, {
    main, hint: "Continue from here with one neuron more: the one drawn as a grey ghost in Network outputs.",
  });
  if (kind === "BEST_OF_WIDTH") return lacksNeuron ? [addNeuron(true)] : [];
  if (!FAILED.includes(kind)) return mend;
  const label = scenario.view.escape === place ? "Hide the way out" : "Escape →";
  const escape = action(label, { kind: "escape", run: id }, { main: mend.length === 0 });
  return lacksNeuron ? [...mend, escape, addNeuron(false)] : [...mend, escape];
}

/**
 * The sentence of the path that never rises, leg by leg, each with the reason why the loss cannot rise.
 * @param {Solved} solved
 * @param {SolvedRun} run
 * @returns {Sentence}
 */
function wayOut(solved, run) {
  const { escape, missingNeurons: lack, problem } = solved;
  if (escape === null) {
    const id = `escape${run.place}`, name = `Way out of ${run.name}.`;
    if (lack === 0) {
      const text = "No way out is drawn: weights on the way are so large that rounding them alone raises the loss.";
      return { ...sentence(run, text, "missing"), run: id, name };
    }
    const text = `The way out that never rises needs ${counted(lack, "neuron")} more than the ${run.path.m} here.`;
    const add = action(`Add ${counted(lack, "neuron")} at 0`, { kind: "widen", run: id, count: lack }, { main: true });
    return { ...sentence(run, text, "missing"), run: id, name, actions: [add] };
  }
  const { legs, objective } = escape.path;
  if (legs.length === 0) {
    return sentence(escape, `It is at ${called(solved)} already: there is no way to go.`, "escape");
  }
  const first = objective[legs[0].first], last = objective[legs[legs.length - 1].last];
  const text = `From loss ${written(first)} to ${written(withoutRounding(problem, last))} without ever rising, in `
    + `${counted(legs.length, "leg")}.`;
  const why = legs.map((leg, k) => ofLeg(problem, objective, leg, k + 1)).join(" ");
  return { ...sentence(escape, text, "escape"), why, digits: escape.verdict.digits };
}

/**
 * @param {Problem} problem
 * @param {Float64Array} objective
 * @param {Leg} leg
 * @param {number} number
 */
function ofLeg(problem, objective, leg, number) {
  const first = objective[leg.first], last = objective[leg.last], end = written(withoutRounding(problem, last));
  const change = first - last <= SAME * first ? `stays at ${written(first)}` : `falls from ${written(first)} to ${end}`;
  return `${number}. ${leg.name}: the loss ${change}. ${leg.reason.replace(/\.+$/, "")}.`;
}

/**
 * @param {Solved} solved
 * @returns {Sentence}
 */
function ofOptimum(solved) {
  const { problem, network, value, closed } = solved;
  const neurons = counted(network.W.length, "neuron"), loss = written(withoutRounding(problem, value));
  const causes = problem.lam === 0 ? unreachableLabels(problem).slice(0, 2) : [];
  let text = `The best network found has loss ${loss}, with ${neurons} (★). It is not proven optimal.`;
  let meant = unproven(solved);
  if (closed) {
    text = `The best loss is ${loss}, with ${neurons}, at the lowest point of the bowl (★): proven – no network of `
      + "this kind does better, however many neurons it has.";
    const place = problem.layer === "ones" ? "is a point of the bowl" : "costs at least what its slopes do there";
    meant = `${kindMeant(problem)} Each ${place}.`;
  }
  const why = [...causes, meant].join(" ");
  const name = "Best, by the convex twin.";
  return { ...plain("optimum", name, text, "optimum", OPTIMUM, "star"), why, digits: digitsOf(solved) };
}
