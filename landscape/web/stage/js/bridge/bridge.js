// A point of one landscape marks its image in the other: weights their slopes, slopes all weights that add up to them, and
// both the function f. Pointed at by the mouse, or by the keyboard with a handle or the crosshair of a landscape.
import { planeNow } from "../drag/preview.js";
import { objective, problemOf, short } from "../engine/engine.js";
import { imageOf, networkOn, preimages } from "../engine/preimages.js";
import { CASING, INK } from "../view/colors.js";
import { decimal, DIRECTIONS, element } from "../view/dom.js";
import { axesOf } from "../view/plotly_internals.js";
import { keepOneStop } from "../view/stops.js";
import { slopesOf } from "./slopes.js";

/**
 * @import { LocalDrag } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 * @import { Network } from "../view/networks.js"
 * @import { Frame } from "../view/overlay.js"
 * @import { Pair, Piece, Plane } from "../engine/preimages.js"
 * @import { Plot } from "../view/plot.js"
 * @import { TwoSlopes } from "./slopes.js"
 *
 * @typedef {"map" | "curve" | "twin"} Landscape
 * @typedef {{view: Landscape, x: number, y: number, typed: boolean, handle?: HTMLButtonElement}} Place typed: by the
 *   keyboard; handle: the one that stands there and takes the place along
 * @typedef {{place: Place, u: Pair, pieces: Piece[], network: Network | null, slopes: TwoSlopes}} Linked
 */

/** @type {Landscape[]} */
const LANDSCAPES = ["map", "curve", "twin"];
const SNAP = 7; // pixels from a wall within which the wall itself is meant: a segment of weights lies behind it

export class Bridge {
  /** What is pointed at. @type {Place | null} */
  place = null;

  /** @type {Linked | null} */
  linked = null;
  frame = 0;

  /** @type {WeakSet<Plot>} */
  heard = new WeakSet();

