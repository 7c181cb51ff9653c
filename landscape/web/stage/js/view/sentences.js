// One sentence for each run, in its colour and with its marker, and what can be done next.
import { element } from "./dom.js";
import { markerPicture } from "./markers.js";

const PIN = "M5 1h6v2l-1 1v4l3 3v1H9v3l-1 1-1-1v-3H3v-1l3-3V4L5 3Z";
const CROSS = "M3 4.4L4.4 3 8 6.6 11.6 3 13 4.4 9.4 8l3.6 3.6-1.4 1.4L8 9.4 4.4 13 3 11.6 6.6 8Z";

/** Draw the sentences, each with what can be done next; buttons send their events to Python. */
export function drawSentences(list, scene, stage) {
  const wanted = JSON.stringify(scene.sentences);
  if (wanted === list.drawn) return;
  list.drawn = wanted;
  list.replaceChildren(...scene.sentences.map((sentence) => line(sentence, stage)));
}

function line(sentence, stage) {
  const text = element("span", { class: "stage-text" }, element("strong", {}, sentence.name), ` ${sentence.text}`);
  const item = element("li", { "data-run": sentence.run, "data-kind": sentence.kind },
    markerPicture(sentence.color, sentence.symbol), text);
  const send = (event) => () => stage.send({ ...event, run: sentence.run });
  for (const { label, event, main, hint } of sentence.actions ?? []) {
    const button = element("button", { type: "button", class: main ? "stage-action" : "stage-action stage-quiet", title: hint }, label);
    button.onclick = () => {
      if (event.kind === "escape") stage.playWhenShown = `escape${sentence.run.slice(3)}`;
      send(event.here ? { ...event, at: stage.playback.resting() } : event)();
    };
    item.append(button);
  }
  if (sentence.explicit) {
    const name = sentence.name.replace(/\.$/, "");
    const pin = small(PIN, sentence.pinned ? `Unpin ${name}` : `Pin ${name}: a click elsewhere will not move it`, send({ kind: "pin" }));
    pin.setAttribute("aria-pressed", String(sentence.pinned));
    item.append(pin, small(CROSS, `Remove ${name}`, send({ kind: "remove" })));
  }
  if (/^run/.test(sentence.run)) {
    item.classList.toggle("stage-selected", Boolean(sentence.selected));
    text.onclick = send({ kind: "select" });
  }
  return item;
}

function small(outline, label, act) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path")).setAttribute("d", outline);
  const button = element("button", { type: "button", class: "stage-small", "aria-label": label, title: label }, svg);
  button.onclick = act;
  return button;
}

/** Text is read, not watched: ms between two changes of it while something moves. */
export const READABLE = 80;

/** While runs play, a run's sentence says where it is; at rest it says what became of it. */
export function tellStep(list, texts) {
  for (const item of list.children) {
    const text = item.querySelector(".stage-text");
    const now = texts?.[item.dataset.run];
    item.atRest ??= [...text.childNodes];
    if (now === undefined) {
      if (item.moving) text.replaceChildren(...item.atRest);
      item.moving = false;
    } else if (item.moving) {
      text.lastChild.textContent = now;
    } else {
      text.replaceChildren(item.atRest[0].cloneNode(true), now);
      item.moving = true;
    }
  }
}
