// The parts of plotly.js that the stage uses: those that it documents. What it does not document is in plotly_internals.js.

/**
 * What a loss is computed from: data, λ and layer, of weights also the network and which of its neurons move; and where:
 * pairs of a rank and a number, between which the numbers are evenly spaced.
 */
export interface LossSource {
  x: number[];
  y: number[];
  lam: number;
  layer: "trained" | "ones";
  W?: number[];
  alpha?: number[];
  neurons?: number[];
  soft: number;
  across: [number, number][];
  up: [number, number][];
}

export interface Trace {
  uid?: string;
  type?: string;
  meta?: { run?: string; points?: number[]; under?: string; loss?: LossSource };
  x: (number | null)[];
  y: (number | null)[];
  line: { color: string; width: number };
  marker: { size: number; color: string };
  colorbar?: { title?: { font?: { size: number } } };
}

export interface Note {
  text: string;
  name?: string;
  align?: Anchor;
  x: number;
  y: number;
  xref?: string;
  yref?: string;
  xshift?: number;
  yshift?: number;
  xanchor?: Anchor;
  yanchor?: Anchor;
  showarrow?: boolean;
  bgcolor?: string;
  borderpad?: number;
  font?: { size?: number; color?: string };
}

export type Anchor = "left" | "center" | "right" | "top" | "middle" | "bottom";

export interface AxisLayout {
  title?: { text: string; standoff?: number; font?: { size: number } };
  range?: [number, number];
  [name: string]: unknown;
}

export interface Font {
  family: string;
  color: string;
  size: number;
}

export interface Layout {
  xaxis?: AxisLayout;
  yaxis?: AxisLayout;
  scene?: { camera?: unknown; xaxis?: AxisLayout; yaxis?: AxisLayout; zaxis?: AxisLayout; [name: string]: unknown };
  margin?: Record<string, number>;
  font?: Partial<Font>;
  hoverlabel?: object;
  modebar?: object;
  annotations?: Note[];
  plot_bgcolor?: string;
  meta?: { outputs: [number, number] };
  dragmode?: false;
  [name: string]: unknown;
}

export interface Figure {
  data: Trace[];
  layout: Layout;
}

export interface Pointed {
  points: { x: number; y: number; data: Trace }[];
  event?: MouseEvent;
}

export interface PlotElement extends HTMLDivElement {
  data: Trace[];
  layout: Layout;
  on(name: "plotly_click" | "plotly_hover" | "plotly_unhover", listener: (event: Pointed) => void): void;
  on(name: "plotly_afterplot", listener: () => void): void;
}

export interface PlotlyLibrary {
  react(area: PlotElement, data: object[], layout: Layout, config: object): Promise<void>;
  restyle(area: PlotElement, changes: object, traces: number[]): Promise<void>;
  relayout(area: PlotElement, changes: object): Promise<void>;
  downloadImage(figure: object, options: object): Promise<string>;
  purge(area: PlotElement): void;
  Plots: { resize(area: PlotElement): Promise<void> };
}

declare global {
  const Plotly: PlotlyLibrary;
}