  /** The crosshair of each landscape. @type {Map<string, HTMLButtonElement>} */
  probes = new Map();

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
  }

  /** The model, where the coordinates of the loss picture are weights. @returns {(LocalDrag & {plane: Plane}) | null} */
  get model() {
    const { drag } = this.stage;
    const model = drag.draft ?? drag.model;
    if (model?.kind !== "local" || !model.plane) return null;
    return { ...model, plane: drag.lasting ? planeNow(model.plane, drag.lasting) : model.plane };
  }

  /** What is pointed at, while nothing is dragged. */
  shown() {
    return this.stage.drag.isBusy ? null : this.linked;
  }

  /** New pictures: hear the pointer over them, and link anew what is pointed at. */
  renewed() {
    for (const name of LANDSCAPES) {
      const plot = this.stage.plots.get(name);
      if (plot && !plot.inSpace && !this.heard.has(plot)) this.hear(plot, name);
      this.placeProbe(plot, name);
      if (plot) keepOneStop(plot);
    }
    this.relink();
  }

  /**
   * @param {Plot} plot
   * @param {Landscape} view
   */
  hear(plot, view) {
    this.heard.add(plot);
    const { area, frame } = plot; // handles stand over the area, not in it
    frame.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch" && !this.stage.hearing.touched(view, event)) return;
      const axes = axesOf(area), place = plot.at(event);
      const inside = axes && place && within(axes.x.range, place.x) && within(axes.y.range, place.y);
      this.point(inside ? { view, ...place, typed: false } : null);
    });
    frame.addEventListener("pointerleave", () => this.point(null));
    frame.addEventListener("focusin", ({ target }) => {
      if (!(target instanceof HTMLButtonElement) || !target.matches(":focus-visible")) return;
      const handle = this.stage.drag.handles.handles.get(target);
      if (handle) this.point({ view, x: handle.x, y: handle.y, typed: true, handle: target });
    });
    frame.addEventListener("focusout", () => this.point(null));
  }

  /** @param {Place | null} place */
  point(place) {
    if (!place && !this.place) return;
    this.place = place;
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.relink();
    });
  }

  relink() {
    this.place &&= this.followed(this.place);
    const { model, place } = this;
    this.linked = model && place ? link(model, place, this.snapped(place, model.plane), this.window()) : null;
    this.draw();
  }

  /**
   * Where a place is now: that of a handle moves with it and goes with it.
   * @param {Place} place
   * @returns {Place | null}
   */
  followed(place) {
    if (!place.handle) return place;
    const now = place.handle.isConnected && this.stage.drag.handles.handles.get(place.handle);
    return now ? { ...place, x: now.x, y: now.y } : null;
  }

  /** The window of the loss picture. @returns {[Pair, Pair]} */
  window() {
    const area = (this.stage.plots.get("map") ?? this.stage.plots.get("curve"))?.area;
    const axes = area && axesOf(area);
    return axes ? [axes.x.range, axes.y.range] : [[0, 0], [0, 0]];
  }

  /**
   * Slopes beside a wall are those on it.
   * @param {Place} place
   * @param {Plane} plane
   * @returns {Pair}
   */
  snapped({ view, x, y }, plane) {
    const axes = view === "twin" && this.stage.plots.has("twin") && axesOf(/** @type {Plot} */ (this.stage.plots.get("twin")).area);
    if (!axes) return [x, y];
    const walls = imageOf(plane, 0, 0);
    return [
      Math.abs(axes.x.toPixel(x) - axes.x.toPixel(walls[0])) <= SNAP ? walls[0] : x,
      Math.abs(axes.y.toPixel(y) - axes.y.toPixel(walls[1])) <= SNAP ? walls[1] : y,
    ];
  }

  draw() {
    const { stage } = this, { model } = this, linked = this.shown();
    for (const name of LANDSCAPES) {
      const plot = stage.plots.get(name);
      if (!plot?.marks || plot.inSpace) continue;
      if (!linked || !model) plot.marks.clear();
      else {
        const frame = plot.marks.frame();
        if (frame) drawLinked(frame, name, linked, model);
      }
      plot.area.dataset.linked = linked ? said(linked, name) : "";
    }
    stage.slopes.draw();
  }

  /**
   * A crosshair that the Tab key reaches and the arrow keys move; the mouse passes through it.
   * @param {Plot | undefined} plot
   * @param {Landscape} view
   */
  placeProbe(plot, view) {
    const axes = plot && !plot.inSpace && axesOf(plot.area);
    let probe = this.probes.get(view);
    if (!axes || !this.model) {
      probe?.remove();
      this.probes.delete(view);
      return;
    }
    if (!probe) this.probes.set(view, probe = this.makeProbe(view));
    if (probe.parentNode !== plot.area) plot.area.append(probe);
  }

  /** @param {Landscape} view */
  makeProbe(view) {
    const name = view === "twin" ? "Slopes pointed at in the convex landscape" : "Weights pointed at in the loss landscape";
    const probe = element("button", {
      type: "button", class: "stage-probe", role: "slider", "aria-label": `${name}. Arrow keys move the crosshair, Enter sets a start there.`,
    });
    /** @type {Pair | null} */
    let at = null;
    const mark = () => {
      const plot = this.stage.plots.get(view), axes = plot && axesOf(plot.area);
      if (!axes) return null;
      const [x, y] = at ?? /** @type {Pair} */ ([axes.x.range, axes.y.range].map(([low, high]) => low + 0.75 * (high - low)));
      for (const [key, value] of Object.entries({ now: x, min: axes.x.range[0], max: axes.x.range[1] })) {
        probe.setAttribute(`aria-value${key}`, decimal(value));
      }
      return { axes, x, y };
    };
    const tell = () => {
      const marked = mark();
      if (!marked) return;
      const { axes, x, y } = marked;
      at = [x, y];
      this.place = { view, x, y, typed: true };
      this.relink();
      probe.style.transform = `translate(${axes.x.toPixel(x)}px, ${axes.y.toPixel(y)}px)`;
      const loss = this.stage.hearing.lossAt(view, at);
      if (this.linked) {
        probe.setAttribute("aria-valuetext", `${spoken(this.linked)}${loss === null ? "" : `, loss ${digits(loss)}`}`);
      }
    };
    mark();
    probe.onfocus = tell;
    probe.onkeydown = (event) => {
      if (event.key === "Enter" && at && !event.repeat) {
        event.preventDefault();
        this.setStart(view, at, event.shiftKey);
        return;
      }
      const direction = DIRECTIONS[event.key];
      const plot = this.stage.plots.get(view), axes = plot && axesOf(plot.area);
      if (!direction || !axes || !at || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      const share = event.shiftKey ? 0.005 : 0.025;
      at = /** @type {Pair} */ ([axes.x, axes.y].map(({ range: [low, high] }, k) => {
        const moved = /** @type {Pair} */ (at)[k] + direction[k] * share * (high - low);
        const round = Math.abs(moved) < 1e-9 * (high - low) ? 0 : moved;
        return Math.min(Math.max(round, low), high);
      }));
      tell();
      this.stage.hearing.pointedAt(view, view === "curve" ? [at[0], 0] : at);
    };
    return probe;
  }

  /**
   * Start there, as by a click: the selected run, or one that is added.
   * @param {Landscape} view
   * @param {Pair} at
   * @param {boolean} added
   */
  setStart(view, [x, y], added) {
    const { stage } = this, add = added || stage.adding;
    stage.send({ kind: "click", view, x, y, add });
    stage.announcer.tell(add ? "A run is added there." : "The start is set there.");
  }

  close() {
    cancelAnimationFrame(this.frame);
  }
}

