// In which order plots, playback and sentences follow each other: that of the document is the order of reading.

/**
 * @import { StageState, StageView } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 */

/** On a stage narrower than this, in pixels, views stand one below the other; as the container query of stage.css has it. */
const ONE_COLUMN = 760;

/**
 * Put the plots of the views into their order, and what stands between them: the sentences follow the views that
 * lead; in one column they follow the first, so that what happened is read before one scrolls, and the tools come
 * after the pictures.
 * @param {Stage} stage
 * @param {StageView[]} views
 * @param {StageState | null} [state] that is shown
 */
export function arrange(stage, views, state = stage.state) {
  const { box, note, grid, below, panels, transport, sentences } = stage;
  const boxes = (/** @type {StageView[]} */ some) => some.flatMap(({ name }) => stage.plots.get(name)?.box ?? []);
  const { lead = null, columns = null } = state ?? {};
  const top = boxes(views.slice(0, lead ?? views.length)), rest = boxes(views.slice(lead ?? views.length));
  const narrow = lead !== null && box.clientWidth < ONE_COLUMN;
  box.classList.toggle("stage-led", lead !== null);
  box.classList.toggle("stage-three", lead !== null && columns === null && top.length > 2);
  box.dataset.top = String(top.length);
  below.hidden = rest.length === 0;
  place(below, rest);
  if (narrow) {
    place(grid, [...top.slice(0, 1), sentences, transport.bar, ...top.slice(1)]);
    place(box, [note, grid, transport.tools, panels.box, below]);
    placeLast(transport.tools, [transport.speed, transport.loopLabel]);
  } else {
    place(grid, top);
    place(transport.bar, [transport.box, transport.tools]);
    placeLast(transport.box, [transport.speed, transport.loopLabel]);
    place(box, [note, grid, transport.bar, sentences, panels.box, below]);
  }
}

/**
 * Make nodes the first children of a parent, in this order; what stands right already is not touched and keeps its focus.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} nodes
 */
export function place(parent, nodes) {
  nodes.forEach((node, k) => {
    if (parent.children[k] !== node) parent.insertBefore(node, parent.children[k] ?? null);
  });
}

/**
 * Make nodes the last children of a parent, in this order.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} nodes
 */
function placeLast(parent, nodes) {
  const others = /** @type {HTMLElement[]} */ ([...parent.children]).filter((child) => !nodes.includes(child));
  place(parent, [...others, ...nodes]);
}
