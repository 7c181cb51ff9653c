// The assignment of rows to columns that costs least, by shortest augmenting paths, with SciPy's choice among equal ones.

/**
 * The pairs [row, column] of the cheapest assignment, as many as the shorter side has, in the order of the rows.
 * Crouse (2016), "On implementing 2D rectangular assignment algorithms".
 * @param {number[][]} cost
 * @returns {[number, number][]}
 */
export function cheapestAssignment(cost) {
  const rows = cost.length, columns = rows > 0 ? cost[0].length : 0;
  if (columns < rows) {
    const turned = Array.from({ length: columns }, (_, j) => cost.map((row) => row[j]));
    return cheapestAssignment(turned).map(([j, i]) => /** @type {[number, number]} */ ([i, j])).sort(([a], [b]) => a - b);
  }
  const ofRow = new Array(rows).fill(-1), ofColumn = new Array(columns).fill(-1);
  const u = new Array(rows).fill(0), v = new Array(columns).fill(0);
  for (let first = 0; first < rows; first++) {
    const path = new Array(columns).fill(-1), shortest = new Array(columns).fill(Infinity);
    /** @type {Set<number>} */
    const seenRows = new Set();
    /** @type {number[]} */
    const seenColumns = [];
    const remaining = Array.from({ length: columns }, (_, k) => columns - 1 - k);
    let least = 0, i = first, sink = -1;
    while (sink < 0) {
      seenRows.add(i);
      let index = -1, lowest = Infinity;
      remaining.forEach((j, k) => {
        const reached = least + cost[i][j] - u[i] - v[j];
        if (reached < shortest[j]) {
          path[j] = i;
          shortest[j] = reached;
        }
        if (shortest[j] < lowest || (shortest[j] === lowest && ofColumn[j] < 0)) {
          lowest = shortest[j];
          index = k;
        }
      });
      least = lowest;
      const j = remaining[index];
      if (ofColumn[j] < 0) sink = j;
      else i = ofColumn[j];
      seenColumns.push(j);
      remaining[index] = remaining[remaining.length - 1];
      remaining.pop();
    }
    u[first] += least;
    for (const row of seenRows) if (row !== first) u[row] += least - shortest[ofRow[row]];
    for (const j of seenColumns) v[j] -= least - shortest[j];
    for (let j = sink; ;) {
      const row = path[j];
      ofColumn[j] = row;
      [ofRow[row], j] = [j, ofRow[row]];
      if (row === first) break;
    }
  }
  return ofRow.map((j, i) => [i, j]);
}
