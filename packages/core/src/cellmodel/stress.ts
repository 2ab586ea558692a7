/**
 * Stress from the volume of the products, Pa, in four models; amounts per mol S, V̄ m³ per mol S.
 *
 * Free expansion of the electrode's volume: e = ε_S (Σ n_k V̄_k/V̄_S − 1); voids take up the first χ ε_v of it: e_eff = max(0, e − χ ε_v), rounded over a narrow
 * width so that its slope is continuous.
 *
 *   local      σ_p = σ_stack + K_eff e_eff/(1 + K_eff/K_frame)                                          (8a)
 *   layer      σ_p the same everywhere: ∫(e_eff − (σ_p − σ_stack)/K) dx = (σ_p − σ_stack) A/k_fixture      (8b)
 *   particle   pressure and hoop stress around an expanding sphere in a shell, with yield               (8c)
 *   confined   the wall of the die holds ε_lat = 0, the axial load is given (tension positive):
 *              σ_ax = −p,  σ_lat = −(ν p + E e_u/3)/(1 − ν) until |σ_ax − σ_lat| reaches the yield stress,
 *              σ_p = (p − 2 σ_lat)/3                                                                    (8d)
 *
 * In 8d e_u = share · e_eff is the volume strain that voids, flow and thickness leave over. A piezo holds the load (k_fixture = 0): the area's mean of the
 * axial stress is then the stack pressure at all times, whatever expands. Isotropic and elastic up to yield; small strains.
 */
import { ThioscopeError } from "../errors.ts";

/** Width over which a corner is rounded, relative to the quantity's scale. */
const ROUNDING = 1e-3;

/** max(0, x) with a parabola over ±width; slope in out[1]. Exact outside. */
function positivePart(x: number, width: number, out: Float64Array): void {
  if (x >= width) {
    out[0] = x;
    out[1] = 1;
  } else if (x <= -width) {
    out[0] = 0;
    out[1] = 0;
  } else {
    out[0] = (x + width) ** 2 / (4 * width);
    out[1] = (x + width) / (2 * width);
  }
}

/** e_eff and its derivative by e. */
export function unaccommodatedExpansion(free: number, voids: number, out: Float64Array): void {
  positivePart(free - voids, ROUNDING, out);
}

export interface ConfinedLayer {
  /** E and ν of the layer, Pa and 1 */
  young: number;
  poisson: number;
  /** Pa */
  yieldStress: number;
  /** p, Pa */
  stackPressure: number;
}

export interface ConfinedStress {
  /** Pa, tension positive */
  axial: number;
  lateral: number;
  /** σ_ax − σ_lat */
  difference: number;
  /** (2/3)(σ_ax − σ_lat): the deviator's axial component */
  component: number;
  /** mean pressure, compression positive */
  pressure: number;
  /** true where the difference has reached the yield stress */
  yielded: boolean;
}

const part = new Float64Array(2);
const found = new Float64Array(4);

/** Writes σ_ax − σ_lat, the pressure, the slope of the pressure by the strain, and whether it has yielded. */
export function confinedPressure(
  { young, poisson, yieldStress, stackPressure: p }: ConfinedLayer,
  strain: number,
  out: Float64Array,
): void {
  const elastic = ((young * strain) / 3 - (1 - 2 * poisson) * p) / (1 - poisson);
  // beyond yield the difference stays, on either side
  positivePart(Math.abs(elastic) - yieldStress, 10 * ROUNDING * yieldStress, part);
  const difference = Math.sign(elastic) * (Math.abs(elastic) - part[0]!);
  out[0] = difference;
  out[1] = p + (2 / 3) * difference;
  out[2] = ((2 / 9) * young * (1 - part[1]!)) / (1 - poisson);
  out[3] = part[0]! > 0 ? 1 : 0;
}

/** Stress of a laterally confined layer under an axial load, for an unaccommodated volume strain e_u (8d). */
export function confinedStress(layer: ConfinedLayer, strain: number): ConfinedStress {
  confinedPressure(layer, strain, found);
  const difference = found[0]!;
  return {
    axial: -layer.stackPressure,
    lateral: -layer.stackPressure - difference,
    difference,
    component: (2 / 3) * difference,
    pressure: found[1]!,
    yielded: found[3] === 1,
  };
}

