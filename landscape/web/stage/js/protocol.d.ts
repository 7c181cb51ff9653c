// What crosses between Python and the browser. Written from landscape/web/stage/protocol by
// tests/helpers/protocol_types.py; tests/web/test_protocol.py holds the two together.
import type { Scenario } from "./front/scenario/scenario.js";
import type { Figure } from "./view/plotly.js";

/**
 * Buttons in a view's heading of which one is chosen.
 *
 * Arguments
 *     event: the kind of the event that a choice sends, with the chosen value.
 *     label: the accessible name; value: what is chosen; options: pairs (value, label).
 */
export interface Choice {
  event: Choosing;
  label: string;
  value: string;
  options: [string, string][];
}

/**
 * A button in a view's heading that is on or off.
 *
 * Arguments
 *     event: the kind of the event that it sends; label: on the button; pressed: whether it is on; hint: its tooltip.
 */
export interface Toggle {
  event: Plain;
  label: string;
  pressed: boolean;
  hint: string;
}

/**
 * One plot of the stage.
 *
 * Arguments
 *     name: identifies the plot from one change to the next; its camera and zoom are kept by this name.
 *     title: its heading and its accessible name.
 *     caption: one line under the heading that describes the picture.
 *     invitation: what can be done in it, which follows the caption; nothing where the picture is only played.
 *     alt: the text alternative for screen readers.
 *     figure: a plotly figure as JSON, made by ``landscape.figures``.
 *     tools: switches in its heading.
 *     also: names of other drawings of the same, in whose place it fills the stage where they are not drawn.
 *     kind: what moves in it while runs are played.
 *     span: for a view of outputs or kinks, the range of x that it draws.
 *     runs: the runs that play in it; None for all.
 *     key: identifies the figure: the browser does not draw the same one twice.
 */
export interface StageView {
  name: string;
  title: string;
  caption: string;
  alt: string;
  figure: Figure;
  tools: Tool[];
  also: string[];
  kind: ViewKind;
  span: [number, number] | null;
  runs: string[] | null;
  invitation: string;
  key: string;
}

/** The networks at a step are to be certified, None for the end. */
export interface Certify {
  kind: "certify";
  at: number | null;
}

/**
 * A button without further keys was pressed.
 *
 * "drawn": the stage has drawn for the first time; "reconnected": the page has lost its server and found one again,
 * which asks for nothing but a run of the page; "undrawn": the browser could not draw the scenario by itself.
 */
export interface Happened {
  kind: Plain;
}

/** Something is to be done with a run. */
export interface OfRun {
  kind: ChangingRun;
  run: string;
}

/** A run is to have the step size that its sentence advises. */
export interface SetStep {
  kind: "step";
  run: string;
  value: number;
}

/** A run is to go on with ``count`` more neurons, at 0. */
export interface Widen {
  kind: "widen";
  run: string;
  count: number;
}

/**
 * A button beside a sentence.
 *
 * Arguments
 *     label: on the button; event: what it sends; of a ``Certify`` the browser fills in the step.
 *     main: whether it is the first choice; hint: its tooltip.
 *     expanded: of a button that opens a panel, whether that is open.
 */
export interface Action {
  label: string;
  event: OfRun | Widen | SetStep | Certify | Happened;
  main: boolean;
  hint: string | null;
  expanded: boolean | null;
}

/**
 * One line under the plots: the outcome of a run, or a proven statement.
 *
 * Arguments
 *     run: whose sentence it is: "run0", "escape0", "optimum" …; name: printed in bold before the text.
 *     text: what happened, one plain sentence; why: the reason, or what exactly is meant.
 *     digits: the numbers behind it, shown when they are asked for: pairs of a name and a number as text.
 *     kind: of its statement, a class of the style sheet.
 *     color, symbol: the marker beside it.
 *     actions: the buttons beside it.
 *     explicit: whether its run was set by the visitor, and so can be pinned and removed; pinned: whether a click
 *         leaves its start unchanged; selected: whether it is the run that a click moves.
 */
