/** thioscope simulate cell: a conversion cathode through its thickness. */
import { basename, join } from "node:path";
import { type Answer, formatQuantity, isComputable, type Quantity, quantity, ThioscopeError } from "@thioscope/core";
import {
  type CellAnswer,
  type CellRun,
  cellAnswer,
  cellModel,
  comparePublished,
  layersOf,
  modelPeaks,
  PARAMETER_SETS,
  POTENTIAL_SETS,
  parameterList,
  predictionOver,
  rivalExplanations,
  runCell,
  runMaps,
  runRows,
  runTable,
} from "@thioscope/core/cellmodel";
import { writeBdfCsv, writeBdfParquet } from "@thioscope/formats/cycling";
import { writeAtomic } from "@thioscope/study/files";
import { writeVirtual } from "@thioscope/virtual";
import type { Action } from "../../actions.ts";
import type { CommandIo } from "../../command.ts";
import { about, answerText, oneWord, textTable, warningLines } from "../../inputs.ts";
import { toJson } from "../../json.ts";
import { type AskedModel, MODEL_OPTIONS, modelOf, protocolOf, RUN_OPTIONS } from "../../simulate/cellInputs.ts";
import { curveOf, fileOf, massOf } from "../../simulate/measured.ts";

const USAGE =
  "thioscope simulate cell SET [--rate 100mA/g | --protocol FILE] [--set name=value,…] [--with LIST] [--over STUDY|FILE] [-o OUT]";

export const cellAction: Action = {
  usage: USAGE,
  about: `a conversion cathode in a solid cell, through its thickness and over time: potential, dQ/dV, phases, front, stress, capacity of the
electrolyte. Equilibrium potentials come from energies of phases; every parameter has source and flag. Sets: ${PARAMETER_SETS.join(", ")}.
Steps of a protocol: discharge|charge at I until U, rest, hold, pulse, sweep, staircase, spectrum, repeat N times.`,
  options: {
    ...RUN_OPTIONS,
    ...MODEL_OPTIONS,
    band: { type: "boolean", help: "the same with the other energy sets: the uncertainty of the potentials" },
    explain: { type: "boolean", help: "rival explanations of incomplete utilisation, each taken away in turn" },
    published: { type: "boolean", help: "the printed results of these cells beside the model's, calibrated or predicted" },
    over: { type: "string", value: "STUDY|FILE", help: "a measured discharge, over which the prediction is laid" },
    half: { type: "string", value: "N", help: "--over: half cycle of the file, from 1 (the first discharge)" },
    mass: { type: "string", value: "M", help: '--over: of the sulfur, e.g. "1.65 mg" (default: the loading and area of the set)' },
    parameters: { type: "boolean", help: "the parameters with unit, range, source and flag, without a run" },
    out: {
      type: "string",
      short: "o",
      value: "PATH",
      help: "a file for cycles, dqdv, … (.mpt, .bdf.csv, .parquet), or a folder with maps too",
    },
  },
  examples: [
    "thioscope simulate cell na-s-nps --rate 100mA/g",
    "thioscope simulate cell na-s-nps --rate 50mA/g --json -o run.mpt",
    "thioscope simulate cell na-s-nbh --protocol steps.txt --with crystalline -o run/",
    "thioscope simulate cell na-s-nps --published",
    'thioscope simulate cell na-s-nps --rate 100mA/g --over C09.mpr --mass "1.65 mg"',
  ],
  async run(words, options, io) {
    const name = oneWord(words, USAGE);
    const asked = modelOf(name, options);
    const parameters = parameterList(asked.set);
    if (options["parameters"] === true) {
      io.result({
        set: asked.set.name,
        title: asked.set.title,
        about: asked.set.about,
        parameters: parameters.map(parameterAnswer),
        warnings: asked.notices,
      });
      io.say(`${asked.set.title}\n${asked.set.about}`);
      io.say(
        textTable(
          ["parameter", "value", "range", "flag", "source"],
          parameters.map((p) => [p.name, `${p.value} ${p.unit}`, p.range ? p.range.join(" to ") : "", p.flag, p.source]),
        ),
      );
      return;
    }
    const protocol = await protocolOf(asked.set, options);
    // read before the model runs: a name with a slip costs no run
    const measured = typeof options["over"] === "string" ? await measuredOf(options["over"], asked, options, io) : null;
    const run = runCell(cellModel(asked.set, asked.choices), protocol, { task: io.task });
    const answer = cellAnswer(run);
    const band = options["band"] === true ? bandOf(asked, protocol, answer) : null;
    const rate = typeof options["rate"] === "string" ? options["rate"] : `${asked.set.current} mA/g`;
    const explanations = options["explain"] === true ? rivalExplanations(asked.set, rate, { ...asked.choices, cells: 30 }) : null;
    const published = options["published"] === true ? comparePublished(asked.set.name, { cells: asked.choices.cells }) : null;
    const written = typeof options["out"] === "string" ? await write(options["out"], run, answer) : [];
    const spectra = run.spectra.map(({ row, spectrum }) => ({ row, ...spectrumAnswer(spectrum) }));
    const over = measured && { ...measured.about, ...overAnswer(predictionOver(run, measured.curve)) };
    const warnings = [...asked.notices, ...run.model.notices, ...(measured?.notices ?? [])];
    io.result({ ...answer, spectra, band, explanations, published, over, parameters: parameters.map(parameterAnswer), written, warnings });
    say(io, answer, band);
    if (explanations) sayExplanations(io, explanations);
    if (published) sayPublished(io, published);
    if (over) sayOver(io, over);
    for (const path of written) io.say(`written: ${path}`);
    for (const line of warningLines(warnings)) io.hint(`warning: ${line}`);
  },
};

