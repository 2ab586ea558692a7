/**
 * The parameters of a technique, one set per sequence (Ns), as the settings module stores them: order, names as
 * the text export has them, widths. EC-Lab 11.50 widened some and added others: [name, width before, width since].
 *
 * Not in the table: Modulo Bat, whose sets of some 70 parameters change from version to version.
 */
import { lookup } from "../lookup.ts";

type Width = "f32" | "u8" | "u32";
type Parameter = readonly [name: string, before: Width | undefined, since?: Width];

const limits = (count: number): Parameter[] =>
  Array.from({ length: count }, (_, i): Parameter[] => [
    [`limit type${i + 1}`, "u8"],
    [`limit comp${i + 1}`, "u8"],
    [`limit value${i + 1}`, "f32"],
    [`limit unit${i + 1}`, "u8"],
  ]).flat();

const POTENTIAL_RANGE: Parameter[] = [
  ["E range min", "f32"],
  ["E range max", "f32"],
];
const CURRENT_RANGES: Parameter[] = [
  ["I Range", "u8"],
  ["I Range min", "u8"],
  ["I Range max", "u8"],
  ["I Range init", "u8"],
  ["Bandwidth", "u8"],
];
const SWEEP_OF_FREQUENCY: Parameter[] = [
  ["fi", "f32"],
  ["unit fi", "u8"],
  ["ff", "f32"],
  ["unit ff", "u8"],
  ["Nd", "u32"],
  ["Points", "u8"],
  ["spacing", "u8"],
];
const END_OF_IMPEDANCE: Parameter[] = [
  ["pw", "f32"],
  ["Na", "u32"],
  ["corr", "u8"],
  ["limit number", "u8"],
  ...limits(6),
  ...POTENTIAL_RANGE,
  ["I Range", "u8"],
  ["Bandwidth", "u8"],
  ["nc cycles", "u32"],
  ["goto Ns'", "u32"],
  ["nr cycles", "u32"],
  ["inc. cycle", "u32"],
];
const LOOP: Parameter[] = [
  ["goto Ns'", "u32"],
  ["nc cycles", "u32"],
];

