/** Ratios of two ions, one table of counts per sample; neighbours in the order of the files are compared. */
import { makeTable, type Notice, ThioscopeError, textColumn } from "@thioscope/core";
import { type BlankCounts, type IonCounts, type ReplicateRatio, replicateRatio, welchTest } from "@thioscope/core/sims";
import type { Part, Sentence } from "@thioscope/core/story";
import { type IonTable, readIons } from "@thioscope/formats";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction } from "../../stepModules.ts";
import { integers } from "../applies.ts";
import { jsonBytes } from "../facts.ts";
import { named, partFiles, quantities, readFiles } from "./common.ts";
import { ionContent } from "./contents.ts";

function pairs(table: IonTable, [top, bottom]: readonly [string, string]): { a: IonCounts; b: IonCounts }[] {
  const of = (name: string): Float64Array => {
    const found = table.ions.find((ion) => ion.name === name);
    if (!found)
      throw new ThioscopeError(
        "COLUMN_MISSING",
        `the ion "${name}" is not in the table; it holds ${table.ions
          .map((i) => i.name)
          .slice(0, 20)
          .join(", ")}`,
      );
    return found.counts;
  };
  const [a, b] = [of(top), of(bottom)];
  const pulses = (k: number): number | null => table.pulses?.[k] ?? null;
  return Array.from(a, (counts, k) => ({ a: { counts, pulses: pulses(k) }, b: { counts: b[k]!, pulses: pulses(k) } }));
}

export const simsStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const [top, bottom, more] = String(parameters.ratio)
    .split("/")
    .map((word) => word.trim());
  if (!top || !bottom || more !== undefined)
    throw new ThioscopeError("INVALID_INPUT", `"${parameters.ratio}" is no ratio of two ions, such as Li3S2+/Li3S+`);
  const ions = [top, bottom] as const;
  const blankFile = inputs.settingFiles.blank;
  const blank = blankFile ? blankOf(await readIons(await io.open(blankFile)), ions) : null;
  const notices: Notice[] = [];
  const found: { name: string; ratio: ReplicateRatio }[] = [];
  for (const { name, file } of await readFiles(inputs, io, readIons)) {
    const ratio = replicateRatio(pairs(file, ions), blank);
    notices.push(...named(name, [...file.notices.filter((n) => n.code !== "pulses-missing"), ...ratio.notices]));
    found.push({ name, ratio });
  }
  const sentences = found.slice(1).flatMap((later, k): Sentence[] => {
    const before = found[k]!;
    const [a, b] = [before, later].map(({ ratio }) => ({ mean: ratio.mean.value, deviation: ratio.deviation?.value ?? 0, n: ratio.n }));
    if (!before.ratio.deviation || !later.ratio.deviation) return [];
    const { pValue, significant } = welchTest(a!, b!);
    const chance = pValue < 1e-3 ? "p < 0.001" : `p = ${pValue.toPrecision(2)}`;
    return [
      {
        parts: [
          `${parameters.ratio}: `,
          { quantity: before.ratio.mean },
          ` in ${before.name}, `,
          { quantity: later.ratio.mean },
          ` in ${later.name}; the difference is ${significant ? "" : "not "}significant at 5 % (${chance}).`,
        ],
      },
    ];
  });
  const part: Part = {
    step: "sims",
    source: inputs.source,
    title: `Secondary ions, ${parameters.ratio}`,
    files: partFiles(inputs),
    run: null,
    sentences,
    notices,
    command: `sims ratio ${inputs.files[0]!.file} --of ${parameters.ratio}`,
    ...ionContent(String(parameters.ratio), found),
  };
  const table = makeTable([
    textColumn(
      "file",
      found.map((f) => f.name),
    ),
    ...quantities(
      "ratio",
      "",
      found.map((f) => f.ratio.mean),
    ),
    ...quantities(
      "deviation",
      "",
      found.map((f) => f.ratio.deviation),
    ),
    integers(
      "areas",
      found.map((f) => f.ratio.n),
    ),
  ]);
  return { files: { "ratios.parquet": tableToParquet(table), "part.json": jsonBytes(part) }, notices, summary: { files: found.length } };
};

function blankOf(table: IonTable, ions: readonly [string, string]): BlankCounts {
  const all = pairs(table, ions);
  const mean = (of: (p: (typeof all)[number]) => IonCounts): IonCounts => ({
    counts: all.reduce((sum, p) => sum + of(p).counts, 0) / all.length,
    pulses: of(all[0]!).pulses,
  });
  return { a: mean((p) => p.a), b: mean((p) => p.b), share: 1 };
}
