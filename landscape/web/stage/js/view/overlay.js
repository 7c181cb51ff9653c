// A canvas over a plot, in the plot's own coordinates: what moves at the display's rate is drawn here, not by Plotly.
import { element, penOf } from "./dom.js";
import { axesOf } from "./plotly_internals.js";

/**
 * @import { PlotElement } from "./plotly.js"
 * @import { Axis } from "./plotly_internals.js"
 */

export class Overlay {
  /**
   * @param {PlotElement} area
   * @param {string} [layer] a class of its own
   */
  constructor(area, layer = "") {
    this.area = area;
    this.canvas = element("canvas", { class: `stage-overlay ${layer}`.trim(), "aria-hidden": "true" });
    area.append(this.canvas);
  }

  /**
   * Start a frame: clear the canvas, clip it to the plot's frame, and return what draws in data coordinates.
   * @returns {Frame | null}
   */
  frame() {
    const axes = axesOf(this.area);
    if (!axes || this.area.parentElement?.hidden) return null; // nothing is drawn where it cannot be seen
    // Plotly makes its drawing anew now and then; the canvas must stay above it.
    const drawing = this.area.querySelector(".plot-container");
    const under = drawing && this.canvas.compareDocumentPosition(drawing) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (this.canvas.parentNode !== this.area || under) this.area.append(this.canvas);
    this.canvas.style.display = "";
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.area;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    const pen = penOf(this.canvas);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    return new Frame(pen, axes.x, axes.y);
  }

  /** Show nothing but the plot's own picture. */
  clear() {
    this.canvas.style.display = "none";
  }
}

export class Frame {
  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {Axis} xaxis
   * @param {Axis} yaxis
   */
  constructor(pen, xaxis, yaxis) {
    this.pen = pen;
    this.box = { left: xaxis.start, top: yaxis.start, width: xaxis.length, height: yaxis.length };
    this.x = xaxis.toPixel;
    this.y = yaxis.toPixel;
  }

  /**
   * Draw inside the plot's frame only.
   * @param {() => void} draw
   */
  clipped(draw) {
    const { pen, box } = this;
    pen.save();
    pen.beginPath();
    pen.rect(box.left, box.top, box.width, box.height);
    pen.clip();
    draw();
    pen.restore();
  }

  /**
   * Draw a polyline through the first `count` points and on to a last point between two of them.
   * @param {ArrayLike<number>} xs
   * @param {ArrayLike<number>} ys
   * @param {number} count
   * @param {string} color
   * @param {number} width
   * @param {{last?: [number, number], casing?: string, dash?: number[]}} [options]
   */
  line(xs, ys, count, color, width, { last, casing, dash = [] } = {}) {
    const { pen } = this;
    pen.beginPath();
    for (let k = 0; k < count; k += 1) pen.lineTo(this.x(xs[k]), this.y(ys[k]));
    if (last) pen.lineTo(this.x(last[0]), this.y(last[1]));
    pen.lineJoin = pen.lineCap = "round";
    pen.setLineDash(dash);
    if (casing) {
      pen.strokeStyle = casing;
      pen.lineWidth = width + 3;
      pen.stroke();
    }
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.stroke();
    pen.setLineDash([]);
  }

  /**
   * Draw a marker of the given shape (a path in a 12 × 12 box), centred on a point.
   * @param {number} x
   * @param {number} y
   * @param {Path2D} shape
   * @param {number} size
   * @param {string} fill
   * @param {string} stroke
   * @param {number} [width]
   */
  marker(x, y, shape, size, fill, stroke, width = 2) {
    const { pen } = this;
    pen.save();
    pen.translate(this.x(x), this.y(y));
    pen.scale(size / 12, size / 12);
    pen.translate(-6, -6);
    pen.fillStyle = fill;
    pen.strokeStyle = stroke;
    pen.lineWidth = width * 12 / size;
    pen.fill(shape);
    pen.stroke(shape);
    pen.restore();
  }

  /**
   * Shade rectangles [left, bottom, right, top] where no network can be.
   * @param {[number, number, number, number][]} rectangles
   */
  shade(rectangles) {
    this.pen.fillStyle = "rgba(110,110,120,.72)";
    for (const [left, bottom, right, top] of rectangles) {
      this.pen.fillRect(this.x(left), this.y(top), this.x(right) - this.x(left), this.y(bottom) - this.y(top));
    }
  }

  /**
   * Paint an image over the plot's whole frame.
   * @param {CanvasImageSource} picture
   */
  image(picture) {
    const { pen, box } = this;
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, box.left, box.top, box.width, box.height);
  }
}
