// What a new figure says that the engine does not compute: its critical segments and its notes, drawn on the canvas.

const SEGMENTS = ["edges", "stuck", "optimal"]; // the traces of critical pieces, in the order they are laid over each other

/** Draw the critical segments of a figure, pieces being parted by gaps. */
export function drawSegments(frame, { data }) {
  frame.clipped(() => data.filter((trace) => SEGMENTS.includes(trace.uid)).forEach(({ x, y, line }) => {
    let begin = 0;
    x.forEach((value, k) => {
      if (value !== null) return;
      frame.line(x.slice(begin, k), y.slice(begin, k), k - begin, line.color, line.width);
      begin = k + 1;
    });
  }));
}

const SHARE = { left: 0, center: 0.5, right: 1, top: 0, middle: 0.5, bottom: 1 };

/** Draw the notes of a figure where and as plotly.js does: text of several lines on paper of its own. */
export function drawNotes(frame, { annotations = [], font }) {
  const { pen } = frame;
  for (const note of annotations) {
    if (note.xref || note.yref || note.showarrow) continue; // placed by the frame and not by data
    const size = note.font?.size ?? font.size;
    pen.font = `${size}px ${font.family}`;
    const lines = note.text.split("<br>");
    const pad = note.borderpad ?? 1;
    const width = Math.max(...lines.map((line) => pen.measureText(line).width)) + 2 * pad;
    const height = 1.3 * size * lines.length + 2 * pad;
    const left = frame.x(note.x) + (note.xshift ?? 0) - width * SHARE[note.xanchor ?? "center"];
    const top = frame.y(note.y) - (note.yshift ?? 0) - height * SHARE[note.yanchor ?? "middle"];
    pen.fillStyle = note.bgcolor ?? "transparent";
    pen.fillRect(left, top, width, height);
    pen.fillStyle = note.font?.color ?? font.color;
    pen.textBaseline = "middle";
    lines.forEach((line, k) => pen.fillText(line, left + pad, top + pad + 1.3 * size * (k + 0.5)));
  }
}
