// The front page's views of a scenario, as landscape/web/front/views.py has them.
import { roundingOf, withoutRounding } from "../engine/excess.js";
import { counted, written } from "../engine/formatting.js";
import { keyOf } from "./figures/key.js";
import { lossCurves } from "./figures/loss_curves.js";
import { ofSlopes, ofWeights } from "./figures/loss_field.js";
import { lossLine } from "./figures/loss_line.js";
import { lossMap } from "./figures/loss_map.js";
import { lossRelief } from "./figures/loss_relief.js";
import { networkOutputs } from "./figures/outputs.js";
import { endsOf } from "./figures/style.js";
import { twinMap } from "./figures/twin_map.js";
import { twinRelief } from "./figures/twin_relief.js";
import { called } from "./results/claims.js";
import { shownRun } from "./scenario/scenario.js";

/**
 * @import { Choice, StageView, Toggle } from "../protocol.js"
 * @import { Figure } from "./figures/style.js"
 * @import { Solved, SolvedRun } from "./results/solved.js"
 * @import { Scenario } from "./scenario/scenario.js"
 * @import { Basins } from "./scene/basins.js"
 * @import { LossScene } from "./scene/loss.js"
 * @import { TwinScene } from "./scene/twin.js"
 *
 * @typedef {{loss: LossScene, twin: TwinScene}} Scenes
 */

/** @type {[string, string][]} */
const SURFACES = [["contour", "Map"], ["surface", "3-D"], ["both", "Both"]];

const TURNED = "A surface over the plane, higher where the loss is higher. "
  + "Arrow keys turn both landscapes, + and − zoom.";

/**
 * The views of a scenario, in reading order.
 * @param {Scenario} scenario
 * @param {Solved} solved
 * @param {Scenes} scenes
 * @param {Basins | null} basins
 * @returns {StageView[]}
 */
export function viewsOf(scenario, solved, scenes, basins) {
  const loss = lossViews(scenario, solved, scenes.loss, basins);
  // Each drawing of the loss beside the same drawing of its twin: maps first, then surfaces in space. Between the first
  // two stand the outputs, which lead from weights to slopes.
  const pairs = loss.flatMap((view) => [
    view, view.name === "relief" ? twinReliefView(solved, scenes.twin, loss.length > 1) : twinView(solved, scenes.twin),
  ]);
  return [pairs[0], outputsView(scenario, solved), ...pairs.slice(1), lossesView(solved, scenes.loss)];
}

/**
 * A view of a figure, with a key of it.
 * @param {Pick<StageView, "name" | "title" | "caption" | "alt"> & Partial<StageView>} described
 * @param {Figure} drawn
 * @returns {StageView}
 */
function viewOf(described, drawn) {
  const figure = /** @type {StageView["figure"]} */ (/** @type {unknown} */ (drawn));
  return { tools: [], also: [], kind: "path", span: null, runs: null, invitation: "", ...described, figure, key: keyOf(drawn) };
}

/**
 * @param {Scenario} scenario
 * @param {Solved} solved
 * @param {LossScene} scene
 * @param {Basins | null} basins
 */
function lossViews({ training, view }, solved, scene, basins) {
  const alt = lossAlt(scene, solved), title = "Loss landscape";
  if (training.m === 1) {
    const caption = scene.slice || "Loss (squared errors) at each weight; runs go from ○ to ●.";
    return [viewOf({ name: "curve", title, caption, alt, also: ["map", "relief"] }, lossLine(scene))];
  }
  const caption = scene.slice || "Loss (squared errors) at each pair of weights. Dark: low. Runs go from ○ to ●.";
  /** @type {Choice} */
  const surface = { event: "surface", label: "Drawn as", value: view.surface, options: SURFACES };
  /** @type {Toggle} */
  const hatched = {
    event: "basins", label: "Basins", pressed: view.basins, hint: "Hatch the starts that do not reach the optimum",
  };
  const starName = starNameOf(solved).replace(/^the /, ""), rounding = roundingOf(solved.problem);
  const source = ofWeights(solved.problem, scene.surface.plane.origin, scene.moving);
  const views = [];
  if (view.surface !== "surface") {
    const drawn = lossMap(scene, { basins, starName, rounding, starNotes: starNotesOf(scene, solved), source });
    const tools = [hatched, surface];
    views.push(viewOf({ name: "map", title, caption, alt, tools, also: ["relief", "curve"] }, drawn));
  }
  if (view.surface !== "contour") {
    const drawn = lossRelief(scene, { optimum: solved.value, starName, rounding, source });
    const inSpace = {
      name: "relief", title: views.length ? "Loss landscape in 3-D" : title, caption, alt: `${alt} ${TURNED}`,
    };
    views.push(viewOf({ ...inSpace, tools: views.length ? [] : [surface], also: ["map", "curve"] }, drawn));
  }
  return views;
}

/**
 * @param {LossScene} scene
 * @param {Solved} solved
 */
function lossAlt({ surface: { loss }, optima, pieces }, solved) {
  let low = Infinity, high = -Infinity;
  for (let k = 0; k < loss.length; k += 1) {
    low = Math.min(low, loss[k]);
    high = Math.max(high, loss[k]);
  }
  const told = (/** @type {number} */ value) => written(withoutRounding(solved.problem, value));
  const last = solved.runs.map((run) => `${run.name} ends at loss ${told(endsOf(run.path.objective)[1])}`);
  const stars = optima[0].length
    ? ` ${starNameOf(solved).replace(/^t/, "T")}, loss ${told(solved.value)}, is marked with stars.` : "";
  const best = pieces.find((piece) => piece.lowest);
  const own = best ? ` The best of one neuron, loss ${told(best.loss)}, is marked with a hollow star.` : "";
  return `Loss from ${told(low)} to ${told(high)} over the weights shown. ${last.join("; ")}.${stars}${own}`;
}

