/** Integrated frames as text: XY with a head of comments (as pyFAI and Dioptas read it), CSV with units in the names. */
import { type IntegratedFrame, type IntegrationPlan, RADIAL_LABELS } from "@thioscope/core/diffraction";

/** Three columns: axis, intensity, error (without the last where errors were not asked for). Bins without pixels are left out. */
export function* writeXy(plan: IntegrationPlan, { pattern }: IntegratedFrame): Iterable<string> {
  const { geometry } = plan;
  const { quantity, unit } = RADIAL_LABELS[plan.unit];
  const sigma = pattern.sigma as Float64Array | null;
  yield [
    "# Azimuthal integration by Thioscope",
    `# distance ${geometry.distanceMetre} m, PONI ${geometry.poni1Metre} ${geometry.poni2Metre} m, rotations ${geometry.rot1} ${geometry.rot2} ${geometry.rot3} rad, orientation ${geometry.orientation}`,
    `# pixel ${geometry.pixel1Metre} ${geometry.pixel2Metre} m, wavelength ${geometry.wavelengthMetre ?? "unknown"} m, splitting ${plan.splitting}`,
    `# ${quantity} (${unit})  intensity (counts)${sigma ? "  sigma (counts)" : ""}`,
    "",
  ].join("\n");
  for (const b of rising(plan)) {
    if (Number.isNaN(pattern.values[b]!)) continue;
    yield `${plan.axis[b]!.toPrecision(10)} ${pattern.values[b]!.toPrecision(9)}${sigma ? ` ${sigma[b]!.toPrecision(6)}` : ""}\n`;
  }
}

/** Axis, intensity, sigma; bins without pixels have empty fields. */
export function* writePatternCsv(plan: IntegrationPlan, { pattern }: IntegratedFrame): Iterable<string> {
  const sigma = pattern.sigma as Float64Array | null;
  yield `${axisName(plan)},intensity_count${sigma ? ",sigma_count" : ""}\n`;
  for (const b of rising(plan)) {
    yield `${plan.axis[b]!.toPrecision(10)},${field(pattern.values[b]!, 9)}${sigma ? `,${field(sigma[b]!, 6)}` : ""}\n`;
  }
}

/** One row per radial bin, one column per sector, named by its centre in degrees. */
export function* writeCakeCsv(plan: IntegrationPlan, { cake }: IntegratedFrame): Iterable<string> {
  const { bins, sectors } = plan.grid;
  yield `${axisName(plan)},${Array.from(plan.azimuthDegree, (chi) => `azimuth_${Number(chi.toFixed(4))}_deg`).join(",")}\n`;
  for (const b of rising(plan)) {
    yield `${plan.axis[b]!.toPrecision(10)},${Array.from({ length: sectors }, (_, s) => field(cake.values[s * bins + b]!, 9)).join(",")}\n`;
  }
}

function axisName(plan: IntegrationPlan): string {
  return { "2th_deg": "two_theta_deg", "q_nm^-1": "q_per_nm", "q_A^-1": "q_per_angstrom", d: "d_angstrom", r_mm: "r_mm" }[plan.unit];
}

/** Bins in the order of a rising axis: d falls with the binned coordinate. */
function rising({ axis, unit }: IntegrationPlan): number[] {
  const order = Array.from(axis.keys());
  return unit === "d" ? order.reverse() : order;
}

function field(value: number, digits: number): string {
  return Number.isNaN(value) ? "" : value.toPrecision(digits);
}
