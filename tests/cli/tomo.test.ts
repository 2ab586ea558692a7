/** `thioscope tomo` and `thioscope image` on files of virtual instruments: answers by schema and contract, errors by code. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeTiff } from "@thioscope/formats";
import { PELLET, STACK, TOMOGRAPH, virtualElements, virtualScan, virtualSection, virtualStack } from "@thioscope/virtual";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contractMistakes, schemaMistakes } from "./contract.ts";
import { inProcess } from "./inProcess.ts";

let folder = "";
const ROWS = 3;
const COLUMNS = 96;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "thioscope-tomo-"));
  const write = (name: string, bytes: Uint8Array | string): void => writeFileSync(join(folder, name), bytes);
  const setup = { ...TOMOGRAPH, columns: COLUMNS, angles: 120, shift: 2.25 };
  const scans = Array.from({ length: ROWS }, (_, row) => virtualScan(PELLET, setup, `row ${row}`));
  const rows = (of: (scan: (typeof scans)[number]) => Uint16Array): Uint16Array => {
    const values = new Uint16Array(ROWS * COLUMNS);
    for (const [row, scan] of scans.entries()) values.set(of(scan), row * COLUMNS);
    return values;
  };
  const frame = (values: Uint16Array) => ({ width: COLUMNS, height: ROWS, values });
  const projections = Array.from({ length: 120 }, (_, a) => frame(rows(({ counts }) => counts.subarray(a * COLUMNS, (a + 1) * COLUMNS))));
  write("projections.tif", writeTiff(projections));
  write("flat.tif", writeTiff([frame(rows(({ flat }) => flat))]));
  write("dark.tif", writeTiff([frame(rows(({ dark }) => dark))]));
  write("small.tif", writeTiff([{ width: 4, height: 4, values: new Uint16Array(16) }]));
  const stack = virtualStack({ ...STACK, size: 32, pores: 2, branches: 3 }, "cell");
  const plane = stack.nx * stack.ny;
  const slices = Array.from({ length: stack.nz }, (_, z) => ({
    width: 32,
    height: 32,
    values: stack.values.slice(z * plane, (z + 1) * plane),
  }));
  write("cell.tif", writeTiff(slices));
  // the same part, four voxels further down, upside down as a volume may come
  write("later.tif", writeTiff([...slices.slice(4), ...slices.slice(0, 4).map((s) => ({ ...s, values: slices.at(-1)!.values }))]));
  const bad = slices[0]!.values.slice();
  bad[33] = Number.NaN;
  write("nan.tif", writeTiff([{ width: 32, height: 32, values: bad }, ...slices.slice(1)]));
  write("zero.tif", writeTiff(slices.map((s) => ({ ...s, values: new Float32Array(plane) }))));
  const section = virtualSection(3, { size: 128, cracks: 2, voids: 3, noise: 12 });
  write("section.tif", writeTiff([{ width: 128, height: 128, values: section.values }]));
  const { first, second } = virtualElements(1, { size: 64, grain: 8, together: 1, counts: 6 });
  write("sb.tif", writeTiff([{ width: 64, height: 64, values: first }]));
  write("sn.tif", writeTiff([{ width: 64, height: 64, values: second }]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await inProcess(...words);
  return { code, out: stdout, err: stderr };
}

const at = (name: string): string => join(folder, name);

async function answered(name: "tomo" | "image", ...words: string[]): Promise<Record<string, never>> {
  const { code, out, err } = await run(name, ...words, "--json");
  expect(err).not.toMatch(/BUG/);
  expect(code).toBe(0);
  const value = JSON.parse(out) as Record<string, never>;
  expect(schemaMistakes(name, value)).toEqual([]);
  expect(contractMistakes(value)).toEqual([]);
  return value;
}

async function refused(...words: string[]): Promise<{ code: string; message: string }> {
  const { code, out, err } = await run(...words, "--json");
  expect(code).toBe(2);
  expect(out).toBe("");
  return (JSON.parse(err.slice(err.indexOf("{"))) as { error: { code: string; message: string } }).error;
}

describe("tomo reconstruct", () => {
  test("slices of all rows, the axis with its error", async () => {
    const words = ["reconstruct", at("projections.tif"), "--flat", at("flat.tif"), "--dark", at("dark.tif")];
    const found = (await answered("tomo", ...words, "--pixel", "3.61um", "-o", at("slices"))) as unknown as {
      axis: { centre: { value: number } };
      slices: string[];
      size: number;
    };
    expect(found.slices).toHaveLength(ROWS);
    expect(found.size).toBe(COLUMNS);
    expect(Math.abs(found.axis.centre.value - (47.5 + 2.25))).toBeLessThan(0.1);
    const { code, out } = await run("tomo", ...words, "--rows", "1,1", "--rounds", "3", "-o", at("one"));
    expect(code).toBe(0);
    expect(out).toMatch(/1 slice of 96 × 96/);
  });

  test("what cannot be reconstructed is refused with a code", async () => {
    const out = ["-o", at("none")];
    expect(await refused("tomo", "reconstruct", at("projections.tif"), "--flat", at("small.tif"), ...out)).toMatchObject({
      code: "INVALID_INPUT",
    });
    expect(await refused("tomo", "reconstruct", at("projections.tif"), "--rows", "2,9", ...out)).toMatchObject({ code: "INVALID_INPUT" });
    expect(await refused("tomo", "reconstruct", at("projections.tif"), "--filter", "hat", ...out)).toMatchObject({ code: "USAGE" });
    expect(await refused("tomo", "reconstruct", at("missing.tif"), ...out)).toMatchObject({ code: "FILE_MISSING" });
    expect((await refused("tomo", "reconstrct")).message).toMatch(/did you mean "reconstruct"/);
  });
});

describe("tomo segment and compare", () => {
  test("interlayer, voids, ingrowth", async () => {
    const found = (await answered("tomo", "segment", at("cell.tif"), "--voxel", "3.61um")) as unknown as {
      interlayer: { thickness: { value: number; unit: string } };
      ingrowth: { grows: boolean };
    };
    expect(found.interlayer.thickness.unit).toBe("um");
    expect(Math.abs(found.interlayer.thickness.value - 7 * 3.61)).toBeLessThan(3.61);
    expect(found.ingrowth.grows).toBe(true);
  });

  test("two volumes are laid over one another", async () => {
    const found = (await answered("tomo", "compare", at("cell.tif"), at("later.tif"), "--voxel", "3.61um")) as unknown as {
      shift: { values: number[] };
    };
    expect(found.shift.values[2]!).toBeCloseTo(-4, 0);
  });

  test("hostile volumes end with a code and a place", async () => {
    const voxel = ["--voxel", "3.61um"];
    expect((await refused("tomo", "segment", at("nan.tif"), ...voxel)).message).toMatch(/voxel 1, 1, 0 holds NaN/);
    expect((await refused("tomo", "segment", at("zero.tif"), ...voxel)).message).toMatch(/every pixel is 0/);
    expect((await refused("tomo", "segment", at("cell.tif"))).message).toMatch(/size of a voxel/);
    expect((await refused("tomo", "segment", at("small.tif"), ...voxel)).code).toBe("INVALID_INPUT");
    expect((await refused("tomo", "segment", at("cell.tif"), ...voxel, "--greys", "1,1,2,3")).message).toMatch(/four different numbers/);
  });
});

test("image cracks and elements", async () => {
  const cracks = (await answered("image", "cracks", at("section.tif"), "--pixel", "50nm")) as unknown as { cracks: { value: number } };
  expect(cracks.cracks.value).toBeGreaterThan(0);
  const elements = (await answered("image", "elements", `Sb=${at("sb.tif")}`, `Sn=${at("sn.tif")}`)) as unknown as {
    pairs: { pearson: { value: number } }[];
  };
  expect(elements.pairs[0]!.pearson.value).toBeGreaterThan(0.3);
  expect((await refused("image", "elements", at("sb.tif"))).message).toMatch(/NAME=FILE/);
});
