// What can be taken hold of: data points and neurons' slopes in the outputs, starts in both landscapes.
import { place } from "../engine/engine.js";

const NAMES = "₁₂₃₄₅₆₇₈₉";
const MOST_POINTS = 200;
const MOST_SLOPES = 4;
const LIMIT = 1e6;

const bounded = (value) => Math.min(LIMIT, Math.max(-LIMIT, value));
const tidy = (value) => Number(bounded(value).toPrecision(6));
const replaced = (list, index, value) => list.map((old, at) => (at === index ? value : old));

/** One handle a data point. */
export function dataHandles({ x, y }, change) {
  if (x.length > MOST_POINTS) return [];
  return x.map((value, i) => ({
    id: `data${i}`, index: i, view: "outputs", label: `Data point ${i + 1}`, x: value, y: y[i], axes: "xy",
    move: (newX, newY) => change({ x: replaced(x, i, tidy(newX)), y: replaced(y, i, tidy(newY)) }),
  }));
}

/** Points that Python names, each in a view of its own choice: `{ id, index, view, label, x, y, axes, symbol, color, removable }`. */
export function pointHandles({ points }, change) {
  return points.map((point) => ({
    ...point, move: (x, y) => change({ moved: { ...point, x: tidy(x), y: tidy(y) } }),
  }));
}

/** What Python has answered, with the point that is still held where the hand is. */
export function followed(draft, model) {
  if (!draft?.points || !model?.points) return draft;
  const held = draft.points.find((point) => point.id === draft.moved);
  return { ...model, moved: draft.moved, points: model.points.map((point) => (point.id === held?.id ? held : point)) };
}

function withStart(runs, run, W0, alpha0 = run.alpha0) {
  return runs.map((other) => (other === run ? { ...run, W0: W0.map(tidy), alpha0, changed: true } : other));
}

/** One handle for the start of each run that has one of its own, in the loss landscape and in its twin. */
export function startHandles({ runs, plane, m }, change) {
  const handles = [];
  for (const run of runs) {
    if (!run.explicit) continue;
    const name = `Start of run ${run.index + 1}`;
    const [i, j] = plane?.neurons ?? [];
    if (m === 1) {
      handles.push({
        id: `${run.id} start`, view: "curve", label: name, x: run.W0[0], y: run.startLoss, axes: "x",
        move: (x) => change({ runs: withStart(runs, run, [x]) }),
      });
    } else if (i !== undefined) {
      handles.push({
        id: `${run.id} start`, view: "map", label: name, x: run.W0[i], y: run.W0[j], axes: "xy",
        move: (x, y) => change({ runs: withStart(runs, run, replaced(replaced(run.W0, i, x), j, y)) }),
      });
    }
    const [plus, minus] = place(run.W0, run.alpha0);
    handles.push({
      id: `${run.id} twin start`, view: "twin", label: `${name}, as slopes`, x: plus, y: minus, axes: "xy",
      move: (x, y) => change({ runs: withStart(runs, run, rescaled(run, plus, minus, x, y)) }),
    });
  }
  return handles;
}

/** Scale the neurons of each side so that their slopes add up to a new place; a side without neurons keeps its wall. */
function rescaled({ W0 }, plus, minus, x, y) {
  const least = 1e-3;
  const up = plus === 0 ? 1 : Math.max(x / plus, least);
  const down = minus === 0 ? 1 : Math.max(y / minus, least);
  return W0.map((w) => w * (w > 0 ? up : down));
}

/** A handle at the end of each neuron's share, for the networks with few neurons: it turns the slope. */
export function slopeHandles({ runs, m, selected }, networks, span, change) {
  const run = runs.find((candidate) => candidate.index === selected && candidate.explicit);
  const network = run && networks[run.id];
  if (!network || m > MOST_SLOPES || !span) return [];
  return network.W.map((w, j) => {
    const edge = 0.8 * (w < 0 ? span[0] : span[1]);
    const alpha = network.alpha[j];
    return {
      id: `${run.id} slope ${j}`, view: "outputs", label: `Slope of neuron ${j + 1} of run ${run.index + 1}`,
      x: edge, y: Math.max(0, w * edge) * alpha, axes: "y", said: `w${NAMES[j]} = ${Number(w.toPrecision(3))}`,
      move: (_, y) => change({ runs: withStart(runs, run, replaced(network.W, j, alpha ? y / (alpha * edge) : w), network.alpha) }),
    };
  });
}
