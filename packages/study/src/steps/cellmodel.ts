/** A cycle of the model of the conversion cathode: its curve for the database, curves, maps and printed results for the story. */
import { inUnit, makeTable, type Notice, parseQuantity, type Quantity, ThioscopeError, textColumn } from "@thioscope/core";
import { cellModelContent, parameterOf, parameterSet, withParameters } from "@thioscope/core/cellmodel";
import type { CellQuestion, Part, Sentence } from "@thioscope/core/story";
import { tableToParquet } from "../parquet.ts";
import type { StepFunction } from "../stepModules.ts";
import { numbers } from "./applies.ts";
import { jsonBytes } from "./facts.ts";

type CellModelPart = Extract<Part, { kind: "cellmodel" }>;

export const cellModelStep: StepFunction = async (_inputs, parameters) => {
  const question = questionOf(parameters);
  const { notices } = withParameters(parameterSet(question.model), question.values);
  const content = cellModelContent(question);
  const part: CellModelPart = {
    step: "simulate.cell",
    source: null,
    title: "Model of the cathode",
    files: [],
    run: null,
    sentences: sentencesOf(content),
    notices: notices as Notice[],
    command: commandOf(question),
    ...content,
  };
  const { halves } = content.solved;
  const table = makeTable([
    textColumn(
      "direction",
      halves.flatMap((h) => Array.from(h.capacity, () => h.direction)),
    ),
    numbers(
      "capacity_milliampere_hour_per_gram",
      "mAh/g",
      halves.flatMap((h) => Array.from(h.capacity)),
    ),
    numbers(
      "voltage_volt",
      "V",
      halves.flatMap((h) => Array.from(h.volt)),
    ),
  ]);
  return {
    files: { "curves.parquet": tableToParquet(table), "part.json": jsonBytes(part) },
    notices: part.notices,
    summary: { halfCycles: halves.length },
  };
};

function questionOf(parameters: Readonly<Record<string, unknown>>): CellQuestion {
  const text = (name: string): string | null => (parameters[name] === "auto" ? null : String(parameters[name]));
  const list = (name: string): readonly string[] => (Array.isArray(parameters[name]) ? (parameters[name] as string[]) : []);
  const set = parameterSet(String(parameters["model"]));
  const values = Object.fromEntries(
    list("set").map((line) => {
      const at = line.indexOf("=");
      if (at < 1) throw new ThioscopeError("INVALID_INPUT", `set: "${line}" changes nothing: write name = value unit`);
      const name = line.slice(0, at).trim();
      const word = line.slice(at + 1).trim();
      const { unit } = parameterOf(set, name);
      const bare = Number(word);
      return [name, word !== "" && Number.isFinite(bare) ? bare : inUnit(parseQuantity(word, unit), unit).value];
    }),
  );
  return {
    model: set.name,
    rate: text("rate") ?? `${set.current} mA/g`,
    with: list("with"),
    values,
    energies: text("energies"),
    cells: Number(parameters["cells"]),
  };
}

function commandOf({ model, rate, with: switches, values, energies, cells }: CellQuestion): string {
  const changed = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return [
    `simulate cell ${model} --rate "${rate}"`,
    ...(switches.length > 0 ? [`--with "${switches.join(", ")}"`] : []),
    ...(changed.length > 0 ? [`--set "${changed.join(", ")}"`] : []),
    ...(energies === null ? [] : [`--energies ${energies}`]),
    `--cells ${cells}`,
  ].join(" ");
}

const rounded = (q: Quantity, digits: number): Quantity => ({ ...q, value: Number(q.value.toPrecision(digits)) });

function sentencesOf({ solved, published }: Pick<CellModelPart, "solved" | "published">): Sentence[] {
  const sentences = solved.halves.map(({ direction, total, peaks, front }): Sentence => {
    const parts: Sentence["parts"][number][] = [`The ${direction} of the model gives `, { quantity: rounded(total, 4) }];
    for (const [k, peak] of peaks.entries()) parts.push(k === 0 ? "; dQ/dV peaks at " : ", ", { quantity: rounded(peak, 3) });
    const where =
      front === "uniform" ? "; it reacts evenly through the thickness." : `; the front of the last product comes from the ${front}.`;
    return { parts: [...parts, where] };
  });
  if (solved.difference) {
    sentences.push({
      parts: [
        "At the end of the discharge axial and lateral stress of the confined layer differ by ",
        { quantity: rounded(solved.difference, 3) },
        ".",
      ],
    });
  }
  const predicted = published.filter((row) => row.kind === "predicted" && row.miss !== null);
  for (const { what, printed, miss } of predicted)
    sentences.push({ parts: [`Predicted, ${what}: printed ${printed}, missed by `, { quantity: rounded(miss!, 3) }, "."] });
  return sentences;
}
