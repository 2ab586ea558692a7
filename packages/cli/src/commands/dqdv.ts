/** thioscope dqdv: differential capacity per half cycle. */
import { basename } from "node:path";
import { type Column, makeTable, ThioscopeError } from "@thioscope/core";
import {
  type DifferentialCapacity,
  differentialCapacity,
  type HalfCycle,
  halfCycles,
  kindOfTechnique,
  NO_CYCLES,
  type SmoothedCapacity,
  smoothedCapacity,
} from "@thioscope/core/cycling";
import { type CyclingFile, writeCsvWithUnits } from "@thioscope/formats/cycling";
import { writeAtomic } from "@thioscope/study/files";
import type { Command } from "../command.ts";
import { about, basesOf, MAPPING, mappingOf, oneWord, readCell, readRaw, temperatureList, textTable } from "../inputs.ts";
import { peaksJson, peaksText, reportPeaks, shapeOption } from "./dqdvPeaks.ts";
import { AGAINST, reportSeries, type SeriesRequest } from "./dqdvSeries.ts";

export const command: Command = {
  name: "dqdv",
  summary: "differential capacity per half cycle",
  usage:
    "thioscope dqdv FILE [--cell cell.yaml] [--half N] [--bin MILLIVOLT] [--smooth] [--peaks] [--stops] [--plot FILE.svg] [-o FILE.csv]\n" +
    "       thioscope dqdv FILE… --peaks --against temperature|current [--temperature LIST|--cell LIST] [--cycle N]",
  about: `dQ/dV by counting charge in potential bins: every interval's charge is shared among the bins its potential crosses, with its sign, so
Σ dQ/dV·ΔV is the charge passed however noisy or non-monotonic the potential is. The bin width follows from the voltage's resolution
and noise unless given, and is printed. --smooth fits a smoothing spline with automatic smoothing instead. Negative on discharge.
--peaks fits overlapping peaks on a non-negative background: potential, width and capacity of each step with errors, peaks cut off by
the limit (no potential), tracks and events over the half cycles. --stops adds potentials for ex-situ cells before, at and after each.
--against follows the peaks over the temperatures of several files (slope and entropy) or over the current (resistance of each step).`,
  options: {
    cell: { type: "string", value: "FILE", help: "cell file: gives dQ/dV per gram of active material; a list with --against temperature" },
    half: { type: "string", value: "N", help: "only half cycle N, from 1" },
    bin: { type: "string", value: "MILLIVOLT", help: "width of the potential bins" },
    smooth: { type: "boolean", help: "smoothing spline instead of counts" },
    peaks: { type: "boolean", help: "peaks with the capacity of each step, tracked over half cycles" },
    shape: { type: "string", value: "NAME", help: "of the peaks: logistic (default), gaussian, lorentzian, pseudoVoigt" },
    stops: { type: "boolean", help: "with the peaks, potentials at which to stop ex-situ cells" },
    against: { type: "string", value: "WHAT", help: "peaks of all files over temperature or current" },
    temperature: { type: "string", value: "LIST", help: 'with --against: of the files in their order, e.g. "30 °C, 60 °C"' },
    cycle: { type: "string", value: "N", help: "with --against: that cycle of each file (default: the first; over currents all)" },
    plot: { type: "string", value: "FILE.svg", help: "draw the curves (with --peaks, their peaks) as SVG, 170 mm wide" },
    out: { type: "string", short: "o", value: "FILE", help: "write the curves as CSV with a unit row" },
    salvage: { type: "boolean", help: "of a damaged file, use what can be read before the damage" },
    mapping: MAPPING,
  },
  examples: [
    "thioscope dqdv C09.mpr --cell cell.yaml --plot dqdv.svg",
    "thioscope dqdv C09.mpr --half 3 --json",
    "thioscope dqdv C09.mpr -o dqdv.csv",
    "thioscope dqdv C09.mpr --peaks",
    'thioscope dqdv a.mpr b.mpr c.mpr --peaks --against temperature --temperature "30 °C, 60 °C, 80 °C"',
  ],
  async run(words, options, io) {
    if (options.against !== undefined) return await reportSeries(seriesRequest(words, options), io);
    for (const name of ["temperature", "cycle"] as const)
      if (options[name] !== undefined) throw new ThioscopeError("USAGE", `--${name} belongs to --against`);
    const path = oneWord(words, command.usage);
    const cell = typeof options.cell === "string" ? await readCell(options.cell) : null;
    const binVolt = options.bin === undefined ? undefined : Number(options.bin) / 1000;
    if (binVolt !== undefined && !(binVolt > 0)) throw new ThioscopeError("USAGE", `--bin ${options.bin} is not a width in mV above 0`);
    const file = await readRaw(path, io.task, options.salvage === true, await mappingOf(options.mapping));
    const halves = await about(path, () => chosen(file, options.half));
    const basis = basesOf(cell)[0]!;
    const unit = `${basis.unit}/V`;
    const curves = [];
    for (const [k, half] of halves.entries()) {
      io.task.progress(k, halves.length, "half cycles");
      const curve = options.smooth ? smoothedCapacity(half, binVolt) : differentialCapacity(half, binVolt);
      curves.push(describe(half, curve, basis.factor, unit));
    }
    const written = typeof options.out === "string" ? options.out : null;
    if (written !== null) {
      await writeAtomic(written, writeCsvWithUnits(asTable(curves, unit)));
      io.hint(`written: ${written}`);
    }
    const plotted = typeof options.plot === "string" ? options.plot : null;
    if (plotted !== null) {
      const { plotSvg } = await import("../plot.ts");
      const request = { figure: "dqdv", name: basename(path), file, cell, peaks: options.peaks === true };
      await writeAtomic(plotted, plotSvg(request, io.task));
      io.hint(`drawn: ${plotted}`);
    }
    const method = options.smooth ? "smoothing spline" : "counting";
    const peaks = options.peaks || options.stops ? reportPeaks(halves, shapeOption(options.shape), basis, io) : null;
    const found = peaks ? { peaks: peaksJson(peaks) } : {};
    io.result({ file: basename(path), format: file.format, method, halfCycles: curves, ...found, written, plotted });
    if (io.json) return;
    if (peaks) return io.say(peaksText(peaks, options.stops === true));
    const rows = curves.map((c) => {
      if (!("voltage" in c)) return [String(c.half), String(c.cycle), c.direction, "–", "–", c.notComputable];
      const peak = c.dqdv.values.reduce((best, v, k) => (Math.abs(v) > Math.abs(c.dqdv.values[best]!) ? k : best), 0);
      return [
        String(c.half),
        String(c.cycle),
        c.direction,
        c.voltage.values[peak]!.toFixed(4),
        c.dqdv.values[peak]!.toPrecision(4),
        `${(c.binWidth.value * 1000).toPrecision(3)} mV`,
      ];
    });
    io.say(textTable(["half cycle", "cycle", "direction", "highest at V", unit, "bin"], rows));
  },
};