/**
 * @param {readonly [number, number]} range
 * @param {number} value
 */
function within([low, high], value) {
  return value >= Math.min(low, high) && value <= Math.max(low, high);
}

/**
 * What belongs to a place of a landscape in the other one.
 * @param {LocalDrag & {plane: Plane}} model
 * @param {Place} place
 * @param {Pair} at the place, on a wall where it is beside one
 * @param {[Pair, Pair]} window
 * @returns {Linked}
 */
function link({ plane }, place, at, window) {
  if (place.view !== "twin") {
    const network = networkOn(plane, place.x, place.y);
    const slopes = slopesOf(network);
    return { place, u: [slopes.right, slopes.left], pieces: [], network, slopes };
  }
  const pieces = preimages(plane, at, ...window);
  return {
    place, u: at, pieces, slopes: { right: at[0], left: at[1] },
    network: pieces.length ? networkOn(plane, ...middleOf(pieces[0])) : null,
  };
}

/**
 * @param {Piece} piece
 * @returns {Pair}
 */
function middleOf(piece) {
  const mean = (/** @type {0 | 1} */ k) => piece.reduce((sum, corner) => sum + corner[k], 0) / piece.length;
  return [mean(0), mean(1)];
}

/**
 * @param {Frame} frame
 * @param {Landscape} view
 * @param {Linked} linked
 * @param {LocalDrag & {plane: Plane}} model
 */
function drawLinked(frame, view, linked, model) {
  const { place, u, pieces } = linked;
  const source = view === place.view;
  if (view === "twin") {
    if (!source || place.typed) ring(frame, ...u);
    if (!source) pill(frame, u, said(linked, view));
    return;
  }
  /** @type {(corner: Pair) => Pair} */
  const at = ([a, b]) => (view === "map" ? [a, b] : [a, lossAt(model, a)]);
  if (source) {
    if (place.typed) ring(frame, ...at([place.x, place.y]));
    return;
  }
  frame.clipped(() => pieces.filter((piece) => piece.length > 1).forEach((piece) => {
    const corners = piece.map(at), closed = piece.length > 2 ? [...corners, corners[0]] : corners;
    frame.line(closed.map(([x]) => x), closed.map(([, y]) => y), closed.length, INK, 3, { casing: CASING, dash: [7, 5] });
  }));
  for (const piece of pieces) if (piece.length <= 2) piece.forEach((corner) => ring(frame, ...at(corner)));
  for (const [corner, second] of pieces) if (!second) pill(frame, at(corner), said(linked, view, corner));
  const whole = pieces.find((piece) => piece.length > 1);
  if (whole) pill(frame, middleOf(whole.map(at)), said(linked, view));
  if (!pieces.length) pill(frame, null, said(linked, view));
}

