/**
 * Which sources and steps a study makes of files of the areas beside cycling and frames: files of one kind in one folder are one source; spectra
 * that are named after a standard become the source's settings. What nobody wrote down is left to be filled in.
 */
import { ThioscopeError } from "@thioscope/core";
import type { RawKind } from "@thioscope/formats";
import type { FoundRaw } from "./foundRaw.ts";
import type { StepName } from "./registry/index.ts";
import type { SourceKind } from "./registry/sources.ts";

export interface TakenRaw {
  readonly path: string;
  readonly name: string;
  readonly found: FoundRaw;
}

export interface SourcePlan {
  readonly name: string;
  readonly kind: SourceKind;
  readonly files: readonly string[];
  readonly settings: Readonly<Record<string, string | readonly string[]>>;
  /** settings that must be filled in, as "timestep: 2 fs" */
  readonly open: readonly string[];
  readonly steps: readonly StepName[];
  /** in words */
  readonly what: string;
}

interface KindPlan {
  readonly source: SourceKind;
  readonly steps: readonly StepName[];
  /** each file is a source of its own; else those of one folder are */
  readonly isAlone?: true;
}

/** Kinds without an entry are no source: structures and paths belong to the steps of other files. */
const PLANS: Readonly<Partial<Record<RawKind, KindPlan>>> = {
  absorption: { source: "absorption", steps: ["xas.normalize"] },
  raman: { source: "raman", steps: ["raman"] },
  photoelectrons: { source: "photoelectrons", steps: ["xps"] },
  ions: { source: "ions", steps: ["sims"] },
  thermal: { source: "thermal", steps: ["thermal"] },
  powder: { source: "powder", steps: ["powder"] },
  trajectory: { source: "trajectory", steps: ["md"] },
  energies: { source: "energies", steps: ["thermo.own"], isAlone: true },
  points: { source: "points", steps: ["topology"] },
  claims: { source: "claims", steps: ["audit"] },
  panels: { source: "panels", steps: ["panels"] },
  observations: { source: "observations", steps: ["observations", "evidence", "events"] },
  scan: { source: "scan", steps: ["tomo.reconstruct"], isAlone: true },
  picture: { source: "section", steps: ["image.cracks"] },
};

/** What people call the standards of sulfur's K edge. */
const STANDARDS: readonly (readonly [RegExp, string])[] = [
  [/so4|so3|sul[fp](ate|ite)|thiosul/i, "oxidised"],
  [/(na|li)2s[3-8]|polysul/i, "polysulfide"],
  [/(^|[^a-z])s_?8([^0-9]|$)|elemental|sul(f|ph)ur/i, "s8"],
  [/(na|li)2s([^0-9a-z]|_|$)/i, "sulfide"],
  [/na3ps4|na3sbs4|li6ps5|li3ps4|electrolyte|(^|[^a-z])(nps|nas|nbh|lpscl)([^a-z]|$)/i, "electrolyte"],
];

export function isPlanned(kind: RawKind): boolean {
  return PLANS[kind] !== undefined;
}

export function planSources(files: readonly TakenRaw[]): SourcePlan[] {
  const groups = new Map<string, TakenRaw[]>();
  for (const file of files) {
    const plan = PLANS[file.found.kind];
    if (!plan) continue;
    const folder = file.path.slice(0, file.path.lastIndexOf("/") + 1);
    const species = file.found.species.join(" ");
    const key = [file.found.kind, plan.isAlone ? file.path : folder, species, isFine(file.found)].join("\n");
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  const taken = new Set<string>();
  return [...groups.values()].map((members) => planOf(members, taken));
}

const isFine = ({ what }: FoundRaw): boolean => what.endsWith("fine structure");

function planOf(members: readonly TakenRaw[], taken: Set<string>): SourcePlan {
  const { found } = members[0]!;
  const { source, steps } = PLANS[found.kind]!;
  const settings: Record<string, string | readonly string[]> = {};
  let files = members.map(({ path }) => path);
  const isEdge = found.kind === "absorption" && !isFine(found);
  if (isEdge) {
    const roles = members.map(({ name }) => STANDARDS.find(([pattern]) => pattern.test(name))?.[1] ?? null);
    // a folder of standards alone is a series of its own
    if (roles.includes(null)) {
      for (const [i, role] of roles.entries()) {
        if (role === null || settings[role] !== undefined) continue;
        settings[role] = files[i]!;
      }
      const standing = new Set(Object.values(settings));
      files = files.filter((path) => !standing.has(path));
    }
  }
  if (found.kind === "trajectory") settings.species = [found.species[0]!];
  const hasStandards = settings.s8 !== undefined && settings.sulfide !== undefined;
  const kind: SourceKind = found.kind === "absorption" && !isEdge ? "exafs" : source;
  const open = [...new Set(members.flatMap(({ found: one }) => one.missing))].map((missing) => OPEN[missing]!);
  return {
    name: freeName(kind, taken),
    kind,
    files,
    settings,
    open,
    steps: kind === "exafs" ? ["xas.exafs"] : hasStandards ? [...steps, "xas.lcf", "xas.chain"] : steps,
    what: members.length === 1 ? found.what : `${members.length} files: ${found.what} …`,
  };
}

const OPEN: Readonly<Record<string, string>> = { timestep: "timestep: 2 fs", pixel: "pixel: 50 nm" };

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
  taken.add(name);
  return name;
}

/** Refuses what no source takes, with what it is. */
export function refuseRaw(kind: RawKind, file: string): never {
  const why = OTHER_USE[kind] ?? "no step of a study takes such files";
  throw new ThioscopeError("INVALID_INPUT", why, { file });
}

const OTHER_USE: Readonly<Partial<Record<RawKind, string>>> = {
  structure: "a crystal structure: name it in a source of frames (structures:) or of powder patterns",
  path: "a scattering path of FEFF: for thioscope xas fit",
  masses: "a mass spectrum: for thioscope sims; a study takes tables of ions",
  spectra: "a spectrum whose axis is not stated: say what it is with kind: raman or kind: photoelectrons in study.yaml",
  patterns: "patterns that are integrated already: a study integrates the frames itself",
  cell: "a cell file: name it with --cell",
  study: "a study.yaml: a study is run, not put into another",
  geometry: "the geometry of a detector, and there are no frames it could belong to",
};
