/**
 * GSAS powder data with angles: a title, comments (#), a line BANK, and records of 80 columns or free words.
 *
 *   BANK number points records CONS(T) start step 0 0 STD|ESD|FXYE|FXY      angles in hundredths of a degree
 *
 * STD holds ten intensities to a record, each of eight columns: two for the number of counters that it is the mean of (1 where blank), six for the mean; its
 * error is √(I/counters). ESD holds five pairs of intensity and error. A point of no counts was not measured and is left out, as GSAS does. Times of flight are
 * refused. (Larson and Von Dreele, GSAS manual, LAUR 86-748, 2004, p. 222.)
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { checkedPattern, MOST_POINTS, type PatternFile } from "./patternFile.ts";

const BANK = /^BANK\s+(\d+)\s+(\d+)\s+(\d+)\s+([A-Z_0-9]+)\s*(.*)$/im;
export const isGsas = (text: string): boolean => BANK.test(text);

/** @throws FILE_FOREIGN, FORMAT_VERSION for times of flight, FILE_CUT for a bank with too few points, FILE_DAMAGED with the line */
export function readGsas(text: string, file: string): PatternFile {
  const lines = text.split(/\r\n|\r|\n/);
  const first = lines.findIndex((line) => BANK.test(line));
  if (first < 0) throw new ThioscopeError("FILE_FOREIGN", "no line BANK is in the text", { file });
  const [, bank, channels, , binning, rest] = BANK.exec(lines[first]!)!;
  const words = rest!.trim().split(/\s+/);
  const numbers = words.map(Number);
  const kind = (words.findLast((word) => /^[A-Z]+$/i.test(word)) ?? "STD").toUpperCase();
  const place = { file, line: first + 1 };
  if (!/^CONS/i.test(binning!))
    throw new ThioscopeError(
      "FORMAT_VERSION",
      `bins ${binning}: constant steps of angles (CONST) are read, times of flight are not`,
      place,
    );
  if (!["STD", "ESD", "FXYE", "FXY"].includes(kind))
    throw new ThioscopeError("FORMAT_VERSION", `data ${kind}: STD, ESD, FXYE and FXY are read`, place);
  const count = Number(channels);
  if (count > MOST_POINTS) throw new ThioscopeError("FILE_DAMAGED", `${count} points: up to ${MOST_POINTS} are possible`, place);
  const next = lines.findIndex((line, k) => k > first && BANK.test(line));
  const body = lines.slice(first + 1, next < 0 ? undefined : next).filter((line) => !line.startsWith("#"));
  const damaged = (k: number): ThioscopeError =>
    new ThioscopeError("FILE_DAMAGED", `"${body[k]!.slice(0, 40)}" holds no ${kind} record`, { file, line: first + 2 + k });
  const x: number[] = [];
  const y: number[] = [];
  const sigma: number[] = [];
  let read = 0;
  const add = (at: number, intensity: number, error: number, k: number): void => {
    if (!(Number.isFinite(at) && Number.isFinite(intensity) && Number.isFinite(error))) throw damaged(k);
    read++;
    if (intensity === 0 && !(error > 0)) return;
    x.push(at);
    y.push(intensity);
    sigma.push(error);
  };
  const [start, step] = [numbers[0]! / 100, numbers[1]! / 100];
  for (const [k, line] of body.entries()) {
    if (read >= count) break;
    if (line.trim() === "") continue;
    if (kind === "FXYE" || kind === "FXY") {
      const row = line
        .trim()
        .split(/[\s,]+/)
        .map(Number);
      add(row[0]! / 100, row[1]!, kind === "FXY" ? Math.sqrt(Math.max(row[1]!, 0)) : row[2]!, k);
      continue;
    }
    if (!(Number.isFinite(start) && step > 0))
      throw new ThioscopeError("FILE_DAMAGED", `a scan from ${start}° in steps of ${step}°`, place);
    const field = (at: number, width: number): number => Number(line.slice(at, at + width).trim() || Number.NaN);
    for (let at = 0; at < line.trimEnd().length && at < 80 && read < count; at += kind === "STD" ? 8 : 16) {
      if (kind === "ESD") add(start + read * step, field(at, 8), field(at + 8, 8), k);
      else {
        const counters = line.slice(at, at + 2).trim();
        const [n, mean] = [counters === "" ? 1 : Number(counters), field(at + 2, 6)];
        if (!(n >= 1)) throw damaged(k);
        add(start + read * step, mean, mean === 0 ? 0 : Math.sqrt(Math.max(mean, 0) / n), k);
      }
    }
  }
  if (read < count) throw new ThioscopeError("FILE_CUT", `bank ${bank} holds ${read} of the ${count} points that it announces`, place);
  const notices: Notice[] = [];
  if (next >= 0) notices.push({ code: "ranges-left", message: `bank ${bank} is read, the banks after it are not` });
  if (x.length < read) notices.push({ code: "points-without-counts", message: `${read - x.length} points without counts are left out` });
  const wavelength = /wavelength\s*=\s*([\d.]+)/i.exec(lines.slice(0, first).join("\n"))?.[1];
  const value = wavelength === undefined ? Number.NaN : Number(wavelength);
  return checkedPattern(file, {
    format: `GSAS ${kind}`,
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    sigma: Float64Array.from(sigma),
    wavelengthAngstrom: value > 0.01 && value < 10 ? value : null,
    doublet: null,
    meta: { title: lines[0]!.trim().slice(0, 200) },
    notices,
  });
}
