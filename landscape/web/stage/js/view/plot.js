// One plot: its heading, its switches, its picture, and what a visitor does to it.
import { element } from "./dom.js";
import { Overlay } from "./overlay.js";
import { locate } from "./drawing.js";
import { themed } from "./theme.js";

const SETTINGS = {
  displaylogo: false,
  responsive: false,
  showSendToCloud: false,
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d", "toggleSpikelines", "hoverClosestCartesian",
    "hoverCompareCartesian", "tableRotation", "resetCameraLastSave3d", "orbitRotation", "hoverClosest3d"],
};

/** Save a plot as 1600 × 900: its own drawing, on paper of the theme's colour, with its title. */
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

export class Plot {
  constructor(name, stage) {
    this.name = name;
    this.stage = stage;
    this.title = element("h2");
    this.caption = element("p");
    this.tools = element("div", { class: "stage-tools" });
    this.area = element("div", { class: "stage-plot", role: "img" });
    this.box = element("figure", { class: "stage-view", "data-view": name },
      element("figcaption", {}, element("div", {}, this.title, this.caption), this.tools), this.area);
  }

  async show(view, theme) {
    const before = this.view;
    this.view = view;
    this.title.textContent = view.title;
    this.caption.textContent = view.caption;
    this.area.setAttribute("aria-label", `${view.title}. ${view.alt}`);
    this.drawTools(view.tools);
    const touch = matchMedia("(pointer: coarse)").matches;
    // What is drawn already stays as it is: most changes leave most of the pictures alone.
    const look = JSON.stringify([view.key, theme, touch]);
    if (view.key && look === this.look) {
      this.view = { ...view, figure: before.figure };
      return;
    }
    this.look = null;
    this.paths = null;
    const layout = { ...themed(view.figure.layout, theme), uirevision: "kept" };
    // A finger that scrolls the page must not zoom the plot under it.
    if (touch && !layout.scene) layout.dragmode = false;
    // A turned camera is kept here: plotly.js itself restores only what it can match to the old figure.
    const camera = layout.scene && this.area._fullLayout?.scene?._scene?.getCamera();
    if (camera) layout.scene.camera = camera;
    await Plotly.react(this.area, view.figure.data, layout, { ...SETTINGS, displayModeBar: touch ? false : "hover" });
    this.look = look;
    this.size = this.sizeNow();
    this.isRelief = Boolean(layout.scene);
    if (!this.isRelief) this.overlay ??= new Overlay(this.area);
    if (!this.listening) this.listen();
  }

  /** In space: show each run's path up to a step. */
  async reveal(runs, step) {
    const changed = { x: [], y: [], z: [] };
    const which = [];
    this.view.figure.data.forEach((trace, index) => {
      const run = runs.find((candidate) => `${candidate.id}-line` === trace.uid);
      if (!run) return;
      const full = this.paths?.get(trace) ?? this.area._fullData[index];
      (this.paths ??= new Map()).set(trace, { x: full.x, y: full.y, z: full.z });
      const count = step === Infinity ? full.x.length : Math.max(2, locate(run.steps, step).index + 1);
      which.push(index);
      for (const axis of ["x", "y", "z"]) changed[axis].push(Array.from(full[axis].slice(0, count)));
    });
    if (which.length) await Plotly.restyle(this.area, changed, which);
  }

  drawTools(tools) {
    const wanted = JSON.stringify(tools);
    if (wanted === this.drawnTools) return;
    this.drawnTools = wanted;
    this.tools.replaceChildren(...[...tools, null].map((tool) => {
      if (!tool) return this.saveButton();
      if (tool.pressed !== undefined) {
        const button = element("button", {
          type: "button", class: "stage-toggle", "aria-pressed": String(tool.pressed), title: tool.hint,
        }, tool.label);
        button.onclick = () => this.stage.send({ kind: tool.event });
        return button;
      }
      const group = element("div", { class: "stage-switch", role: "radiogroup", "aria-label": tool.label });
      for (const [value, label] of tool.options) {
        const button = element("button", {
          type: "button", role: "radio", "aria-checked": String(value === tool.value),
        }, label);
        button.onclick = () => this.stage.send({ kind: tool.event, value });
        group.append(button);
      }
      return group;
    }));
  }

  /** A small menu that saves the picture at the size of a slide. */
  saveButton() {
    const choice = element("select", { class: "stage-save", "aria-label": `Save ${this.view.title} as a picture`, title: "Save as a picture" },
      element("option", { value: "" }, "⤓"), element("option", { value: "png" }, "PNG"), element("option", { value: "svg" }, "SVG"));
    choice.onchange = () => {
      const format = choice.value;
      choice.value = "";
      if (format) savePicture(this.area, this.view.title, format);
    };
    return choice;
  }

  listen() {
    this.listening = true;
    this.area.on("plotly_click", ({ points, event }) => {
      const [point] = points;
      const exact = this.at(event) ?? { x: point.x, y: point.y };
      this.stage.send({
        kind: "click", view: this.name, ...exact, z: typeof point.z === "number" ? point.z : null,
        run: point.data.meta?.run ?? null, add: Boolean(event?.shiftKey || this.stage.adding),
      });
    });
  }

  /** Data coordinates under the pointer: a click on a heat map alone would snap to its grid. */
  at(event) {
    const { xaxis, yaxis } = this.area._fullLayout;
    if (!xaxis || !yaxis || event?.clientX === undefined) return null;
    const frame = this.area.getBoundingClientRect();
    return {
      x: xaxis.p2d(event.clientX - frame.left - xaxis._offset),
      y: yaxis.p2d(event.clientY - frame.top - yaxis._offset),
    };
  }

  sizeNow() {
    return `${this.area.clientWidth} × ${this.area.clientHeight}`;
  }

  /** Follow a change of the window; a stage that only grew by a sentence leaves its plots as they are. */
  fit() {
    if (!this.listening || !this.area.offsetParent || this.size === this.sizeNow()) return;
    this.size = this.sizeNow();
    Plotly.Plots.resize(this.area);
  }

  remove() {
    if (this.listening) Plotly.purge(this.area);
    this.box.remove();
  }
}
