/**
 * What follows from what: each row gives one quantity from others, by names that carry their unit. The order decides where several rows give the same: the first whose inputs
 * are known is taken. Masses in mg, areas in cm², capacities in mAh per g of sulfur unless the name says otherwise.
 */
import { molarMass } from "../chemistry/formula.ts";
import { studentTwoSided } from "../numerics/beta.ts";
import { arrhenius } from "../transport/arrhenius.ts";
import { CONSTANTS, wavelengthAngstrom } from "../units/constants.ts";

export interface Relation {
  gives: string;
  needs: readonly string[];
  /** the formula in words or symbols, for the reader */
  how: string;
  of(...x: number[]): number;
  /** it takes whole lists and gives one number: x are their elements in turn */
  folds?: true;
}

const FARADAY_MAH = CONSTANTS.faraday / 3.6;
/** mAh per g of sulfur reduced to sulfide: 2F/M(S) = 1672. */
export const SULFUR_MAH_G = (2 * FARADAY_MAH) / molarMass("S");
const AVOGADRO = CONSTANTS.avogadro;
const EV = CONSTANTS.elementaryCharge;
/** eV/Å³ in MPa. */
const EV_A3_MPA = (EV / 1e-30) * 1e-6;

/** Mass of an electrolyte per g of sulfur times mAh/g → electrons per formula unit. */
const electronsPer = (formula: string, excess: number, massRatio: number): number =>
  (excess / FARADAY_MAH) * (molarMass(formula) / massRatio);

