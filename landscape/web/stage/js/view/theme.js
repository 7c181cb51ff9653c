// Colours and sizes that follow Streamlit's theme; figures themselves carry none of them.

/** Read the colours of the page around an element, and the type size of the stage. */
export function readTheme(node, large) {
  const style = getComputedStyle(node);
  const value = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const background = value("--st-background-color", "#ffffff");
  return {
    text: value("--st-text-color", "#1a1a1a"),
    background,
    veil: /^#[0-9a-f]{6}$/i.test(background) ? `${background}c0` : undefined,
    border: value("--st-border-color", "#d0d0d0"),
    font: value("--st-font", "sans-serif"),
    dark: luminance(background) < 0.4,
    size: large ? 20 : 14,
  };
}

function luminance(color) {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}

/** Call back when Streamlit's theme changes; returns a function that stops watching. */
export function onThemeChange(root, callback) {
  let last = getComputedStyle(root).getPropertyValue("--st-background-color");
  const timer = setInterval(() => {
    const now = getComputedStyle(root).getPropertyValue("--st-background-color");
    if (now !== last) {
      last = now;
      callback();
    }
  }, 500);
  return () => clearInterval(timer);
}

/** Return a figure's layout with the theme's colours and sizes filled in. */
export function themed(layout, theme) {
  const grid = theme.dark ? "rgba(255,255,255,.12)" : "rgba(0,0,0,.10)";
  const zero = theme.dark ? "rgba(255,255,255,.35)" : "rgba(0,0,0,.35)";
  const axis = (given = {}) => ({
    gridcolor: grid, zerolinecolor: zero, linecolor: zero, tickcolor: zero, automargin: false, ...given,
    title: given.title ? { ...given.title, font: { size: theme.size + 1 } } : undefined,
  });
  const result = {
    ...layout,
    autosize: true,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: layout.plot_bgcolor ?? "rgba(0,0,0,0)",
    font: { family: theme.font, color: theme.text, size: theme.size },
    hoverlabel: { font: { family: theme.font, size: theme.size }, ...layout.hoverlabel },
    margin: Object.fromEntries(
      Object.entries({ l: 52, r: 12, t: 8, b: 48, ...layout.margin }).map(([side, width]) => [
        side, width * (theme.size > 14 && width > 20 ? 1.35 : 1),
      ]),
    ),
  };
  for (const name of ["xaxis", "yaxis"]) if (layout[name]) result[name] = axis(layout[name]);
  if (layout.scene) {
    const wall = { backgroundcolor: "rgba(0,0,0,0)", gridcolor: grid, zerolinecolor: zero, color: theme.text };
    result.scene = {
      ...layout.scene,
      ...Object.fromEntries(["xaxis", "yaxis", "zaxis"].map((name) => [name, {
        ...wall, ...layout.scene[name], tickfont: { size: theme.size - 2 },
      }])),
    };
  }
  if (layout.annotations) {
    // Plain text gets paper under it: a line that crosses it must not make it unreadable.
    result.annotations = layout.annotations.map((note) => ({
      bgcolor: note.font?.color ? undefined : theme.veil, ...note, font: { ...note.font, size: (note.font?.size ?? 13) * (theme.size / 14) },
    }));
  }
  return result;
}
