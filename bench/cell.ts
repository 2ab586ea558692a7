/**
 * The cell model, one thread, warm: a discharge of the reference cell at 100 mA/g by number of control volumes, a cycle, the start (set to equations), and for two control
 * volumes beside scipy's Radau on the same equations in the same run (THIOSCOPE_PYTHON or the system's python3), both at a tolerance of 1e-5; the
 * difference of their potentials is in the case's name. Without scipy, and for the others, the yardstick is the cost of 10 control volumes: proportional cost has
 * a ratio of 10 over their number.
 */
import { cellModel, cycleProtocol, parameterSet, parseProtocol, runCell } from "@thioscope/core/cellmodel";
import { askScipy, ownAnswer, type PeerCase } from "../tests/golden/cellmodelPeer.ts";
import type { Case } from "./run.ts";

/** targets in ms */
const LIMITS = { discharge: 100, start: 50 };
const SMALL: PeerCase = { cells: 2, tolerance: 1e-5, times: [6000, 12_000, 18_000, 24_000] };

/** Median after three to warm up, ms. */
function median(runs: number, work: () => unknown): number {
  const times: number[] = [];
  for (let k = -3; k < runs; k++) {
    const began = performance.now();
    work();
    if (k >= 0) times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

export function cases(): Promise<Record<string, Case>> {
  const set = parameterSet("na-s-nps");
  const found: Record<string, Case> = {};
  const add = (name: string, ms: number, rows: number, yardstick: string, yardstickMs: number, limitMs?: number): void => {
    found[name] = { ms, rows, rowsPerSecond: (1000 * rows) / ms, yardstick, yardstickMs, ...(limitMs === undefined ? {} : { limitMs }) };
  };
  const began = performance.now();
  cellModel(set);
  const first = performance.now() - began;
  const discharge = parseProtocol("discharge at 100 mA/g until 0.5 V");
  const ten = cellModel(set, { cells: 10 });
  const base = median(9, () => runCell(ten, discharge));
  add("start, first time", first, 1, "a discharge at 10 control volumes", base, LIMITS.start);
  for (const cells of [10, 25, 50, 100, 200]) {
    const model = cellModel(set, { cells });
    const ms = cells === 10 ? base : median(cells > 50 ? 5 : 9, () => runCell(model, discharge));
    add(`discharge, ${cells} control volumes`, ms, cells, "10 control volumes", base, cells === 50 ? LIMITS.discharge : undefined);
  }
  const model = cellModel(set);
  add(
    "cycle, 50 control volumes",
    median(5, () => runCell(model, cycleProtocol("100 mA/g", 0.5, 3))),
    50,
    "10 control volumes",
    base,
  );
  const own = median(9, () => ownAnswer(SMALL));
  const peer = askScipy(SMALL);
  const answer = ownAnswer(SMALL);
  const difference = peer ? Math.max(...peer.volt.map((v, k) => Math.abs(v - answer.volt[k]!))) : null;
  add(
    `2 control volumes${difference === null ? "" : `, differs by ${difference.toExponential(0)} V`}`,
    own,
    2,
    peer ? "scipy Radau, same equations" : "10 control volumes",
    peer?.ms ?? base,
  );
  return Promise.resolve(found);
}
