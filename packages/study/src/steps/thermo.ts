/** Stability windows, phase diagram and voltages: a row per compound and energy set for the database, energies and questions for the story. */
import { inUnit, isComputable, makeTable, type Notice, parseQuantity, ThioscopeError, textColumn } from "@thioscope/core";
import { type Cell, findMaterial, parseFormula } from "@thioscope/core/cell";
import { ionOf } from "@thioscope/core/cycling";
import type { Part, Sentence, ThermoConditions, WindowAnswer } from "@thioscope/core/story";
import {
  type EnergySet,
  isRefused,
  mobileIon,
  type OverSets,
  overSets,
  phaseDiagram,
  plainSet,
  type StabilityWindow,
  setsFor,
  shownFormula,
  sortElements,
  stabilityWindow,
  systemElements,
  withSulfurShift,
} from "@thioscope/core/thermo";
import { ownEnergySet, readEnergies } from "@thioscope/formats";
import type { SourceInputs, StudyInputs } from "../lines.ts";
import { basename } from "../names.ts";
import { tableToParquet } from "../parquet.ts";
import type { StepFunction, StepIo } from "../stepModules.ts";
import { answers, integers, numbers } from "./applies.ts";
import { loadCell } from "./cell.ts";
import { jsonBytes } from "./facts.ts";

type Parameters = Readonly<Record<string, unknown>>;
type ThermoPart = Extract<Part, { kind: "thermo" }>;

/** Sets of one question, as indices of the part's sets. */
interface Asked {
  elements: string[];
  sets: EnergySet[];
}

export const thermoStep: StepFunction = async (inputs, parameters, io) => {
  const given = inputs as unknown as StudyInputs & Partial<SourceInputs>;
  const files = given.files ?? [];
  const own = files.length > 0 ? await ownSet(files, io) : null;
  const cell = await loadCell(io, given.cell);
  const notices: Notice[] = [...(own?.notices ?? [])];
  const compounds = compoundsOf(parameters, cell);
  if (compounds.length === 0)
    notices.push({
      code: "no-compound",
      message: "the cell's separator and cathode hold no electrolyte whose formula is known: name the compounds",
    });
  const ion = ionFor(parameters, cell, compounds);
  const conditions = conditionsOf(parameters);
  const asked = (elements: Iterable<string>): Asked => {
    const all = sortElements(elements);
    return { elements: all, sets: [...(own ? [own.set] : []), ...setsFor(all)] };
  };
  const windows = compounds.flatMap((formula) => {
    const question = asked([...parseFormula(formula).keys(), ion]);
    if (question.sets.length > 0)
      return [{ formula: shownFormula(parseFormula(formula)), ...question, over: windowsOf(formula, ion, question, conditions) }];
    notices.push({
      code: "not-covered",
      message: `${formula}: no energies ship for ${question.elements.join("–")}; a source of kind energies brings your own`,
    });
    return [];
  });
  const systems = systemsOf(parameters, windows[0]?.elements, asked);
  for (const { elements } of systems.filter(({ sets: none }) => none.length === 0)) {
    notices.push({
      code: "not-covered",
      message: `${elements.join("-")}: no energies ship for this system; a source of kind energies brings your own`,
    });
  }
  const host = hostOf(parameters, cell);
  const voltage = host === null ? null : { host, ...asked([...parseFormula(host).keys(), ion]) };
  const questions = [...windows, ...systems, ...(voltage ? [voltage] : [])];
  const elements = [...new Set(questions.flatMap((q) => q.elements))];
  const sets = [...new Set(questions.flatMap((q) => q.sets))];
  const places = (list: readonly EnergySet[]): number[] => list.map((set) => sets.indexOf(set));
  const shown = systems.filter((one) => one.sets.length > 0).map((one) => ({ elements: one.elements, sets: places(one.sets) }));
  const part: ThermoPart = {
    kind: "thermo",
    step: files.length > 0 ? "thermo.own" : "thermo",
    source: files.length > 0 ? given.source! : null,
    title: "Phase stability",
    files: files.map(({ file, sha256 }) => ({ name: basename(file), hash: sha256 })),
    run: null,
    sentences: windows.flatMap(({ over }) => sentencesOf(over)),
    notices,
    command: `thermo window ${windows[0]?.formula ?? compounds[0] ?? ""} --ion ${ion}`,
    ion,
    conditions,
    sets: sets.map((set) => plainSet(set, elements)),
    windows: windows.map(({ formula, elements: of, sets: list, over }) => ({
      formula,
      elements: of,
      sets: places(list),
      answers: over.sets.map(({ set, answer }) => answerOf(sets.indexOf(set), answer)),
    })),
    system: shown[0] ?? null,
    ...(shown.length > 1 ? { others: shown.slice(1) } : {}),
    voltage: voltage && voltage.sets.length > 0 ? { host: voltage.host, elements: voltage.elements, sets: places(voltage.sets) } : null,
  };
  return {
    files: { "windows.parquet": tableToParquet(tableOf(part, windows)), "part.json": jsonBytes(part) },
    notices,
    summary: { compounds: windows.length, sets: sets.length },
  };
};

