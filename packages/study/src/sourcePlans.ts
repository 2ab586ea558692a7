/**
 * Which sources and steps a study makes of files of the areas beside cycling and frames: files of one kind in one folder are one source; spectra
 * that are named after a standard become the source's settings. What nobody wrote down is left to be filled in.
 */
import { ThioscopeError } from "@thioscope/core";
import type { RawKind } from "@thioscope/formats";
import { inOrderOfStates } from "./fileOrder.ts";
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
  /** of its steps, where the files say what to ask */
  readonly parameters: Readonly<Partial<Record<StepName, Readonly<Record<string, readonly string[]>>>>>;
  /** steps that wait for a word of the user, with what it is about, as YAML of their parameters */
  readonly waiting: Readonly<Partial<Record<StepName, string>>>;
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
const SCATTERING: KindPlan = { source: "scattering", steps: ["pdf"] };
const VOLUME: KindPlan = { source: "volume", steps: ["tomo.segment"] };
/** A wafer whose line sets the scale of Raman shifts. */
const SILICON = /(^|[^a-z])(si|silicon)([-_ ]?wafer)?([^a-z0-9]|$)/i;
/** As many pictures of one size are slices of a volume. */
const SLICES = 16;

/** What people call the standards of sulfur's K edge. */
const STANDARDS: readonly (readonly [RegExp, string])[] = [
  [/so4|so3|sul[fp](ate|ite)|thiosul/i, "oxidised"],
  [/(na|li)2s[3-8]|polysul/i, "polysulfide"],
  [/(^|[^a-z])s_?8([^0-9]|$)|elemental|sul(f|ph)ur/i, "s8"],
  [/(na|li)2s([^0-9a-z]|_|$)/i, "sulfide"],
  [/na3ps4|na3sbs4|li6ps5|li3ps4|electrolyte|(^|[^a-z])(nps|nas|nbh|lpscl)([^a-z]|$)/i, "electrolyte"],
];

const REFERENCE = /ref(erence)?([^a-z]|$)|standard/i;

export function isPlanned(kind: RawKind): boolean {
  return PLANS[kind] !== undefined || kind === "pdf" || kind === "structure";
}

