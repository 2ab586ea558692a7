/** Integrated frames written as NeXus and read again; what other readers of NXdata need is checked by names and shapes. */
import { integrateFrame, integrationPlan } from "@thioscope/core/diffraction";
import { describe, expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import { attribute, valueAt } from "../images/hdf5/access.ts";
import { LazyFile } from "../images/hdf5/lazyFile.ts";
import { writeNexus } from "../images/write/writeNexus.ts";
import { readNxazint } from "./readNxazint.ts";
import { createNxazint } from "./writeNxazint.ts";

const SIDE = 60;
const GEOMETRY = {
  distanceMetre: 0.2,
  poni1Metre: 0.006,
  poni2Metre: 0.0055,
  rot1: 0.02,
  rot2: -0.01,
  rot3: 0,
  pixel1Metre: 2e-4,
  pixel2Metre: 2e-4,
  wavelengthMetre: 1e-10,
  orientation: 3,
  shape: [SIDE, SIDE],
} as const;
const frames = [0, 1].map((k) => Uint16Array.from({ length: SIDE * SIDE }, (_, i) => 50 + ((i * (k + 3)) % 91)));
const facts = { version: "0.1.0", date: "2026-01-02T03:04:05Z", sources: ["a.tif 0", "a.tif 1"], input: { error_model: "poisson" } };

async function written(unit: "q_nm^-1" | "d", sectors: number, errors: "poisson" | "none") {
  const plan = integrationPlan(GEOMETRY, { unit, bins: 40, sectors });
  const file = await createNxazint(plan, errors === "poisson");
  const integrated = frames.map((frame) => integrateFrame(plan, frame, { errors }));
  for (const frame of integrated) file.add(frame);
  return { plan, integrated, bytes: file.finish(facts) };
}

describe("NXazint", () => {
  test("patterns and cakes come back, patterns exactly, cakes as float32", async () => {
    const { plan, integrated, bytes } = await written("q_nm^-1", 12, "poisson");
    const [patterns, cakes] = await readNxazint(sourceOfBytes("x.h5", bytes));
    expect(patterns).toMatchObject({ definition: "NXazint1d", frames: 2, bins: 40, sectors: 1, azimuthDegree: null });
    expect(cakes).toMatchObject({ definition: "NXazint2d", frames: 2, bins: 40, sectors: 12 });
    expect(patterns!.radial).toEqual({ name: "q", unit: "1/nm", values: plan.axis });
    expect(cakes!.azimuthDegree).toEqual(plan.azimuthDegree);
    for (const [k, frame] of integrated.entries()) {
      expect(patterns!.values.subarray(40 * k, 40 * (k + 1))).toEqual(frame.pattern.values);
      expect(patterns!.sigma!.subarray(40 * k, 40 * (k + 1))).toEqual(frame.pattern.sigma);
      expect(cakes!.values.subarray(480 * k, 480 * (k + 1))).toEqual(Float64Array.from(Float32Array.from(frame.cake.values)));
    }
  });

  test("over d the axis rises and nothing claims a definition; without errors there are none", async () => {
    const { plan, integrated, bytes } = await written("d", 1, "none");
    const [patterns, ...others] = await readNxazint(sourceOfBytes("x.h5", bytes));
    expect(others).toEqual([]);
    expect(patterns!.sigma).toBeNull();
    expect(patterns!.radial.values).toEqual(plan.axis.toReversed());
    expect(patterns!.values.subarray(0, 40)).toEqual((integrated[0]!.pattern.values as Float64Array).toReversed());
    const lazy = await LazyFile.open(sourceOfBytes("x.h5", bytes));
    expect(await valueAt(lazy, "/entry/definition")).toBeUndefined();
    lazy.close();
  });

  test("groups, attributes and provenance are those of the definition", async () => {
    const { bytes } = await written("q_nm^-1", 12, "poisson");
    const lazy = await LazyFile.open(sourceOfBytes("x.h5", bytes));
    const [words, value] = [(path: string, name: string) => attribute(lazy, path, name), (path: string) => valueAt(lazy, path)];
    expect(await words("/entry/azint2d", "NX_class")).toBe("NXsubentry");
    expect(await value("/entry/azint1d/definition")).toBe("NXazint1d");
    expect(await value("/entry/azint2d/definition")).toBe("NXazint2d");
    expect(await words("/entry/azint2d/data", "axes")).toEqual([".", "azimuthal_axis", "radial_axis"]);
    expect(await words("/entry/azint1d/data", "axes")).toEqual([".", "radial_axis"]);
    expect(await value("/entry/azint2d/reduction/input/frames")).toEqual(facts.sources);
    expect(await value("/entry/reduction/date")).toBe(facts.date);
    expect(await value("/entry/instrument/monochromator/energy")).toBeCloseTo(12.39842, 4);
    lazy.close();
  });

  test("a file without integrated frames, and one that is cut, are refused with their codes", async () => {
    const { bytes } = await written("q_nm^-1", 1, "poisson");
    const other = await writeNexus([{ width: SIDE, height: SIDE, values: frames[0]! }]);
    await expect(readNxazint(sourceOfBytes("x.h5", other))).rejects.toMatchObject({ code: "FILE_FOREIGN" });
    await expect(readNxazint(sourceOfBytes("x.h5", bytes.slice(0, 2000)))).rejects.toMatchObject({ code: "FILE_DAMAGED" });
  });
});
