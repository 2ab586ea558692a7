/** An impedance spectrum: frequencies and Z = Z′ + j Z″, in ohm. */
import { ThioscopeError } from "../errors.ts";

export interface Spectrum {
  frequencyHertz: Float64Array;
  /** Z′, ohm */
  real: Float64Array;
  /** Z″, ohm; negative for capacitive behaviour */
  imaginary: Float64Array;
}

/** Checks that the three columns belong together and can be fitted; INVALID_INPUT names the first bad point. */
export function checkSpectrum(spectrum: Spectrum): void {
  const { frequencyHertz, real, imaginary } = spectrum;
  const n = frequencyHertz.length;
  if (real.length !== n || imaginary.length !== n) {
    throw new ThioscopeError(
      "INVALID_INPUT",
      `${n} frequencies, ${real.length} real and ${imaginary.length} imaginary parts do not belong together`,
    );
  }
  for (let i = 0; i < n; i++) {
    if (!(frequencyHertz[i]! > 0)) {
      throw new ThioscopeError(
        "INVALID_INPUT",
        `point ${i + 1}: a frequency of ${frequencyHertz[i]} Hz cannot be fitted; it must be above 0`,
      );
    }
    if (!(real[i]! ** 2 + imaginary[i]! ** 2 > 0)) {
      throw new ThioscopeError(
        "INVALID_INPUT",
        `point ${i + 1} (${frequencyHertz[i]} Hz): Z = ${real[i]} + ${imaginary[i]} j cannot be weighted by its modulus`,
      );
    }
  }
}
