// Terms of art explain themselves: the first of each in a text is underlined, and opens its meaning when it is touched.
import { element, loadStyle } from "./dom.js";
import { close, enter, isPinned, leave, open, openedAt } from "./popover.js";

/**
 * @typedef {{name: string, term: string, forms: string[], exact: boolean, meaning: string, more: string, formula: string}} Word
 *   As `Word` of landscape/web/glossary.py.
 * @typedef {{words: Word[], plain: string[]}} Glossary the terms, and phrases in which one is an everyday word
 * @typedef {{text: string, first: string, added: Node[]}} Pieces
 *   A text that was cut: the whole of it, what is left in its own node, and the nodes that were put behind that.
 */

const LATER = [0, 150, 600, 2000]; // ms after Streamlit has run a page, or after a click, when its texts are looked through
const HOVERED = 120; // ms that the pointer rests on a word before it opens

/** What may hold words outside the stage: texts of Streamlit, and labels of controls that do not press what they name. */
const TEXTS = "[data-testid=stMarkdownContainer], [data-testid=stText], [data-testid=stHtml], [data-testid=stHeading], "
  + ":is(.controls-number, .controls-choice) > span";

/** In these a word would be in the way: they are pressed, typed into, or formulas. */
const APART = "button, a, code, pre, h1, svg, math, script, style, select, input, textarea, .katex, .stage, .glossary, .word, "
  + "[role=button], [role=radio], [role=radiogroup], [role=tab], [role=option], [role=tooltip], li em, [data-testid=stCheckbox], [data-testid=stTooltipContent]";

/** A text in which a term is explained once. */
const BLOCK = "p, li, td, th, dt, dd, h2, h3, h4, figcaption, div";

/** @type {Map<string, Word>} */
const byForm = new Map();

/** @type {RegExp | null} */
let pattern = null;

/** @type {Promise<void> | null} */
let learning = null;

/** @type {Map<Text, Pieces>} */
const cut = new Map();

/**
 * Read the glossary, once for the whole page; without it texts stay as they are.
 * @param {string | Glossary | undefined} source where it is, or itself
 * @returns {Promise<void>}
 */
export function learn(source) {
  learning ??= (async () => {
    if (!source) return;
    const { words, plain } = typeof source === "string" ? await (await fetch(source)).json() : source;
    prepare(words, plain);
  })().catch(() => {
    learning = null;
  });
  return learning;
}

/** Whether the terms are known: what was written before has none that explain themselves. */
export const isLearned = () => pattern !== null;

/** A sign, such as λ or (1), is no word: M is not m, and it may be a part of a formula. @type {(form: string) => boolean} */
const isSign = (form) => !/\p{L}{2}/u.test(form);

/** @type {(text: string) => string} */
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");

/**
 * @param {Word[]} words
 * @param {string[]} plain
 */
function prepare(words, plain) {
  for (const word of words) {
    for (const form of word.forms) byForm.set(word.exact || isSign(form) ? form : form.toLowerCase(), word);
  }
  const forms = [...words.flatMap((word) => word.forms), ...plain].sort((a, b) => b.length - a.length);
  // A letter, a digit or an index beside it makes it another word or a part of a formula.
  pattern = new RegExp(`(?<![\\p{L}\\p{N}_‖|^])(?:${forms.map(escaped).join("|")})(?![\\p{L}\\p{N}_‖|^])`, "giu");
}

/**
 * The terms in a text, longest first, each once.
 * @param {string} text
 * @param {Set<Word>} seen those that were explained already
 * @returns {{start: number, end: number, word: Word}[]}
 */
export function termsIn(text, seen = new Set()) {
  const found = [];
  for (const match of pattern === null ? [] : text.matchAll(pattern)) {
    const form = match[0].replace(/\s+/g, " "), word = byForm.get(form) ?? byForm.get(form.toLowerCase());
    if (!word || seen.has(word) || ((word.exact || isSign(form)) && !byForm.has(form))) continue;
    const start = match.index, end = start + match[0].length;
    if (isSign(form) && inFormula(text, start, end)) continue;
    seen.add(word);
    found.push({ start, end, word });
  }
  return found;
}

/**
 * Whether a sign, such as λ, is a factor or a term of a formula.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 */
