// Handles: points over a plot that can be dragged by mouse, finger or arrow keys.
//
// To a screen reader each is a slider, which is what passes arrow keys on to the page. There is none for two dimensions:
// its value and range are those of the coordinate that was moved last, at first x, and its text has both.
import { short } from "../engine/formatting.js";
import { decimal, DIRECTIONS, element } from "../view/dom.js";
import { axesOf } from "../view/plotly_internals.js";
import { onHold } from "./hold.js";
import { draggedTo, pixelGrain, steppedTo } from "./snapping.js";

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
 * @property {(x: number, y: number, grain: Grain) => void} move called while it is dragged, with the step of the values
 *   one can see; `stage.drag.release()` when it is let go
 *
 * @typedef {{x: number, y: number, right: number, down: number}} Hold where a handle was when it was taken, and how far
 *   right and down of its middle the pointer is, in pixels
 * @typedef {{node: HTMLButtonElement, from: {x: number, y: number}, offset: {x: number, y: number},
 *   at: {x: number, y: number}}} Steps where a handle was before the arrow keys, the sum of their steps, and where it is
 */

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
        node.remove();
        this.nodes.delete(id);
      }
    }
    for (const handle of handles) {
      const plot = this.stage.plots.get(handle.view);
      if (!plot || plot.inSpace) continue;
      let node = this.nodes.get(handle.id);
      if (!node) this.nodes.set(handle.id, node = this.make());
      this.handles.set(node, handle);
      if (node.parentNode !== plot.grips) plot.grips.append(node);
      this.place(node, handle, plot);
    }
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
      "aria-valuetext": handle.said ?? `x ${short(handle.x, 3)}, y ${short(handle.y, 3)}`,
      "aria-valuemin": decimal(least), "aria-valuemax": decimal(most),
      "aria-valuenow": decimal(handle.value ?? handle[axis]),
      "aria-orientation": axis === "x" ? "horizontal" : "vertical",
      ...(handle.removable ? { "aria-keyshortcuts": "Delete" } : {}),
      ...names,
    };
    for (const [name, value] of Object.entries(told)) {
      if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
    }
  }

  make() {
    const node = element("button", { type: "button", class: "stage-handle", role: "slider" });
    onHold(node, (event) => this.grab(node, event), () => this.held && this.drop(this.held));
    node.onpointermove = (event) => this.drag(node, event);
    node.onpointerup = node.onpointercancel = () => this.drop(node);
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
    const [left, top] = [event.clientX - hold.right - frame.left, event.clientY - hold.down - frame.top];
    this.move(handle, draggedTo(left, hold.x, axes.x), draggedTo(top, hold.y, axes.y), axes);
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
