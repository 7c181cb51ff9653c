// Handles: points over a plot that can be dragged by mouse, finger or arrow keys.
//
// To a screen reader each is a slider, which is what passes arrow keys on to the page. There is none for two dimensions:
// its value and range are those of the coordinate that was moved last, at first x, and its text has both.
import { short } from "../engine/formatting.js";
import { decimal, DIRECTIONS, element } from "../view/dom.js";
import { axesOf } from "../view/plotly_internals.js";
import { keepOneStop } from "../view/stops.js";
import { onHold } from "./hold.js";
import { draggedTo, pixelGrain, steppedTo } from "./snapping.js";
import { openValueBox } from "./value_box.js";

/**
 * @import { Stage } from "../stage.js"
 * @import { Plot } from "../view/plot.js"
 * @import { Axis } from "../view/plotly_internals.js"
 * @import { Grain } from "./snapping.js"
 *
 * @typedef {object} Handle what can be dragged, and what moving it means
 * @property {string} id
 * @property {number} index
 * @property {string} view
 * @property {string} label
 * @property {number} x
 * @property {number} y
 * @property {"xy" | "x" | "y"} axes
 * @property {{x: [number, number], y: [number, number]}} allowed the least and the largest value of either coordinate
 * @property {string | null} [said] its position as text, for one that represents something else than (x, y)
 * @property {number} [value] the number that it represents, where that is neither x nor y
 * @property {boolean} removable
 * @property {{x: string, y: string}} [names] of its coordinates, where they are not those of the picture's axes
 * @property {Coordinate[]} [typed] what can be typed, where that is neither x nor y
 * @property {(x: number, y: number, grain: Grain) => void} move called while it is dragged, with the step of the values
 *   one can see; `stage.drag.release()` when it is let go
 *
 * @typedef {{name: string, spoken: string, value: number, range: [number, number], set(value: number): void}} Coordinate
 *   A number of a handle that can be typed: its name as it is written and as it is said.
 * @typedef {{x: number, y: number, right: number, down: number}} Hold where a handle was when it was taken, and how far
 *   right and down of its middle the pointer is, in pixels
 * @typedef {{node: HTMLButtonElement, from: {x: number, y: number}, offset: {x: number, y: number},
 *   at: {x: number, y: number}}} Steps where a handle was before the arrow keys, the sum of their steps, and where it is
 */

const LONGEST_NAME = 14; // letters of an axis' title that still is a name
const SLACK = 4; // pixels that a finger moves while it rests

const EXACT = { x: 0, y: 0 }; // the grain of what is typed

/** A name with its subscripts as words. @type {(name: string) => string} */
export const spokenName = (name) => name.replace(/[₀-₉]+/g, (digits) => (
  ` ${[...digits].map((digit) => digit.charCodeAt(0) - 0x2080).join("")}`));

/**
 * A coordinate with its name: "x 1", "w 1 = 2".
 * @param {string} name
 * @param {number} value
 */
function named(name, value) {
  const said = spokenName(name);
  return `${said}${/\d$/.test(said) ? " =" : ""} ${short(value, 3)}`;
}

/**
 * What the title of an axis calls a coordinate; where that is a sentence, its letter.
 * @param {string | undefined} title
 * @param {"x" | "y"} letter
 */
