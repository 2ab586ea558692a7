/** Damaged files of spectra and thermal analysis: cut and overwritten at random; a reader answers with equal columns or a coded error. */
import { readdirSync, readFileSync } from "node:fs";
import { random, ThioscopeError } from "@thioscope/core";
import { kindOfSpectra, readIons, readSpectra, readThermal, sourceOfBytes } from "@thioscope/formats";
import { virtualIonCounts, writeIonTable } from "@thioscope/virtual";
import { expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";

const LONG = process.env.THIOSCOPE_LONG === "1";
const ROUNDS = LONG ? 500 : 12;

/** Reads as whatever kind the content seems to be; true where it was read. */
async function readAny(name: string, bytes: Uint8Array, what: string): Promise<boolean> {
  const source = sourceOfBytes(name, bytes);
  try {
    const found = await kindOfSpectra(source);
    if (!found) return false;
    if (found.kind === "thermal") {
      const { temperatureCelsius, massPercent, timeSecond } = await readThermal(source);
      for (const column of [massPercent, timeSecond]) if (column) expect(column.length, what).toBe(temperatureCelsius.length);
    } else if (found.kind === "ions") {
      const { ions, spectra } = await readIons(source);
      for (const { counts } of ions) expect(counts.length, what).toBe(spectra.length);
    } else {
      const { spectra } = await readSpectra(source);
      for (const { x, y } of spectra) expect(y.length, what).toBe(x.length);
    }
    return true;
  } catch (error) {
    if (!(error instanceof ThioscopeError)) throw new Error(`${what}: ${String(error)}`, { cause: error });
    expect(error.place.file, what).toBe(name);
    expect(error.code, what).not.toBe("CANCELLED");
    return false;
  }
}

async function damage(name: string, bytes: Uint8Array): Promise<void> {
  const draw = random(name);
  for (let n = 0; n < ROUNDS; n++) {
    const at = draw.integer(bytes.length);
    const cut = n % 2 === 0;
    const damaged = cut ? bytes.subarray(0, at) : bytes.slice();
    // headers hold what sizes are made of: every other time the damage lies there
    const from = n % 4 === 1 ? draw.integer(Math.min(600, bytes.length)) : at;
    if (!cut) for (let i = from; i < Math.min(bytes.length, from + 1 + draw.integer(32)); i++) damaged[i] = draw.integer(256);
    await readAny(name, damaged, `${name} ${cut ? "cut" : "overwritten"} at ${cut ? at : from}`);
  }
}

describeData("damaged files of spectra", () => {
  const files = ["xps", "raman", "wdf", "spc", "tga"].flatMap((folder) =>
    readdirSync(dataFile(`spectra/${folder}`))
      .filter((f) => LONG || !/\.spc\.txt$|PerkinElmer/i.test(f))
      .map((f) => `${folder}/${f}`),
  );
  test.each(files)("%s", async (file) => damage(file.split("/")[1]!, new Uint8Array(readFileSync(dataFile(`spectra/${file}`)))), 600_000);
});

test("a damaged table of ions", async () => {
  const { first, second, pulses } = virtualIonCounts({ seed: 1, ratio: 0.1, spread: 0.1 });
  const ions = [
    { name: "Li3S2+", mass: 84.991, counts: first },
    { name: "Li3S+", mass: 53.0196, counts: second },
  ];
  const bytes = new TextEncoder().encode(writeIonTable(ions, pulses, ["a", "b", "c", "d", "e"]));
  expect(await readAny("ions.txt", bytes, "whole")).toBe(true);
  await damage("ions.txt", bytes);
});

test("empty files, and sizes that no memory holds, are refused", async () => {
  await expect(readSpectra(sourceOfBytes("none.vms", new Uint8Array(0)))).rejects.toMatchObject({ code: "FILE_EMPTY" });
  const wdf = new Uint8Array(600);
  wdf.set(new TextEncoder().encode("WDF1"));
  const view = new DataView(wdf.buffer);
  view.setBigUint64(8, 512n, true);
  view.setUint32(60, 2 ** 31, true);
  view.setUint32(88, 2 ** 31, true);
  view.setBigInt64(64, 2n ** 40n, true);
  await expect(readSpectra(sourceOfBytes("huge.wdf", wdf))).rejects.toMatchObject({ code: "FILE_DAMAGED" });
  const vamas = `VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4\na\nb\nc\nd\n900000\nx\n`;
  await expect(readSpectra(sourceOfBytes("cut.vms", new TextEncoder().encode(vamas)))).rejects.toMatchObject({ code: "FILE_CUT" });
});
