/**
 * A view's numbers as CSV: one line of names, one line of units, then the rows. A column with errors is
 * followed by one of them ("… sigma"). Fields are quoted where they must be (RFC 4180); numbers are written
 * with all digits they have; an empty field means "none".
 */
import { plainText } from "@thioscope/core";
import type { DataTable } from "./model.ts";

function field(value: unknown): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  if (typeof value !== "string") return "";
  const text = plainText(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function tableToCsv(table: DataTable): string {
  const columns = table.columns.flatMap((c) => {
    const own = { name: c.name, unit: c.unit, values: c.values as ArrayLike<unknown> };
    return c.sigma ? [own, { name: `${c.name} sigma`, unit: c.unit, values: c.sigma as ArrayLike<unknown> }] : [own];
  });
  const rows = columns.reduce((n, c) => Math.max(n, c.values.length), 0);
  const lines = [columns.map((c) => field(c.name)).join(","), columns.map((c) => field(c.unit)).join(",")];
  for (let row = 0; row < rows; row++) lines.push(columns.map((c) => field(c.values[row])).join(","));
  return `${lines.join("\r\n")}\r\n`;
}