/** One entry per form a technique's set can have. */
const SETS: Readonly<Record<string, readonly (readonly Parameter[])[]>> = {
  GCPL: [
    [
      ["Set I/C", "u8"],
      ["Is", "f32"],
      ["unit Is", "u8"],
      ["vs.", "u8", "u32"],
      ["N", "f32"],
      ["I sign", "u8", "u32"],
      ["t1", "f32"],
      ["I Range", "u8"],
      ["Bandwidth", "u8"],
      ["dE1", "f32"],
      ["dt1", "f32"],
      ["EM", "f32"],
      ["tM", "f32"],
      ["Im", "f32"],
      ["unit Im", "u8"],
      ["dI/dt", "f32"],
      ["dunit dI/dt", "u8"],
      ...POTENTIAL_RANGE,
      ["dq", "f32"],
      ["unit dq", "u8"],
      ["dtq", "f32"],
      ["dQM", "f32"],
      ["unit dQM", "u8"],
      ["dxM", "f32"],
      ["delta SoC", undefined, "f32"],
      ["tR", "f32"],
      ["dER/dt", "f32"],
      ["dER", "f32"],
      ["dtR", "f32"],
      ["EL", "f32"],
      ...LOOP,
    ],
  ],
  CA: [
    [
      ["Ei", "f32"],
      ["vs.", "u8", "u32"],
      ["ti", "f32"],
      ["Imax", "f32"],
      ["unit Imax", "u8"],
      ["Imin", "f32"],
      ["unit Imin", "u8"],
      ["dQM", "f32"],
      ["unit dQM", "u8"],
      ["record", "u8"],
      ["dI", "f32"],
      ["unit dI", "u8"],
      ["dQ", "f32"],
      ["unit dQ", "u8"],
      ["dt", "f32"],
      ["dta", "f32"],
      ...POTENTIAL_RANGE,
      ...CURRENT_RANGES,
      ...LOOP,
    ],
  ],
  CP: [
    [
      ["Is", "f32"],
      ["unit Is", "u8"],
      ["vs.", "u8", "u32"],
      ["ts", "f32"],
      ["EM", "f32"],
      ["dQM", "f32"],
      ["unit dQM", "u8"],
      ["record", "u8"],
      ["dEs", "f32"],
      ["dts", "f32"],
      ...POTENTIAL_RANGE,
      ["I Range", "u8"],
      ["Bandwidth", "u8"],
      ...LOOP,
    ],
  ],
  CV: [
    [
      ["Ei", "f32"],
      ["vs.", "u8"],
      ["dE/dt", "f32"],
      ["dE/dt unit", "u8"],
      ["E1", "f32"],
      ["vs. E1", "u8"],
      ["Step percent", "u8"],
      ["N", "u32"],
      ...POTENTIAL_RANGE,
      ...CURRENT_RANGES,
      ["E2", "f32"],
      ["vs. E2", "u8"],
      ["nc cycles", "u32"],
      ["Reverse Scan", "u8"],
      ["Ef", "f32"],
      ["vs. Ef", "u8"],
    ],
  ],
  LSV: [
    [
      ["tR", "f32"],
      ["dER/dt", "f32"],
      ["dER", "f32"],
      ["dtR", "f32"],
      ["dE/dt", "f32"],
      ["dE/dt unit", "u8"],
      ["Ei", "f32"],
      ["vs.", "u8"],
      ["EL", "f32"],
      ["vs. EL", "u8"],
      ["record", "u8"],
      ["dI", "f32"],
      ["unit dI", "u8"],
      ["tI", "f32"],
      ["Step percent", "u8"],
      ["N", "u32"],
      ...POTENTIAL_RANGE,
      ...CURRENT_RANGES,
    ],
  ],
  OCV: [
    [["tR", "f32"], ["dER/dt", "f32"], ["record", "u8"], ["dER", "f32"], ["dtR", "f32"], ...POTENTIAL_RANGE],
    [["tR", "f32"], ["dER/dt", "f32"], ["dER", "f32"], ["dtR", "f32"], ...POTENTIAL_RANGE],
  ],
  PEIS: [
    [
      ["Mode", "u8", "u32"],
      ["E", "f32"],
      ["vs.", "u8"],
      ["tE", "f32"],
      ["record", "u8"],
      ["dI", "f32"],
      ["unit dI", "u8"],
      ["dt", "f32"],
      ...SWEEP_OF_FREQUENCY,
      ["Va", "f32"],
      ...END_OF_IMPEDANCE,
    ],
  ],
  GEIS: [
    [
      ["Mode", "u8"],
      ["Is", "f32"],
      ["unit Is", "u8"],
      ["vs.", "u8", "u32"],
      ["tIs", "f32"],
      ["record", "u8"],
      ["dE", "f32"],
      ["dt", "f32"],
      ...SWEEP_OF_FREQUENCY,
      ["Ia/Va", "u8"],
      ["Ia", "f32"],
      ["unit Ia", "u8"],
      ["va pourcent", "f32"],
      ...END_OF_IMPEDANCE,
    ],
  ],
};

/** Where a settings module may keep the number of sets, the number of parameters and the sets. */
const PLACES = [0x0572, 0x1845, 0x1846, 0x1847] as const;
const WIDTH: Readonly<Record<Width, number>> = { f32: 4, u8: 1, u32: 4 };
const MOST_SEQUENCES = 100;

export type SequenceParameters = Readonly<Record<string, number>>;