export interface Sentence {
  run: string;
  name: string;
  text: string;
  kind: string;
  color: string;
  symbol: string;
  why: string;
  digits: [string, string][];
  actions: Action[];
  explicit: boolean;
  pinned: boolean;
  selected: boolean;
}

/**
 * The weights of a run: for each stored step a block of (d + 1) × m numbers, row by row, alpha last.
 *
 * Arguments
 *     d, m: features and neurons; bits: of each number, a float.
 *     ones: whether every alpha is 1, and the blocks are without it; data: the blocks' bytes in base 64.
 */
export interface PackedWeights {
  d: number;
  m: number;
  bits: 32 | 64;
  ones: boolean;
  data: string;
}

/** A leg of an escape path: from its first step on, ``text`` is in the run's sentence. */
export interface PlayedLeg {
  first: number;
  text: string;
}

/**
 * A run as the browser plays it.
 *
 * Arguments
 *     id: "run0", or "escape0" for an escape path; color, symbol: of its path and its markers.
 *     steps: the stored steps; objective: the loss that its sentence gives at each.
 *     weights: at each stored step, None where only the path is played.
 *     legs: of an escape path.
 *     drawn: the places among the steps of those at which pictures have it, None for all.
 *     bias: the output bias at each stored step, None for a network without.
 */
export interface PlayedRun {
  id: string;
  color: string;
  symbol: string;
  steps: number[];
  objective: number[];
  weights: PackedWeights | null;
  legs: PlayedLeg[];
  drawn: number[] | null;
  bias: number[] | null;
}

/**
 * A run whose start can be dragged.
 *
 * Arguments
 *     id, index: its name and place; explicit: whether it has a start of its own, which alone can be dragged.
 *     method: the optimiser; schedule: pairs (from step, step size), the first from step 0; suited: whether it is one
 *         that suits the data, and changes with them.
 *     W0, alpha0: (m,) the start; loss: its objective.
 */
export interface DraggedRun {
  id: string;
  index: number;
  explicit: boolean;
  method: "gd" | "momentum" | "adam";
  schedule: [number, number][];
  suited: boolean;
  W0: number[];
  alpha0: number[];
  loss: number;
}

/**
 * The plane of the loss picture.
 *
 * Arguments
 *     neurons: the one or two neurons whose weights are the coordinates.
 *     W, alpha: (m,) the network that holds the other weights.
 *     follows: the run whose end is that network, or None where it stays as it is.
 */
export interface DraggedPlane {
  neurons: number[];
  W: number[];
  alpha: number[];
  follows: string | null;
}

/**
 * Data, starts and slopes can be dragged, and the browser recomputes every picture by itself.
 *
 * Arguments
 *     x, y: (n,) one feature and the labels; lam: λ as a fraction of λ_max; layer: what is trained.
 *     m: neurons; steps: the most that a run takes; runs: the runs and their starts; selected: the run whose slopes
 *         can be dragged.
 *     plane: of the loss picture, None where its coordinates are not single weights.
 *     stops: the colour map of the loss, pairs (place, colour).
 */
export interface LocalDrag {
  x: number[];
  y: number[];
  lam: number;
  layer: "trained" | "ones";
  m: number;
  steps: number;
  runs: DraggedRun[];
  selected: number;
  plane: DraggedPlane | null;
  stops: [number, string][];
  kind: "local";
}

/**
 * Data points of one feature can be dragged; Python recomputes the pictures.
 *
 * Arguments
 *     x, y: (n,) the feature and the labels; bias: whether neurons have one.
 */
export interface DataDrag {
  x: number[];
  y: number[];
  bias: boolean;
  kind: "data";
}

