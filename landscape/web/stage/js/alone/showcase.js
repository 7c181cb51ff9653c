// A page of pictures that were made beforehand: they play without the app, and nothing in them can be changed.
import { Stage } from "../stage.js";
import { enlargedIn } from "./address.js";

/**
 * @import { StageUpdate } from "../protocol.js"
 * @import { Urls } from "../stage.js"
 *
 * @typedef {{main: HTMLElement, urls: Urls, tabs: HTMLElement[]}} Given
 *   Where the stage stands, and the buttons of which each names the file of a picture; one that is pressed is shown.
 */

/**
 * Show the first picture, or that of the address.
 * @param {Given} given
 */
export async function open({ main, urls, tabs }) {
  /** @type {Stage | null} */
  let stage = null;
  /** @param {HTMLElement} tab */
  const show = async (tab) => {
    for (const other of tabs) {
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
      const about = document.getElementById(other.getAttribute("aria-controls") ?? "");
      if (about) about.hidden = other !== tab;
    }
    const answer = await fetch(tab.dataset.picture ?? "");
    if (!answer.ok) throw new Error(`${tab.dataset.picture}: ${answer.status}`);
    /** @type {StageUpdate} */
    const update = await answer.json();
    if (tab.getAttribute("aria-selected") !== "true") return; // another was chosen meanwhile
    stage?.close();
    stage = new Stage(main, { parentElement: main, data: new Uint8Array(), setTriggerValue() {} }, urls);
    const named = enlargedIn(location.search);
    const enlarged = update.views.find(({ name }) => name === named)?.name ?? null;
    await stage.show({ ...update, state: { ...update.state, enlarged } });
  };
  for (const [place, tab] of tabs.entries()) {
    tab.addEventListener("click", () => {
      history.replaceState(history.state, "", `#${tab.id}`);
      show(tab);
    });
    tab.addEventListener("keydown", ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (step === undefined) return;
      const next = tabs[(place + step + tabs.length) % tabs.length];
      next.focus();
      next.click();
    });
  }
  await show(tabs.find(({ id }) => location.hash === `#${id}`) ?? tabs[0]);
}
