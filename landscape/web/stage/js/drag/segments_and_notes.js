// The parts of a new figure that the engine does not compute, critical segments and notes, drawn on the canvas.
import { written } from "../engine/engine.js";

/**
 * @import { Figure, Layout } from "../view/plotly.js"
 * @import { Frame } from "../view/overlay.js"
 */

const SEGMENTS = ["edges", "stuck", "optimal"]; // the traces of critical pieces, in the order they are laid over each other

/**
 * Draw the critical segments of a figure, pieces being separated by gaps.
 * @param {Frame} frame
 * @param {Figure} figure
 */
export function drawSegments(frame, { data }) {
  frame.clipped(() => data.filter(({ uid }) => uid && SEGMENTS.includes(uid)).forEach(({ x, y, line }) => {
    let begin = 0;
    x.forEach((value, k) => {
      if (value !== null) return;
      // Without the gaps, every coordinate is a number.
      const [xs, ys] = /** @type {number[][]} */ ([x.slice(begin, k), y.slice(begin, k)]);
      frame.line(xs, ys, k - begin, line.color, line.width);
      begin = k + 1;
    });
  }));
}

/**
 * Draw what a picture at rest says while it is being changed: what belongs to its frame where it stands, what the stars say
 * beside the stars, with the loss of now.
 * @param {Frame} frame
 * @param {Layout} layout as it is drawn at rest
 * @param {[number, number][]} stars the first is where the best network is
 * @param {number} loss of the best network
 */
export function drawKeptNotes(frame, layout, stars, loss) {
  const { annotations = [] } = layout;
  const kept = annotations.filter(({ name, xshift }) => name === "wall" || name === "fixed" || xshift === undefined);
  const beside = annotations.filter(({ name }) => name === "around");
  const best = beside.find(({ text }) => text.includes(": loss ")), again = beside.find((note) => note !== best);
  const said = stars.flatMap(([x, y], k) => {
    const note = k === 0 ? best : again;
    return note ? [{ ...note, x, y, text: note.text.replace(/: loss .*/, `: loss ${written(loss)}`) }] : [];
  });
  drawNotes(frame, { ...layout, annotations: [...kept, ...said] });
}

const SHARE = { left: 0, center: 0.5, right: 1, top: 0, middle: 0.5, bottom: 1 };

/**
 * Draw the notes of a figure where and as plotly.js does: text of several lines on its own background.
 * @param {Frame} frame
 * @param {Layout} layout with the theme's colours and sizes
 */
export function drawNotes(frame, { annotations = [], font = {} }) {
  const { pen } = frame;
  for (const note of annotations) {
    if (note.xref || note.yref || note.showarrow) continue; // placed by the frame and not by data
    const size = note.font?.size ?? font.size ?? 14;
    pen.font = `${size}px ${font.family}`;
    const lines = note.text.split("<br>");
    const pad = note.borderpad ?? 1;
    const width = Math.max(...lines.map((line) => pen.measureText(line).width)) + 2 * pad;
    const height = 1.3 * size * lines.length + 2 * pad;
    const left = frame.x(note.x) + (note.xshift ?? 0) - width * SHARE[note.xanchor ?? "center"];
    const top = frame.y(note.y) - (note.yshift ?? 0) - height * SHARE[note.yanchor ?? "middle"];
    pen.fillStyle = note.bgcolor ?? "transparent";
    pen.fillRect(left, top, width, height);
    pen.fillStyle = note.font?.color ?? font.color ?? "#000";
    pen.textBaseline = "middle";
    lines.forEach((line, k) => pen.fillText(line, left + pad, top + pad + 1.3 * size * (k + 0.5)));
  }
}