/**
 * A point that can be dragged.
 *
 * Arguments
 *     id: its name in a ``Move``; index: its place in a ``Delete``; view: the name of its view.
 *     label: its accessible name; x, y: where it is; axes: those along which it can be dragged.
 *     symbol, color: its marker while it is held; removable: whether it can be deleted.
 *     said: its position as text, for one that represents something else than (x, y).
 */
export interface DraggedPoint {
  id: string;
  index: number;
  view: string;
  label: string;
  x: number;
  y: number;
  axes: "xy" | "x" | "y";
  symbol: string;
  color: string;
  removable: boolean;
  said: string | null;
}

/** Points in views of their own choice can be dragged; Python recomputes the pictures. */
export interface PointDrag {
  points: DraggedPoint[];
  kind: "points";
}

/**
 * A part of the pictures that terms speak of.
 *
 * Arguments
 *     id: by which terms name it; of a run and of the optimum the name that its pictures have.
 *     name: for a visitor; kind: what it is, by which the browser knows where to mark it.
 *     color, symbol: its marker, as in the pictures.
 *     points: the points that it is, or that a pattern is active on; of a neuron its place among the neurons.
 */
export interface Part {
  id: string;
  name: string;
  kind: "point" | "neuron" | "pattern" | "run" | "optimum" | "wall";
  color: string;
  symbol: string;
  points: number[];
}

/**
 * A piece of a line of text and formulas; what a formula is made of is never broken across two lines.
 *
 * Arguments
 *     kind: what it is; text: what is written, of a piece without parts.
 *     parts: its pieces: of a power base and exponent, of an index base and index, of a sum what is below and above Σ.
 *     full: of a number of which the first digits are written, all of them.
 *     about: the ids of the parts of the pictures that it speaks of.
 */
export interface Term {
  kind: "words" | "number" | "name" | "sign" | "row" | "raised" | "lowered" | "sum";
  text: string;
  parts: Term[];
  full: string;
  about: string[];
}

/** A line of a panel: a sentence, the head of a formula, one that goes on, or an item of a list. */
export interface PanelLine {
  kind: "lead" | "text" | "formula" | "item";
  terms: Term[];
}

/**
 * What is opened below the sentences: the formulas, or the proof.
 *
 * Arguments
 *     title: its heading; lines: its text and formulas; parts: what the terms speak of, in the order of the legend.
 */
export interface Panel {
  title: string;
  lines: PanelLine[];
  parts: Part[];
}

/** The panels of a stage that has them, None for one that is closed. */
export interface Panels {
  formulas: Panel | null;
  proof: Panel | null;
}

/**
 * The buttons beside the playback.
 *
 * Arguments
 *     undo, redo: whether there is something to undo, to redo; runs: whether runs can be added here.
 */
export interface Tools {
  undo: boolean;
  redo: boolean;
  runs: boolean;
}

/**
 * All that a stage shows besides its views; without arguments, nothing.
 *
 * Arguments
 *     sentences: below the plots; runs: those played in them; drag: what can be dragged.
 *     sides: the names of the points at x < 0 and at x > 0, for the step text of runs with few neurons.
 *     at: the step of the playhead, None for the end.
 *     tools: the buttons beside the playback; transport: whether the bar with both is shown.
 *     large: type for a projector; columns: of the views on a wide screen, None for as many as fit.
 *     panels: the formulas and the proof, None on a stage without them.
 *     lead: how many views stand above the sentences, on a phone only the first; None for all.
 *     paced: whether playback takes equal time for each stored step, instead of for each step.
 *     clocked: whether the runs' steps are microseconds and their objective a relative excess, as of a race.
 *     enlarged: the name of the view that fills the stage, None where all are shown.
 *     note: a sentence above the views.
 *     opens_playing: whether the runs play once, from step 0 to the end, when this is the first that a document shows.
 *     reports_playhead: whether the step at which the playhead rests is sent in an ``At`` event and written into the
 *         address; reports_drawn: whether a "drawn" event is sent, once.
 *     scenario: that of the page, where the browser draws its controls.
 */
