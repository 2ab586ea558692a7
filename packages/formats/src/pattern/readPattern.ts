/** A powder pattern in any of the formats that are known, by content: Bruker RAW and text, GSAS, XRDML, CIF, and columns of numbers. */
import { ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { isBrukerRaw, readBrukerRaw } from "./brukerRaw.ts";
import { isCifPowder, readCifPowder } from "./cifPowder.ts";
import { isGsas, readGsas } from "./gsas.ts";
import type { PatternFile } from "./patternFile.ts";
import { readCurve, textOf } from "./readCurve.ts";
import { isUxd, readUxd } from "./uxd.ts";
import { isXrdml, readXrdml } from "./xrdml.ts";

const READERS: readonly (readonly [is: (text: string) => boolean, read: (text: string, file: string) => PatternFile])[] = [
  [isXrdml, readXrdml],
  [isGsas, readGsas],
  [isUxd, readUxd],
  [isCifPowder, readCifPowder],
];

/** @throws the codes of its readers; INVALID_INPUT for more than 64 MB of text */
export async function readPattern(source: ByteSource): Promise<PatternFile> {
  const file = source.name;
  if (source.size === 0) throw new ThioscopeError("FILE_EMPTY", "the file holds no bytes", { file });
  if (isBrukerRaw(await source.read(0, Math.min(8, source.size)))) return readBrukerRaw(source);
  const text = await textOf(source);
  const found = READERS.find(([is]) => is(text));
  if (found) return found[1](text, file);
  const { x, y, sigma, meta } = await readCurve(source);
  return { format: "columns", x, y, sigma, wavelengthAngstrom: null, doublet: null, meta, notices: [] };
}
