// The outputs of the networks, as landscape/figures/front/outputs.py has them: the data, f(x) of every run and of the
// optimum, and each neuron's share.
import { DATA, GHOST, OPTIMUM } from "../../view/colors.js";
import { SHARES_DRAWN } from "../../view/drawing.js";
import { output, share } from "../../view/networks.js";
import { axis, figure, packed, runColor, withGaps } from "./style.js";

/**
 * @import { Numbers } from "../../engine/problem.js"
 * @import { Network } from "../scene/surface.js"
 * @import { Figure, Trace } from "./style.js"
 */

const SLOPES_ROOM = 72; // pixels above the plot, in which bridge/slopes.js writes how the slopes of f come about
const FAR = 10; // a run that diverged leaves the picture instead of shrinking the rest of it to a line

/**
 * Networks of one feature without bias over the data.
 * @param {{x: Numbers, y: Numbers}} points
 * @param {object} shown
 * @param {{name: string, network: Network}[]} shown.networks of every run
 * @param {Network} shown.optimum the network recovered from the convex program
 * @param {string} shown.optimumName what it is called
 * @param {[number, number]} shown.span the range of x to draw
 * @param {{run: string, neuron: Network}[]} shown.ghosts the neurons that are missing from runs
 * @returns {Figure}
 */
export function networkOutputs({ x, y }, { networks, optimum, optimumName, span, ghosts }) {
  // Piecewise linear with its only kink at 0: three points draw it exactly.
  const grid = span[0] < 0 && span[1] > 0 ? [span[0], 0, span[1]] : [...span];
  const best = outputsOf(optimum, grid);
  const values = [...Array.from(y), ...best], far = FAR * largest(values) || 1;
  /** @param {number[]} curve */
  const count = (curve) => {
    if (largest(curve) <= far) values.push(...curve);
  };
  const data = [curveOf(grid, best, optimumName, "optimum", OPTIMUM, 8)];
  networks.forEach(({ name, network }, index) => {
    const color = runColor(index), run = `run${index}`, { W, alpha } = network;
    if (alpha.length <= SHARES_DRAWN) {
      const shares = Array.from(W, (_, j) => grid.map((at) => share(whole(network), j, at)));
      data.push({
        type: "scatter",
        mode: "lines",
        x: withGaps(shares.map(() => grid)),
        y: withGaps(shares),
        line: { color, width: 2, dash: "dot" },
        meta: { run },
        uid: `${run}-shares`,
        hovertemplate: `${name}: one neuron's share<extra></extra>`,
      });
    }
    const curve = outputsOf(network, grid);
    count(curve);
    data.push(curveOf(grid, curve, name, run, color, 3));
  });
  for (const { run, neuron } of ghosts) {
    const added = outputsOf(neuron, grid);
    count(added);
    data.push({
      type: "scatter",
      mode: "lines",
      x: [...grid],
      y: added,
      meta: { run },
      line: { color: GHOST, width: 3, dash: "4px,6px" },
      uid: `${run}-ghost`,
      hovertemplate: "the neuron that is missing<extra></extra>",
    });
  }
  data.push({
    type: "scatter",
    mode: "markers",
    x: packed(x),
    y: packed(y),
    name: "data",
    uid: "data",
    marker: { symbol: "square", size: 13, color: DATA, line: { width: 2, color: "#FFFFFF" } },
    hovertemplate: "data point<br>x %{x:.4g}<br>y %{y:.4g}<extra></extra>",
    cliponaxis: false,
  });
  const low = Math.min(...values, 0), high = Math.max(...values, 0), room = 0.12 * (high - low) || 1;
  return figure(data, {
    xaxis: axis("x", span, { zeroline: true }),
    yaxis: axis("f(x)", [low - room, high + room], { zeroline: true }),
    margin: { l: 46, t: SLOPES_ROOM },
  });
}

/**
 * A network as view/networks.js has it.
 * @param {Network} network
 */
function whole({ W, alpha }) {
  return { W: Array.from(W), alpha: Array.from(alpha), d: 1, m: alpha.length };
}

/**
 * @param {Network} network
 * @param {number[]} grid
 */
function outputsOf(network, grid) {
  const of = whole(network);
  return grid.map((at) => output(of, at));
}

/** @param {number[]} values */
function largest(values) {
  return Math.max(...values.map(Math.abs));
}

/**
 * @param {number[]} grid
 * @param {number[]} values
 * @param {string} name
 * @param {string} run
 * @param {string} color
 * @param {number} width
 * @returns {Trace}
 */
function curveOf(grid, values, name, run, color, width) {
  return {
    type: "scatter",
    mode: "lines",
    x: [...grid],
    y: values,
    name,
    line: { color, width },
    meta: { run },
    uid: `${run}-line`,
    hovertemplate: `${name}<br>f(%{x:.4g}) = %{y:.4g}<extra></extra>`,
  };
}
