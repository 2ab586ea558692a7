/**
 * Calibration of the shift axis on a line of known place: silicon at 520.5 cm⁻¹, or a line that is named with its place.
 *
 * The strongest peak within `within` cm⁻¹ of the reference is fitted with a Voigt profile on a line; the axis is wrong by what it lies off, and all
 * shifts are moved by as much. One line corrects an offset (a wrong laser wavelength, a moved grating), never a wrong dispersion.
 */
import { ThioscopeError } from "../errors.ts";
import { fitPeaks, type PeakShapeName } from "../peaks/index.ts";
import type { Quantity } from "../units/quantity.ts";
import type { RamanSpectrum } from "./spectrum.ts";

/** Lines of standards, cm⁻¹. */
export const RAMAN_REFERENCES: Readonly<Record<string, { position: number; sigma: number; source: string }>> = {
  Si: {
    position: 520.5,
    sigma: 0.3,
    source:
      "Parker, Feldman and Ashkin, Phys. Rev. 155, 712 (1967): 520 ± 1; Itoh and Shirono, J. Raman Spectrosc. 51, 2496 (2020): 520.45 ± 0.28",
  },
  diamond: { position: 1332.5, sigma: 0.5, source: "Solin and Ramdas, Phys. Rev. B 1, 1687 (1970)" },
};

export interface RamanCalibration {
  /** to be added to every shift, cm⁻¹ */
  offset: Quantity;
  /** where the line was found, and its full width */
  found: Quantity;
  width: Quantity;
  reference: { name: string; position: number; source: string };
}

/** Throws NOT_COMPUTABLE where no peak stands out of the noise near the reference. */
export function calibrateRaman(
  spectrum: RamanSpectrum,
  reference: { name: string; position: number; sigma: number; source: string },
  within = 30,
  shape: PeakShapeName = "voigt",
): RamanCalibration {
  const { position } = reference;
  const keep = [...spectrum.shift.keys()].filter((i) => Math.abs(spectrum.shift[i]! - position) <= 2 * within);
  if (keep.length < 12)
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `${keep.length} points lie within ${2 * within} cm⁻¹ of ${reference.name} at ${position} cm⁻¹`,
    );
  const x = Float64Array.from(keep, (i) => spectrum.shift[i]!);
  const y = Float64Array.from(keep, (i) => spectrum.intensity[i]!);
  let top = -1;
  for (const [k, v] of x.entries()) if (Math.abs(v - position) <= within && (top < 0 || y[k]! > y[top]!)) top = k;
  const floor = Math.min(...y);
  const fit = fitPeaks(
    { x, y, xUnit: "1/cm", yUnit: "counts" },
    {
      shape,
      baseline: 1,
      correlatedResiduals: true,
      peaks: [{ centre: x[top]!, width: 8, area: 8 * (y[top]! - floor), centreRange: [position - within, position + within] }],
    },
  );
  const [peak] = fit.peaks;
  const significant = peak && peak.area.sigma !== null && peak.area.value > 5 * peak.area.sigma;
  if (!peak?.centre || !significant)
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `no line of ${reference.name} stands out of the noise within ${within} cm⁻¹ of ${position} cm⁻¹`,
    );
  const sigma = Math.hypot(peak.centre.sigma ?? 0, reference.sigma);
  return {
    offset: { value: position - peak.centre.value, sigma, unit: "1/cm" },
    found: peak.centre,
    width: peak.width,
    reference: { name: reference.name, position, source: reference.source },
  };
}
