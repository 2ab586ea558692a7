import { random } from "@thioscope/core";
import type { PhaseScans } from "@thioscope/core/diffraction";
import { expect, test } from "vitest";
import { turnsOf } from "./follow.ts";

const PERIOD = 1800;
const SCANS = 40;
/** it grows until here, rests as long as a scan takes, and is consumed at once */
const STOP = { from: 36_000, to: 36_000 + PERIOD };

/** One position, measured once a scan from `first` on, known to 0.2 % of what was formed. */
function grown(first: number, seed: string): PhaseScans {
  const draw = random(seed);
  const timeSecond = Float64Array.from({ length: SCANS }, (_, k) => first + PERIOD * k);
  const sigma = new Float64Array(SCANS).fill(0.002);
  const values = timeSecond.map((t) => (Math.min(t, STOP.from) - Math.max(0, t - STOP.to)) / STOP.from + 0.002 * draw.normal());
  const grid = {
    positions: Float64Array.of(960),
    scans: SCANS,
    frame: new Int32Array(SCANS),
    timeSecond,
    scanSecond: timeSecond,
    notices: [],
  };
  return { phase: "Na2S", grid, values, sigma } as unknown as PhaseScans;
}

test("what is consumed at once after a rest of one scan does not date the stop too early", () => {
  const errors = Array.from({ length: 30 }, (_, k) => {
    const [turn] = turnsOf(grown((PERIOD * (k + 0.5)) / 30, `stop ${k}`), [STOP], 5 * PERIOD);
    return { second: turn!.time.value - STOP.from, sigma: turn!.time.sigma! };
  });
  const mean = errors.reduce((sum, { second }) => sum + second, 0) / errors.length;
  // with half a scan of consumption in what is taken for level it is 113 s
  expect(Math.abs(mean)).toBeLessThan(60);
  expect(errors.filter(({ second, sigma }) => Math.abs(second) > 2 * sigma).length).toBeLessThan(6);
});
