/**
 * What of a sample is not crystalline, in three ways.
 *
 * Internal standard: of a crystalline standard weighed in with the mass fraction s (of the mixture), a refinement, which sees crystals alone, finds R > s:
 *
 *   amorphous share of the sample without the standard = (1 − s/R)/(1 − s)
 *
 * Humps: of the intensity above the instrument's own background, what no line explains,
 *
 *   share of the scattering = 1 − A_lines/(A_lines + A_humps)
 *   share of the mass = κ A_humps/(κ A_humps + A_lines),  κ = counts of a gram of crystals per counts of a gram of glass within the range
 *
 * κ has to be measured on a mixture that is known; taken as 1, glass and crystal of one composition scatter alike, which holds within the range's share of the
 * diffuse part alone. The background is that of a pattern without the sample, or, where there is none, the line under both ends of the pattern, which a notice
 * says. (Klug and Alexander, X-ray Diffraction Procedures, 2nd ed., 1974, ch. 7; De la Torre et al., J. Appl. Cryst. 34, 196, 2001; Madsen et al., Z. Kristallogr. 226, 944, 2011.)
 *
 * Balance of sulfur on charge, 2 Na2S → Na2S2 + 2 Na: of the crystalline disulfide that the sulfide lost would make, what was not gained has become amorphous,
 *
 *   amorphous share of the disulfide made = 1 − 2 Δn(Na2S2)/(−Δn(Na2S))
 *
 * It needs amounts of both phases on one scale. Counts of a line are on a scale of each phase: they give no answer. It takes the sulfide lost to be oxidised and not to have become
 * amorphous itself; the charge that was passed says whether that holds: an electron for each Na2S.
 */
import { molarMass } from "../chemistry/formula.ts";
import type { Notice } from "../errors.ts";
import { ThioscopeError } from "../errors.ts";
import { CONSTANTS } from "../units/constants.ts";
import { type Answer, isComputable, type Quantity, quantity } from "../units/quantity.ts";
import type { PowderData, PowderRefinement } from "./refine.ts";

/**
 * @param refined mass fraction of the standard among the crystals
 * @param weighed mass fraction of the standard in the mixture, crystalline part of the standard alone
 * @returns the amorphous mass fraction of the sample without the standard
 */
export function amorphousByStandard(refined: Answer, weighed: Quantity): Answer {
  if (!isComputable(refined)) return refined;
  const [r, s] = [refined.value, weighed.value];
  if (!(s > 0 && s < 1)) throw new ThioscopeError("INVALID_INPUT", `mass fraction of the standard ${s}: between 0 and 1`);
  if (!(r > 0)) return { notComputable: "the refinement finds nothing of the standard" };
  const value = (1 - s / r) / (1 - s);
  const byR = s / (r * r * (1 - s));
  const byS = (1 - 1 / r) / (1 - s) ** 2;
  return quantity(value, "1", Math.hypot(byR * (refined.sigma ?? 0), byS * (weighed.sigma ?? 0)));
}

export interface HumpOptions {
  /** a pattern of the instrument without the sample, on the same angles, and how often it counts */
  blank?: { intensity: Float64Array; sigma: Float64Array | null; scale?: number };
  /** κ; default 1, without error */
  calibration?: Quantity;
}

export interface HumpShare {
  /** counts × degrees */
  lines: Quantity;
  humps: Quantity;
  /** of the scattering above the background, what is not in lines */
  scattering: Answer;
  /** amorphous mass fraction, by κ */
  mass: Answer;
  notices: readonly Notice[];
}

/** Of both ends of a pattern, where a line under it rests. */
const END = 0.02;

