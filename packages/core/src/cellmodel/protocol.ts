/**
 * What is done to a cell, as lines that a person reads:
 *
 *   discharge at 100 mA/g until 0.5 V
 *   rest 1 h
 *   charge at C/20 until 3.0 V or 30 h
 *   hold at 3.0 V until 10 mA/g or 5 h
 *   pulse discharge at 200 mA/g for 20 min, rest 2 h until 0.5 V      (titration by pulses)
 *   sweep to 0.5 V at 0.1 mV/s
 *   staircase to 0.5 V in steps of 10 mV for 30 min
 *   spectrum 100 kHz to 1 mHz with 10 per decade
 *   repeat 3 times                                                       (all lines since the last "repeat")
 *
 * A line begins with its word; # begins a comment. Several limits are joined by "or"; the first that is met ends the step. Currents are per gram of sulfur,
 * per area, absolute, or as C-rates of 1672 mAh/g.
 */
import { ThioscopeError } from "../errors.ts";
import { nearest } from "../suggest.ts";
import { parseQuantity } from "../units/quantity.ts";
import { convert, parseUnit, sameDimension } from "../units/units.ts";
import { type Layers, THEORETICAL_CAPACITY } from "./geometry.ts";

/** A current that becomes A/m² once the cell is known. */
export interface Rate {
  /** as written */
  text: string;
  value: number;
  per: "mass" | "area" | "cell" | "hour";
}

export type Limit =
  | { kind: "volt"; value: number }
  | { kind: "current"; rate: Rate }
  /** seconds */
  | { kind: "time"; value: number }
  /** mAh per g of sulfur since the step began */
  | { kind: "capacity"; value: number }
  /** electrons per S over the whole cathode, 0 to 2 */
  | { kind: "conversion"; value: number };

export type Direction = "discharge" | "charge";

export type ProtocolStep = { text: string } & (
  | { kind: "current"; direction: Direction; rate: Rate; until: readonly Limit[] }
  | { kind: "rest"; second: number }
  | { kind: "hold"; volt: number; until: readonly Limit[] }
  | { kind: "pulses"; direction: Direction; rate: Rate; on: number; off: number; until: readonly Limit[] }
  | { kind: "sweep"; volt: number; rate: number }
  | { kind: "staircase"; volt: number; step: number; second: number }
  | { kind: "spectrum"; from: number; to: number; perDecade: number }
);

const MOST_STEPS = 20_000;

