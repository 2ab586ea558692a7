/** Claims about the through-thickness model of the cathode: capacities, peaks of dQ/dV, the front, merging with the rate, cut-off, mediator. */
import type { Answered, Outcome } from "@thioscope/core/audit";
import {
  cellModel,
  comparePublished,
  countedDqdv,
  modelPeaks,
  type PublishedRow,
  parameterSet,
  parseProtocol,
  runCell,
  withParameters,
} from "@thioscope/core/cellmodel";
import type { Check } from "./model.ts";

/** Cells across the cathode; with 40 the answers change by less than a percent. */
const CHOICES = { cells: 30 };

/** Names of claims → printed results that the model's sets are compared with. */
const ROWS: readonly { name: RegExp; set: string; what(match: RegExpExecArray): string }[] = [
  { name: /^mAh_g_at_([\d.]+)mA_g$/, set: "na-s-nps", what: ([, rate]) => `discharge capacity at ${rate} mA/g` },
  { name: /^discharge_Na2S2_to_Na2S_V$/, set: "na-s-nps", what: () => "dQ/dV, Na2S2 → Na2S on discharge" },
  { name: /^charge_Na2S_to_Na2S2_V$/, set: "na-s-nps", what: () => "dQ/dV, Na2S → Na2S2 on charge" },
  { name: /^first_charge_recovery_percent\.without$/, set: "li-s-lgps", what: () => "recovered on the first charge without LiI" },
  { name: /^first_charge_recovery_percent\.with_(\d+)_wt$/, set: "li-s-lgps", what: ([, share]) => `recovered with ${share} wt% LiI` },
];

const textOf = ({ model }: PublishedRow): string =>
  typeof model === "string" ? model : `${Number(model.value.toPrecision(4))} ${model.unit}`;

const published: Check = {
  kind: "model",
  title: "cell model against printed numbers",
  gives: ROWS.map(({ name }) => name),
  run({ asked }): Outcome {
    const answers: Record<string, Answered> = {};
    const calibrated: string[] = [];
    const sets = new Map<string, readonly PublishedRow[]>();
    const rowsOf = (set: string): readonly PublishedRow[] => {
      const rows = sets.get(set) ?? comparePublished(set, CHOICES);
      sets.set(set, rows);
      return rows;
    };
    const how: string[] = [];
    for (const name of asked) {
      for (const { name: pattern, set, what } of ROWS) {
        const match = pattern.exec(name);
        if (!match) continue;
        const row = rowsOf(set).find((one) => one.what === what(match));
        if (!row || typeof row.model === "string") answers[name] = { notComputable: `the set ${set} has no answer to "${what(match)}"` };
        else {
          answers[name] = { unit: row.model.unit, runs: [[row.model]] };
          if (row.kind === "calibrated") calibrated.push(name);
        }
      }
    }
    for (const [set, rows] of sets) {
      const { title } = parameterSet(set);
      how.push(`model of the cathode, parameters ${set} (${title})`);
      if (set === "na-s-nps" && asked.some((name) => name.startsWith("mAh_g"))) how.push(oneRateAlone());
      const trend = rows.filter(({ what }) => /^recovered/.test(what)).map((row) => `${row.what}: ${textOf(row)} (${row.kind})`);
      if (trend.length > 0) how.push(trend.join("; "));
    }
    return { answers, calibrated, how };
  },
};

/** What the model predicts of one rate where it was calibrated on the other alone. */
function oneRateAlone(): string {
  const row = comparePublished("na-s-nps-100", CHOICES).find(({ what }) => what === "discharge capacity at 50 mA/g")!;
  const { value } = row.miss!;
  return `calibrated on 100 mA/g alone the model gives ${textOf(row)} at 50 mA/g, ${value > 0 ? "+" : "−"}${Math.abs(value).toFixed(0)} mAh/g against the printed ${row.printed}: the rate is not predicted`;
}

const front: Check = {
  kind: "model",
  title: "reaction front in the cathode",
  gives: ["reaction_front"],
  run(): Outcome {
    const rows = comparePublished("na-s-nps", CHOICES);
    const facts = Object.fromEntries(
      (["discharge", "charge"] as const).map((way) => [
        `front on ${way}`,
        String(rows.find(({ what }) => what === `front of Na2S on ${way}`)!.model),
      ]),
    );
    const { note } = rows.find(({ what }) => what === "front of Na2S on discharge")!;
    return {
      answers: { reaction_front: { facts } },
      calibrated: [],
      how: ["model of the cathode, parameters na-s-nps, 100 mA/g at 80 °C", ...(note === null ? [] : [note])],
    };
  },
};

