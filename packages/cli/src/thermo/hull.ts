/** thioscope thermo hull, energies, chempot: phases of a system, their energies and potentials. */
import { quantity, ThioscopeError } from "@thioscope/core";
import { parseFormula } from "@thioscope/core/cell";
import {
  chargeOf,
  decompositionEnergy,
  findPhase,
  grandPotentialDiagram,
  isRefused,
  ON_HULL,
  overSets,
  type PhaseDiagram,
  phaseDiagram,
  potentialDomains,
  reducedFormula,
  solidDiagram,
  spreadOf,
  systemElements,
} from "@thioscope/core/thermo";
import type { CommandIo } from "../command.ts";
import { textTable } from "../inputs.ts";
import {
  type Asked,
  ask,
  conditionsAnswer,
  defaultOf,
  distinct,
  millielectronvolt,
  type Options,
  quantityOf,
  sayNotices,
  setFacts,
} from "./inputs.ts";
import { ionOf } from "./window.ts";

function systemOf(words: readonly string[], usage: string): string[] {
  if (words.length !== 1) throw new ThioscopeError("USAGE", `one system such as Na-P-S is needed. Usage: ${usage}`);
  return systemElements(words[0]!);
}

/** Diagrams of all sets. */
function diagrams(asked: Asked) {
  return overSets(asked.sets, (set) => phaseDiagram(set, asked.elements, asked.conditions));
}

export async function runHull(words: readonly string[], options: Options, io: CommandIo, usage: string): Promise<void> {
  const asked = await ask(systemOf(words, usage), options);
  const over = diagrams(asked);
  const { set, answer: diagram } = defaultOf(over);
  const phases = distinctPhases(diagram).map((j) => {
    const entry = diagram.entries[j]!;
    const lost = diagram.above[j]! <= ON_HULL ? decompositionEnergy(diagram, entry.composition) : null;
    return {
      formula: entry.formula,
      stable: diagram.above[j]! <= ON_HULL,
      formationEnergy: quantity(diagram.hull.energies[j]!, "eV/atom"),
      energyAboveHull: quantity(diagram.above[j]! <= ON_HULL ? 0 : diagram.above[j]!, "eV/atom"),
      decompositionEnergy:
        lost === null
          ? { notComputable: entry.composition.size === 1 ? "an element" : "above the hull" }
          : quantity(lost.energy, "eV/atom"),
      aboveHullOverSets: spreadOf(over, (d) => findPhase(d, entry.composition)?.above ?? null, "eV/atom"),
    };
  });
  const level = quantityOf(options["voltage"], "--voltage", "V");
  const grand = level === undefined ? null : grandAnswer(diagram, ionOf(options, asked.elements), level);
  const solids = options["solids"] === true ? solidsAnswer(asked, diagram) : null;
  const warnings = distinct([...asked.notices, ...diagram.notices, ...(solids?.notices ?? [])]);
  io.result({
    system: asked.elements.join("-"),
    conditions: conditionsAnswer(asked.conditions),
    set: set.name,
    phases,
    equilibria: facetsOf(diagram),
    grandPotential: grand,
    solids: solids && { ranges: solids.ranges, solidBelow: solids.solidBelow ?? { notComputable: "no melting point is known" } },
    sets: over.sets.map(({ set: s, answer }) => ({
      ...setFacts(s),
      ...(isRefused(answer)
        ? answer
        : { stable: distinctPhases(answer).flatMap((j) => (answer.above[j]! <= ON_HULL ? [answer.entries[j]!.formula] : [])) }),
    })),
    warnings,
  });
  io.say(`${asked.elements.join("–")}, ${set.title}`);
  io.say(
    textTable(
      ["phase", "formation eV/atom", "above hull meV/atom", "over sets"],
      phases.map((p) => [
        p.formula,
        p.formationEnergy.value.toFixed(4),
        millielectronvolt(p.energyAboveHull.value),
        p.aboveHullOverSets === null ? "" : Array.from(p.aboveHullOverSets.values, millielectronvolt).join(" to "),
      ]),
    ),
  );
  if (grand) io.say(`at ${level} V: ${grand.stable.join(", ")}`);
  if (solids) {
    io.say("solid phases over temperature");
    io.say(
      textTable(
        ["phase", "from K", "to K"],
        solids.ranges.map((r) => [r.formula, r.from.value.toFixed(0), r.to.value.toFixed(0)]),
      ),
    );
  }
  sayNotices(io, warnings);
}

/** Of each composition the entry of least energy, in the order of energies above the hull. */
function distinctPhases(diagram: PhaseDiagram): number[] {
  const best = new Map<string, number>();
  for (const [j, entry] of diagram.entries.entries()) {
    const key = reducedFormula(entry.composition);
    const before = best.get(key);
    if (before === undefined || diagram.hull.energies[j]! < diagram.hull.energies[before]!) best.set(key, j);
  }
  return [...best.values()].sort((a, b) => diagram.above[a]! - diagram.above[b]! || a - b);
}

