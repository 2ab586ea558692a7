/** thioscope xas lcf and mcr: a series in terms of standards, and without them. */
import { checkCancelled, ThioscopeError } from "@thioscope/core";
import {
  commonGrid,
  feasibleBand,
  fitCombination,
  type MeasuredCurve,
  principalComponents,
  rankCombinations,
  resolveCurves,
  type Standard,
  standardSet,
  windowSpread,
} from "@thioscope/core/absorption";
import type { Action } from "../actions.ts";
import type { CommandIo } from "../command.ts";
import { textTable } from "../inputs.ts";
import { listOption, numberOption, rangeOption, sayNotices, short } from "../spectra/inputs.ts";
import { type Options, q, readCurves, someFiles, values } from "./inputs.ts";
import { CURVES, POINTS } from "./options.ts";

/** "Na2S=computed/na2s.xdi" names a standard; "computed:FILE" says that it was not measured. */
async function standardsOf(options: Options): Promise<(Standard & MeasuredCurve)[]> {
  const words = listOption(options, "standards");
  if (!words) throw new ThioscopeError("USAGE", "--standards FILE,FILE… is needed");
  const out: (Standard & MeasuredCurve)[] = [];
  for (const word of words) {
    const computed = word.startsWith("computed:");
    const { curves } = await readCurves([computed ? word.slice(9) : word], { ...options, scan: undefined, merge: undefined });
    for (const { name, energy, value, scan, normalized } of curves)
      out.push({ name, energy, value, scan, normalized: computed ? null : normalized, origin: computed ? "computed" : "measured" });
  }
  return out;
}

const RANGE = { range: { type: "string", value: "LOW,HIGH", help: "energies that are fitted, eV" } } as const;
const SUM = { "any-sum": { type: "boolean", help: "shares need not sum to 1" } } as const;

export const lcfAction: Action = {
  usage: "thioscope xas lcf FILE… --standards FILE,FILE… [--range 2462,2515]",
  about: "weights of --standards, not negative and with sum 1; --combinations tries all of up to N.",
  options: {
    ...CURVES,
    ...RANGE,
    ...SUM,
    ...POINTS,
    standards: { type: "string", value: "FILES", help: "with commas; computed:FILE for a spectrum that was not measured" },
    shift: { type: "string", value: "EV", help: "each standard may move by up to EV" },
    free: { type: "boolean", help: "weights may be negative" },
    combinations: { type: "string", value: "N", help: "rank all combinations of up to N standards" },
  },
  examples: ["thioscope xas lcf cell_*.xdi --standards na2s4.xdi,na2s.xdi,nps.xdi --range 2462,2515"],
  run: (words, options, io) => runLcf(someFiles(words, lcfAction.usage), options, io),
};

export const mcrAction: Action = {
  usage: "thioscope xas mcr FILE… [--components N] [--known FILES]",
  about: "components of a series without standards, with the band of solutions that fit as well.",
  options: {
    ...CURVES,
    ...RANGE,
    ...SUM,
    ...POINTS,
    components: { type: "string", value: "N", help: "how many; the indicator function's count where absent" },
    known: { type: "string", value: "FILES", help: "spectra that are held" },
    start: { type: "string", value: "NUMBERS", help: "spectra to start from, from 1" },
  },
  examples: ["thioscope xas mcr cell_*.xdi --components 3 --known nps.xdi --range 2462,2515"],
  run: (words, options, io) => runMcr(someFiles(words, mcrAction.usage), options, io),
};

