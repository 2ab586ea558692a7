/**
 * Tables of ion counts as the software of time-of-flight instruments exports them: one line per ion with its assignment and centre mass, one column
 * of areas per spectrum or spot. A line "pulses" gives the number of primary pulses of each spectrum.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import type { IonTable } from "./model.ts";
import { linesOf, numberOf, readText } from "./text.ts";

const ION = /^(ion|assignment|peak|species|name)\b/i;
const MASS = /(mass|m\/z|\bu\b)/i;

interface Header {
  separator: string;
  ion: number;
  mass: number;
  names: string[];
}

function headerOf(line: string): Header | null {
  for (const separator of ["\t", ";", ","]) {
    const names = line
      .replace(/^[#\s]+/, "")
      .split(separator)
      .map((word) => word.trim());
    const ion = names.findIndex((name) => ION.test(name));
    const mass = names.findIndex((name) => MASS.test(name) && !ION.test(name));
    if (names.length >= 3 && ion >= 0 && mass >= 0) return { separator, ion, mass, names };
  }
  return null;
}

export const looksLikeIonTable = (text: string): boolean =>
  text.split(/\r?\n/, 40).some((line) => line.length < 4000 && headerOf(line) !== null);

/** @throws ThioscopeError COLUMN_MISSING, FILE_DAMAGED */
export async function readIonTable(source: ByteSource): Promise<IonTable> {
  const lines = linesOf(await readText(source));
  const at = lines.findIndex((line) => headerOf(line) !== null);
  const header = at < 0 ? null : headerOf(lines[at]!);
  if (!header) throw new ThioscopeError("COLUMN_MISSING", "no line names a column of ions beside one of masses", { file: source.name });
  const columns = header.names.flatMap((name, j) => (j === header.ion || j === header.mass || name === "" ? [] : [j]));
  if (columns.length === 0) throw new ThioscopeError("COLUMN_MISSING", "the table has no column of counts", { file: source.name });
  const comma = header.separator !== "," && /\d,\d/.test(lines[at + 1] ?? "");
  const ions: { name: string; mass: number | null; counts: Float64Array }[] = [];
  let pulses: Float64Array | null = null;
  const notices: Notice[] = [];
  for (const [k, line] of lines.slice(at + 1).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const words = line.split(header.separator).map((word) => word.trim());
    const counts = Float64Array.from(columns, (j) => numberOf(words[j], comma));
    const place = { file: source.name, line: at + k + 2 };
    if (counts.some((c) => !(c >= 0 && Number.isFinite(c))))
      throw new ThioscopeError("FILE_DAMAGED", `"${line.slice(0, 60)}" holds counts that are negative or no numbers`, place);
    const name = words[header.ion] ?? "";
    if (/^(pulses|shots)$/i.test(name)) pulses = counts;
    else if (ions.some((ion) => ion.name === name))
      throw new ThioscopeError("FILE_DAMAGED", `the ion "${name}" stands twice in the table`, place);
    else {
      const mass = numberOf(words[header.mass], comma);
      ions.push({ name, mass: Number.isFinite(mass) ? mass : null, counts });
    }
  }
  if (ions.length === 0) throw new ThioscopeError("FILE_DAMAGED", "the table holds no ion", { file: source.name });
  if (pulses === null)
    notices.push({
      code: "pulses-missing",
      message: "the table does not say the number of primary pulses: the dead time cannot be corrected",
    });
  return { format: "ion-table", ions, spectra: columns.map((j) => header.names[j]!), pulses, notices };
}
