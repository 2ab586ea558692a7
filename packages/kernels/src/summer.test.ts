import { readFileSync } from "node:fs";
import { random } from "@thioscope/core";
import { type DetectorGeometry, frameSummer, integrateFrame, integrationPlan, validCounts } from "@thioscope/core/diffraction";
import { describe, expect, test } from "vitest";
import { build } from "../build.ts";
import { hasKernels, isKernelPlan, planMemory } from "./memory.ts";
import { fastSummer, kernelSummer } from "./summer.ts";

const geometry: DetectorGeometry = {
  distanceMetre: 0.3,
  poni1Metre: 0.021,
  poni2Metre: 0.017,
  rot1: 0.02,
  rot2: -0.01,
  rot3: 0,
  pixel1Metre: 2e-4,
  pixel2Metre: 2e-4,
  wavelengthMetre: 0.5e-10,
  orientation: 3,
  // not a multiple of 8 pixels
  shape: [201, 173],
};
const pixels = 201 * 173;

describe("kernels and their twin", () => {
  test("more threads than memory can hold are refused with their number", () => {
    const plan = integrationPlan(geometry, { unit: "2th_deg", bins: 50 });
    expect(() => planMemory(plan, 100_000, true)).toThrow(/100000 threads on frames of 34773 pixels need more than 4 GB; \d+ are possible/);
  });
  test("this machine has them", () => expect(hasKernels()).toBe(true));

  const rng = random("kernel");
  const counts = Float64Array.from({ length: pixels }, () => rng.integer(60_000));
  const frames = {
    u8: Uint8Array.from(counts),
    u16: Uint16Array.from(counts),
    "u16 with saturated pixels": Uint16Array.from(counts, (v, p) => (p % 97 === 0 ? 65_535 : v)),
    i16: Int16Array.from(counts, (v) => v - 100),
    u32: Uint32Array.from(counts, (v) => v * 50_000),
    i32: Int32Array.from(counts, (v) => (v - 300) * 30_000),
    f32: Float32Array.from(counts, (v, p) => (p % 101 === 0 ? Number.NaN : v / 7 - 20)),
    f64: Float64Array.from(counts, (v) => v / 7),
  };
  test.each(Object.entries(frames))("%s: equal to 1e-12", (_name, frame) => {
    for (const splitting of ["none", "box", "full"] as const) {
      const mask = Uint8Array.from({ length: pixels }, (_, p) => (p % 37 === 0 ? 1 : 0));
      const plan = integrationPlan(geometry, { unit: "2th_deg", bins: 150, sectors: 36, splitting, mask });
      const fast = fastSummer(plan);
      const twin = frameSummer(plan);
      for (const wantVariance of [false, true]) {
        const valid = validCounts(frame);
        const a = fast.sum(frame, valid, wantVariance);
        const b = twin.sum(frame, valid, wantVariance);
        expect(a.invalidPixels).toBe(b.invalidPixels);
        expect(a.lost === null).toBe(b.lost === null);
        for (let c = 0; c < plan.cells; c++) {
          // sums of numbers of both signs cancel: judged against what was summed
          const scale = 1e-12 * Math.max(1, b.variance?.[c] ?? Math.abs(b.signal[c]!), 1e6);
          expect(Math.abs(a.signal[c]! - b.signal[c]!)).toBeLessThanOrEqual(scale);
          if (wantVariance) expect(Math.abs(a.variance![c]! - b.variance![c]!)).toBeLessThanOrEqual(1e-12 * Math.max(1e6, b.variance![c]!));
          if (a.lost) expect(Math.abs(a.lost.norm[c]! - b.lost!.norm[c]!)).toBeLessThanOrEqual(1e-9);
        }
      }
    }
  });

  test("grids beyond 16 bits are left to the twin", () => {
    const plan = integrationPlan(geometry, { unit: "2th_deg", bins: 2000, sectors: 36, splitting: "none" });
    expect(isKernelPlan(plan)).toBe(false);
    const { pattern } = integrateFrame(plan, frames.u16, { summer: fastSummer(plan) });
    expect(pattern.values.some((value) => value > 0)).toBe(true);
  });

  test("threads' slots of one shared memory do not disturb each other", () => {
    const plan = integrationPlan(geometry, { unit: "2th_deg", bins: 150, sectors: 4 });
    const place = planMemory(plan, 2, true);
    expect(place.memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    const [first, second] = [kernelSummer(plan, place, 0), kernelSummer(plan, place, 1)];
    const valid = validCounts(frames.u16);
    const before = first.sum(frames.u16, valid, true);
    second.sum(frames.u16.slice().fill(7), valid, true);
    expect(first.sum(frames.u16, valid, true).signal).toEqual(before.signal);
  });

  test("what is committed is what the sources compile to", () => {
    expect(readFileSync(new URL("./wasm.ts", import.meta.url), "utf8") === build()).toBe(true);
  }, 30_000);
});