async function runLcf(files: readonly string[], options: Options, io: CommandIo): Promise<void> {
  const { curves, notices } = await readCurves(files, options);
  const standards = await standardsOf(options);
  const set = standardSet(standards);
  const range = rangeOption(options, "range");
  const shift = numberOption(options, "shift") ?? 0;
  const how = { ...(range ? { range } : {}), bounded: !options["free"], sumToOne: !options["any-sum"], shift };
  const most = numberOption(options, "combinations");
  const fits = [];
  for (const [k, curve] of curves.entries()) {
    checkCancelled(io.task);
    io.task.progress(k, curves.length, "spectra");
    // these corrections are no matter of windows
    const corrected = Boolean(options["mback"]) || options["formula"] !== undefined;
    const spread = corrected ? null : windowSpread(curve, standards, how);
    const fit = fitCombination(curve, set, { ...how, stepError: curve.stepError, ...(spread ? { weightSpread: spread } : {}) });
    fits.push({ fit, ranked: most === undefined ? null : rankCombinations(curve, set, most, how).slice(0, 8) });
  }
  const computed = set.standards.filter(({ origin }) => origin === "computed").map(({ name }) => name);
  if (computed.length > 0)
    notices.push({ code: "standard-computed", message: `${computed.join(", ")}: not measured; weights rest on a computed spectrum` });
  io.result({
    standards: set.standards.map(({ name, origin = "measured" }) => ({ name, origin })),
    range: range ? range.map((e) => q(e, "eV")) : null,
    spectra: fits.map(({ fit, ranked }) => ({
      name: fit.name,
      parts: fit.parts.map(({ name, weight, atBound, shift: moved }) => ({ name, weight, upperLimit: atBound, shift: moved })),
      sum: q(fit.sum),
      rFactor: q(fit.rFactor),
      chi2: fit.chi2,
      bic: fit.bic,
      points: fit.points,
      ...(ranked
        ? {
            combinations: ranked.map(({ names, weights, rFactor, bic }) => ({
              names,
              weights: weights.map((w) => q(w)),
              rFactor: q(rFactor),
              bic,
            })),
          }
        : {}),
      ...(options["curves"] ? { energy: values(fit.energy, "eV"), data: values(fit.data, "1"), fit: values(fit.fitted, "1") } : {}),
    })),
    warnings: notices,
  });
  io.say(
    textTable(
      ["spectrum", ...set.standards.map(({ name }) => name), "R-factor"],
      fits.map(({ fit }) => [
        fit.name,
        ...fit.parts.map(({ weight, atBound }) => (atBound ? `< ${(2 * (weight.sigma ?? 0)).toFixed(3)}` : short(weight))),
        fit.rFactor.toExponential(2),
      ]),
    ),
  );
  sayNotices(io, notices);
}

async function runMcr(files: readonly string[], options: Options, io: CommandIo): Promise<void> {
  const { curves, notices } = await readCurves(files, options);
  const range = rangeOption(options, "range");
  const { energy, data } = commonGrid(curves, range);
  const series = { names: curves.map(({ name }) => name), energy, data };
  const pca = principalComponents(curves, "none", range);
  const components = numberOption(options, "components") ?? pca.significant;
  const start = listOption(options, "start")?.map((word) => Number(word) - 1);
  const knownFiles = listOption(options, "known");
  const known = knownFiles ? (await readCurves(knownFiles, { ...options, merge: undefined })).curves : [];
  const onGrid = known.map((curve) => ({
    name: curve.name,
    values: commonGrid([{ name: "series", energy, value: energy }, curve]).data.slice(energy.length),
  }));
  const result = resolveCurves(series, { components, ...(start ? { start } : {}), known: onGrid, closed: !options["any-sum"] }, io.task);
  const band = feasibleBand(series, result, !options["any-sum"]);
  const n = components;
  const column = (a: Float64Array, k: number): Float64Array => Float64Array.from(series.names, (_, i) => a[i * n + k]!);
  if (!result.converged)
    notices.push({ code: "not-converged", message: `no end after ${result.iterations} rounds: the shares still move` });
  if (Math.max(...band.width) > 0.1) {
    notices.push({
      code: "band-wide",
      message:
        "the shares are far from unique: the band between the lowest and highest that fit as well is the answer; hold known spectra to narrow it",
    });
  }
  io.result({
    names: series.names,
    components: result.components.map(({ name, known: held }, k) => ({
      name,
      known: held,
      share: values(column(result.shares, k), "1", column(result.shareSigma, k)),
      lowest: values(column(band.shareLow, k), "1"),
      highest: values(column(band.shareHigh, k), "1"),
      ...(options["curves"]
        ? {
            spectrum: values(result.spectra.slice(k * energy.length, (k + 1) * energy.length), "1"),
            spectrumLow: values(band.spectrumLow.slice(k * energy.length, (k + 1) * energy.length), "1"),
            spectrumHigh: values(band.spectrumHigh.slice(k * energy.length, (k + 1) * energy.length), "1"),
          }
        : {}),
    })),
    ...(options["curves"] ? { energy: values(energy, "eV") } : {}),
    lackOfFit: q(result.lackOfFitPercent, "%"),
    explained: q(result.explainedPercent, "%"),
    converged: result.converged,
    rounds: result.iterations,
    singularValues: values(pca.singularValues, "1"),
    indicator: values(pca.indicator, "1"),
    significant: q(pca.significant),
    warnings: notices,
  });
  io.say(
    `lack of fit ${result.lackOfFitPercent.toFixed(3)} %, ${result.converged ? "converged" : "not converged"} after ${result.iterations} rounds; the indicator function counts ${pca.significant} components`,
  );
  io.say(
    textTable(
      ["spectrum", ...result.components.map(({ name }) => `${name} [lowest, highest]`)],
      series.names.map((name, i) => [
        name,
        ...result.components.map(
          (_, k) =>
            `${result.shares[i * n + k]!.toFixed(3)} [${band.shareLow[i * n + k]!.toFixed(2)}, ${band.shareHigh[i * n + k]!.toFixed(2)}]`,
        ),
      ]),
    ),
  );
  sayNotices(io, notices);
}