function inFormula(text, start, end) {
  return /[+−·×*(]\s*$/u.test(text.slice(0, start)) || /^\s*[+−·×*Σ‖|()]/u.test(text.slice(end));
}

/**
 * Underline the first of each term in a text, those inside buttons and formulas excepted.
 * @param {Element} root
 * @param {string} [apart] what else is left as it is
 * @param {boolean} [ours] whether nobody else changes the text, which may then leave the page and come back as it is
 */
export function mark(root, apart = APART, ours = true) {
  if (pattern === null) return;
  /** @type {Map<Element, Set<Word>>} */
  const seen = new Map();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const texts = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(/** @type {Text} */ (node));
  for (const node of texts) {
    const home = node.parentElement;
    if (!home || cut.has(node) || (home.closest(apart) && home.closest(apart) !== root)) continue;
    const block = home.closest(BLOCK) ?? root;
    let known = seen.get(block);
    if (!known) seen.set(block, known = new Set());
    split(node, termsIn(node.data, known), ours);
  }
  rove();
}

/**
 * Put each term of a text into an element of its own. The node keeps its place and the text before the first term, for
 * it may belong to React, which changes and removes it without asking what stands behind it.
 * @param {Text} node
 * @param {ReturnType<typeof termsIn>} terms
 * @param {boolean} ours
 */
function split(node, terms, ours) {
  if (!terms.length) return;
  const text = node.data;
  /** @type {(Node | string)[]} */
  const added = [];
  terms.forEach(({ start, end, word }, k) => {
    added.push(asWord(text.slice(start, end), word));
    const rest = text.slice(end, terms[k + 1]?.start ?? text.length);
    if (rest) added.push(document.createTextNode(rest));
  });
  node.data = text.slice(0, terms[0].start);
  node.after(...added);
  if (ours) return;
  cut.set(node, { text, first: node.data, added: /** @type {Node[]} */ (added) });
  changed.observe(node, { characterData: true });
}

/** A text that was cut has another one now, or is gone: what was put behind it goes too. */
const changed = new MutationObserver(tidy);

function tidy() {
  for (const [node, { first, added }] of cut) {
    if (node.isConnected && node.data === first && added.every((piece) => piece.isConnected)) continue;
    for (const piece of added) piece.parentNode?.removeChild(piece);
    cut.delete(node);
  }
}

/**
 * @param {string} text
 * @param {Word} word
 */
function asWord(text, word) {
  const node = element("span", {
    class: "word", role: "button", tabindex: "-1", "aria-haspopup": "dialog", "aria-expanded": "false", "data-word": word.name,
  }, text);
  /** @type {number | undefined} */
  let resting;
  node.addEventListener("pointerenter", ({ pointerType }) => {
    if (pointerType !== "touch") resting = window.setTimeout(() => isPinned() || explain(node, word), HOVERED);
  });
  node.addEventListener("pointerleave", () => {
    window.clearTimeout(resting);
    if (openedAt() === node) leave();
  });
  node.addEventListener("focus", () => {
    if (node.matches(":focus-visible") && openedAt() !== node) explain(node, word);
  });
  node.addEventListener("blur", ({ relatedTarget }) => {
    if (openedAt() === node && !(relatedTarget instanceof Element && relatedTarget.closest(".word-box"))) close();
  });
  node.addEventListener("click", (event) => {
    // What the text around it does at a click, such as choosing a run or a control, is not meant.
    event.preventDefault();
    event.stopPropagation();
    window.clearTimeout(resting);
    if (openedAt() === node && isPinned()) close();
    else explain(node, word, true);
  });
  node.addEventListener("keydown", (event) => pressed(event, node, word));
  return node;
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} node
 * @param {Word} word
 */
function pressed(event, node, word) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const all = wordsAround(node), at = all.indexOf(node);
  const next = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (next !== undefined) {
    const to = all[(next + all.length) % all.length];
    for (const other of all) other.tabIndex = other === to ? 0 : -1;
    to.focus();
  } else if (event.key === "Enter" || event.key === " ") {
    explain(node, word, true);
    enter();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/**
 * Open the meaning of a word beside it.
 * @param {HTMLElement} node
 * @param {Word} word
 * @param {boolean} [pinned] whether it stays when the pointer leaves
 */
function explain(node, word, pinned = false) {
  open(node, `The word “${word.term}”`, meaningOf(word, (other) => explain(node, other, true)), { pinned });
}

/**
 * @param {Word} word
 * @param {(other: Word) => void} turnTo called for a word of the meaning that is touched
 * @returns {Node[]}
 */
function meaningOf(word, turnTo) {
  const heading = word.term.charAt(0).toUpperCase() + word.term.slice(1);
  const meaning = element("p", {}, element("strong", {}, heading), ". ");
  let from = 0;
  for (const { start, end, word: other } of termsIn(word.meaning, new Set([word]))) {
    const link = element("span", { class: "word", role: "button", tabindex: "0" }, word.meaning.slice(start, end));
    const turn = (/** @type {Event} */ event) => {
      event.preventDefault();
      event.stopPropagation();
      turnTo(other);
      enter();
    };
    link.onclick = turn;
    link.onkeydown = (event) => {
      if (event.key === "Enter" || event.key === " ") turn(event);
    };
    meaning.append(word.meaning.slice(from, start), link);
    from = end;
  }
  meaning.append(word.meaning.slice(from));
  const formula = element("div", { class: "word-formula" });
  formula.innerHTML = word.formula; // of our own glossary
  const foot = element("p", { class: "word-foot" }, ...more(word), element("kbd", {}, "Esc closes"));
  return [meaning, ...(word.formula ? [formula] : []), foot];
}

/**
 * A link to where there is more: on About itself to its place there; a page that is one file has none.
 * @param {Word} word
 */
function more({ more: section }) {
  const about = document.querySelector("[data-testid=stApp]") ? "about" : document.documentElement.dataset.about;
  if (!about) return [];
  const here = Boolean(document.getElementById("words"));
  const href = here ? `#${section}` : new URL(`${about}#${section}`, document.baseURI).href;
  const link = element("a", here ? { href } : { href, target: "_blank", rel: "noopener" }, here ? "Read more" : "Read more on About");
  if (here) link.onclick = () => close();
  return [link];
}

/**
 * The words among which arrow keys move: those of one stage, of the sidebar, or of the rest of the page.
 * @param {Element} node
 * @returns {HTMLElement[]}
 */
function wordsAround(node) {
  const group = groupOf(node);
  const all = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".word[data-word]"));
  return [...all].filter((word) => groupOf(word) === group && word.getClientRects().length > 0);
}