async function ownSet(files: SourceInputs["files"], io: StepIo): Promise<{ set: EnergySet; notices: readonly Notice[] }> {
  const read = [];
  for (const input of files) read.push({ name: basename(input.file), file: await readEnergies(await io.open(input)) });
  return { set: ownEnergySet(read), notices: read.flatMap(({ file }) => file.notices) };
}

/** As written, or the compounds of separator and cathode that hold the ion and are no active material. */
function compoundsOf({ compounds }: Parameters, cell: Cell | null): string[] {
  if (Array.isArray(compounds)) return compounds.map(String);
  if (!cell) throw new ThioscopeError("INVALID_INPUT", "without a cell file the compounds must be named: thermo: { compounds: [Na3PS4] }");
  const ion = ionOf(cell);
  const found = new Set<string>();
  for (const { role, composition, active } of cell.layers) {
    if (role !== "separator" && role !== "cathode") continue;
    for (const { name } of composition) {
      const formula = cell.materials[name]?.formula ?? findMaterial(name)?.formula ?? null;
      if (formula === null || active?.includes(name)) continue;
      const elements = parseFormula(formula);
      if (elements.size > 2 && ion !== null && elements.has(ion)) found.add(formula);
    }
  }
  return [...found];
}

function systemsOf({ system }: Parameters, first: readonly string[] | undefined, asked: (elements: readonly string[]) => Asked): Asked[] {
  if (system !== "auto") return (Array.isArray(system) ? system : [system]).map((one) => asked(systemElements(String(one))));
  return first ? [asked(first)] : [];
}

function ionFor({ ion }: Parameters, cell: Cell | null, compounds: readonly string[]): string {
  if (ion !== "auto") return String(ion);
  const found = (cell && ionOf(cell)) ?? mobileIon(compounds.flatMap((formula) => [...parseFormula(formula).keys()]));
  if (!found) throw new ThioscopeError("INVALID_INPUT", `${compounds.join(", ")}: which metal moves is not known: name it with ion`);
  return found;
}

function hostOf({ host }: Parameters, cell: Cell | null): string | null {
  if (host === "none") return null;
  if (host !== "auto") return String(host);
  return cell?.layers.some(({ role, active }) => role === "cathode" && active?.includes("S")) ? "S" : null;
}

function conditionsOf({ pressure, temperature, sulfur_shift }: Parameters): ThermoConditions {
  const value = (word: unknown, unit: string): number | null =>
    word === "auto" ? null : inUnit(parseQuantity(String(word), unit), unit).value;
  return {
    pressureGigapascal: value(pressure, "GPa") ?? 0,
    temperatureKelvin: value(temperature, "K"),
    sulfurShift: value(sulfur_shift, "eV") ?? 0,
  };
}

function windowsOf(formula: string, ion: string, { elements, sets }: Asked, conditions: ThermoConditions): OverSets<StabilityWindow> {
  const { pressureGigapascal, temperatureKelvin, sulfurShift } = conditions;
  const at = { pressureGigapascal, ...(temperatureKelvin === null ? {} : { temperatureKelvin }) };
  return overSets(sets, (set) =>
    stabilityWindow(phaseDiagram(withSulfurShift(set, sulfurShift), elements, at), parseFormula(formula), ion),
  );
}

function answerOf(set: number, answer: OverSets<StabilityWindow>["sets"][number]["answer"]): WindowAnswer {
  if (isRefused(answer)) return { set, reduction: answer, oxidation: answer, energyAboveHull: null, refused: answer.notComputable };
  const { reduction, oxidation, energyAboveHull } = answer;
  return { set, reduction: reduction.voltage, oxidation: oxidation.voltage, energyAboveHull, refused: null };
}

