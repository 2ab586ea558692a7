/**
 * From counted patterns of a scanned cell to onset, front and thickness: the truth is the cell that was scanned. A 10 µm beam in steps of 10 µm crosses separator
 * (Na3PS4), a cathode of 34 µm and a collector; Na2S grows in the cathode from the separator's side.
 */
import { type Quantity, random } from "@thioscope/core";
import { phaseStructure } from "@thioscope/core/crystal";
import {
  binWindows,
  type EdgeAt,
  fitLayer,
  frontMotion,
  type LayerFit,
  phaseMaps,
  phaseOnset,
  phaseWindows,
} from "@thioscope/core/diffraction";
import { OPERANDO_RINGS, type VirtualRingPhase, virtualIntensity, virtualPoisson } from "@thioscope/virtual";
import { expect, test } from "vitest";

const BINS = 560;
const [FIRST, LAST] = [1.5, 6.4];
const AXIS = Float64Array.from({ length: BINS }, (_, b) => FIRST + ((b + 0.5) * (LAST - FIRST)) / BINS);
const [SEPARATOR, COLLECTOR] = [62.5, 96.5];
const POSITIONS = Float64Array.from({ length: 14 }, (_, i) => 10 * i);
const SCANS = 40;
const PERIOD = 1800;
const BEGIN = 11.6;
const SPEED = 1.2;

const free = { s1: 0, halfS2: 1, stress: [0, 0, 0, 0], fwhmDegree: 0.03, mix: 0.4, texture: 0 } as const;
const phase = (name: string, ds: readonly (readonly [number, number])[]): VirtualRingPhase => ({
  ...free,
  name,
  lines: ds.map(([d, intensity]) => ({ d, intensity, s1: 0, halfS2: 1 })),
});
const sulfide = phase("Na2S", [
  [3.77472, 120],
  [2.31153, 280],
  [1.33456, 90],
]);
const electrolyte = phase("Na3PS4", [
  [4.965, 150],
  [2.846, 200],
]);

test("onset within one scan, front velocity, thickness and separator edge within their errors", () => {
  const curve = (phases: readonly VirtualRingPhase[], background: number): Float64Array => {
    const at = virtualIntensity({ ...OPERANDO_RINGS, background, hump: background }, phases);
    return AXIS.map((x) => at((x * Math.PI) / 180, 0.3));
  };
  const [empty, ofSulfide, ofElectrolyte] = [curve([], 40), curve([sulfide], 0), curve([electrolyte], 0)];
  const depth = (scan: number): number => Math.min(COLLECTOR - SEPARATOR, Math.max(0, SPEED * (scan - BEGIN)));
  const share = (z: number, a: number, b: number): number => Math.max(0, Math.min(b, z + 5) - Math.max(a, z - 5)) / 10;
  const draw = random("beam time");
  const pixels = 900;

  const windows = phaseWindows(
    [
      {
        phase: "Na2S",
        structure: phaseStructure("Na2S"),
        reflections: [
          [1, 1, 1],
          [2, 2, 0],
          [4, 2, 2],
        ],
      },
      { phase: "Na3PS4", structure: null, reflections: [4.965, 2.846] },
    ],
    { wavelengthAngstrom: 0.142347, halfWidthDegree: 0.07 },
  );
  expect(windows.windows.every((w) => !w.overlapped)).toBe(true);
  const [map, separator] = phaseMaps(binWindows(windows, AXIS), {
    times: SCANS,
    positions: POSITIONS.length,
    pattern: (scan, i) => {
      const z = POSITIONS[i]!;
      const [s, e] = [share(z, SEPARATOR, SEPARATOR + depth(scan)), share(z, -1000, SEPARATOR)];
      const counts = AXIS.map((_, b) => virtualPoisson(pixels * (empty[b]! + s * ofSulfide[b]! + e * ofElectrolyte[b]!), draw));
      return { values: counts.map((n) => n / pixels), sigma: counts.map((n) => Math.sqrt(Math.max(1, n)) / pixels) };
    },
  });
  const at = (m: NonNullable<typeof map>, scan: number) => ({
    positions: POSITIONS,
    intensity: m.values.subarray(scan * POSITIONS.length, (scan + 1) * POSITIONS.length),
    sigma: m.sigma.subarray(scan * POSITIONS.length, (scan + 1) * POSITIONS.length),
  });
  const beam = { heightMicrometre: 10, shape: "tophat" } as const;

  // the separator's edge from the electrolyte, open at its other side
  const edge = fitLayer(at(separator!, 0), beam, { lowerEdge: -1000 }) as LayerFit;
  expect(Math.abs((edge.upper as Quantity).value - SEPARATOR)).toBeLessThan(3 * (edge.upper as Quantity).sigma!);
  // at the end the product fills the cathode
  const whole = fitLayer(at(map!, SCANS - 1), beam) as LayerFit;
  const thickness = whole.thickness as Quantity;
  expect(Math.abs(thickness.value - depth(SCANS - 1))).toBeLessThan(3 * thickness.sigma!);
  expect(thickness.sigma!).toBeLessThan(0.5);

  const fronts = Array.from({ length: SCANS }, (_, scan): EdgeAt => {
    const fit = fitLayer(at(map!, scan), beam, { lowerEdge: SEPARATOR, amplitude: whole.amplitude.value });
    const position = "notComputable" in fit || "notComputable" in fit.upper || fit.upper.value > COLLECTOR - 1 ? null : fit.upper;
    return { timeSecond: PERIOD * scan, position };
  });
  const velocity = frontMotion(fronts, whole.resolution).velocity as Quantity;
  expect(Math.abs(velocity.value - (SPEED * 3600) / PERIOD)).toBeLessThan(4 * velocity.sigma!);

  const beside = 6;
  const column = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: SCANS }, (_, scan) => values[scan * POSITIONS.length + beside]!);
  const times = Float64Array.from({ length: SCANS }, (_, scan) => PERIOD * scan);
  const onset = phaseOnset(times, column(map!.values), column(map!.sigma), 5) as Quantity;
  expect(Math.abs(onset.value - BEGIN * PERIOD)).toBeLessThan(PERIOD);
});
