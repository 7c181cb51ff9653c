// The bridge between the landscapes, in the outputs: f's two branches carry the names of their slopes, and above them
// stands how each slope comes about. It follows playback, drags and what is pointed at in a landscape.
import { optimum, problemOf } from "../engine/engine.js";
import { OPTIMUM } from "../view/colors.js";
import { element } from "../view/dom.js";
import { markerPicture } from "../view/markers.js";
import { between, locate } from "../view/networks.js";
import { axesOf, numbers } from "../view/plotly_internals.js";
import { NAMES, slopeLine, slopeLines } from "./slope_words.js";

/**
 * @import { LocalDrag } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 * @import { Network } from "../view/networks.js"
 * @import { Frame } from "../view/overlay.js"
 * @import { Side } from "./slope_words.js"
 *
 * @typedef {Record<Side, number>} TwoSlopes
 * @typedef {{slopes: TwoSlopes, lines: Record<Side, string[]>, color: string, symbol: string}} SpokenSlopes a function,
 *   and what is said of its slopes
 */

/** @type {Side[]} */
const SIDES = ["left", "right"];
const NAMED_AT = [0.5, 0.62, 0.36, 0.74, 0.24]; // where on its branch a name may stand, of the picture's half, best first
const APART = 15; // pixels between the middle of a name and its branch
const ONE = 16; // branches nearer to each other than this, in pixels, share their name
const NEAR = 30; // pixels around a data point that a name keeps free

export class Slopes {
  written = "";

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.halves = SIDES.map(() => element("div"));
    this.box = element("div", { class: "stage-slopes" }, ...this.halves);
  }

  /** Write and draw what the outputs show now. */
  draw() {
    const { stage } = this;
    const plot = stage.plots.get("outputs");
    const model = stage.drag.draft ?? stage.drag.model;
    const axes = plot && axesOf(plot.area);
    if (!plot?.marks || !axes || !stage.plots.has("twin") || (model && model.kind !== "local")) {
      if (this.box.isConnected) plot?.marks?.clear(); // their names too
      this.box.remove();
      return;
    }
    if (this.box.parentNode !== plot.area) plot.area.append(this.box);
    Object.assign(this.box.style, { left: `${axes.x.start}px`, width: `${axes.x.length}px`, height: `${axes.y.start}px` });
    const spoken = this.spoken(model);
    this.write(spoken);
    const frame = plot.marks.frame();
    if (!frame) return;
    const pointed = stage.bridge.shown();
    if (pointed) drawPointed(frame, pointed.slopes, axes.x.range, getComputedStyle(plot.area).color);
    const points = model ?? plot.view?.figure.data.find(({ uid }) => uid === "data");
    const data = { x: numbers(points?.x ?? []), y: numbers(points?.y ?? []) };
    drawNames(frame, spoken.map(({ slopes }) => slopes), axes.x.range, data, getComputedStyle(plot.area));
  }

  /**
   * The function that is spoken of and, where it may be seen, the best one.
   * @param {Omit<LocalDrag, "runs"> | null} model null on a page without a server, where nothing can be dragged
   * @returns {SpokenSlopes[]}
   */
  spoken(model) {
    const best = this.best(model ? optimum(problemOf(model)) : this.drawnOptimum());
    const pointed = this.stage.bridge.shown();
    const run = this.selected(model?.selected ?? 0);
    const source = pointed ?? run;
    if (!source) return best;
    const { network, slopes } = source;
    const trained = model ? model.layer === "trained" : Boolean(network?.alpha.some((alpha) => alpha !== 1));
    /** @type {(side: Side) => string[]} */
    const lines = (side) => (network ? slopeLines(side, network, trained) : [slopeLine(side, slopes[side])]);
    return [{
      slopes, lines: { right: lines("right"), left: lines("left") },
      color: run && !pointed ? run.color : "transparent", symbol: run && !pointed ? run.symbol : "circle",
    }, ...best];
  }

  /**
   * @param {{sPlus: number, sMinus: number, free: boolean[]} | null} found
   * @returns {SpokenSlopes[]}
   */
  best(found) {
    if (!found) return [];
    const { sPlus, sMinus, free } = found;
    return [{
      slopes: { right: sPlus, left: sMinus }, color: OPTIMUM, symbol: "star",
      lines: {
        right: [free[0] ? `${NAMES.right}: any, no point here` : slopeLine("right", sPlus)],
        left: [free[1] ? `${NAMES.left}: any, no point here` : slopeLine("left", sMinus)],
      },
    }];
  }

  /** The slopes of the optimum as the convex landscape draws it; null where it does not, as while it is held back. */
  drawnOptimum() {
    const star = this.stage.plots.get("twin")?.view?.figure.data.find(({ uid }) => uid === "optimum");
    if (!star) return null;
    return { sPlus: star.x[0] ?? 0, sMinus: star.y[0] ?? 0, free: [false, false] };
  }

  /**
   * The selected run, or its way out while that is played: where it is now.
   * @param {number} index
   * @returns {{network: Network | null, slopes: TwoSlopes, color: string, symbol: string} | null}
   */
  selected(index) {
    const { drag, playback } = this.stage;
    const step = Math.min(playback.step, playback.longest);
    const picture = drag.draft ? drag.picture : null;
    const way = picture || playback.atRest ? undefined : playback.runs.find(({ id, steps }) => id === `escape${index}` && steps[0] <= step);
    const id = way?.id ?? `run${index}`;
    const previewed = picture?.runs.find((candidate) => candidate.id === id);
    const run = previewed ?? playback.runs.find((candidate) => candidate.id === id);
    if (!run) return null;
    const { color, symbol } = run;
    const network = previewed ? endOf(previewed.path) : playback.networks()[id];
    if (network) return { network, slopes: slopesOf(network), color, symbol };
    const track = playback.places().twin?.[id];
    if (!track) return null;
    const at = locate(run.steps, step);
    return { network: null, slopes: { right: between(track.x, at), left: between(track.y, at) }, color, symbol };
  }

  /** @param {SpokenSlopes[]} spoken */
  write(spoken) {
    const wanted = JSON.stringify(spoken);
    if (wanted === this.written) return;
    this.written = wanted;
    SIDES.forEach((side, k) => {
      this.halves[k].replaceChildren(element("strong", {}, `Slope ${side} of 0`), ...spoken.map(({ lines, color, symbol }) => {
        const mark = color === "transparent" ? element("span", { class: "stage-pointed" }) : markerPicture(color, symbol);
        return element("p", {}, mark, element("span", {}, ...lines[side].flatMap((line, at) => (at ? [element("br"), line] : [line]))));
      }));
    });
  }
}

