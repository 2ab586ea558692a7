/** Scattering paths of a structure fitted to the EXAFS of each scan of a source: variables with errors, distances over the series. */
import { checkCancelled, makeTable, type Notice, ThioscopeError, textColumn } from "@thioscope/core";
import {
  autobk,
  type FeffPath,
  type FitVariable,
  fitPaths,
  type PathFit,
  type PathFitOptions,
  type PathParameter,
  pathExpressions,
  pathVariables,
  STRUCTURE_PARAMETERS,
  STRUCTURE_VARIABLES,
  structurePaths,
} from "@thioscope/core/absorption";
import type { Part, Sentence, SpectroscopyCurve } from "@thioscope/core/story";
import { CIF_SIZE_LIMIT, readCifStructures, readFeffPath } from "@thioscope/formats";
import type { SourceInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction, StepIo } from "../../stepModules.ts";
import { numbers } from "../applies.ts";
import { jsonBytes } from "../facts.ts";
import { effectsShown, MOST_CURVES, partFiles, quantities, thinned } from "../spectroscopy/common.ts";
import { readSeries, type Spectrum, someFiles, windowWords } from "./common.ts";

/** Å by which a path may be longer than the fit's range: its peak lies below its length. */
const BEYOND_RANGE = 0.5;

export const pathsStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  const notices: Notice[] = [];
  const scans = (await readSeries(inputs, parameters, io, notices)).filter(({ normalized }) => normalized !== null);
  const first = scans[0]?.scan;
  const site = parameters["site"] === "auto" ? first?.element : String(parameters["site"]);
  if (!site) {
    throw new ThioscopeError("STUDY_INVALID", `source ${inputs.source}: which atom absorbs? its files do not say: xas.paths: { site: Cu }`);
  }
  const edge = parameters["edge"] === "auto" ? (first?.edge ?? "K") : String(parameters["edge"]);
  const range = { rFrom: Number(parameters["r_from"]), rTo: Number(parameters["r_to"]) };
  const paths = await pathsOf(inputs, io, { site, edge, rTo: range.rTo }, notices);
  const written = pathVariables(textOr(parameters["variables"], STRUCTURE_VARIABLES));
  const expressions = pathExpressions(textOr(parameters["parameters"], STRUCTURE_PARAMETERS), paths.length);
  const weight = Number(parameters["weight"]);
  const variables = written.map((variable) => ({ ...variable, unit: unitOf(variable.name, expressions) }));
  const fits = scans.map((spectrum, k) => {
    checkCancelled(io.context);
    io.context.progress(k, scans.length, "spectra");
    return { name: spectrum.name, fit: fitOne(spectrum, paths, expressions, variables, { ...range, weight }, parameters) };
  });
  const labels = paths.map(
    (path, i) => `${shellName(path)}${paths.slice(0, i).some((o) => shellName(o) === shellName(path)) ? ` ${i + 1}` : ""}`,
  );
  const part: Part = {
    kind: "spectroscopy",
    step: "xas.paths",
    source: inputs.source,
    title: "Scattering paths",
    files: partFiles(inputs),
    run: null,
    sentences: fits.slice(0, 12).map(({ name, fit }) => sentenceOf(name, labels[0]!, fit)),
    notices,
    command: `xas fit ${someFiles(inputs)} --structure ${inputs.settingFiles["structure"]!.file} --element ${site} --feff none --rrange ${range.rFrom},${range.rTo}${windowWords(parameters)}`,
    technique: "XAS",
    x: { label: "R without phase correction", unit: "Å", reversed: false },
    y: { label: "|χ(R)|", unit: `Å⁻${"⁰¹²³⁴"[weight + 1]}` },
    curves: fits.slice(0, MOST_CURVES).map(curveOf),
    left: Math.max(0, fits.length - MOST_CURVES),
    over: { label: "Distance", unit: "Å" },
    names: fits.map(({ name }) => name),
    series: labels.map((name, i) => ({
      name,
      values: fits.map(({ fit }) => fit.sets[0]!.paths[i]!.distance.value),
      sigma: fits.map(({ fit }) => fit.sets[0]!.paths[i]!.distance.sigma),
      limits: fits.map(() => null),
    })),
  };
  return {
    files: { "paths.parquet": tableToParquet(tableOf(fits)), "part.json": jsonBytes(part) },
    notices,
    summary: { spectra: fits.length, paths: paths.length },
  };
};

const UNITS: Readonly<Partial<Record<PathParameter, string>>> = {
  e0: "eV",
  deltar: "Å",
  sigma2: "Å²",
  third: "Å³",
  fourth: "Å⁴",
  ei: "eV",
};

/** Of a variable that is a path parameter itself; none where it is a part of an expression. */
function unitOf(name: string, expressions: ReturnType<typeof pathExpressions>): string {
  const [found] = expressions.flatMap((own) => Object.entries(own).filter(([, text]) => text === name));
  return (found && UNITS[found[0] as PathParameter]) ?? "";
}

