/** Names that mean harm on their way through the product: formulas in exports, scripts in the report, words that every object inherits. */
import { makeTable, textColumn } from "@thioscope/core";
import { readCycling, sourceOfBytes, writeBdfCsv, writeCsvWithUnits } from "@thioscope/formats";
import { reportHtml } from "@thioscope/study";
import { tableToCsv } from "@thioscope/views";
import { expect, test } from "vitest";

const HARM = ["=cmd|' /C calc'!A0", "+1+1", "-Im(Z)/Ohm", "@SUM(A1)", "\t=1"];
const rows = HARM.length;
const table = makeTable([
  { name: "test_time_second", unit: "s", values: Float64Array.from({ length: rows }, (_, i) => i) },
  { name: "voltage_volt", unit: "V", values: new Float64Array(rows).fill(-2) },
  { name: "current_ampere", unit: "A", values: new Float64Array(rows).fill(-0.001) },
  textColumn("note", HARM),
  { name: "=evil()", unit: "", values: new Float64Array(rows) },
]);

/** Every field of a CSV that a spreadsheet would take for a formula. */
const formulas = (csv: string): string[] =>
  csv
    .split(/\r?\n/)
    .flatMap((line) => line.match(/"(?:[^"]|"")*"|[^,]+/g) ?? [])
    .map((field) => field.replace(/^"/, ""))
    .filter((field) => /^[=+\-@\t\r]/.test(field) && !/^[+-]?[\d.]+(e[+-]?\d+)?"?$/i.test(field));

test("no export holds a formula, and numbers below zero stay numbers", () => {
  const written = [[...writeBdfCsv(table, { others: true })].join(""), [...writeCsvWithUnits(table)].join("")];
  written.push(
    tableToCsv({
      columns: [
        { name: "=x", unit: "-y", values: HARM },
        { name: "n", unit: "", values: [-1, 2] },
      ],
    } as never),
  );
  for (const csv of written) {
    expect(formulas(csv)).toEqual([]);
    expect(csv).toContain("'=");
    expect(csv).toMatch(/,-\d/);
  }
});

test("what an export holds is read back under its own name", async () => {
  const text = [...writeBdfCsv(table, { others: true })].join("");
  const { columns } = await readCycling(sourceOfBytes("a.csv", new TextEncoder().encode(text)));
  expect(columns.map(({ vendor, name }) => vendor?.name ?? name).join()).toContain("=evil()");
});

test("a report of samples called like scripts holds no script but its own", () => {
  const name = "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>";
  const html = reportHtml({ title: name, story: JSON.stringify({ title: name }), script: "1", style: "" });
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html).not.toContain("<img");
  expect(html).not.toContain("alert(1)</script>");
});

test("columns called like what every object inherits are columns", async () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  const text = `time/s,voltage/V,current/A,${names.join(",")}\n${Array.from({ length: 20 }, (_, i) => `${i},2,0.1,1,2,3,4`).join("\n")}\n`;
  const { columns } = await readCycling(sourceOfBytes("a.csv", new TextEncoder().encode(text)));
  expect(columns.map(({ vendor, name }) => vendor?.name ?? name)).toEqual(expect.arrayContaining(names));
});
