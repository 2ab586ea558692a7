/** D or D/L² pulse by pulse or step by step over the charge, with what is refused and why: for current pulses and potential steps. */
import { type Answer, isComputable } from "@thioscope/core";
import type { Figure, LabelMark, Panel, PointMark, SpanMark } from "../figure/model.ts";
import { extent, paddedLog } from "../figure/scale.ts";
import { type Run, richText, unitText } from "../text.ts";
import { numberOf, rangesText, sigmaOf } from "./shared.ts";

/** A pulse or step between two charges, with its answer and rows. */
export interface Diffused {
  number: number;
  before: number;
  middle: number;
  after: number;
  answer: Answer;
  first: number;
  last: number;
}

export function diffusionPanel(
  items: readonly Diffused[],
  { hasLength, word }: { hasLength: boolean; word: string },
): { panel: Panel; legend: NonNullable<Figure["legend"]>; note: string | null } {
  const accepted = items.filter(({ answer }) => isComputable(answer));
  const refused = items.flatMap((item) => (isComputable(item.answer) ? [] : [{ item, reason: item.answer.notComputable }]));
  const values = accepted.map(({ answer }) => numberOf(answer));
  // the power of ten stands at the axis
  const power = values.length > 0 ? Math.floor(Math.log10(Math.min(...values))) : 0;
  const points: PointMark = {
    kind: "points",
    x: accepted.map(({ middle }) => middle),
    y: values.map((value) => value / 10 ** power),
    sigma: accepted.map(({ answer }) => sigmaOf(answer) / 10 ** power),
    rows: accepted.map(({ first }) => first),
    lastRows: accepted.map(({ last }) => last),
    tone: "first",
    shape: "disc",
    size: 1.15,
  };
  const spans = refused.map(({ item }): SpanMark => ({ kind: "span", from: item.before, to: item.after, tone: "accent", hatched: true }));
  const range = extent([points.y], [points.sigma]);
  const y = paddedLog(range && range[0] > 0 ? [range[0] / 1.6, range[1] * 1.6] : extent([points.y]), 0.05);
  const unit = accepted.map(({ answer }) => answer).find(isComputable)?.unit ?? (hasLength ? "cm2/s" : "1/s");
  const groups = new Map<string, number[]>();
  for (const { item, reason } of refused) {
    // numbers in a reason differ from pulse to pulse, its kind does not
    const kind = reason.split(":")[0]!;
    groups.set(kind, [...(groups.get(kind) ?? []), item.number]);
  }
  // the widest is labelled first, others where there is room
  const labels = [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([kind, numbers]): LabelMark => {
      const own = items.filter((item) => numbers.includes(item.number));
      return {
        kind: "label",
        x: own[own.length >> 1]!.middle,
        y: y.min * (y.max / y.min) ** 0.97,
        lines: [richText(shortReason(kind))],
        tone: "accent",
        place: "below",
        optional: true,
      };
    });
  const note = [...groups]
    .map(([kind, numbers]) => `${numbers.length === 1 ? word : `${word}s`} ${rangesText(numbers)}: ${kind}`)
    .join("; ");
  const name = hasLength ? "D" : "D/L²";
  return {
    panel: { weight: 1, left: { label: powerLabel(name, power, unit), ...y }, marks: [...spans, points, ...labels] },
    legend: [
      { label: richText(name), tone: "first", as: "disc" },
      ...(refused.length > 0 ? [{ label: richText("refused"), tone: "accent" as const, as: "hatch" as const }] : []),
    ],
    note: note ? `Refused: ${note}` : null,
  };
}

function powerLabel(name: string, power: number, unit: string): Run[] {
  return [
    { text: `${name} (10`, shift: 0 },
    { text: String(power).replace("-", "−"), shift: 1 },
    { text: ` ${unitText(unit)})`, shift: 0 },
  ];
}

const SHORT: readonly (readonly [part: string, label: string])[] = [
  ["does not move", "two phases"],
  ["does not decay", "not diffusion"],
  ["would pass", "cut short"],
  ["dE/dx steady", "bend"],
  ["dE/dx ≠ 0", "dE/dx = 0"],
  ["rests relaxed", "not at rest"],
  ["rows follow √t", "not √t"],
  ["window", "too long"],
];

const shortReason = (reason: string): string => SHORT.find(([part]) => reason.includes(part))?.[1] ?? "refused";