const parameterAnswer = ({ name, value, unit, range, source, flag }: ReturnType<typeof parameterList>[number]) => ({
  name,
  quantity: quantity(value, unit),
  range: range === null ? null : { values: [...range], sigma: null, unit },
  source,
  flag,
});

const spectrumAnswer = (s: CellRun["spectra"][number]["spectrum"]) => ({
  frequency: { values: s.frequency, sigma: null, unit: "Hz" },
  real: { values: s.real, sigma: null, unit: "Ω" },
  imaginary: { values: s.imaginary, sigma: null, unit: "Ω" },
  refusedBelow: s.refusedBelow === null ? null : quantity(s.refusedBelow, "Hz"),
  highFrequency: quantity(s.highFrequency, "Ω"),
});

/** The measured discharge, with what says which one it is. */
async function measuredOf(target: string, { set }: AskedModel, options: Record<string, string | boolean | undefined>, io: CommandIo) {
  const path = await fileOf(target);
  const layers = layersOf(set);
  const gram = typeof options["mass"] === "string" ? massOf(options["mass"]) : layers.sulfurLoading * layers.area * 1e3;
  const { measured, half, notices } = await curveOf(path, gram, options["half"], io.task);
  if (measured.direction === "charge")
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      "a charge begins from a state that is not known: lay the prediction over the discharge before it",
    );
  const about = { file: basename(path), half, mass: quantity(gram * 1e3, "mg"), current: quantity(measured.current, "mA/g") };
  return { curve: measured, notices, about };
}

const overAnswer = ({ capacity, residual, curve }: ReturnType<typeof predictionOver>) => ({
  capacity,
  residual,
  curve: {
    capacity: { values: curve.capacity, sigma: null, unit: "mAh/g" },
    measured: { values: curve.measured, sigma: null, unit: "V" },
    model: { values: curve.model, sigma: null, unit: "V" },
  },
});

