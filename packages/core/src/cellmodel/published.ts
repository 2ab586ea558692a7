/**
 * Printed results of the modelled cells beside what the model gives, each marked: calibrated (a parameter of the set was chosen so), or predicted. A miss
 * is shown as it is.
 */
import { type Quantity, quantity } from "../units/quantity.ts";
import { cellModel, type ModelChoices } from "./model.ts";
import { type ModelOptions, type ParameterSet, withParameters } from "./parameters.ts";
import { parseProtocol } from "./protocol.ts";
import { beginOf, electrolyteCapacity, endOf, frontOf, meanAmounts, modelPeaks, stressOf } from "./results.ts";
import { parameterSet } from "./sets/index.ts";
import { type CellRun, runCell } from "./simulate.ts";

export type ResultKind = "calibrated" | "predicted";

export interface PublishedRow {
  /** which of the set's questions: "discharge capacity at 100 mA/g" */
  what: string;
  printed: string;
  model: Quantity | string;
  /** null where the printed result is no number */
  miss: Quantity | null;
  kind: ResultKind;
  /** what the comparison supposes or leaves open */
  note: string | null;
}

interface Question {
  what: string;
  kind: ResultKind;
  printed: readonly [value: number, unit: string] | string;
  note?: string;
  changes?: Readonly<Record<string, number>>;
  options?: Partial<ModelOptions>;
  protocol: string;
  answer(run: CellRun): Quantity | string;
}

const capacity = (run: CellRun, step = 0): Quantity => quantity(Math.abs(run.steps[step]!.capacity), "mAh/g");
const lastPeak = (run: CellRun, step: number): Quantity =>
  modelPeaks(run.rows, ...run.steps[step]!.rows).at(-1)?.potential ?? quantity(Number.NaN, "V");
/** mean chain length x in M2Sx where the potential of the first step falls below a value */
const chainAt = (run: CellRun, volt: number): Quantity => {
  let row = 0;
  while (row < run.rows.count - 1 && run.rows.volt[row]! > volt) row++;
  return quantity(1672 / run.rows.capacity[row]!, "1");
};
const ended = (run: CellRun) => endOf(run, run.steps[0]!);
const shareOf = (run: CellRun, phase: string): number =>
  meanAmounts(run.model, ended(run))[run.model.physics.chemistry.phases.findIndex((p) => p.formula === phase)]!;

const cycle = (rate: number, low: number, high: number): string =>
  `discharge at ${rate} mA/g until ${low} V\ncharge at ${rate} mA/g until ${high} V`;

const NPS: readonly Question[] = [
  { what: "discharge capacity at 100 mA/g", kind: "calibrated", printed: [1249, "mAh/g"], protocol: cycle(100, 0.5, 3), answer: capacity },
  { what: "discharge capacity at 50 mA/g", kind: "calibrated", printed: [1376.4, "mAh/g"], protocol: cycle(50, 0.5, 3), answer: capacity },
  {
    what: "dQ/dV, Na2S2 → Na2S on discharge",
    kind: "calibrated",
    printed: [1.17, "V"],
    protocol: cycle(100, 0.5, 3),
    answer: (r) => lastPeak(r, 0),
  },
  {
    what: "dQ/dV, Na2S → Na2S2 on charge",
    kind: "calibrated",
    printed: [1.84, "V"],
    protocol: cycle(100, 0.5, 3),
    answer: (r) => lastPeak(r, 1),
  },
  {
    what: "front of Na2S on discharge",
    kind: "predicted",
    printed: "from the separator",
    protocol: cycle(100, 0.5, 3),
    answer: (r) => `from the ${frontOf(r, r.steps[0]!).from}`,
    note: "needs a conductivity of the cathode below about 1e-3 S/m, which is calibrated",
  },
  {
    what: "front of Na2S on charge",
    kind: "predicted",
    printed: "from the separator",
    protocol: cycle(100, 0.5, 3),
    answer: (r) => `from the ${frontOf(r, r.steps[1]!).from}`,
  },
  {
    what: "σ_ax − σ_lat in Na3PS4 at the end of discharge",
    kind: "calibrated",
    printed: [280, "MPa"],
    protocol: cycle(100, 0.5, 3),
    answer: (r) => stressOf(r, ended(r)).difference,
    note: "the unaccommodated strain is chosen so; its sign (axial tensile, lateral compressive) and its course are predicted. Read as a component, the difference would be 420 MPa",
  },
  {
    what: "unaccommodated volume strain that 280 MPa need",
    kind: "predicted",
    printed: "not printed",
    protocol: cycle(100, 0.5, 3),
    answer: (r) => stressOf(r, ended(r)).strain,
  },
  {
    what: "mean axial stress",
    kind: "predicted",
    printed: "≈ 300 MPa",
    protocol: cycle(100, 0.5, 3),
    answer: (r) => stressOf(r, ended(r)).axial,
    note: "not reachable: a piezo holds the load, so the area's mean of the axial stress is the stack pressure",
  },
];