/**
 * The loss of a single neuron at its weight.
 * @param {LocalDrag & {plane: Plane}} model
 * @param {number} w
 */
function lossAt(model, w) {
  const { W, alpha } = networkOn(model.plane, w, 0);
  return objective(problemOf(model), W, alpha);
}

/** @param {number} value */
const digits = (value) => short(value, 3);

/**
 * What a landscape says of what is pointed at in the other one, of one place or of all.
 * @param {Linked} linked
 * @param {Landscape} view
 * @param {Pair} [corner]
 * @returns {string}
 */
function said(linked, view, corner) {
  const { place, u, pieces } = linked;
  if (view === "twin") return `u₁ = ${digits(u[0])}, u₂ = ${digits(u[1])}`;
  if (corner) return view === "map" ? corner.map(digits).join(", ") : `w = ${digits(corner[0])}`;
  if (place.view !== "twin") return [place.x, ...(view === "map" ? [place.y] : [])].map(digits).join(", ");
  if (!pieces.length) return "no weights here have these slopes";
  return pieces.some((piece) => piece.length > 1) ? "all of these" : pieces.map(([one]) => said(linked, view, one)).join("; ");
}

/**
 * The same for who hears it: the place, and what belongs to it.
 * @param {Linked} linked
 */
function spoken(linked) {
  const { place, pieces } = linked;
  const slopes = said(linked, "twin");
  if (place.view === "curve") return `w = ${digits(place.x)} gives the slopes ${slopes}`;
  if (place.view === "map") return `Weights ${digits(place.x)} and ${digits(place.y)} give the slopes ${slopes}`;
  if (!pieces.length) return `Slopes ${slopes}: no weights in the loss landscape add up to them`;
  const where = pieces.map((piece) => piece.map((corner) => corner.map(digits).join(" and ")).join(" to ")).join("; ");
  return `Slopes ${slopes} from the weights ${where}`;
}

/**
 * @param {Frame} frame
 * @param {number} x
 * @param {number} y
 */
function ring(frame, x, y) {
  const { pen } = frame;
  for (const [color, width] of /** @type {const} */ ([[CASING, 6], [INK, 2.5]])) {
    pen.beginPath();
    pen.arc(frame.x(x), frame.y(y), 10, 0, 2 * Math.PI);
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.stroke();
  }
}

/**
 * Write a line beside a place, inside the frame; without a place, in its middle.
 * @param {Frame} frame
 * @param {Pair | null} place
 * @param {string} text
 */
function pill(frame, place, text) {
  const { pen, box } = frame;
  const size = box.width < 320 ? 13 : 15;
  pen.font = `600 ${size}px ${getComputedStyle(pen.canvas).fontFamily}`;
  const width = Math.min(box.width, pen.measureText(text).width + 14), height = size + 10;
  const x = place ? frame.x(place[0]) : box.left + (box.width + width) / 2, y = place ? frame.y(place[1]) : box.top + box.height / 2;
  const left = Math.min(Math.max(x - (place ? width / 2 : width), box.left), box.left + box.width - width);
  const above = y - 18 - height >= box.top;
  const top = Math.min(Math.max(above ? y - 18 - height : y + 18, box.top), box.top + box.height - height);
  pen.fillStyle = INK;
  pen.strokeStyle = CASING;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.roundRect(left, top, width, height, 5);
  pen.fill();
  pen.stroke();
  pen.fillStyle = CASING;
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  pen.fillText(text, left + 7, top + height / 2 + 1, width - 14);
}