function sayOver(
  io: CommandIo,
  over: { file: string; half: number; mass: Quantity; current: Quantity } & ReturnType<typeof overAnswer>,
): void {
  const { measured, model } = over.capacity;
  io.say(`over ${over.file}, half cycle ${over.half}: ${over.current.value.toFixed(1)} mA/g of ${formatQuantity(over.mass)} of sulfur`);
  io.say(`  ${model.value.toFixed(0)} mAh/g predicted, ${measured.value.toFixed(0)} measured`);
  const { values } = over.curve.capacity;
  const volt = (of: Float64Array, k: number): string => of[k]!.toFixed(3);
  const shown = Array.from({ length: 10 }, (_, k) => Math.floor(((k + 0.5) * values.length) / 10));
  if (isComputable(over.residual)) {
    const rows = shown.map((k) => [values[k]!.toFixed(0), volt(over.curve.model.values, k), volt(over.curve.measured.values, k)]);
    io.say(textTable(["mAh/g", "model V", "measured V"], rows));
    io.say(`  model − measured, root mean square: ${(1000 * over.residual.value).toFixed(0)} mV`);
  } else io.say(`  ${answerText(over.residual)}`);
}

/** First discharge and last peaks with each energy set that brackets the potentials. */
function bandOf(asked: AskedModel, protocol: Parameters<typeof runCell>[1], own: CellAnswer) {
  const sets = [...new Set([asked.choices.energySet ?? asked.set.energySet, ...(POTENTIAL_SETS[asked.set.chemistry] ?? [])])];
  const runs = sets.map((energySet) => {
    const run = runCell(cellModel(asked.set, { ...asked.choices, energySet }), protocol);
    const first = run.steps.find((s) => s.direction === "discharge" && s.rows[1] > s.rows[0]);
    const peaks = first ? modelPeaks(run.rows, ...first.rows).map((p) => p.potential) : [];
    return { energySet, dischargeCapacity: first ? quantity(first.capacity, "mAh/g") : null, dischargePeaks: peaks };
  });
  const capacities = runs.flatMap((r) => (r.dischargeCapacity === null ? [] : [r.dischargeCapacity.value]));
  return {
    energySet: own.energySet,
    runs,
    dischargeCapacity:
      capacities.length === 0 ? null : { values: [Math.min(...capacities), Math.max(...capacities)], sigma: null, unit: "mAh/g" },
  };
}

async function write(out: string, run: CellRun, answer: CellAnswer): Promise<string[]> {
  const { layers, temperature } = run.model.physics;
  if (out.endsWith(".mpt")) {
    const bytes = writeVirtual(
      {
        cell: {
          title: run.model.set.title,
          activeMassGram: layers.sulfurLoading * layers.area * 1e3,
          areaSquareCentimetre: layers.area * 1e4,
          temperatureCelsius: temperature - 273.15,
        },
        rows: runRows(run),
        truth: { seed: "model" },
      },
      "biologic-mpt",
    );
    await about(out, () => writeAtomic(out, bytes));
    return [out];
  }
  const table = runTable(run);
  if (out.endsWith(".parquet")) {
    await about(out, async () => writeAtomic(out, await writeBdfParquet(table, {})));
    return [out];
  }
  if (out.endsWith(".csv")) {
    await about(out, () => writeAtomic(out, writeBdfCsv(table, {})));
    return [out];
  }
  if (/\.[a-z]{2,4}$/i.test(out)) throw new ThioscopeError("USAGE", `${out}: written are .mpt, .bdf.csv, .parquet, or a folder`);
  const files: readonly (readonly [string, Iterable<string>])[] = [
    ["run.bdf.csv", writeBdfCsv(table, {})],
    ["maps.csv", mapLines(run)],
    ["answer.json", [toJson(answer)]],
    ["parameters.csv", parameterLines(run)],
  ];
  for (const [name, text] of files) await about(join(out, name), () => writeAtomic(join(out, name), text));
  return files.map(([name]) => join(out, name));
}

function* mapLines(run: CellRun): Generator<string> {
  const maps = runMaps(run);
  yield `time_hour,capacity_mAh_g,voltage_volt,depth_micrometre,${maps.amounts.map((a) => `n_${a.phase}`).join(",")},overpotential_volt,pressure_MPa\n`;
  const cells = maps.depth.values.length;
  for (let f = 0; f < maps.time.values.length; f++) {
    for (let i = 0; i < cells; i++) {
      const k = f * cells + i;
      const at = [maps.time.values[f]!, maps.capacity.values[f]!, maps.volt.values[f]!, maps.depth.values[i]!];
      const values = [...at, ...maps.amounts.map((a) => a.values[k]!), maps.overpotential[k]!, maps.pressure[k]!];
      yield `${values.map((v) => v.toPrecision(8)).join(",")}\n`;
    }
  }
}

