// The picture of what is being dragged, recomputed and drawn here: field, optimum, runs and outputs.
import { drawEnds, drawOutputs, drawRun } from "../view/drawing.js";
import { colourTable, descend, lambdaMax, lossField, lossScale, optimum, paint, place, storable, twinField, verdict }
  from "../engine/engine.js";
import { shape } from "../view/markers.js";

const PREVIEW = 121; // points a side of a field while dragging, as many as at rest
const BUDGET = 400_000; // steps × neurons recomputed a frame; runs beyond it wait for Python

/** Everything the pictures show of a draft, computed here. */
export function recompute(draft, stage) {
  const bare = { x: draft.x, y: draft.y, lam: 0, layer: draft.layer };
  const problem = { ...bare, lam: draft.lam * (draft.lam ? lambdaMax(bare) : 0) };
  const best = optimum(problem);
  const shown = stage.state.scene.runs;
  const tracks = { map: {}, curve: {}, twin: {}, losses: {} };
  const runs = [];
  const texts = {};
  let spent = 0;
  for (const run of draft.runs) {
    spent += draft.steps * draft.m;
    if (spent > BUDGET && runs.length) break;
    const options = { schedule: run.schedule, nSteps: draft.steps, method: run.method };
    const path = descend(problem, run.W0, run.alpha0, { ...options, keep: Math.min(400, storable(draft.steps, draft.m)) });
    const look = shown.find((candidate) => candidate.id === run.id);
    if (!look) continue;
    const count = path.steps.length;
    const column = (j) => Float64Array.from({ length: count }, (_, t) => path.W[t * path.m + j]);
    const places = Array.from({ length: count }, (_, t) => place(
      path.W.subarray(t * path.m, (t + 1) * path.m), path.alpha.subarray(t * path.m, (t + 1) * path.m)));
    const [i, j] = draft.plane?.neurons ?? [];
    if (i !== undefined) tracks.map[run.id] = { x: column(i), y: j === undefined ? null : column(j) };
    tracks.curve[run.id] = { x: column(0), y: path.objective };
    tracks.twin[run.id] = { x: places.map((p) => p[0]), y: places.map((p) => p[1]) };
    tracks.losses[run.id] = { x: path.steps, y: path.objective };
    const weights = draft.m <= 12 ? rows(path.W, path.m, count) : null;
    runs.push({
      id: run.id, color: look.color, symbol: look.symbol, steps: path.steps, objective: path.objective, m: path.m,
      W: weights, alpha: weights && rows(path.alpha, path.m, count), path,
    });
    texts[run.id] = ` ${verdict(problem, path, { optimum: best.value }).text}`;
  }
  return { problem, best, runs, tracks, texts };
}

function rows(flat, m, count) {
  return Array.from({ length: count }, (_, t) => Array.from(flat.subarray(t * m, (t + 1) * m)));
}

const even = (low, high, count) => Float64Array.from({ length: count }, (_, k) => low + (k * (high - low)) / (count - 1));

const fields = new Map();

/** Paint a field over a plot, its colours those of the first frame of the drag. */
function paintField(frame, live, draft, plot, compute) {
  const { xaxis, yaxis } = plot.area._fullLayout;
  const name = plot.name;
  if (!fields.has(name)) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = PREVIEW;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    fields.set(name, { canvas, pen, image: pen.createImageData(PREVIEW, PREVIEW), loss: new Float64Array(PREVIEW ** 2) });
  }
  const buffer = fields.get(name);
  compute(even(...xaxis.range, PREVIEW), even(...yaxis.range, PREVIEW), buffer.loss);
  const scale = (live.scales ??= {})[name] ??= lossScale(buffer.loss);
  live.table ??= colourTable(draft.stops);
  paint(buffer.loss, live.table, scale.low, scale.high, scale.soft, buffer.image);
  buffer.pen.putImageData(buffer.image, 0, 0);
  frame.image(buffer.canvas);
}

function drawRuns(frame, { runs, tracks }, view) {
  frame.clipped(() => runs.forEach((run) => drawRun(frame, run, tracks[view][run.id], Infinity)));
  runs.forEach((run) => drawEnds(frame, run, tracks[view][run.id], Infinity, view));
}

function star(frame, x, y) {
  frame.marker(x, y, shape("star"), 20, "#F0E442", "#1b1b33", 1.5);
}

/** How each view draws a recomputed picture. */
export const DRAW = {
  map(frame, picture, draft, live, plot) {
    const { plane } = draft;
    if (!plane?.neurons) return;
    const base = picture.runs.find((run) => run.id === plane.run);
    const network = base && plane.atEnd
      ? { W: base.path.W.slice(-base.m), alpha: base.path.alpha.slice(-base.m) }
      : { W: plane.W, alpha: plane.alpha };
    frame.clipped(() => {
      paintField(frame, live, draft, plot, (xs, ys, out) => lossField(picture.problem, network, plane.neurons, xs, ys, out));
      const { xaxis, yaxis } = plot.area._fullLayout;
      frame.line([0, 0], yaxis.range, 2, "#fff", 2, { dash: [7, 6] });
      frame.line(xaxis.range, [0, 0], 2, "#fff", 2, { dash: [7, 6] });
    });
    live.under?.(frame);
    drawRuns(frame, picture, "map");
    if (draft.layer === "ones" && draft.m === 2) {
      const { sPlus, sMinus } = picture.best;
      star(frame, sPlus, sMinus);
      star(frame, sMinus, sPlus);
    }
  },
  curve(frame, picture, draft, live, plot) {
    const { plane } = draft;
    const { xaxis } = plot.area._fullLayout;
    const ws = even(...xaxis.range, 400);
    const loss = lossField(picture.problem, { W: plane.W, alpha: plane.alpha }, [0], ws, null);
    frame.clipped(() => frame.line(ws, loss, ws.length, "#4886BB", 4));
    drawRuns(frame, picture, "curve");
  },
  twin(frame, picture, draft, live, plot) {
    const { xaxis, yaxis } = plot.area._fullLayout;
    frame.clipped(() => {
      paintField(frame, live, draft, plot, (us, vs, out) => twinField(picture.problem, us, vs, out));
      if (draft.layer !== "ones") return;
      frame.shade([[xaxis.range[0], yaxis.range[0], 0, yaxis.range[1]], [0, 0, xaxis.range[1], yaxis.range[1]]]);
      frame.line([0, 0, xaxis.range[1]], [yaxis.range[0], 0, 0], 3, "#1b1b33", 5);
    });
    drawRuns(frame, picture, "twin");
    star(frame, picture.best.sPlus, picture.best.sMinus);
  },
  outputs(frame, picture, draft, live, plot) {
    const { span } = plot.view;
    const grid = [span[0], 0, span[1]];
    const { sPlus, sMinus } = picture.best;
    frame.clipped(() => {
      frame.line(grid, grid.map((x) => (x > 0 ? sPlus : sMinus) * x), 3, "#F0E442", 8);
      drawOutputs(frame, picture.runs, picture.tracks, Infinity, span);
    });
    draft.x.forEach((x, i) => frame.marker(x, draft.y[i], shape("square"), 16, "#0072B2", "#fff"));
  },
  losses(frame, picture) {
    const { runs, best } = picture;
    const longest = Math.max(1, ...runs.map((run) => run.steps[run.steps.length - 1]));
    frame.clipped(() => frame.line([0, longest], [best.value, best.value], 2, "#F0E442", 5));
    drawRuns(frame, picture, "losses");
  },
};
