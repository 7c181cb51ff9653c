// One plot: its heading, its switches, its picture, and what a visitor does to it.
import { verticalTitle } from "./axis_title.js";
import { element } from "./dom.js";
import { write } from "./glossary.js";
import { locate } from "./networks.js";
import { spread } from "./notes.js";
import { Overlay } from "./overlay.js";
import { axesOf, cameraOf, drawnTraces, foreseeAxes, numbers } from "./plotly_internals.js";
import { radioGroup } from "./radio_group.js";
import { hearKeys, keepOneStop } from "./stops.js";
import { themed, withReadableBar } from "./theme.js";
import { focusedTool, focusTool, hearTools, keepOneTool } from "./toolbar.js";

/**
 * @import { StageView, Tool } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 * @import { Run } from "./networks.js"
 * @import { Layout, PlotElement, Trace } from "./plotly.js"
 * @import { DrawnTrace } from "./plotly_internals.js"
 * @import { Theme } from "./theme.js"
 */

const SETTINGS = {
  displaylogo: false,
  responsive: false,
  showSendToCloud: false,
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d", "toggleSpikelines", "hoverClosestCartesian",
    "hoverCompareCartesian", "tableRotation", "resetCameraLastSave3d", "orbitRotation", "hoverClosest3d"],
};

/**
 * Save a plot as 1600 × 900: its own drawing, on paper of the theme's colour, with its title.
 * @param {PlotElement} area
 * @param {string} title
 * @param {string} format
 */
async function savePicture(area, title, format) {
  const paper = getComputedStyle(area).getPropertyValue("--st-background-color") || "#fff";
  const { data, layout } = area;
  const margin = { ...layout.margin, t: 70 };
  const size = { width: 1600, height: 900 };
  const figure = {
    data, layout: {
      ...layout, paper_bgcolor: paper.trim(), margin, autosize: false, ...size,
      font: { ...layout.font, size: 22 }, title: { text: title, font: { size: 30 }, x: 0.02, xanchor: "left" },
    },
  };
  await Plotly.downloadImage(figure, { format, ...size, filename: title.toLowerCase().replaceAll(" ", "-") });
}

/**
 * Whether a picture is a table of cells, which has other axes where it has more rows.
 * @param {Trace[]} data
 */
function hasCells(data) {
  return data.some(({ type }) => type === "heatmap");
}

/**
 * Draw with the ranges that the axes have now: while something is dragged it stays under the pointer, though the axes
 * follow the data, and nothing jumps.
 * @param {StageView["figure"]["layout"]} layout
 * @param {PlotElement} area
 */
function keepRanges(layout, area) {
  const axes = axesOf(area);
  if (!axes) return;
  layout.xaxis = { ...layout.xaxis, range: [...axes.x.range], autorange: false };
  layout.yaxis = { ...layout.yaxis, range: [...axes.y.range], autorange: false };
}
let plots = 0;

export class Plot {
  /** @type {StageView | null} */
  view = null;

  /** @type {Overlay | null} */
  overlay = null;

  /** A canvas for what is pointed at, over that of what moves. @type {Overlay | null} */
  marks = null;

  /** The range of x that a view of outputs draws. @type {[number, number] | null} */
  span = null;

  /** What is drawn, its theme included. @type {string | null} */
  drawn = null;

  /** The whole paths of a plot in space, of which a part may be shown. @type {Map<Trace, Pick<DrawnTrace, "x" | "y" | "z">> | null} */
  paths = null;

  listening = false;
  inSpace = false;

  /** The layout with the whole title of its vertical axis. @type {Layout | null} */
  whole = null;

  /** Of the drawn figure. */
  drawnKey = "";

  /** In space: the step up to which the paths are shown, the one that is wanted, and whether they are being redrawn. */
  revealed = Infinity;
  wanted = Infinity;
  revealing = false;
  size = "";
  toolsDrawn = "";

  /**
   * @param {string} name
   * @param {Stage} stage
   */
  constructor(name, stage) {
    this.number = plots += 1;
    this.name = name;
    this.stage = stage;
    this.title = element("h2");
    this.caption = element("p");
    this.tools = element("div", { class: "stage-tools", role: "toolbar" });
    hearTools(this.tools);
    this.heading = element("figcaption", {}, element("div", {}, this.title, this.caption), this.tools);
    this.describe = stage.described.buttonOf(this);
    this.enlarge = stage.enlarged.buttonOf(this);
    this.area = /** @type {PlotElement} */ (element("div", { class: "stage-plot" }));
    // The text alternative lies over the drawing, whose own buttons would be no parts of a picture.
    this.picture = element("div", { class: "stage-picture", role: "img" });
    // What can be dragged stands over the picture and not in it: a picture has no parts for a screen reader.
    this.grips = element("div", { class: "stage-grips" });
    this.frame = element("div", { class: "stage-frame" }, this.area, this.picture, this.grips);
    this.box = element("figure", { class: "stage-view", "data-view": name }, this.heading, this.frame);
    hearKeys(this);
  }

