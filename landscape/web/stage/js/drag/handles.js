// Handles: points over a plot that can be dragged by mouse, finger or arrow keys.
import { element } from "../view/dom.js";
import { short } from "../engine/formatting.js";

/**
 * A handle says where it is and what moving it means:
 *   { id, view, label, x, y, axes: "xy" | "x" | "y", move(x, y), }
 * `move` is called while it is dragged, `stage.live.release()` when it is let go.
 */
export class Handles {
  constructor(stage) {
    this.stage = stage;
    this.nodes = new Map();
  }

  /** Place one button for each handle; those that stay keep their focus. */
  show(handles) {
    const wanted = new Set(handles.map((handle) => handle.id));
    for (const [id, node] of this.nodes) {
      if (!wanted.has(id)) {
        node.remove();
        this.nodes.delete(id);
      }
    }
    for (const handle of handles) {
      const plot = this.stage.plots.get(handle.view);
      if (!plot || plot.isRelief) continue;
      if (!this.nodes.has(handle.id)) this.nodes.set(handle.id, this.make());
      const node = this.nodes.get(handle.id);
      node.handle = handle;
      if (node.parentNode !== plot.area) plot.area.append(node);
      this.place(node, plot);
    }
  }

  place(node, plot) {
    const { xaxis, yaxis } = plot.area._fullLayout;
    const { handle } = node;
    const left = xaxis._offset + xaxis.d2p(handle.x);
    const top = yaxis._offset + yaxis.d2p(handle.y);
    const outside = left < xaxis._offset - 2 || left > xaxis._offset + xaxis._length + 2
      || top < yaxis._offset - 2 || top > yaxis._offset + yaxis._length + 2;
    node.style.transform = `translate(${left}px, ${top}px)`;
    node.hidden = outside && this.held !== node;
    node.setAttribute("aria-label", `${handle.label}: ${handle.said ?? `${short(handle.x, 3)}, ${short(handle.y, 3)}`}`);
    node.dataset.label = handle.said ?? `(${short(handle.x, 3)}, ${short(handle.y, 3)})`;
    node.dataset.handle = handle.id;
  }

  make() {
    const node = element("button", { type: "button", class: "stage-handle", role: "slider", "aria-valuenow": "0" });
    node.onpointerdown = (event) => this.grab(node, event);
    node.onpointermove = (event) => this.drag(node, event);
    node.onpointerup = node.onpointercancel = (event) => this.drop(node, event);
    node.onkeydown = (event) => this.key(node, event);
    node.ondblclick = () => {
      if (this.removable(node)) this.stage.live.put({ kind: "delete", index: node.handle.index });
    };
    node.onkeyup = (event) => event.key.startsWith("Arrow") && this.keyEnd();
    node.onblur = () => this.keyEnd();
    return node;
  }

  /** Whether a handle's point can be deleted: Python says so, or it is a data point of a page whose Python answers. */
  removable({ handle }) {
    return handle.removable ?? (handle.id.startsWith("data") && Boolean(this.stage.live.model.remote));
  }

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

  drag(node, event) {
    if (this.held !== node) return;
    const plot = this.stage.plots.get(node.handle.view);
    const { xaxis, yaxis } = plot.area._fullLayout;
    const frame = plot.area.getBoundingClientRect();
    this.move(node, xaxis.p2d(event.clientX - frame.left - xaxis._offset), yaxis.p2d(event.clientY - frame.top - yaxis._offset));
  }

  drop(node) {
    if (this.held !== node) return;
    this.held = null;
    node.classList.remove("stage-held");
    if (this.moved) this.stage.live.release();
    else this.stage.showKept();
  }

  move(node, x, y) {
    const { handle } = node;
    this.moved = true;
    handle.move(handle.axes === "y" ? handle.x : x, handle.axes === "x" ? handle.y : y);
  }

  /** An arrow key moves by a fiftieth of the picture, with Shift by a five-hundredth. */
  key(node, event) {
    if ((event.key === "Delete" || event.key === "Backspace") && this.removable(node)) {
      event.preventDefault();
      this.stage.live.put({ kind: "delete", index: node.handle.index });
      return;
    }
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!direction || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const { xaxis, yaxis } = this.stage.plots.get(node.handle.view).area._fullLayout;
    const share = event.shiftKey ? 0.002 : 0.02;
    const [width, height] = [xaxis, yaxis].map((axis) => Math.abs(axis.range[1] - axis.range[0]));
    const x = node.handle.x + direction[0] * share * width;
    const y = node.handle.y + direction[1] * share * height;
    this.held = node;
    this.move(node, x, y);
    this.held = null;
    node.handle = { ...node.handle, x, y }; // the next press may come before the next frame
    this.typed = true;
  }

  keyEnd() {
    if (!this.typed) return;
    this.typed = false;
    this.stage.live.release();
  }

  close() {
    for (const node of this.nodes.values()) node.remove();
    this.nodes.clear();
  }
}