/** @param {Element} node */
function groupOf(node) {
  return node.closest(".stage, [data-testid=stSidebar]");
}

/** Of each group one word is a stop of the Tab key, so that words do not stand in its way; arrow keys reach the others. */
function rove() {
  /** @type {Map<Element | null, HTMLElement[]>} */
  const groups = new Map();
  for (const word of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".word[data-word]"))) {
    const group = groupOf(word);
    groups.set(group, [...(groups.get(group) ?? []), word]);
  }
  for (const words of groups.values()) {
    const stop = words.find((word) => word === document.activeElement) ?? words[0];
    for (const word of words) word.tabIndex = word === stop ? 0 : -1;
  }
}

/** @type {WeakMap<Element, string>} */
const written = new WeakMap();

/**
 * Write a text whose terms explain themselves into an element; the same text again changes nothing.
 * @param {HTMLElement} node
 * @param {string} text
 */
export function write(node, text) {
  const wanted = `${isLearned()} ${text}`;
  if (written.get(node) === wanted) return;
  written.set(node, wanted);
  node.textContent = text;
  mark(node, "svg");
}

/**
 * Mark the texts of the page around the stage, now and whenever Streamlit has drawn it anew.
 * @param {{words: string, style: string}} urls
 */
export async function watch({ words, style }) {
  await Promise.all([learn(words), loadStyle(style)]);
  const app = document.querySelector("[data-testid=stApp]");
  if (!app) return;
  if (!app.hasAttribute("data-words")) {
    app.setAttribute("data-words", "");
    new MutationObserver(soon).observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] });
    // Tabs and foldings open without a run of the page.
    app.addEventListener("click", soon);
  }
  soon();
}

/** @type {number[]} */
let coming = [];

/**
 * Mark the page now, and again when what Streamlit still draws is there. The document itself is not watched: where
 * pictures are drawn it changes at every frame.
 */
function soon() {
  coming.forEach(clearTimeout);
  coming = LATER.map((wait) => window.setTimeout(markPage, wait));
}

function markPage() {
  tidy();
  for (const text of document.querySelectorAll(TEXTS)) if (!text.closest(APART) && isSeen(text)) mark(text, APART, false);
  goToWord();
}

/**
 * Whether a text is shown: the label of a number field, say, is there for screen readers alone.
 * @param {Element} text
 */
function isSeen(text) {
  return text.checkVisibility({ visibilityProperty: true });
}

let went = false;

/** A link to a word leads there once the list is drawn; Streamlit knows only the anchors of its own headings. */
function goToWord() {
  const target = /^#word-/.test(location.hash) && document.getElementById(location.hash.slice(1));
  if (!target || went) return;
  went = true;
  target.scrollIntoView({ block: "center" });
}
