/**
 * Where in the cathode a phase begins: whether its mean position lies nearer to the separator while it is young than later.
 *
 *   z = Σ I z_i / Σ I over positions, from intensities summed over scans; early: the first {@link EARLY} electrons per S after it appears; late: the rest of the half cycle
 *
 * The separator lies where the phase that its composition names is strongest. A difference below three of its errors is none.
 */
import type { Quantity } from "@thioscope/core";
import type { PartOf } from "@thioscope/core/story";
import { type CellCourse, compositionAfter } from "./courses.ts";

export interface PhaseMapOnCourse {
  part: PartOf<"diffraction">;
  course: CellCourse;
}

const EARLY = 0.25;
const CERTAIN = 3;

export function startsAtSeparator({ part, course }: PhaseMapOnCourse, phase: string, onset: Quantity): boolean {
  const { scans, phaseMaps } = part;
  const own = phaseMaps.find((one) => one.phase === phase);
  const separator = course.cell.layers.find(({ role }) => role === "separator")?.composition.map(({ name }) => name) ?? [];
  const electrolyte = phaseMaps.find((one) => one.phase !== phase && separator.some((name) => one.phase.includes(name)));
  if (!scans || !own || !electrolyte) return false;
  const charge = Array.from(
    scans.timeHour,
    (hour) => compositionAfter(course, { value: 3600 * Number(hour), sigma: 0 })?.value ?? Number.NaN,
  );
  const columns = charge.length;
  const mean = (
    { values, sigma }: Pick<typeof own, "values" | "sigma">,
    from: number,
    to: number,
  ): { at: number; sigma: number } | null => {
    const rows = Array.from(scans.positionMicrometre, (z, i) => {
      let [sum, square] = [0, 0];
      for (const [s, q] of charge.entries()) {
        const [v, e] = [Number(values[i * columns + s]), Number(sigma[i * columns + s])];
        if (!(q >= from && q <= to) || !Number.isFinite(v) || !(e > 0)) continue;
        sum += v;
        square += e * e;
      }
      return { z: Number(z), sum, square };
    });
    const whole = rows.reduce((a, { sum }) => a + sum, 0);
    const at = rows.reduce((a, { z, sum }) => a + z * sum, 0) / whole;
    const error = Math.sqrt(rows.reduce((a, { z, square }) => a + (z - at) ** 2 * square, 0)) / whole;
    return whole > 0 && Number.isFinite(error) ? { at, sigma: error } : null;
  };
  const split = onset.value + EARLY;
  const [early, late] = [mean(own, onset.value, split), mean(own, split, Number.POSITIVE_INFINITY)];
  const beside = mean(electrolyte, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  if (!early || !late || !beside) return false;
  const towards = Math.sign(beside.at - late.at) * (early.at - late.at);
  return towards > CERTAIN * Math.hypot(early.sigma, late.sigma);
}
