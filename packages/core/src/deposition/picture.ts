/** What a screen shows of a question: potential and current on a grid around the defect, the current along the interface, sizes and growth. */

import { sampleOnGrid } from "../numerics/index.ts";
import type { DepositionContent, DepositionGrowth, SolvedDeposition, SolvedElectrolyte } from "../story/parts/deposition.ts";
import { QUIET, type TaskContext } from "../task.ts";
import { type Answer, inUnit, quantity } from "../units/quantity.ts";
import { type Compared, compareElectrolytes, type DepositionQuestion, depositionCase, hotSpotBySize } from "./compare.ts";
import { type Distribution, RESOLUTIONS, type Resolution } from "./distribute.ts";
import { type Defect, defectDomain } from "./geometry.ts";
import { criticalCurrentRange, type GrowthCase, growPore } from "./growth.ts";
import type { DepositionElectrolyte } from "./parameters.ts";
import { depositionQuestion, type WrittenQuestion } from "./question.ts";

/** Cells of a map, mirrored half included. */
const COLUMNS = 120;
const ROWS = 80;
/** The map shows this many feature sizes to each side and above. */
const REACH = 4;
const UM = 1e6;
/** Radii of the sweep over sizes, m. */
const SIZES = [0.5, 1, 2, 5, 10, 20, 50].map((um) => um * 1e-6);

type Pit = Extract<Defect, { radius: number }>;

/** Distribution in every electrolyte with its map. Errors as of `distribute` and `depositionQuestion`. */
export function depositionPicture(
  written: WrittenQuestion,
  resolution: Resolution = RESOLUTIONS.normal,
  context: TaskContext = QUIET,
): SolvedDeposition {
  const { question, electrolytes } = depositionQuestion(written);
  const compared = compareElectrolytes(question, electrolytes, resolution, context);
  const [halfWidth, height] = window(question);
  const x = edges(0, halfWidth, COLUMNS / 2);
  const z = edges(lowest(question.defect), height, ROWS);
  return {
    xMicrometre: [...Array.from(x, (v) => -v * UM).reverse(), ...Array.from(x.subarray(1), (v) => v * UM)],
    zMicrometre: Array.from(z, (v) => v * UM),
    outline: outlineOf(question),
    electrolytes: compared.map((c) => electrolyteOf(c, question, x, z)),
  };
}

/** Everything that a part holds of a question. */
export function depositionContent(written: WrittenQuestion, context: TaskContext = QUIET): DepositionContent {
  const { question, electrolytes } = depositionQuestion(written);
  const solved = depositionPicture(written, RESOLUTIONS.normal, context);
  const pit = "radius" in question.defect ? { ...question, defect: question.defect } : null;
  const points = pit === null ? null : hotSpotBySize(pit, electrolytes, SIZES, RESOLUTIONS.preview, context);
  return {
    kind: "deposition",
    question: { ...written },
    solved,
    sizes: points && {
      radiusMicrometre: points.map(({ radius }) => radius * UM),
      hotSpots: electrolytes.map((e, k) => ({
        electrolyte: e.name,
        values: points.map(({ hotSpots }) => hotSpots[k]!.value),
        sigma: points.map(({ hotSpots }) => hotSpots[k]!.sigma ?? 0),
      })),
    },
    growth: pit === null ? [] : electrolytes.map((e) => growthOf(growthCase(pit, e), e, context)),
    parameters: electrolytes.flatMap((e) =>
      (
        [
          ["conductivity", e.conductivity],
          ["Young's modulus", e.youngsModulus],
          ["Poisson's ratio", e.poisson],
          ["fracture toughness", e.toughness],
        ] as const
      ).map(([name, p]) => ({ of: e.name, name, quantity: quantity(p.value, p.unit), flag: p.flag, source: p.source })),
    ),
  };
}

/** The growth of a question's pore in an electrolyte. A thin confined layer of metal bears ten times its yield strength, the largest of its range. */
export function growthCase(question: DepositionQuestion & { defect: Pit }, e: DepositionElectrolyte): GrowthCase {
  const { radius, depth } = question.defect;
  const { yieldStrength } = question.metal;
  const { pressure: _, defect: __, ...rest } = depositionCase(question, e, "shift");
  return {
    ...rest,
    radius,
    depth: depth > 0 ? depth : radius,
    youngsModulus: e.youngsModulus.value,
    poisson: e.poisson.value,
    toughness: e.toughness.value,
    yieldPressure: 10 * (yieldStrength.range?.[1] ?? yieldStrength.value),
  };
}