/** The strain at which the confined layer's difference of stresses has a given value, Pa, before yield. */
export function strainOfDifference({ young, poisson, stackPressure: p }: ConfinedLayer, difference: number): number {
  return (3 / young) * ((1 - poisson) * difference + (1 - 2 * poisson) * p);
}

/** σ_p of the local model and its derivative by e_eff (8a). Moduli Pa; a frame of infinite stiffness is possible. */
export function localPressure(stack: number, bulk: number, frame: number, expansion: number, out: Float64Array): void {
  const stiffness = bulk / (1 + bulk / frame);
  out[0] = stack + stiffness * expansion;
  out[1] = stiffness;
}

/**
 * σ_p of the 1-D layer model (8b) for given e_eff, and the change of thickness in m.
 *
 * @param fixture stiffness of the fixture in N/m over the area in m²; 0 where the load is held
 */
export function layerPressure(stack: number, expansion: Float64Array, widths: Float64Array, bulk: number, fixture: number, area: number) {
  let growth = 0;
  let length = 0;
  for (let i = 0; i < widths.length; i++) {
    growth += expansion[i]! * widths[i]!;
    length += widths[i]!;
  }
  const perArea = fixture / area;
  const rise = (perArea * growth) / (1 + (perArea * length) / bulk);
  return { pressure: stack + rise, thickness: growth - (rise * length) / bulk };
}

export interface ParticleStress {
  /** Pa inside the particle, hydrostatic, compression positive */
  pressure: number;
  /** Pa in the shell at the particle's surface, tension positive */
  radial: number;
  hoop: number;
  /** radius to which the shell has yielded, in radii of the particle; 1 where it has not */
  plasticRadius: number;
}

/**
 * A sphere whose volume grows by `strain` inside a large elastic, ideally plastic shell (8c): elastic strain = p/K_s + 3 p/(4 G_m) until the shell
 * yields at p = 2Y/3, then p = (2Y/3)(1 + 3 ln c) with the plastic radius c from the continuity of displacement (Hill, Plasticity, 1950, V.2).
 * Moduli Pa. It gives a local peak for yield and cracking: averaged over directions in the laboratory's axes the shell has no deviator, and the particle
 * none at all.
 */
export function particleStress(
  strain: number,
  particleBulk: number,
  shellYoung: number,
  shellPoisson: number,
  yieldStress: number,
): ParticleStress {
  if (!(particleBulk > 0 && shellYoung > 0 && yieldStress > 0))
    throw new ThioscopeError("INVALID_INPUT", "moduli and the yield stress must be above 0");
  const shear = shellYoung / (2 * (1 + shellPoisson));
  const elastic = strain / (1 / particleBulk + 3 / (4 * shear));
  if (Math.abs(elastic) <= (2 / 3) * yieldStress) return { pressure: elastic, radial: -elastic, hoop: elastic / 2, plasticRadius: 1 };
  const sign = Math.sign(strain);
  // displacement of the cavity's wall, u/a = (Y/E)[(1−ν) c³ − (2/3)(1−2ν)(1 + 3 ln c)], against the particle's: strain/3 − p/(3K)
  const gap = (c: number): number => {
    const p = (2 / 3) * yieldStress * (1 + 3 * Math.log(c));
    const wall = (yieldStress / shellYoung) * ((1 - shellPoisson) * c ** 3 - (2 / 3) * (1 - 2 * shellPoisson) * (1 + 3 * Math.log(c)));
    return wall - (Math.abs(strain) / 3 - p / (3 * particleBulk));
  };
  let [low, high] = [1, 2];
  while (gap(high) < 0) high *= 2;
  for (let k = 0; k < 200 && high - low > 1e-14 * high; k++) {
    const middle = (low + high) / 2;
    if (gap(middle) < 0) low = middle;
    else high = middle;
  }
  const pressure = sign * (2 / 3) * yieldStress * (1 + 3 * Math.log(low));
  return { pressure, radial: -pressure, hoop: sign * yieldStress - pressure, plasticRadius: low };
}

/**
 * Stress of a phase from that of the layer, between equal stress (Reuss, 1) and equal strain (Voigt, ratio of shear moduli). A measured ratio outside is
 * not explained by elastic sharing alone: it needs yield, or shapes.
 */
export function sharingBounds(phaseShear: number, matrixShear: number): [number, number] {
  const ratio = phaseShear / matrixShear;
  return [Math.min(1, ratio), Math.max(1, ratio)];
}
