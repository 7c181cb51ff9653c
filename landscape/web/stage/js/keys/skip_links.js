// The first stops of the Tab key on a page with pictures: past the menu and the controls to them, or to the presets.
import { element } from "../view/dom.js";

const PICTURES = "stage-pictures"; // the id of the stage that the link leads to
const CHOICES = "stage-presets"; // that of the button that opens the presets
const STAGES = ".stage:not(dialog .stage)";
const PRESETS = "[data-testid=stPopover] button, .st-key-panel-presets button, [data-place=presets] button";

/** The links of the document, whatever stage stands in it. @type {HTMLElement | null} */
let links = null;

/** Put the links first in the document, once; they are hidden while no stage is there. */
export function offerSkipLinks() {
  links ??= made();
  if (document.body.firstElementChild !== links) document.body.prepend(links);
}

/** The first stop of the first picture that is seen. */
export function toPictures() {
  const stage = [...document.querySelectorAll(STAGES)].find((box) => box instanceof HTMLElement && box.offsetParent);
  const view = stage?.querySelector(".stage-view:not([hidden])");
  const stop = view?.querySelector(".stage-frame [tabindex='0']") ?? stage;
  if (!(stop instanceof HTMLElement)) return;
  stop.focus();
  (view ?? stop).scrollIntoView({ block: "nearest" });
}

/** The button that opens the presets, where the page has any. */
function presets() {
  return [...document.querySelectorAll(PRESETS)].find((button) => button.textContent?.trim().startsWith("Presets"));
}

function made() {
  const pictures = element("a", { href: `#${PICTURES}` }, "Skip to the pictures");
  pictures.onclick = (event) => {
    event.preventDefault(); // an address with a fragment would be another page's
    toPictures();
  };
  const others = element("a", { href: `#${CHOICES}` }, "Skip to the presets");
  others.onclick = (event) => {
    event.preventDefault();
    const button = presets();
    if (button instanceof HTMLElement) button.focus();
  };
  const nav = element("nav", { class: "stage-skip", "aria-label": "Skip" }, pictures, others);
  /** What the page has is known when the Tab key arrives. */
  const offer = () => {
    const box = document.querySelector(STAGES);
    if (box && !document.getElementById(PICTURES)) box.id = PICTURES;
    pictures.hidden = !box;
    const button = presets();
    if (button && !button.id) button.id = CHOICES;
    others.hidden = !button;
  };
  document.addEventListener("keydown", (event) => event.key === "Tab" && offer(), true);
  offer();
  return nav;
}