  /** @param {StageView} view */
  head(view) {
    write(this.title, view.title);
    write(this.caption, view.invitation ? `${view.caption} ${view.invitation}` : view.caption);
    this.picture.setAttribute("aria-label", `${view.title}. ${view.alt}`);
    this.drawTools(view);
  }

  /**
   * Before plotly.js has come: stand where it will draw, with axes as it will have them.
   * @param {StageView} view
   * @param {Theme} theme
   * @param {Run[]} runs those that are drawn
   */
  announce(view, theme, runs) {
    this.head(view);
    this.span = view.span;
    const layout = spread(themed(view.figure.layout, theme), this.area, view.figure.data, runs);
    if (!foreseeAxes(this.area, layout)) return;
    this.overlay ??= new Overlay(this.area);
  }

  /**
   * @param {StageView} view
   * @param {Theme} theme
   */
  async show(view, theme) {
    const before = this.view;
    this.view = view;
    this.span = view.span;
    this.head(view);
    if (this.box.hidden) {
      // What it holds when it is shown again is drawn then.
      if (before?.key === view.key) this.view = { ...view, figure: before.figure };
      return;
    }
    const touch = matchMedia("(pointer: coarse)").matches;
    // What is drawn already stays: most changes affect few of the pictures.
    const holding = this.stage.drag.handles.held !== null && !hasCells(view.figure.data);
    const wanted = JSON.stringify([view.key, theme, touch, holding]);
    if (before && wanted === this.drawn) {
      this.view = { ...view, figure: before.figure };
      return;
    }
    this.drawn = null;
    this.paths = null;
    this.revealed = Infinity;
    this.whole = spread(themed(view.figure.layout, theme), this.area, view.figure.data, this.stage.state?.runs ?? []);
    const layout = { ...this.whole, uirevision: "kept" };
    if (layout.yaxis?.title) {
      layout.yaxis = { ...layout.yaxis, title: { ...layout.yaxis.title, text: verticalTitle(layout, this.area) ?? "" } };
    }
    // A finger that scrolls the page must not zoom the plot under it.
    if (touch && !layout.scene) layout.dragmode = false;
    if (before && holding && !layout.scene) keepRanges(layout, this.area);
    // A turned camera is kept here: plotly.js itself restores only what it can match to the old figure.
    const camera = layout.scene && (this.stage.cameras.shared ?? cameraOf(this.area));
    if (layout.scene && camera) layout.scene.camera = camera;
    await Plotly.react(this.area, this.own(view.figure.data, theme), layout, { ...SETTINGS, displayModeBar: !touch });
    for (const drawing of this.area.querySelectorAll(".main-svg")) drawing.setAttribute("aria-hidden", "true");
    this.drawn = wanted;
    this.drawnKey = view.key;
    this.size = this.sizeNow();
    this.inSpace = Boolean(layout.scene);
    keepOneStop(this);
    if (!this.inSpace) {
      this.overlay ??= new Overlay(this.area);
      this.marks ??= new Overlay(this.area, "stage-marks");
    }
    if (!this.listening) this.listen();
  }

  /** The traces with their numbers unpacked, also while they wait undrawn. */
  traces() {
    const drawn = drawnTraces(this.area);
    if (!this.view || (drawn.length && this.drawnKey === this.view.key)) return drawn;
    // Those whose places are filled in when they are drawn stand for nothing that moves.
    return this.view.figure.data.filter(({ meta }) => !meta?.loss && !meta?.under).map(
      (trace) => ({ ...trace, x: numbers(trace.x), y: numbers(trace.y) }));
  }

  /**
   * The traces as they are drawn: with losses that a figure leaves to be computed, and casings with the places of what
   * lies on them. plotly.js clips contours by an element named after their trace: two plots of one page need two names.
   * @param {Trace[]} traces
   * @param {Theme} theme
   */
  own(traces, theme) {
    return traces.map((trace) => {
      const over = trace.meta?.under && traces.find(({ uid }) => uid === trace.meta?.under);
      return over ? { ...trace, x: over.x, y: over.y } : this.stage.withLoss(trace);
    }).map((trace) => (trace.type === "contour" ? { ...withReadableBar(trace, theme), uid: `${trace.uid}-${this.number}` } : trace));
  }

