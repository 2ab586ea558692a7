/** thioscope xas calibrate and normalize. */
import { writeFile } from "node:fs/promises";
import { type Notice, ThioscopeError } from "@thioscope/core";
import { alignTo, calibrateOn, driftOf, ENERGY_REFERENCES, type EnergyReference, findFeatures } from "@thioscope/core/absorption";
import { type AbsorptionScan, athenaProject, writeAbsorptionCsv, writeAthena } from "@thioscope/formats";
import type { Action } from "../actions.ts";
import type { CommandIo } from "../command.ts";
import { textTable } from "../inputs.ts";
import { sayNotices, short } from "../spectra/inputs.ts";
import { type Curve, type Options, q, readCurves, readScans, someFiles, values } from "./inputs.ts";
import { CURVES, POINTS, SCANS } from "./options.ts";

/** "ZnSO4", "S8 white line", or "NAME=2480.5" for a derivative maximum, "NAME=2481.4:white line" for a peak. */
function referenceOption(options: Options): EnergyReference {
  const text = String(options["reference"] ?? "ZnSO4");
  const own = /^(.+)=([\d.]+)(?::(.+))?$/.exec(text);
  if (own) {
    const point = own[3] === undefined ? "derivative maximum" : own[3];
    if (point !== "derivative maximum" && point !== "white line") {
      throw new ThioscopeError("USAGE", `--reference ${text}: a point is "derivative maximum" or "white line"`);
    }
    return { name: own[1]!, point, energy: Number(own[2]), source: "as given" };
  }
  const found = ENERGY_REFERENCES.find(({ name }) => name.toLowerCase() === text.toLowerCase());
  if (found) return found;
  throw new ThioscopeError(
    "USAGE",
    `--reference ${text}: there are ${ENERGY_REFERENCES.map(({ name, energy }) => `${name} (${energy} eV)`).join(", ")}; or write NAME=ENERGY or NAME=ENERGY:white line`,
  );
}

export const calibrateAction: Action = {
  usage: "thioscope xas calibrate FILE… [--reference ZnSO4]",
  about:
    "the shift of a run from a scan of a reference (first file) whose point has a name; further files are aligned to it, with their drift.",
  options: {
    ...SCANS,
    reference: { type: "string", value: "NAME", help: "a named reference, NAME=EV or NAME=EV:white line (default ZnSO4)" },
  },
  examples: ["thioscope xas calibrate znso4.xdi --reference ZnSO4"],
  run: (words, options, io) => runCalibrate(someFiles(words, calibrateAction.usage), options, io),
};

export const normalizeAction: Action = {
  usage: "thioscope xas normalize FILE… [--pre=-28,-9 --post 18,54] [-o series.csv|series.prj]",
  about:
    "the edge, its step with the error that the choice of windows brings, features; -o writes the series as one table or as a project.",
  options: {
    ...CURVES,
    ...POINTS,
    out: { type: "string", short: "o", value: "FILE", help: "write the series, .csv or .prj" },
  },
  examples: ["thioscope xas normalize s_*.xdi --pre=-28,-9 --post 18,54 -o series.prj"],
  run: (words, options, io) => runNormalize(someFiles(words, normalizeAction.usage), options, io),
};

async function runCalibrate(files: readonly string[], options: Options, io: CommandIo): Promise<void> {
  const reference = referenceOption(options);
  const { scans, notices } = await readScans(files, options);
  const [first, ...rest] = scans;
  if (!first) throw new ThioscopeError("INVALID_INPUT", "the files hold no scan");
  const calibration = calibrateOn(first, reference);
  const aligned = rest.map((scan) => ({ name: scan.name, startSecond: scan.startSecond, ...alignedTo(scan, first, notices) }));
  const drift = driftAnswer([
    { scan: first, shift: { value: 0, sigma: calibration.found.sigma, unit: "eV" } },
    ...rest.map((scan, i) => ({ scan, shift: aligned[i]!.shift })),
  ]);
  io.result({
    reference: { name: reference.name, point: reference.point, energy: q(reference.energy, "eV"), source: reference.source },
    scan: first.name,
    found: calibration.found,
    shift: calibration.shift,
    aligned: aligned.map(({ name, shift }) => ({ name, shift: shift ?? { notComputable: "no common edge with the first scan" } })),
    drift,
    warnings: notices,
  });
  io.say(
    `${first.name}: ${reference.point} at ${short(calibration.found)} eV, ${reference.name} is at ${reference.energy} eV: add ${short(calibration.shift)} eV`,
  );
  if (aligned.length > 0) {
    io.say(
      textTable(
        ["scan", "shift onto the first (eV)"],
        aligned.map(({ name, shift }) => [name, shift ? short(shift) : "–"]),
      ),
    );
    if ("value" in drift) io.say(`drift: ${short(drift)} eV/h`);
  }
  sayNotices(io, notices);
}

