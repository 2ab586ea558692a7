/** thioscope gitt: titration by current pulses or potential steps. */
import { basename } from "node:path";
import { type Answer, formatQuantity, isComputable, parseQuantity, ThioscopeError } from "@thioscope/core";
import { cyclingSeries, flowOf } from "@thioscope/core/cycling";
import { type CapacityBasis, inBasis } from "@thioscope/core/story";
import {
  type DiffusionLength,
  equilibriumCurve,
  meanOverPulses,
  type PotentialStep,
  potentialSteps,
  type TitrationPulse,
  titration,
} from "@thioscope/core/titration";
import type { CyclingFile } from "@thioscope/formats";
import type { Command } from "../command.ts";
import { basesOf, oneWord, readCell, readRaw, shortAnswer, textTable } from "../inputs.ts";

const SHAPES = ["sphere", "plate"] as const;

export const command: Command = {
  name: "gitt",
  summary: "titration by pulses or steps: equilibrium curve, resistances, D/L²",
  usage: "thioscope gitt FILE [--cell cell.yaml] [--length L [--shape sphere|plate]]",
  about: `Pulses of equal current with rests (GITT) are found in the file; where there are none, potential steps with decaying current (PITT).
Per pulse: the relaxed potential with what may still be to relax as its error, the overpotential split into ohmic, charge transfer and
diffusion, resistances, and D/L² (L = volume over surface). D itself needs --length and passed checks: √t straight, window ≪ L²/D,
dE/dx neither zero nor in a bend, rests relaxed. On a two-phase plateau D is refused and the interface resistance given.`,
  options: {
    cell: { type: "string", value: "FILE", help: "cell file: capacities per gram of active material" },
    length: { type: "string", value: "LENGTH", help: 'radius of the particles, or thickness of the plate, e.g. "1 um"' },
    shape: { type: "string", value: "SHAPE", help: "sphere (default) or plate (open on one side)" },
    salvage: { type: "boolean", help: "of a damaged file, use what can be read before the damage" },
  },
  examples: ["thioscope gitt gitt.mpr --cell cell.yaml", 'thioscope gitt gitt.mpr --length "1 um" --json'],
  async run(words, options, io) {
    const path = oneWord(words, command.usage);
    const length = lengthOf(options.length, options.shape);
    const basis = basesOf(typeof options.cell === "string" ? await readCell(options.cell) : null)[0]!;
    const file = await readRaw(path, io.task, options.salvage === true);
    const found = analyse(file, length);
    const head = { file: basename(path), format: file.format, technique: file.technique, diffusionLength: length };
    if ("pulses" in found) {
      const { pulses } = found;
      const trains = [...new Set(pulses.map((p) => p.train))].map((train) => {
        const own = pulses.filter((p) => p.train === train);
        return {
          train,
          direction: own[0]!.direction,
          pulses: own.length,
          plateaus: own.filter((p) => p.isPlateau).length,
          meanDiffusionRate: meanOverPulses(own, "diffusionRate"),
          meanDiffusionCoefficient: meanOverPulses(own, "diffusionCoefficient"),
        };
      });
      io.result({
        ...head,
        method: "current pulses",
        trains,
        equilibriumCurve: equilibriumCurve(pulses).map((p) => ({ ...p, capacityInBasis: inBasis(p.capacity, basis) })),
        pulses,
        warnings: [...file.notices, ...found.notices],
      });
      if (!io.json) for (const t of trains) io.say(trainText(t, pulses, basis));
    } else {
      io.result({ ...head, method: "potential steps", steps: found.steps, warnings: [...file.notices, ...found.notices] });
      if (!io.json) io.say(stepTable(found.steps, basis));
    }
    for (const notice of [...file.notices, ...found.notices]) io.hint(`warning: ${notice.message} [${notice.code}]`);
  },
};

function lengthOf(word: string | boolean | undefined, shape: string | boolean | undefined): DiffusionLength | null {
  if (shape !== undefined && !SHAPES.some((s) => s === shape)) {
    throw new ThioscopeError("USAGE", `--shape ${String(shape)} is not known; ${SHAPES.join(" and ")} are`);
  }
  if (typeof word !== "string") {
    if (shape !== undefined) throw new ThioscopeError("USAGE", "--shape says how --length is meant, which is not given");
    return null;
  }
  return { shape: shape === "plate" ? "plate" : "sphere", length: parseQuantity(word, "m") };
}

function analyse(file: CyclingFile, length: DiffusionLength | null) {
  const series = cyclingSeries(file);
  const flow = flowOf(series);
  const notices = [...series.notices, ...flow.notices];
  try {
    return { pulses: titration(flow, length), notices };
  } catch (error) {
    if (!(error instanceof ThioscopeError && error.code === "NOT_COMPUTABLE")) throw error;
    try {
      return { steps: potentialSteps(series, length), notices };
    } catch (second) {
      if (!(second instanceof ThioscopeError && second.code === "NOT_COMPUTABLE")) throw second;
      throw new ThioscopeError("NOT_COMPUTABLE", `${error.message}; ${second.message}`);
    }
  }
}

function trainText(
  train: {
    train: number;
    direction: string;
    pulses: number;
    plateaus: number;
    meanDiffusionRate: Answer;
    meanDiffusionCoefficient: Answer;
  },
  pulses: readonly TitrationPulse[],
  basis: CapacityBasis,
): string {
  const own = pulses.filter((p) => p.train === train.train);
  const rows = own.map((p) => [
    String(p.number),
    shortAnswer(inBasis(p.capacityAfter, basis)),
    shortAnswer(p.relaxedAfter),
    shortAnswer(p.relaxationRate),
    shortAnswer(p.overpotential.total),
    shortAnswer(p.overpotential.ohmic),
    shortAnswer(p.overpotential.chargeTransfer),
    shortAnswer(p.overpotential.diffusion),
    shortAnswer(p.resistance.interface),
    p.isPlateau ? "plateau" : shortAnswer(p.diffusionRate),
  ]);
  const head = ["pulse", basis.unit, "relaxed V", "mV/h", "η mV", "ohmic", "transfer", "diffusion", "interface Ω", "D/L² 1/s"];
  const text = (name: string, answer: Answer): string =>
    `${name}: ${isComputable(answer) ? `${formatQuantity(answer)} (mean and scatter of the pulses)` : answer.notComputable}`;
  const reasons = own.flatMap((p) =>
    isComputable(p.diffusionRate) ? [] : [`  pulse ${p.number}: no D/L²: ${p.diffusionRate.notComputable}`],
  );
  return [
    `${train.direction}: ${train.pulses} pulses of ${formatQuantity(own[0]!.current)} for ${formatQuantity(own[0]!.duration)}, ${train.plateaus} on a plateau`,
    textTable(head, rows),
    text("D/L²", train.meanDiffusionRate),
    text("D", train.meanDiffusionCoefficient),
    ...reasons,
  ].join("\n");
}

function stepTable(steps: readonly PotentialStep[], basis: CapacityBasis): string {
  const rows = steps.map((s) => [
    String(s.number),
    shortAnswer(s.potential),
    shortAnswer(s.stepHeight),
    shortAnswer(inBasis(s.capacity, basis)),
    shortAnswer(s.resistanceRatio),
    shortAnswer(s.diffusionRate),
    isComputable(s.diffusionCoefficient) ? formatQuantity(s.diffusionCoefficient) : s.diffusionCoefficient.notComputable,
  ]);
  return textTable(["step", "V", "step mV", basis.unit, "R ratio", "D/L² 1/s", "D"], rows);
}
