/** thioscope phase: what a crystal structure shows in diffraction. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Answer, formatQuantity, isComputable, type Quantity, quantity, ThioscopeError, wavelengthAngstrom } from "@thioscope/core";
import {
  cellContents,
  cellVolume,
  dSpacing,
  extinctionRule,
  familyOf,
  type Indices,
  type PowderLine,
  type PowderPattern,
  phaseStructure,
  powderLines,
  reflectionConditions,
  type Structure,
  siteMultiplicity,
} from "@thioscope/core/crystal";
import { CIF_SIZE_LIMIT, readCif } from "@thioscope/formats";
import { openAsByteSource } from "@thioscope/study/files";
import type { Command } from "../command.ts";
import { oneWord, shortAnswer, textTable } from "../inputs.ts";

/** Cu Kα1, keV (Hölzer et al., Phys. Rev. A 56, 4554 (1997)): the usual laboratory line. */
const COPPER = 8.04778;

export const command: Command = {
  name: "phase",
  summary: "cell, symmetry and powder lines of a CIF or a known phase",
  usage: "thioscope phase FILE.cif|NAME [--energy-kev E] [--dmin ANGSTROM | --two-theta-max DEGREE] [--hkl 'H K L']",
  about: `Lines with d, 2θ, multiplicity and relative intensity (m |F|² with Lorentz factor and ring-averaged polarisation, thin sample in
transmission); form factors by Waasmaier & Kirfel, anomalous scattering from a table at the energy. Systematic extinctions follow from the
symmetry operations; a reflection asked for with --hkl that is extinct is refused with the rule that forbids it. A phase is a CIF or a
name such as Na2S, LaB6, S8; an unknown name is answered with those there are. Without --energy-kev the wavelength is Cu Kα1.`,
  options: {
    "energy-kev": { type: "string", value: "E", help: "photon energy in keV (default: Cu Kα1, 8.04778)" },
    dmin: { type: "string", value: "ANGSTROM", help: "smallest d in Å" },
    "two-theta-max": { type: "string", value: "DEGREE", help: "largest 2θ (default 90, 8 below 0.5 Å)" },
    hkl: { type: "string", value: "'H K L'", help: "only this reflection; refused if it is extinct" },
    block: { type: "string", value: "NAME", help: "data block of a CIF with several" },
    "no-anomalous": { type: "boolean", help: "leave f′ and f″ out" },
    corrected: { type: "boolean", help: "the pattern is already corrected for polarisation" },
  },
  examples: ["thioscope phase Na2S --energy-kev 87.1", "thioscope phase cell.cif --dmin 0.8 --json", "thioscope phase Na2S --hkl '2 2 0'"],
  async run(words, options, io) {
    const word = oneWord(words, command.usage);
    const structure = await open(word, options.block);
    const energy = numberOf(options["energy-kev"], "--energy-kev", "keV") ?? COPPER;
    const lambda = wavelengthAngstrom(energy);
    const dmin = numberOf(options.dmin, "--dmin", "Å");
    const widest = numberOf(options["two-theta-max"], "--two-theta-max", "degrees");
    const asked = typeof options.hkl === "string" ? allowed(structure, options.hkl) : null;
    const range = {
      wavelengthAngstrom: lambda,
      ...(dmin === undefined ? {} : { dMinAngstrom: dmin }),
      ...(widest === undefined ? {} : { twoThetaMaxDegree: widest }),
      ...(options["no-anomalous"] ? { dispersion: "none" as const } : {}),
      polarisation: options.corrected ? ("corrected" as const) : ("ring" as const),
    };
    let pattern = powderLines(structure, range);
    if (asked !== null && dmin === undefined && widest === undefined && !holds(pattern, asked)) {
      // beyond the usual range: as far as the reflection asked for
      pattern = powderLines(structure, { ...range, dMinAngstrom: dSpacing(structure.cell, asked).value * (1 - 1e-9) });
    }
    const lines = asked === null ? pattern.lines : pattern.lines.filter((line) => line.families.some((f) => f.hkl.join() === asked.join()));
    if (asked !== null && lines.length === 0) {
      const vanishes = pattern.vanishing.some((r) => r.hkl.join() === asked.join());
      const why = vanishes ? "the atoms' places make it vanish" : `it lies outside the range at ${energy} keV`;
      throw new ThioscopeError("INVALID_INPUT", `${asked.join(" ")} of ${structure.name} shows no line: ${why}`);
    }
    io.result(answer(structure, pattern, lines, energy));
    if (!io.json) print(structure, pattern, lines, energy, io.say);
  },
};

