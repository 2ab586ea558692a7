/**
 * Other faces of a stored impedance, as EC-Lab adds them to its text export: Z = |Z|·e^{iφ},
 * Y = 1/Z, C = Y/(iω) and the loss tangent Re(Z)/−Im(Z); Re(Z) and −Im(Z) where only |Z| and φ are stored.
 * EC-Lab computes in single precision: its digits are met to 2 units of float32 of the modulus. Rows without an
 * impedance (frequency 0, between spectra) hold 0. Moduli, permittivities, resistivities and conductivities need the
 * geometry of the cell, which EC-Lab takes as 0 where it was not entered: they are not computed here.
 */
import type { VendorColumns } from "./deriveCycling.ts";

const RADIAN = Math.PI / 180;
const f32 = Math.fround;

export function deriveImpedance(columns: VendorColumns): void {
  const modulus = columns.get("|Z|/Ohm");
  const phase = columns.get("Phase(Z)/deg");
  const frequency = columns.get("freq/Hz");
  if (!modulus || !phase || !frequency) return;
  const rows = modulus.length;
  const real = columns.get("Re(Z)/Ohm");
  const imaginary = columns.get("-Im(Z)/Ohm");
  const names = [
    "Re(Z)/Ohm",
    "-Im(Z)/Ohm",
    "Re(Y)/Ohm-1",
    "Im(Y)/Ohm-1",
    "|Y|/Ohm-1",
    "Phase(Y)/deg",
    "Re(C)/nF",
    "Im(C)/nF",
    "|C|/nF",
    "Phase(C)/deg",
    "Tan(Delta)",
    "Loss Angle(Delta)/deg",
  ] as const;
  const out = names.map(() => new Float64Array(rows));
  for (let i = 0; i < rows; i++) {
    const z = modulus[i]!;
    if (!(z > 0)) {
      // what EC-Lab prints for no impedance: the angles of nothing
      out[9]![i] = -90;
      out[11]![i] = 90;
      continue;
    }
    const angle = phase[i]!;
    const cos = Math.cos(angle * RADIAN);
    const sin = Math.sin(angle * RADIAN);
    const omega = 2 * Math.PI * frequency[i]!;
    const re = real ? real[i]! : f32(z * cos);
    const im = imaginary ? imaginary[i]! : f32(-z * sin);
    out[0]![i] = re;
    out[1]![i] = im;
    out[2]![i] = f32(cos / z);
    out[3]![i] = f32(-sin / z);
    out[4]![i] = f32(1 / z);
    out[5]![i] = -angle;
    const c = omega > 0 ? 1e9 / (omega * z) : 0;
    out[6]![i] = f32(-c * sin);
    out[7]![i] = f32(c * cos);
    out[8]![i] = f32(c);
    out[9]![i] = f32(-angle - 90);
    out[10]![i] = im === 0 ? 0 : f32(re / im);
    out[11]![i] = f32(angle + 90);
  }
  for (const [k, name] of names.entries()) if (!columns.has(name)) columns.set(name, out[k]!);
}
