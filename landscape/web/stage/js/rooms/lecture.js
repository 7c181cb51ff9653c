// The lecturer's page of a room: the code as large as the screen, then the lesson, which the phones follow.
import { makerOf } from "../alone/lesson.js";
import { Player } from "../lesson/player.js";
import { element } from "../view/dom.js";
import { addressOf, Room } from "./room.js";

/**
 * @import { PlayedLesson } from "../protocol.js"
 * @import { Urls } from "../stage.js"
 * @import { Class } from "../lesson/asked.js"
 * @import { Steered } from "../lesson/player.js"
 * @import { RoomState } from "./room.js"
 *
 * @typedef {{places: Record<"main" | "address" | "qr" | "where" | "phones" | "begin" | "status" | "invite" | "end" | "save", HTMLElement>, urls: Urls}} Given
 */

/**
 * Open the lecturer's page; the key stands behind the # of its address, which no server is sent.
 * @param {Given} given
 */
export function open({ places, urls }) {
  return new Lecture(places, urls, document.documentElement.dataset.room ?? "");
}

class Lecture {
  /** @type {PlayedLesson | null} */
  lesson = null;

  /** @type {Player | null} */
  player = null;

  /** @type {RoomState | null} */
  state = null;

  /** Where the room was last sent to. */
  sent = "";

  /** The address at which others reach the app. */
  base = "";

  onChange = () => {};

  /**
   * @param {Given["places"]} places
   * @param {Urls} urls
   * @param {string} code
   */
  constructor(places, urls, code) {
    this.places = places;
    this.urls = urls;
    this.key = decodeURIComponent(location.hash.slice(1));
    this.address = addressOf(code);
    this.room = new Room(this.address, { key: this.key }, {
      state: (state) => this.hear(state),
      connected: (connected) => {
        this.warn(connected || this.state?.closed ? "" : "The connection to the room is lost; it comes back by itself.");
      },
    });
    places.begin.onclick = () => this.begin();
    places.end.onclick = () => this.end();
    places.save.onclick = () => this.save();
    places.invite.onclick = () => this.invite();
    places.where.onsubmit = (event) => {
      event.preventDefault();
      const field = places.where.querySelector("input");
      if (field) this.showAddress(field.value.trim().replace(/\/+$/, ""));
    };
    this.code = code;
    this.findAddress();
    document.addEventListener("keydown", (event) => {
      if (this.player || !["ArrowRight", "PageDown"].includes(event.key)) return;
      event.preventDefault();
      this.begin();
    });
    this.load();
  }

