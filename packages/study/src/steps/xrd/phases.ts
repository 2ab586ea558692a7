/** The phases of a step: "Na2S", "Na2S 111 220", "X d=2.31 d=3.77", "Na2S 220 @930..1000"; elastic constants in words. */
import { nearest, parseQuantity, ThioscopeError } from "@thioscope/core";
import type { Cell, Share } from "@thioscope/core/cell";
import { type Indices, PHASES, phaseStructure, type Structure } from "@thioscope/core/crystal";
import { ionOf } from "@thioscope/core/cycling";
import {
  type ElasticConstants,
  elasticConstants,
  isotropicStiffness,
  type PhaseSelection,
  usualReflections,
} from "@thioscope/core/diffraction";
import { readCifStructures } from "@thioscope/formats";
import type { FileInput, StepIo } from "../../stepModules.ts";

export interface ChosenPhase extends PhaseSelection {
  /** who chose the reflections */
  readonly chosen: string;
  /** µm: where along the section it is looked for; null for everywhere */
  readonly between: readonly [number, number] | null;
}

/** Structures of the source's CIF file. */
export async function ownStructures(input: FileInput | undefined, io: StepIo): Promise<readonly Structure[]> {
  if (!input) return [];
  const source = await io.open(input);
  const structures = readCifStructures(new TextDecoder().decode(await source.read(0, source.size)), input.file);
  await source.close();
  return structures;
}

/** @throws ThioscopeError INVALID_INPUT for a phase that is not known or words that are none */
export function chosenPhases(
  written: unknown,
  own: readonly Structure[],
  cell: Cell | null,
  wavelengthAngstrom: number,
  largestDegree: number,
): readonly ChosenPhase[] {
  const words = written === "auto" ? ofCell(cell) : (written as readonly string[]);
  return words.map((text) => phaseOf(text, own, wavelengthAngstrom, largestDegree));
}

function phaseOf(text: string, own: readonly Structure[], wavelength: number, largest: number): ChosenPhase {
  const { name, words, between } = wordsOf(text);
  const spacings = words.filter((word) => word.startsWith("d=")).map((word) => Number(word.slice(2)));
  const indices = words.filter((word) => !word.startsWith("d=")).map((word) => indicesOf(word, text));
  if (spacings.some((d) => !(d > 0))) throw new ThioscopeError("INVALID_INPUT", `phase "${text}": d is a spacing in Å, such as d=2.31`);
  if (spacings.length > 0 && indices.length === 0 && !own.some((s) => s.name === name) && !isKnown(name))
    return { phase: name, structure: null, reflections: spacings, chosen: "as typed", between };
  const structure = own.find((s) => s.name === name) ?? known(name, own);
  const reflections = [...indices, ...spacings];
  if (reflections.length > 0) return { phase: structure.name, structure, reflections, chosen: "as typed", between };
  const usual = usualReflections(structure, wavelength, largest);
  return { phase: structure.name, structure, reflections: usual.reflections, chosen: usual.source, between };
}

/** Name, words, and positions from "@930..1000". */
export function wordsOf(text: string): { name: string; words: string[]; between: readonly [number, number] | null } {
  const [name = "", ...rest] = text.trim().split(/\s+/);
  const at = rest.filter((word) => word.startsWith("@"));
  if (at.length === 0) return { name, words: rest, between: null };
  const match = /^@(-?[\d.]+)\.\.(-?[\d.]+)$/.exec(at[0]!);
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  if (at.length > 1 || !(from < to)) throw new ThioscopeError("INVALID_INPUT", `"${text}": positions are written as @930..1000, in µm`);
  return { name, words: rest.filter((word) => !word.startsWith("@")), between: [from, to] };
}

const isKnown = (name: string): boolean => PHASES.some((p) => [p.name, ...p.aliases].includes(name));

function known(name: string, own: readonly Structure[]): Structure {
  try {
    return phaseStructure(name);
  } catch (error) {
    const near = nearest(
      name,
      own.map((s) => s.name),
    );
    if (!(error instanceof ThioscopeError) || !near) throw error;
    throw new ThioscopeError("INVALID_INPUT", `${error.message}; the CIF file of the source has "${near}"`);
  }
}

/** "220", "-1 0 2" as "-1,0,2". */
function indicesOf(word: string, text: string): Indices {
  const parts = word.includes(",") ? word.split(",") : /^\d{3}$/.test(word) ? [...word] : [];
  const numbers = parts.map(Number);
  if (numbers.length !== 3 || !numbers.every(Number.isInteger))
    throw new ThioscopeError("INVALID_INPUT", `phase "${text}": "${word}" are no indices: write 220, or 1,0,-12, or a spacing as d=2.31`);
  return numbers as unknown as Indices;
}

/** What the layers hold, and for sulfur what it becomes. */
function ofCell(cell: Cell | null): string[] {
  if (!cell) throw new ThioscopeError("INVALID_INPUT", "without a cell file the phases must be named: phases: [Na2S, Na3PS4]");
  const names = new Set<string>();
  for (const layer of cell.layers) {
    for (const name of layer.composition.flatMap(materials)) {
      if (name === "S" || name === "S8") {
        names.add("S8");
        for (const product of ionOf(cell) === "Li" ? ["Li2S"] : ["Na2S2", "Na2S"]) names.add(product);
      } else if (isKnown(name)) names.add(name);
    }
  }
  if (names.size === 0)
    throw new ThioscopeError("INVALID_INPUT", "the cell file names no crystalline phase known here: name them: phases: [Na2S]");
  return [...names];
}

const materials = (share: Share): string[] => (share.of ? share.of.flatMap(materials) : [share.name]);

/** "Na3PS4: E = 20 GPa, nu = 0.30, 20 %, where it is from", by phase. */
export function ownElastic(written: unknown): ReadonlyMap<string, ElasticConstants> {
  const found = new Map<string, ElasticConstants>();
  for (const text of written === "auto" ? [] : (written as readonly string[])) {
    const match = /^\s*([^:]+):\s*E\s*=\s*([^,]+),\s*nu\s*=\s*([\d.]+)\s*,\s*([\d.]+)\s*%\s*,\s*(.+)$/.exec(text);
    if (!match)
      throw new ThioscopeError("INVALID_INPUT", `elastic constants "${text}": write them as "Na3PS4: E = 20 GPa, nu = 0.30, 20 %, source"`);
    const [, phase = "", modulus = "", ratio = "", percent = "", source = ""] = match;
    const young = parseQuantity(modulus, "GPa");
    const nu = Number(ratio);
    if (young.unit !== "GPa" || !(young.value > 0 && nu > -1 && nu < 0.5))
      throw new ThioscopeError("INVALID_INPUT", `elastic constants "${text}": E is positive, in GPa, and nu lies between -1 and 0.5`);
    const stiffness = isotropicStiffness(young.value / (3 * (1 - 2 * nu)), young.value / (2 * (1 + nu)));
    found.set(phase.trim(), elasticConstants(stiffness, source.trim(), Number(percent) / 100));
  }
  return found;
}
