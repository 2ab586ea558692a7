/** thioscope composition: x in M₂Sₓ along a run, and what the charge does and does not tell of the products. */
import { basename } from "node:path";
import { type Answer, formatQuantity, isComputable, type Quantity, quantity, ThioscopeError } from "@thioscope/core";
import { express } from "@thioscope/core/cell";
import {
  accuracyFor,
  type CompositionPriors,
  catholyteOf,
  chainLengthOf,
  electronsPerFormula,
  halfCycles,
  ionOf,
  leastElectronsPerElectrolyte,
  mAh,
  measureHalfCycle,
  type ProductSplit,
  parseShareRange,
  type ShareInterval,
  type SulfurCurve,
  splitProducts,
  sulfurAtomShare,
  sulfurCurves,
} from "@thioscope/core/cycling";
import type { Command } from "../command.ts";
import {
  about,
  accuracyOption,
  accuracyText,
  GAIN,
  MAPPING,
  mappingOf,
  oneWord,
  readCell,
  readRaw,
  shortAnswer,
  textTable,
} from "../inputs.ts";

export const command: Command = {
  name: "composition",
  summary: "x in M2Sx along the curve, and the products as an interval",
  usage:
    "thioscope composition FILE --cell cell.yaml [--electrolyte-share A..B] [--mediator-share A..B] [--unreacted A..B] [--gain PERCENT]",
  about: `x = 2 F n(S)/Q is the mean over all sulfur. Which products make it up does not follow from the charge: unreacted sulfur raises
the share of M2S, charge taken by the electrolyte or a mediator lowers it. The answer is the interval over all three; a product is called
dominant only where the whole interval says so. With an electrolyte in the cathode, the electrons that it took up at least (beyond
what sulfur can take), and at most (if it took all). Shares are fractions of the charge, or of the sulfur atoms for --unreacted.
Errors come from the masses and the instrument's accuracy: usual data-sheet values are assumed and shown unless --gain declares it.`,
  options: {
    cell: { type: "string", value: "FILE", help: "cell file: sulfur and electrolyte in the cathode" },
    "electrolyte-share": { type: "string", value: "A..B", help: "share of the charge that the electrolyte took, e.g. 0..0.3 (default 0)" },
    "mediator-share": { type: "string", value: "A..B", help: "share of the charge that a mediator took (default 0)" },
    unreacted: { type: "string", value: "A..B", help: "share of the sulfur that has not reacted (default: anything possible)" },
    gain: GAIN,
    salvage: { type: "boolean", help: "of a damaged file, use what can be read before the damage" },
    mapping: MAPPING,
  },
  examples: ["thioscope composition C09.mpr --cell cell.yaml --electrolyte-share 0..0.3 --json"],
  async run(words, options, io) {
    const path = oneWord(words, command.usage);
    if (typeof options.cell !== "string")
      throw new ThioscopeError("USAGE", `--cell is needed: it tells the mass of sulfur. Usage: ${command.usage}`);
    const priors: CompositionPriors = {
      ...range(options["electrolyte-share"], "electrolyteShare", "electrolyte-share"),
      ...range(options["mediator-share"], "mediatorShare", "mediator-share"),
      ...range(options.unreacted, "unreacted", "unreacted"),
    };
    const declared = accuracyOption(options.gain);
    const cell = await readCell(options.cell);
    const ion = ionOf(cell);
    if (!ion)
      throw new ThioscopeError("NOT_COMPUTABLE", "the cell's materials hold neither Li nor Na alone: which ion moves is not known", {
        file: options.cell,
      });
    const file = await readRaw(path, io.task, options.salvage === true, await mappingOf(options.mapping));
    const halves = await about(path, () => halfCycles(file));
    if (!halves[0]) throw new ThioscopeError("NOT_COMPUTABLE", "the file holds no half cycle", { file: path });
    const used = accuracyFor(halves[0].flow.series, declared);
    const curves = sulfurCurves(halves, cell, used.accuracy);
    if ("notComputable" in curves) throw new ThioscopeError("NOT_COMPUTABLE", curves.notComputable, { file: path });
    const catholyte = catholyteOf(cell);
    const described = curves.map((curve) => {
      const own = mAh(measureHalfCycle(curve.half, used.accuracy).charge);
      const specific = isComputable(own) ? express(cell, own, "mAh/g").answer : own;
      const split = curve.half.direction === "discharge" && isComputable(specific) ? splitProducts(specific, ion, priors) : null;
      const electrons =
        catholyte && split && isComputable(own) && isComputable(specific)
          ? {
              atLeast: leastElectronsPerElectrolyte(cell, specific, catholyte).answer,
              atMost: electronsPerFormula(cell, own, catholyte).answer,
            }
          : null;
      return { curve, specific, split, electrons };
    });
    io.result({
      file: basename(path),
      format: file.format,
      ion,
      electrolyte: catholyte,
      sulfurAtomsInElectrolyte: catholyte ? sulfurAtomShare(cell, catholyte).answer : null,
      accuracy: { how: used.how, assumed: used.assumed },
      shares: Object.fromEntries(Object.entries(priors).map(([name, [low, high]]) => [name, { interval: pair([low, high]), unit: "" }])),
      halfCycles: described.map(({ curve, specific, split, electrons }) => ({
        half: curve.half.number,
        cycle: curve.half.cycle,
        direction: curve.half.direction,
        rows: curve.half.rows,
        capacity: specific,
        x: along(curve),
        end: endOf(curve),
        products: split && productsJson(split),
        electronsPerElectrolyte: electrons,
      })),
    });
    if (io.json) return;
    const rows = described.map(({ curve, specific, split, electrons }) => [
      String(curve.half.number),
      String(curve.half.cycle),
      curve.half.direction,
      shortAnswer(specific),
      endText(curve),
      ...(split ? [split.unreacted, split.disulfide, split.sulfide].map(percentText) : ["", "", ""]),
      electrons ? shortAnswer(electrons.atLeast) : "",
    ]);
    const species = splitProducts(quantity(1, "mAh/g"), ion).species;
    const head = [
      "half cycle",
      "cycle",
      "direction",
      "mAh/g S",
      "x at the end",
      ...species.map((s) => `${s} %`),
      catholyte ? `e⁻ per ${catholyte} ≥` : "",
    ];
    io.say(textTable(head, rows));
    const first = described.find((d) => d.split)?.split;
    if (first) {
      io.say(`\nFirst discharge: ${first.statement}.`);
      io.say(`If no sulfur were left and nothing else had reacted: ${reading(first.readings.twoProducts, species[2])}.`);
      io.say(`If no ${species[1]} had formed: ${reading(first.readings.sulfurAndSulfide, species[2])}.`);
    }
    io.say(accuracyText(used));
  },
};