/** Throws INVALID_INPUT with the line for what it does not understand. */
export function parseProtocol(text: string): ProtocolStep[] {
  const steps: ProtocolStep[] = [];
  let since = 0;
  for (const [row, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/#.*$/, "").trim();
    if (line === "") continue;
    try {
      const again = /^repeat\s+(\d+)\s*(?:times|×|x)?$/i.exec(line);
      if (again) {
        const block = steps.slice(since);
        const times = Number(again[1]);
        if (block.length === 0) throw new ThioscopeError("INVALID_INPUT", "nothing stands before to be repeated");
        if (times < 1 || steps.length + block.length * (times - 1) > MOST_STEPS)
          throw new ThioscopeError("INVALID_INPUT", `${times} times: 1 up to ${MOST_STEPS} steps altogether are possible`);
        for (let k = 1; k < times; k++) steps.push(...block);
        since = steps.length;
      } else steps.push(parseStep(line));
    } catch (error) {
      throw error instanceof ThioscopeError
        ? new ThioscopeError(error.code, `line ${row + 1}, "${line}": ${error.message}`, { line: row + 1 })
        : error;
    }
  }
  if (steps.length === 0) throw new ThioscopeError("INVALID_INPUT", "the protocol has no step");
  return steps;
}

const FORMS: readonly { word: string; form: RegExp; example: string; make: (m: RegExpExecArray, text: string) => ProtocolStep }[] = [
  {
    word: "discharge",
    form: /^(discharge|charge)\s+at\s+(.+?)\s+until\s+(.+)$/i,
    example: "discharge at 100 mA/g until 0.5 V",
    make: (m, text) => ({ text, kind: "current", direction: direction(m[1]!), rate: parseRate(m[2]!), until: parseLimits(m[3]!) }),
  },
  {
    word: "rest",
    form: /^rest\s+(?:for\s+)?(.+)$/i,
    example: "rest 1 h",
    make: (m, text) => ({ text, kind: "rest", second: amount(m[1]!, "s") }),
  },
  {
    word: "hold",
    form: /^hold\s+at\s+(.+?)\s+until\s+(.+)$/i,
    example: "hold at 3.0 V until 10 mA/g or 5 h",
    make: (m, text) => ({ text, kind: "hold", volt: amount(m[1]!, "V", true), until: parseLimits(m[2]!) }),
  },
  {
    word: "pulse",
    form: /^pulse\s+(discharge|charge)\s+at\s+(.+?)\s+for\s+(.+?),\s*rest\s+(.+?)\s+until\s+(.+)$/i,
    example: "pulse discharge at 200 mA/g for 20 min, rest 2 h until 0.5 V",
    make: (m, text) => ({
      text,
      kind: "pulses",
      direction: direction(m[1]!),
      rate: parseRate(m[2]!),
      on: amount(m[3]!, "s"),
      off: amount(m[4]!, "s"),
      until: parseLimits(m[5]!),
    }),
  },
  {
    word: "sweep",
    form: /^sweep\s+to\s+(.+?)\s+at\s+(.+)$/i,
    example: "sweep to 0.5 V at 0.1 mV/s",
    make: (m, text) => ({ text, kind: "sweep", volt: amount(m[1]!, "V", true), rate: amount(m[2]!, "V/s") }),
  },
  {
    word: "staircase",
    form: /^staircase\s+to\s+(.+?)\s+in\s+steps\s+of\s+(.+?)\s+for\s+(.+)$/i,
    example: "staircase to 0.5 V in steps of 10 mV for 30 min",
    make: (m, text) => ({ text, kind: "staircase", volt: amount(m[1]!, "V", true), step: amount(m[2]!, "V"), second: amount(m[3]!, "s") }),
  },
  {
    word: "spectrum",
    form: /^spectrum\s+(.+?)\s+to\s+(.+?)(?:\s+with\s+(\d+)\s+per\s+decade)?$/i,
    example: "spectrum 100 kHz to 1 mHz with 10 per decade",
    make: (m, text) => {
      const perDecade = Number(m[3] ?? 10);
      if (!(perDecade >= 1 && perDecade <= 100))
        throw new ThioscopeError("INVALID_INPUT", `${perDecade} per decade: 1 to 100 are possible`);
      return { text, kind: "spectrum", from: amount(m[1]!, "Hz"), to: amount(m[2]!, "Hz"), perDecade };
    },
  },
];

function parseStep(text: string): ProtocolStep {
  for (const { form, make } of FORMS) {
    const match = form.exec(text);
    if (match) return make(match, text);
  }
  const first = text.split(/\s/)[0]!.toLowerCase();
  const known = FORMS.find(({ word }) => word === first || (first === "charge" && word === "discharge"));
  if (known) throw new ThioscopeError("INVALID_INPUT", `not understood; write it like "${known.example}"`);
  const words = [...FORMS.map(({ word }) => word), "charge", "repeat"];
  const guess = nearest(first, words);
  throw new ThioscopeError(
    "INVALID_INPUT",
    `"${first}" is no step${guess ? `; did you mean ${guess}?` : ""} Steps begin with ${words.join(", ")}`,
  );
}

const direction = (word: string): Direction => (word.toLowerCase() === "charge" ? "charge" : "discharge");

function amount(text: string, unit: string, anySign = false): number {
  const q = parseQuantity(text, unit);
  const value = convert(q.value, q.unit, unit);
  if (!(anySign || value > 0)) throw new ThioscopeError("INVALID_INPUT", `${text} must be above 0`);
  return value;
}

/** "100 mA/g", "0.21 mA/cm2", "1 mA", "C/20", "0.5C". Throws INVALID_INPUT for anything else. */
export function parseRate(text: string): Rate {
  const clean = text.trim();
  const hours = /^C\s*\/\s*(\d+(?:\.\d+)?)$/.exec(clean);
  const multiple = /^(\d+(?:\.\d+)?)\s*C$/.exec(clean);
  if (hours || multiple) {
    const value = hours ? 1 / Number(hours[1]) : Number(multiple![1]);
    if (!(value > 0 && Number.isFinite(value))) throw new ThioscopeError("INVALID_INPUT", `${text} is no current`);
    return { text: clean, value, per: "hour" };
  }
  const unit = clean.replace(/^[^A-Za-zµ]*/, "").trim();
  for (const [per, base] of [
    ["mass", "A/kg"],
    ["area", "A/m2"],
    ["cell", "A"],
  ] as const) {
    let fits = false;
    try {
      fits = sameDimension(parseUnit(unit), parseUnit(base));
    } catch {
      // told below
    }
    if (fits) return { text: clean, value: amount(clean, base), per };
  }
  throw new ThioscopeError("INVALID_INPUT", `"${text}" is no current: write it as 100 mA/g, 0.2 mA/cm2, 1 mA or C/20`);
}

/** A/m² of a cell. */
export function currentDensity({ value, per }: Rate, { area, sulfurLoading }: Layers): number {
  if (per === "area") return value;
  if (per === "cell") return value / area;
  // mAh/g = A h/kg
  return sulfurLoading * (per === "mass" ? value : value * THEORETICAL_CAPACITY);
}

function parseLimits(text: string): Limit[] {
  return text.split(/\s+or\s+/i).map((word): Limit => {
    const clean = word.trim();
    const conversion = /^x\s*=?\s*(\d+(?:\.\d+)?)$/i.exec(clean);
    if (conversion) return { kind: "conversion", value: Number(conversion[1]) };
    const unit = clean.replace(/^[^A-Za-zµ]*/, "").trim();
    const fits = (base: string): boolean => {
      try {
        return sameDimension(parseUnit(unit), parseUnit(base));
      } catch {
        return false;
      }
    };
    if (fits("V")) return { kind: "volt", value: amount(clean, "V", true) };
    if (fits("mAh/g")) return { kind: "capacity", value: amount(clean, "mAh/g") };
    // "C/20" before seconds: C alone is also a coulomb
    if (/^C\s*\/|C$/.test(clean) || fits("A/kg") || fits("A/m2") || fits("A")) return { kind: "current", rate: parseRate(clean) };
    if (fits("s")) return { kind: "time", value: amount(clean, "s") };
    throw new ThioscopeError("INVALID_INPUT", `"${word}" is no limit: write 0.5 V, 10 mA/g, 2 h, 800 mAh/g or x = 1.5`);
  });
}

/** One full cycle at a current between two potentials. */
export function cycleProtocol(rate: string, lower: number, upper: number, cycles = 1): ProtocolStep[] {
  return parseProtocol(`discharge at ${rate} until ${lower} V\ncharge at ${rate} until ${upper} V\nrepeat ${cycles} times`);
}
