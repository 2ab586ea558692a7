/** The rings of the phases in one frame, turned into stress. */
import {
  cakeOf,
  type DetectorGeometry,
  type IntegrationPlan,
  integrateFrame,
  integrationPlan,
  type MeasuredStress,
  measureStress,
  phaseWindows,
} from "@thioscope/core/diffraction";
import type { DetectorImage } from "@thioscope/formats";
import { fastSummer } from "@thioscope/kernels";
import type { SourceInputs } from "../../lines.ts";
import type { ResultInput, StepIo } from "../../stepModules.ts";
import { corrections, pixelDegree, storedCalibration, wavelengthOf } from "./source.ts";
import type { StressTarget } from "./stressSummary.ts";
import { halfWindow } from "./stressTargets.ts";

/** Measures the targets named in a frame's note; the others are null. */
export async function ringsOf(
  inputs: SourceInputs & { "xrd.calibrate": ResultInput },
  parameters: Readonly<Record<string, unknown>>,
  shape: readonly [number, number],
  targets: readonly StressTarget[],
  io: StepIo,
): Promise<(image: DetectorImage, note: readonly number[]) => (MeasuredStress | null)[]> {
  const none = (): (MeasuredStress | null)[] => [];
  if (io.parts.length > 0) return none;
  const { geometry, geometryBound } = await storedCalibration(io, inputs["xrd.calibrate"], shape);
  const wavelength = wavelengthOf(geometry);
  const half = halfWindow(parameters, geometry);
  const plan = await ringPlan(inputs, shape, geometry, targets, wavelength, half, Number(parameters.sectors), io);
  const summer = fastSummer(plan);
  const options = {
    wavelengthAngstrom: wavelength,
    halfWindowDegree: half,
    axialAzimuthDegree: Number(parameters.axial),
    ...(geometryBound ? { geometry: geometryBound } : {}),
  };
  return (image, note) => {
    const cake = cakeOf(plan, integrateFrame(plan, image.values, { summer }));
    return targets.map((target, k) => (note.includes(k) ? measureStress(cake, target.stress, options) : null));
  };
}

async function ringPlan(
  inputs: SourceInputs,
  shape: readonly [number, number],
  geometry: DetectorGeometry,
  targets: readonly StressTarget[],
  wavelength: number,
  half: number,
  sectors: number,
  io: StepIo,
): Promise<IntegrationPlan> {
  const { windows } = phaseWindows(
    targets.map(({ phase }) => phase),
    { wavelengthAngstrom: wavelength, halfWidthDegree: half },
  );
  const places = windows.map((w) => w.twoThetaDegree);
  const [low, high] = [Math.max(0.05, Math.min(...places) - 1.2 * half), Math.max(...places) + 1.2 * half];
  const bins = Math.min(20_000, Math.ceil((high - low) / pixelDegree(geometry)));
  return integrationPlan(geometry, {
    unit: "2th_deg",
    bins,
    sectors,
    range: [low, high],
    splitting: "full",
    ...(await corrections(inputs, shape, io)),
  });
}
