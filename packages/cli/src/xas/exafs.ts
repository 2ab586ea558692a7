/** thioscope xas autobk, ft, wavelet and fit. */
import { type Notice, ThioscopeError } from "@thioscope/core";
import {
  autobk,
  type Background,
  backTransform,
  type Chi,
  cauchyTransform,
  type FeffPath,
  type ForwardOptions,
  findShells,
  fitPaths,
  forwardTransform,
  morletTransform,
  normalizeSpectrum,
  pathExpressions,
  pathVariables,
  STRUCTURE_PARAMETERS,
  STRUCTURE_VARIABLES,
  WINDOW_NAMES,
} from "@thioscope/core/absorption";
import { readFeffPath } from "@thioscope/formats";
import type { Action } from "../actions.ts";
import type { CommandIo } from "../command.ts";
import { opened, textTable } from "../inputs.ts";
import { choiceOption, listOption, numberOption, rangeOption, sayNotices, short } from "../spectra/inputs.ts";
import { readStructure, type ScatteringPaths, scatteringPaths } from "./feff.ts";
import { mergedIfAsked, normalizeOptions, type Options, q, readScans, someFiles, values } from "./inputs.ts";
import { BACKGROUND, POINTS, TRANSFORM } from "./options.ts";

export const autobkAction: Action = {
  usage: "thioscope xas autobk FILE… [--rbkg 1] [--kmax 14]",
  about: "background and chi(k) by AUTOBK, with the error of the background.",
  options: BACKGROUND,
  examples: ["thioscope xas autobk cu.xdi --rbkg 1.1 --json"],
  run: (words, options, io) => runAutobk(someFiles(words, autobkAction.usage), options, io),
};

export const ftAction: Action = {
  usage: "thioscope xas ft FILE… [--krange 3,12] [--back 1,3]",
  about: "|chi(R)| and its shells, without phase correction.",
  options: { ...TRANSFORM, back: { type: "string", value: "LOW,HIGH", help: "also the transform back of these R, Å" } },
  examples: ["thioscope xas ft cu.xdi --krange 3,17 --window kaiser --taper 4"],
  run: (words, options, io) => runFt(someFiles(words, ftAction.usage), options, io),
};

export const waveletAction: Action = {
  usage: "thioscope xas wavelet FILE… [--morlet 10,1]",
  about: "which neighbour scatters at which k: Cauchy's wavelet, or Morlet's with --morlet.",
  options: {
    ...BACKGROUND,
    ...POINTS,
    rmax: { type: "string", value: "A", help: "up to this R, Å (default 6)" },
    morlet: { type: "string", value: "K,S", help: "Morlet with kappa and sigma" },
  },
  examples: ["thioscope xas wavelet cu.xdi --rmax 5"],
  run: (words, options, io) => runWavelet(someFiles(words, waveletAction.usage), options, io),
};

export const fitAction: Action = {
  usage: "thioscope xas fit FILE… --paths feff0001.dat,… | --structure FILE.cif --element Sb",
  about: `FEFF paths to chi(R); expressions of --variables as --parameters, "2:sigma2=s2b" for the second path alone. With --structure the paths are
those of a CIF: an installed FEFF is run (THIOSCOPE_FEFF names it), else phases of a table stand in; the answer says which.`,
  options: {
    ...TRANSFORM,
    ...POINTS,
    paths: { type: "string", value: "FILES", help: "feffNNNN.dat files, with commas" },
    structure: {
      type: "string",
      value: "CIF",
      help: "paths of this structure about --element, by FEFF, --phases or the table of scattering",
    },
    element: { type: "string", value: "S", help: "the absorber in --structure (default S)" },
    edge: { type: "string", value: "K", help: "the edge with --structure (default K)" },
    rmax: { type: "string", value: "A", help: "--structure: paths as long as this, Å (default 6)" },
    feff: { type: "string", value: "COMMAND", help: "program that reads feff.inp; auto (default) looks for feff8l, feff6l; none" },
    phases: { type: "string", value: "FILES", help: "feffNNNN.dat files whose phases stand in for the structure's, by elements" },
    variables: { type: "string", value: "LIST", help: "NAME=START,… (default amp=1,de0=0,sig2=0.003,dr=0)" },
    parameters: { type: "string", value: "LIST", help: "s02, e0, deltar, sigma2, third, fourth, ei as expressions" },
    rrange: { type: "string", value: "LOW,HIGH", help: "in R, Å (default 1 to 3)" },
  },
  examples: [
    "thioscope xas fit sb.xdi --structure na3sbs4.cif --element Sb --rrange 1.4,2.6",
    "thioscope xas fit cu.xdi --paths feff0001.dat --krange 3,17 --window kaiser --taper 4 --rrange 1.4,3",
  ],
  run: (words, options, io) => runFit(someFiles(words, fitAction.usage), options, io),
};

