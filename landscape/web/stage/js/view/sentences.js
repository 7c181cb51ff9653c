// One sentence for each run, in its colour and with its marker: what, why, its digits, and its actions.
import { element, icon } from "./dom.js";
import { isLearned, mark } from "./glossary.js";
import { markerPicture } from "./markers.js";
import { close, enter, open, openedAt } from "./popover.js";

/**
 * @import { Sentence } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 */

const PIN = "M5 1h6v2l-1 1v4l3 3v1H9v3l-1 1-1-1v-3H3v-1l3-3V4L5 3Z";
const CROSS = "M3 4.4L4.4 3 8 6.6 11.6 3 13 4.4 9.4 8l3.6 3.6-1.4 1.4L8 9.4 4.4 13 3 11.6 6.6 8Z";

/** @type {WeakMap<Element, string>} */
const listed = new WeakMap();

/**
 * Draw the sentences, each with its actions; buttons send their events to Python.
 * @param {HTMLOListElement} list
 * @param {Sentence[]} sentences
 * @param {Stage} stage
 */
export function drawSentences(list, sentences, stage) {
  const wanted = JSON.stringify([isLearned(), sentences]);
  if (wanted === listed.get(list)) return;
  listed.set(list, wanted);
  const held = buttonOf(list, document.activeElement);
  list.replaceChildren(...sentences.map((sentence) => line(sentence, stage)));
  for (const text of list.querySelectorAll(".stage-text")) mark(text, "strong");
  if (held) {
    const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (list.querySelectorAll(`li[data-run="${held.run}"] button`));
    buttons[held.place]?.focus();
  }
}

/**
 * Which button of which run has the focus, so that it keeps it when the sentences are drawn anew.
 * @param {HTMLOListElement} list
 * @param {Element | null} focused
 */
function buttonOf(list, focused) {
  const item = list.contains(focused) ? focused?.closest("li") : null;
  const place = item ? [...item.querySelectorAll("button")].findIndex((button) => button === focused) : -1;
  return item && place >= 0 ? { run: item.dataset.run, place } : null;
}

/**
 * @param {Sentence} sentence
 * @param {Stage} stage
 */
function line(sentence, stage) {
  const { run } = sentence;
  const text = element("span", { class: "stage-text" }, element("strong", {}, sentence.name), ` ${sentence.text}`);
  if (sentence.why) text.append(element("span", { class: "stage-why" }, ` ${sentence.why}`));
  const picture = markerPicture(sentence.color, sentence.symbol);
  const choice = /^run/.test(run) ? selectButton(sentence, picture, stage) : null;
  const item = element("li", { "data-run": run, "data-kind": sentence.kind },
    choice ?? picture, text);
  if (sentence.digits.length) item.append(digits(sentence));
  for (const { label, event, main, hint, expanded } of sentence.actions) {
    const button = element("button", {
      type: "button", class: main ? "stage-action" : "stage-action stage-quiet", title: hint,
      "aria-expanded": expanded === null ? null : String(expanded),
    }, label);
    button.onclick = () => {
      if (event.kind === "proof") {
        stage.panels.opening = expanded ? null : "proof";
        stage.panels.openedBy = run;
      }
      if (event.kind === "escape") stage.playWhenShown = `escape${run.slice(3)}`;
      stage.send(event.kind === "certify" ? { ...event, at: stage.playback.resting() } : event);
    };
    item.append(button);
  }
  if (sentence.explicit) {
    const name = sentence.name.replace(/\.$/, "");
    const pin = small(PIN, sentence.pinned ? `Unpin ${name}` : `Pin ${name}: a click elsewhere will not move it`,
      () => stage.send({ kind: "pin", run }));
    pin.setAttribute("aria-pressed", String(sentence.pinned));
    item.append(pin, small(CROSS, `Remove ${name}`, () => stage.send({ kind: "remove", run })));
  }
  if (/^run/.test(run)) {
    item.classList.toggle("stage-selected", sentence.selected);
    text.onclick = () => stage.send({ kind: "select", run });
  }
  return item;
}

/**
 * A run's marker as the button that selects it, as a press on its sentence does.
 * @param {Sentence} sentence
 * @param {Element} picture
 * @param {Stage} stage
 */
function selectButton({ run, name, selected }, picture, stage) {
  const button = element("button", {
    type: "button", class: "stage-select", "aria-pressed": String(selected), "aria-label": `Select ${name.replace(/\.$/, "")}`,
    title: selected ? "The selected run: what is set moves it" : "Select this run",
  }, picture);
  button.onclick = () => stage.send({ kind: "select", run });
  return button;
}

/**
 * A button that shows the numbers behind a sentence.
 * @param {Sentence} sentence
 */
function digits({ name, digits: numbers }) {
  const of = name.replace(/[.:]$/, "");
  const button = element("button", {
    type: "button", class: "stage-digits", "aria-haspopup": "dialog", "aria-expanded": "false", "aria-label": `Numbers of ${of}`,
  }, "numbers");
  button.onclick = (event) => {
    event.stopPropagation();
    if (openedAt() === button) {
      close();
      return;
    }
    const list = element("dl", { tabindex: "0" }, ...numbers.flatMap(([what, number]) => [element("dt", {}, what), element("dd", {}, number)]));
    open(button, `Numbers of ${of}`, [list], { pinned: true });
    if (event.detail === 0) enter();
  };
  return button;
}

/**
 * @param {string} outline
 * @param {string} label
 * @param {() => void} act
 */
function small(outline, label, act) {
  const button = element("button", { type: "button", class: "stage-small", "aria-label": label, title: label }, icon(outline));
  button.onclick = act;
  return button;
}

/** Text is read, not watched: ms between two changes of it while something moves. */
export const READABLE = 80;

/** @type {WeakMap<Element, {atRest: ChildNode[], moving: boolean}>} */
const shown = new WeakMap();

/**
 * While runs play, a run's sentence gives its step and loss; at rest its outcome.
 * @param {HTMLElement} list
 * @param {Record<string, string | undefined> | null} texts for each run that is played; null at rest
 */
export function showStepTexts(list, texts) {
  for (const item of list.children) {
    const text = item.querySelector(".stage-text");
    const run = item.getAttribute("data-run");
    if (!text || run === null) continue;
    let now = shown.get(item);
    if (!now) shown.set(item, now = { atRest: [...text.childNodes], moving: false });
    const wanted = texts?.[run];
    if (wanted === undefined) {
      if (now.moving) {
        text.replaceChildren(...now.atRest);
        // Its legs take several lines, which a small window would cut.
        if (run.startsWith("escape")) item.scrollIntoView({ block: "nearest" });
      }
      now.moving = false;
    } else if (now.moving && text.lastChild) {
      text.lastChild.textContent = wanted;
    } else {
      text.replaceChildren(now.atRest[0].cloneNode(true), wanted);
      now.moving = true;
    }
  }
}