export interface StageState {
  sentences: Sentence[];
  runs: PlayedRun[];
  drag: LocalDrag | DataDrag | PointDrag | null;
  sides: [string, string] | null;
  at: number | null;
  tools: Tools | null;
  transport: boolean;
  large: boolean;
  columns: number | null;
  panels: Panels | null;
  lead: number | null;
  paced: boolean;
  clocked: boolean;
  enlarged: string | null;
  note: string | null;
  opens_playing: boolean;
  reports_playhead: boolean;
  reports_drawn: boolean;
  scenario: Scenario | null;
}

/**
 * What a browser that solves and draws a scenario itself is told of its page.
 *
 * Arguments
 *     undo, redo: whether there is something to undo, to redo.
 *     opens_playing: whether the runs play once, from step 0 to the end, when this is the first that a document shows.
 *     hidden: the parts that the address leaves out: "transport", "sentences".
 *     panels: the formulas and the proof, None on a page without them.
 *     enlarged: the name of the view that the address lets fill the stage; opened_enlarged: whether the page was
 *         opened with it.
 */
export interface PageState {
  undo: boolean;
  redo: boolean;
  opens_playing: boolean;
  hidden: string[];
  panels: Panels | null;
  enlarged: string | null;
  opened_enlarged: boolean;
}

/**
 * A message to the browser.
 *
 * ``serial`` counts the states of a stage; ``answers`` is the number of the last event that was delivered. An offline
 * page has neither.
 */
export interface StageUpdate {
  answers: string | null;
  serial: number;
  state: StageState;
  views: StageView[];
}

/** The same message where the browser solves and draws the scenario: its views and state are made there. */
export interface ScenarioUpdate {
  answers: string | null;
  serial: number;
  scenario: Scenario;
  page: PageState;
}

/** A stretch of a lesson's text; of a formula the TeX. */
export interface TextPiece {
  style: "plain" | "strong" | "emphasis" | "code" | "formula";
  text: string;
}

/** What a scene speaks of: a view or "sentences", and in it a run or a named part. */
export interface PlayedSpotlight {
  view: string;
  run: string | null;
  part: string | null;
}

/**
 * The thing to do in a scene.
 *
 * Arguments
 *     text: the sentence; doing: what completes it; view: where it is done.
 *     run: "run0", or "escape0" for a way out, None for any.
 */
export interface PlayedTask {
  text: TextPiece[];
  doing: "watch" | "reach" | "move" | "point" | null;
  view: string | null;
  run: string | null;
}

/**
 * What is asked in a scene; of what does not belong to its kind, None.
 *
 * Arguments
 *     kind: one of several answers, a point on a landscape, a number, or networks that every phone trains.
 *     text: the question; options: the answers to choose from.
 *     what: whether a start is placed, or where a run ends; view: where.
 *     low, high, unit: of a number.
 *     widths: of the networks; scenario: of which they are trained.
 */
export interface PlayedQuestion {
  kind: "choose" | "place" | "guess" | "train";
  text: TextPiece[];
  options: TextPiece[][] | null;
  what: "start" | "end" | null;
  view: string | null;
  low: number | null;
  high: number | null;
  unit: string | null;
  widths: number[] | null;
  scenario: Scenario | null;
}

/**
 * What is said and shown after the reveal; of what does not belong to the question, None.
 *
 * Arguments
 *     text: the answer in words; option: which is right; value: the number, and ``said`` as it is read.
 *     place: (x, y) where the run ends; share: from which share of the picture gradient flow reaches the optimum.
 *     shares: of each width, the share of starts that reach the optimum; starts: how many were trained for it.
 */
export interface PlayedAnswer {
  text: TextPiece[];
  option: number | null;
  value: number | null;
  said: string | null;
  place: [number, number] | null;
  share: number | null;
  shares: number[] | null;
  starts: number | null;
}

