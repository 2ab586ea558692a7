/** A fitted geometry as what is told of it: quantities with errors, residuals per ring, what is not determined. */
import type { Calibrant } from "../crystal/calibrants.ts";
import type { Notice } from "../errors.ts";
import { type Answer, type Quantity, quantity } from "../units/quantity.ts";
import type { Calibration, WavelengthAndDistance } from "./calibrate.ts";
import { type FreeParameters, type GeometryFit, type ParameterName, parametersOf, withParameters } from "./calibrateFit.ts";
import { type Refined, rms } from "./calibrateRefine.ts";
import { beamGeometry } from "./fit2d.ts";
import type { DetectorGeometry } from "./geometry.ts";

export interface RingResidual {
  /** null in a list that states none */
  readonly hkl: readonly [number, number, number] | null;
  readonly spacing: Quantity;
  /** where it ought to be, degrees */
  readonly twoThetaDegree: number;
  /** mean of what was found less that, with its standard error */
  readonly mean: Quantity;
  /** scatter of its sectors about that mean, degrees */
  readonly scatterDegree: number;
  readonly sectors: number;
}

const DEGREE = 180 / Math.PI;

export function describeFit(
  refined: Refined,
  calibrant: Calibrant,
  free: FreeParameters,
  both: GeometryFit | null,
  explained: number,
): Calibration {
  const { fit, pixelAngle } = refined;
  const scatter = rms(fit);
  const used = fit.used.reduce((n, u) => n + u, 0);
  const together = wavelengthAndDistance(fit, both);
  return {
    geometry: fit.geometry,
    parameters: parametersWithErrors(fit),
    rings: ringResiduals(refined, calibrant),
    rms: { degree: scatter * DEGREE, pixel: scatter / pixelAngle },
    points: { used, all: fit.used.length },
    wavelengthAndDistance: together,
    notices: [...calibrant.notices, ...noticesOf(refined, free, used), ...foreignRings(calibrant, explained)],
  };
}

/** Everything that follows from the parameters, with errors by the covariance of the fit. */
function parametersWithErrors(fit: GeometryFit): Calibration["parameters"] {
  const { geometry, names, covariance } = fit;
  const outputs = (g: DetectorGeometry): Record<string, { value: number; unit: string }> => {
    const beam = beamGeometry(g);
    return {
      distance: { value: beam.beamDistanceMetre * 1e3, unit: "mm" },
      centreRow: { value: beam.centreRow, unit: "px" },
      centreColumn: { value: beam.centreColumn, unit: "px" },
      tilt: { value: beam.tiltDegree, unit: "deg" },
      tiltPlane: { value: beam.tiltPlaneDegree, unit: "deg" },
      poniDistance: { value: g.distanceMetre * 1e3, unit: "mm" },
      poni1: { value: g.poni1Metre * 1e3, unit: "mm" },
      poni2: { value: g.poni2Metre * 1e3, unit: "mm" },
      rot1: { value: g.rot1, unit: "rad" },
      rot2: { value: g.rot2, unit: "rad" },
      wavelength: { value: (g.wavelengthMetre ?? Number.NaN) * 1e10, unit: "Å" },
    };
  };
  const at = outputs(geometry);
  const all = parametersOf(geometry);
  const values = names.map((name) => all[name]);
  const n = names.length;
  const slopes = names.map((name, j) => {
    const step = name === "distance" || name === "wavelength" ? 1e-6 * values[j]! : name.startsWith("tilt") ? 1e-7 : 1e-4;
    const moved = (sign: number): ReturnType<typeof outputs> =>
      outputs(
        withParameters(
          geometry,
          names,
          values.map((v, i) => (i === j ? v + sign * step : v)),
        ),
      );
    const [above, below] = [moved(1), moved(-1)];
    return (key: string): number => (above[key]!.value - below[key]!.value) / (2 * step);
  });
  const held = heldOutputs(names);
  return Object.entries(at).map(([name, { value, unit }]) => {
    let variance = 0;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) variance += slopes[i]!(name) * slopes[j]!(name) * covariance[i * n + j]!;
    const isHeld = held.has(name);
    return { name, value, sigma: isHeld || !(variance >= 0) ? null : Math.sqrt(variance), unit, held: isHeld };
  });
}

function heldOutputs(names: readonly ParameterName[]): Set<string> {
  const held = new Set<string>();
  if (!names.includes("wavelength")) held.add("wavelength");
  if (!names.includes("distance")) held.add("distance");
  if (!names.includes("tilt1")) for (const name of ["tilt", "tiltPlane", "rot1", "rot2"]) held.add(name);
  return held;
}

