// The buttons that open a lesson: they stand anywhere on the page, and name the lesson's file, or an element that has it.
import { loadStyle } from "../view/dom.js";
import { SENT } from "../view/typed_first.js";
import { Player } from "./player.js";

/**
 * @import { PlayedLesson, StageEvent } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 *
 * @typedef {(parent: HTMLElement, heard: (event: StageEvent) => void) => Stage} StageMaker
 *   Makes a stage of its own for a lesson, which tells what is done on it to nobody else.
 */

/** Where the modules are; null where they are no files of a folder: such a page has their style already. */
const HOME = /^(data|blob):/.test(import.meta.url) ? null : import.meta.url;

const STYLE = HOME === null ? undefined : new URL("lesson.css", HOME).href;

/** @type {Map<string, Promise<PlayedLesson>>} */
const fetched = new Map();

/**
 * The lesson of an address below the folder of the stage's modules, or of an element's text.
 * @param {string} address "app/static/lesson-….json", "media/….json" of the app, "#id", or beside a page whose modules
 *   are no files
 * @returns {Promise<PlayedLesson>}
 */
async function lessonAt(address) {
  if (address.startsWith("#")) return JSON.parse(document.getElementById(address.slice(1))?.textContent ?? "");
  if (address.startsWith("media/") && HOME !== null) return fetchedAt(new URL(`../../../../${address}`, HOME));
  const file = address.split("/").pop() ?? "";
  return fetchedAt(HOME === null ? new URL(address, document.baseURI) : new URL(`../../${file}`, HOME));
}

/** What a page that edits lessons says of the present one. */
function source() {
  return document.getElementById("lesson-source")?.dataset ?? {};
}

/**
 * The same, once what was edited last has been drawn.
 * @param {() => boolean} isWanted
 */
async function drawnSource(isWanted) {
  // What is typed is sent when its field is left, as by pressing the button, and then the page is run.
  await new Promise((after) => setTimeout(after, SENT));
  while (isWanted() && (isRunning() || !(source().address || source().refused))) await new Promise((after) => setTimeout(after, 100));
  return source();
}

const isRunning = () => document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-script-state") === "running";

/**
 * @param {URL} url
 * @returns {Promise<PlayedLesson>}
 */
async function fetchedAt(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/**
 * Open lessons over a stage when their buttons are pressed; returns a function that stops it.
 * @param {Stage} stage
 * @param {StageMaker} makeStage
 */
export function offerLessons(stage, makeStage) {
  /** @type {Player | null} */
  let player = null;
  /** @param {MouseEvent} event */
  const pressed = async (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-lesson]") : null;
    if (!(button instanceof HTMLElement) || player) return;
    const named = button.dataset.lesson ?? "", told = named === "lesson-source" ? source() : null;
    const opened = player = new Player({ root: stage.root, page: stage }, makeStage, told?.title ?? button.dataset.title ?? button.textContent ?? "", () => {
      player = null;
      // The button may have been drawn anew meanwhile.
      const now = button.isConnected ? button : document.querySelector(`[data-lesson="${CSS.escape(named)}"]`);
      if (now instanceof HTMLElement) now.focus({ preventScroll: true });
    });
    let address = named;
    try {
      const given = told && await drawnSource(() => player === opened);
      if (player !== opened) return;
      if (given?.refused) {
        opened.fail(given.refused);
        return;
      }
      if (given) address = given.address ?? "";
      let lesson = fetched.get(address);
      if (!lesson) fetched.set(address, lesson = lessonAt(address));
      const [found] = await Promise.all([lesson, loadStyle(STYLE)]);
      const place = told && "here" in button.dataset ? given?.scene : button.dataset.scene;
      await opened.play(found, { place: Number(place ?? 1) - 1 });
    } catch (failed) {
      fetched.delete(address);
      opened.fail("The lesson could not be fetched. Is the page still connected? Then try again.");
      console.warn(failed);
    }
  };
  document.addEventListener("click", pressed);
  return () => {
    document.removeEventListener("click", pressed);
    player?.end();
  };
}
