/**
 * The further columns that EC-Lab adds to its text export, by its own rules (see deriveCycling.ts; E is Ewe or
 * <Ewe>, I is I or <I>, sums start at the second row, "single" means rounded to float32 as EC-Lab does):
 *
 * - control/V, control/mA = control/V/mA where the mode is 2 (potential) or 1 (current), else 0
 * - P = E·I/1000 W, R = |E/I|·1000 ohm (0 where I = 0), single; with a counter electrode also of Ece and Ewe−Ece
 * - energy charge, energy discharge = Σ|E·dq|/1000 W·h over the half cycle, 0 from the start of the next cycle
 * - capacitance = Q charge/discharge / (E − E₀), µF, E₀ at the first row of the half cycle with a charge
 * - capacity = |Q charge/discharge|, but 0 while the charge still has the sign opposite to the sequence's
 * - efficiency = last Q of the second half cycle / last Q of the first × 100, at the last row of a cycle, single
 * - x = xo − (Q−Qo) / (26801.5 mA·h/mol · z · m/M)
 */
import type { NumberArray } from "@thioscope/core";
import type { VendorColumns } from "./deriveCycling.ts";

/** EC-Lab's Faraday constant, mA·h per mol. */
const FARADAY_MAH = 26801.5;

/** What x needs from the settings: at x = 0 the active mass m (mg) of molar mass M, z electrons per ion. */
export interface Intercalation {
  initialX: number;
  massMilligram: number;
  molarMass: number;
  electrons: number;
}

/** Adds what can be computed and is not there yet. */
export function deriveExport(columns: VendorColumns, intercalation: Intercalation | undefined): void {
  deriveControl(columns);
  derivePower(columns);
  deriveEnergy(columns);
  deriveCapacity(columns);
  deriveX(columns, intercalation);
}

function deriveControl(columns: VendorColumns): void {
  const control = columns.get("control/V/mA");
  const mode = columns.get("mode");
  if (!control || !mode) return;
  const volt = new Float64Array(control.length);
  const milliampere = new Float64Array(control.length);
  for (let i = 0; i < volt.length; i++) {
    if (mode[i] === 1) milliampere[i] = control[i]!;
    else if (mode[i] === 2) volt[i] = control[i]!;
  }
  addNew(columns, "control/V", volt);
  addNew(columns, "control/mA", milliampere);
}

function derivePower(columns: VendorColumns): void {
  const we = columns.get("Ewe/V") ?? columns.get("<Ewe>/V");
  const ce = columns.get("Ece/V") ?? columns.get("<Ece>/V");
  const current = columns.get("I/mA") ?? columns.get("<I>/mA");
  if (!we) return;
  if (ce && !columns.has("Ewe-Ece/V")) {
    const out = new Float64Array(we.length);
    for (let i = 0; i < out.length; i++) out[i] = Math.fround(we[i]! - ce[i]!);
    columns.set(columns.has("Ewe/V") || !columns.has("freq/Hz") ? "Ewe-Ece/V" : "<Ewe-Ece>/V", out);
  }
  if (!current) return;
  const name = ce ? "we" : "";
  if (!columns.has("P/W")) addNew(columns, `P${name}/W`, power(we, undefined, current));
  if (!columns.has("R/Ohm")) addNew(columns, `R${name}/Ohm`, resistance(we, undefined, current));
  if (ce) {
    addNew(columns, "Pce/W", power(ce, undefined, current));
    addNew(columns, "Pwe-ce/W", power(we, ce, current));
    addNew(columns, "Rce/Ohm", resistance(ce, undefined, current));
    addNew(columns, "Rwe-ce/Ohm", resistance(we, ce, current));
  }
}