const holds = (pattern: PowderPattern, hkl: Indices): boolean =>
  pattern.lines.some((line) => line.families.some((f) => f.hkl.join() === hkl.join()));

async function open(word: string, block: string | boolean | undefined): Promise<Structure> {
  const isFile = /\.(?:cif|mcif|txt)$/i.test(word) || word.includes("/") || existsSync(word);
  if (!isFile) return phaseStructure(word);
  const source = await openAsByteSource(word);
  await source.close();
  if (source.size > CIF_SIZE_LIMIT) {
    throw new ThioscopeError("INVALID_INPUT", `${source.size} bytes are no CIF of a structure: up to ${CIF_SIZE_LIMIT} are read`, {
      file: basename(word),
    });
  }
  return readCif(await readFile(word, "utf8"), basename(word), typeof block === "string" ? block : undefined);
}

function numberOf(word: string | boolean | undefined, option: string, unit: string): number | undefined {
  if (typeof word !== "string") return undefined;
  const value = Number(word);
  if (!(value > 0 && Number.isFinite(value))) throw new ThioscopeError("USAGE", `${option} ${word}: a number above 0 in ${unit} is needed`);
  return value;
}

/** The family's name of the reflection asked for; INVALID_INPUT with the rule where it is extinct. */
function allowed(structure: Structure, text: string): Indices {
  const digits = text.trim();
  const parts = /^-?\d(?:-?\d){2}$/.test(digits) ? digits.match(/-?\d/g)! : digits.split(/[\s,]+/);
  const hkl = parts.map(Number) as unknown as Indices;
  if (parts.length !== 3 || !hkl.every((x) => Number.isInteger(x) && Math.abs(x) <= 999) || hkl.every((x) => x === 0)) {
    throw new ThioscopeError("USAGE", `--hkl "${text.slice(0, 40)}": three whole numbers are needed, such as "2 2 0"`);
  }
  const rule = extinctionRule(structure.group, hkl);
  if (rule) {
    const message = `${hkl.join(" ")} is extinct in ${structure.group.symbol ?? "this group"}: ${rule.condition} (${rule.kind} ${rule.operation})`;
    throw new ThioscopeError("INVALID_INPUT", message);
  }
  return familyOf(structure.group, hkl).hkl;
}

const CELL_NAMES = ["a", "b", "c", "alpha", "beta", "gamma"] as const;

function cellOf({ cell }: Structure): Record<string, Quantity> {
  const parameters = CELL_NAMES.map(
    (name, i) => [name, quantity(cell.parameters[i]!, i < 3 ? "Å" : "deg", cell.sigmas?.[i] || null)] as const,
  );
  return { ...Object.fromEntries(parameters), volume: cellVolume(cell) };
}

