/** What commands say, as text: counts, tables, warnings, short numbers. Loads nothing but units. */
import { formatQuantity, type Notice, type Quantity, ThioscopeError } from "@thioscope/core";

/** A line per notice; columns that are not known share one. */
export function warningLines(notices: readonly Notice[]): string[] {
  const unknown = notices.filter((n) => n.code === "column-unknown" && n.column !== undefined);
  const together = unknown.length > 2;
  const lines = notices.filter((n) => !together || !unknown.includes(n)).map((n) => `${n.message} [${n.code}]`);
  if (together) {
    lines.push(
      `${unknown.length} columns are not known here and kept as they are: ${unknown.map((n) => n.column).join(", ")} [column-unknown]`,
    );
  }
  return lines;
}

/** "1 row", "2,084 rows". */
export function count(n: number, word: string): string {
  return `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;
}

/** The one file a command works on; USAGE where there is none or more. */
export function oneWord(words: readonly string[], usage: string): string {
  if (words.length !== 1) throw new ThioscopeError("USAGE", `one file is needed, ${words.length} were given. Usage: ${usage}`);
  return words[0]!;
}

/** Columns aligned for reading; numbers to the right. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = head.map((title, j) => Math.max(title.length, ...rows.map((row) => row[j]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, j) => text.padStart(width[j]!))
      .join("  ")
      .trimEnd();
  return [line(head), ...rows.map(line)].join("\n");
}

/** A number without an error. */
export const plain = (value: number, unit: string): Quantity => ({ value, sigma: null, unit });

/** "26.4(3)", "3.02(2)e-6"; "?" behind what the data do not determine. The unit stands elsewhere. */
export function shortValue({ value, sigma }: Quantity): string {
  const power = Math.floor(Math.log10(Math.abs(value)));
  const scale = power < -3 || power > 5 ? power : 0;
  const [mantissa, error] = [value / 10 ** scale, sigma === null ? null : sigma / 10 ** scale];
  const text = error === null ? `${Number(mantissa.toPrecision(4))} ?` : formatQuantity({ value: mantissa, sigma: error, unit: "" });
  if (scale === 0) return text;
  return text.includes(" ± ") ? `(${text})e${scale}` : text.replace(/( \?)?$/, `e${scale}$1`);
}

/** Four digits. */
export function shortNumber(x: number): string {
  if (!Number.isFinite(x)) return "∞";
  const size = Math.abs(x);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? x.toExponential(3) : x.toPrecision(4);
}