interface ReadChi {
  name: string;
  data: Chi;
  background: Background | null;
  chiSigma: Float64Array | null;
}

/** χ(k) of every scan: by AUTOBK, or as the file holds it. */
async function readChi(files: readonly string[], options: Options): Promise<{ list: ReadChi[]; notices: Notice[] }> {
  const { scans, chi, notices } = await readScans(files, options);
  const rbkg = numberOption(options, "rbkg");
  const to = numberOption(options, "kmax");
  const list: ReadChi[] = chi.map(({ name, k, chi: y }) => ({ name, data: { k, chi: y }, background: null, chiSigma: null }));
  for (const scan of mergedIfAsked(scans, options)) {
    const norm = normalizeSpectrum(scan, normalizeOptions(options));
    if (norm.refused) notices.push({ code: "normalisation-refused", message: `"${scan.name}": ${norm.refused}` });
    const background = autobk(scan, {
      e0: norm.e0.value,
      edgeStep: norm.edgeStep.value,
      ...(rbkg === undefined ? {} : { rbkg }),
      ...(to === undefined ? {} : { to }),
      weight: numberOption(options, "weight") ?? 2,
    });
    list.push({ name: scan.name, data: background, background, chiSigma: background.chiSigma });
  }
  if (list.length === 0) throw new ThioscopeError("INVALID_INPUT", "the files hold neither μ(E) nor χ(k)");
  return { list, notices };
}

function windowOptions(options: Options, data: Chi): ForwardOptions {
  const end = data.k[data.k.length - 1]!;
  const [from, to] = rangeOption(options, "krange") ?? [3, Math.min(12, Math.floor(end * 10) / 10)];
  return {
    from,
    to,
    taper: numberOption(options, "taper") ?? 1,
    window: choiceOption(options, "window", WINDOW_NAMES) ?? "hanning",
    weight: numberOption(options, "weight") ?? 2,
  };
}

const windowAnswer = ({ from, to, taper, window, weight }: ForwardOptions) => ({
  range: [q(from, "1/angstrom"), q(to, "1/angstrom")],
  taper: q(taper, "1/angstrom"),
  shape: window,
  kWeight: q(weight),
});

async function runAutobk(files: readonly string[], options: Options, io: CommandIo): Promise<void> {
  const { list, notices } = await readChi(files, options);
  const own = list.filter(({ background }) => background !== null);
  io.result({
    spectra: own.map(({ name, data, background }) => ({
      name,
      e0: q(background!.e0, "eV"),
      rbkg: q(background!.rbkg, "angstrom"),
      knots: q(background!.knots),
      kMax: q(background!.kMax, "1/angstrom"),
      k: values(data.k, "1/angstrom"),
      chi: values(data.chi, "1", background!.chiSigma),
    })),
    warnings: notices,
  });
  io.say(
    textTable(
      ["spectrum", "E0 (eV)", "R(bkg) (Å)", "knots", "k to (1/Å)", "largest |chi|"],
      own.map(({ name, data, background }) => [
        name,
        background!.e0.toFixed(2),
        background!.rbkg.toFixed(2),
        String(background!.knots),
        background!.kMax.toFixed(2),
        data.chi.reduce((most, x) => Math.max(most, Math.abs(x)), 0).toFixed(3),
      ]),
    ),
  );
  sayNotices(io, notices);
}

