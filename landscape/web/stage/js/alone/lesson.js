// A page that is a lesson: its scenes as a list, from each of which it is given.
import { Player } from "../lesson/player.js";
import { Stage } from "../stage.js";
import { element } from "../view/dom.js";

/**
 * @import { StageMaker } from "../lesson/offer.js"
 * @import { PlayedLesson } from "../protocol.js"
 * @import { Urls } from "../stage.js"
 */

/**
 * What makes the stages of a lesson on a page that has none of its own.
 * @param {Urls} urls
 * @returns {StageMaker}
 */
export function makerOf(urls) {
  return (parent, heard) => new Stage(
    parent, { parentElement: parent, data: new Uint8Array(), setTriggerValue: (_, [event]) => heard(event) }, urls, { isAlone: true });
}

/**
 * Offer a lesson.
 * @param {HTMLElement} main
 * @param {PlayedLesson} lesson
 * @param {Urls} urls
 */
export function offer(main, lesson, urls) {
  /** @param {number} place */
  const give = async (place) => {
    const player = new Player({ root: document.body, page: null }, makerOf(urls), lesson.title, () => button.focus());
    await player.play(lesson, { place });
  };
  const button = element("button", { type: "button", class: "lesson-begin" }, "Begin");
  button.onclick = () => give(0);
  const scenes = element("ol", { class: "lesson-list" }, ...lesson.scenes.map(({ title, question }, place) => {
    const link = element("button", { type: "button" }, title);
    link.onclick = () => give(place);
    return element("li", {}, link, question ? element("small", {}, " – asks") : "");
  }));
  main.append(element("p", {}, button), scenes,
    element("p", {}, "Keys: arrows or a clicker go on, R reveals, B is a black screen, F the full one, N a window with notes, ? lists them all."));
}
