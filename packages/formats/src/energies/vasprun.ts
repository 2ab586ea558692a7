/**
 * Final energy, volume and composition of a calculation from vasprun.xml, read as a stream.
 *
 * The energy is E₀ (extrapolated to no smearing) of the last ionic step: its free energy plus E₀ − F of its last electronic step, because the E₀ of
 * the step's summary repeats another number in many versions of the program. A file that ends early gives the last whole step with a notice.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { SaxesParser } from "saxes";
import type { ByteSource } from "../bytes/source.ts";
import type { EnergyFile } from "./model.ts";

const CHUNK = 1 << 20;
/** Longer texts of one element hold no number or symbol that is wanted. */
const LONGEST_TEXT = 256;

interface Found {
  atoms: string[];
  /** of the step that is being read */
  free: number | undefined;
  stepFree: number | undefined;
  stepZero: number | undefined;
  electronic: number;
  volume: number | undefined;
  /** of the last whole step */
  energy: number | undefined;
  energyVolume: number | undefined;
  steps: number;
  unconverged: boolean;
  nelm: number | undefined;
}

/** Throws FILE_FOREIGN where it is no vasprun.xml, FILE_CUT where it ends before the first step is complete. */
export async function readVasprun(source: ByteSource): Promise<EnergyFile> {
  const found: Found = {
    ...{ atoms: [], free: undefined, stepFree: undefined, stepZero: undefined, electronic: 0, volume: undefined },
    ...{ energy: undefined, energyVolume: undefined, steps: 0, unconverged: false, nelm: undefined },
  };
  const parser = listen(found);
  const decoder = new TextDecoder();
  const notices: Notice[] = [];
  let broken: string | undefined;
  try {
    for (let offset = 0; offset < source.size; offset += CHUNK) {
      const bytes = await source.read(offset, Math.min(CHUNK, source.size - offset));
      parser.write(decoder.decode(bytes, { stream: true }));
    }
    parser.close();
  } catch (error) {
    if (error instanceof ThioscopeError) throw error;
    broken = error instanceof Error ? error.message : String(error);
  }
  const { atoms, energy, steps, energyVolume } = found;
  if (energy === undefined) {
    const code = broken === undefined ? "FILE_FOREIGN" : "FILE_CUT";
    throw new ThioscopeError(
      code,
      broken === undefined ? "no ionic step with an energy" : `it ends before the first step is whole: ${broken}`,
      { file: source.name },
    );
  }
  if (atoms.length === 0) throw new ThioscopeError("FILE_DAMAGED", "no list of atoms", { file: source.name });
  if (broken !== undefined) notices.push({ code: "calculation-cut", message: `the file ends early; the energy is that of step ${steps}` });
  if (found.unconverged)
    notices.push({
      code: "not-converged",
      message: `the last electronic loop used all of its ${found.nelm} steps: the energy may not be converged`,
    });
  const counts = new Map<string, number>();
  for (const symbol of atoms) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  const formula = [...counts].map(([element, n]) => `${element}${n}`).join("");
  return {
    format: "vasprun",
    kind: "total",
    phases: [{ formula, energy, ...(energyVolume === undefined ? {} : { volume: energyVolume }) }],
    notices,
  };
}

function listen(found: Found): SaxesParser {
  const parser = new SaxesParser();
  const path: string[] = [];
  let attributes: Record<string, string> = {};
  let text = "";
  let arrayName = "";
  let columns = 0;
  parser.on("opentag", (tag) => {
    if (path.length === 0 && tag.name !== "modeling")
      throw new ThioscopeError("FILE_FOREIGN", `the root element is "${tag.name.slice(0, 40)}", not "modeling"`);
    path.push(tag.name);
    attributes = tag.attributes as Record<string, string>;
    text = "";
    if (tag.name === "array") arrayName = attributes["name"] ?? "";
    if (tag.name === "rc") columns = 0;
    if (tag.name === "calculation") Object.assign(found, { free: undefined, stepFree: undefined, stepZero: undefined, electronic: 0 });
    if (tag.name === "scstep") found.electronic++;
  });
  parser.on("text", (part) => {
    if (text.length < LONGEST_TEXT) text += part;
  });
  parser.on("closetag", (tag) => {
    const parent = path.at(-2);
    if (tag.name === "i") take(attributes["name"], Number(text), path);
    else if (tag.name === "c" && parent === "rc") {
      // the first column of each row of "atoms" is the symbol
      if (columns === 0 && arrayName === "atoms") found.atoms.push(symbolOf(text));
      columns++;
    } else if (tag.name === "calculation") finish();
    path.pop();
    text = "";
  });
  const take = (name: string | undefined, value: number, at: readonly string[]): void => {
    if (!Number.isFinite(value)) return;
    const parent = at.at(-2);
    const above = at.at(-3);
    if (parent === "energy" && above === "calculation" && name === "e_fr_energy") found.free = value;
    if (parent === "energy" && above === "scstep" && name === "e_fr_energy") found.stepFree = value;
    if (parent === "energy" && above === "scstep" && name === "e_0_energy") found.stepZero = value;
    if (parent === "crystal" && name === "volume") found.volume = value;
    if (name === "NELM") found.nelm = value;
  };
  const finish = (): void => {
    const { free, stepFree, stepZero } = found;
    if (free === undefined) return;
    found.energy = stepFree === undefined || stepZero === undefined ? free : free + (stepZero - stepFree);
    found.energyVolume = found.volume;
    found.steps++;
    found.unconverged = found.nelm !== undefined && found.nelm > 1 && found.electronic >= found.nelm;
  };
  return parser;
}

/** "r" stands for zirconium in files of old versions. */
const symbolOf = (text: string): string => (text.trim() === "r" ? "Zr" : text.trim());
