/** Quantities as a cell file writes them: with unit, error, range, or the reason why they are an assumption. */
import { convert, parseQuantity, parseUnit, sameDimension, ThioscopeError } from "@thioscope/core";
import type { Declared } from "@thioscope/core/cell";
import type { Path, Places } from "../yaml/index.ts";

const RANGE = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(?:–|—|-|\bto\b|\.\.)\s*((?:\d+(?:\.\d*)?|\.\d+)(?:\s*[^\d\s.].*)?)$/;
const RATE = /^(?:(\d+(?:\.\d+)?|\.\d+)\s*)?C(?:\s*\/\s*(\d+(?:\.\d+)?))?$/;

export interface Wanted {
  /** units of the dimensions allowed; the first is shown in messages */
  units: readonly string[];
  /** least and largest value, in units[0] */
  least?: number;
  /** `least` itself is not allowed */
  open?: boolean;
  most?: number;
}

/** The quantity at `path`, or CELL_INVALID there. */
export function declared(raw: unknown, path: Path, wanted: Wanted, places: Places): Declared {
  if (typeof raw === "object" && raw !== null) {
    const { value, assumed } = raw as { value: string; assumed: string };
    return { ...declared(value, [...path, "value"], wanted, places), assumed };
  }
  const text = String(raw);
  const line = places.lineOf(path);
  const at = line === undefined ? {} : { line };
  try {
    const range = RANGE.exec(text.trim());
    if (range) return { ...rangeOf(range[1] ?? "", range[2] ?? "", text, wanted), ...at };
    const quantity = quantityOf(text, wanted);
    check(quantity.value, quantity.unit, text, wanted);
    return { quantity, text, ...at };
  } catch (error) {
    if (error instanceof ThioscopeError) places.fail(path, error.message);
    throw error;
  }
}

function quantityOf(text: string, wanted: Wanted): Declared["quantity"] {
  const first = wanted.units[0] ?? "1";
  if (first === "1/h") {
    const rate = RATE.exec(text.trim());
    if (rate) return { value: Number(rate[1] ?? 1) / Number(rate[2] ?? 1), sigma: null, unit: "1/h" };
  }
  let failure: unknown;
  for (const unit of wanted.units) {
    try {
      return parseQuantity(text, unit);
    } catch (error) {
      failure ??= error;
    }
  }
  // With several dimensions allowed, a mismatch with the first alone would mislead.
  if (failure instanceof ThioscopeError && failure.code === "UNIT_MISMATCH") {
    throw new ThioscopeError(
      "CELL_INVALID",
      `"${text}" has the wrong unit: allowed are ${wanted.units.join(", ")} and other units of the same kind`,
    );
  }
  throw failure;
}

function rangeOf(low: string, high: string, text: string, wanted: Wanted): Declared {
  const top = quantityOf(high, wanted);
  const from = Number(low);
  check(from, top.unit, text, wanted);
  check(top.value, top.unit, text, wanted);
  if (!(from < top.value)) throw new ThioscopeError("CELL_INVALID", `"${text}" is not a range: ${low} is not below ${top.value}`);
  if (top.sigma !== null) throw new ThioscopeError("CELL_INVALID", `"${text}" is a range and has an error: write one of the two`);
  // Uniform between the ends: σ = width/√12 (JCGM 100:2008, 4.3.7).
  const quantity = { value: (from + top.value) / 2, sigma: (top.value - from) / Math.sqrt(12), unit: top.unit };
  return { quantity, text, range: [from, top.value] };
}

function check(value: number, unit: string, text: string, wanted: Wanted): void {
  const first = wanted.units.find((u) => sameDimension(parseUnit(u), parseUnit(unit))) ?? unit;
  const v = convert(value, unit, first);
  const { least, most, open } = wanted;
  if (least !== undefined && (open ? !(v > least) : !(v >= least))) {
    throw new ThioscopeError("CELL_INVALID", `"${text}" is not possible: it must be ${open ? "more than" : "at least"} ${least} ${first}`);
  }
  if (most !== undefined && !(v <= most))
    throw new ThioscopeError("CELL_INVALID", `"${text}" is not possible: it must be at most ${most} ${first}`);
}