/** @param fit a refinement of the pattern whose lines are all that is crystalline */
export function amorphousByHump(
  data: PowderData,
  fit: Pick<PowderRefinement, "model" | "background">,
  options: HumpOptions = {},
): HumpShare {
  const { twoTheta, intensity } = data;
  const n = twoTheta.length;
  const { blank, calibration = quantity(1, "1") } = options;
  if (fit.model.length !== n || (blank && blank.intensity.length !== n))
    throw new ThioscopeError("INVALID_INPUT", `pattern, refinement and blank must have the same ${n} points`);
  const notices: Notice[] = [];
  const variance = (y: Float64Array, sigma: Float64Array | null, i: number): number =>
    sigma && sigma[i]! > 0 ? sigma[i]! ** 2 : Math.max(y[i]!, 1);
  const step = (i: number): number =>
    (twoTheta[Math.min(n - 1, i + 1)]! - twoTheta[Math.max(0, i - 1)]!) / (i === 0 || i === n - 1 ? 1 : 2);
  const [low, high] = [twoTheta[0]!, twoTheta[n - 1]!];
  const m = Math.max(5, Math.round(END * n));
  const mean = (from: number): { value: number; variance: number } => {
    let [sum, v] = [0, 0];
    for (let i = from; i < from + m; i++) {
      sum += intensity[i]! - (fit.model[i]! - fit.background[i]!);
      v += variance(intensity, data.sigma, i);
    }
    return { value: sum / m, variance: v / (m * m) };
  };
  const [first, last] = [mean(0), mean(n - m)];
  if (!blank)
    notices.push({
      code: "background-assumed",
      message: "no pattern without the sample is given: the line under both ends is taken for the background",
    });
  if (!options.calibration)
    notices.push({
      code: "scattering-assumed",
      message: "no calibration is given: a gram of glass is taken to scatter as a gram of crystals",
    });
  let [lines, total] = [0, 0];
  const [byFirst, byLast] = [{ total: 0 }, { total: 0 }];
  const parts = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const t = (twoTheta[i]! - low) / (high - low);
    const base = blank ? (blank.scale ?? 1) * blank.intensity[i]! : (1 - t) * first.value + t * last.value;
    const own = fit.model[i]! - fit.background[i]!;
    lines += own * step(i);
    total += (intensity[i]! - base) * step(i);
    byFirst.total -= (1 - t) * step(i);
    byLast.total -= t * step(i);
    parts[i] = own;
  }
  const humps = total - lines;
  const share = lines / total;
  // the split of each point is that of the refinement: each point's error changes lines and all by its own share
  let [vLines, vHumps, vShare] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const v = variance(intensity, data.sigma, i) * step(i) ** 2;
    const vBlank = blank ? variance(blank.intensity, blank.sigma, i) * ((blank.scale ?? 1) * step(i)) ** 2 : 0;
    const q = Math.min(1, Math.max(0, parts[i]! / Math.max(intensity[i]!, 1)));
    vLines += q * q * v;
    vHumps += (1 - q) ** 2 * v + vBlank;
    vShare += ((q - share) ** 2 * v + share * share * vBlank) / total ** 2;
  }
  if (!blank) {
    const ends = byFirst.total ** 2 * first.variance + byLast.total ** 2 * last.variance;
    vHumps += ends;
    vShare += (share / total) ** 2 * ends;
  }
  const answer = (value: number, sigma: number): Answer =>
    total > 3 * Math.sqrt(vLines + vHumps) ? quantity(value, "1", sigma) : { notComputable: "nothing is above the background" };
  const kappa = calibration.value;
  const whole = kappa * humps + lines;
  // d(mass)/d(share of lines) at fixed sum
  const slope = (kappa * total * total) / whole ** 2;
  const byKappa = (humps * lines) / whole ** 2;
  return {
    lines: quantity(lines, "counts·deg", Math.sqrt(vLines)),
    humps: quantity(humps, "counts·deg", Math.sqrt(vHumps)),
    scattering: answer(1 - share, Math.sqrt(vShare)),
    mass: answer((kappa * humps) / whole, Math.hypot(slope * Math.sqrt(vShare), byKappa * (calibration.sigma ?? 0))),
    notices,
  };
}

/** Amounts of the crystalline sulfide and disulfide: mol, g, or g per g of a phase that does not change. */
export interface SulfurState {
  sulfide: Quantity;
  disulfide: Quantity;
  /** of the two amounts, in their unit squared (default 0): where both are per g of one phase they share its error */
  covariance?: number;
}

export interface SulfurBalance {
  /** mol, or mol per g of the reference */
  sulfideLost: Answer;
  disulfideGained: Answer;
  /** of the disulfide that was made */
  amorphous: Answer;
  /** Na2S that the charge has oxidised over the crystalline Na2S that is lost: 1 where nothing else took part; null without a charge */
  charge: Answer | null;
}

const SULFIDE = "Na2S";
const DISULFIDE = "Na2S2";
/** Counts of lines and shares of them: each phase has a scale of its own. */
const PER_MOLE: Readonly<Record<string, (formula: string) => number>> = {
  mol: () => 1,
  "mol/g": () => 1,
  g: (formula) => molarMass(formula),
  mg: (formula) => 1000 * molarMass(formula),
  "g/g": (formula) => molarMass(formula),
};

/**
 * @param passed charge between the two states: C where amounts are in mol or g, C per g of the reference where they are per g of it
 */