function facetsOf({ hull, entries }: PhaseDiagram): string[][] {
  return Array.from({ length: hull.facetCount }, (_, f) =>
    Array.from(hull.facets.subarray(f * hull.size, (f + 1) * hull.size), (j) => entries[j]!.formula),
  );
}

function grandAnswer(diagram: PhaseDiagram, ion: string, voltage: number) {
  const { entries, above } = grandPotentialDiagram(diagram, { [ion]: -chargeOf(ion) * voltage });
  return {
    ion,
    voltage: quantity(voltage, "V"),
    stable: [...new Set(entries.flatMap((e, j) => (above[j]! <= ON_HULL ? [e.formula] : [])))],
  };
}

function solidsAnswer(asked: Asked, { elements }: PhaseDiagram) {
  const [first, second] = elements;
  if (elements.length !== 2) throw new ThioscopeError("USAGE", "--solids needs two elements, such as Na-S");
  const set = asked.sets.find((s) => s.entries.some((e) => e.entropy !== undefined && e.composition.size > 1)) ?? asked.sets[0]!;
  return solidDiagram(set, [first!, second!]);
}

export async function runEnergies(words: readonly string[], options: Options, io: CommandIo, usage: string): Promise<void> {
  const asked = await ask(systemOf(words, usage), options);
  const sets = asked.sets.map((set) => ({
    ...setFacts(set),
    entries: set.entries
      .filter((e) => [...e.composition.keys()].every((x) => asked.elements.includes(x)))
      .map((e) => {
        const atoms = [...parseFormula(e.formula).values()].reduce((a, b) => a + b, 0);
        return {
          formula: e.formula,
          perAtom: quantity(e.energy, "eV/atom"),
          perFormula: quantity(e.energy * atoms, "eV"),
          correction: quantity(e.correction, "eV/atom"),
          entropy: e.entropy === undefined ? { notComputable: "not tabulated" } : quantity(e.entropy, "eV/(atom*K)"),
          source: e.source,
          licence: e.licence,
        };
      }),
  }));
  const warnings = distinct([...asked.notices, ...asked.sets.flatMap((s) => s.notices)]);
  io.result({ system: asked.elements.join("-"), sets, warnings });
  const formulas = [...new Set(sets.flatMap((s) => s.entries.map((e) => e.formula)))];
  io.say(
    `formation energies, eV/atom\n${textTable(
      ["phase", ...sets.map((s) => s.name)],
      formulas.map((f) => [f, ...sets.map((s) => s.entries.find((e) => e.formula === f)?.perAtom.value.toFixed(3) ?? "")]),
    )}`,
  );
  for (const s of sets) io.say(`${s.name}: ${s.source} (${s.licence})${s.corrections.length > 0 ? `; ${s.corrections.join("; ")}` : ""}`);
  sayNotices(io, warnings);
}

export async function runChempot(words: readonly string[], options: Options, io: CommandIo, usage: string): Promise<void> {
  const asked = await ask(systemOf(words, usage), options);
  const over = diagrams(asked);
  const { set, answer: diagram } = defaultOf(over);
  const shown = (d: PhaseDiagram) =>
    potentialDomains(d).map(({ formula, ranges, corners, neighbours }) => ({
      formula,
      ranges: ranges.map(({ element, from, to }) => ({
        element,
        from: from === null ? { notComputable: "no lower limit" } : quantity(from, "eV"),
        to: quantity(to, "eV"),
      })),
      corners: corners.map((values) => ({ values, sigma: null, unit: "eV" })),
      neighbours,
    }));
  const domains = shown(diagram);
  const warnings = distinct([...asked.notices, ...diagram.notices]);
  io.result({
    system: asked.elements.join("-"),
    elements: asked.elements,
    conditions: conditionsAnswer(asked.conditions),
    set: set.name,
    domains,
    sets: over.sets.map(({ set: s, answer }) => ({ ...setFacts(s), ...(isRefused(answer) ? answer : { domains: shown(answer) }) })),
    warnings,
  });
  io.say(`potentials relative to the elements, eV; ${set.title}`);
  const range = (r: (typeof domains)[number]["ranges"][number]): string =>
    `${"value" in r.from ? r.from.value.toFixed(3) : "−∞"} to ${r.to.value.toFixed(3)}`;
  io.say(
    textTable(
      ["phase", ...asked.elements.map((e) => `μ(${e})`)],
      domains.map((d) => [d.formula, ...d.ranges.map(range)]),
    ),
  );
  sayNotices(io, warnings);
}