/**
 * What is written beside the stars: the loss, and that a second one is the same network once more.
 * @param {LossScene} scene
 * @param {Solved} solved
 */
function starNotesOf({ optima: [x, y], mirrored }, solved) {
  const best = bestNote(solved);
  if (x.length === 2 && mirrored && x[0] === y[1] && y[0] === x[1]) return ["same network,<br>neurons swapped", best];
  return x.length === 1 ? [best] : [];
}

/** @param {Solved} solved */
function bestNote({ closed, value }) {
  return `${closed ? "best" : "best found"}: loss ${written(value)}`;
}

/** @param {Solved} solved */
function starNameOf({ closed }) {
  return closed ? "the global optimum" : "the best network found";
}

/**
 * @param {Solved} solved
 * @param {TwinScene} scene
 */
function twinView(solved, scene) {
  const drawn = twinMap(scene, {
    proven: solved.closed,
    rounding: roundingOf(solved.problem),
    starText: bestNote(solved),
    narrow: solved.narrow && solved.narrow.name,
    source: ofSlopes(solved.problem),
  });
  return viewOf({ name: "twin", title: "Convex landscape", ...twinWords(scene, solved), also: ["twin-relief"] }, drawn);
}

/**
 * @param {Solved} solved
 * @param {TwinScene} scene
 * @param {boolean} both
 */
function twinReliefView(solved, scene, both) {
  const drawn = twinRelief(scene, {
    labels: ["u₁", "u₂"],
    proven: solved.closed,
    rounding: roundingOf(solved.problem),
    source: ofSlopes(solved.problem),
  });
  const { caption, alt } = twinWords(scene, solved), title = both ? "Convex landscape in 3-D" : "Convex landscape";
  return viewOf({ name: "twin-relief", title, caption, alt: `${alt} ${TURNED}`, also: ["twin"] }, drawn);
}

/**
 * The caption and the text alternative of the convex landscape.
 * @param {TwinScene} scene
 * @param {Solved} solved
 */
function twinWords({ optimum: [u1, u2] }, { closed, problem, value }) {
  const bowl = closed ? "optimum" : "lowest point found";
  const added = problem.layer === "ones" ? "the weights" : "αw of the neurons with w";
  const caption = problem.lam === 0
    ? `The convex twin: the same loss over f’s slopes. u₁ adds up ${added} above 0, u₂ those below.`
    : "‖f − y‖² + 2λ(|u₁| + |u₂|): with 2λ, where the networks pay λ(‖w‖² + α²).";
  const place = `u₁ = ${written(u1)}, u₂ = ${written(u2)}`;
  return { caption, alt: `A convex bowl with its ${bowl} at ${place}, loss ${written(value)}.` };
}

/**
 * @param {Scenario} scenario
 * @param {Solved} solved
 */
function outputsView(scenario, solved) {
  const { x, y } = scenario.data, { runs, missing } = solved;
  const reach = 1.3 * Math.max(...x.map(Math.abs), 0) || 1;
  const shown = shownRun(scenario);
  const drawn = networkOutputs(solved.problem, {
    networks: runs.map((run) => ({ name: run.name, network: endOf(run) })),
    optimum: solved.network,
    optimumName: called(solved).replace(/^the /, ""),
    span: [-reach, reach],
    ghosts: runs.filter((run) => run.place === shown && run.id in missing)
      .map((run) => ({ run: run.id, neuron: missing[run.id] })),
  });
  const points = x.slice(0, 6).map((at, i) => `(${written(at)}, ${written(y[i])})`).join(", ");
  const best = solved.closed ? "best" : "best found";
  return viewOf({
    name: "outputs",
    title: "Network outputs",
    caption: `■ data; f of the runs; yellow: ${best}; dotted: a neuron’s share.`,
    alt: `Data points ${points}; the output of ${counted(runs.length, "run")} and of ${called(solved)}.`,
    kind: "outputs",
    span: [-reach, reach],
  }, drawn);
}

/**
 * The network at the end of a run.
 * @param {SolvedRun} run
 */
function endOf({ path: { m, W, alpha } }) {
  return { W: W.subarray(W.length - m), alpha: alpha.subarray(alpha.length - m) };
}

/**
 * @param {Solved} solved
 * @param {LossScene} scene
 */
function lossesView(solved, { paths }) {
  const { narrow, closed } = solved, bound = withoutRounding(solved.problem, solved.bound);
  const level = Number.isFinite(solved.bound)
    ? { value: bound, text: `${closed ? "proven optimum" : "lower bound"} ${written(bound)}` } : null;
  const own = narrow && { value: narrow.value, text: `${narrow.name} ${written(narrow.value)}` };
  const ends = paths.map(({ name, objective }) => {
    const [first, last] = endsOf(objective).map((loss) => written(withoutRounding(solved.problem, loss)));
    return `${name} from ${first} to ${last}`;
  }).join("; ");
  const said = closed ? "the proven optimum" : "a lower bound of the optimum";
  const caption = level ? `Loss after each step; the line is ${said}.` : "Loss after each step.";
  const lines = [own, level].flatMap((line) => (line ? [line.text] : [])).join(", ");
  const alt = lines ? `${ends}. Lines: ${lines}.` : `${ends}.`;
  return viewOf({ name: "losses", title: "Loss curves", caption, alt }, lossCurves(paths, level, own));
}
