// One sentence for each run, in its colour and with its marker, and what can be done next.
import { element } from "./dom.js";
import { markerPicture } from "./markers.js";

export function drawSentences(list, scene, stage) {
  const wanted = JSON.stringify(scene.sentences);
  if (wanted === list.dataset.drawn) return;
  list.dataset.drawn = wanted;
  list.replaceChildren(...scene.sentences.map((sentence) => {
    const text = element("span", { class: "stage-text" }, element("strong", {}, sentence.name), ` ${sentence.text}`);
    const item = element("li", { "data-run": sentence.run, "data-kind": sentence.kind },
      markerPicture(sentence.color, sentence.symbol), text);
    for (const action of sentence.actions ?? []) {
      const button = element("button", { type: "button", class: "stage-action" }, action.label);
      button.onclick = () => stage.send({ ...action.event, run: sentence.run });
      item.append(button);
    }
    return item;
  }));
}

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