  /**
   * In space: show each run's path up to a step. While the last is still being drawn, the step waits, and only the newest
   * does.
   * @param {Run[]} runs
   * @param {number} step
   */
  async reveal(runs, step) {
    this.wanted = step;
    if (this.revealing || this.revealed === step || !this.listening) return;
    this.revealing = true;
    while (this.revealed !== this.wanted) {
      this.revealed = this.wanted;
      await this.cut(runs, this.revealed);
    }
    this.revealing = false;
  }

  /**
   * @param {Run[]} runs
   * @param {number} step
   */
  async cut(runs, step) {
    /** @type {{x: number[][], y: number[][], z: number[][]}} */
    const changed = { x: [], y: [], z: [] };
    /** @type {number[]} */
    const which = [];
    const traces = drawnTraces(this.area);
    this.view?.figure.data.forEach((trace, index) => {
      const run = runs.find((candidate) => `${candidate.id}-line` === trace.uid);
      if (!run) return;
      this.paths ??= new Map();
      const { x, y, z } = traces[index];
      const full = this.paths.get(trace) ?? { x, y, z };
      this.paths.set(trace, full);
      const count = step === Infinity ? full.x.length : Math.max(2, locate(run.steps, step).index + 1);
      which.push(index);
      for (const axis of /** @type {const} */ (["x", "y", "z"])) changed[axis].push(Array.from(full[axis]).slice(0, count));
    });
    if (which.length) await Plotly.restyle(this.area, changed, which);
  }

  /** @param {Pick<StageView, "title" | "tools">} view */
  drawTools({ title, tools }) {
    const wanted = JSON.stringify([title, tools]);
    if (wanted === this.toolsDrawn) return;
    this.toolsDrawn = wanted;
    const held = focusedTool(this.tools);
    this.tools.setAttribute("aria-label", `Tools of ${title}`);
    this.stage.described.dress(this, title);
    this.tools.replaceChildren(...tools.map((tool) => this.tool(tool)), this.describe, this.saveButton(title), this.enlarge);
    focusTool(this.tools, held);
    keepOneTool(this.tools);
  }

  /** @param {Tool} tool */
  tool(tool) {
    if ("pressed" in tool) {
      const button = element("button", {
        type: "button", class: "stage-toggle", "aria-pressed": String(tool.pressed), title: tool.hint,
      }, tool.label);
      button.onclick = () => this.stage.send({ kind: tool.event });
      return button;
    }
    return radioGroup(tool, (value) => this.stage.send({ kind: tool.event, value }));
  }

  /**
   * A small menu that saves the picture, once it is drawn, at the size of a slide.
   * @param {string} title
   */
  saveButton(title) {
    const choice = element("select", { class: "stage-save", "aria-label": `Save ${title} as a picture`, title: "Save as a picture" },
      element("option", { value: "" }, "⤓"), element("option", { value: "png" }, "PNG"), element("option", { value: "svg" }, "SVG"));
    // An arrow key opens the list: it would choose, and save, where the list is closed.
    choice.onkeydown = (event) => {
      if (!["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      choice.showPicker?.();
    };
    choice.onchange = () => {
      const format = choice.value;
      choice.value = "";
      if (format && this.view) savePicture(this.area, title, format);
    };
    return choice;
  }

  listen() {
    this.listening = true;
    this.stage.cameras.watch(this);
    this.area.on("plotly_afterplot", () => keepOneStop(this)); // its own buttons may have been made anew
    this.area.on("plotly_click", ({ points, event }) => {
      const [point] = points;
      const { x, y } = (event && this.at(event)) ?? point;
      this.stage.send({ kind: "click", view: this.name, x, y, add: Boolean(event?.shiftKey || this.stage.adding) });
    });
  }

  /**
   * Data coordinates under the pointer: a click on a heat map alone would snap to its grid.
   * @param {MouseEvent} event
   * @returns {{x: number, y: number} | null}
   */
  at(event) {
    const axes = axesOf(this.area);
    if (!axes || event.clientX === undefined) return null;
    const frame = this.area.getBoundingClientRect();
    return { x: axes.x.toValue(event.clientX - frame.left), y: axes.y.toValue(event.clientY - frame.top) };
  }

  sizeNow() {
    return `${this.area.clientWidth} × ${this.area.clientHeight}`;
  }

  /** Follow a change of the window; a stage that only grew by a sentence leaves its plots as they are. */
  fit() {
    if (!this.listening || !this.area.offsetParent || this.size === this.sizeNow()) return undefined;
    this.size = this.sizeNow();
    const drawn = this.area.layout?.yaxis?.title;
    if (this.whole && drawn) drawn.text = verticalTitle(this.whole, this.area) ?? "";
    return Plotly.Plots.resize(this.area);
  }

  remove() {
    if (this.listening) Plotly.purge(this.area);
    this.box.remove();
  }
}
