/**
 * Which column is which: names that beamlines give to energy, monitor and detectors, and μ from them.
 *
 *   transmission −ln(I/I0), reference −ln(I₂/I₁), fluorescence Σ I_f/I0
 *
 * A column that nothing here knows is left alone; the reader says which were used.
 */
import { type Notice, ThioscopeError } from "@thioscope/core";
import { type AbsorptionSpectrum, tidySpectrum } from "@thioscope/core/absorption";
import type { AbsorptionColumns, AbsorptionScan } from "./model.ts";

type Role = "energy" | "i0" | "transmitted" | "reference" | "fluorescence" | "mu" | "muReference" | "normalized" | "k" | "chi" | "muSigma";

/** First match wins; names are compared in lower case without units, quotes and brackets. Sources: the makers' files and the XDI dictionary. */
const NAMES: readonly (readonly [Role, RegExp])[] = [
  [
    "energy",
    /^(achieved|requested)[ _]energy$|^energy([ _].*)?$|^e$|^e_?braggenergy$|^ebragg|energyachieved|^photon energy|^en(erg)?$|^data\.energy$/,
  ],
  ["k", /^k$/],
  ["chi", /^chi$/],
  ["normalized", /^(mu)?norm$|^munorm$|^flat$|^normalized/],
  ["muSigma", /^(stddev|sigma|mu_?err|delta_mu)$/],
  ["muReference", /^mu[_ ]?ref(er(ence)?)?$/],
  ["mu", /^mu(trans|fluor)?$|^xmu(trans|fluor)?$|^mu\(e\)$|^absorption$|^data\.mu$/],
  ["i0", /^i_?0([_ .].*)?$|^monitor$/],
  ["reference", /^i_?2([_ .].*)?$|^iref(er)?$|^ir_eh2$|^ir$/],
  ["transmitted", /^i_?1([_ .].*)?$|^it(rans)?$|^i$/],
  ["fluorescence", /^i_?f(luor)?$|^ifch\d+$|^[a-z]{1,2}_k[a-b]?_?mca\d+$|^sca1[. _]?\d*$|^[a-z]{1,2}_?[kl][ab]?_sum.*$|^fluor/],
];

/** "I0 (counts)" → "i0" */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/["'$]/g, "")
    .replace(/^\((.*)\)$/, "$1")
    .replace(/_cps_c\d+$|_c\d+$/, "")
    .replace(/\((counts|ev|kev|[^)]*)\)$/, "")
    .replace(/\[[^\]]*\]$/, "")
    .trim();
}

export function roleOf(name: string): Role | null {
  const plain = plainName(name);
  return NAMES.find(([, pattern]) => pattern.test(plain))?.[0] ?? null;
}

export interface Columns {
  names: readonly string[];
  data: readonly Float64Array[];
}

/** Where the columns came from and what is known beside them. */
export interface ScanContext {
  file: string;
  name: string;
  element: string | null;
  edge: string | null;
  startSecond: number | null;
  meta: Readonly<Record<string, string>>;
}

type Mu = Pick<AbsorptionScan, "mu" | "how" | "mode" | "normalized">;

/** Fewer points are no scan. */
const FEWEST = 8;

/** All the scans that the columns hold: transmission, fluorescence and reference each are one. */
export function scansOfColumns(
  columns: Columns,
  context: ScanContext,
  wanted: AbsorptionColumns | undefined,
  notices: Notice[],
): AbsorptionScan[] {
  const energyColumn = wanted ? columnOf(columns, wanted.energy, context.file) : firstOf(columns, "energy");
  if (energyColumn < 0) {
    throw new ThioscopeError(
      "MAPPING_NEEDED",
      `no column is named as an energy; the columns are ${listed(columns.names)}: say which hold energy and μ (or i0 and transmitted or fluorescence)`,
      { file: context.file },
    );
  }
  const energy = inElectronvolt(columns.data[energyColumn]!, columns.names[energyColumn]!);
  const found = wanted ? wantedMu(columns, wanted, context.file) : foundMu(columns, notices);
  if (found.length === 0) {
    throw new ThioscopeError(
      "MAPPING_NEEDED",
      `no column is named as μ or as detectors that give it; the columns are ${listed(columns.names)}: say which hold μ, or i0 and transmitted or fluorescence`,
      { file: context.file },
    );
  }
  const sigmaColumn = firstOf(columns, "muSigma");
  return found.flatMap((mu): AbsorptionScan[] => {
    const kept = Array.from(energy.keys()).filter((i) => Number.isFinite(energy[i]!) && Number.isFinite(mu.mu[i]!));
    if (2 * kept.length < energy.length || kept.length < FEWEST) {
      notices.push({
        code: "detector-unused",
        message: `${mu.how} is no absorption: ${energy.length - kept.length} of ${energy.length} points have no logarithm or no monitor`,
      });
      return [];
    }
    if (kept.length < energy.length) {
      notices.push({
        code: "points-left-out",
        message: `${energy.length - kept.length} points of ${mu.how} are no numbers (a count of zero or less) and are left out`,
      });
    }
    const sigma = sigmaColumn >= 0 && (mu.mode === "as given" || found.length === 1) ? columns.data[sigmaColumn]! : null;
    const raw: AbsorptionSpectrum = {
      name: found.length > 1 ? `${context.name} (${mu.mode})` : context.name,
      energy: Float64Array.from(kept, (i) => energy[i]!),
      mu: Float64Array.from(kept, (i) => mu.mu[i]!),
      sigma: sigma ? Float64Array.from(kept, (i) => sigma[i]!) : null,
    };
    const { spectrum, joined } = tidySpectrum(raw);
    if (joined > 0)
      notices.push({ code: "points-joined", message: `${joined} points at energies that the scan visits twice are averaged (${mu.how})` });
    const { element, edge, startSecond, meta } = context;
    return [{ ...spectrum, how: mu.how, mode: mu.mode, normalized: mu.normalized, element, edge, startSecond, meta }];
  });
}