const NPS_100: readonly Question[] = [
  { what: "discharge capacity at 100 mA/g", kind: "calibrated", printed: [1249, "mAh/g"], protocol: cycle(100, 0.5, 3), answer: capacity },
  { what: "discharge capacity at 50 mA/g", kind: "predicted", printed: [1376.4, "mAh/g"], protocol: cycle(50, 0.5, 3), answer: capacity },
  {
    what: "discharge capacity at 100 mA/g and 60 °C",
    kind: "predicted",
    printed: "not printed",
    changes: { temperature: 60 },
    protocol: cycle(100, 0.5, 3),
    answer: capacity,
  },
];

const STOPS = [
  [1.9, "6 to 8", "Na2S6–8"],
  [1.8, 5, "Na2S5"],
  [1.7, 4, "Na2S4"],
  [1.5, 3, "Na2S3"],
] as const;
const NBH: readonly Question[] = [
  ...STOPS.map(
    ([volt, x, phase]): Question => ({
      what: `mean x in Na2Sx at ${volt} V (${phase})`,
      kind: "calibrated",
      printed: typeof x === "number" ? [x, "1"] : x,
      protocol: "discharge at 50 mA/g until 0.5 V",
      answer: (r) => chainAt(r, volt),
    }),
  ),
  {
    what: "mean x in Na2Sx at 1.1 V (Na2S2)",
    kind: "predicted",
    printed: [2, "1"],
    protocol: "discharge at 50 mA/g until 0.5 V",
    answer: (r) => chainAt(r, 1.1),
    note: "the last step was placed by hand near it",
  },
  ...([50, 200, 500] as const).map(
    (rate): Question => ({
      what: `half-way gap between charge and discharge at ${rate} mA/g`,
      kind: "predicted",
      printed: "grows with the rate",
      protocol: cycle(rate, 0.5, 3),
      answer: gapOf,
    }),
  ),
];

/** Potential on charge minus on discharge, each half-way through its capacity. */
function gapOf(run: CellRun): Quantity {
  const half = (step: number): number => {
    const [first, last] = run.steps[step]!.rows;
    const aim = (run.rows.capacity[first]! + run.rows.capacity[last]!) / 2;
    for (let r = first; r < last; r++) if ((run.rows.capacity[r]! - aim) * (run.rows.capacity[r + 1]! - aim) <= 0) return run.rows.volt[r]!;
    return run.rows.volt[first]!;
  };
  return quantity(half(1) - half(0), "V");
}

const NAS: readonly Question[] = [
  {
    what: "discharge capacity without the electrolyte's",
    kind: "calibrated",
    printed: [1246, "mAh/g"],
    options: { electrolyteRedox: false },
    protocol: "discharge at 0.127 mA/cm2 until 0.5 V",
    answer: capacity,
    note: "the cell with Na3PS4 of the same study stands for it",
  },
  {
    what: "first discharge with Na3SbS4, above 1672 mAh/g",
    kind: "predicted",
    printed: [1976, "mAh/g"],
    protocol: "discharge at 0.127 mA/cm2 until 0.5 V",
    answer: capacity,
  },
  {
    what: "of it from the electrolyte",
    kind: "predicted",
    printed: "at least 304 mAh/g",
    protocol: "discharge at 0.127 mA/cm2 until 0.5 V",
    answer: (r) => electrolyteCapacity(r, beginOf(r, r.steps[0]!), ended(r)),
  },
  {
    what: "with a lower cut-off of 1.0 V: no alloying of Sb",
    kind: "predicted",
    printed: "alloying switched off",
    protocol: "discharge at 0.127 mA/cm2 until 1.0 V",
    answer: (r) => electrolyteCapacity(r, beginOf(r, r.steps[0]!), ended(r)),
  },
  {
    what: "first discharge at 60 °C",
    kind: "predicted",
    printed: [2700, "mAh/g"],
    changes: { temperature: 60 },
    protocol: "discharge at 0.127 mA/cm2 until 0.5 V",
    answer: capacity,
  },
];

