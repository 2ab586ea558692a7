/**
 * The solid part of the binary diagram of the ion's metal and the host over temperature: each line compound from where to where it is stable, by the first
 * set that has entropies. It ends where the first element melts; no energies hold a liquid. Sliders do not act on it.
 */
import type { ThermoContent, ThermoSystem } from "@thioscope/core/story";
import { isRefused, overSets, type SolidDiagram, setOfPlain, solidDiagram } from "@thioscope/core/thermo";
import type { Figure, LabelMark, LineMark } from "../figure/model.ts";
import type { PartFigure } from "../parts/model.ts";
import { pythonHead } from "../study/context.ts";
import { richText } from "../text.ts";
import { chosenSystem, SYSTEM, systemChoice, systemsOf, type ThermoContext } from "./shared.ts";

/** Below it heat capacities matter. */
const FROM_KELVIN = 200;

interface Solids {
  title: string;
  diagram: SolidDiagram | { notComputable: string };
}

const known = new WeakMap<ThermoSystem, Solids | null>();

/** Systems of two elements: that of the voltage, then those asked for. */
function binaries(part: ThermoContent): ThermoSystem[] {
  const all = [...(part.voltage ? [part.voltage] : []), ...systemsOf(part)].filter(({ elements }) => elements.length === 2);
  return all.filter(({ elements }, i) => all.findIndex((one) => one.elements.join() === elements.join()) === i);
}

/** The system shown: the one chosen, or the first. */
const shownOf = ({ part, state }: ThermoContext): ThermoSystem | null => {
  const of = binaries(part);
  const chosen = chosenSystem({ part, state } as ThermoContext);
  // the choice names one only where it was made: the voltage's stands first
  return (
    (state.choices[SYSTEM] === undefined ? null : of.find(({ elements }) => elements.join() === chosen?.elements.join())) ?? of[0] ?? null
  );
};

/** Null where no set of the two elements has entropies. */
function solidsOf(part: ThermoContent, system: ThermoSystem): Solids | null {
  const [first, second] = system.elements as [string, string];
  const sets = system.sets.map((k) => part.sets[k]!);
  const set = sets.find(({ entries }) =>
    entries.some(({ entropy, formula }) => entropy !== undefined && formula !== first && formula !== second),
  );
  if (!set) return null;
  const { answer } = overSets([setOfPlain(set)], (energies) => solidDiagram(energies, [first, second], FROM_KELVIN)).sets[0]!;
  return { title: set.title, diagram: answer };
}

function solids(part: ThermoContent, system: ThermoSystem): Solids | null {
  const before = known.get(system);
  if (before !== undefined) return before;
  const found = solidsOf(part, system);
  known.set(system, found);
  return found;
}

function figure(context: ThermoContext): Figure {
  const system = shownOf(context);
  const found = system && solids(context.part, system);
  const nothing = (empty: string): Figure => ({
    x: { label: [], min: 0, max: 1 },
    panels: [],
    legend: [],
    empty,
    data: () => ({ columns: [] }),
  });
  if (!found) return nothing("No energy set of these elements has entropies.");
  const { diagram, title } = found;
  if (isRefused(diagram)) return nothing(diagram.notComputable);
  const second = system.elements[1]!;
  const top = Math.max(...diagram.ranges.map(({ to }) => to.value));
  const lines = diagram.ranges.map(
    ({ fraction, from, to }): LineMark => ({
      kind: "line",
      x: [fraction.value, fraction.value],
      y: [from.value, to.value],
      tone: "first",
      width: 2,
      plain: true,
    }),
  );
  const labels = diagram.ranges.map(
    ({ formula, fraction, to }): LabelMark => ({
      kind: "label",
      x: fraction.value,
      y: to.value,
      lines: [richText(formula)],
      tone: "ink",
      place: "above",
      optional: true,
      leader: true,
    }),
  );
  const end: LineMark = { kind: "line", x: [0, 1], y: [top, top], tone: "accent", width: 0.8, dash: true, plain: true };
  return {
    x: { label: richText(`Share of ${second} among the atoms`), min: -0.03, max: 1.03 },
    panels: [
      {
        weight: 1,
        left: { label: richText("Temperature (K)"), min: FROM_KELVIN, max: top + 0.22 * (top - FROM_KELVIN) },
        marks: [...lines, ...(diagram.solidBelow ? [end] : []), ...labels],
      },
    ],
    legend: [
      { label: richText("stable"), tone: "first", as: "line" },
      ...(diagram.solidBelow ? [{ label: richText("first element melts"), tone: "accent" as const, as: "dash" as const }] : []),
    ],
    note: [title, ...diagram.notices.map(({ message }) => message)].join("; "),
    aspect: 0.8,
    data: () => ({
      columns: [
        { name: "phase", unit: "", values: diagram.ranges.map(({ formula }) => formula) },
        { name: "from", unit: "K", values: diagram.ranges.map(({ from }) => from.value) },
        { name: "to", unit: "K", values: diagram.ranges.map(({ to }) => to.value) },
      ],
    }),
  };
}

export const SOLIDS: PartFigure<"thermo"> = {
  id: "solid-phases",
  title: "Solid phases over temperature",
  height: 340,
  brushOver: "curve",
  cursorLine: false,
  choices: (context) => systemChoice(binaries(context.part), shownOf(context)),
  isShown: (part) => binaries(part).some((system) => solids(part, system) !== null),
  figure,
  command: (context) => `thioscope thermo hull ${shownOf(context)?.elements.join("-") ?? ""} --solids`,
  python: (_, name) =>
    `${pythonHead(name)}ax.bar(data["phase"], data["to"] - data["from"], bottom=data["from"], width=0.1)\nax.set(ylabel="Temperature (K)")\nfig.savefig("solids.pdf")\n`,
};
