/** Physical constants, SI. Exact values by the 2019 definition of the SI; the others CODATA 2018. */
export const CONSTANTS = {
  /** Elementary charge, C (exact). */
  elementaryCharge: 1.602176634e-19,
  /** Avogadro constant, 1/mol (exact). */
  avogadro: 6.02214076e23,
  /** Boltzmann constant, J/K (exact). */
  boltzmann: 1.380649e-23,
  /** Planck constant, J s (exact). */
  planck: 6.62607015e-34,
  /** Speed of light, m/s (exact). */
  lightSpeed: 299792458,
  /** Faraday constant e·N_A, C/mol (exact product). */
  faraday: 96485.33212331001,
  /** Molar gas constant k·N_A, J/(mol K) (exact product). */
  gas: 8.31446261815324,
  /** Standard acceleration of gravity, m/s² (exact, CGPM 1901): 1 kgf = 9.80665 N. */
  gravity: 9.80665,
} as const;

/** Wavelength in Å of a photon of `energyKeV` keV: λ = h c / E. */
export function wavelengthAngstrom(energyKeV: number): number {
  return (CONSTANTS.planck * CONSTANTS.lightSpeed * 1e10) / (energyKeV * 1e3 * CONSTANTS.elementaryCharge);
}
