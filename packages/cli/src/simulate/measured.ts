/** A measured half cycle as the cell model takes it: from a raw file or a study, per gram of sulfur. */
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { inUnit, type Notice, parseQuantity, type TaskContext, ThioscopeError } from "@thioscope/core";
import type { MeasuredCurve } from "@thioscope/core/cellmodel";
import { chargeCurve, cyclingSeries, flowOf, halfCycles, measureHalfCycle } from "@thioscope/core/cycling";
import { readStudy } from "@thioscope/study";
import { readRaw } from "../inputs.ts";

/** Grams. */
export function massOf(text: string): number {
  const value = inUnit(parseQuantity(text, "g"), "g").value;
  if (!(value > 0)) throw new ThioscopeError("USAGE", `--mass ${text} must be above 0`);
  return value;
}

/** One discharge of a file as V over mAh per gram of sulfur. */
export async function curveOf(
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
export async function fileOf(target: string): Promise<string> {
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
