// The markers of runs, data and optimum, each a path in a 12 × 12 box: the same shape in plots, sentences and handles.

/** @type {Record<string, string>} */
export const SHAPES = {
  circle: "M6 1a5 5 0 1 0 .01 0Z",
  square: "M1.5 1.5h9v9h-9Z",
  diamond: "M6 0l6 6-6 6-6-6Z",
  "triangle-up": "M6 .5l5.5 10.5H.5Z",
  "triangle-down": "M6 11.5L.5 1h11Z",
  "triangle-left": "M.5 6L11.5 .5v11Z",
  "triangle-right": "M11.5 6L.5 .5v11Z",
  hexagon: "M3 1h6l3 5-3 5H3L0 6Z",
  target: "M6 0a6 6 0 1 0 .01 0ZM6 2.2a3.8 3.8 0 1 1-.01 0ZM6 4.4a1.6 1.6 0 1 0 .01 0Z",
  cross: "M4 0h4v4h4v4H8v4H4V8H0V4h4Z",
  star: "M6 0l1.6 4.2 4.4.2-3.5 2.8 1.2 4.4L6 9.1l-3.7 2.5 1.2-4.4L0 4.4l4.4-.2Z",
};

/** @type {Map<string, Path2D>} */
const paths = new Map();

/**
 * The shape as a path a canvas can fill.
 * @param {string} symbol
 * @returns {Path2D}
 */
export function shape(symbol) {
  const outline = SHAPES[symbol] ?? SHAPES.circle;
  let path = paths.get(outline);
  if (!path) paths.set(outline, path = new Path2D(outline));
  return path;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * The marker as a small picture beside a sentence.
 * @param {string} color
 * @param {string} symbol
 * @returns {SVGSVGElement}
 */
export function markerPicture(color, symbol) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "-1 -1 14 14");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("stage-marker");
  const path = svg.appendChild(document.createElementNS(SVG, "path"));
  path.setAttribute("d", SHAPES[symbol] ?? SHAPES.circle);
  path.setAttribute("fill", color);
  return svg;
}
