// What the figures and the views read of a solved scenario and of its scenes, as landscape/results/solved_scenario.py and
// landscape/scene/ have it.

import type { Numbers, Problem } from "../../engine/problem.js";

/** The weights of one feature and the second layer of m neurons. */
export interface Network {
  W: Numbers;
  alpha: Numbers;
}

/** A polyline, or the places of points. */
export type Line = [x: Numbers, y: Numbers];

/** A run in the plane of a picture: where it is at every stored step, and the loss of the network itself. */
export interface ScenePath {
  id: string;
  run: number;
  name: string;
  x: Numbers;
  y: Numbers;
  steps: Numbers;
  objective: Numbers;
}

/** A part of the critical set: its vertices, the loss all along it, and what it is. */
export interface CriticalPiece {
  x: number[];
  y: number[];
  loss: number;
  label: string;
  kind: string;
  optimal: boolean;
  area: boolean;
  lowest: boolean;
}

/** What the neurons do in a cell, and the corner in which it is written. */
export interface CellLabel {
  x: number;
  y: number;
  name: string;
}

/** Where the starts of a map end: outlines of exact regions, or the starts of a grid, row by row, that miss the optimum. */
export interface Basins {
  polygons: [x: Numbers, y: Numbers, text: string][];
  x: Numbers;
  y: Numbers;
  caught: ArrayLike<number | boolean> | null;
  sentence: string;
}

/** The loss over a plane of weights, row by row: a row for each of w2. */
export interface Surface {
  w1: Numbers;
  w2: Numbers;
  loss: Float64Array;
  plane: { origin: Network };
}

/** The loss over the slopes right and left of 0, row by row: a row for each of sMinus. */
export interface TwinSurface {
  sPlus: Numbers;
  sMinus: Numbers;
  loss: Float64Array;
}

export interface LossScene {
  surface: Surface;
  labels: [string, string];
  titles: [string, string];
  slice: string;
  moving: number[];
  borders: Line[];
  cells: CellLabel[];
  pieces: CriticalPiece[];
  paths: ScenePath[];
  optima: Line;
  mirrored: boolean;
}

export interface TwinScene {
  surface: TwinSurface;
  walled: boolean;
  paths: ScenePath[];
  optimum: [number, number];
  optimalLines: Line[];
  narrow: [number, number] | null;
}

/** A run: the iterates of its m neurons, one after the other. */
export interface SolvedRun {
  id: string;
  place: number;
  name: string;
  path: { m: number; W: Float64Array; alpha: Float64Array; objective: Numbers };
}

export interface Solved {
  problem: Problem;
  network: Network;
  value: number;
  bound: number;
  closed: boolean;
  narrow: { value: number; name: string } | null;
  runs: SolvedRun[];
  missing: Record<string, Network>;
}