function foundMu({ names, data }: Columns, notices: Notice[]): Mu[] {
  const at = (role: Role): number[] => names.flatMap((name, j) => (roleOf(name) === role ? [j] : []));
  const out: Mu[] = [];
  const given = [...at("mu").map((j) => [j, "as given", false] as const), ...at("normalized").map((j) => [j, "as given", true] as const)];
  for (const [j, , normalized] of given.slice(0, 1)) {
    const fluorescent = /fluor/i.test(names[j]!);
    out.push({
      mu: data[j]!,
      how: `column ${names[j]}`,
      mode: fluorescent ? "fluorescence" : normalized ? "as given" : /trans/i.test(names[j]!) ? "transmission" : "as given",
      normalized,
    });
  }
  if (given.length > 1) {
    notices.push({ code: "columns-unused", message: `of the columns ${given.map(([j]) => names[j]).join(", ")} the first is taken as μ` });
  }
  const [i0] = at("i0");
  const [transmitted] = at("transmitted");
  const [reference] = at("reference");
  if (i0 !== undefined && out.length === 0) {
    const fluorescence = at("fluorescence");
    if (transmitted !== undefined)
      out.push({
        mu: logRatio(data[i0]!, data[transmitted]!),
        how: `−ln(${names[transmitted]}/${names[i0]})`,
        mode: "transmission",
        normalized: false,
      });
    // lines of different elements are different measurements
    for (const group of groups(fluorescence.map((j) => names[j]!))) {
      const members = fluorescence.filter((j) => group.includes(names[j]!));
      const sum = Float64Array.from(data[i0]!, (monitor, i) =>
        monitor !== 0 ? members.reduce((total, j) => total + data[j]![i]!, 0) / monitor : Number.NaN,
      );
      const what = members.length > 1 ? `(${names[members[0]!]} + … ${members.length} channels)` : names[members[0]!]!;
      out.push({ mu: sum, how: `${what}/${names[i0]}`, mode: "fluorescence", normalized: false });
    }
  }
  const [muReference] = at("muReference");
  if (muReference !== undefined)
    out.push({ mu: data[muReference]!, how: `column ${names[muReference]}`, mode: "reference", normalized: false });
  else if (reference !== undefined && transmitted !== undefined) {
    out.push({
      mu: logRatio(data[transmitted]!, data[reference]!),
      how: `−ln(${names[reference]}/${names[transmitted]})`,
      mode: "reference",
      normalized: false,
    });
  }
  return out;
}

/** Channels of one element's line belong together: "Mn_Ka_mca1" … "Mn_Ka_mca4", "Ifch1" … */
function groups(names: readonly string[]): string[][] {
  const sets = new Map<string, string[]>();
  for (const name of names) {
    const key = plainName(name).replace(/_?mca\d+$|[. _]?\d+$/, "");
    sets.set(key, [...(sets.get(key) ?? []), name]);
  }
  return [...sets.values()];
}

function wantedMu(columns: Columns, { mu, i0, transmitted, fluorescence }: AbsorptionColumns, file: string): Mu[] {
  const { names, data } = columns;
  const at = (word: string): number => columnOf(columns, word, file);
  if (mu !== undefined) return [{ mu: data[at(mu)]!, how: `column ${names[at(mu)]}`, mode: "as given", normalized: false }];
  if (i0 === undefined) return [];
  const monitor = at(i0);
  if (transmitted !== undefined) {
    const j = at(transmitted);
    return [{ mu: logRatio(data[monitor]!, data[j]!), how: `−ln(${names[j]}/${names[monitor]})`, mode: "transmission", normalized: false }];
  }
  if (fluorescence === undefined) return [];
  const j = at(fluorescence);
  return [
    { mu: data[j]!.map((x, i) => x / data[monitor]![i]!), how: `${names[j]}/${names[monitor]}`, mode: "fluorescence", normalized: false },
  ];
}

const logRatio = (above: Float64Array, below: Float64Array): Float64Array =>
  above.map((x, i) => (x / below[i]! > 0 ? Math.log(x / below[i]!) : Number.NaN));

function columnOf({ names }: Columns, word: string, file: string): number {
  const number = Number(word);
  const at =
    Number.isInteger(number) && number >= 1 && number <= names.length
      ? number - 1
      : names.findIndex((name) => name === word || plainName(name) === plainName(word));
  if (at < 0) throw new ThioscopeError("COLUMN_MISSING", `there is no column "${word}"; the columns are ${listed(names)}`, { file });
  return at;
}

/** "achieved" is where the monochromator was, "requested" where it was sent. */
function firstOf({ names }: Columns, role: Role): number {
  const all = names.flatMap((name, j) => (roleOf(name) === role ? [j] : []));
  return all.find((j) => /achieved|feedback/i.test(names[j]!)) ?? all[0] ?? -1;
}

const listed = (names: readonly string[]): string => {
  const shown = names.slice(0, 12).map((name, j) => `${j + 1} ${name}`);
  return names.length > 12 ? `${shown.join(", ")} … (${names.length})` : shown.join(", ");
};

/** keV where the name says so or no edge could lie so low. */
function inElectronvolt(energy: Float64Array, name: string): Float64Array {
  const highest = energy.reduce((most, e) => Math.max(most, e), 0);
  return /kev/i.test(name) || (highest > 0.5 && highest < 100) ? energy.map((e) => 1000 * e) : energy;
}