function alignedTo(scan: AbsorptionScan, first: AbsorptionScan, notices: Notice[]) {
  try {
    return { shift: alignTo(scan, first).shift };
  } catch (error) {
    if (!(error instanceof ThioscopeError)) throw error;
    notices.push({ code: "scan-not-aligned", message: error.message });
    return { shift: null };
  }
}

function driftAnswer(list: readonly { scan: AbsorptionScan; shift: { value: number; sigma: number | null; unit: string } | null }[]) {
  const timed = list.flatMap(({ scan, shift }) => (scan.startSecond === null || !shift ? [] : [{ second: scan.startSecond, shift }]));
  if (timed.length < 3) return { notComputable: `a drift needs three scans with their times; ${timed.length} have one` };
  return driftOf(timed).rate;
}

async function runNormalize(files: readonly string[], options: Options, io: CommandIo): Promise<void> {
  const { curves, notices } = await readCurves(files, options);
  if (curves.length === 0) throw new ThioscopeError("INVALID_INPUT", "the files hold no μ(E)");
  const written = await writeSeries(curves, options);
  const spectra = curves.map((curve) => spectrumAnswer(curve, options["curves"] === true));
  io.result({ spectra, written, warnings: notices });
  io.say(
    textTable(
      ["spectrum", "points", "E0 (eV)", "edge step", "by windows", "highest", "at (eV)"],
      curves.map((curve, i) => {
        const { e0, edgeStep, whiteLine } = spectra[i]!;
        return [
          curve.name,
          String(curve.energy.length),
          "value" in e0 ? short(e0) : "–",
          "value" in edgeStep ? short(edgeStep) : "–",
          curve.normalized ? `${(100 * curve.normalized.windowShare).toFixed(1)} %` : "–",
          whiteLine.height.value.toFixed(3),
          whiteLine.energy.value.toFixed(2),
        ];
      }),
    ),
  );
  if (written) io.say(`written: ${written}`);
  sayNotices(io, notices);
}

function spectrumAnswer({ name, energy, value, normalized, scan }: Curve, withCurves: boolean) {
  const top = value.reduce((best, v, i) => (v > value[best]! ? i : best), 0);
  const given = { notComputable: "the file holds it normalised already" };
  return {
    name,
    points: energy.length,
    e0: normalized?.e0 ?? given,
    edgeStep: normalized?.edgeStep ?? given,
    windowShare: normalized ? q(normalized.windowShare) : given,
    pre: normalized ? normalized.windows.pre.map((e) => q(e, "eV")) : [],
    post: normalized ? normalized.windows.post.map((e) => q(e, "eV")) : [],
    noise: normalized ? q(normalized.noise) : given,
    whiteLine: { energy: q(energy[top]!, "eV"), height: q(value[top]!) },
    features: findFeatures({ ...scan, mu: value, sigma: null }, featureRange(normalized?.e0.value ?? energy[top]!)).map(
      ({ energy: at, height, kind }) => ({
        energy: at,
        height: q(height),
        kind,
      }),
    ),
    refused: normalized?.refused ?? null,
    ...(withCurves ? { energy: values(energy, "eV"), flat: values(value, "1") } : {}),
  };
}

const featureRange = (e0: number) => ({ range: [e0 - 10, e0 + 25] as const });

/** The series as one CSV or as an Athena project, by the ending of -o. */
async function writeSeries(curves: readonly Curve[], options: Options): Promise<string | null> {
  const path = options["out"];
  if (typeof path !== "string") return null;
  const spectra = curves.flatMap(({ normalized, scan }) => (normalized ? [{ ...normalized, mu: scan.mu }] : []));
  if (spectra.length < curves.length)
    throw new ThioscopeError("NOT_COMPUTABLE", "spectra that came normalised have no windows to write; leave them out");
  if (/\.prj$/i.test(path))
    await writeFile(path, writeAthena(athenaProject(spectra, typeof options["element"] === "string" ? options["element"] : null)));
  else if (/\.csv$/i.test(path)) await writeFile(path, [...writeAbsorptionCsv(spectra)].join(""));
  else throw new ThioscopeError("USAGE", `-o ${path}: the name ends in .csv or .prj`);
  return path;
}
