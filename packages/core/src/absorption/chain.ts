/**
 * Mean chain length x of M2Sx from an S K-edge spectrum, by the areas of its two pre-edge features.
 *
 * A chain S_x²⁻ has 2 terminal atoms and x − 2 internal ones; the terminal 1s → σ* line lies 2.0 eV below the internal one, which lies on
 * the white line of S8. Only the separation and the offset from S8 carry over between beamlines: S8's place on the scan's own
 * scale is an input. With areas A of the normalised spectrum and ρ = internal/terminal strength per atom
 *
 *   R = A_i/A_t = ρ (x − 2)/2   →   x = 2 + 2R/ρ,   K = A_t + A_i/ρ the strength per atom, the same for every x
 *   σ_x² = (2R/ρ)² [(σ_i/A_i)² + (σ_t/A_t)² − 2 cov/(A_i A_t) + (σ_ρ/ρ)²]
 *
 * Model between −6.5 and +6.5 eV of S8: a Voigt profile (core hole under a free Gaussian) for either feature, an arctan edge for either kind of atom
 * behind its feature with weights tied to the areas, a broad resonance behind both, and the spectra of what is no chain (S8, S²⁻, electrolyte, oxidised sulfur) with shares that are told as ≥ 0. Separation,
 * widths and edge have the priors that the field's spectra show. x is the mean over chains with n ≥ 2 on the sulfur left after those.
 * σ holds the covariance of the areas and the move of x when the window moves.
 *
 * Areas, not heights (the height ratio gives 4.4 for x = 5). No species is ever named from x: x' > 6 comes with the share of S8 that would explain
 * it. Pascal et al., J. Phys. Chem. Lett. 5, 1547 (2014); Phys. Chem. Chem. Phys. 17, 7743 (2015).
 */
import { ThioscopeError } from "../errors.ts";
import type { Answer, Quantity } from "../units/quantity.ts";
import { type ChainFit, type ChainShape, fitWindow, lengthOf, P, shapeOfStandard, USUAL_SHAPE } from "./chainFit.ts";
import { absorptionFlags, misplaced, refusal, sulfurFlag } from "./chainFlags.ts";
import type { NormalizedCurve } from "./combination.ts";

export type NuisanceKind = "S8" | "sulfide" | "electrolyte" | "oxidised";

export interface Nuisance extends NormalizedCurve {
  kind: NuisanceKind;
}

export interface ChainOptions {
  /** white line of S8 on this scan's own energy scale, eV; 2471.5 where absent, and flagged */
  s8WhiteLine?: number;
  /** internal/terminal strength per atom from a measured standard; 1 where absent, and flagged */
  rho?: Quantity;
  /** strength per atom K of the same standard, normalised with the same windows, eV: a lower one tells of over-absorption or of other sulfur */
  strength?: Quantity;
  /** shapes of the same standard ({@link calibrateChain}): without them those of the field are taken, and S8 is told less well */
  shape?: ChainShape;
  /** spectra of sulfur that is no chain, normalised and on the same scale */
  nuisances?: readonly Nuisance[];
  /** share of all S atoms that sit in the electrolyte: above 0 its spectrum must be among the nuisances */
  electrolyteShare?: number;
  /** relative error of the spectrum's edge step */
  stepError?: number;
  /** α of over-absorption of the sample, where its formula is known and it was not corrected */
  alpha?: number;
  /** measured in fluorescence and not corrected: without α its over-absorption is unknown, and flagged */
  fluorescence?: boolean;
}

export interface ChainFlag {
  code:
    | "chain-uncalibrated"
    | "chain-scale"
    | "chain-s8"
    | "chain-s8-possible"
    | "chain-long"
    | "chain-over-absorbed"
    | "chain-absorption-unknown"
    | "chain-at-two"
    | "chain-misfit";
  message: string;
}

export interface ChainLength {
  name: string;
  x: Answer;
  /** A_i/A_t */
  ratio: Answer;
  terminal: { area: Quantity; energy: Quantity };
  internal: { area: Quantity; energy: Quantity };
  /** K = A_t + A_i/ρ, eV per atom of chain sulfur; σ of the noise alone, because the choice of windows moves standard and sample alike */
  strength: Quantity;
  rho: Quantity;
  /** shares of the sulfur that is no chain */
  shares: readonly { kind: NuisanceKind; name: string; share: Quantity }[];
  /** for x > 6: how much S8 beside chains of n atoms would look the same */
  explainedByS8: readonly { n: number; share: number }[];
  flags: readonly ChainFlag[];
  chi2Reduced: number;
  energy: Float64Array;
  data: Float64Array;
  fitted: Float64Array;
}

