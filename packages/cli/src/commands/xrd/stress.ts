/** thioscope xrd stress: deviatoric stress of phases of a study, what it means, and what equilibrium adds. */
import { type Answer, formatQuantity, isComputable, type NotComputable, type Notice, type Quantity } from "@thioscope/core";
import type { Action } from "../../actions.ts";
import { oneWord, textTable, warningLines } from "../../inputs.ts";
import { type FrameResult, jsonOf, resultsOf } from "./study.ts";

const USAGE = "thioscope xrd stress STUDY";

/** What of stress.json is told. */
interface StoredStress {
  definition: string;
  axialAzimuth: Quantity;
  geometryBound: Quantity | null;
  stackPressure: Quantity | null;
  refusal: string;
  phases: readonly {
    phase: string;
    elastic: { source: string; assumed: boolean; model: string };
    rings: readonly { label: string; constants: { s1: Quantity; halfS2: Quantity } }[];
    points: number;
    refused: readonly { reason: string; points: number }[];
    largest:
      | { difference: Quantity; component: Quantity; errors: { counting: number; elastic: number | null; geometry: number | null } }
      | NotComputable;
  }[];
  absolute: readonly { phase: string; scan: number; stress: { axial: Quantity; transverse: Quantity; mean: Quantity } | NotComputable }[];
  balance: readonly {
    scan: number;
    measured: { share: Quantity; deviators: Quantity } | null;
    balance: { residual: Answer; impliedMean: Answer } | NotComputable;
  }[];
}

export const stressAction: Action = {
  usage: USAGE,
  about: `runs what of STUDY is not done (study.yaml with a source of the kind frames and the step xrd.stress) and tells the deviatoric stress of
each phase, d0 unknown: the difference σ_axial − σ_transverse and the component, two thirds of it, with elastic constants and their source.
Absolute stress only in layers declared to hold one phase; the balance of forces for composites. All points lie in results/xrd.stress:
stress.parquet, stress.json.`,
  options: {},
  examples: ["thioscope xrd stress beamtime"],
  async run(words, _options, io) {
    const folder = oneWord(words, USAGE);
    const sources: unknown[] = [];
    for (const result of await resultsOf(folder, "xrd.stress", io)) {
      const stress = await jsonOf<StoredStress>(result, "stress.json");
      const { notices } = await jsonOf<{ notices: readonly Notice[] }>(result, "run.json");
      io.say(describe(result, stress));
      for (const line of warningLines(notices)) io.hint(`warning: ${line}`);
      sources.push(json(result, stress, notices));
    }
    io.result({ study: folder, sources });
  },
};

const shown = (answer: Answer): string => (isComputable(answer) ? formatQuantity(answer) : "–");

