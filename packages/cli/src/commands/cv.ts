/** thioscope cv: sweeps, peaks, peak pairs; over several files b-values, Randles–Ševčík and temperatures. */
import { basename } from "node:path";
import { type Answer, formatQuantity, isComputable, parseQuantity, type Quantity, ThioscopeError } from "@thioscope/core";
import { cellArea } from "@thioscope/core/cell";
import {
  bValue,
  type Couple,
  compareSeparations,
  type PeakSeries,
  peakSeries,
  randlesSevcik,
  type Separation,
  type Voltammogram,
  voltammetry,
} from "@thioscope/core/voltammetry";
import type { CyclingFile } from "@thioscope/formats";
import type { Command } from "../command.ts";
import { readCell, readRaw, shortAnswer, temperatureList, textTable } from "../inputs.ts";

export const command: Command = {
  name: "cv",
  summary: "cyclic voltammetry: sweeps, peaks, b-values, separations",
  usage: "thioscope cv FILE… [--temperature LIST] [--area A|--cell cell.yaml] [--electrons N --concentration C]",
  about: `Sweeps and scans are found from the potential, the scan rate is measured. A peak's current and charge are above a straight
baseline from the foot before it; where the foot lies is part of the result. Several files (or rates in one file) give b-values with
their covariance, and with n, area and concentration D by Randles and Ševčík where the peaks are limited by diffusion and stay in place.
Peak separations are compared at equal scan rate only. Anodic currents are positive.`,
  options: {
    temperature: { type: "string", value: "LIST", help: 'temperatures of the files in their order, e.g. "30 °C, 80 °C"' },
    area: { type: "string", value: "AREA", help: 'area of the electrode, e.g. "0.785 cm2"' },
    cell: { type: "string", value: "FILE", help: "cell file: gives the area" },
    electrons: { type: "string", value: "N", help: "electrons of the couple, for Randles–Ševčík" },
    concentration: { type: "string", value: "C", help: 'concentration of the couple, e.g. "2.5 mmol/L"' },
    salvage: { type: "boolean", help: "of a damaged file, use what can be read before the damage" },
  },
  examples: ['thioscope cv "CV example.pssession"', "thioscope cv 10mVs.mpr 20mVs.mpr 50mVs.mpr --json"],
  async run(words, options, io) {
    if (words.length === 0) throw new ThioscopeError("USAGE", `at least one file is needed. Usage: ${command.usage}`);
    const temperatures = temperatureList(options.temperature, words.length);
    const area = await areaOf(options.area, options.cell);
    const files: { label: string; file: CyclingFile; voltammogram: Voltammogram; temperature: Quantity | null }[] = [];
    for (const [k, path] of words.entries()) {
      io.task.progress(k, words.length, "files");
      const file = await readRaw(path, io.task, options.salvage === true);
      try {
        files.push({ label: basename(path), file, voltammogram: voltammetry(file), temperature: temperatures[k] ?? null });
      } catch (error) {
        throw error instanceof ThioscopeError ? error.at({ file: basename(path) }) : error;
      }
    }
    const { series, refused } = peakSeries(files);
    const couple = coupleOf(options, area, temperatures[0] ?? null);
    const overRates = series.map((s) => ({
      ...s,
      bValue: bValue(s.points),
      diffusionCoefficient: diffusion(s, couple),
    }));
    const separations = compareSeparations(separationsOf(files));
    io.result({
      area: area ?? { notComputable: "neither --area nor --cell is given" },
      files: files.map(({ label, file, voltammogram, temperature }) => ({
        file: label,
        format: file.format,
        technique: file.technique,
        temperature: temperature ?? { notComputable: "no --temperature is given" },
        ...voltammogram,
        notices: undefined,
        warnings: [...file.notices, ...voltammogram.notices],
      })),
      overScanRates: overRates,
      notCompared: refused,
      separations,
    });
    if (io.json) return;
    for (const { label, voltammogram } of files) io.say(`${label}\n${sweepTable(voltammogram)}\n${pairLines(voltammogram)}`);
    for (const { direction, peak, points, bValue: b, diffusionCoefficient } of overRates) {
      if (points.length < 2) continue;
      io.say(`${direction} peak ${peak}: b ${"b" in b ? `${formatQuantity(b.b)}, ${b.reading}` : `not computable: ${b.notComputable}`}`);
      if (isComputable(diffusionCoefficient)) io.say(`  D ${formatQuantity(diffusionCoefficient)}`);
    }
    for (const { from, to, change } of separations) {
      io.say(`separation of ${to} against ${from}: ${isComputable(change) ? formatQuantity(change) : `refused: ${change.notComputable}`}`);
    }
    for (const reason of refused) io.hint(`not compared: ${reason}`);
    for (const { file } of files) for (const notice of file.notices) io.hint(`warning: ${notice.message} [${notice.code}]`);
  },
};

