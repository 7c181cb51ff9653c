// One sentence for each run, in its colour and with its marker, and what can be done next.
import { element } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = {
  circle: "M6 1a5 5 0 1 0 .01 0Z", square: "M1.5 1.5h9v9h-9Z", diamond: "M6 0l6 6-6 6-6-6Z",
  "triangle-up": "M6 .5l5.5 10.5H.5Z", "triangle-down": "M6 11.5L.5 1h11Z", cross: "M4 0h4v4h4v4H8v4H4V8H0V4h4Z",
  star: "M6 0l1.6 4.2 4.4.2-3.5 2.8 1.2 4.4L6 9.1l-3.7 2.5 1.2-4.4L0 4.4l4.4-.2Z",
  hexagon: "M3 1h6l3 5-3 5H3L0 6Z",
};

/** Draw a run's marker as it looks in the plots. */
function marker(color, symbol) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "-1 -1 14 14");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("stage-marker");
  const path = svg.appendChild(document.createElementNS(SVG, "path"));
  path.setAttribute("d", SHAPES[symbol] ?? SHAPES.circle);
  path.setAttribute("fill", color);
  return svg;
}

export function drawSentences(list, scene, stage) {
  const wanted = JSON.stringify(scene.sentences);
  if (wanted === list.dataset.drawn) return;
  list.dataset.drawn = wanted;
  list.replaceChildren(...scene.sentences.map((sentence) => {
    const text = element("span", { class: "stage-text" }, element("strong", {}, sentence.name), ` ${sentence.text}`);
    const item = element("li", { "data-run": sentence.run, "data-kind": sentence.kind },
      marker(sentence.color, sentence.symbol), text);
    for (const action of sentence.actions ?? []) {
      const button = element("button", { type: "button", class: "stage-action" }, action.label);
      button.onclick = () => stage.send({ ...action.event, run: sentence.run });
      item.append(button);
    }
    return item;
  }));
}