/** Polarisation grows by more than this from rate to rate, V. */
const POLARISED = 0.05;
/** At 80 °C the first plateau lies at least this much higher than at 30 °C and the same rate, V. */
const RECOVERED = 0.1;
/** Valleys between peaks, over the lower of the two: the mean of this rises as peaks merge. */
const MERGED = 0.1;

const merging: Check = {
  kind: "model",
  title: "polarisation and merging of peaks with the rate",
  gives: ["dqdv"],
  run(): Outcome {
    const at = (celsius: number, rate: number) => {
      const { set } = withParameters(parameterSet("na-s-nbh"), { temperature: celsius });
      const run = runCell(cellModel(set, CHOICES), parseProtocol(`discharge at ${rate} mA/g until 0.5 V`));
      const rows = run.steps[0]!.rows;
      const peaks = modelPeaks(run.rows, ...rows);
      const { volt, dqdv } = countedDqdv(run.rows, ...rows);
      const valleys = peaks.slice(1).map((next, k) => {
        const peak = peaks[k]!;
        let least = Number.POSITIVE_INFINITY;
        for (let i = 0; i < volt.length; i++)
          if (volt[i]! > next.potential.value && volt[i]! < peak.potential.value) least = Math.min(least, dqdv[i]!);
        return least / Math.min(peak.height.value, next.height.value);
      });
      return { first: peaks[0]!.potential.value, valley: valleys.reduce((sum, v) => sum + v, 0) / valleys.length };
    };
    const rates = [50, 200, 500];
    const cold = rates.map((rate) => at(30, rate));
    const warm = at(80, 500);
    const rises = (values: readonly number[], by: number): boolean => values.every((v, k) => k === 0 || v > values[k - 1]! + by);
    const valleys = cold.map(({ valley }) => valley);
    const [least, most] = [valleys[0]!, valleys.at(-1)!];
    const facts = {
      "polarisation at higher rates": rises(
        cold.map(({ first }) => -first),
        POLARISED,
      )
        ? "grows"
        : "does not grow",
      "peaks at higher rates": rises(valleys, 0) && most - least > MERGED ? "merge" : "stay apart",
      "peaks at 80 °C": most - warm.valley > MERGED && warm.first > cold.at(-1)!.first + RECOVERED ? "separate" : "stay merged",
    };
    const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
    return {
      answers: { dqdv: { facts } },
      calibrated: [],
      how: [
        `model of the cathode, parameters na-s-nbh: at ${rates.join(", ")} mA/g and 30 °C the first peak of the discharge lies at ${cold.map(({ first }) => first.toFixed(2)).join(", ")} V, and between neighbouring peaks dQ/dV falls to ${valleys.map(percent).join(", ")} of the lower one`,
        `at 80 °C and 500 mA/g: ${warm.first.toFixed(2)} V and ${percent(warm.valley)}`,
      ],
    };
  },
};

/** mAh per gram of sulfur, M2S */
const THEORETICAL = 1672;
/** A share that differs by less is the same, % of the sulfur. */
const SAME_SHARE = 20;
/** Closer than this to the theoretical capacity it counts as reached, mAh/g. */
const AT_CAPACITY = 72;

const cutOff: Check = {
  kind: "model",
  title: "lower cut-off and the product",
  gives: ["product"],
  run(): Outcome {
    const rows = comparePublished("li-s-lgps", CHOICES);
    const value = (what: string): number => {
      const { model } = rows.find((row) => row.what === what)!;
      return typeof model === "string" ? Number.NaN : model.value;
    };
    const share = (volt: number): number => value(`Li2S2 in the product with a lower cut-off of ${volt} V`);
    const capacity = value("discharge capacity with a lower cut-off of -0.2 V");
    return {
      answers: {
        product: {
          facts: {
            "share of Li2S2 with a cut-off of 0.6 V":
              share(0.6) > share(-0.2) + SAME_SHARE ? "raises" : share(0.6) < share(-0.2) - SAME_SHARE ? "lowers" : "leaves",
            "theoretical capacity with a cut-off of -0.2 V": capacity < THEORETICAL - AT_CAPACITY ? "not reached" : "reached",
          },
        },
      },
      calibrated: [],
      how: [
        `model of the cathode, parameters li-s-lgps, against Li–In: ${share(0.6).toFixed(0)} % of the sulfur is Li2S2 with a lower cut-off of 0.6 V, ${share(-0.2).toFixed(0)} % with −0.2 V, where ${capacity.toFixed(0)} mAh/g are reached`,
      ],
    };
  },
};

export const CELLMODEL_CHECKS: readonly Check[] = [published, front, merging, cutOff];