async function areaOf(word: string | boolean | undefined, cell: string | boolean | undefined): Promise<Quantity | null> {
  if (typeof word === "string") return parseQuantity(word, "cm2");
  if (typeof cell !== "string") return null;
  const { answer } = cellArea(await readCell(cell));
  if (!isComputable(answer))
    throw new ThioscopeError("NOT_COMPUTABLE", `the cell file gives no area: ${answer.notComputable}`, { file: basename(cell) });
  return answer;
}

function coupleOf(
  options: Readonly<Record<string, string | boolean | undefined>>,
  area: Quantity | null,
  temperature: Quantity | null,
): Couple | string {
  const missing: string[] = [];
  if (typeof options.electrons !== "string") missing.push("--electrons");
  if (typeof options.concentration !== "string") missing.push("--concentration");
  if (!area) missing.push("--area or --cell");
  if (!temperature) missing.push("--temperature");
  if (missing.length > 0) return `Randles and Ševčík's equation needs ${missing.join(", ")}`;
  const electrons = Number(options.electrons);
  if (!(electrons > 0)) throw new ThioscopeError("USAGE", `--electrons ${String(options.electrons)} is not a number above 0`);
  return { electrons, area: area!, concentration: parseQuantity(String(options.concentration), "mol/m3"), temperature: temperature! };
}

function diffusion(series: PeakSeries, couple: Couple | string): Answer {
  if (typeof couple === "string") return { notComputable: couple };
  if (!series.isForward) return { notComputable: "the equation holds for the first sweep: the one back begins with the products of it" };
  return randlesSevcik(series.points, couple);
}

/** The last paired scan of every file. */
function separationsOf(files: readonly { label: string; voltammogram: Voltammogram; temperature: Quantity | null }[]): Separation[] {
  return files.flatMap(({ label, voltammogram, temperature }) => {
    const last = voltammogram.pairs.findLast((p) => p.pair === 1);
    if (!last) return [];
    return [{ label, scanRate: last.scanRate, separation: last.separation, ...(temperature ? { temperature } : {}) }];
  });
}

function sweepTable({ sweeps }: Voltammogram): string {
  const rows = sweeps.flatMap((s) => {
    const head = [
      String(s.scan),
      s.direction,
      `${s.startPotential.value.toFixed(3)} → ${s.endPotential.value.toFixed(3)}`,
      formatQuantity(s.scanRate),
    ];
    if (s.peaks.length === 0) return [[...head, "–", "–", "–", ""]];
    return s.peaks.map((p, k) => [
      ...(k === 0 ? head : ["", "", "", ""]),
      shortAnswer(p.potential),
      shortAnswer(p.current),
      shortAnswer(p.charge),
      `${p.baseline.foot[0].value.toFixed(3)} to ${p.baseline.foot[1].value.toFixed(3)}, until ${p.baseline.end.value.toFixed(3)} (${p.baseline.until})`,
    ]);
  });
  return textTable(["scan", "sweep", "V", "scan rate", "peak V", "current mA", "charge mC", "baseline from V"], rows);
}

function pairLines({ pairs, unpaired }: Voltammogram): string {
  const lines = pairs.map(
    (p) => `scan ${p.scan}: ΔE ${text(p.separation)}, middle ${text(p.midpoint)}, |i_pa/i_pc| ${text(p.currentRatio)}`,
  );
  return [...lines, ...unpaired.map((u) => `scan ${u.scan}: no pair: ${u.notComputable}`)].join("\n");
}

const text = (answer: Answer): string => (isComputable(answer) ? formatQuantity(answer) : answer.notComputable);
