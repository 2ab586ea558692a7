/**
 * Pairs of atoms that may be closer than a distance, in a periodic cell: the cell is cut into boxes at least that high, and an atom is paired with those of its box and of the 26 around it, each pair
 * once. Cost is linear in the atoms at a given density; where the cell has fewer than three boxes along an axis all pairs are visited. (D. Frenkel, B. Smit, Understanding Molecular Simulation, app. F.)
 */
import { volumeOf } from "./cell.ts";

/** Half of the neighbours of a box: the others see it as theirs. */
const HALF: readonly (readonly [number, number, number])[] = [
  [1, 0, 0],
  [-1, 1, 0],
  [0, 1, 0],
  [1, 1, 0],
  ...[-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => [x, y, 1] as const)),
];
/** Below this many atoms boxes cost more than they save. */
const FEW = 100;
const MOST_BOXES = 2 ** 21;

/**
 * @param fractions of the axes, x, y, z of each atom in turn; any periodic image
 * @param cell axes row by row, Å
 * @param reach Å
 * @param visit called once for each pair, in no order
 */
export function nearPairs(
  fractions: Float64Array,
  cell: ArrayLike<number>,
  reach: number,
  visit: (first: number, second: number) => void,
): void {
  const n = fractions.length / 3;
  const boxes = heights(cell).map((h) => Math.floor(h / reach)) as [number, number, number];
  while (boxes[0] * boxes[1] * boxes[2] > Math.min(MOST_BOXES, 8 * n) && Math.max(...boxes) > 3)
    for (let k = 0; k < 3; k++) boxes[k] = Math.max(3, Math.floor(boxes[k]! / 2));
  if (n < FEW || boxes.some((b) => b < 3)) {
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) visit(i, j);
    return;
  }
  const [p, q, r] = boxes;
  const box = new Int32Array(n);
  const start = new Int32Array(p * q * r + 1);
  const along = (f: number, count: number): number => Math.min(count - 1, Math.floor((f - Math.floor(f)) * count));
  for (let i = 0; i < n; i++) {
    box[i] = along(fractions[3 * i]!, p) + p * (along(fractions[3 * i + 1]!, q) + q * along(fractions[3 * i + 2]!, r));
    start[box[i]! + 1]!++;
  }
  for (let b = 0; b < p * q * r; b++) start[b + 1]! += start[b]!;
  const next = start.slice();
  const atoms = new Int32Array(n);
  for (let i = 0; i < n; i++) atoms[next[box[i]!]!++] = i;
  for (let z = 0; z < r; z++) {
    for (let y = 0; y < q; y++) {
      for (let x = 0; x < p; x++) {
        const here = x + p * (y + q * z);
        const [from, to] = [start[here]!, start[here + 1]!];
        for (let a = from; a < to; a++) for (let b = a + 1; b < to; b++) visit(atoms[a]!, atoms[b]!);
        for (const [dx, dy, dz] of HALF) {
          const there = ((x + dx + p) % p) + p * (((y + dy + q) % q) + q * ((z + dz + r) % r));
          for (let a = from; a < to; a++) for (let b = start[there]!; b < start[there + 1]!; b++) visit(atoms[a]!, atoms[b]!);
        }
      }
    }
  }
}

/** Distances between opposite faces, Å. */
function heights(cell: ArrayLike<number>): number[] {
  const volume = Math.abs(volumeOf(cell));
  return [0, 1, 2].map((k) => {
    const [a, b] = [3 * ((k + 1) % 3), 3 * ((k + 2) % 3)];
    const x = cell[a + 1]! * cell[b + 2]! - cell[a + 2]! * cell[b + 1]!;
    const y = cell[a + 2]! * cell[b]! - cell[a]! * cell[b + 2]!;
    const z = cell[a]! * cell[b + 1]! - cell[a + 1]! * cell[b]!;
    return volume / Math.hypot(x, y, z);
  });
}
