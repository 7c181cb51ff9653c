// Colours and sizes that follow Streamlit's theme; figures themselves contain none of them.

import { penOf } from "./dom.js";

/**
 * @import { AxisLayout, Layout, Trace } from "./plotly.js"
 *
 * @typedef {{text: string, background: string, veil: string | undefined, border: string, font: string, dark: boolean,
 *   size: number}} Theme
 *   Colours of text, page and lines; veil: the page's colour, half transparent; size: of the type, in pixels.
 */

/**
 * Read the colours of the page around an element, and the type size of the stage.
 * @param {HTMLElement} node
 * @param {boolean} large
 * @returns {Theme}
 */
export function readTheme(node, large) {
  const style = getComputedStyle(node);
  /** @type {(name: string, otherwise: string) => string} */
  const value = (name, otherwise) => written(style.getPropertyValue(name).trim()) || otherwise;
  const background = value("--st-background-color", "#ffffff");
  return {
    text: value("--st-text-color", "#1a1a1a"),
    background,
    veil: /^#[0-9a-f]{6}$/i.test(background) ? `${background}c0` : undefined,
    border: value("--st-border-color", "#d0d0d0"),
    font: value("--st-font", "sans-serif"),
    dark: luminance(background) < 0.4,
    size: Number(value("--stage-type-size", large ? "20" : "14")),
  };
}

/** The colours of the system, which stand in place of the theme's where it forces its own (everyone.css). */
const SYSTEM = /^(Canvas|CanvasText|ButtonBorder)$/;

/**
 * A value of the style as plotly.js reads it, which does not know the names of the system's colours.
 * @param {string} value
 */
function written(value) {
  return SYSTEM.test(value) ? `#${rgb(value).map((part) => part.toString(16).padStart(2, "0")).join("")}` : value;
}

/**
 * Red, green and blue of a CSS colour, each from 0 to 255.
 * @param {string} color
 */
function rgb(color) {
  const pen = penOf(document.createElement("canvas"));
  pen.fillStyle = color;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

/**
 * The relative luminance of a CSS colour, from 0 to 1.
 * @param {string} color
 */
function luminance(color) {
  const [r, g, b] = rgb(color);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}

/** Whether the visitor asks for more contrast, or the system gives its own colours. */
function isStrong() {
  return window.matchMedia("(prefers-contrast: more), (forced-colors: active)").matches;
}

/**
 * Call back when Streamlit's theme changes; returns a function that stops watching.
 * @param {HTMLElement} root
 * @param {() => void} callback
 */
export function onThemeChange(root, callback) {
  const look = () => `${getComputedStyle(root).getPropertyValue("--st-background-color")} ${isStrong()}`;
  let last = look();
  const timer = setInterval(() => {
    const now = look();
    if (now !== last) {
      last = now;
      callback();
    }
  }, 500);
  return () => clearInterval(timer);
}

/**
 * A trace whose colour bar is named in the theme's size.
 * @template {Pick<Trace, "colorbar">} T
 * @param {T} trace
 * @param {Theme} theme
 * @returns {T}
 */
export function withReadableBar(trace, { size }) {
  const { title } = trace.colorbar ?? {};
  if (!title?.font) return trace;
  return { ...trace, colorbar: { ...trace.colorbar, title: { ...title, font: { size: (title.font.size * size) / 14 } } } };
}

/**
 * Large type has room for every second tick of an axis that names its ticks.
 * @param {AxisLayout} axis
 * @param {Theme} theme
 */
function fewerTicks({ type, tickvals, ticktext }, { size }) {
  if (type !== "log" || size <= 14 || !Array.isArray(tickvals) || !Array.isArray(ticktext) || tickvals.length < 5) return {};
  const every = (/** @type {unknown[]} */ ticks) => ticks.filter((_, k) => k % 2 === 0);
  return { tickvals: every(tickvals), ticktext: every(ticktext) };
}

/**
 * Return a figure's layout with the theme's colours and sizes filled in.
 * @param {Layout} layout
 * @param {Theme} theme
 * @returns {Layout}
 */
export function themed(layout, theme) {
  const [faint, clear] = isStrong() ? [0.55, 1] : [theme.dark ? 0.12 : 0.1, 0.35];
  const line = (/** @type {number} */ share) => (theme.dark ? `rgba(255,255,255,${share})` : `rgba(0,0,0,${share})`);
  const [grid, zero] = [line(faint), line(clear)];
  /** @type {(given: AxisLayout) => AxisLayout} */
  const axis = (given) => ({
    gridcolor: grid, zerolinecolor: zero, linecolor: zero, tickcolor: zero, automargin: false, ...given,
    ...fewerTicks(given, theme),
    title: given.title ? { ...given.title, font: { size: theme.size + 1 } } : undefined,
  });
  /** @type {Layout} */
  const result = {
    ...layout,
    autosize: true,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: layout.plot_bgcolor ?? "rgba(0,0,0,0)",
    font: { family: theme.font, color: theme.text, size: theme.size },
    modebar: { bgcolor: theme.background, color: zero, activecolor: theme.text },
    hoverlabel: { font: { family: theme.font, size: theme.size }, ...layout.hoverlabel },
    margin: Object.fromEntries(
      Object.entries({ l: 52, r: 12, t: theme.size > 14 ? 14 : 9, b: 48, ...layout.margin }).map(([side, width]) => [
        side, width * (theme.size > 14 && width > 20 ? 1.35 : 1),
      ]),
    ),
  };
  if (layout.xaxis) result.xaxis = axis(layout.xaxis);
  if (layout.yaxis) result.yaxis = axis(layout.yaxis);
  const { scene } = layout;
  if (scene) {
    const wall = { backgroundcolor: "rgba(0,0,0,0)", gridcolor: grid, zerolinecolor: zero, color: theme.text };
    result.scene = {
      ...scene,
      ...Object.fromEntries(/** @type {const} */ (["xaxis", "yaxis", "zaxis"]).map((name) => [name, {
        ...wall, ...scene[name], tickfont: { size: theme.size - 2 },
      }])),
    };
  }
  if (layout.annotations) {
    // Plain text gets paper under it: a line that crosses it must not make it unreadable.
    result.annotations = layout.annotations.map((note) => ({
      bgcolor: note.font?.color ? undefined : theme.veil, ...note, font: { ...note.font, size: (note.font?.size ?? 13) * (theme.size / 14) },
    }));
  }
  return result;
}
