// Where notes stand in a plot: what its type and size put over each other is moved apart or set smaller.

import { penOf } from "./dom.js";
import { ofEveryStep } from "./networks.js";
import { numbers } from "./plotly_internals.js";

/**
 * @import { Run } from "./networks.js"
 * @import { Layout, Note, Trace } from "./plotly.js"
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box
 */

const SHARE = { left: 0, center: 0.5, right: 1, top: 0, middle: 0.5, bottom: 1 };
const WIDEST = 0.48, HIGHEST = 0.27; // shares of the plot that a note in a corner may take
const MARKED = ["optimum", "stuck", "optimal"], MARK = 8; // what a note must not cover, and pixels around it
const AROUND = 13; // pixels between a star and its note
const ALONG_RUN = 60; // points of a run, at most, that a note must not cover
const LINE = 1.3; // height of a line, as a multiple of the size of its type

/**
 * Return a layout whose notes cover neither each other nor the stars: those in the corners are set smaller where they
 * would fill the plot, those beside something are set smaller or move away from it.
 * @param {Layout} layout with the theme's sizes
 * @param {{clientWidth: number, clientHeight: number}} area of the whole plot
 * @param {Trace[]} data
 * @param {Run[]} runs those that are drawn
 * @returns {Layout}
 */
export function spread(layout, area, data, runs) {
  const { annotations = [], margin, xaxis, yaxis, font } = layout;
  const ranges = [xaxis?.range, yaxis?.range].map((range) => range?.map(Number));
  const width = area.clientWidth - (margin?.l ?? 0) - (margin?.r ?? 0);
  const height = area.clientHeight - (margin?.t ?? 0) - (margin?.b ?? 0);
  const [xs, ys] = ranges;
  if (!annotations.length || !xs || !ys || width <= 0 || height <= 0) return layout;
  const pen = penOf(document.createElement("canvas"));

  /** @param {Note} note @returns {{width: number, height: number}} */
  const sizeOf = (note) => {
    const size = note.font?.size ?? font?.size ?? 14;
    pen.font = `${size}px ${font?.family ?? "sans-serif"}`;
    const lines = note.text.replace(/<(?!br)[^>]*>/g, "").split("<br>"), pad = 2 * (note.borderpad ?? 1) + 2;
    return {
      width: Math.max(...lines.map((line) => pen.measureText(line).width)) + pad, height: LINE * size * lines.length + pad,
    };
  };
  /** @param {Note} note @returns {Box} */
  const boxOf = (note) => {
    const size = sizeOf(note);
    const left = (note.x - xs[0]) / (xs[1] - xs[0]) * width + (note.xshift ?? 0) - size.width * SHARE[note.xanchor ?? "center"];
    const top = (ys[1] - note.y) / (ys[1] - ys[0]) * height - (note.yshift ?? 0) - size.height * SHARE[note.yanchor ?? "middle"];
    return { left, top, right: left + size.width, bottom: top + size.height };
  };

  /** @type {Box[]} */
  const taken = [];
  /** @type {Map<Note, Note>} */
  const placed = new Map();
  const inside = annotations.filter((note) => !note.xref && !note.yref && !note.showarrow);
  const beside = inside.filter((note) => note.xshift !== undefined && note.name !== "fixed");
  const fixed = inside.filter((note) => !beside.includes(note));
  for (const note of fixed) {
    let found = note;
    for (let smaller = 1; smaller > 0.55; smaller -= 0.1) {
      found = { ...note, font: { ...note.font, size: (note.font?.size ?? 14) * smaller } };
      const box = boxOf(found), corner = note.xanchor === "left" || note.xanchor === "right";
      const slim = note.name === "fixed" || !corner || box.right - box.left <= WIDEST * width && box.bottom - box.top <= HIGHEST * height;
      if (slim && !cost(box, taken, width, height)) break;
    }
    taken.push(boxOf(found));
    placed.set(note, found);
  }
  const corners = [...taken], others = [...marks(data), ...alongRuns(data, runs)].map(({ x, y }) => boxOf({ text: "", x, y, font: { size: MARK } }));
  for (const note of beside) {
    let best = note, least = Infinity;
    for (const candidate of candidates(note, sizeOf(note), data)) {
      const box = boxOf(candidate), covered = cost(box, others, width, height) + 0.01 * cost(box, corners, width, height);
      if (covered < least) [best, least] = [candidate, covered];
      if (covered === 0) break;
    }
    others.push(boxOf(best));
    placed.set(note, best);
  }
  // What a run is caught in matters more than the name of a cell, which the sentences give while it plays.
  const hidden = new Set(fixed.filter((_, k) => beside.length && cost(corners[k], others, Infinity, Infinity) > 0));
  return { ...layout, annotations: annotations.filter((note) => !hidden.has(note)).map((note) => placed.get(note) ?? note) };
}

