/**
 * Barcodes beside those of Ripser (float32, six printed digits) and GUDHI (float64) on the reference sets, open and periodic, as multisets.
 * Ties: cube, octahedron and simple cubic lattice have many equal distances.
 */
import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type Metric, openMetric, periodicMetric, type RipsResult, ripsBarcodes } from "@thioscope/core/topology";
import { expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";

type Bars = Record<string, [number, number | null][]>;

interface Reference {
  name: string;
  threshold: number | null;
  cell_row_vectors?: number[][];
  vr_ripser_float32: Bars;
  vr_gudhi_float64?: Bars;
  vr_periodic_ripser_float32?: Bars;
  vr_periodic_threshold?: number | string;
}

function reference(file: string): { reference: Reference; points: Float64Array } {
  const bytes = readFileSync(dataFile(`topology/reference/${file}`));
  const csv = readFileSync(dataFile(`topology/reference/${file.replace(/\.json.*/, ".csv")}`), "utf8");
  return {
    reference: JSON.parse((file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString()) as Reference,
    points: Float64Array.from(csv.trim().split(/[\n,]/), Number),
  };
}

/** Half of the last of six digits, and what float32 adds. */
const printed = (x: number): number => (x === 0 ? 0 : 0.5 * 10 ** (Math.floor(Math.log10(x)) - 5) + 2e-6 * x);
const exact = (x: number): number => 1e-9 * x;

/** Bars of either side without a partner, other than those shorter than the tolerance; each partner is used once. */
function differences(result: RipsResult, dimension: number, wanted: Bars, tolerance: (x: number) => number): number[][] {
  const { bars } = result.barcodes[dimension]!;
  const left = (wanted[dimension] ?? []).map(([birth, death]) => [birth, death ?? Number.POSITIVE_INFINITY]);
  const agree = (a: number, b: number): boolean => a === b || Math.abs(a - b) <= tolerance(b);
  const alone: number[][] = [];
  for (let k = 0; k < bars.length; k += 2) {
    const bar = [bars[k]!, bars[k + 1]!];
    const at = left.findIndex(([birth, death]) => agree(bar[0]!, birth!) && agree(bar[1]!, death!));
    if (at === -1) alone.push(bar);
    else left.splice(at, 1);
  }
  return [...alone, ...left].filter(([birth, death]) => death === Number.POSITIVE_INFINITY || death! - birth! > 4 * tolerance(death!));
}

function expectEqual(metric: Metric, cap: number, wanted: Bars, tolerance: (x: number) => number): void {
  const dimension = Math.min(2, Math.max(...Object.keys(wanted).map(Number))) as 1 | 2;
  const result = ripsBarcodes(metric, { maxDimension: dimension, cap });
  for (let d = 0; d <= dimension; d++) expect(differences(result, d, wanted, tolerance), `H${d}`).toEqual([]);
}

describeData("barcodes of the reference sets", () => {
  const files = readdirSync(dataFile("topology/reference")).filter((name) => name.includes(".json"));
  for (const file of files) {
    const name = file.replace(/\.json.*/, "");
    const { reference: set, points } = reference(file);
    const cap = set.threshold ?? Number.POSITIVE_INFINITY;

    test(`${name}: open, as Ripser`, () => expectEqual(openMetric(points), cap, set.vr_ripser_float32, printed));
    if (set.vr_gudhi_float64) test(`${name}: open, as GUDHI`, () => expectEqual(openMetric(points), cap, set.vr_gudhi_float64!, exact));

    const periodic = set.vr_periodic_ripser_float32;
    if (!periodic) continue;
    const metric = periodicMetric(points, set.cell_row_vectors!.flat());
    const limit = typeof set.vr_periodic_threshold === "number" ? set.vr_periodic_threshold : Number.POSITIVE_INFINITY;
    test(`${name}: periodic, as Ripser on shortest images`, () => expectEqual(metric, limit, periodic, printed));

    test(`${name}: periodic, open at one third of the cell`, () => {
      const result = ripsBarcodes(metric);
      const third = metric.height! / 3;
      expect(result.cap! / third).toBeCloseTo(1, 8);
      if (limit < third) return;
      const wanted = (d: 0 | 1): Bars[string] =>
        periodic[d]!.filter(([birth]) => birth <= third).map(([birth, death]) => [birth, death === null || death > third ? null : death]);
      for (const d of [0, 1] as const) expect(differences(result, d, { [d]: wanted(d) }, printed), `H${d}`).toEqual([]);
      expect(result.openAtCap).toEqual([0, wanted(1)!.filter(([, death]) => death === null).length]);
      expect(result.notices.map((n) => n.code)).toEqual(["open-at-cap"]);
    });
  }
});
