/**
 * Bruker's text exports (UXD): lines "_NAME = value" and, behind _COUNTS or _CPS, intensities in equal steps from _START or _2THETA by _STEPSIZE, or, behind
 * _2THETACOUNTS or _2THETACPS, pairs of angle and intensity. The first range is read. Counts per second have the errors of their counts where _STEPTIME is stated.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { checkedPattern, doubletOf, type PatternFile, stepped } from "./patternFile.ts";

const DATA = /^_(2THETA)?(COUNTS|CPS|COUNTSPERSECOND)\s*$/i;
export const isUxd = (text: string): boolean => /^_(2THETA)?(COUNTS|CPS|COUNTSPERSECOND)\s*$/im.test(text);

/** @throws FILE_FOREIGN, FILE_DAMAGED with the line */
export function readUxd(text: string, file: string): PatternFile {
  const lines = text.split(/\r\n|\r|\n/);
  const at = lines.findIndex((line) => DATA.test(line.trim()));
  if (at < 0) throw new ThioscopeError("FILE_FOREIGN", "no line _COUNTS or _2THETACOUNTS is in the text", { file });
  const [, pairs, what] = DATA.exec(lines[at]!.trim())!;
  const facts = new Map<string, string>();
  for (const line of lines.slice(0, at)) {
    const [, name, value] = /^_(\w+)\s*=\s*(.*)$/.exec(line.trim()) ?? [];
    if (name !== undefined) facts.set(name.toUpperCase(), value!.replace(/^['"]|['"]$/g, "").trim());
  }
  const fact = (name: string): number | null => {
    const value = Number(facts.get(name) ?? Number.NaN);
    return Number.isFinite(value) ? value : null;
  };
  const values: number[] = [];
  let end = lines.length;
  for (let k = at + 1; k < lines.length; k++) {
    const line = lines[k]!.trim();
    if (line === "" || line.startsWith(";")) continue;
    if (line.startsWith("_")) {
      end = k;
      break;
    }
    for (const word of line.split(/[\s,;]+/)) {
      if (word === "") continue;
      const value = Number(word);
      if (!Number.isFinite(value)) throw new ThioscopeError("FILE_DAMAGED", `"${word.slice(0, 40)}" is no number`, { file, line: k + 1 });
      values.push(value);
    }
  }
  const place = { file, line: at + 1 };
  if (pairs && values.length % 2 !== 0)
    throw new ThioscopeError("FILE_DAMAGED", `${values.length} numbers are no pairs of angle and intensity`, place);
  const y = Float64Array.from(pairs ? values.filter((_, k) => k % 2 === 1) : values);
  let x: Float64Array;
  if (pairs) x = Float64Array.from(values.filter((_, k) => k % 2 === 0));
  else {
    const [start, step] = [fact("START") ?? fact("2THETA"), fact("STEPSIZE")];
    if (start === null || step === null || !(step > 0))
      throw new ThioscopeError("FILE_DAMAGED", "_START (or _2THETA) and _STEPSIZE are needed before _COUNTS", place);
    x = stepped(start, step, y.length);
  }
  const time = fact("STEPTIME");
  const isRate = !/^COUNTS$/i.test(what!);
  const notices: Notice[] = [];
  if (lines.slice(end).some((line) => DATA.test(line.trim())))
    notices.push({ code: "ranges-left", message: "the first range is read, others are not" });
  const first = fact("WL1");
  return checkedPattern(file, {
    format: "Bruker text",
    x,
    y,
    sigma: isRate && time !== null && time > 0 ? y.map((rate) => Math.sqrt(Math.max(rate * time, 1)) / time) : null,
    wavelengthAngstrom: first,
    doublet: doubletOf(first, fact("WL2"), fact("WLRATIO")),
    meta: Object.fromEntries(
      ["SAMPLE", "DATEMEASURED", "ANODE"].flatMap((name) => (facts.has(name) ? [[name.toLowerCase(), facts.get(name)!]] : [])),
    ),
    notices,
  });
}
