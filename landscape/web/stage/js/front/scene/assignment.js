// The assignment of rows to columns of least total cost, each to one of its own: by shortest augmenting paths (Crouse
// 2016), in the order in which scipy.optimize.linear_sum_assignment takes them, so that ties are broken as there.

/**
 * For each column of a cost matrix with at least as many rows, the row assigned to it.
 * @param {number[][]} cost row by row
 * @returns {number[]}
 */
export function rowOfEachColumn(cost) {
  const rows = cost.length, columns = cost[0].length;
  // A square matrix is assigned row by row, a taller one by its columns.
  if (rows > columns) return columnOfEachRow(cost[0].map((_, j) => cost.map((row) => row[j])));
  const places = columnOfEachRow(cost), found = new Array(columns).fill(-1);
  places.forEach((j, i) => found[j] = i);
  return found;
}

/**
 * For each row of a cost matrix with at least as many columns, the column assigned to it.
 * @param {number[][]} cost
 * @returns {number[]}
 */
export function columnOfEachRow(cost) {
  const n = cost[0].length;
  /** The dual variables of rows and columns. */
  const u = new Float64Array(cost.length), v = new Float64Array(n), shortest = new Float64Array(n);
  const columnOf = new Int32Array(cost.length).fill(-1), rowOf = new Int32Array(n).fill(-1), before = new Int32Array(n).fill(-1);
  const remaining = new Int32Array(n), rowsSeen = new Int32Array(cost.length), columnsSeen = new Int32Array(n);
  for (let first = 0; first < cost.length; first++) {
    shortest.fill(Infinity);
    for (let k = 0; k < n; k++) remaining[k] = n - k - 1;
    let i = first, sink = -1, length = 0, seen = 0;
    while (sink < 0) {
      rowsSeen[seen] = i;
      const row = cost[i], dual = u[i];
      let lowest = Infinity, at = -1;
      for (let k = 0; k < n - seen; k++) {
        const j = remaining[k], reduced = length + row[j] - dual - v[j];
        if (reduced < shortest[j]) {
          before[j] = i;
          shortest[j] = reduced;
        }
        // Among equals one that is free: it ends the path.
        if (shortest[j] < lowest || (shortest[j] === lowest && rowOf[j] < 0)) {
          lowest = shortest[j];
          at = k;
        }
      }
      length = lowest;
      const j = remaining[at];
      if (rowOf[j] < 0) sink = j;
      else i = rowOf[j];
      columnsSeen[seen] = j;
      remaining[at] = remaining[n - seen - 1];
      seen++;
    }
    u[first] += length;
    for (let k = 0; k < seen; k++) {
      const row = rowsSeen[k], column = columnsSeen[k];
      if (row !== first) u[row] += length - shortest[columnOf[row]];
      v[column] -= length - shortest[column];
    }
    for (let j = sink, row = -1; row !== first;) {
      row = before[j];
      rowOf[j] = row;
      [columnOf[row], j] = [j, columnOf[row]];
    }
  }
  return [...columnOf];
}