export function sulfurBalance(before: SulfurState, after: SulfurState, passed: Quantity | null = null): SulfurBalance {
  const units = new Set([before.sulfide, before.disulfide, after.sulfide, after.disulfide].map(({ unit }) => unit));
  const [unit] = units;
  const per = units.size === 1 ? PER_MOLE[unit!] : undefined;
  if (!per) {
    const refused = {
      notComputable: `amounts in ${[...units].join(", ")} have no scale in common: refine both phases by their atoms (mass per mass of a phase that does not change)`,
    };
    return { sulfideLost: refused, disulfideGained: refused, amorphous: refused, charge: passed && refused };
  }
  const moles = unit!.endsWith("/g") ? "mol/g" : "mol";
  const difference = (a: Quantity, b: Quantity, formula: string): { value: number; sigma: number } => ({
    value: (a.value - b.value) / per(formula),
    sigma: Math.hypot(a.sigma ?? 0, b.sigma ?? 0) / per(formula),
  });
  const lost = difference(before.sulfide, after.sulfide, SULFIDE);
  const gained = difference(after.disulfide, before.disulfide, DISULFIDE);
  const isLost = lost.value > 3 * lost.sigma;
  // what makes the disulfide gained too large makes the sulfide lost too small
  const both = -((before.covariance ?? 0) + (after.covariance ?? 0)) / (per(SULFIDE) * per(DISULFIDE));
  const share = gained.value / lost.value;
  const spread = (2 * Math.sqrt(Math.max(0, gained.sigma ** 2 + (share * lost.sigma) ** 2 - 2 * share * both))) / lost.value;
  const nothing = { notComputable: "no crystalline Na2S is lost beyond three of its errors" };
  const electrons = passed === null ? 0 : passed.value / CONSTANTS.faraday;
  return {
    sulfideLost: quantity(lost.value, moles, lost.sigma),
    disulfideGained: quantity(gained.value, moles, gained.sigma),
    amorphous: isLost ? quantity(1 - 2 * share, "1", spread) : nothing,
    charge:
      passed === null
        ? null
        : isLost
          ? quantity(
              electrons / lost.value,
              "1",
              Math.hypot((passed.sigma ?? 0) / CONSTANTS.faraday, (electrons * lost.sigma) / lost.value) / lost.value,
            )
          : nothing,
  };
}

export interface MassRatios {
  phases: readonly { name: string; ratio: Answer }[];
  /** of the ratios, row by row, (g/g)²; the reference's error is in all of them */
  covariance: Float64Array;
}

/** Masses of the phases per mass of one of them: what a balance between patterns is made of. */
export function massRatios(fit: PowderRefinement, reference: string): MassRatios {
  const { phases, scaleCovariance: scales } = fit;
  const m = phases.length;
  const r = phases.findIndex(({ name }) => name === reference);
  const none = new Float64Array(m * m).fill(Number.NaN);
  const refused = (notComputable: string): MassRatios => ({
    phases: phases.map(({ name }) => ({ name, ratio: { notComputable } })),
    covariance: none,
  });
  if (r < 0) throw new ThioscopeError("INVALID_INPUT", `${reference} is none of the phases ${phases.map(({ name }) => name).join(", ")}`);
  const base = phases[r]!.massFraction;
  if (!scales || !base || !isComputable(base)) return refused("mass fractions need Rietveld's method");
  if (!(base.value > 3 * (base.sigma ?? 0))) return refused(`the pattern shows no ${reference}`);
  const t = phases[r]!.scale!.value;
  const ratios = phases.map(({ massFraction }) =>
    massFraction && isComputable(massFraction) ? massFraction.value / base.value : Number.NaN,
  );
  const s = phases.map(({ scale }) => scale!.value);
  // ratio = mass per scale · S_k/S_r
  const mass = s.map((scale, k) => (scale === 0 ? 0 : (ratios[k]! * t) / scale));
  const covariance = none.map((_, i) => {
    const [k, l] = [Math.floor(i / m), i % m];
    const of = (a: number, b: number): number => scales[a * m + b]!;
    const both = of(k, l) / t ** 2 - (s[k]! * of(r, l) + s[l]! * of(k, r)) / t ** 3 + (s[k]! * s[l]! * of(r, r)) / t ** 4;
    return mass[k]! * mass[l]! * both;
  });
  return {
    phases: phases.map(({ name }, k) => ({ name, ratio: quantity(ratios[k]!, "g/g", Math.sqrt(Math.max(0, covariance[k * m + k]!))) })),
    covariance,
  };
}