/**
 * The places of a note, all on its own side of what it names: anywhere else it would seem to name something else.
 * @param {Note} note
 * @param {{width: number, height: number}} size
 * @param {Trace[]} data
 * @returns {Iterable<Note>}
 */
function* candidates(note, size, data) {
  const places = alongSegment(note, data);
  for (const smaller of [1, 0.92, 0.85, 0.78]) {
    const font = { ...note.font, size: (note.font?.size ?? 14) * smaller };
    if (note.name === "around") {
      yield* around(note, font, size.width * smaller);
      continue;
    }
    for (const away of note.name === "wall" ? [0, 5, 10, 20] : [0, 0.3 * size.height]) {
      const out = note.yshift ?? 0;
      for (const place of places) yield { ...note, ...place, font, yshift: out + (out < 0 ? -away : away) };
    }
  }
}

/**
 * Where a note may stand along what it names: a segment in whose middle it is, or where it is.
 * @param {Note} note
 * @param {Trace[]} data
 * @returns {{x: number, y: number}[]}
 */
function alongSegment({ x, y }, data) {
  for (const { uid, x: xs, y: ys } of data) {
    if (uid !== "stuck") continue;
    const [across, up] = [numbers(xs), numbers(ys)];
    for (let k = 0; k + 1 < across.length; k += 1) {
      const dx = across[k + 1] - across[k], dy = up[k + 1] - up[k], length = Math.hypot(dx, dy);
      const share = ((x - across[k]) * dx + (y - up[k]) * dy) / length ** 2;
      const off = Math.hypot(across[k] + share * dx - x, up[k] + share * dy - y);
      if (!(off < 1e-6 * length && share > 0 && share < 1)) continue;
      const reach = Math.min(share, 1 - share);
      return [0, 0.5, -0.5, 0.8, -0.8].map((part) => ({ x: x + part * reach * dx, y: y + part * reach * dy }));
    }
  }
  return [{ x, y }];
}

/**
 * The places around a star: what it says may stand on any side of it.
 * @param {Note} note
 * @param {{size: number, color?: string}} font
 * @param {number} width in pixels
 * @returns {Iterable<Note>}
 */
function* around(note, font, width) {
  for (const across of [0, -0.1, 0.1, -0.2, 0.2, -0.27, 0.27, -0.35, 0.35, -0.45, 0.45]) {
    for (const [yanchor, up] of /** @type {const} */ ([["top", -AROUND], ["bottom", AROUND]])) {
      yield { ...note, font, xanchor: "center", yanchor, xshift: across * width, yshift: up };
    }
  }
  yield { ...note, font, xanchor: "left", yanchor: "middle", xshift: AROUND, yshift: 0 };
  yield { ...note, font, xanchor: "right", yanchor: "middle", xshift: -AROUND, yshift: 0 };
}

/**
 * Where the stars and the critical segments of a picture lie: points along them.
 * @param {Trace[]} data
 */
function marks(data) {
  return data.filter(({ uid, x }) => MARKED.includes(uid ?? "") && Array.isArray(x)).flatMap(({ uid, x: xs, y: ys }) =>
    xs.flatMap((x, k) => {
      const y = ys[k], nextX = xs[k + 1] ?? x, nextY = ys[k + 1] ?? y;
      if (x === null || y === null || nextX === null || nextY === null) return [];
      const shares = uid === "optimum" ? [0] : [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
      return shares.map((share) => ({ x: x + share * (nextX - x), y: y + share * (nextY - y) }));
    }));
}

/**
 * Points along the runs of a picture, closer to each other where a run was slower.
 * @param {Trace[]} data
 * @param {Run[]} runs
 */
function alongRuns(data, runs) {
  return data.filter(({ uid }) => /^(run|escape)\d+-(line|ends)$/.test(uid ?? "")).flatMap(({ uid, meta, x, y }) => {
    const run = uid?.endsWith("-line") ? runs.find(({ id }) => id === meta?.run) : undefined;
    const [xs, ys] = [x, y].map((values) => Array.from(ofEveryStep(numbers(values), run))), every = Math.max(1, Math.ceil(xs.length / ALONG_RUN));
    return xs.flatMap((value, k) => (k % every && k < xs.length - 1 ? [] : [{ x: value, y: ys[k] }]))
      .filter((place) => Number.isFinite(place.x) && Number.isFinite(place.y));
  });
}

/**
 * How many square pixels of a box lie over others or outside the plot.
 * @param {Box} box
 * @param {Box[]} taken
 * @param {number} width
 * @param {number} height
 */
function cost(box, taken, width, height) {
  const whole = (box.right - box.left) * (box.bottom - box.top);
  const within = common(box, { left: -1, top: -1, right: width + 1, bottom: height + 1 });
  return whole - within + taken.reduce((sum, other) => sum + common(box, other), 0);
}

/**
 * @param {Box} one
 * @param {Box} other
 */
function common(one, other) {
  const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  return across > 0 && down > 0 ? across * down : 0;
}