/** mA/cm² or mAh/cm² of the paper's currents and capacities. */
export const RELATIONS: readonly Relation[] = [
  // book-keeping of a cell
  {
    gives: "area_cm2",
    needs: ["mA_per_g", "s_mg", "uA_cm2"],
    how: "current over current density",
    of: (rate, s, density) => (rate * s) / density,
  },
  { gives: "area_cm2", needs: ["die_mm"], how: "π/4 d²", of: (d) => (Math.PI / 4) * (d / 10) ** 2 },
  { gives: "die_mm", needs: ["area_cm2"], how: "√(4A/π)", of: (a) => 10 * Math.sqrt((4 * a) / Math.PI) },
  {
    gives: "s_fraction",
    needs: ["s_fraction_of_composite", "composite_fraction"],
    how: "share of sulfur in the composite times share of the composite",
    of: (a, b) => a * b,
  },
  { gives: "s_mg", needs: ["cathode_mg", "s_fraction"], how: "mass of the cathode times share of sulfur", of: (m, s) => m * s },
  { gives: "s_mg", needs: ["composite_mg", "s_fraction"], how: "mass of the composite times share of sulfur", of: (m, s) => m * s },
  { gives: "s_mg_cm2", needs: ["s_mg", "area_cm2"], how: "mass of sulfur over area", of: (s, a) => s / a },
  { gives: "cathode_mg_cm2", needs: ["cathode_mg", "area_cm2"], how: "mass of the cathode over area", of: (m, a) => m / a },
  { gives: "separator_mg_cm2", needs: ["separator_mg", "area_cm2"], how: "mass of the separator over area", of: (m, a) => m / a },
  { gives: "mg_cm2", needs: ["separator_mg", "area_cm2"], how: "mass of the separator over area", of: (m, a) => m / a },
  { gives: "mA_per_g", needs: ["current_uA", "s_mg"], how: "current over mass of sulfur", of: (i, s) => i / s },
  { gives: "uA_cm2", needs: ["current_uA", "area_cm2"], how: "current over area", of: (i, a) => i / a },
  { gives: "mAh_cm2", needs: ["s_mg_cm2", "theoretical_mAh_g"], how: "loading of sulfur times its capacity", of: (s, q) => (s * q) / 1000 },
  {
    gives: "C_rate",
    needs: ["mA_cm2", "area_cm2", "s_mg", "theoretical_mAh_g"],
    how: "current over the theoretical capacity in one hour",
    of: (i, a, s, q) => (1000 * i * a) / (s * q),
  },
  {
    gives: "areal_mAh_cm2",
    needs: ["specific_mAh_g", "s_mg_cm2"],
    how: "specific capacity times loading of sulfur",
    of: (q, s) => (q * s) / 1000,
  },
  { gives: "with_6_wt_LiI", needs: ["s_mg_cm2"], how: "94 % of it, where 6 wt% are LiI", of: (s) => 0.94 * s },
  { gives: "Wh_kg", needs: ["mean_V", "S_mAh_g", "Li_mAh_g"], how: "V/(1/q_S + 1/q_Li)", of: (v, s, li) => v / (1 / s + 1 / li) },
  { gives: "seconds_per_position", needs: ["scan_h", "positions"], how: "time of a scan over its positions", of: (t, n) => (3600 * t) / n },
  {
    gives: "cathode_um",
    needs: [
      "cathode_mg_cm2",
      "s_fraction",
      "carbon_fraction",
      "density_S_g_cm3",
      "density_C_g_cm3",
      "density_electrolyte_g_cm3",
      "porosity",
    ],
    how: "loading times the volumes of its components, over 1 − porosity",
    of: (m, s, c, ds, dc, de, p) => (10 * m * (s / ds + c / dc + (1 - s - c) / de)) / (1 - p),
  },
  {
    gives: "scan_positions_in_cathode",
    needs: ["cathode_um", "scan_step_um"],
    how: "thickness over the step of the scan",
    of: (t, s) => t / s,
  },
  // lithium–indium anode
  {
    gives: "Li_mAh_cm2",
    needs: ["Li_um", "density_Li_g_cm3"],
    how: "d ρ F/M(Li)",
    of: (d, rho) => (d * 1e-4 * rho * FARADAY_MAH) / molarMass("Li"),
  },
  {
    gives: "Li_per_In",
    needs: ["Li_um", "In_um", "density_Li_g_cm3", "density_In_g_cm3"],
    how: "ratio of the amounts in the two foils",
    of: (li, ind, dl, di) => (li * dl * molarMass("In")) / (ind * di * molarMass("Li")),
  },
  {
    gives: "theoretical_mAh_cm2",
    needs: ["loadings_mg_cm2", "theoretical_mAh_g"],
    how: "loading times capacity of sulfur",
    of: (m, q) => (m * q) / 1000,
  },
  { gives: "utilisation_at_3.0_mAh_cm2", needs: ["theoretical_mAh_cm2"], how: "3.0 mAh/cm² over it", of: (q) => 3 / q },
  // coulometry
  { gives: "retention_percent", needs: ["first", "last"], how: "last over first", of: (a, b) => (100 * b) / a },
  { gives: "retention_percent", needs: ["first_mAh_g", "cycle_30_mAh_g"], how: "cycle 30 over first", of: (a, b) => (100 * b) / a },
  {
    gives: "charge_mAh_g",
    needs: ["discharge_mAh_g", "CE_percent"],
    how: "discharge over coulombic efficiency",
    of: (d, ce) => (100 * d) / ce,
  },
  {
    gives: "net_mAh_g",
    needs: ["mA_per_g", "discharge_mAh_g", "hours_from_start"],
    how: "discharge minus what has been charged since its end",
    of: (i, d, t) => 2 * d - i * t,
  },
  { gives: "net_mAh_g", needs: ["mA_per_g", "hours_from_start"], how: "current times time", of: (i, t) => i * t },
  { gives: "net_mAh_g", needs: ["mAh_g"], how: "the capacity itself", of: (q) => q },
  { gives: "x_in_Na2Sx", needs: ["net_mAh_g", "theoretical_mAh_g"], how: "q_theory/q: sulfur atoms per two sodium", of: (q, t) => t / q },
  { gives: "utilisation", needs: ["mAh_g", "theoretical_mAh_g"], how: "q/q_theory", of: (q, t) => q / t },
  {
    gives: "Na2S_fraction_two_product_reading",
    needs: ["mAh_g", "theoretical_mAh_g"],
    how: "2q/q_theory − 1, if nothing but disulfide and sulfide is there",
    of: (q, t) => (2 * q) / t - 1,
  },
  {
    gives: "Li2S_mole_fraction_of_S",
    needs: ["mAh_g", "theoretical_mAh_g"],
    how: "2q/q_theory − 1, if nothing but disulfide and sulfide is there",
    of: (q, t) => (2 * q) / t - 1,
  },
  {
    gives: "Li2S_fraction_two_product_reading",
    needs: ["mAh_g", "theoretical_mAh_g"],
    how: "2q/q_theory − 1, if nothing but disulfide and sulfide is there",
    of: (q, t) => (2 * q) / t - 1,
  },
  { gives: "Li2S_fraction_if_rest_is_unreacted_S", needs: ["mAh_g", "theoretical_mAh_g"], how: "q/q_theory", of: (q, t) => q / t },
  { gives: "S8_to_Li2S2_mAh_g", needs: ["theoretical_mAh_g"], how: "half of q_theory", of: (t) => t / 2 },
  { gives: "Li2S2_to_Li2S_mAh_g", needs: ["theoretical_mAh_g"], how: "half of q_theory", of: (t) => t / 2 },
  {
    gives: "dominant_only_below_mAh_g",
    needs: ["theoretical_mAh_g"],
    how: "3/4 q_theory: half of the sulfur is sulfide there",
    of: (t) => 0.75 * t,
  },
  {
    gives: "electrolyte_share_that_saves_it",
    needs: ["mAh_g", "dominant_only_below_mAh_g"],
    how: "the share beyond that limit",
    of: (q, limit) => 1 - limit / q,
  },
  { gives: "excess_over_sulfur_mAh_g", needs: ["specific_mAh_g", "theoretical_mAh_g"], how: "q − q_theory", of: (q, t) => q - t },
  {
    gives: "electrons_per_NAS",
    needs: ["excess_over_sulfur_mAh_g", "s_fraction", "composite_fraction"],
    how: "excess charge per Na3SbS4 beside each g of sulfur",
    of: (q, s, c) => electronsPer("Na3SbS4", q, (1 - c) / s),
  },
  {
    gives: "electrons_per_NAS",
    needs: ["areal_mAh_cm2", "NAS_mg", "area_cm2"],
    how: "charge per amount of Na3SbS4",
    of: (q, m, a) => ((q * a) / FARADAY_MAH) * (1000 * molarMass("Na3SbS4")) * (1 / m),
  },
  {
    gives: "electrons_per_NAS_at_least",
    needs: ["first_mAh_g", "theoretical_mAh_g", "s_fraction", "composite_fraction"],
    how: "charge beyond that of all sulfur, per Na3SbS4",
    of: (q, t, s, c) => electronsPer("Na3SbS4", q - t, (1 - c) / s),
  },
  {
    gives: "electrolyte_share",
    needs: ["NAS_C_mAh_cm2", "composite_mAh_cm2"],
    how: "capacity without sulfur over that with it",
    of: (a, b) => a / b,
  },
  {
    gives: "sulfur_only_mAh_g",
    needs: ["NAS_C_mAh_cm2", "composite_mAh_cm2", "s_mg_cm2"],
    how: "difference of the areal capacities over the loading",
    of: (a, b, s) => (1000 * (b - a)) / s,
  },
  { gives: "sulfur_utilisation", needs: ["sulfur_only_mAh_g", "theoretical_mAh_g"], how: "q/q_theory", of: (q, t) => q / t },
  { gives: "V_vs_Li", needs: ["V_vs_LiIn", "LiIn_vs_Li_V"], how: "plus the potential of Li–In against Li", of: (v, r) => v + r },
  // thermodynamics and mechanics
  { gives: "angstrom", needs: ["keV"], how: "hc/E", of: wavelengthAngstrom },
  {
    gives: "dV_A3_per_formula",
    needs: ["volume_A3", "mixture_volume_A3"],
    how: "volume of the compound minus that of its decomposition products",
    of: (v, m) => v - m,
  },
  {
    gives: "stabilising_pressure_MPa",
    needs: ["energy_meV_atom", "atoms_per_formula", "dV_A3_per_formula"],
    how: "−ΔE/ΔV",
    of: (e, n, v) => (-(e / 1000) * n * EV_A3_MPA) / v,
  },
  { gives: "implied_MPa", needs: ["stabilising_pressure_MPa"], how: "the same", of: (p) => p },
  {
    gives: "dV_that_the_print_needs_A3",
    needs: ["energy_meV_atom", "atoms_per_formula", "printed.stabilising_pressure_MPa"],
    how: "−ΔE/p",
    of: (e, n, p) => (-(e / 1000) * n * EV_A3_MPA) / p,
  },
  { gives: "poisson_NAS", needs: ["G_over_B_NAS"], how: "(3 − 2g)/(6 + 2g)", of: poisson },
  { gives: "poisson_NPS", needs: ["G_over_B_NPS"], how: "(3 − 2g)/(6 + 2g)", of: poisson },
  { gives: "S_to_Li2S2_V", needs: ["Li2S2_eV_atom"], how: "−4E/2: two electrons per Li2S2", of: (e) => -2 * e },
  {
    gives: "Li2S2_to_Li2S_V",
    needs: ["Li2S2_eV_atom", "Li2S_eV_atom"],
    how: "−(2·3E(Li2S) − 4E(Li2S2))/2",
    of: (a, b) => -(6 * b - 4 * a) / 2,
  },
  { gives: "mean_V", needs: ["Li2S_eV_atom"], how: "−3E/2", of: (b) => (-3 * b) / 2 },
  {
    gives: "Li2S2_above_hull_eV_atom",
    needs: ["Li2S2_eV_atom", "Li2S_eV_atom"],
    how: "against Li2S + S: (4E(Li2S2) − 3E(Li2S))/4",
    of: (a, b) => (4 * a - 3 * b) / 4,
  },
  // transport
  { gives: "Ea_eV", needs: ["T_K", "D_cm2_s"], how: "slope of ln D over 1/kT", of: (...x) => arrheniusOf(x).energy, folds: true },
  { gives: "D_300K_cm2_s", needs: ["T_K", "D_cm2_s"], how: "the line at 300 K", of: (...x) => arrheniusOf(x).at300, folds: true },
  {
    gives: "sigma_at_4.55e21_S_cm",
    needs: ["D_300K_cm2_s", "density_Na_per_cm3"],
    how: "n e² D/kT at 300 K",
    of: (d, n) => (n * EV * EV * d) / (CONSTANTS.boltzmann * 300),
  },
  { gives: "sigma_S_cm", needs: ["sigma_at_4.55e21_S_cm"], how: "the same", of: (s) => s },
  {
    gives: "implied_Na_per_cm3",
    needs: ["D_300K_cm2_s", "printed.sigma_S_cm"],
    how: "σ kT/(e² D) at 300 K",
    of: (d, s) => (s * CONSTANTS.boltzmann * 300) / (EV * EV * d),
  },
  {
    gives: "implied_g_per_cm3",
    needs: ["implied_Na_per_cm3", "g_per_mol_Na"],
    how: "times the mass per mole of Na",
    of: (n, m) => (n * m) / AVOGADRO,
  },
  { gives: "rms_A", needs: ["D_cm2_s", "ps"], how: "√(6Dt)", of: (d, t) => Math.sqrt(6 * d * t * 1e-12) * 1e8 },
  { gives: "hops_per_Na", needs: ["D_cm2_s", "ps", "hop_A"], how: "6Dt/a²", of: (d, t, a) => (6 * d * t * 1e-12 * 1e16) / a ** 2 },
  { gives: "Tg_K", needs: ["Tg_C"], how: "+ 273.15", of: (t) => t + 273.15 },
  {
    gives: "bulk_relaxation_MHz",
    needs: ["sigma_mS_cm", "relative_permittivity"],
    how: "σ/(2π ε₀ ε)",
    of: (s, e) => (s * 0.1) / (2 * Math.PI * VACUUM * e) / 1e6,
  },
  {
    gives: "permittivity_needed_for_7_MHz",
    needs: ["sigma_mS_cm", "f_max_Hz"],
    how: "σ/(2π ε₀ f)",
    of: (s, f) => (s * 0.1) / (2 * Math.PI * VACUUM * f),
  },
  // statistics
  {
    gives: "welch_p_n5",
    needs: ["first_mean", "first_sigma", "second_mean", "second_sigma"],
    how: "Welch's test with five replicates each",
    of: (a, s, b, t) => welch(a, s, b, t, 5),
  },
  {
    gives: "welch_p_n3",
    needs: ["first_mean", "first_sigma", "second_mean", "second_sigma"],
    how: "Welch's test with three replicates each",
    of: (a, s, b, t) => welch(a, s, b, t, 3),
  },
];

/** F/m. */
const VACUUM = 8.8541878128e-12;

function poisson(g: number): number {
  return (3 - 2 * g) / (6 + 2 * g);
}

function arrheniusOf(x: readonly number[]): { energy: number; at300: number } {
  const n = x.length / 2;
  const points = Array.from({ length: n }, (_, k) => ({ temperatureKelvin: x[k]!, value: x[n + k]!, sigma: null }));
  const fit = arrhenius(points, "X", "cm2/s");
  return { energy: fit.activationEnergy.value, at300: fit.at(300).value };
}

function welch(a: number, sa: number, b: number, sb: number, n: number): number {
  const [va, vb] = [sa ** 2 / n, sb ** 2 / n];
  return studentTwoSided(Math.abs(a - b) / Math.sqrt(va + vb), (va + vb) ** 2 / ((va ** 2 + vb ** 2) / (n - 1)));
}
