/**
 * The header text of Dectris detectors ("# Exposure_time 3.0 s"), the same in TIFF descriptions and in CBF. Words of the SLS/Dectris
 * "miniCBF" convention (CBF header specification 1.5).
 */
import { cleanFacts, factOf, numbersOf, wavelengthOfEnergy } from "./facts.ts";
import type { ImageFacts } from "./model.ts";

export interface PilatusHeader {
  facts: ImageFacts;
  meta: Record<string, string>;
}

/** Positions a goniometer writes, "Phi 0.0000 deg." */
const MOTORS = ["Start_angle", "Angle_increment", "Detector_2theta", "Detector_Voffset", "Alpha", "Kappa", "Phi", "Chi", "Omega"];

/** Null where no line begins with "# Word". */
export function readPilatusHeader(text: string): PilatusHeader | null {
  const meta: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const match = /^#\s*(Detector:|[A-Za-z]\w*)\s*[:=]?\s*(.*?)\s*$/.exec(line.slice(0, 2000));
    if (match) meta[match[1]!.replace(/:$/, "")] = match[2]!;
    else {
      const time = /^#\s*(\d{4}[-/]\S+.*?)\s*$/.exec(line.slice(0, 200));
      if (time) meta["Date"] = time[1]!;
    }
  }
  if (Object.keys(meta).length === 0) return null;
  const pixel = (meta["Pixel_size"] ?? "").split(/\sx\s/);
  const [beamColumn, beamRow] = numbersOf(meta["Beam_xy"] ?? "");
  const motors = Object.fromEntries(
    MOTORS.flatMap((name) =>
      meta[name] === undefined
        ? []
        : numbersOf(meta[name])
            .slice(0, 1)
            .map((v) => [name, v]),
    ),
  );
  const facts = cleanFacts({
    exposureSecond: factOf(meta["Exposure_time"], "time", "s"),
    startedAt: meta["Date"],
    wavelengthMetre: factOf(meta["Wavelength"], "length", "A") ?? wavelengthOfEnergy(factOf(meta["Energy"], "energy", "eV")),
    distanceMetre: factOf(meta["Detector_distance"], "length", "m"),
    // "x" comes first and runs along a row
    pixel1Metre: factOf(pixel[1], "length", "m"),
    pixel2Metre: factOf(pixel[0], "length", "m"),
    beamRow,
    beamColumn,
    saturationCount: numbersOf(meta["Count_cutoff"] ?? "")[0],
    motors,
  });
  return { facts, meta };
}