function answer(structure: Structure, pattern: PowderPattern, lines: readonly PowderLine[], energy: number): object {
  const { group, cell, sites } = structure;
  return {
    phase: structure.name,
    source: structure.source,
    cell: cellOf(structure),
    spaceGroup: { symbol: group.symbol, number: group.number, hall: group.hall, system: group.system, operations: group.operations.length },
    reflectionConditions: reflectionConditions(group),
    contents: [...cellContents(structure)].map(([element, count]) => ({ element, atoms: quantity(count, "1") })),
    sites:
      sites?.map((site) => ({
        label: site.label,
        element: site.element,
        charge: site.charge,
        multiplicity: siteMultiplicity(cell, group, site.position),
        position: { values: site.position, sigma: null, unit: "1" },
        occupancy: quantity(site.occupancy, "1"),
        uIso: site.uIso === null ? { notComputable: "not stated as one number" } : quantity(site.uIso, "Å^2"),
      })) ?? null,
    energy: quantity(energy, "keV"),
    wavelength: pattern.wavelength,
    reflections: lines.map(({ families, multiplicity, d, twoTheta, intensity }) => ({
      hkl: families[0]!.hkl,
      multiplicity,
      d,
      twoTheta,
      intensity,
      families,
    })),
    vanishing: pattern.vanishing.map(({ hkl, dAngstrom }) => ({ hkl, d: quantity(dAngstrom, "Å") })),
    extinct: pattern.extinct.map(({ hkl, dAngstrom }) => ({
      hkl,
      d: quantity(dAngstrom, "Å"),
      rule: extinctionRule(group, hkl)!.condition,
    })),
    warnings: pattern.notices,
  };
}

/** Of long lists, what a person reads; --json has all. */
const MOST_ROWS = 60;

function print(
  structure: Structure,
  pattern: PowderPattern,
  lines: readonly PowderLine[],
  energy: number,
  say: (text: string) => void,
): void {
  const { group } = structure;
  const cell = cellOf(structure);
  const show = (name: string): string => {
    const q = cell[name]!;
    // a certified cell has more digits than the six of a number without error
    return q.sigma === null && name !== "volume" ? `${Number(q.value.toFixed(6))} ${q.unit}` : formatQuantity(q);
  };
  say(`${structure.name}   ${structure.source}`);
  say(`  space group  ${group.symbol ?? "not in the table"}${group.number === null ? "" : ` (${group.number})`}, ${group.system}`);
  say(
    `  cell         a ${show("a")}, b ${show("b")}, c ${show("c")}, α ${show("alpha")}, β ${show("beta")}, γ ${show("gamma")}, V ${show("volume")}`,
  );
  const contents = [...cellContents(structure)].map(([element, n]) => `${element} ${Number(n.toFixed(3))}`).join(", ");
  if (contents !== "") say(`  contents     ${contents}`);
  const conditions = reflectionConditions(group).map((rule) => rule.condition);
  say(`  reflections  ${conditions.length === 0 ? "no systematic extinctions" : conditions.join("; ")}`);
  say(`  energy       ${energy} keV, λ ${pattern.wavelength.value.toFixed(6)} Å`);
  const rows = lines
    .slice(0, MOST_ROWS)
    .map(({ families, multiplicity, d, twoTheta, intensity }) => [
      families.map((f) => f.hkl.join(" ")).join(" + "),
      d.sigma === null ? d.value.toFixed(5) : formatQuantity({ ...d, unit: "" }),
      twoTheta.value.toFixed(4),
      String(multiplicity),
      isComputable(intensity) ? intensity.value.toFixed(2) : shortAnswer(intensity as Answer),
    ]);
  say(textTable(["h k l", "d/Å", "2θ/deg", "mult.", "intensity/%"], rows));
  if (lines.length > MOST_ROWS) say(`and ${lines.length - MOST_ROWS} more lines: --json lists all, --dmin or --two-theta-max fewer`);
  const first = lines[0];
  if (first && !isComputable(first.intensity)) say(`  ! ${first.intensity.notComputable}`);
  if (pattern.vanishing.length > 0)
    say(
      `  allowed by symmetry, without intensity: ${pattern.vanishing
        .slice(0, 8)
        .map((r) => r.hkl.join(" "))
        .join(", ")}`,
    );
  for (const notice of pattern.notices) say(`  ! ${notice.message} [${notice.code}]`);
}
