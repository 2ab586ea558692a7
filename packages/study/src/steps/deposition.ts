/** Plating around a defect: a row per electrolyte and pressure form for the database, maps, curves and growth for the story. */
import { isComputable, makeTable, type Notice, type Quantity, textColumn } from "@thioscope/core";
import { depositionContent, type WrittenQuestion } from "@thioscope/core/deposition";
import type { Part, Sentence } from "@thioscope/core/story";
import { tableToParquet } from "../parquet.ts";
import type { StepFunction } from "../stepModules.ts";
import { answers } from "./applies.ts";
import { jsonBytes } from "./facts.ts";

type DepositionPart = Extract<Part, { kind: "deposition" }>;

export const depositionStep: StepFunction = async (_inputs, parameters, io) => {
  const question = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== "auto")) as WrittenQuestion;
  const content = depositionContent(question, io.context);
  const notices: Notice[] = [];
  for (const { name, forms } of content.solved.electrolytes) {
    const coarse = forms.find(({ hotSpot }) => hotSpot.sigma! > 0.01 * hotSpot.value);
    if (coarse) notices.push({ code: "coarse-mesh", message: `the hot spot in ${name} changes by more than 1 % with the mesh` });
  }
  const part: DepositionPart = {
    step: "simulate.deposition",
    source: null,
    title: "Plating around a defect",
    files: [],
    run: null,
    sentences: sentencesOf(content),
    notices,
    command: `simulate deposition${commandOptions(question)}`,
    ...content,
  };
  return {
    files: { "deposition.parquet": tableToParquet(tableOf(content)), "part.json": jsonBytes(part) },
    notices,
    summary: { electrolytes: content.solved.electrolytes.length },
  };
};

function commandOptions(q: WrittenQuestion): string {
  const words: [string, unknown][] = [
    ["electrolyte", q.electrolytes?.join(",")],
    ["defect", q.defect],
    ["pore", q.radius],
    ["depth", q.depth],
    ["current", q.current],
    ["pressure", q.pressure],
    ["temperature", q.temperature],
    ["spacing", q.spacing],
  ];
  return words.flatMap(([name, value]) => (value === undefined ? [] : [` --${name} "${String(value)}"`])).join("");
}

const rounded = (q: Quantity): Quantity => ({ ...q, value: q.sigma === null ? Number(q.value.toPrecision(3)) : q.value });

function sentencesOf({ solved, growth }: Pick<DepositionPart, "solved" | "growth">): Sentence[] {
  const sentences = solved.electrolytes.map(({ name, kineticLength, forms }): Sentence => {
    const parts: Sentence["parts"][number][] = [`In ${name}`];
    for (const [k, { form, hotSpot, hottestAt }] of forms.entries()) {
      parts.push(k === 0 ? " the current peaks at " : ", ", { quantity: hotSpot }, " of the applied one, ", {
        quantity: rounded(hottestAt),
      });
      parts.push(" along the interface from the defect's centre", form === "both" ? "" : ` (pressure as ${form})`);
    }
    return {
      parts: [...parts, "; features much smaller than ", { quantity: rounded(kineticLength), note: "σRT/(F i_exc)" }, " do not matter."],
    };
  });
  for (const { electrolyte, end, criticalCurrent, crackPressure } of growth) {
    const [low, high] = criticalCurrent;
    const ends = { crack: "the electrolyte cracks", yield: "the metal yields", balance: "deposition in the pore comes to rest" }[end];
    const parts: Sentence["parts"][number][] = [`In ${electrolyte} ${ends} at this current`];
    if (isComputable(low) && isComputable(high)) {
      parts.push("; the critical current density is ", { quantity: low }, " to ", {
        quantity: high,
        note: "over the assumed range of the toughness",
      });
      parts.push(", where the crack needs ", { quantity: rounded(crackPressure) });
    }
    sentences.push({ parts: [...parts, "."] });
  }
  return sentences;
}

function tableOf({ solved, growth }: Pick<DepositionPart, "solved" | "growth">) {
  const rows = solved.electrolytes.flatMap((e) => e.forms.map((f) => ({ e, f })));
  const critical = (name: string, k: 0 | 1) => growth.find((g) => g.electrolyte === name)?.criticalCurrent[k] ?? null;
  return makeTable([
    textColumn(
      "electrolyte",
      rows.map(({ e }) => e.name),
    ),
    textColumn(
      "pressure_form",
      rows.map(({ f }) => f.form),
    ),
    ...answers(
      "hot_spot",
      "",
      rows.map(({ f }) => f.hotSpot),
    ),
    ...answers(
      "coldest",
      "",
      rows.map(({ f }) => f.coldest),
    ),
    ...answers(
      "variation",
      "",
      rows.map(({ f }) => f.variation),
    ),
    ...answers(
      "kinetic_length_micrometre",
      "um",
      rows.map(({ e }) => e.kineticLength),
    ),
    ...answers(
      "critical_current_low",
      "mA/cm2",
      rows.map(({ e }) => critical(e.name, 0)),
    ),
    ...answers(
      "critical_current_high",
      "mA/cm2",
      rows.map(({ e }) => critical(e.name, 1)),
    ),
  ]);
}
