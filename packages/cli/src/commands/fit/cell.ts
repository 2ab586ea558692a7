/** thioscope fit cell: parameters of the cell model from a measured discharge. */
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  formatQuantity,
  inUnit,
  isComputable,
  type Notice,
  parseQuantity,
  type Quantity,
  quantity,
  type TaskContext,
  ThioscopeError,
} from "@thioscope/core";
import { fitCell, layersOf, type MeasuredCurve } from "@thioscope/core/cellmodel";
import { chargeCurve, cyclingSeries, flowOf, halfCycles, measureHalfCycle } from "@thioscope/core/cycling";
import { readStudy } from "@thioscope/study";
import type { Action } from "../../actions.ts";
import { answerText, oneWord, readRaw, textTable, warningLines } from "../../inputs.ts";
import { MODEL_OPTIONS, modelOf } from "../../simulate/cellInputs.ts";

const USAGE = "thioscope fit cell STUDY|FILE [--model SET] [--fit NAMES] [--half N] [--mass M]";
const FITTED = "diffusion, exchange.Na2S2-Na2S, exchange.Na2S4-Na2S2, contactResistance";

export const fitCellAction: Action = {
  usage: USAGE,
  about: `parameters of the conversion cathode from a measured discharge, V(q) by bounded least squares, with errors, what the curve does not determine and which
parameters it cannot tell apart. A study gives its first cycling file; the mass of sulfur comes from --mass, else from the set's loading and area.`,
  options: {
    model: { type: "string", value: "SET", help: "parameter set to begin with (na-s-nps)" },
    fit: { type: "string", value: "NAMES", help: `parameters, with commas (${FITTED})` },
    half: { type: "string", value: "N", help: "half cycle of the file, from 1 (the first discharge)" },
    mass: { type: "string", value: "M", help: 'of the sulfur, e.g. "1.65 mg"' },
    ...MODEL_OPTIONS,
  },
  examples: ["thioscope fit cell C09.mpr --mass 1.65mg", 'thioscope fit cell study/ --fit "diffusion, contactResistance" --json'],
  async run(words, options, io) {
    const target = oneWord(words, USAGE);
    const asked = modelOf(typeof options["model"] === "string" ? options["model"] : "na-s-nps", {
      ...options,
      cells: options["cells"] ?? "20",
    });
    const path = await fileOf(target);
    const names = (typeof options["fit"] === "string" ? options["fit"] : FITTED).split(",").map((n) => n.trim());
    const layers = layersOf(asked.set);
    const mass = typeof options["mass"] === "string" ? massOf(options["mass"]) : layers.sulfurLoading * layers.area * 1e3;
    const curve = await curveOf(path, mass, options["half"], io.task);
    const fit = fitCell(asked.set, curve.measured, names, { ...asked.choices, task: io.task });
    const warnings = [...asked.notices, ...curve.notices];
    io.result({
      file: basename(path),
      half: curve.half,
      set: asked.set.name,
      mass: quantity(mass * 1e3, "mg"),
      current: quantity(curve.measured.current, "mA/g"),
      parameters: fit.parameters.map(({ name, start, value, bound }) => ({ name, start, fitted: value, bound })),
      correlated: fit.correlated,
      residual: fit.residual,
      capacity: fit.capacity,
      curve: {
        capacity: { values: fit.curve.capacity, sigma: null, unit: "mAh/g" },
        measured: { values: fit.curve.measured, sigma: null, unit: "V" },
        model: { values: fit.curve.model, sigma: null, unit: "V" },
      },
      runs: fit.runs,
      converged: fit.converged,
      warnings,
    });
    io.say(`${basename(path)}, half cycle ${curve.half}: ${curve.measured.current.toFixed(1)} mA/g, ${asked.set.title}`);
    io.say(
      textTable(
        ["parameter", "start", "fitted", ""],
        fit.parameters.map(({ name, start, value, bound }) => [
          name,
          formatQuantity(start),
          isComputable(value) ? formatQuantity(value) : answerText(value),
          bound === "free" ? "" : `at its ${bound} limit`,
        ]),
      ),
    );
    io.say(
      `residual ${(1000 * fit.residual.value).toFixed(1)} mV; capacity ${mah(fit.capacity.model)} against ${mah(fit.capacity.measured)} measured`,
    );
    for (const { pair, correlation } of fit.correlated)
      io.say(`${pair.join(" and ")} cannot be told apart (correlation ${correlation.value.toFixed(3)})`);
    for (const line of warningLines(warnings)) io.hint(`warning: ${line}`);
  },
};

const mah = (q: Quantity): string => `${q.value.toFixed(0)} mAh/g`;

/** Grams. */
function massOf(text: string): number {
  const value = inUnit(parseQuantity(text, "g"), "g").value;
  if (!(value > 0)) throw new ThioscopeError("USAGE", `--mass ${text} must be above 0`);
  return value;
}

/** One discharge of a file as V over mAh per gram of sulfur. */
async function curveOf(
  path: string,
  mass: number,
  half: string | boolean | undefined,
  task: TaskContext,
): Promise<{ measured: MeasuredCurve; half: number; notices: Notice[] }> {
  const file = await readRaw(path, task);
  const series = cyclingSeries(file);
  const flow = flowOf(series);
  const halves = halfCycles(flow);
  const chosen = typeof half === "string" ? halves.find((h) => h.number === Number(half)) : halves.find((h) => h.direction === "discharge");
  if (!chosen) {
    const there = halves.map((h) => `${h.number} ${h.direction}`).join(", ") || "none";
    throw new ThioscopeError("NOT_COMPUTABLE", `${basename(path)} has no half cycle ${half ?? "that is a discharge"}; it has ${there}`);
  }
  const charge = chargeCurve(chosen);
  // C to mAh/g
  const capacity = charge.map((q) => q / 3.6 / mass);
  const volt = series.voltageVolt.slice(chosen.from, chosen.to);
  const current = (measureHalfCycle(chosen).workingCurrent.value * 1e3) / mass;
  return {
    measured: { direction: chosen.direction, capacity, volt, current },
    half: chosen.number,
    notices: [...file.notices, ...series.notices, ...flow.notices],
  };
}

/** A raw file, or the first cycling file of a study. */
async function fileOf(target: string): Promise<string> {
  const isFolder = await stat(target).then(
    (s) => s.isDirectory(),
    () => false,
  );
  if (!isFolder) return target;
  const study = await readStudy(target);
  const first = study.files.at(0);
  if (!first) throw new ThioscopeError("NOT_COMPUTABLE", `${target} has no cycling file`);
  return join(target, first.path);
}
