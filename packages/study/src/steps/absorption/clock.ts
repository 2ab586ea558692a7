/**
 * Spectra that were taken while the cell ran, on its clock: the moment of each by the dates that the scan and the cycler's rows state, and what potential, charge and x were then.
 * A scan counts at its start. Without dates on both sides, or with all scans outside of the run, there is no clock.
 */
import type { Notice } from "@thioscope/core";
import type { SpectroscopyClock } from "@thioscope/core/story";
import type { SourceInputs } from "../../lines.ts";
import type { StepIo } from "../../stepModules.ts";
import { loadCell } from "../cell.ts";
import { cellState, rowsBetween, runClock } from "../xrd/runClock.ts";
import type { Spectrum } from "./common.ts";

export interface JoinedClock {
  clock: SpectroscopyClock;
  /** sha-256 of the cycler's file */
  run: string;
}

export async function clockOf(
  inputs: SourceInputs,
  series: readonly Pick<Spectrum, "scan">[],
  io: StepIo,
  notices: Notice[],
): Promise<JoinedClock | null> {
  const seconds = series.map(({ scan }) => scan.startSecond ?? Number.NaN);
  const dated = seconds.filter(Number.isFinite);
  if (dated.length === 0 || (inputs.run ?? []).length === 0) return null;
  const run = await runClock(io, inputs.run ?? [], await loadCell(io, inputs.cell), Float64Array.from(dated));
  if (!run || run.unixSecond === null) {
    if (run) notices.push({ code: "clock-unknown", message: `${run.input.file} states no date of its rows: spectra are not on its clock` });
    return null;
  }
  const end = run.timeSecond[run.timeSecond.length - 1]!;
  const moments = seconds.map((second) => second - run.unixSecond!);
  const inside = moments.filter((t) => t >= 0 && t <= end).length;
  // standards and samples of other days are no operando series
  if (inside === 0) return null;
  if (inside < moments.length) {
    notices.push({
      code: "spectra-off-clock",
      message: `${moments.length - inside} of ${moments.length} spectra were not taken during ${run.input.file}: they have no place on its clock`,
    });
  }
  const states = moments.map((t) => (t >= 0 && t <= end ? cellState(run, { value: t, sigma: null, unit: "s" }) : null));
  const of = (kind: "potential" | "charge" | "x"): number[] => states.map((state) => state?.[kind]?.value ?? Number.NaN);
  return {
    run: run.input.sha256,
    clock: {
      how: `dates of the scans' starts and of the rows of ${run.input.file}`,
      hour: moments.map((t, k) => (states[k] ? t / 3600 : Number.NaN)),
      potentialVolt: of("potential"),
      chargeMilliampereHour: of("charge"),
      x: of("x"),
      row: moments.map((t, k) => (states[k] ? rowsBetween(run, t, end)[0] : Number.NaN)),
    },
  };
}