/** What the default set says, and how far the sets disagree. */
function sentencesOf(over: OverSets<StabilityWindow>): Sentence[] {
  if (!over.default) return [];
  const { set, answer } = over.default;
  const { formula, window, energyAboveHull, reduction, oxidation, ion } = answer;
  const able = over.sets.flatMap(({ answer: a }) => (isRefused(a) ? [] : [a]));
  const rounded = <Q extends { value: number; sigma: number | null }>(q: Q): Q => ({
    ...q,
    value: q.sigma === null ? Number(q.value.toFixed(3)) : q.value,
  });
  const note = `${set.title}; ${over.independent} independent ${over.independent === 1 ? "calculation" : "calculations"}`;
  const spread = (of: (w: StabilityWindow) => StabilityWindow["reduction"]): string => {
    const values = able.flatMap((w) => (isComputable(of(w).voltage) ? [(of(w).voltage as { value: number }).value] : []));
    return values.length > 1 ? ` (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)} V over ${values.length} sets)` : "";
  };
  const parts: Sentence["parts"][number][] = [];
  if (window) {
    parts.push(
      `${formula} is stable from `,
      { quantity: rounded(window[0]), note },
      spread((w) => w.reduction),
    );
    parts.push(
      " to ",
      { quantity: rounded(window[1]), note },
      spread((w) => w.oxidation),
      ` against ${ion}`,
    );
  } else {
    const milli = { value: Number((1000 * energyAboveHull.value).toFixed(1)), sigma: null, unit: "meV" };
    const onHull = able.filter((w) => w.energyAboveHull.value === 0).length;
    if (energyAboveHull.value > 0) {
      parts.push(`${formula} has no window: it lies `, { quantity: milli, note }, " per atom above the hull");
      if (onHull > 0) parts.push(` (on it in ${onHull} of ${able.length} sets)`);
    } else parts.push(answer.sentence);
  }
  if (reduction.reaction) parts.push(`; below: ${reduction.reaction.text}`);
  if (oxidation.reaction) parts.push(`; above: ${oxidation.reaction.text}`);
  return [{ parts: [...parts, "."] }];
}

function tableOf(part: ThermoPart, windows: readonly { formula: string; over: OverSets<StabilityWindow> }[]) {
  const rows = windows.flatMap(({ formula, over }) =>
    over.sets.map(({ set, answer }) => ({ formula, set, answer, first: set === over.default?.set })),
  );
  const of = <T>(pick: (window: StabilityWindow) => T, otherwise: T): T[] =>
    rows.map(({ answer }) => (isRefused(answer) ? otherwise : pick(answer)));
  const side = (name: "reduction" | "oxidation") => rows.map(({ answer }) => (isRefused(answer) ? answer : answer[name].voltage));
  const same = (value: number): number[] => rows.map(() => value);
  return makeTable([
    textColumn(
      "compound",
      rows.map(({ formula }) => formula),
    ),
    textColumn(
      "ion",
      rows.map(() => part.ion),
    ),
    textColumn(
      "energy_set",
      rows.map(({ set }) => set.name),
    ),
    textColumn(
      "origin",
      rows.map(({ set }) => set.origin),
    ),
    integers(
      "is_default",
      rows.map(({ first }) => (first ? 1 : 0)),
    ),
    ...answers("reduction_volt", "V", side("reduction")),
    ...answers("oxidation_volt", "V", side("oxidation")),
    numbers(
      "above_hull_mev",
      "meV",
      of((w) => 1000 * w.energyAboveHull.value, Number.NaN),
    ),
    textColumn(
      "on_reduction",
      of((w) => w.reduction.reaction?.text ?? "", ""),
    ),
    textColumn(
      "on_oxidation",
      of((w) => w.oxidation.reaction?.text ?? "", ""),
    ),
    textColumn(
      "refused",
      rows.map(({ answer }) => (isRefused(answer) ? answer.notComputable : "")),
    ),
    numbers("pressure_gpa", "GPa", same(part.conditions.pressureGigapascal)),
    numbers("temperature_kelvin", "K", same(part.conditions.temperatureKelvin ?? Number.NaN)),
  ]);
}