export function planSources(files: readonly TakenRaw[]): SourcePlan[] {
  const groups = new Map<string, TakenRaw[]>();
  for (const file of withScattering(files)) {
    const { found, path } = file;
    const plan = PLANS[found.kind];
    if (!plan && !found.scattering) continue;
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    const apart = found.scattering ? `scattering ${JSON.stringify(found.scattering)}` : (found.series ?? "");
    const isWhole = plan?.isAlone || (found.kind === "picture" && found.rows >= SLICES);
    const key = [found.kind, isWhole ? path : folder, found.species.join(" "), isFine(found), apart].join("\n");
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  const structures = files.filter(({ found }) => found.structures);
  const taken = new Set<string>();
  return [...groups.values()].map((members) => planOf(members, structures, taken));
}

/** Patterns that a pair distribution function names as those it was made of, with what it was made with; their background is a setting and no pattern. */
function withScattering(files: readonly TakenRaw[]): TakenRaw[] {
  const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
  const recipes = files.flatMap(({ found }) => found.madeOf ?? []);
  const backgrounds = new Set(recipes.flatMap(({ background }) => (background === null ? [] : [baseName(background)])));
  return files.flatMap((file): TakenRaw[] => {
    if (file.found.kind !== "powder") return [file];
    const recipe = recipes.find(({ file: input }) => baseName(input) === file.name);
    if (!recipe) return backgrounds.has(file.name) ? [] : [file];
    const background = files.find(({ name }) => recipe.background !== null && name === baseName(recipe.background));
    const scattering = { ...recipe.settings, ...(background ? { background: background.path } : {}) };
    return [{ ...file, found: { ...file.found, what: file.found.what.replace("powder pattern", "total scattering"), scattering } }];
  });
}

const isFine = ({ what }: FoundRaw): boolean => what.endsWith("fine structure");

function kindPlanOf(members: readonly TakenRaw[]): KindPlan {
  const { found } = members[0]!;
  if (found.scattering) return SCATTERING;
  const pictures = members.reduce((sum, { found: { rows } }) => sum + rows, 0);
  return found.kind === "picture" && pictures >= SLICES ? VOLUME : PLANS[found.kind]!;
}

/** What the steps over a source ask of the user before they can run. */
function questionsOf({ source }: KindPlan, structures: readonly TakenRaw[]): Pick<SourcePlan, "parameters" | "waiting"> {
  if (source !== "powder") return { parameters: {}, waiting: {} };
  const [only] = structures.length === 1 ? structures : [];
  if (only) return { parameters: { powder: { phases: only.found.structures! } }, waiting: {} };
  return { parameters: {}, waiting: { powder: "phases: [Na2S, Na3PS4] }    # which? thioscope powder identify finds them" } };
}

function planOf(members: readonly TakenRaw[], structures: readonly TakenRaw[], taken: Set<string>): SourcePlan {
  const { found } = members[0]!;
  const plan = kindPlanOf(members);
  const { source, steps } = plan;
  const settings: Record<string, string | readonly string[]> = { ...found.scattering };
  const questions = questionsOf(plan, structures);
  if (questions.parameters.powder) settings.structures = structures[0]!.path;
  let files = members.map(({ path }) => path);
  const isEdge = found.kind === "absorption" && !isFine(found);
  if (isEdge) {
    const roles = members.map(({ name }) => STANDARDS.find(([pattern]) => pattern.test(name))?.[1] ?? null);
    // a folder of standards alone is a series of its own
    if (roles.includes(null)) {
      // what calls itself a reference is one before what only has its name
      const called = [...roles.keys()].sort((a, b) => Number(REFERENCE.test(members[b]!.name)) - Number(REFERENCE.test(members[a]!.name)));
      for (const i of called) {
        const role = roles[i];
        if (role && settings[role] === undefined) settings[role] = files[i]!;
      }
      const standing = new Set(Object.values(settings));
      files = files.filter((path) => !standing.has(path));
    }
  }
  const silicon = found.kind === "raman" && files.length > 1 ? members.find(({ name }) => SILICON.test(name)) : undefined;
  if (silicon) {
    settings.reference = silicon.path;
    files = files.filter((path) => path !== silicon.path);
  }
  if (found.kind === "trajectory") settings.species = [found.species[0]!];
  const hasStandards = settings.s8 !== undefined && settings.sulfide !== undefined;
  const kind: SourceKind = found.kind === "absorption" && !isEdge ? "exafs" : source;
  const missing =
    plan === VOLUME
      ? [...new Set(members.flatMap(({ found: one }) => one.missing))].map(() => "voxel")
      : members.flatMap(({ found: one }) => one.missing);
  if (plan === SCATTERING && settings.composition === undefined) missing.push("composition");
  const open = [...new Set(missing)].map((one) => OPEN[one]!);
  return {
    name: freeName(kind, taken),
    kind,
    files: inOrderOfStates(files),
    settings,
    open,
    steps: kind === "exafs" ? ["xas.exafs"] : hasStandards ? [...steps, "xas.lcf", "xas.chain"] : steps,
    ...questions,
    what: members.length === 1 ? found.what : `${members.length} files: ${found.what} …`,
  };
}

const OPEN: Readonly<Record<string, string>> = {
  laser: "laser: 532 nm",
  timestep: "timestep: 2 fs",
  pixel: "pixel: 50 nm",
  voxel: "voxel: 1 um",
  composition: "composition: NaTaCl6",
};

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
  path: "a scattering path of FEFF: for thioscope xas fit",
  masses: "a mass spectrum: for thioscope sims; a study takes tables of ions",
  spectra: "a spectrum whose axis is not stated: say what it is with kind: raman or kind: photoelectrons in study.yaml",
  patterns: "patterns that are integrated already: a study integrates the frames itself",
  cell: "a cell file: name it with --cell",
  study: "a study.yaml: a study is run, not put into another",
  geometry: "the geometry of a detector, and there are no frames it could belong to",
};
