/** A finite element function on a grid of rectangles: its value and gradient at the middle of every cell that lies in the domain. */
import type { FeSpace } from "./space.ts";

export interface GridSample {
  /** row by row, a row per gap between y edges; NaN outside of the domain */
  value: Float64Array;
  gradientX: Float64Array;
  gradientY: Float64Array;
}

/** @param x edges of the cells, ascending @param y the same. P2 functions are taken on the straight triangle. */
export function sampleOnGrid(space: FeSpace, u: Float64Array, x: Float64Array, y: Float64Array): GridSample {
  const [columns, rows] = [x.length - 1, y.length - 1];
  const size = columns * rows;
  const sample = { value: new Float64Array(size).fill(Number.NaN), gradientX: new Float64Array(size), gradientY: new Float64Array(size) };
  sample.gradientX.fill(Number.NaN);
  sample.gradientY.fill(Number.NaN);
  const middle = (edges: Float64Array, k: number): number => (edges[k]! + edges[k + 1]!) / 2;
  const { elements, perElement: n, xy } = space;
  for (let e = 0; e < elements.length; e += n) {
    const [a, b, c] = [2 * elements[e]!, 2 * elements[e + 1]!, 2 * elements[e + 2]!];
    const [ax, ay, bx, by, cx, cy] = [xy[a]!, xy[a + 1]!, xy[b]!, xy[b + 1]!, xy[c]!, xy[c + 1]!];
    const det = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    const left = firstAbove(x, Math.min(ax, bx, cx));
    const low = firstAbove(y, Math.min(ay, by, cy));
    const [right, high] = [Math.max(ax, bx, cx), Math.max(ay, by, cy)];
    for (let j = low; j < rows && middle(y, j) <= high; j++) {
      const py = middle(y, j);
      for (let i = left; i < columns && middle(x, i) <= right; i++) {
        const px = middle(x, i);
        const l1 = ((px - ax) * (cy - ay) - (py - ay) * (cx - ax)) / det;
        const l2 = ((bx - ax) * (py - ay) - (by - ay) * (px - ax)) / det;
        const l0 = 1 - l1 - l2;
        if (l0 < -1e-9 || l1 < -1e-9 || l2 < -1e-9) continue;
        const at = j * columns + i;
        const u0 = u[elements[e]!]!;
        const [u1, u2] = [u[elements[e + 1]!]!, u[elements[e + 2]!]!];
        let [value, d1, d2] = [l0 * u0 + l1 * u1 + l2 * u2, u1 - u0, u2 - u0];
        if (n === 6) {
          // hierarchical form: what the middles of the edges add to the straight interpolation
          const m0 = 4 * (u[elements[e + 3]!]! - (u1 + u2) / 2);
          const m1 = 4 * (u[elements[e + 4]!]! - (u0 + u2) / 2);
          const m2 = 4 * (u[elements[e + 5]!]! - (u0 + u1) / 2);
          value += m0 * l1 * l2 + m1 * l0 * l2 + m2 * l0 * l1;
          d1 += m0 * l2 - m1 * l2 + m2 * (l0 - l1);
          d2 += m0 * l1 + m1 * (l0 - l2) - m2 * l1;
        }
        sample.value[at] = value;
        sample.gradientX[at] = (d1 * (cy - ay) - d2 * (by - ay)) / det;
        sample.gradientY[at] = (d2 * (bx - ax) - d1 * (cx - ax)) / det;
      }
    }
  }
  return sample;
}

/** First cell whose middle may lie at or above `value`. */
function firstAbove(edges: Float64Array, value: number): number {
  let [low, high] = [0, edges.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle + 1]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