function power(plus: NumberArray, minus: NumberArray | undefined, current: NumberArray): Float64Array {
  const out = new Float64Array(plus.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.fround(((plus[i]! - (minus ? minus[i]! : 0)) * current[i]!) / 1000);
  return out;
}

function resistance(plus: NumberArray, minus: NumberArray | undefined, current: NumberArray): Float64Array {
  const out = new Float64Array(plus.length);
  for (let i = 0; i < out.length; i++) {
    if (current[i] !== 0) out[i] = Math.fround(Math.abs((plus[i]! - (minus ? minus[i]! : 0)) / current[i]!) * 1000);
  }
  return out;
}

function deriveEnergy(columns: VendorColumns): void {
  const voltage = columns.get("Ewe/V") ?? columns.get("<Ewe>/V");
  const half = columns.get("half cycle");
  const q = columns.get("Q charge/discharge/mA.h");
  const dq = columns.get("dq/mA.h");
  if (!voltage || !half || !q || !dq) return;
  const rows = q.length;
  const [energyCharge, energyDischarge, charge, discharge] = [0, 0, 0, 0].map(() => new Float64Array(rows)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let sum = 0;
  let reference = Number.NaN;
  let [ec, ed, cc, cd] = [0, 0, 0, 0];
  for (let i = 0; i < rows; i++) {
    const e = voltage[i]!;
    const value = q[i]!;
    if (i > 0 && half[i] !== half[i - 1]) {
      if (half[i]! >>> 1 !== half[i - 1]! >>> 1) ec = ed = cc = cd = 0;
      reference = Number.NaN;
      sum = 0;
    }
    if (i > 0) sum += Math.abs(e * dq[i]!) / 1000;
    if (value !== 0 && Number.isNaN(reference)) reference = e;
    const rise = Math.fround(e - reference);
    const hasCapacitance = dq[i] !== 0 && rise !== 0 && !Number.isNaN(rise);
    if (value > 0) {
      ec = sum;
      if (hasCapacitance) cc = Math.abs((value * 3.6e6) / rise);
    } else if (value < 0) {
      ed = sum;
      if (hasCapacitance) cd = Math.abs((value * 3.6e6) / rise);
    }
    energyCharge[i] = ec;
    energyDischarge[i] = ed;
    charge[i] = cc;
    discharge[i] = cd;
  }
  // with |Energy| stored the technique sums its own energy and exports no other
  if (!columns.has("|Energy|/W.h") && !columns.has("Energy we/W.h") && !columns.has("Energy charge/W.h")) {
    columns.set("Energy charge/W.h", energyCharge);
    columns.set("Energy discharge/W.h", energyDischarge);
  }
  if (!columns.has("Capacitance charge/µF")) {
    columns.set("Capacitance charge/µF", charge);
    columns.set("Capacitance discharge/µF", discharge);
  }
}

function deriveCapacity(columns: VendorColumns): void {
  const half = columns.get("half cycle");
  const q = columns.get("Q charge/discharge/mA.h");
  const dq = columns.get("dq/mA.h");
  const step = columns.get("Ns") ?? half;
  if (!half || !q || !dq || !step) return;
  const rows = q.length;
  const capacity = new Float64Array(rows);
  const efficiency = new Float64Array(rows);
  let direction = 0;
  let firstHalf = 0;
  for (let i = 0; i < rows; i++) {
    if (i > 0 && (half[i] !== half[i - 1] || step[i] !== step[i - 1])) direction = 0;
    if (direction === 0) direction = Math.sign(dq[i]!);
    if (direction * q[i]! >= 0) capacity[i] = Math.abs(q[i]!);
    if (half[i]! % 2 === 0) firstHalf = q[i]!;
    else if ((i + 1 === rows || half[i + 1]! >>> 1 !== half[i]! >>> 1) && firstHalf !== 0) {
      efficiency[i] = Math.fround(Math.abs(q[i]! / firstHalf) * 100);
    }
  }
  addNew(columns, "Capacity/mA.h", capacity);
  addNew(columns, "Efficiency/%", efficiency);
}

function deriveX(columns: VendorColumns, cell: Intercalation | undefined): void {
  const charge = columns.get("(Q-Qo)/mA.h");
  if (!charge || !cell || !(cell.massMilligram > 0 && cell.molarMass > 0 && cell.electrons > 0)) return;
  const perX = FARADAY_MAH * cell.electrons * (cell.massMilligram / 1000 / cell.molarMass);
  const x = new Float64Array(charge.length);
  for (let i = 0; i < x.length; i++) x[i] = cell.initialX - charge[i]! / perX;
  addNew(columns, "x", x);
}

function addNew(columns: VendorColumns, header: string, values: Float64Array): void {
  if (!columns.has(header)) columns.set(header, values);
}