function seriesRequest(words: readonly string[], options: Parameters<Command["run"]>[1]): SeriesRequest {
  const against = AGAINST.find((word) => word === options.against);
  if (!against) throw new ThioscopeError("USAGE", `--against ${String(options.against)} is not known; it takes ${AGAINST.join(" and ")}`);
  if (words.length === 0) throw new ThioscopeError("USAGE", `files are needed. Usage: ${command.usage}`);
  const cells = typeof options.cell === "string" ? options.cell.split(",") : [];
  if (cells.length > 1 && cells.length !== words.length)
    throw new ThioscopeError("USAGE", `--cell names ${cells.length} cell files for ${words.length} raw files`);
  const cycle = options.cycle === undefined ? null : Number(options.cycle);
  if (cycle !== null && !(Number.isInteger(cycle) && cycle >= 1))
    throw new ThioscopeError("USAGE", `--cycle ${String(options.cycle)} is no number of a cycle, from 1`);
  return {
    files: words,
    cells,
    temperatures: temperatureList(options.temperature, words.length),
    against,
    cycle,
    shape: shapeOption(options.shape),
    salvage: options.salvage === true,
  };
}

function chosen(file: CyclingFile, word: string | boolean | undefined): readonly HalfCycle[] {
  const halves = halfCycles(file);
  if (halves.length === 0) {
    const kind = kindOfTechnique(file.technique);
    const why = kind === "cycling" ? "no current flowed long enough in one direction" : NO_CYCLES[kind];
    throw new ThioscopeError("NOT_COMPUTABLE", `the file (${file.technique}) holds no half cycle: ${why}`);
  }
  if (typeof word !== "string") return halves;
  const half = halves[Number(word) - 1];
  if (!half) throw new ThioscopeError("USAGE", `--half ${word}: the file has half cycles 1 to ${halves.length}`);
  return [half];
}

function describe(half: HalfCycle, curve: DifferentialCapacity | ReturnType<typeof smoothedCapacity>, factor: number, unit: string) {
  const place = { half: half.number, cycle: half.cycle, direction: half.direction, rows: half.rows };
  if ("notComputable" in curve) return { ...place, notComputable: curve.notComputable };
  const { value, binWidthVolt, voltageVolt } = curve satisfies DifferentialCapacity | SmoothedCapacity;
  const { sigma } = value;
  return {
    ...place,
    voltage: { values: voltageVolt, sigma: null, unit: "V" },
    dqdv: {
      values: value.values.map((v) => v * factor),
      sigma: sigma instanceof Float64Array ? sigma.map((s) => s * factor) : sigma === null ? null : sigma * factor,
      unit,
    },
    binWidth: { value: binWidthVolt, sigma: null, unit: "V" },
    ...("voltageNoiseVolt" in curve
      ? { voltageNoise: { value: curve.voltageNoiseVolt, sigma: null, unit: "V" }, binWidthHow: curve.binWidthHow }
      : {}),
  };
}

/** All curves below one another, told apart by half cycle and cycle. */
function asTable(curves: readonly ReturnType<typeof describe>[], unit: string) {
  const drawn = curves.filter((c) => "voltage" in c);
  const stack = (name: string, columnUnit: string, of: (c: (typeof drawn)[number], k: number) => number): Column => ({
    name,
    unit: columnUnit,
    values: Float64Array.from(drawn.flatMap((c) => Array.from(c.voltage.values, (_, k) => of(c, k)))),
  });
  const sigmaAt = (c: (typeof drawn)[number], k: number): number => {
    const { sigma } = c.dqdv;
    return sigma instanceof Float64Array ? sigma[k]! : (sigma ?? Number.NaN);
  };
  return makeTable([
    stack("half_cycle", "", (c) => c.half),
    stack("cycle", "", (c) => c.cycle),
    stack("voltage", "V", (c, k) => c.voltage.values[k]!),
    stack("dqdv", unit, (c, k) => c.dqdv.values[k]!),
    stack("dqdv_sigma", unit, sigmaAt),
  ]);
}
