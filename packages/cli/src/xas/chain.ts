/** thioscope xas chain: mean chain length of every spectrum, calibrated on a standard. */
import { type Quantity, ThioscopeError } from "@thioscope/core";
import {
  type ChainLength,
  type ChainOptions,
  calibrateChain,
  chainLength,
  type Nuisance,
  type NuisanceKind,
  whiteLine,
} from "@thioscope/core/absorption";
import type { Action } from "../actions.ts";
import type { CommandIo } from "../command.ts";
import { answerText, textTable } from "../inputs.ts";
import { listOption, numberOption, sayNotices, short } from "../spectra/inputs.ts";
import { alphaOption, type Curve, type Options, q, readCurves, someFiles, values } from "./inputs.ts";
import { CURVES, POINTS } from "./options.ts";

const KINDS: readonly NuisanceKind[] = ["S8", "sulfide", "electrolyte", "oxidised"];

export const chainAction: Action = {
  usage: "thioscope xas chain FILE… --standard na2s4.xdi --length 4 [--other S8=s8.xdi,electrolyte=nps.xdi]",
  about:
    "the mean chain length x of M2Sx with its error, flags, and the reason where there is none; --standard FILE --length 4 calibrates it.",
  options: {
    ...CURVES,
    ...POINTS,
    formula: { type: "string", value: "FORMULA", help: "of the whole sample: over-absorption is flagged, with --correct corrected" },
    correct: { type: "boolean", help: "correct over-absorption by --formula" },
    s8: { type: "string", value: "EV|FILE", help: "white line of S8 on this scale, or a scan of S8" },
    standard: { type: "string", value: "FILE", help: "a polysulfide of known length" },
    length: { type: "string", value: "X", help: "its chain length" },
    rho: { type: "string", value: "R", help: "strength of internal over terminal atoms, where known" },
    other: { type: "string", value: "LIST", help: "sulfur that is no chain: S8=FILE,sulfide=FILE,electrolyte=FILE,oxidised=FILE" },
    "electrolyte-share": { type: "string", value: "SHARE", help: "share of the S atoms that is the electrolyte's, 0 to 1" },
  },
  examples: ["thioscope xas chain cell_*.xdi --standard na2s4.xdi --length 4 --other S8=s8.xdi,electrolyte=nps.xdi"],
  run: (words, options, io) => runChain(someFiles(words, chainAction.usage), options, io),
};

async function runChain(files: readonly string[], options: Options, io: CommandIo): Promise<void> {
  // the features' areas tell of over-absorption, so it is not corrected here behind the user's back: --formula flags it
  const { curves, notices } = await readCurves(files, options, options["correct"] === true);
  const one = { ...options, scan: undefined, merge: undefined, ...(options["correct"] === true ? {} : { formula: undefined }) };
  const nuisances: Nuisance[] = [];
  for (const word of listOption(options, "other") ?? []) {
    const [name = "", file] = word.split("=");
    const kind = KINDS.find((known) => known.toLowerCase() === name.toLowerCase());
    if (!kind || !file) throw new ThioscopeError("USAGE", `--other ${word}: write KIND=FILE with KIND one of ${KINDS.join(", ")}`);
    for (const { name: own, energy, value } of (await readCurves([file], one)).curves) nuisances.push({ kind, name: own, energy, value });
  }
  const s8 = await s8WhiteLine(options, one, nuisances);
  const share = numberOption(options, "electrolyte-share");
  const shared: ChainOptions = {
    ...(s8 === undefined ? {} : { s8WhiteLine: s8 }),
    nuisances,
    ...(share === undefined ? {} : { electrolyteShare: share }),
  };
  const calibration = await standardOf(options, one, shared);
  const alpha = options["correct"] === true ? undefined : alphaOption(options);
  const found = curves.map(
    (curve: Curve): ChainLength =>
      chainLength(curve, {
        ...shared,
        ...calibration,
        stepError: curve.stepError,
        fluorescence: curve.fluorescence && options["correct"] !== true,
        ...(alpha === undefined ? {} : { alpha }),
      }),
  );
  io.result({
    s8WhiteLine: q(s8 ?? 2471.5, "eV"),
    rho: calibration.rho ?? q(1),
    spectra: found.map((chain) => ({
      name: chain.name,
      x: chain.x,
      ratio: chain.ratio,
      terminal: chain.terminal,
      internal: chain.internal,
      strength: chain.strength,
      shares: chain.shares,
      explainedByS8: chain.explainedByS8.map(({ n, share: part }) => ({ n, share: q(part) })),
      chi2: chain.chi2Reduced,
      flags: chain.flags,
      ...(options["curves"] ? { energy: values(chain.energy, "eV"), data: values(chain.data, "1"), fit: values(chain.fitted, "1") } : {}),
    })),
    warnings: notices,
  });
  io.say(
    textTable(
      ["spectrum", "x", "terminal (eV)", "internal (eV)", "A(int)/A(term)", "flags"],
      found.map((chain) => [
        chain.name,
        "value" in chain.x ? short(chain.x) : "–",
        short(chain.terminal.area),
        short(chain.internal.area),
        "value" in chain.ratio ? short(chain.ratio) : "–",
        chain.flags.map(({ code }) => code.replace("chain-", "")).join(" "),
      ]),
    ),
  );
  for (const chain of found) if ("notComputable" in chain.x) io.say(`${chain.name}: ${answerText(chain.x)}`);
  const messages = new Map(found.flatMap(({ flags }) => flags.map(({ code, message }) => [code, message] as const)));
  for (const [code, message] of messages) io.hint(`warning: ${message} [${code}]`);
  sayNotices(io, notices);
}

/** --s8: an energy, or a scan of S8 whose white line is taken. */
async function s8WhiteLine(options: Options, one: Options, nuisances: readonly Nuisance[]): Promise<number | undefined> {
  const word = options["s8"];
  const peakOf = ({ name, energy, value }: { name: string; energy: Float64Array; value: Float64Array }): number => {
    const top = value.reduce((best, v, i) => (v > value[best]! ? i : best), 0);
    return whiteLine({ name, energy, mu: value, sigma: null }, [energy[top]! - 4, energy[top]! + 4]).value;
  };
  if (typeof word !== "string") {
    const own = nuisances.find(({ kind }) => kind === "S8");
    return own ? peakOf(own) : undefined;
  }
  if (Number.isFinite(Number(word))) return Number(word);
  return peakOf((await readCurves([word], one)).curves[0]!);
}

/** ρ and K from a standard of known length, or ρ as a number. */
async function standardOf(options: Options, one: Options, shared: ChainOptions): Promise<{ rho?: Quantity; strength?: Quantity }> {
  const rho = numberOption(options, "rho");
  if (rho !== undefined) return { rho: q(rho) };
  const file = options["standard"];
  if (typeof file !== "string") return {};
  const length = numberOption(options, "length");
  if (length === undefined || !(length > 2))
    throw new ThioscopeError("USAGE", "--standard needs --length: the chain length of the standard, above 2");
  const curve = (await readCurves([file], one)).curves[0]!;
  const plain = { ...(shared.s8WhiteLine === undefined ? {} : { s8WhiteLine: shared.s8WhiteLine }), stepError: curve.stepError };
  return calibrateChain(curve, length, plain);
}
