/** Spectra in a workbook: every sheet with a row that names a frequency and an impedance is read. */
import { type Notice, QUIET, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { parseDecimalText } from "../spreadsheet/decimal.ts";
import { CELL, openWorkbook, type Sheet } from "../spreadsheet/index.ts";
import { cellText } from "../spreadsheet/table.ts";
import { sniffWorkbook } from "../spreadsheet/workbook.ts";
import type { ImpedanceFile, ImpedanceReader, ImpedanceReadOptions, ImpedanceSpectrum } from "./model.ts";
import { hasImpedance, isSpectrum, planColumns } from "./names.ts";
import { spectraOf, uniqueNames } from "./spectra.ts";

const HEADER_ROWS = 60;

function columnOf(sheet: Sheet, position: number, from: number, rows: number): Float64Array {
  const column = sheet.columns[position];
  return Float64Array.from({ length: rows }, (_, i) => {
    const kind = column?.kinds[from + i] ?? CELL.empty;
    if (kind === CELL.number) return column!.values[from + i]!;
    return kind === CELL.text ? parseDecimalText(cellText(sheet, position, from + i).replace(",", ".")) : Number.NaN;
  });
}

async function read(source: ByteSource, { mapping = {}, task = QUIET }: ImpedanceReadOptions): Promise<ImpedanceFile> {
  const book = await openWorkbook(source);
  const notices: Notice[] = [];
  const spectra: ImpedanceSpectrum[] = [];
  const left: string[] = [];
  let lacking: string[] | undefined;
  let firstRow = 0;
  for (const [index, name] of book.sheetNames.entries()) {
    const sheet = await book.readSheet(index, task);
    let used = false;
    for (let row = 0; row < Math.min(HEADER_ROWS, sheet.rows) && !used; row++) {
      const headers = Array.from(sheet.columns, (column, at) => (column?.kinds[row] === CELL.text ? cellText(sheet, at, row) : ""));
      if (headers.filter((text) => text !== "").length < 2) continue;
      const plan = Object.values(mapping).every((m) => headers.includes(typeof m === "string" ? m : m.header))
        ? planColumns(headers, mapping)
        : planColumns(headers);
      if (!isSpectrum(plan)) {
        if (hasImpedance(plan)) lacking ??= headers.filter((text) => text !== "");
        continue;
      }
      used = true;
      const rows = sheet.rows - row - 1;
      const columns = new Map(
        [...plan].map(([quantity, { at, factor }]) => [quantity, columnOf(sheet, at, row + 1, rows).map((x) => x * factor)]),
      );
      // rows of units and remarks hold no numbers
      const f = columns.get("frequency_hertz")!;
      const kept = Array.from(f.keys()).filter((i) => !Number.isNaN(f[i]));
      const found = spectraOf(
        {
          rows: kept.length,
          firstRow,
          names: headers,
          get: (quantity) => {
            const column = columns.get(quantity);
            return column && Float64Array.from(kept, (i) => column[i]!);
          },
        },
        name,
      );
      firstRow += kept.length;
      spectra.push(...found.spectra.map((s) => (s.name === name ? s : { ...s, name: `${name}, ${s.name}` })));
      notices.push(...found.notices);
    }
    if (!used && sheet.rows > 0) left.push(`"${name}" (${sheet.rows} rows)`);
  }
  if (spectra.length === 0) {
    const why = lacking
      ? `the frequency column is missing: the titles are ${lacking.join(", ")}`
      : `no sheet names a frequency and an impedance; sheets: ${left.join(", ") || "none"}`;
    throw new ThioscopeError("COLUMN_MISSING", why, { file: source.name });
  }
  if (left.length > 0) notices.push({ code: "sheet-not-read", message: `no spectrum in ${left.join(", ")}` });
  return {
    format: "spreadsheet",
    technique: "impedance",
    meta: { sheets: book.sheetNames.length },
    notices,
    spectra: uniqueNames(spectra),
  };
}

export const spreadsheetReader: ImpedanceReader = {
  id: "spreadsheet",
  title: "Spreadsheet .xlsx",
  endings: [".xlsx", ".xlsm"],
  sniff: async (head, source) => ((await sniffWorkbook(head, source)) ? 0.3 : 0),
  read,
};