/** The sets of the technique, in the order of Ns; none where the table has no form of that many parameters. */
export function readParameters(bytes: Uint8Array, technique: string, version: number): SequenceParameters[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isNew = version >= 10;
  for (const place of PLACES) {
    if (place + 4 > bytes.length) break;
    const sequences = view.getUint16(place, true);
    const count = view.getUint16(place + 2, true);
    if (sequences === 0 || sequences > MOST_SEQUENCES) continue;
    for (const form of SETS[technique] ?? []) {
      const fields = form.flatMap(([name, before, since]) => {
        const width = isNew ? (since ?? before) : before;
        return width ? [{ name, width }] : [];
      });
      const size = fields.reduce((sum, { width }) => sum + WIDTH[width], 0);
      if (fields.length !== count || place + 4 + sequences * size > bytes.length) continue;
      const sets = Array.from({ length: sequences }, (_, i) => readSet(view, place + 4 + i * size, fields));
      // the same number of fields in another order shows in values that nobody can have entered
      if (sets.every((set) => fields.every(({ name, width }) => width !== "f32" || isEnterable(set[name]!)))) return sets;
    }
  }
  return [];
}

/** A setting that a person or the program can have written: zero, infinite, not a number, or of a size that instruments have. */
function isEnterable(value: number): boolean {
  return !Number.isFinite(value) || value === 0 || (Math.abs(value) > 1e-20 && Math.abs(value) < 1e20);
}

function readSet(view: DataView, from: number, fields: readonly { name: string; width: Width }[]): SequenceParameters {
  const set: Record<string, number> = {};
  let at = from;
  for (const { name, width } of fields) {
    set[name] = width === "f32" ? view.getFloat32(at, true) : width === "u8" ? view.getUint8(at) : view.getUint32(at, true);
    at += WIDTH[width];
  }
  return set;
}

/** Units of parameters that have one always, and the codes of those that carry theirs in "unit NAME". */
const FIXED_UNITS: Readonly<Record<string, readonly string[]>> = {
  V: ["Ei", "E1", "E2", "Ef", "E", "EM", "EL", "E range min", "E range max"],
  mV: ["dE1", "dEs", "dER", "Va", "dE"],
  "mV/h": ["dER/dt"],
  s: ["t1", "dt1", "tM", "dtq", "tR", "dtR", "ti", "dt", "dta", "ts", "dts", "tE", "tIs", "tI"],
};
const CURRENT = ["A", "mA", "µA", "nA", "pA"];
const CHARGE = ["Ah", "mAh", "µAh", "nAh", "pAh"];
const FREQUENCY = ["MHz", "kHz", "Hz", "mHz", "µHz"];
const CODED_UNITS: Readonly<Record<string, readonly string[]>> = {
  Is: CURRENT,
  Im: CURRENT,
  Imax: CURRENT,
  Imin: CURRENT,
  dI: CURRENT,
  Ia: CURRENT,
  dq: CHARGE,
  dQ: CHARGE,
  dQM: CHARGE,
  fi: FREQUENCY,
  ff: FREQUENCY,
};
/** Counts, without a unit. */
const COUNTS = ["goto Ns'", "nc cycles", "nr cycles", "N", "Nd", "Na"];
const fixedUnit = new Map(Object.entries(FIXED_UNITS).flatMap(([unit, names]) => names.map((name) => [name, unit] as const)));

/**
 * The parameters with a quantity, as text for people, sequences separated by bars:
 * `{"parameter Is": "0 mA | 137 µA | -137 µA"}`; "pass" is EC-Lab's word for a limit that was not set.
 */
export function describeParameters(sets: readonly SequenceParameters[]): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const name of Object.keys(sets[0] ?? {})) {
    const codes = lookup(CODED_UNITS, name);
    const fixed = fixedUnit.get(name) ?? (COUNTS.includes(name) ? "" : undefined);
    if (!codes && fixed === undefined) continue;
    const texts = sets.map((set) => {
      const value = set[name] ?? Number.NaN;
      if (!Number.isFinite(value)) return "pass";
      const unit = codes ? (codes[set[`unit ${name}`] ?? -1] ?? "(unknown unit)") : fixed;
      return `${Number(value.toPrecision(7))} ${unit}`.trimEnd();
    });
    facts[`parameter ${name}`] = texts.join(" | ");
  }
  return facts;
}