/** eV either side of S8 that is fitted */
const WINDOW = 6.5;
const DEFAULT_S8 = 2471.5;
/**
 * Mean chain length of one normalised spectrum.
 *
 * @throws INVALID_INPUT where the spectrum does not cover the features; a length that cannot be told is in `x` as a reason
 */
export function chainLength(curve: NormalizedCurve, options: ChainOptions = {}): ChainLength {
  const s8 = options.s8WhiteLine ?? DEFAULT_S8;
  const rho = options.rho ?? { value: 1, sigma: null, unit: "" };
  const nuisances = options.nuisances ?? [];
  if (!(rho.value > 0)) throw new ThioscopeError("INVALID_INPUT", `ρ = ${rho.value}; it must be above 0`);
  const range: [number, number] = [s8 - WINDOW, s8 + WINDOW];
  if (curve.energy[0]! > range[0] + 1 || curve.energy[curve.energy.length - 1]! < range[1] - 1) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `"${curve.name}" covers ${curve.energy[0]!.toFixed(1)} to ${curve.energy[curve.energy.length - 1]!.toFixed(1)} eV; ${range[0]} to ${range[1]} eV are needed`,
    );
  }
  const shape = options.shape ?? USUAL_SHAPE;
  const main = fitWindow(curve, s8, rho.value, nuisances, options.stepError ?? 0, shape, range);
  // what another window would have given: the line shapes are not exactly the model's
  const moved = [
    [-0.8, -1],
    [0.8, -1],
    [0.8, 0.6],
  ].flatMap(([low, high]) => {
    try {
      return [
        fitWindow(curve, s8, rho.value, nuisances, options.stepError ?? 0, shape, [range[0] + low!, range[1] + high!], main.parameters),
      ];
    } catch {
      return [];
    }
  });
  return answer(curve.name, main, moved, rho, options, nuisances);
}

/**
 * ρ, K and the shapes of features and edges from a standard of known chain length. ρ also weighs the two edges under the features, so it is found in rounds.
 *
 * @param length of the standard, above 2
 * @throws NOT_COMPUTABLE with the reason where the standard's own features cannot be told
 */
export function calibrateChain(
  standard: NormalizedCurve,
  length: number,
  options: ChainOptions = {},
): { rho: Quantity; strength: Quantity; shape: ChainShape } {
  if (!(length > 2))
    throw new ThioscopeError("INVALID_INPUT", `a standard of length ${length}; it must be above 2, or it has no internal atoms`);
  let rho: Quantity = { value: 1, sigma: null, unit: "" };
  for (let round = 0; round < 4; round++) {
    const { ratio, x } = chainLength(standard, { ...options, rho });
    if ("notComputable" in x) throw new ThioscopeError("NOT_COMPUTABLE", `the standard "${standard.name}": ${x.notComputable}`);
    if ("notComputable" in ratio) throw new ThioscopeError("NOT_COMPUTABLE", `the standard "${standard.name}": ${ratio.notComputable}`);
    const factor = 2 / (length - 2);
    rho = { value: Math.max(0.05, ratio.value * factor), sigma: ratio.sigma === null ? null : ratio.sigma * factor, unit: "" };
  }
  const s8 = options.s8WhiteLine ?? DEFAULT_S8;
  const fit = fitWindow(standard, s8, rho.value, options.nuisances ?? [], options.stepError ?? 0, USUAL_SHAPE, [s8 - WINDOW, s8 + WINDOW]);
  return { rho, strength: chainLength(standard, { ...options, rho }).strength, shape: shapeOfStandard(fit, s8) ?? USUAL_SHAPE };
}

