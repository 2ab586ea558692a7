/** What the actions of `powder` read. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { phaseStructure, type Radiation, radiationOf, type Structure } from "@thioscope/core/crystal";
import type { PowderData } from "@thioscope/core/powder";
import { type IntegratedSeries, type PatternFile, readCifStructures, readNxazint, readPattern } from "@thioscope/formats";
import type { PatternStack } from "@thioscope/study";
import type { OptionSpec } from "../../command.ts";
import { opened } from "../../inputs.ts";
import { numberOf } from "../xrd/inputs.ts";

export type Options = Readonly<Record<string, string | boolean | undefined>>;

export const WAVELENGTH: OptionSpec = {
  type: "string",
  value: "ANGSTROM",
  help: "wavelength, Å, or a tube: CuKa (both lines), CuKa1 (1.5406, copper's Kα1)",
};
export const RANGE: OptionSpec = { type: "string", value: "A,B", help: "2θ from and to, degrees (all)" };
const COPPER = 1.5406;

/** The one wavelength, or the two of a tube; null where none is asked for. */
function radiationAsked(options: Options): Radiation | null {
  const word = options["wavelength"];
  if (typeof word !== "string") return null;
  const tube = radiationOf(word);
  if (tube) return tube;
  return {
    wavelengthAngstrom: numberOf("wavelength", word, (x) => x > 0.01 && x < 10, "Å, 0.01 to 10, or a tube like CuKa")!,
    doublet: null,
  };
}

export const wavelengthOf = (options: Options, known: Beam | null = null): number => radiationFor(options, known).wavelengthAngstrom;

/** What a file says of its beam. */
export type Beam = Pick<PatternFile, "wavelengthAngstrom" | "doublet">;

/** As the options of a refinement have it: what is asked for, else what the file says, else copper. */
export function radiationFor(
  options: Options,
  known: Beam | null = null,
): { wavelengthAngstrom: number; doublet?: NonNullable<Radiation["doublet"]> } {
  const asked = radiationAsked(options);
  const { wavelengthAngstrom, doublet } = asked ?? {
    wavelengthAngstrom: known?.wavelengthAngstrom ?? COPPER,
    doublet: known?.doublet ?? null,
  };
  return doublet ? { wavelengthAngstrom, doublet } : { wavelengthAngstrom };
}

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
export async function dataOf(path: string, options: Options): Promise<PowderData & { file: PatternFile }> {
  const file = await opened(path, readPattern);
  const { x, y, sigma } = file;
  const kept = within(x, options);
  const pick = (values: Float64Array): Float64Array => Float64Array.from(kept, (k) => values[k]!);
  return { twoTheta: pick(x), intensity: pick(y), sigma: sigma && pick(sigma), file };
}

function within(x: Float64Array, options: Options): number[] {
  const range = options["range"];
  const [from, to] = typeof range === "string" ? range.split(",").map(Number) : [x[0]!, x[x.length - 1]!];
  if (!(Number.isFinite(from) && Number.isFinite(to) && from! < to!))
    throw new ThioscopeError("USAGE", `--range ${String(range)}: two angles, A,B`);
  return [...x.keys()].filter((k) => x[k]! >= from! && x[k]! <= to!);
}

const HDF5 = [0x89, 0x48, 0x44, 0x46];

/** Whether the file holds many patterns. */
export const isStack = (path: string): Promise<boolean> =>
  opened(path, async (source) => {
    const head = await source.read(0, Math.min(4, source.size));
    return HDF5.every((byte, k) => head[k] === byte);
  });

/** The patterns of an HDF5 file of integrated frames, or of text files of one axis, in their order. */
export async function stackOf(paths: readonly string[], options: Options, positions: number): Promise<{ stack: PatternStack; beam: Beam }> {
  if (paths.length === 1 && (await isStack(paths[0]!))) {
    const [series] = await opened(paths[0]!, readNxazint);
    if (series!.sectors !== 1) throw new ThioscopeError("INVALID_INPUT", "the file holds cakes and no patterns", { file: paths[0]! });
    const lambda = radiationAsked(options)?.wavelengthAngstrom ?? series!.wavelengthAngstrom;
    const twoTheta = twoThetaOf(series!, lambda, paths[0]!);
    return { stack: cut(twoTheta, series!.values, series!.sigma, options, positions), beam: { wavelengthAngstrom: lambda, doublet: null } };
  }
  const curves: PatternFile[] = [];
  for (const path of paths) {
    const curve = await opened(path, readPattern);
    const first = curves[0] ?? curve;
    if (curve.x.length !== first.x.length || curve.x.some((x, k) => Math.abs(x - first.x[k]!) > 1e-6))
      throw new ThioscopeError(
        "INVALID_INPUT",
        `its ${curve.x.length} angles are not the ${first.x.length} of ${basename(paths[0]!)}: patterns of a series share them`,
        { file: path },
      );
    curves.push(curve);
  }
  const n = curves[0]!.x.length;
  const all = (pick: (curve: (typeof curves)[number]) => Float64Array): Float64Array => {
    const out = new Float64Array(curves.length * n);
    for (const [k, curve] of curves.entries()) out.set(pick(curve), k * n);
    return out;
  };
  const sigma = curves.every((curve) => curve.sigma) ? all((curve) => curve.sigma!) : null;
  return {
    stack: cut(
      curves[0]!.x,
      all((curve) => curve.y),
      sigma,
      options,
      positions,
    ),
    beam: curves[0]!,
  };
}

function twoThetaOf({ radial }: IntegratedSeries, lambda: number | null, file: string): Float64Array {
  const { unit, values } = radial;
  if (/^deg/i.test(unit)) return values;
  const scale = /^1\/nm$|nm\^?-1/i.test(unit) ? 0.1 : /^1\/(angstrom|å|a)$|(angstrom|å|a)\^?-1/i.test(unit) ? 1 : null;
  if (scale === null)
    throw new ThioscopeError("INVALID_INPUT", `the axis is in ${unit || "no unit"}: 2θ in degrees or q in 1/nm or 1/Å are refined`, {
      file,
    });
  if (lambda === null)
    throw new ThioscopeError("NOT_COMPUTABLE", "the axis is q, and no wavelength is in the file: state --wavelength", { file });
  return values.map((q) => (360 / Math.PI) * Math.asin((q * scale * lambda) / (4 * Math.PI)));
}

function cut(x: Float64Array, values: Float64Array, sigma: Float64Array | null, options: Options, positions: number): PatternStack {
  const kept = within(x, options);
  if (kept.length === x.length) return { twoTheta: x, values, sigma, positions };
  const patterns = values.length / x.length;
  const pick = (all: Float64Array): Float64Array => {
    const out = new Float64Array(patterns * kept.length);
    for (let p = 0; p < patterns; p++) for (const [i, k] of kept.entries()) out[p * kept.length + i] = all[p * x.length + k]!;
    return out;
  };
  return { twoTheta: Float64Array.from(kept, (k) => x[k]!), values: pick(values), sigma: sigma && pick(sigma), positions };
}