function* parameterLines({ model }: CellRun): Generator<string> {
  yield "name,value,unit,low,high,flag,source\n";
  for (const { name, value, unit, range, flag, source } of parameterList(model.set))
    yield `${name},${value},${unit},${range?.[0] ?? ""},${range?.[1] ?? ""},${flag},"${source.replaceAll('"', '""')}"\n`;
}

const volts = (peaks: readonly { potential: Quantity }[]): string => peaks.map((p) => p.potential.value.toFixed(2)).join(", ") || "none";

function say(io: CommandIo, answer: CellAnswer, band: ReturnType<typeof bandOf> | null): void {
  io.say(`${answer.title}, potentials from ${answer.energySet}`);
  io.say(answer.about);
  io.say(
    textTable(
      ["step", "mAh/g", "h", "end", "peaks of dQ/dV, V", "front"],
      answer.steps.map((s) => [
        s.text,
        s.capacity.value.toFixed(1),
        s.duration.value.toFixed(2),
        s.end === "cannot-carry" ? "cannot carry the current" : `${s.lastPotential.value.toFixed(3)} V`,
        s.peaks.length > 0 ? volts(s.peaks) : "",
        s.front ? s.front.from : "",
      ]),
    ),
  );
  if (answer.utilisation) io.say(`utilisation ${answer.utilisation.value.toFixed(1)} % of 1672 mAh/g`);
  const electrolyte = answer.steps.find((s) => s.fromElectrolyte.value !== 0);
  if (electrolyte) io.say(`from the electrolyte: ${electrolyte.fromElectrolyte.value.toFixed(0)} mAh/g of ${electrolyte.text}`);
  if (answer.stress) {
    const s = answer.stress;
    const mega = (q: Quantity): string => q.value.toFixed(0);
    io.say(
      `stress at the end of the discharge, confined layer: axial ${mega(s.axial)}, lateral ${mega(s.lateral)}, difference ${mega(s.difference)}, component ${mega(s.component)}, pressure ${mega(s.pressure)} MPa at ${s.strain.value.toFixed(2)} % of strain${s.yielded ? "; yields in part" : ""}`,
    );
  }
  if (band) {
    io.say("with other energy sets:");
    io.say(
      textTable(
        ["energies", "mAh/g", "peaks, V"],
        band.runs.map((r) => [
          r.energySet,
          r.dischargeCapacity?.value.toFixed(1) ?? "",
          r.dischargePeaks.map((p) => p.value.toFixed(2)).join(", "),
        ]),
      ),
    );
  }
}

function sayExplanations(io: CommandIo, found: ReturnType<typeof rivalExplanations>): void {
  const short = (a: Answer, digits: number): string => (isComputable(a) ? a.value.toFixed(digits) : "–");
  io.say(`rival explanations of ${found.capacity.value.toFixed(0)} mAh/g:`);
  io.say(
    textTable(
      ["explanation", "taken away by", "mAh/g", "gain", "decided by"],
      found.rivals.map((r) => [r.name, r.without, short(r.capacity, 0), short(r.gain, 0), r.decidedBy]),
    ),
  );
  io.say(found.sentence);
}

function sayPublished(io: CommandIo, rows: ReturnType<typeof comparePublished>): void {
  io.say("printed results:");
  io.say(
    textTable(
      ["result", "printed", "model", "miss", "kind"],
      rows.map((r) => [
        r.what,
        r.printed,
        typeof r.model === "string" ? r.model : formatQuantity({ ...r.model, value: Number(r.model.value.toPrecision(5)) }),
        r.miss === null ? "" : answerText({ ...r.miss, value: Number(r.miss.value.toPrecision(3)) }),
        r.kind,
      ]),
    ),
  );
}