  /** Where others reach this app: as the environment says, as this page was reached, or as is asked for. */
  findAddress() {
    const { address, nearby } = document.documentElement.dataset, { where } = this.places;
    const isLocal = /^(localhost|127\.|0\.0\.0\.0|\[?::1)/.test(location.hostname);
    if (address) this.showAddress(address);
    else if (!isLocal) this.showAddress(location.origin + this.address.slice(0, -`/room/${this.code}`.length));
    else {
      where.hidden = false;
      const field = where.querySelector("input"), port = location.port ? `:${location.port}` : "";
      if (!field || !nearby) return;
      // A guess, which is shown at once and may be corrected: on a network with a wall between its phones it is wrong.
      field.value = `${location.protocol}//${nearby}${port}`;
      this.showAddress(field.value);
    }
  }

  /** @param {string} base the address of the app */
  async showAddress(base) {
    const { address, qr, status } = this.places, whole = `${base}/room/${this.code}`;
    const answer = await fetch(`${this.address}/qr.svg?${new URLSearchParams({ address: whole })}`);
    if (!answer.ok) {
      status.textContent = (await answer.json()).refused;
      return;
    }
    status.textContent = "";
    this.base = base;
    address.textContent = whole.replace(/^https?:\/\//, "");
    const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("svg");
    if (drawn) qr.replaceChildren(drawn);
  }

  /** Copy the link with the key, for somebody who steers too. */
  async invite() {
    const { invite } = this.places, link = this.base ? `${this.base}/room/${this.code}/lecture#${this.key}` : location.href;
    try {
      await navigator.clipboard.writeText(link);
      invite.textContent = "Link copied: who has it steers too";
    } catch {
      window.prompt("Who opens this link steers the room too:", link);
    }
  }

  async load() {
    const answer = await fetch(`${this.address}/lesson`, { headers: { "x-room-key": this.key } });
    if (!answer.ok) {
      const { refused } = await answer.json().catch(() => ({ refused: null }));
      this.places.status.textContent = refused ?? "The lesson could not be fetched.";
      return;
    }
    this.lesson = await answer.json();
    this.places.begin.removeAttribute("disabled");
    document.documentElement.dataset.ready = "true";
  }

  /** @param {RoomState} state */
  hear(state) {
    this.state = state;
    if (state.closed) this.sayClosed();
    const count = state.phones ?? 0;
    this.places.phones.textContent = `${count} ${count === 1 ? "phone" : "phones"} in the room`;
    // Another lecturer's page has gone on: this one follows.
    const { player } = this;
    if (player?.lesson && `${state.place} ${state.revealed}` !== this.sent && !this.sending) {
      if (state.revealed) player.revealed.add(state.place);
      else player.revealed.delete(state.place);
      this.sent = `${state.place} ${state.revealed}`;
      player.show(state.place);
    }
    this.onChange();
  }

  async begin() {
    if (!this.lesson || this.player) return;
    this.places.main.hidden = true;
    this.player = new Player({ root: document.body, page: null }, makerOf(this.urls), this.lesson.title, () => {
      this.player = null;
      this.places.main.hidden = false;
      this.places.begin.focus();
    });
    const { place = 0, revealed = false, all_revealed: before = [] } = this.state ?? {};
    for (const scene of before) this.player.revealed.add(scene);
    await this.player.play(this.lesson, { room: this, place, revealed });
  }

  /** Requests that are under way. */
  sending = 0;

  /** @param {Steered} steered */
  async steer({ place, revealed, locked }) {
    const now = `${place} ${revealed} ${locked}`, { state } = this;
    this.sent = `${place} ${revealed}`;
    if (state && now === `${state.place} ${state.revealed} ${state.locked}`) return;
    this.sending += 1;
    const refused = await this.room.post("steer", { place, revealed, locked });
    this.sending -= 1;
    if (refused) this.warn(refused);
  }

  /** @returns {Class} */
  classOf() {
    const { state, player } = this;
    const present = state && player && state.place === player.place;
    return { answers: present ? (state.answers ?? []).map(({ answer }) => answer) : [], phones: state?.phones ?? 0 };
  }

  close() {}

  async save() {
    const answer = await fetch(`${this.address}/answers.csv`, { headers: { "x-room-key": this.key } });
    if (!answer.ok) return;
    const link = element("a", { href: URL.createObjectURL(await answer.blob()), download: "answers.csv" });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  async end() {
    if (!window.confirm("Close the room? What was answered is then gone; save it before, if you want to keep it.")) return;
    const refused = await this.room.post("close", {});
    if (refused) this.places.status.textContent = refused;
    else this.sayClosed();
  }

  /**
   * Say what is wrong with the room, where the lecturer looks; empty once nothing is.
   * @param {string} why
   */
  warn(why) {
    this.places.status.textContent = why;
    this.player?.warn(why);
  }

  /** The room is closed, from here or from another lecturer's page: nothing can be done with it any more. */
  sayClosed() {
    this.warn("The room is closed: no phone follows any more.");
    const { begin, end, save, invite, qr, address, phones, where } = this.places;
    for (const place of [begin, end, save, invite]) place.setAttribute("disabled", "");
    for (const place of [qr, address, phones, where]) place.hidden = true;
  }
}
