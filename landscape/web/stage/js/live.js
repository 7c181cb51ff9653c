// What a visitor drags: the browser recomputes field, optimum, runs and sentences itself, and asks Python on release.
import { paced } from "./dom.js";
import { shape } from "./markers.js";
import { drawEnds, drawOutputs, drawRun } from "./drawing.js";
import { colourTable, descend, lambdaMax, lossField, lossScale, optimum, paint, place, storable, twinField, verdict }
  from "./engine.js";
import { Handles } from "./handles.js";
import { dataHandles, followed, pointHandles, slopeHandles, startHandles } from "./grips.js";
import { READABLE, tellStep } from "./sentences.js";

const PREVIEW = 121; // points a side of a field while dragging, as many as at rest
const BUDGET = 400_000; // steps × neurons recomputed a frame; runs beyond it wait for Python
const ASK_EVERY = 250; // ms between two questions to the server while dragging
const ANSWER_BY = 8000; // ms after which a question is asked again

export class Live {
  constructor(stage) {
    this.stage = stage;
    this.handles = new Handles(stage);
    this.pending = null;
    this.asked = 0;
    this.tell = paced((texts) => tellStep(stage.sentences, texts), READABLE);
  }

  get model() {
    return this.stage.state?.scene.live ?? null;
  }

  /** Whether a state from Python must wait: something is held, or an answer to a newer question is on its way. */
  holds(state) {
    // Where the browser cannot recompute the pictures, the answers on the way are what follows the hand.
    if ((this.handles.held || this.unsent) && !this.model?.remote) return true;
    return this.pending !== null && state.scene.answers !== this.pending.number;
  }

  /** A state has been drawn: what was previewed is now exact. */
  settle(state) {
    this.tell.cancel();
    if (this.pending && state.scene.answers === this.pending.number) {
      clearTimeout(this.pending.timer);
      this.pending = null;
    }
    if (this.handles.held || this.unsent) {
      this.draft = followed(this.draft, this.model);
      this.placeHandles();
    } else this.draft = null;
    for (const plot of this.stage.plots.values()) {
      plot.area.classList.remove("stage-live");
      plot.overlay?.clear();
    }
    if (!this.model) this.handles.show([]);
    else if (!this.handles.held) this.placeHandles();
  }

  placeHandles() {
    const now = this.draft ?? this.model;
    if (now.points) {
      this.handles.show(pointHandles(now, (change) => this.change(change)));
      return;
    }
    this.handles.show([
      ...dataHandles(now, (change) => this.change(change)),
      ...startHandles(now, (change) => this.change(change)),
      ...slopeHandles(now, this.shownEnds(), this.stage.plots.get("outputs")?.view.span, (change) => this.change(change)),
    ]);
  }

  /** The networks whose outputs are drawn: each run's end, or where it is while the playhead stands elsewhere. */
  shownEnds() {
    const { playback } = this.stage;
    return playback.networks();
  }

  /** Take a change of data or starts, and draw it with the next frame. */
  change({ x, y, runs, moved }) {
    const model = this.draft ?? this.model;
    this.draft = { ...model, x: x ?? model.x, y: y ?? model.y, runs: runs ?? model.runs };
    this.unsent = true; // newer than any question asked so far
    if (moved) {
      this.draft.moved = moved.id;
      this.draft.points = model.points.map((point) => (point.id === moved.id ? moved : point));
    }
    if (!this.frame) {
      this.frame = requestAnimationFrame(() => {
        this.frame = null;
        this.draw();
      });
    }
  }

  draw() {
    if (!this.draft) return;
    if (this.draft.remote) {
      this.drawRemote();
      return;
    }
    if (!this.scales) this.scales = {};
    this.picture = recompute(this.draft, this.stage);
    const { stage } = this;
    stage.playback.suspend();
    for (const [view, plot] of stage.plots) {
      if (plot.isRelief || !plot.overlay) continue;
      plot.area.classList.add("stage-live");
      const frame = plot.overlay.frame();
      if (frame) DRAW[view]?.(frame, this.picture, this.draft, this, plot);
    }
    this.tell.soon(this.picture.texts);
    this.placeHandles();
    this.drawn = (this.drawn ?? 0) + 1;
    stage.box.dataset.previews = String(this.drawn);
    this.askWhileIdle();
  }

  /** Only the points themselves follow at once; everything else comes with the answers. */
  drawRemote() {
    if (this.draft.points) {
      this.drawMoved();
      return;
    }
    const plot = this.stage.plots.get("outputs");
    const frame = plot?.overlay?.frame();
    if (!frame) return;
    this.stage.playback.suspend();
    const { x, y } = this.draft;
    const held = Number(this.handles.held?.dataset.handle.replace("data", "") ?? -1);
    x.forEach((value, i) => {
      if (i === held || this.model.x[i] !== value || this.model.y[i] !== y[i]) frame.marker(value, y[i], shape("square"), 16, "#0072B2", "#fff");
    });
    this.placeHandles();
    this.askWhileIdle();
  }

  /** The point that is held, in whichever view it belongs to. */
  drawMoved() {
    const point = this.draft.points.find((candidate) => candidate.id === this.draft.moved);
    const frame = this.stage.plots.get(point?.view)?.overlay?.frame();
    this.stage.playback.suspend();
    frame?.marker(point.x, point.y, shape(point.symbol), 16, point.color, "#fff");
    this.placeHandles();
    this.askWhileIdle();
  }

  /** Between, the server is asked only when it has answered the last question, and at most four times a second. */
  askWhileIdle() {
    const now = performance.now();
    if (this.pending || now - this.asked < ASK_EVERY || !this.handles.held) return;
    this.ask(false);
  }

  release() {
    this.unsent &&= this.draft !== null;
    if (!this.draft) return;
    this.scales = null;
    this.ask(true);
  }

  ask(final) {
    this.asked = performance.now();
    this.unsent = false;
    const { x, y, runs, points, moved } = this.draft;
    if (points) {
      const { id, x: newX, y: newY } = points.find((candidate) => candidate.id === moved);
      this.put({ kind: "edit", point: id, x: newX, y: newY, final });
      return;
    }
    const changed = runs.filter((run) => run.changed).map(({ index, W0, alpha0 }) => ({ index, w: [...W0], alpha: [...alpha0] }));
    this.put({ kind: "edit", x, y, runs: changed, final });
  }

  put(event) {
    if (this.pending) clearTimeout(this.pending.timer);
    const number = this.stage.send(event);
    this.wait(number, event);
  }

  wait(number, event) {
    this.pending = { number, timer: setTimeout(() => this.again(number, event), ANSWER_BY) };
  }

  /** An answer that never came: a dropped connection loses the question, and nothing else. */
  again(number, event) {
    if (this.pending?.number !== number) return;
    this.stage.send(event, number);
    this.wait(number, event);
  }

  close() {
    if (this.pending) clearTimeout(this.pending.timer);
    this.handles.close();
  }
}

/** Everything the pictures show of a draft, computed here. */
function recompute(draft, stage) {
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

const DRAW = {
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
