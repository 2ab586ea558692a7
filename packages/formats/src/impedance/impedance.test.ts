import { ThioscopeError } from "@thioscope/core";
import { assert, asyncProperty, constantFrom, double, array as list, tuple } from "fast-check";
import { expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import type { ImpedanceFile, ImpedanceReadOptions } from "./model.ts";
import { recogniseImpedance } from "./names.ts";
import { readImpedance } from "./readImpedance.ts";

const read = (text: string, options: ImpedanceReadOptions = {}, name = "a.csv"): Promise<ImpedanceFile> =>
  readImpedance(sourceOfBytes(name, new TextEncoder().encode(text)), options);

/** f, Z′, Z″ of R0 = 10, R1 = 100, C1 = 1 µF. */
const POINTS = Array.from({ length: 13 }, (_, i) => {
  const f = 10 ** (6 - i / 2);
  const x = 2 * Math.PI * f * 1e-4;
  return [f, 10 + 100 / (1 + x * x), (-100 * x) / (1 + x * x)] as const;
});

function expectPoints(file: ImpedanceFile, digits = 9): void {
  const [spectrum] = file.spectra;
  expect(spectrum!.frequencyHertz).toHaveLength(POINTS.length);
  for (const [i, [f, re, im]] of POINTS.entries()) {
    expect(spectrum!.frequencyHertz[i]! / f).toBeCloseTo(1, digits);
    expect(spectrum!.real[i]! / re).toBeCloseTo(1, digits);
    expect(spectrum!.imaginary[i]! / im).toBeCloseTo(1, digits);
  }
}

type Row = (f: number, re: number, im: number) => readonly number[];
const plain: Row = (f, re, im) => [f, re, im];
const negative: Row = (f, re, im) => [f, re, -im];
const polar: Row = (f, re, im) => [f, Math.hypot(re, im), (Math.atan2(im, re) * 180) / Math.PI];

const FORMS: readonly (readonly [head: string, row: Row])[] = [
  ["frequency_hertz,real_ohm,imaginary_ohm", plain],
  ["frequency_hertz,real_impedance_ohm,imaginary_impedance_ohm", plain],
  ["Freq. (Hz),Z' (Ω),-Z'' (Ω)", negative],
  ["f/Hz,Re(Z)/Ohm,-Im(Z)/Ohm", negative],
  ["Frequency / Hz,Zre (ohm),Zim (ohm)", plain],
  ["frequency,Z_real,minus Z_imag", negative],
  ["freq,Z′,−Z″", negative],
  ['Freq,Z´,Z"', plain],
  ["freq,|Z|,phase", polar],
  ["f,|Z| (ohm),-Phase (°)", (f, re, im) => [f, Math.hypot(re, im), (-Math.atan2(im, re) * 180) / Math.PI]],
  ["f,Zmod,theta (rad)", (f, re, im) => [f, Math.hypot(re, im), Math.atan2(im, re)]],
  ["Frequency (kHz),Z' (kOhm),Z'' (mOhm)", (f, re, im) => [f / 1e3, re / 1e3, im * 1e3]],
  ["ω (rad/s),Re,Im", (f, re, im) => [2 * Math.PI * f, re, im]],
];

test.each(FORMS)("%s", async (head, row) => {
  const text = [head, ...POINTS.map((p) => row(...p).join(","))].join("\n");
  expectPoints(await read(`${text}\n`));
});

test.each([";", "\t", "|", " "])("separator %j, decimal comma, a line of units", async (separator) => {
  const rows = POINTS.map(([f, re, im]) => [f, re, im].map((x) => String(x).replace(".", ",")).join(separator));
  const names = ["f", "Z'", "Z''"].join(separator);
  const units = separator === " " ? [] : [["Hz", "Ohm", "Ohm"].join(separator)];
  expectPoints(await read(`Cell 7\n\n${[names, ...units, ...rows].join("\r\n")}\r\n`));
});

test("three numbers a line without names are f, Z′ and Z″, and a notice says so", async () => {
  const file = await read(POINTS.map((p) => p.join(" ")).join("\n"));
  expectPoints(file);
  expect(file.notices.map((n) => n.code)).toEqual(["columns-unnamed"]);
});

test("sweeps below one another, tables below one another, and cycles are spectra of their own", async () => {
  const rows = POINTS.map((p) => p.join(",")).join("\n");
  expect((await read(`f,Z',Z''\n${rows}\n${rows}\n${rows}\n`)).spectra).toHaveLength(3);
  expect((await read(`f,Z',Z''\n${rows}\nsecond\nf,Z',Z''\n${rows}\n`)).spectra.map((s) => s.name)).toEqual(["table 1", "table 2"]);
  const cycles = [4, 7].flatMap((cycle) => POINTS.slice(0, 2).map((p) => [cycle, ...p].join(",")));
  const { spectra } = await read(`cycle,f,Z',Z''\n${cycles.join("\n")}\n`);
  expect(spectra.map((s) => [s.name, s.cycle, s.rows])).toEqual([
    ["cycle 4", 4, [0, 1]],
    ["cycle 7", 7, [2, 3]],
  ]);
});

test("a sweep up that follows a sweep down is the next spectrum; a point taken again is not", async () => {
  const down = POINTS.map((p) => p.join(","));
  expect((await read(["f,Re,Im", ...down, ...down.toReversed()].join("\n"))).spectra.map((s) => s.frequencyHertz.length)).toEqual([13, 13]);
  expect((await read(["f,Re,Im", ...down.slice(0, 6), down[4], ...down.slice(6)].join("\n"))).spectra).toHaveLength(1);
});

test("rows of frequency 0, gaps and zeros are kept out and counted", async () => {
  const rows = POINTS.map((p) => p.join(","));
  const file = await read(["f,Re,Im", "0,0,0", ...rows.slice(0, 5), "100,0,0", "-5,1,1", ...rows.slice(5), "0,1,1", ""].join("\n"));
  expectPoints(file);
  expect(file.notices.map((n) => [n.code, n.message.slice(0, 6)])).toEqual([
    ["rows-without-frequency", "2 rows"],
    ["points-unusable", "2 rows"],
  ]);
});

test("a mapping names the columns where no spelling is known, with sign and unit", async () => {
  const text = `a;b;c\n${POINTS.map(([f, re, im]) => [f / 1e3, re, -im].join(";")).join("\n")}\n`;
  const mapping = {
    frequency_hertz: { header: "a", unit: "kHz" },
    real_impedance_ohm: "b",
    imaginary_impedance_ohm: { header: "c", factor: -1 },
  };
  expectPoints(await read(text, { mapping }));
  await expect(read(text, { mapping: { frequency: "a" } })).rejects.toThrow(/which is no column; known are frequency_hertz/);
});

test("Z″ that is positive throughout is asked about", async () => {
  const file = await read(["f,Re,Im", ...POINTS.map((p) => negative(...p).join(",")), ""].join("\n"));
  expect(file.notices.map((n) => n.code)).toEqual(["imaginary-positive"]);
});

test.each([
  ["f,Z'\n1,2\n", "FILE_FOREIGN", /no line names/],
  ["Z',Z'',time\n1,-2,3\n", "COLUMN_MISSING", /frequency column is missing: line 1 names "Z'"/],
  ["f,Z',Z''\n", "COLUMN_MISSING", /no point/],
  ["f,Z',Z''\n10,1,-1\n1,2", "FILE_CUT", /ends inside a row; 1 rows/],
  ["Area (ohm cm2)\nf,Z' (ohm cm2),Z'' (ohm cm2)\n1,2,3\n1,2,3\n", "FILE_FOREIGN", /no line names/],
  ["ZPLOT2 ASCII\n  Measured Data\n", "FILE_FOREIGN", /no line names/],
  ["VERSION8.0\n 3\n 1\n 10\n 1\n 1\n", "FILE_CUT", /3 points are declared, 0 are there/],
  ["EXPLAIN\nTAG\tCV\nCURVE\tTABLE\n", "COLUMN_MISSING", /no table ZCURVE/],
  ["", "FILE_EMPTY", /0 bytes/],
])("%j is refused with %s", async (text, code, message) => {
  await expect(read(text)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test("a header names its quantity only in a unit that measures it", () => {
  expect(recogniseImpedance("Z' (V)")).toBeUndefined();
  expect(recogniseImpedance("-Im(Z)/mOhm")).toMatchObject({ quantity: "imaginary_impedance_ohm", factor: -1e-3 });
  expect(recogniseImpedance("Temperature (K)")).toBeUndefined();
  expect(recogniseImpedance("Time(Sec)")).toMatchObject({ quantity: "test_time_second", factor: 1 });
});

test("any text and any bytes end in spectra or a coded error", async () => {
  const word = constantFrom(
    "f",
    "Z'",
    "Z''",
    "1",
    "-2.5",
    "1e5",
    "0",
    ",",
    ";",
    "\t",
    "\n",
    " ",
    '"',
    "ZPLOT2 ASCII\n",
    "EXPLAIN\nTAG\tX\n",
    "VERSION8.0\n",
    "primary_data\n",
    "Method=Impedance\n",
    "NaN",
    "99999",
  );
  await assert(
    asyncProperty(list(word, { maxLength: 60 }), async (words) => {
      await read(words.join("")).catch((error: unknown) => {
        if (!(error instanceof ThioscopeError)) throw error;
      });
    }),
    { numRuns: 400, seed: 5 },
  );
});

test("numbers survive being written and read", async () => {
  const size = double({ min: -1e9, max: 1e9, noNaN: true }).filter((x) => Math.abs(x) > 1e-9);
  await assert(
    asyncProperty(list(tuple(size, size), { minLength: 2, maxLength: 12 }), constantFrom(",", ";", "\t"), async (pairs, separator) => {
      const rows = pairs.map(([re, im], i) => [10 ** (6 - i), re, im].join(separator));
      const [spectrum] = (await read(`${["f", "Re", "Im"].join(separator)}\n${rows.join("\n")}\n`)).spectra;
      expect(Array.from(spectrum!.real)).toEqual(pairs.map(([re]) => re));
      expect(Array.from(spectrum!.imaginary)).toEqual(pairs.map(([, im]) => im));
    }),
    { numRuns: 60, seed: 5 },
  );
});
