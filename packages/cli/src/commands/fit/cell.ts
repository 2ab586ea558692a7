/** thioscope fit cell: parameters of the cell model from a measured discharge. */
import { basename } from "node:path";
import { formatQuantity, isComputable, type Quantity, quantity } from "@thioscope/core";
import { fitCell, layersOf } from "@thioscope/core/cellmodel";
import type { Action } from "../../actions.ts";
import { answerText, oneWord, textTable, warningLines } from "../../inputs.ts";
import { MODEL_OPTIONS, modelOf } from "../../simulate/cellInputs.ts";
import { curveOf, fileOf, massOf } from "../../simulate/measured.ts";

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