function answer(
  name: string,
  main: ChainFit,
  moved: readonly ChainFit[],
  rho: Quantity,
  options: ChainOptions,
  nuisances: readonly Nuisance[],
): ChainLength {
  const { parameters: p, covariance } = main;
  const n = P.first + nuisances.length;
  const variance = (a: number, b: number): number => covariance[a * n + b]!;
  const [at, ai] = [p[P.terminal]!, p[P.internal]!];
  const st = Math.sqrt(Math.max(0, variance(0, 0)));
  const si = Math.sqrt(Math.max(0, variance(1, 1)));
  const flags: ChainFlag[] = [];
  const shares = nuisances.map(({ kind, name: own }, k) => ({
    kind,
    name: own,
    share: { value: Math.max(0, p[P.first + k]!), sigma: Math.sqrt(Math.max(0, variance(P.first + k, P.first + k))), unit: "" },
  }));
  const ratio = ai / at;
  const strength = at + ai / rho.value;
  const strengthVariance = variance(0, 0) + variance(1, 1) / rho.value ** 2 + (2 * variance(0, 1)) / rho.value;
  // K is per atom of chain sulfur: the chain's own part of the edge step
  const part = nuisances.length > 0 ? Math.max(p[P.step]!, 0.02) : 1;
  const perAtom = strength / part;
  const partError = Math.sqrt(Math.max(0, variance(P.step, P.step))) / part;
  const strengthQuantity: Quantity = {
    value: perAtom,
    sigma: perAtom * Math.hypot(Math.sqrt(Math.max(0, strengthVariance)) / Math.max(strength, 1e-9), nuisances.length > 0 ? partError : 0),
    unit: "eV",
  };
  const refuse = refusal(options, nuisances, at, st, ai, si) ?? misplaced(main, options.s8WhiteLine ?? DEFAULT_S8);
  const statistical =
    (2 / rho.value) * Math.sqrt(Math.max(0, (si * si + ratio * ratio * st * st - 2 * ratio * variance(0, 1)) / (at * at)));
  const calibrated = rho.sigma === null ? 0 : ((2 * ratio) / rho.value) * (rho.sigma / rho.value);
  const x = lengthOf(p, rho.value);
  const spread =
    moved.length > 0 ? Math.sqrt(moved.reduce((sum, fit) => sum + (lengthOf(fit.parameters, rho.value) - x) ** 2, 0) / moved.length) : 0;
  // the windows share most of their points: only what they move beyond the noise is the model's
  const systematic = Math.sqrt(Math.max(0, spread * spread - 0.25 * statistical * statistical));
  const sigma = Math.hypot(statistical, calibrated, systematic);
  const s8 = shares.find(({ kind }) => kind === "S8");
  if (options.rho === undefined)
    flags.push({
      code: "chain-uncalibrated",
      message: "ρ = 1 is assumed: no standard of known chain length was given, x may be off as a whole",
    });
  if (options.s8WhiteLine === undefined)
    flags.push({
      code: "chain-scale",
      message: `the white line of S8 is assumed at ${DEFAULT_S8} eV: calibrate on a scan of S8 of the same run`,
    });
  const sulfur = sulfurFlag(s8?.share ?? null);
  if (sulfur) flags.push(sulfur);
  const explainedByS8 = refuse === null && x > 6 ? [4, 5, 6].map((chain) => ({ n: chain, share: 1 - chain / x })) : [];
  if (explainedByS8.length > 0) {
    const list = explainedByS8.map(({ n: chain, share }) => `S${chain}²⁻ with ${(100 * share).toFixed(0)} % S8`).join(", ");
    flags.push({ code: "chain-long", message: `x above 6 cannot be told from shorter chains beside S8: ${list}` });
  }
  flags.push(...absorptionFlags(options, strengthQuantity));
  if (refuse === null && x - 2 < sigma)
    flags.push({
      code: "chain-at-two",
      message: `no internal sulfur: x = 2 with an upper limit of ${(Math.max(x, 2) + 2 * sigma).toFixed(2)} (two errors)`,
    });
  if (main.chi2Reduced > 4)
    flags.push({
      code: "chain-misfit",
      message: `the two features do not describe the spectrum (reduced χ² ${main.chi2Reduced.toFixed(1)}): other sulfur is in it`,
    });
  const energyOf = (centre: number, sigmaCentre: number): Quantity => ({ value: centre, sigma: sigmaCentre, unit: "eV" });
  const centreSigma = Math.sqrt(Math.max(0, variance(P.centre, P.centre)));
  return {
    name,
    x: refuse === null ? { value: Math.max(2, x), sigma, unit: "" } : { notComputable: refuse },
    ratio: at > 0 ? { value: ratio, sigma: (statistical * rho.value) / 2, unit: "" } : { notComputable: "no terminal feature" },
    terminal: { area: { value: at, sigma: st, unit: "eV" }, energy: energyOf(p[P.centre]!, centreSigma) },
    internal: {
      area: { value: ai, sigma: si, unit: "eV" },
      energy: energyOf(
        p[P.centre]! + p[P.separation]!,
        Math.sqrt(Math.max(0, centreSigma ** 2 + variance(P.separation, P.separation) + 2 * variance(P.centre, P.separation))),
      ),
    },
    strength: strengthQuantity,
    rho,
    shares,
    explainedByS8,
    flags,
    chi2Reduced: main.chi2Reduced,
    energy: main.energy,
    data: main.data,
    fitted: main.fitted,
  };
}