const recovery = (run: CellRun): Quantity => quantity((-100 * run.steps[1]!.capacity) / run.steps[0]!.capacity, "%");
const LGPS: readonly Question[] = [
  { what: "discharge capacity at 0.2 A/g", kind: "calibrated", printed: [933, "mAh/g"], protocol: cycle(200, 0.6, 2.4), answer: capacity },
  {
    what: "recovered on the first charge without LiI",
    kind: "calibrated",
    printed: [82, "%"],
    protocol: cycle(200, 0.6, 2.4),
    answer: recovery,
  },
  {
    what: "recovered with 3 wt% LiI",
    kind: "calibrated",
    printed: [86, "%"],
    options: { mediator: true },
    changes: { mediatorShare: 0.03 },
    protocol: cycle(200, 0.6, 2.4),
    answer: recovery,
  },
  {
    what: "recovered with 6 wt% LiI",
    kind: "predicted",
    printed: [100, "%"],
    options: { mediator: true },
    changes: { mediatorShare: 0.06 },
    protocol: cycle(200, 0.6, 2.4),
    answer: recovery,
    note: "one rate of the mediator cannot give both 86 and 100 %: more LiI must do more than add",
  },
  ...([0.6, -0.2] as const).map(
    (volt): Question => ({
      what: `Li2S2 in the product with a lower cut-off of ${volt} V`,
      kind: "predicted",
      printed: volt > 0 ? "dominant" : "less, and not the theoretical capacity",
      protocol: `discharge at 200 mA/g until ${volt} V`,
      answer: (r) => quantity(100 * shareOf(r, "Li2S2"), "%"),
    }),
  ),
  {
    what: "discharge capacity with a lower cut-off of -0.2 V",
    kind: "predicted",
    printed: "below 1672 mAh/g",
    protocol: "discharge at 200 mA/g until -0.2 V",
    answer: capacity,
  },
  ...(
    [
      [400, 1027.4],
      [1000, 938.2],
      [2000, 760.8],
      [4000, 467.8],
      [6000, 303.7],
    ] as const
  ).map(
    ([rate, printed]): Question => ({
      what: `discharge capacity at ${rate / 1000} A/g`,
      kind: "predicted",
      printed: [printed, "mAh/g"],
      protocol: `discharge at ${rate} mA/g until 0.6 V`,
      answer: capacity,
      note: "printed for cells with LiI, after other cycles",
    }),
  ),
];

const QUESTIONS: Readonly<Record<string, readonly Question[]>> = {
  "na-s-nps": NPS,
  "na-s-nps-100": NPS_100,
  "na-s-nbh": NBH,
  "na-s-nas": NAS,
  "li-s-lgps": LGPS,
};

/** Every printed result of a set's cells beside the model's; empty for a set without any. */
export function comparePublished(name: string, choices: ModelChoices = {}): PublishedRow[] {
  const set: ParameterSet = parameterSet(name);
  const runs = new Map<string, CellRun>();
  return (QUESTIONS[name] ?? []).map(({ what, kind, printed, note, changes = {}, options = {}, protocol, answer }) => {
    const key = JSON.stringify([changes, options, protocol]);
    let run = runs.get(key);
    if (!run) {
      const changed = withParameters({ ...set, options: { ...set.options, ...options } }, changes).set;
      run = runCell(cellModel(changed, choices), parseProtocol(protocol));
      runs.set(key, run);
    }
    const model = answer(run);
    const isNumber = typeof printed !== "string" && typeof model !== "string";
    return {
      what,
      printed: typeof printed === "string" ? printed : `${printed[0]} ${printed[1] === "1" ? "" : printed[1]}`.trim(),
      model,
      miss: isNumber ? quantity(model.value - printed[0], model.unit) : null,
      kind,
      note: note ?? null,
    };
  });
}
