/** Patterns over position and time: one and two threads give the same, fractions and cells are the truth's, what is empty has no answer. */
import { phaseStructure, powderLines } from "@thioscope/core/crystal";
import { SERIES_COLUMNS, SERIES_HEAD, seriesWidth } from "@thioscope/core/powder";
import { type PatternStack, refinePatterns } from "@thioscope/study";
import { virtualPowder } from "@thioscope/virtual";
import { expect, test } from "vitest";

const LAMBDA = 0.1424;
const NAMES = ["Na2S", "Na2S2", "Na3PS4"] as const;
const STRUCTURES = NAMES.map(phaseStructure);
const FREE = ["zero", "w", "x", "y"] as const;
const QUIET = { progress() {} };

/** formula units of a cell times their mass, g/mol: from the formulae */
const MASSES = [4 * 78.04, 3 * 110.1, 2 * 227.9].map((mass, k) => mass * STRUCTURES[k]!.cell.volume);
/** Na2S grows at the cost of the others, and swells. */
const truth = (scan: number, scans: number): { fractions: number[]; stretch: number } => {
  const na2s = (0.5 * scan) / (scans - 1);
  return { fractions: [na2s, 0.2, 0.8 - na2s], stretch: 1 + (1e-3 * scan) / (scans - 1) };
};

function stackOf(scans: number, positions: number): PatternStack {
  const step = 0.0064;
  const parts: Float64Array[] = [];
  let twoTheta: Float64Array = new Float64Array(0);
  const lines = STRUCTURES.map((s) => powderLines(s, { wavelengthAngstrom: LAMBDA, twoThetaMaxDegree: 8 }).lines);
  for (let scan = 0; scan < scans; scan++) {
    const { fractions, stretch } = truth(scan, scans);
    for (let position = 0; position < positions; position++) {
      const pattern = virtualPowder({
        lines: lines.flatMap((all, k) =>
          all.map(({ d, integrated }) => ({
            twoTheta: (360 / Math.PI) * Math.asin(LAMBDA / (2 * d.value * stretch)),
            area: (4 * fractions[k]! * ("value" in integrated ? integrated.value : 0)) / MASSES[k]!,
          })),
        ),
        range: [1.5, 7.9],
        step,
        gauss: 0.012,
        lorentz: 0.006,
        background: 200,
        seed: `${scan} ${position}`,
      });
      ({ twoTheta } = pattern);
      parts.push(pattern.counts);
    }
  }
  const values = new Float64Array(parts.length * twoTheta.length);
  for (const [k, part] of parts.entries()) values.set(part, k * twoTheta.length);
  return { twoTheta, values, sigma: null, positions };
}

test("1 and 2 threads give the same bits; fractions within 1 %, cells within three errors; an empty pattern has no answer", {
  timeout: 60_000,
}, async () => {
  const [scans, positions] = [12, 3];
  const stack = stackOf(scans, positions);
  const points = stack.twoTheta.length;
  const lost = 7;
  stack.values.fill(Number.NaN, lost * points, (lost + 1) * points);
  const options = { wavelengthAngstrom: LAMBDA, free: FREE };
  const told: number[] = [];
  const one = await refinePatterns(stack, STRUCTURES, options, { progress: (done) => told.push(done) }, 1);
  const two = await refinePatterns(stack, STRUCTURES, options, QUIET, 2);
  expect([one.threads, two.threads]).toEqual([1, 2]);
  expect(two.answers).toEqual(one.answers);
  expect(told.at(-1)).toBe(scans * positions);
  const width = seriesWidth(3);
  let [inside, cells] = [0, 0];
  for (let p = 0; p < scans * positions; p++) {
    const row = one.answers.subarray(p * width, (p + 1) * width);
    if (p === lost) {
      expect(Array.from(row).map((x, c) => c === 2 || Number.isNaN(x))).not.toContain(false);
      expect(row[2]).toBe(0);
      continue;
    }
    const { fractions, stretch } = truth(Math.floor(p / positions), scans);
    for (const k of NAMES.keys()) {
      const at = SERIES_HEAD.length + k * SERIES_COLUMNS.length;
      expect(Math.abs(row[at]! - fractions[k]!), `${NAMES[k]} in ${p}`).toBeLessThan(0.01);
      const [a, sigma] = [row[at + 4]!, row[at + 5]!];
      // the first scan holds no Na2S: its cell is not known
      if (fractions[k] === 0) expect(a).toBeNaN();
      if (Number.isNaN(a)) continue;
      cells++;
      if (Math.abs(a - STRUCTURES[k]!.cell.parameters[0] * stretch) < 3 * sigma) inside++;
    }
  }
  expect(cells).toBeGreaterThan(80);
  // the zero of one pattern is in all: what is outside three errors is more than a normal's 0.3 %
  expect(inside / cells).toBeGreaterThan(0.9);
});

test("cancelled work stops; stacks that are none are refused", async () => {
  const stack = stackOf(4, 2);
  const options = { wavelengthAngstrom: LAMBDA, free: FREE };
  const controller = new AbortController();
  const running = refinePatterns(stack, STRUCTURES, options, { progress: () => controller.abort(), signal: controller.signal }, 1);
  await expect(running).rejects.toMatchObject({ code: "CANCELLED" });
  await expect(refinePatterns({ ...stack, positions: 3 }, STRUCTURES, options, QUIET)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  await expect(refinePatterns({ ...stack, values: stack.values.subarray(1) }, STRUCTURES, options, QUIET)).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
  await expect(refinePatterns(stack, [phaseStructure("Na2S4")], options, QUIET)).rejects.toMatchObject({ code: "INVALID_INPUT" });
});