function describe({ source }: FrameResult, stress: StoredStress): string {
  const lines = [
    `${source}: ${stress.definition}`,
    stress.geometryBound
      ? `geometry leaves ${formatQuantity(stress.geometryBound)} of the second harmonic on rings without stress; it is part of the errors`
      : "no ring without stress bounds what tilt leaves: it is not part of the errors",
    "",
    textTable(
      ["phase", "points", "largest difference", "by counting", "component", "½S2 / TPa⁻¹", "elastic constants"],
      stress.phases.map((p) => {
        const top = p.largest;
        const values =
          "notComputable" in top
            ? ["–", "–", "–"]
            : [formatQuantity(top.difference), `± ${top.errors.counting.toPrecision(2)}`, formatQuantity(top.component)];
        const half = p.rings.map(({ constants }) => constants.halfS2.value.toPrecision(3)).join(" ");
        return [p.phase, String(p.points), ...values, half, `${p.elastic.assumed ? "assumed: " : ""}${p.elastic.source}`];
      }),
    ),
  ];
  for (const p of stress.phases)
    for (const { reason, points } of p.refused.slice(0, 3)) lines.push(`${p.phase}, ${points} points without: ${reason}`);
  const alone = firstAbsolute(stress);
  if (alone) {
    const { stress: s } = alone;
    lines.push(
      "",
      "notComputable" in s
        ? `absolute stress of ${alone.phase}: ${s.notComputable}`
        : `absolute, in the layer of ${alone.phase} alone, scan ${alone.scan}: axial ${formatQuantity(s.axial)}, transverse ${formatQuantity(s.transverse)}, mean ${formatQuantity(s.mean)}`,
    );
  }
  const last = lastBalance(stress);
  if (last) {
    const { measured, balance } = last;
    lines.push("", `balance of the composite, scan ${last.scan}:`);
    if (measured)
      lines.push(
        `  deviators measured, in ${(100 * measured.share.value).toFixed(0)} % of the volume, add up to ${formatQuantity(measured.deviators)} along the axis${stress.stackPressure ? `; all phases together carry ${formatQuantity({ ...stress.stackPressure, value: -stress.stackPressure.value })}` : ""}`,
      );
    lines.push(
      "notComputable" in balance
        ? `  ${balance.notComputable}`
        : `  residual ${reasonOr(balance.residual)}; mean that balances the deviators ${reasonOr(balance.impliedMean)}`,
    );
  }
  lines.push("", `no absolute stress of a phase in a composite: ${stress.refusal}`);
  return lines.join("\n");
}

const reasonOr = (answer: Answer): string => (isComputable(answer) ? shown(answer) : `not known (${answer.notComputable})`);

const firstAbsolute = ({ absolute }: StoredStress): StoredStress["absolute"][number] | undefined =>
  absolute.find(({ stress }) => !("notComputable" in stress)) ?? absolute[0];

/** The scan in which the deviators that were measured add up to most, else the last. */
const lastBalance = ({ balance }: StoredStress): StoredStress["balance"][number] | undefined =>
  balance.reduce<StoredStress["balance"][number] | undefined>(
    (a, b) => (b.measured && (!a?.measured || Math.abs(b.measured.deviators.value) > Math.abs(a.measured.deviators.value)) ? b : a),
    balance.at(-1),
  );

function json({ source }: FrameResult, stress: StoredStress, notices: readonly Notice[]): unknown {
  const alone = firstAbsolute(stress);
  const last = lastBalance(stress);
  return {
    source,
    definition: stress.definition,
    axialAzimuth: stress.axialAzimuth,
    geometryBound: stress.geometryBound,
    stackPressure: stress.stackPressure,
    phases: stress.phases.map((p) => ({
      phase: p.phase,
      elastic: p.elastic,
      rings: p.rings.map(({ label, constants: { s1, halfS2 } }) => ({ label, s1, halfS2 })),
      points: p.points,
      refused: p.refused,
      largest:
        "notComputable" in p.largest
          ? p.largest
          : {
              difference: p.largest.difference,
              component: p.largest.component,
              counting: error(p.largest.errors.counting),
              elastic: error(p.largest.errors.elastic),
              geometry: error(p.largest.errors.geometry),
            },
    })),
    absolute: alone ? { phase: alone.phase, scan: alone.scan, stress: absoluteOf(alone.stress) } : null,
    balance: last
      ? {
          scan: last.scan,
          measured: last.measured,
          ...("notComputable" in last.balance ? last.balance : { residual: last.balance.residual, impliedMean: last.balance.impliedMean }),
        }
      : null,
    refusal: stress.refusal,
    warnings: notices,
  };
}

/** A part of an error as a quantity of its own; null where it is not known. */
const error = (value: number | null): Quantity | null => (value === null ? null : { value, sigma: null, unit: "MPa" });

const absoluteOf = (s: { axial: Quantity; transverse: Quantity; mean: Quantity } | NotComputable): unknown =>
  "notComputable" in s ? s : { axial: s.axial, transverse: s.transverse, mean: s.mean };