function growthOf(asked: GrowthCase, e: DepositionElectrolyte, context: TaskContext): DepositionGrowth {
  const { states, end, crackPressure } = growPore(asked, RESOLUTIONS.preview, context);
  const range = criticalCurrentRange(asked, e.toughness.range ?? [e.toughness.value, e.toughness.value]);
  const shown = (answer: Answer): Answer => ("notComputable" in answer ? answer : inUnit(answer, "mA/cm2"));
  return {
    electrolyte: e.name,
    end,
    crackPressure: quantity(crackPressure / 1e6, "MPa"),
    criticalCurrent: [shown(range[0]), shown(range[1])],
    timeSecond: states.map((s) => (Number.isFinite(s.time) ? s.time : Number.NaN)),
    levelMicrometre: states.map((s) => s.level * UM),
    pressureMegapascal: states.map((s) => s.pressure / 1e6),
    hotSpot: states.map((s) => s.hotSpot),
  };
}

function window({ defect, width, height }: DepositionQuestion): [number, number] {
  if (defect.kind === "rough") return [Math.PI / defect.wavenumber, Math.min(height, (2 * Math.PI) / defect.wavenumber)];
  if (defect.kind === "profile") return [defect.points.at(-1)![0], height];
  const size = Math.max(defect.radius, defect.depth);
  return [Math.min(width, REACH * size), Math.min(height, REACH * size)];
}

const lowest = (defect: Defect): number =>
  defect.kind === "rough" ? -Math.abs(defect.amplitude) : defect.kind === "profile" ? Math.min(0, ...defect.points.map((p) => p[1])) : 0;

const edges = (from: number, to: number, n: number): Float64Array =>
  Float64Array.from({ length: n + 1 }, (_, k) => from + ((to - from) * k) / n);

function electrolyteOf(
  { electrolyte, shift, factor }: Compared,
  question: DepositionQuestion,
  x: Float64Array,
  z: Float64Array,
): SolvedElectrolyte {
  const sample = sampleOnGrid(shift.space, shift.potential, x, z);
  const sigma = electrolyte.conductivity.value;
  const ratio = sample.gradientX.map((gx, k) => (sigma * Math.hypot(gx, sample.gradientY[k]!)) / question.current);
  const forms: ["both" | "shift" | "factor", Distribution][] =
    shift === factor
      ? [["both", shift]]
      : [
          ["shift", shift],
          ["factor", factor],
        ];
  return {
    name: electrolyte.name,
    kineticLength: quantity(shift.kineticLength * UM, "µm"),
    wagner: quantity(shift.wagner, "1"),
    potentialMillivolt: mirrored(sample.value, x.length - 1, 1e3),
    currentRatio: mirrored(ratio, x.length - 1, 1),
    forms: forms.map(([form, d]) => ({
      form,
      hotSpot: d.hotSpot,
      hottestAt: quantity(d.hottestAt.distance * UM, "µm"),
      coldest: d.coldest,
      farField: d.farField,
      variation: d.variation,
      distanceMicrometre: Array.from(d.interface.distance, (v) => v * UM),
      ratio: Array.from(d.interface.current, (v) => v / question.current),
    })),
  };
}

/** The lower boundary of the electrolyte and its mirror image. */
function outlineOf({ defect, width, height }: DepositionQuestion): SolvedDeposition["outline"] {
  const bottom = defectDomain(defect, width, height).curves.filter(({ tag }) => !["side", "top", "axis"].includes(tag));
  const points = bottom.flatMap((curve) => Array.from({ length: 41 }, (_, k) => curve.at(k / 40)));
  const right = points.map(([x, z]) => [x * UM, z * UM] as const);
  const all = [...right.toReversed().map(([x, z]) => [-x, z] as const), ...right];
  return { x: all.map(([x]) => x), z: all.map(([, z]) => z) };
}

/** Six digits are more than a map shows. */
function mirrored(values: Float64Array, columns: number, scale: number): number[] {
  const rows = values.length / columns;
  const all: number[] = [];
  for (let j = 0; j < rows; j++) {
    const row = Array.from(values.subarray(j * columns, (j + 1) * columns), (v) => Number((v * scale).toPrecision(6)));
    all.push(...row.toReversed(), ...row);
  }
  return all;
}