async function runFt(files: readonly string[], options: Options, io: CommandIo): Promise<void> {
  const { list, notices } = await readChi(files, options);
  const back = rangeOption(options, "back");
  const spectra = list.map(({ name, data }) => {
    const window = windowOptions(options, data);
    const forward = forwardTransform(data, window);
    const shells = findShells(data, window);
    const q0 = back ? backTransform(forward, { from: back[0], to: back[1], taper: 0.2, window: "hanning" }) : null;
    return { name, window, forward, shells, q0 };
  });
  io.result({
    phaseCorrected: false,
    spectra: spectra.map(({ name, window, forward, shells, q0 }) => ({
      name,
      window: windowAnswer(window),
      shells: shells.map(({ r, magnitude }) => ({ r, magnitude: q(magnitude, `1/angstrom^${window.weight + 1}`) })),
      r: values(forward.r, "angstrom"),
      magnitude: values(forward.magnitude, `1/angstrom^${window.weight + 1}`),
      real: values(forward.real, `1/angstrom^${window.weight + 1}`),
      ...(q0 ? { k: values(q0.q, "1/angstrom"), filtered: values(q0.imaginary, `1/angstrom^${window.weight}`) } : {}),
    })),
    warnings: notices,
  });
  for (const { name, window, shells } of spectra) {
    io.say(
      `${name}: k^${window.weight} ${window.window} ${window.from} to ${window.to} 1/Å; R without phase correction (0.2 to 0.5 Å short)`,
    );
    io.say(
      textTable(
        ["R (Å)", "|chi(R)|"],
        shells.map(({ r, magnitude }) => [short(r), magnitude.toPrecision(4)]),
      ),
    );
  }
  sayNotices(io, notices);
}

async function runWavelet(files: readonly string[], options: Options, io: CommandIo): Promise<void> {
  const { list, notices } = await readChi(files, options);
  const morlet = options["morlet"];
  const [kappa, sigma] = typeof morlet === "string" ? morlet.split(",").map(Number) : [];
  const shared = { weight: numberOption(options, "weight") ?? 2, most: numberOption(options, "rmax") ?? 6 };
  const maps = list.map(({ name, data }) => {
    const map =
      typeof morlet === "string" ? morletTransform(data, { ...shared, kappa: kappa!, sigma: sigma ?? 1 }) : cauchyTransform(data, shared);
    const top = map.magnitude.reduce((best, v, i) => (v > map.magnitude[best]! ? i : best), 0);
    return { name, map, r: map.r[Math.floor(top / map.k.length)]!, k: map.k[top % map.k.length]! };
  });
  const half = (axis: Float64Array): number => (axis[1]! - axis[0]!) / Math.sqrt(12);
  io.result({
    wavelet: typeof morlet === "string" ? "morlet" : "cauchy",
    phaseCorrected: false,
    spectra: maps.map(({ name, map, r, k }) => ({
      name,
      maximum: { r: q(r, "angstrom", half(map.r)), k: q(k, "1/angstrom", half(map.k)) },
      r: values(map.r, "angstrom"),
      k: values(map.k, "1/angstrom"),
      ...(options["curves"] ? { magnitude: values(map.magnitude, `1/angstrom^${shared.weight}`) } : {}),
    })),
    warnings: notices,
  });
  io.say(
    textTable(
      ["spectrum", "maximum at R (Å)", "k (1/Å)"],
      maps.map(({ name, r, k }) => [name, r.toFixed(2), k.toFixed(2)]),
    ),
  );
  sayNotices(io, notices);
}

const VARIABLES = "amp=1,de0=0,sig2=0.003,dr=0";
const PARAMETERS = "s02=amp,e0=de0,sigma2=sig2,deltar=dr";
/** Å by which a path may be longer than the fit's range: its peak lies below its length */
const BEYOND_RANGE = 0.5;

/** Paths of files, or of a structure: by FEFF, by files of the same elements, by the table. */
async function pathsOf(options: Options, rTo: number, io: CommandIo): Promise<ScatteringPaths> {
  const files = listOption(options, "paths");
  const structure = options["structure"];
  if (files && structure !== undefined)
    throw new ThioscopeError("USAGE", "--paths and --structure both say what scatters: give one of them");
  if (files) {
    const paths: FeffPath[] = [];
    for (const file of files) paths.push(await opened(file, readFeffPath));
    return { source: "files", paths, notices: [] };
  }
  if (typeof structure !== "string")
    throw new ThioscopeError("USAGE", "--paths feff0001.dat,… or --structure FILE.cif is needed: the scattering paths to fit");
  const feff = String(options["feff"] ?? "auto");
  const phases = listOption(options, "phases");
  const found = await scatteringPaths(await readStructure(structure), {
    site: String(options["element"] ?? "S"),
    edge: String(options["edge"] ?? "K"),
    radius: numberOption(options, "rmax") ?? 6,
    program: feff === "none" ? null : feff,
    ...(phases ? { phases } : {}),
    ...(io.task.signal ? { signal: io.task.signal } : {}),
  });
  const paths = found.paths.filter(({ reff }) => reff <= rTo + BEYOND_RANGE);
  if (paths.length === 0)
    throw new ThioscopeError("INVALID_INPUT", `no path of ${structure} is shorter than ${rTo + BEYOND_RANGE} Å: raise --rrange`);
  return { ...found, paths };
}

