// When the thing to do in a scene has been done.
import { lastStep } from "../view/networks.js";

/**
 * @import { PlayedTask } from "../protocol.js"
 * @import { Stage } from "../stage.js"
 */

/**
 * A watch over one task: asked again and again, it says once that the task has been done.
 * @param {PlayedTask | null} task
 * @param {Stage} stage
 * @returns {() => boolean}
 */
export function watchFor(task, stage) {
  let before = false; // whether the playhead has stood before what is to be watched
  let done = false;
  return () => {
    if (done || !task) return false;
    const { drag, playback } = stage;
    switch (task.doing) {
      case "watch": {
        const run = playback.runs.find(({ id }) => id === task.run);
        const last = run ? lastStep(run) : playback.longest;
        before ||= playback.step < last;
        done = before && playback.step >= last;
        break;
      }
      case "reach": {
        const changed = drag.draft?.kind === "local" ? drag.draft.runs.filter(({ changed: moved }) => moved) : [];
        done = changed.some(({ id }) => (!task.run || task.run === id) && drag.lasting?.kinds[id] === "optimum");
        break;
      }
      case "move":
      case "point":
        done = drag.lasting !== null;
        break;
      default:
    }
    return done;
  };
}
