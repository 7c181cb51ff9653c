// The contents of the loss picture of a solved scenario: the slice, its cells, runs, optima and critical set, as
// landscape/scene/loss.py has it.
import { shownRuns } from "../results/solved.js";
import { componentsOn, optimumOf, piecesOf } from "./critical_pieces.js";
import { pathOn } from "./paths.js";
import { optimaOn, slicePlane } from "./planes.js";
import { coordinates, gridWithKinks, kinkLines, lossSurface } from "./surface.js";
import { clipped, distinct, namedCells, whereLossesAreNumbers, windowOf } from "./window.js";

/**
 * @import { Solved } from "../results/solved.js"
 * @import { Scenario } from "../scenario/scenario.js"
 * @import { CriticalPiece } from "./critical_pieces.js"
 * @import { ScenePath } from "./paths.js"
 * @import { Slice } from "./planes.js"
 * @import { Surface } from "./surface.js"
 * @import { CellLabel, Polyline } from "./window.js"
 *
 * @typedef {{surface: Surface, labels: [string, string], titles: [string, string], borders: Polyline[],
 *   cells: CellLabel[], paths: ScenePath[], optima: Polyline, pieces: CriticalPiece[], slice: string,
 *   mirrored: boolean, moving: number[]}} LossScene
 *   The loss on a grid that contains its kinks (for a single neuron one row of it, a curve); names of the coordinates,
 *   and what they are; polylines between activation-pattern cells, and the cells' names; the runs, the globally optimal
 *   networks that are points, and the critical set where it has a closed form; the sentence that describes the plane,
 *   empty where it is the whole space of weights; whether swapping the coordinates leaves the network as it is; and the
 *   neurons whose weights are the coordinates, none in a plane of another kind.
 */

export const GRID = 121; // points a side of a map; kinks are added exactly
const MOST_BORDERS = 24; // where there are more borders between cells, which would cover the map, none are drawn

/**
 * The loss over the slice a scenario shows, with its cells, paths and optima.
 * @param {Solved} solved
 * @param {Scenario} scenario
 * @returns {LossScene}
 */
export function lossScene(solved, scenario) {
  const { problem } = solved, cut = slicePlane(solved, scenario), { plane, moving } = cut;
  const single = plane.origin.W.length === 1, critical = componentsOn(solved, plane, moving);
  const paths = shownRuns(solved).map((run) => pathOn(run, plane));
  const marks = critical.map(optimumOf).filter((place) => place !== null);
  if (critical.length === 0) marks.push(...optimaOn(plane, solved));
  const optima = distinct(marks), seen = [...optima];
  if (solved.runs.length === 0) seen.push(coordinates(plane, cut.base));
  const window = windowOf(scenario.view.window, paths, solved, columns(seen), moving.length > 0);
  const [xs, ys] = whereLossesAreNumbers(problem, plane, ...window);
  const lines = kinkLines(problem, plane);
  const across = lines.filter(([, , q]) => q === 0).map(([c, p]) => -c / p);
  const up = lines.filter(([, p]) => p === 0).map(([c, , q]) => -c / q);
  const w1 = gridWithKinks(...xs, single ? 4 * GRID : GRID, across);
  const w2 = single ? new Float64Array(1) : gridWithKinks(...ys, GRID, up);
  return {
    surface: lossSurface(problem, w1, w2, plane),
    labels: cut.labels,
    titles: titlesOf(cut),
    borders: lines.length <= MOST_BORDERS ? clipped(lines, xs, ys) : [],
    cells: moving.length > 0 && !single ? namedCells(xs, ys) : [],
    paths,
    optima: columns(optima),
    pieces: piecesOf(critical, xs, ys),
    slice: cut.note,
    mirrored: moving.length === 2 && plane.origin.alpha[moving[0]] === plane.origin.alpha[moving[1]],
    moving,
  };
}

/**
 * @param {[number, number][]} points
 * @returns {Polyline}
 */
function columns(points) {
  return [points.map(([x]) => x), points.map(([, y]) => y)];
}

/**
 * @param {Slice} cut
 * @returns {[string, string]}
 */
function titlesOf({ plane, labels, moving }) {
  if (plane.origin.W.length === 1) return ["w, weight of the neuron", ""];
  if (moving.length === 0) return labels;
  const [first, second] = labels.map((name, k) => `${name}, weight of neuron ${moving[k] + 1}`);
  return [first, second];
}