/**
 * @param {Network} network
 * @returns {TwoSlopes}
 */
export function slopesOf({ W, alpha }) {
  const slopes = { right: 0, left: 0 };
  W.forEach((w, j) => {
    if (w > 0) slopes.right += alpha[j] * w;
    else if (w < 0) slopes.left += alpha[j] * w;
  });
  return slopes;
}

/**
 * The last network of a run that was recomputed here.
 * @param {{W: ArrayLike<number>, alpha: ArrayLike<number>, m: number}} path
 * @returns {Network}
 */
function endOf({ W, alpha, m }) {
  const last = (/** @type {ArrayLike<number>} */ all) => Array.from({ length: m }, (_, j) => all[all.length - m + j]);
  return { W: last(W), alpha: last(alpha), d: 1, m };
}

/**
 * f of what is pointed at in a landscape.
 * @param {Frame} frame
 * @param {TwoSlopes} slopes
 * @param {[number, number]} range
 * @param {string} color
 */
function drawPointed(frame, { right, left }, [low, high], color) {
  frame.clipped(() => frame.line([low, 0, high], [left * low, 0, right * high], 3, color, 2.5, { dash: [9, 6] }));
}

/**
 * Put the name of its slope beside each branch; branches that coincide share theirs.
 * @param {Frame} frame
 * @param {TwoSlopes[]} functions the one spoken of, and the best one
 * @param {[number, number]} range
 * @param {{x: readonly number[], y: readonly number[]}} data
 * @param {{color: string, backgroundColor: string, fontFamily: string, getPropertyValue(name: string): string}} style
 */
function drawNames(frame, functions, range, { x, y }, style) {
  const { pen, box } = frame;
  const paper = style.getPropertyValue("--st-background-color").trim() || "#fff";
  const large = Boolean(style.getPropertyValue("--stage-large").trim());
  pen.font = `600 ${large ? 22 : 15}px ${style.fontFamily}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  const points = Array.from(x, (value, i) => [frame.x(value), frame.y(y[i])]);
  /** @type {number[][]} */
  const named = [];
  for (const side of SIDES) {
    const end = side === "right" ? range[1] : range[0];
    functions.forEach((slopes, k) => {
      const star = functions.length > 1 && k === functions.length - 1;
      if (star && Math.abs(frame.y(slopes[side] * end) - frame.y(functions[0][side] * end)) < ONE) return;
      const [right, up] = [frame.x(end) - frame.x(0), frame.y(slopes[side] * end) - frame.y(0)];
      const length = Math.hypot(right, up) || 1;
      const normal = [up / length, -right / length].map((part) => part * (right >= 0 ? 1 : -1) * APART); // upwards
      const others = functions.filter((other) => other !== slopes).map((other) => other[side]);
      /** @type {(share: number, way: number) => [number, number]} */
      const at = (share, way) => [
        frame.x(share * end) + way * normal[0], frame.y(slopes[side] * share * end) + way * normal[1]];
      /** @type {(place: [number, number]) => number} */
      const room = ([left, top]) => {
        if (left < box.left + 12 || left > box.left + box.width - 12 || top < box.top + 10 || top > box.top + box.height - 10) return -1;
        const value = others.map((other) => Math.abs(top - frame.y((other * (left - frame.x(0)) * end) / (right || 1))) + 10);
        return Math.min(NEAR, ...value, ...[...points, ...named].map(([a, b]) => Math.hypot(a - left, b - top)));
      };
      const places = NAMED_AT.flatMap((share) => [at(share, 1), at(share, -1)]);
      const best = places.reduce((found, place) => (room(place) > room(found) ? place : found));
      if (room(best) < 0) return;
      named.push(best);
      const text = star ? `★ ${NAMES[side]}` : NAMES[side];
      pen.strokeStyle = paper;
      pen.lineWidth = 5;
      pen.strokeText(text, ...best);
      pen.fillStyle = style.color;
      pen.fillText(text, ...best);
    });
  }
  pen.textAlign = "left";
}