const textOr = (value: unknown, other: string): string => (typeof value === "string" && value !== "auto" ? value : other);

/** "Cu–O 1.95 Å": what scatters, at the structure's distance. */
const shellName = ({ atoms, reff }: FeffPath): string => `${atoms.map(({ element }) => element).join("–")} ${reff.toFixed(2)} Å`;

async function pathsOf(
  { settingFiles, source }: SourceInputs,
  io: StepIo,
  { site, edge, rTo }: { site: string; edge: string; rTo: number },
  notices: Notice[],
): Promise<FeffPath[]> {
  const file = settingFiles["structure"];
  if (!file) throw new ThioscopeError("STUDY_INVALID", `source ${source}: around which atoms? name a CIF file: structure: structure.cif`);
  const cif = await io.open(file);
  if (cif.size > CIF_SIZE_LIMIT)
    throw new ThioscopeError("INVALID_INPUT", `${cif.size} bytes: CIF files of up to ${CIF_SIZE_LIMIT} are read`, { file: file.file });
  const [structure] = readCifStructures(new TextDecoder().decode(await cif.read(0, cif.size)), file.file);
  if (!structure) throw new ThioscopeError("INVALID_INPUT", "the CIF holds no structure", { file: file.file });
  const phases = settingFiles["phases"];
  const known = phases && [await readFeffPath(await io.open(phases))];
  const { paths, missing } = structurePaths(structure, { site, edge, radius: rTo + BEYOND_RANGE, ...(known ? { known } : {}) });
  if (paths.length === 0) {
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      missing.length > 0
        ? `no scattering phases of ${missing.join(", ")} (${edge} edge): give the path of the same elements that FEFF computed: phases: feff0001.dat`
        : `no atom lies within ${rTo + BEYOND_RANGE} Å of ${site}: raise r_to`,
    );
  }
  notices.push({
    code: "phases-transferred",
    message: `phases and amplitudes of ${phases ? phases.file : "the table"} stand in for those of this structure: single scattering, distances to about 0.01 Å`,
  });
  if (missing.length > 0) notices.push({ code: "paths-missing", message: `shells without phases are left out: ${missing.join(", ")}` });
  return paths;
}

function fitOne(
  { name, scan, normalized }: Spectrum,
  paths: readonly FeffPath[],
  expressions: ReturnType<typeof pathExpressions>,
  variables: readonly FitVariable[],
  { rFrom, rTo, weight }: { rFrom: number; rTo: number; weight: number },
  parameters: Readonly<Record<string, unknown>>,
): PathFit {
  const chi = autobk(scan, { e0: normalized!.e0.value, edgeStep: normalized!.edgeStep.value, rbkg: Number(parameters["rbkg"]), weight: 2 });
  const to = typeof parameters["k_to"] === "number" ? parameters["k_to"] : Math.min(12, chi.kMax);
  const window: PathFitOptions = { from: Number(parameters["k_from"]), to, taper: 1, window: "hanning", weight, rFrom, rTo };
  const used = paths.map((path, i) => ({ path, parameters: expressions[i]! }));
  return fitPaths(variables, [{ name, data: chi, chiSigma: chi.chiSigma, paths: used }], window);
}

function curveOf({ name, fit }: { name: string; fit: PathFit }, place: number): SpectroscopyCurve {
  const { dataR, modelR } = fit.sets[0]!;
  const last = dataR.r.findIndex((r) => r > 6);
  const cut = (values: Float64Array): Float64Array => values.subarray(0, last < 0 ? values.length : last);
  const take = thinned(cut(dataR.r).length);
  return {
    name,
    x: take(cut(dataR.r)),
    y: take(cut(dataR.magnitude)),
    base: null,
    fitted: take(cut(modelR.magnitude)),
    components: [],
    marks: [],
    account: fit.account,
    ...effectsShown(place, fit.effects[0]!, (values) => take(cut(values))),
  };
}

function sentenceOf(name: string, label: string, fit: PathFit): Sentence {
  const { distance } = fit.sets[0]!.paths[0]!;
  return {
    parts: [`${name}: ${label} of the structure is found at `, { quantity: distance }, `, R-factor ${fit.rFactor.toPrecision(2)}.`],
  };
}

function tableOf(fits: readonly { name: string; fit: PathFit }[]) {
  const rows = fits.flatMap(({ name, fit }) => fit.variables.map((variable) => ({ name, fit, variable })));
  return makeTable([
    textColumn(
      "spectrum",
      rows.map(({ name }) => name),
    ),
    textColumn(
      "variable",
      rows.map(({ variable }) => variable.name),
    ),
    ...quantities(
      "value",
      "",
      rows.map(({ variable }) => variable),
    ),
    numbers(
      "r_factor",
      "",
      rows.map(({ fit }) => fit.rFactor),
    ),
  ]);
}
