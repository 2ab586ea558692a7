/** What the actions of `powder` read. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { phaseStructure, type Structure } from "@thioscope/core/crystal";
import type { PowderData } from "@thioscope/core/powder";
import { readCifStructures, readCurve } from "@thioscope/formats";
import type { OptionSpec } from "../../command.ts";
import { opened } from "../../inputs.ts";
import { numberOf } from "../xrd/inputs.ts";

export type Options = Readonly<Record<string, string | boolean | undefined>>;

export const WAVELENGTH: OptionSpec = { type: "string", value: "ANGSTROM", help: "wavelength, Å (1.5406, copper's Kα1)" };
export const RANGE: OptionSpec = { type: "string", value: "A,B", help: "2θ from and to, degrees (all)" };
const COPPER = 1.5406;

export const wavelengthOf = (options: Options): number =>
  numberOf("wavelength", options["wavelength"], (x) => x > 0.01 && x < 10, "Å, 0.01 to 10") ?? COPPER;

/** A phase that ships, or every structure of a CIF file. */
export async function structuresOf(word: string): Promise<readonly Structure[]> {
  if (!/\.cif$/i.test(word) && !existsSync(word)) return [phaseStructure(word)];
  return opened(word, async (source) => {
    const found = readCifStructures(new TextDecoder().decode(await source.read(0, source.size)), basename(word));
    if (found.length === 0) throw new ThioscopeError("FILE_FOREIGN", "the file holds no structure", { file: word });
    return found;
  });
}

export async function phasesOf(text: string | boolean | undefined, usage: string): Promise<Structure[]> {
  if (typeof text !== "string") throw new ThioscopeError("USAGE", `which phases? --phases Na2S,Na3PS4.cif. Usage: ${usage}`);
  return (await Promise.all(text.split(",").map((word) => structuresOf(word.trim())))).flat();
}

/** Angles, intensities and their errors, within the range that was asked for. */
export async function dataOf(path: string, options: Options): Promise<PowderData> {
  const { x, y, sigma } = await opened(path, (source) => readCurve(source));
  const range = options["range"];
  const [from, to] = typeof range === "string" ? range.split(",").map(Number) : [x[0]!, x[x.length - 1]!];
  if (!(Number.isFinite(from) && Number.isFinite(to) && from! < to!))
    throw new ThioscopeError("USAGE", `--range ${String(range)}: two angles, A,B`);
  const kept = [...x.keys()].filter((k) => x[k]! >= from! && x[k]! <= to!);
  const pick = (values: Float64Array): Float64Array => Float64Array.from(kept, (k) => values[k]!);
  return { twoTheta: pick(x), intensity: pick(y), sigma: sigma && pick(sigma) };
}