/** What is wrong with an option is wrong with the command. */
function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ThioscopeError ? new ThioscopeError("USAGE", `--${error.message}`) : error;
  }
}

async function runFit(files: readonly string[], options: Options, io: CommandIo): Promise<void> {
  const { list, notices } = await readChi(files, options);
  const [rFrom, rTo] = rangeOption(options, "rrange") ?? [1, 3];
  const scattering = await pathsOf(options, rTo, io);
  const { paths } = scattering;
  notices.push(...scattering.notices);
  const ofStructure = options["structure"] !== undefined;
  const variables = asUsage(() => pathVariables(String(options["variables"] ?? (ofStructure ? STRUCTURE_VARIABLES : VARIABLES))));
  const written = String(options["parameters"] ?? (ofStructure ? STRUCTURE_PARAMETERS : PARAMETERS));
  const parameters = asUsage(() => pathExpressions(written, paths.length));
  const window = windowOptions(options, list[0]!.data);
  const fit = fitPaths(
    variables,
    list.map(({ name, data, chiSigma }) => ({
      name,
      data,
      ...(chiSigma ? { chiSigma } : {}),
      paths: paths.map((path, i) => ({ path, parameters: parameters[i]! })),
    })),
    { ...window, rFrom, rTo },
  );
  if (fit.rFactor > 0.05)
    notices.push({
      code: "fit-poor",
      message: `R-factor ${fit.rFactor.toFixed(3)} is above 0.05: the model is wrong or the data are poor`,
    });
  if (!fit.converged) notices.push({ code: "not-converged", message: "the fit did not come to an end" });
  io.result({
    window: windowAnswer(window),
    rRange: [q(rFrom, "angstrom"), q(rTo, "angstrom")],
    scattering: scattering.source,
    variables: fit.variables.map(({ name, value, sigma, unit }) => ({ name, value, sigma, unit: unit || "1" })),
    spectra: fit.sets.map((set) => ({
      name: set.name,
      paths: set.paths.map(({ label, reff, values: own, distance }) => ({
        path: label,
        reff: q(reff, "angstrom"),
        distance: { ...distance, unit: "angstrom" },
        parameters: Object.fromEntries(
          Object.entries(own).map(([name, value]) => [
            name,
            {
              ...value,
              unit:
                value.unit === "" ? "1" : value.unit.replaceAll("Å", "angstrom").replace("²", "^2").replace("³", "^3").replace("⁴", "^4"),
            },
          ]),
        ),
      })),
      noise: q(set.epsilonK),
      rFactor: q(set.rFactor),
      ...(options["curves"]
        ? {
            r: values(set.dataR.r, "angstrom"),
            data: values(set.dataR.magnitude, `1/angstrom^${window.weight + 1}`),
            fit: values(set.modelR.magnitude, `1/angstrom^${window.weight + 1}`),
          }
        : {}),
    })),
    independentPoints: q(fit.independentPoints),
    chi2: fit.chi2,
    chi2Reduced: q(fit.chi2Reduced),
    rFactor: q(fit.rFactor),
    converged: fit.converged,
    warnings: notices,
  });
  io.say(
    `${paths.length} paths${ofStructure ? ` by ${scattering.source}` : ""}, R ${rFrom} to ${rTo} Å, ${fit.independentPoints.toFixed(1)} independent points, R-factor ${fit.rFactor.toFixed(4)}, reduced chi2 ${fit.chi2Reduced.toPrecision(3)}`,
  );
  io.say(
    textTable(
      ["variable", "value"],
      fit.variables.map((v) => [v.name, short(v)]),
    ),
  );
  for (const set of fit.sets)
    io.say(
      textTable(
        [set.name, "R (Å)", "sigma2 (Å²)", "E0 (eV)"],
        set.paths.map((p) => [p.label, short(p.distance), short(p.values.sigma2), short(p.values.e0)]),
      ),
    );
  sayNotices(io, notices);
}