function shortTitle(title, letter) {
  const name = (title ?? "").replace(/<[^>]*>/g, "").split(/[,(]/)[0].trim();
  return name && name.length <= LONGEST_NAME ? name : letter;
}

/**
 * Whether a place is beyond the plot's frame, by more than rounding.
 * @param {number} pixel
 * @param {Axis} axis
 */
function isOutside(pixel, { start, length }) {
  return pixel < start - 2 || pixel > start + length + 2;
}

export class Handles {
  /** @type {Map<string, HTMLButtonElement>} */
  nodes = new Map();

  /** @type {WeakMap<HTMLButtonElement, Handle>} */
  handles = new WeakMap();

  /** @type {HTMLButtonElement | null} */
  held = null;

  /** The coordinate that arrow keys moved last. @type {WeakMap<HTMLButtonElement, "x" | "y">} */
  moving = new WeakMap();

  /** How the held handle was taken. @type {Hold | null} */
  hold = null;

  /** What the arrow keys have done since the handle was focused. @type {Steps | null} */
  steps = null;

  moved = false;
  typed = false;

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
  }

  /** The handle that is held, if one is. */
  heldHandle() {
    return this.held && this.handles.get(this.held);
  }

  /**
   * Place one button for each handle; those that stay keep their focus.
   * @param {Handle[]} handles
   */
  show(handles) {
    const ids = new Set(handles.map((handle) => handle.id));
    for (const [id, node] of this.nodes) {
      if (!ids.has(id)) {
        if (node === document.activeElement) this.focusNeighbour(node);
        node.remove();
        this.nodes.delete(id);
      }
    }
    for (const [order, handle] of handles.entries()) {
      const plot = this.stage.plots.get(handle.view);
      if (!plot || plot.inSpace) continue;
      let node = this.nodes.get(handle.id);
      if (!node) this.nodes.set(handle.id, node = this.make());
      this.handles.set(node, handle);
      if (node.parentNode !== plot.grips) plot.grips.append(node);
      node.dataset.order = String(order);
      this.place(node, handle, plot);
    }
    for (const plot of this.stage.plots.values()) keepOneStop(plot);
  }

  /**
   * Give the focus of a handle that goes to the one before it, or else the next, in its picture.
   * @param {HTMLButtonElement} node
   */
  focusNeighbour(node) {
    const order = Number(node.dataset.order);
    const near = [...this.nodes.values()].filter((other) => other !== node && !other.hidden && other.parentNode === node.parentNode);
    near.sort((one, other) => Math.abs(Number(one.dataset.order) - order) - Math.abs(Number(other.dataset.order) - order));
    near[0]?.focus({ preventScroll: true });
  }

  /**
   * What a picture calls the coordinates of a handle.
   * @param {Handle} handle
   */
  namesOf({ names, view }) {
    const layout = this.stage.plots.get(view)?.view?.figure.layout;
    return names ?? { x: shortTitle(layout?.xaxis?.title?.text, "x"), y: shortTitle(layout?.yaxis?.title?.text, "y") };
  }

  /**
   * What of a handle can be typed.
   * @param {HTMLButtonElement} node
   * @returns {Coordinate[]}
   */
  coordinates(node) {
    const handle = this.handles.get(node);
    if (!handle) return [];
    if (handle.typed) return handle.typed;
    const names = this.namesOf(handle);
    return /** @type {("x" | "y")[]} */ ([...handle.axes]).map((axis) => ({
      name: names[axis], spoken: spokenName(names[axis]), value: handle[axis], range: handle.allowed[axis],
      set: (value) => {
        const now = this.handles.get(node);
        if (!now) return;
        const [x, y] = axis === "x" ? [value, now.y] : [now.x, value];
        now.move(x, y, EXACT);
        this.handles.set(node, { ...now, x, y }); // a second number may come before the next frame
      },
    }));
  }

  /**
   * Show the numbers of a handle beside it, to be typed.
   * @param {HTMLButtonElement} node
   * @param {boolean} byKey
   */
  openBox(node, byKey) {
    openValueBox(node, {
      now: () => this.handles.get(node), coordinates: () => this.coordinates(node),
      release: () => this.stage.drag.release(), remove: () => this.remove(node),
    }, { byKey });
  }

  /**
   * @param {HTMLButtonElement} node
   * @param {Handle} handle
   * @param {Plot} plot
   */
  place(node, handle, plot) {
    const axes = axesOf(plot.area);
    if (!axes) return;
    const [left, top] = [axes.x.toPixel(handle.x), axes.y.toPixel(handle.y)];
    const outside = isOutside(left, axes.x) || isOutside(top, axes.y);
    const where = handle.said ?? `${short(handle.x, 3)}, ${short(handle.y, 3)}`;
    node.style.transform = `translate(${left}px, ${top}px)`;
    node.hidden = outside && this.held !== node;
    this.tell(node, handle);
    node.dataset.label = handle.said ?? `(${where})`;
    node.dataset.handle = handle.id;
  }

  /**
   * Tell a screen reader the name, the value and the range.
   * @param {HTMLButtonElement} node
   * @param {Handle} handle
   */
  tell(node, handle) {
    const axis = handle.axes === "xy" ? this.moving.get(node) ?? "x" : handle.axes;
    const [least, most] = handle.allowed[axis];
    const names = handle.axes === "xy" ? { "aria-roledescription": "2-D slider" } : {};
    const told = {
      "aria-label": handle.label,
      "aria-valuetext": handle.said ? spokenName(handle.said) : this.valueText(handle),
      "aria-valuemin": decimal(least), "aria-valuemax": decimal(most),
      "aria-valuenow": decimal(handle.value ?? handle[axis]),
      "aria-orientation": axis === "x" ? "horizontal" : "vertical",
      "aria-haspopup": "dialog",
      "aria-keyshortcuts": handle.removable ? "Enter Delete" : "Enter",
      ...names,
    };
    for (const [name, value] of Object.entries(told)) {
      if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
    }
  }

  /** @param {Handle} handle */
  valueText(handle) {
    const names = this.namesOf(handle);
    return `${named(names.x, handle.x)}, ${named(names.y, handle.y)}`;
  }

  make() {
    const node = element("button", { type: "button", class: "stage-handle", role: "slider" });
    onHold(node, (event) => this.grab(node, event), () => {
      const { held } = this;
      if (!held) return;
      this.drop(held);
      this.openBox(held, false);
    });
    node.onpointermove = (event) => this.drag(node, event);
    node.onpointerup = () => {
      const pressed = this.held === node && !this.moved;
      this.drop(node);
      if (pressed) this.openBox(node, false);
    };
    node.onpointercancel = () => this.drop(node);
    node.onkeydown = (event) => this.key(node, event);
    node.ondblclick = (event) => this.remove(this.nearest(node, event));
    node.onkeyup = (event) => event.key.startsWith("Arrow") && this.keyEnd();
    node.onblur = () => {
      this.steps = null;
      this.keyEnd();
    };
    return node;
  }

  /**
   * Delete the point of a handle, if it can be deleted.
   * @param {HTMLButtonElement} node
   * @returns {boolean} whether it can
   */
  remove(node) {
    const handle = this.handles.get(node);
    if (!handle?.removable) return false;
    this.stage.drag.put({ kind: "delete", index: handle.index });
    this.stage.announcer.tell(`${handle.label} is removed.`);
    return true;
  }

  /**
   * The handle whose middle is nearest to the pointer, among those of the plot: where two lie over each other, both can
   * be taken.
   * @param {HTMLButtonElement} under the one that heard the pointer
   * @param {MouseEvent} event
   */
  nearest(under, event) {
    let [best, least] = [under, Infinity];
    for (const node of this.nodes.values()) {
      if (node.hidden || node.parentNode !== under.parentNode) continue;
      const { left, top, width, height } = node.getBoundingClientRect();
      const away = Math.hypot(event.clientX - left - width / 2, event.clientY - top - height / 2);
      if (away < least) [best, least] = [node, away];
    }
    return best;
  }

  /**
   * @param {HTMLButtonElement} under
   * @param {PointerEvent} event
   */
  grab(under, event) {
    if (event.button) return;
    event.preventDefault();
    event.stopPropagation();
    const node = this.nearest(under, event);
    node.focus({ preventScroll: true });
    node.setPointerCapture(event.pointerId);
    const handle = this.handles.get(node);
    const { left, top, width, height } = node.getBoundingClientRect();
    this.hold = handle ? {
      x: handle.x, y: handle.y, right: event.clientX - left - width / 2, down: event.clientY - top - height / 2,
    } : null;
    this.steps = null;
    this.held = node;
    this.moved = false;
    node.classList.add("stage-held");
  }

  /**
   * @param {HTMLButtonElement} node
   * @param {PointerEvent} event
   */
  drag(node, event) {
    const { hold } = this;
    if (this.held !== node || !hold) return;
    const handle = this.handles.get(node);
    const area = handle && this.stage.plots.get(handle.view)?.area;
    const axes = area && axesOf(area);
    if (!axes) return;
    const frame = area.getBoundingClientRect();
    if (event.pointerType === "touch" && !this.moved && this.isResting(node, event, hold)) return;
    const [left, top] = [event.clientX - hold.right - frame.left, event.clientY - hold.down - frame.top];
    this.move(handle, draggedTo(left, hold.x, axes.x), draggedTo(top, hold.y, axes.y), axes);
  }

  /**
   * Whether a finger is still where it took the handle.
   * @param {HTMLButtonElement} node
   * @param {PointerEvent} event
   * @param {Hold} hold
   */
  isResting(node, event, { right, down }) {
    const { left, top, width, height } = node.getBoundingClientRect();
    return Math.hypot(event.clientX - left - width / 2 - right, event.clientY - top - height / 2 - down) < SLACK;
  }

  /** @param {HTMLButtonElement} node */
  drop(node) {
    if (this.held !== node) return;
    this.held = null;
    node.classList.remove("stage-held");
    if (this.moved) this.stage.drag.release();
    else this.stage.showKept();
  }

  /**
   * @param {Handle} handle
   * @param {number} x
   * @param {number} y
   * @param {{x: Axis, y: Axis}} axes
   */
  move(handle, x, y, axes) {
    this.moved = true;
    const grain = { x: pixelGrain(axes.x), y: pixelGrain(axes.y) };
    handle.move(handle.axes === "y" ? handle.x : x, handle.axes === "x" ? handle.y : y, grain);
  }

  /**
   * An arrow key moves by a fiftieth of the picture, with Shift by a five-hundredth; the opposite keys move back.
   * @param {HTMLButtonElement} node
   * @param {KeyboardEvent} event
   */
  key(node, event) {
    if (event.key === "Delete" || event.key === "Backspace") {
      if (this.remove(node)) event.preventDefault();
      return;
    }
    if (event.key === "Enter" && !event.repeat) {
      event.preventDefault();
      this.openBox(node, true);
      return;
    }
    const direction = DIRECTIONS[event.key];
    if (!direction || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const handle = this.handles.get(node);
    const plot = handle && this.stage.plots.get(handle.view);
    const axes = plot && axesOf(plot.area);
    if (!axes) return;
    this.moving.set(node, direction[0] ? "x" : "y");
    const share = event.shiftKey ? 0.002 : 0.02;
    const [right, up] = [axes.x, axes.y].map(({ range }) => share * Math.abs(range[1] - range[0]));
    const known = this.steps?.node === node && this.steps.at.x === handle.x && this.steps.at.y === handle.y;
    const steps = known && this.steps
      ? this.steps : { node, from: { x: handle.x, y: handle.y }, offset: { x: 0, y: 0 }, at: { x: 0, y: 0 } };
    steps.offset.x += direction[0] * right;
    steps.offset.y += direction[1] * up;
    const x = steppedTo(steps.from.x, steps.offset.x, right, axes.x);
    const y = steppedTo(steps.from.y, steps.offset.y, up, axes.y);
    steps.at = { x, y };
    this.steps = steps;
    this.held = node;
    this.move(handle, x, y, axes);
    this.held = null;
    this.handles.set(node, { ...handle, x, y }); // the next press may come before the next frame
    this.typed = true;
  }

  /** Let go of the handle that is held, where it is. */
  letGo() {
    this.held?.classList.remove("stage-held");
    this.held = this.steps = null;
    this.moved = this.typed = false;
  }

  keyEnd() {
    if (!this.typed) return;
    this.typed = false;
    this.stage.drag.release();
  }

  close() {
    for (const node of this.nodes.values()) node.remove();
    this.nodes.clear();
  }
}