function ringResiduals({ fit, lines, spacings }: Refined, calibrant: Calibrant): RingResidual[] {
  const wavelength = fit.geometry.wavelengthMetre! * 1e10;
  const rings: RingResidual[] = [];
  for (const line of [...new Set(lines)].sort((a, b) => a - b)) {
    const off: number[] = [];
    for (const [i, l] of lines.entries()) if (l === line && fit.used[i] === 1) off.push(fit.residuals[i]! * DEGREE);
    // fewer say nothing of a scatter
    if (off.length < 3) continue;
    const mean = off.reduce((sum, x) => sum + x, 0) / off.length;
    const scatter = Math.sqrt(off.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (off.length - 1));
    const known = calibrant.lines.find(({ d }) => d.value === spacings[line])!;
    rings.push({
      hkl: known.hkl,
      spacing: known.d,
      twoThetaDegree: 2 * Math.asin(wavelength / (2 * spacings[line]!)) * DEGREE,
      mean: quantity(mean, "deg", scatter / Math.sqrt(off.length)),
      scatterDegree: scatter,
      sectors: off.length,
    });
  }
  return rings;
}

function wavelengthAndDistance(fit: GeometryFit, both: GeometryFit | null): WavelengthAndDistance {
  const values = parametersOf(fit.geometry);
  const n = fit.names.length;
  const sigmaOf = (f: GeometryFit, name: ParameterName): number => {
    const i = f.names.indexOf(name);
    return i < 0 ? 0 : Math.sqrt(f.covariance[i * f.names.length + i]!);
  };
  const relative = Math.hypot(sigmaOf(fit, "distance") / values.distance, sigmaOf(fit, "wavelength") / values.wavelength);
  const product = values.wavelength * 1e10 * values.distance;
  const energyKeV = 12.398_419_84 / (values.wavelength * 1e10);
  const shared = {
    product: quantity(product, "Å m", n > 0 ? product * relative : null),
    millimetrePerTenthKeV: (0.1 / energyKeV) * values.distance * 1e3,
  };
  const unknown: Answer = { notComputable: "the rings do not determine wavelength and distance beside each other" };
  if (!both || both.undetermined.some((name) => name === "wavelength" || name === "distance")) {
    return { ...shared, correlation: unknown, relativeSigma: unknown };
  }
  const m = both.names.length;
  const [i, j] = [both.names.indexOf("distance"), both.names.indexOf("wavelength")];
  const [sigmaL, sigmaW] = [sigmaOf(both, "distance"), sigmaOf(both, "wavelength")];
  if (!(sigmaL > 0 && sigmaW > 0)) return { ...shared, correlation: unknown, relativeSigma: unknown };
  return {
    ...shared,
    correlation: quantity(both.covariance[i * m + j]! / (sigmaL * sigmaW), "1"),
    relativeSigma: quantity(sigmaW / values.wavelength, "1"),
  };
}

/** Up to here only the product of wavelength and distance is determined. */
const SMALL_ANGLE_DEGREE = 8;

/** Scatter of rings of the right calibrant on a good detector is a hundredth of a pixel to a tenth. */
const LARGE_SCATTER_PIXEL = 0.25;

function noticesOf({ fit, fitPoints, lines, spacings, pixelAngle }: Refined, free: FreeParameters, used: number): Notice[] {
  const notices: Notice[] = [];
  const rings = new Set(lines.filter((_, i) => fit.used[i] === 1));
  const wavelength = fit.geometry.wavelengthMetre! * 1e10;
  const largest = Math.max(...[...rings].map((line) => 2 * Math.asin(wavelength / (2 * spacings[line]!)) * DEGREE));
  if (largest < SMALL_ANGLE_DEGREE && (free.distance || free.wavelength)) {
    const [known, found] = free.wavelength ? ["distance", "wavelength"] : ["wavelength", "distance"];
    notices.push({
      code: "wavelength-times-distance",
      message: `rings up to 2θ = ${largest.toFixed(1)}° determine wavelength × distance only: the ${found} is as good as the ${known} that was given`,
    });
  }
  if (free.tilt && !fit.names.includes("tilt1")) {
    notices.push({ code: "tilt-unknown", message: "one ring does not show a tilt: it is held at 0" });
  }
  if (fit.undetermined.length > 0) {
    notices.push({ code: "undetermined", message: `the rings do not determine ${fit.undetermined.join(", ")}` });
  }
  const off = rms(fit) / pixelAngle;
  if (off > LARGE_SCATTER_PIXEL) {
    const message = `the rings lie ${off.toFixed(2)} px off where they ought to: another calibrant, another energy, or a detector that distorts`;
    notices.push({ code: "rings-off", message });
  }
  if (used < 0.7 * fitPoints.length) {
    notices.push({
      code: "points-left-out",
      message: `${fitPoints.length - used} of ${fitPoints.length} points lie off their rings and were left out: foreign rings, spots or a wrong calibrant`,
    });
  }
  return notices;
}

/** A calibrant mixed into something else shows more rings than its own; so does a wrong one. */
function foreignRings({ name }: Calibrant, explained: number): Notice[] {
  if (explained >= 0.5) return [];
  const message = `${(100 * (1 - explained)).toFixed(0)} % of the rings that are seen are not those of ${name}: is it the calibrant, or in something else?`;
  return [{ code: "foreign-rings", message }];
}
