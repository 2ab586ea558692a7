/**
 * One potential window stated on several scales. A change of scale is a shift, so the width must be the same
 * on each; and the shift itself must be that of the two reference electrodes.
 */
import type { Notice } from "../errors.ts";
import { formatQuantity, isComputable, quantity } from "../units/quantity.ts";
import { convert } from "../units/units.ts";
import { roundingHalfWidth } from "./interval.ts";
import type { Declared, StatedWindow } from "./model.ts";
import { convertPotential, findReference } from "./potential.ts";

/** Every window is compared with the first one. */
export function auditWindows(windows: readonly StatedWindow[]): Notice[] {
  const [first, ...others] = windows;
  if (!first) return [];
  return others.flatMap((other) => {
    const found = auditWidth(first, other) ?? auditShift(first, other);
    if (!found) return [];
    return [{ ...found, message: other.line === undefined ? found.message : `line ${other.line}: ${found.message}` }];
  });
}

const volt = (d: Declared): number => convert(d.quantity.value, d.quantity.unit, "V");
const half = (d: Declared): number => d.quantity.sigma ?? convert(roundingHalfWidth(d.text), d.quantity.unit, "V");
const text = (v: number): string => formatQuantity(quantity(v, "V"));
const named = (w: StatedWindow): string => `${w.from.text} to ${w.to.text} vs ${findReference(w.versus).title}`;

function auditWidth(a: StatedWindow, b: StatedWindow): Notice | null {
  const widthA = volt(a.to) - volt(a.from);
  const widthB = volt(b.to) - volt(b.from);
  const slack = half(a.to) + half(a.from) + half(b.to) + half(b.from);
  if (Math.abs(widthA - widthB) <= slack + 1e-9) return null;
  const message = `${named(a)} is ${text(widthA)} wide and ${named(b)} is ${text(widthB)} wide: they cannot be the same window on two scales`;
  return { code: "inconsistent", message };
}

function auditShift(a: StatedWindow, b: StatedWindow): Notice | null {
  const expected = convertPotential(a.from.quantity, a.versus, b.versus, { bridge: "aqueous" });
  if (!isComputable(expected.answer)) return null;
  const slack = half(a.from) + half(b.from) + 2 * (expected.answer.sigma ?? 0);
  if (Math.abs(expected.answer.value - volt(b.from)) <= slack + 1e-9) return null;
  const message = `${a.from.text} vs ${findReference(a.versus).title} is ${formatQuantity(expected.answer)} vs ${findReference(b.versus).title}, not ${b.from.text}, if ${expected.assumptions.join("; ")}`;
  return { code: "inconsistent-if", message };
}