/**
 * What the stage shows of a scene.
 *
 * Arguments
 *     stage: the place of its state in ``PlayedLesson.states``; views: of its views in ``PlayedLesson.views``.
 *     at: the step of the playhead, None for the end; begin: the step from which its runs play.
 *     sentences: whether those below the pictures are shown.
 */
export interface PlayedPicture {
  stage: number;
  views: number[];
  at: number | null;
  begin: number;
  sentences: boolean;
}

/**
 * A scene of a lesson as the browser plays it.
 *
 * Arguments
 *     title, text, spotlight, task: what is told; notes: for the lecturer alone, empty elsewhere.
 *     large: the view that is given more room; plays: whether it plays by itself.
 *     picture: what is shown, from the reveal on where there is one.
 *     before: what is shown before it, None where nothing is held back.
 *     question: what is asked before the reveal; answer: what is said after it; None where there is none, or where it
 *         must not be known yet.
 *     has_reveal: whether there is something to reveal.
 */
export interface PlayedScene {
  title: string;
  text: TextPiece[];
  notes: string;
  spotlight: PlayedSpotlight | null;
  task: PlayedTask | null;
  large: string | null;
  plays: boolean;
  picture: PlayedPicture;
  before: PlayedPicture | null;
  question: PlayedQuestion | null;
  answer: PlayedAnswer | null;
  has_reveal: boolean;
}

/** A lesson as the browser plays it; scenes that show the same share views and states. */
export interface PlayedLesson {
  name: string;
  title: string;
  scenes: PlayedScene[];
  states: StageState[];
  views: StageView[];
}

/** Fields of the scenario were set with a control: ``values`` by their names, as its records have them. */
export interface Change {
  kind: "change";
  values: Record<string, unknown>;
}

/** Another value of a ``Choice`` was chosen. */
export interface Chosen {
  kind: Choosing;
  value: string;
}

/** The playhead has come to rest at a step, None for the end. */
export interface At {
  kind: "at";
  value: number | null;
}

/** A place (x, y) of a view was clicked; add: a run is to be added there. */
export interface Click {
  kind: "click";
  view: string;
  x: number;
  y: number;
  add: boolean;
}

/** A start that was dragged: w and alpha (m,) of the run at ``index``. */
export interface MovedRun {
  index: number;
  w: number[];
  alpha: number[];
}

/** Data or starts are being dragged, or were let go where ``final``. */
export interface Edit {
  kind: "edit";
  x: number[];
  y: number[];
  runs: MovedRun[];
  final: boolean;
}

/** A ``DraggedPoint``, named by its id, is being dragged, or was let go where ``final``. */
export interface Move {
  kind: "move";
  point: string;
  x: number;
  y: number;
  final: boolean;
}

/** The data point at ``index`` is to be deleted. */
export interface Delete {
  kind: "delete";
  index: number;
}

export type ViewKind = "path" | "outputs" | "neurons" | "kinks" | "directions" | "track" | "still";

export type Tool = Choice | Toggle;

export type DragModel = LocalDrag | DataDrag | PointDrag;

export type Choosing = "surface" | "curve";

export type Plain = "basins" | "formulas" | "proof" | "undo" | "redo" | "reset" | "drawn" | "reconnected" | "undrawn";

export type ChangingRun = "pin" | "remove" | "select" | "escape" | "add-missing" | "compare";

export type StageEvent = Happened | Change | Chosen | OfRun | Widen | SetStep | Certify | At | Click | Edit | Move | Delete;

export type EventKind = "basins" | "formulas" | "proof" | "undo" | "redo" | "reset" | "drawn" | "reconnected" | "undrawn" | "surface" | "curve" | "pin" | "remove" | "select" | "escape" | "add-missing" | "compare" | "change" | "widen" | "step" | "certify" | "at" | "click" | "edit" | "move" | "delete";
