// Handles: points over a plot that can be dragged by mouse, finger or arrow keys.
import { short } from "../engine/formatting.js";
import { element } from "../view/dom.js";
import { axesOf } from "../view/plotly_internals.js";

/**
 * @import { Stage } from "../stage.js"
 * @import { Plot } from "../view/plot.js"
 * @import { Axis } from "../view/plotly_internals.js"
 *
 * @typedef {object} Handle what can be dragged, and what moving it means
 * @property {string} id
 * @property {number} index
 * @property {string} view
 * @property {string} label
 * @property {number} x
 * @property {number} y
 * @property {"xy" | "x" | "y"} axes
 * @property {string | null} [said] its position as text, for one that represents something else than (x, y)
 * @property {boolean} removable
 * @property {(x: number, y: number) => void} move called while it is dragged; `stage.drag.release()` when it is let go
 */

/** @type {Record<string, [number, number] | undefined>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

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
      if (node.parentNode !== plot.area) plot.area.append(node);
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
    node.setAttribute("aria-label", `${handle.label}: ${where}`);
    node.dataset.label = handle.said ?? `(${where})`;
    node.dataset.handle = handle.id;
  }

  make() {
    const node = element("button", { type: "button", class: "stage-handle", role: "slider", "aria-valuenow": "0" });
    node.onpointerdown = (event) => this.grab(node, event);
    node.onpointermove = (event) => this.drag(node, event);
    node.onpointerup = node.onpointercancel = () => this.drop(node);
    node.onkeydown = (event) => this.key(node, event);
    node.ondblclick = () => this.remove(node);
    node.onkeyup = (event) => event.key.startsWith("Arrow") && this.keyEnd();
    node.onblur = () => this.keyEnd();
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
   * @param {HTMLButtonElement} node
   * @param {PointerEvent} event
   */
  grab(node, event) {
    if (event.button) return;
    event.preventDefault();
    event.stopPropagation();
    node.focus({ preventScroll: true });
    node.setPointerCapture(event.pointerId);
    this.held = node;
    this.moved = false;
    node.classList.add("stage-held");
  }

  /**
   * @param {HTMLButtonElement} node
   * @param {PointerEvent} event
   */
  drag(node, event) {
    if (this.held !== node) return;
    const handle = this.handles.get(node);
    const place = handle && this.stage.plots.get(handle.view)?.at(event);
    if (place) this.move(handle, place.x, place.y);
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
   */
  move(handle, x, y) {
    this.moved = true;
    handle.move(handle.axes === "y" ? handle.x : x, handle.axes === "x" ? handle.y : y);
  }

  /**
   * An arrow key moves by a fiftieth of the picture, with Shift by a five-hundredth.
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
    const share = event.shiftKey ? 0.002 : 0.02;
    const [width, height] = [axes.x, axes.y].map(({ range }) => Math.abs(range[1] - range[0]));
    const x = handle.x + direction[0] * share * width;
    const y = handle.y + direction[1] * share * height;
    this.held = node;
    this.move(handle, x, y);
    this.held = null;
    this.handles.set(node, { ...handle, x, y }); // the next press may come before the next frame
    this.typed = true;
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
