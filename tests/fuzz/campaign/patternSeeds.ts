/** Powder patterns in every format that is known, of 24 points each. */
import { raw1, raw2, raw3, raw4 } from "../../brukerRaw.ts";

const counts = Array.from({ length: 24 }, (_, k) => 100 + 7 * k);
const angles = counts.map((_, k) => 10 + 0.02 * k);
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** Records of 80 columns. */
const inLines = (fields: string): string => fields.replace(/(.{80})/g, "$1\n");

const SCAN = `<scan><dataPoints><positions axis="2Theta" unit="deg"><startPosition>10</startPosition><endPosition>10.46</endPosition></positions>
<beamAttenuationFactors>${counts.map(() => 1).join(" ")}</beamAttenuationFactors><counts unit="counts">${counts.join(" ")}</counts></dataPoints></scan>`;

export const PATTERNS: Readonly<Record<string, () => Uint8Array>> = {
  raw1: () => raw1(counts),
  raw2: () => raw2(counts),
  raw3: () => raw3(counts),
  raw4: () => raw4(counts),
  xrdml: () =>
    text(
      `<?xml version="1.0"?><xrdMeasurements><sample type="To be analyzed"><id>LaB6</id></sample><xrdMeasurement>
<usedWavelength intended="K-Alpha"><kAlpha1 unit="Angstrom">1.540598</kAlpha1><kAlpha2 unit="Angstrom">1.544426</kAlpha2><ratioKAlpha2KAlpha1>0.5</ratioKAlpha2KAlpha1></usedWavelength>
${SCAN}${SCAN}</xrdMeasurement></xrdMeasurements>`,
    ),
  "gsas-std": () => text(`t\nBANK 1 24 3 CONST 1000 2 0 0 STD\n${inLines(counts.map((y) => String(y).padStart(8)).join(""))}\n`),
  "gsas-esd": () =>
    text(`t\nBANK 1 24 5 CONST 1000 2 0 0 ESD\n${inLines(counts.map((y) => `${String(y).padStart(8)}     2.5`).join(""))}\n`),
  "gsas-fxye": () =>
    text(`t\nBANK 1 24 24 CONST 1000 2 0 0 FXYE\n${counts.map((y, k) => `${(100 * angles[k]!).toFixed(2)} ${y} 3`).join("\n")}\n`),
  "uxd-steps": () =>
    text(
      `; file\n_SAMPLE='LaB6'\n_WL1=1.5406\n_WL2=1.54439\n_WLRATIO=0.5\n_STEPTIME=2\n_STEPSIZE=0.02\n_START=10\n_COUNTS\n${counts.join(" ")}\n`,
    ),
  "uxd-pairs": () =>
    text(`_STEPTIME=2\n_2THETACPS\n${counts.map((y, k) => `${angles[k]!.toFixed(4)} ${y}`).join("\n")}\n_RANGE=2\n_COUNTS\n1 2\n`),
  "cif-pattern": () =>
    text(
      `data_a\n_diffrn_radiation_wavelength 1.5406\nloop_\n_pd_meas_2theta_scan\n_pd_meas_intensity_total\n${counts.map((y, k) => `${angles[k]!.toFixed(3)} ${y}(9)`).join("\n")}\n`,
    ),
  "cif-range": () =>
    text(
      `data_a\n_pd_meas_2theta_range_min 10\n_pd_meas_2theta_range_max 10.46\n_pd_meas_2theta_range_inc 0.02\nloop_\n_pd_meas_counts_total\n_pd_proc_ls_weight\n${counts.map((y) => `${y} 0.25`).join("\n")}\n`,
    ),
};
