/**
 * Photon Factory (KEK) "9809" files: Bragg angles and raw counts.
 *
 *   E = hc/(2 d sin θ) with d of "Mono : … D= 3.13551 A" and θ the angle that the encoder saw; counts minus the stated offsets per second
 *
 * The "Mode" line says what each channel is: 1 is I0, 2 transmitted, 3 fluorescence; 0 is angle or time.
 */
import { CONSTANTS, type Notice, ThioscopeError } from "@thioscope/core";
import { linesOf, readText } from "../impedance/text.ts";
import { scansOfColumns } from "./columns.ts";
import type { AbsorptionReader } from "./model.ts";
import { contextOf } from "./text.ts";

const MODES: Readonly<Record<number, string>> = { 1: "i0", 2: "itrans", 3: "ifluor" };

export const photonFactoryReader: AbsorptionReader = {
  id: "photon-factory",
  title: "Photon Factory 9809",
  sniff: (_head, text) => /^\s*9809\s+KEK-PF/.test(text),
  async read(source, options) {
    const file = source.name;
    const lines = linesOf(await readText(source));
    const wrong = (what: string): ThioscopeError => new ThioscopeError("FILE_DAMAGED", `the head of the 9809 file lacks ${what}`, { file });
    const spacing = Number(/D=\s*([\d.]+)\s*A/.exec(lines.slice(0, 12).join("\n"))?.[1]);
    if (!(spacing > 0.3 && spacing < 50)) throw wrong("the spacing of the monochromator");
    const modeAt = lines.findIndex((line) => /^\s*Mode\s/.test(line));
    const offsetAt = lines.findIndex((line) => /^\s*Offset\s/.test(line));
    if (modeAt < 0 || offsetAt < 0) throw wrong("the lines of modes and offsets");
    const numbers = (line: string): number[] => line.trim().split(/\s+/).map(Number);
    // the words "Mode" and "Offset" stand in the first column
    const modes = numbers(lines[modeAt]!.replace(/Mode/, "0"));
    const offsets = numbers(lines[offsetAt]!.replace(/Offset/, "0"));
    const rows = lines
      .slice(offsetAt + 1)
      .map(numbers)
      .filter((row) => row.length === modes.length && row.every(Number.isFinite));
    if (rows.length < 8) throw new ThioscopeError("FILE_CUT", `${rows.length} rows of data`, { file });
    const hc = (CONSTANTS.planck * CONSTANTS.lightSpeed * 1e10) / CONSTANTS.elementaryCharge;
    const energy = Float64Array.from(rows, (row) => hc / (2 * spacing * Math.sin((row[1]! * Math.PI) / 180)));
    const channels = modes.flatMap((mode, j) => (mode > 0 ? [{ name: MODES[mode] ?? `mode ${mode}`, j }] : []));
    const data = channels.map(({ j }) => Float64Array.from(rows, (row) => row[j]! / (row[2]! || 1) - (offsets[j] ?? 0)));
    const notices: Notice[] = [];
    const meta = { title: (lines[2] ?? "").trim(), scan: (lines[1] ?? "").trim() };
    const columns = { names: ["energy", ...channels.map(({ name }) => name)], data: [energy, ...data] };
    return {
      format: "photon-factory",
      scans: scansOfColumns(columns, contextOf(file, meta), options.columns, notices),
      chi: [],
      project: null,
      notices,
    };
  },
};
