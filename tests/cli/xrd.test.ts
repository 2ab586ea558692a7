/**
 * `thioscope xrd` as programs see it: real processes on frames of the virtual beamline, whose geometry is known.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Quantity } from "@thioscope/core";
import { calibrant } from "@thioscope/core/crystal";
import { readNxazint, sourceOfBytes, writePoni, writeTiff } from "@thioscope/formats";
import { virtualPowderFrame } from "@thioscope/virtual";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { thioscope } from "./thioscope.ts";

const SIDE = 512;
const TRUTH = { distanceMetre: 1.47, beamRow: 268.3, beamColumn: 249.6, tiltDegree: 1.1, tiltPlaneDegree: 40 };
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-xrd-"));
  const values = virtualPowderFrame({
    ...TRUTH,
    rows: SIDE,
    columns: SIDE,
    pixelMetre: 800e-6,
    wavelengthAngstrom: 12.398419843 / 87.1,
    rings: calibrant("LaB6", 0.6).lines.map(({ d }) => ({ spacingAngstrom: d.value, counts: 3000 })),
    widthDegree: 0.05,
    seed: "command",
  });
  writeFileSync(join(folder, "lab6.tif"), writeTiff([{ width: SIDE, height: SIDE, values }]));
  writeFileSync(join(folder, "flat.tif"), writeTiff([{ width: SIDE, height: SIDE, values: values.slice().fill(300) }]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CALIBRATE = ["xrd", "calibrate", "lab6.tif", "--calibrant", "LaB6", "--energy-kev", "87.1", "--pixel-um", "800"] as const;

describe("thioscope xrd", () => {
  test("calibrate finds the geometry and writes it; integrate uses it", async () => {
    const { code, stdout, stderr } = await thioscope(folder, ...CALIBRATE, "-o", "geometry.poni", "--json");
    expect([code, stderr]).toEqual([0, ""]);
    const value = JSON.parse(stdout) as { parameters: (Quantity & { name: string })[]; rings: { off: Quantity }[] };
    expect(schemaMistakes("xrd", value)).toEqual([]);
    expect(contractMistakes(value)).toEqual([]);
    const found = Object.fromEntries(value.parameters.map((p) => [p.name, p]));
    expect(Math.abs(found.distance!.value - 1e3 * TRUTH.distanceMetre)).toBeLessThan(0.02);
    expect(Math.abs(found.centreRow!.value - TRUTH.beamRow)).toBeLessThan(0.02);
    expect(Math.abs(found.centreColumn!.value - TRUTH.beamColumn)).toBeLessThan(0.02);
    expect(Math.abs(found.tilt!.value - TRUTH.tiltDegree)).toBeLessThan(0.005);
    for (const { off } of value.rings) expect(Math.abs(off.value)).toBeLessThan(0.005);
    expect(readFileSync(join(folder, "geometry.poni"), "utf8")).toContain("poni_version: 2\n");

    const patterns = await thioscope(
      folder,
      ...["xrd", "integrate", "lab6.tif", "flat.tif", "--poni", "geometry.poni", "--bins", "400", "--sectors", "36"],
      ...["--unit", "q_nm^-1", "-o", "out.csv", "--json"],
    );
    expect([patterns.code, patterns.stderr]).toEqual([0, ""]);
    const answer = JSON.parse(patterns.stdout) as { frames: { file: string; written: string[] }[] };
    expect(schemaMistakes("xrd", answer)).toEqual([]);
    expect(contractMistakes(answer)).toEqual([]);
    expect(answer.frames.map(({ file, written }) => [file, ...written])).toEqual([
      ["lab6.tif", "out-0001.csv", "out-0001.cake.csv"],
      ["flat.tif", "out-0002.csv", "out-0002.cake.csv"],
    ]);
    const rows = readFileSync(join(folder, "out-0001.csv"), "utf8").trim().split("\n");
    expect(rows[0]).toBe("q_per_nm,intensity_count,sigma_count");
    const pattern = rows.slice(1).map((row) => row.split(",").map(Number));
    expect(pattern).toHaveLength(400);
    // 110 of LaB6, d = 2.93932 Å (SRM 660c: a/√2), is the strongest place near it
    const near = pattern.filter(([q]) => Math.abs(q! - (20 * Math.PI) / 2.93932) < 1).sort((a, b) => b[1]! - a[1]!)[0]!;
    expect(Math.abs(near[0]! - (20 * Math.PI) / 2.93932)).toBeLessThan(0.15);
    expect(readFileSync(join(folder, "out-0001.cake.csv"), "utf8").split("\n")[0]?.split(",")).toHaveLength(37);
  });

  test("integrate writes NeXus, reads pixels without a header, and leaves out a frame without counts", async () => {
    const poni = { distanceMetre: 1.47, poni1Metre: 0.2, poni2Metre: 0.2, rot1: 0, rot2: 0, rot3: 0, wavelengthMetre: 1.4e-11 };
    const geometry = { ...poni, pixel1Metre: 8e-4, pixel2Metre: 8e-4, orientation: 3, shape: [SIDE, SIDE] } as const;
    writeFileSync(join(folder, "near.poni"), writePoni(geometry));
    const pixels = new Uint16Array(SIDE * SIDE).fill(300);
    writeFileSync(join(folder, "flat.raw"), new Uint8Array([...new Uint8Array(16), ...new Uint8Array(pixels.buffer)]));
    writeFileSync(join(folder, "dark.raw"), new Uint8Array(16 + pixels.byteLength));
    const { code, stdout, stderr } = await thioscope(
      folder,
      ...["xrd", "integrate", "flat.raw", "dark.raw", "--raw", `${SIDE}x${SIDE}:uint16:offset=16`, "--poni", "near.poni"],
      ...["--bins", "100", "--sectors", "8", "-o", "out.h5", "--json"],
    );
    expect([code, stderr]).toEqual([0, ""]);
    const answer = JSON.parse(stdout) as { frames: { file: string; written: string[] }[] };
    expect(schemaMistakes("xrd", answer)).toEqual([]);
    expect(answer.frames.map(({ file, written }) => [file, ...written])).toEqual([["flat.raw", "out.h5"], ["dark.raw"]]);
    const [patterns, cakes] = await readNxazint(sourceOfBytes("out.h5", new Uint8Array(readFileSync(join(folder, "out.h5")))));
    expect([patterns!.frames, patterns!.bins, cakes!.sectors]).toEqual([1, 100, 8]);
    // an even frame has its counts everywhere; the solid angle of a pixel differs by 4 % at the corners
    for (const value of patterns!.values) expect(Math.abs(value / 300 - 1)).toBeLessThan(0.15);
  });

  test.each([
    ["NOT_COMPUTABLE", ["calibrate", "flat.tif", "--calibrant", "LaB6", "--energy-kev", "87.1", "--pixel-um", "800"]],
    ["USAGE", ["calibrate", "lab6.tif", "--calibrant", "LaB6", "--energy-kev", "87.1"]],
    ["INVALID_INPUT", ["calibrate", "lab6.tif", "--calibrant", "LaB7", "--energy-kev", "87.1", "--pixel-um", "800"]],
    ["INVALID_INPUT", ["calibrate", "lab6.tif", "--calibrant", "LaB6", "--pixel-um", "800"]],
    ["USAGE", ["integrat", "lab6.tif"]],
    ["USAGE", ["integrate", "lab6.tif", "--poni", "x.poni", "--raw", "512:uint16", "-o", "x.xy"]],
    ["USAGE", ["integrate", "lab6.tif", "-o", "x.xy"]],
    ["FILE_MISSING", ["integrate", "lab6.tif", "--poni", "none.poni", "-o", "x.xy"]],
    ["FILE_MISSING", ["calibrate", "none.tif", "--calibrant", "LaB6", "--energy-kev", "87.1"]],
  ])("%s: %j", async (expected, args) => {
    const { code, stdout, stderr } = await thioscope(folder, "xrd", ...args, "--json");
    expect([code, stdout]).toEqual([2, ""]);
    expect((JSON.parse(stderr) as { error: { code: string } }).error.code).toBe(expected);
  });
});