/** "0..0.3", "0..30 %" or one share. */
function range<K extends keyof CompositionPriors>(word: string | boolean | undefined, key: K, name: string): Partial<CompositionPriors> {
  if (typeof word !== "string") return {};
  try {
    return { [key]: parseShareRange(word) };
  } catch (error) {
    throw error instanceof ThioscopeError ? new ThioscopeError("USAGE", `--${name}: ${error.message}`) : error;
  }
}

const pair = ([low, high]: readonly [number, number]): Quantity[] => [quantity(low, ""), quantity(high, "")];

const intervalJson = ({ low, high, sigma }: ShareInterval) => ({
  low: { value: low, sigma: sigma > 0 ? sigma : null, unit: "" },
  high: { value: high, sigma: sigma > 0 ? sigma : null, unit: "" },
});

function productsJson(split: ProductSplit) {
  const [sulfur, disulfide, sulfide] = split.species;
  return {
    species: [
      { name: sulfur, ...intervalJson(split.unreacted) },
      { name: disulfide, ...intervalJson(split.disulfide) },
      { name: sulfide, ...intervalJson(split.sulfide) },
    ],
    electronsPerSulfur: intervalJson(split.electronsPerSulfur),
    dominant: split.dominant,
    readings: split.readings,
    shareThatMakesDisulfideDominant: split.shareThatMakesDisulfideDominant,
    statement: split.statement,
  };
}

const MOST_POINTS = 500;

/** x at no more than MOST_POINTS rows of the half cycle; infinite where the sulfur holds no charge. */
function along(curve: SulfurCurve) {
  const n = curve.low.length;
  const stride = Math.max(1, Math.ceil(n / MOST_POINTS));
  const at = (values: Float64Array, f: (v: number) => number): Float64Array =>
    Float64Array.from({ length: Math.ceil(n / stride) }, (_, k) => f(values[Math.min(n - 1, k * stride)]!));
  const lowest = at(curve.high, chainLengthOf);
  const highest = at(curve.low, chainLengthOf);
  const sigma = (values: Float64Array): Float64Array => values.map((v) => v * curve.relativeSigma);
  return {
    time: { values: at(curve.timeSecond, (t) => t / 3600), sigma: null, unit: "h" },
    low: { values: lowest, sigma: sigma(lowest), unit: "" },
    high: { values: highest, sigma: sigma(highest), unit: "" },
  };
}

function endOf(curve: SulfurCurve): { low: Answer; high: Answer } {
  const answer = (q: number): Answer => {
    const x = chainLengthOf(q);
    return Number.isFinite(x) ? { value: x, sigma: x * curve.relativeSigma || null, unit: "" } : { notComputable: "all sulfur is S8" };
  };
  return { low: answer(curve.high.at(-1)!), high: answer(curve.low.at(-1)!) };
}

function endText(curve: SulfurCurve): string {
  const { low, high } = endOf(curve);
  const text = (a: Answer): string => (isComputable(a) ? (a.value > 8 ? "> 8" : formatQuantity(a)) : "S8");
  return text(low) === text(high) ? text(low) : `${text(low)} to ${text(high)}`;
}

const percentText = ({ low, high }: ShareInterval): string => `${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)}`;

const reading = (answer: Answer, species: string): string =>
  isComputable(answer) ? `${(100 * answer.value).toFixed(1)} % of the sulfur in ${species}` : answer.notComputable;
