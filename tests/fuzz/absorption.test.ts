/** Damaged files of X-ray absorption: an answer or an error of the table, never another exception, never long. */
import { readdirSync, readFileSync } from "node:fs";
import { random, ThioscopeError } from "@thioscope/core";
import { parseExpression } from "@thioscope/core/absorption";
import { readAbsorption, readFeffPath, sourceOfBytes } from "@thioscope/formats";
import { USUAL_SULFUR_BEAMLINE, virtualSulfurScan, writeVirtualFeff, writeVirtualXdi } from "@thioscope/virtual";
import { expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";

const TIMES = process.env["THIOSCOPE_LONG"] === undefined ? 6 : 60;

async function readAny(name: string, bytes: Uint8Array, what: string): Promise<void> {
  const read = /^feff/.test(name) ? readFeffPath : readAbsorption;
  try {
    await read(sourceOfBytes(name, bytes));
  } catch (error) {
    expect(error, what).toBeInstanceOf(ThioscopeError);
  }
}

async function damage(name: string, bytes: Uint8Array): Promise<void> {
  const draw = random(name);
  for (let n = 0; n < TIMES; n++) {
    const at = draw.integer(n % 4 === 1 ? Math.min(2000, bytes.length) : bytes.length);
    if (n % 2 === 0) {
      await readAny(name, bytes.slice(0, at), `${name} cut at ${at}`);
      continue;
    }
    const damaged = bytes.slice();
    for (let i = at; i < Math.min(bytes.length, at + 1 + draw.integer(32)); i++) damaged[i] = draw.integer(256);
    await readAny(name, damaged, `${name} overwritten at ${at}`);
  }
}

describeData("damaged scans", () => {
  const files = ["beamlines", "athena", "feff"].flatMap((folder) =>
    readdirSync(dataFile(`xas/${folder}`)).map((name) => `${folder}/${name}`),
  );
  test.each(files)("%s", async (file) => damage(file.split("/")[1]!, new Uint8Array(readFileSync(dataFile(`xas/${file}`)))), 600_000);
});

test("virtual files", async () => {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  await damage("scan.xdi", encode(writeVirtualXdi(virtualSulfurScan("S8", { s8: 1 }, USUAL_SULFUR_BEAMLINE, "1"))));
  await damage("feff0001.dat", encode(writeVirtualFeff("S", 16, 2.1, 4)));
});

test("projects that mean harm are refused: unclosed statements, brackets without end, gzip that lies", async () => {
  const code = async (text: string): Promise<unknown> =>
    readAbsorption(sourceOfBytes("x.prj", new TextEncoder().encode(text))).catch((error) => (error as ThioscopeError).code);
  const head = "# Athena project file -- Demeter version 0.9.26\n";
  expect(await code(head)).toBe("FILE_FOREIGN");
  expect(await code(`${head}$old_group = 'a';\n@args = ('a','b`)).toBe("FILE_CUT");
  expect(await code(`${head}$old_group = 'a';\n@args = ('a',${"[".repeat(5000)});\n`)).toBe("FILE_DAMAGED");
  expect(await code(`${head}$old_group = 'a';\n@args = ('a');\n`)).toBe("FILE_DAMAGED");
  expect(await code(`{"_____header1": "# Athena project file", "a": {"args": {}, "x": [`)).toBe("FILE_DAMAGED");
  await expect(readAbsorption(sourceOfBytes("none.xdi", new Uint8Array(0)))).rejects.toMatchObject({ code: "FILE_EMPTY" });
  await expect(
    readAbsorption(
      sourceOfBytes(
        "noise.bin",
        Uint8Array.from({ length: 5000 }, (_, i) => (i * 37) & 255),
      ),
    ),
  ).rejects.toBeInstanceOf(ThioscopeError);
});

test("expressions of a fit: numbers, names and functions, nothing else", () => {
  const value = (text: string): number => parseExpression(text, ["a", "b", "rmass"]).value({ a: 2, b: 3, rmass: 31.773 });
  expect(value("a + b * 2 ^ 3 - -1")).toBe(27);
  expect(value("sqrt(a*a) / (b - 1)")).toBe(1);
  // σ² of Cu–Cu at 300 K and θ = 233 K: 24.2543/(θ μ) coth(θ/2T)
  expect(value("einstein(300, 233)")).toBeCloseTo(24.2543 / (233 * 31.773) / Math.tanh(233 / 600), 10);
  for (const text of [
    "c",
    "a +",
    "process.exit()",
    "a b",
    "(a",
    "sqrt(a,b)",
    "constructor",
    "__proto__",
    "(".repeat(1000),
    "a".repeat(1000),
    "1e999",
  ]) {
    expect(() => parseExpression(text, ["a", "b"]), text).toThrow(ThioscopeError);
  }
});
