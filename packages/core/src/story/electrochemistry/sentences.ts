/**
 * What voltammetry, titration, a symmetric cell and the composition amount to, in sentences. Made from what the story holds;
 * every number names its rows.
 */
import { type Answer, isComputable, type Quantity } from "../../units/quantity.ts";
import type { RowRange, Sentence, StoryFile } from "../model.ts";
import type {
  CompositionStory,
  PeakTemperatures,
  PotentialStepsStory,
  ScanRates,
  SymmetricStory,
  TitrationStory,
  VoltammetryStory,
} from "./model.ts";

type Part = Sentence["parts"][number];

const sentence = (...parts: readonly Part[]): Sentence => ({ parts });
const count = (value: number): Quantity => ({ value, sigma: null, unit: "" });

const MOST_SIGNS = 3;
const MOST_PEAKS = 4;

/** Sentences about one file; row ranges name it as `index`. */
export function electrochemistrySentences(file: StoryFile, index: number): Sentence[] {
  const { voltammetry, titration, potentialSteps, symmetric, composition, peakTemperatures } = file.electrochemistry ?? {};
  return [
    ...(voltammetry ? sweeps(voltammetry, index) : []),
    ...(titration ? pulses(titration, index) : []),
    ...(potentialSteps ? steps(potentialSteps, index) : []),
    ...(symmetric ? halves(symmetric, index) : []),
    ...(composition ? products(composition, index) : []),
    ...(peakTemperatures ? overTemperatures(peakTemperatures, index) : []),
  ];
}

const between = (first: { rows: RowRange }, last: { rows: RowRange }, file: number): RowRange => ({
  file,
  first: first.rows.first,
  last: last.rows.last,
});

function sweeps({ sweeps: all, pairs, unpaired, rates }: VoltammetryStory, file: number): Sentence[] {
  const [first, last] = [all[0], all.at(-1)];
  if (!first || !last) return [];
  const scans = last.scan;
  const told: Sentence[] = [
    sentence(
      { quantity: count(all.length), from: between(first, last, file) },
      all.length === 1 ? " sweep" : " sweeps",
      ` of the potential (${scans === 1 ? "one scan" : `${scans} scans`}), the last at `,
      { quantity: last.scanRate, from: { ...last.rows, file }, note: "measured, a straight line through the sweep" },
      ".",
    ),
  ];
  const ofLastScan = all.filter(({ scan }) => scan === scans).flatMap(({ peaks }) => peaks);
  if (ofLastScan.length === 0) told.push(sentence(`Scan ${scans} shows no peak; a shoulder is none.`));
  else {
    const parts: Part[] = [`In scan ${scans} `];
    for (const [k, peak] of ofLastScan.slice(0, MOST_PEAKS).entries()) {
      const from = { file, first: peak.row, last: peak.row };
      parts.push(
        k > 0 ? "; " : "",
        `${peak.direction} peak at `,
        { quantity: peak.potential, from },
        " with ",
        { quantity: peak.current, from, note: "above a straight baseline from the foot" },
        " and ",
        { quantity: peak.charge, from, note: `until ${peak.baseline.until}` },
      );
    }
    if (ofLastScan.length > MOST_PEAKS) parts.push(`; and ${ofLastScan.length - MOST_PEAKS} more`);
    told.push(sentence(...parts, "."));
  }
  const own = pairs.findLast((pair) => pair.scan === scans) ?? pairs.at(-1);
  const refusal = unpaired.at(-1);
  if (own && isComputable(own.separation) && isComputable(own.midpoint)) {
    const scan = all.filter((s) => s.scan === own.scan);
    const from = between(scan[0]!, scan.at(-1)!, file);
    told.push(
      sentence(
        `The peaks of scan ${own.scan} lie `,
        { quantity: own.separation, from },
        " apart around ",
        { quantity: own.midpoint, from },
        " (at this scan rate; another rate is another separation).",
      ),
    );
  } else if (refusal) told.push(sentence(`Scan ${refusal.scan} has no pair of peaks: ${refusal.notComputable}.`));
  return [...told, ...(rates ? overRates(rates, file) : [])];
}

/** Said once: with the first file that the series holds. */
function overRates({ series, refused }: ScanRates, file: number): Sentence[] {
  const told: Sentence[] = [];
  for (const { direction, peak, points, bValue } of series) {
    if (Math.min(...points.map((p) => p.file)) !== file) continue;
    const name = `The current of the ${direction} peak ${peak}`;
    if ("notComputable" in bValue) told.push(sentence(`${name} has no b-value: ${bValue.notComputable}.`));
    else {
      const top = points[0]!;
      told.push(
        sentence(
          `${name} grows with the scan rate to the power `,
          { quantity: bValue.b, from: { file: top.file, first: top.row, last: top.row }, note: `over ${points.length} scan rates` },
          `: ${bValue.reading}.`,
        ),
      );
    }
  }
  if (series.length === 0) for (const reason of refused) told.push(sentence(`Not compared over scan rates: ${reason}.`));
  return told;
}

function pulses({ trains, pulses: all, length }: TitrationStory, file: number): Sentence[] {
  return trains.map((train) => {
    const own = all.filter((p) => p.train === train.train);
    const [first, last] = [own[0]!, own.at(-1)!];
    const from = between(first, { rows: last.restRows }, file);
    const parts: Part[] = [
      `Titration on ${train.direction}: `,
      { quantity: count(train.pulses), from },
      " pulses of ",
      { quantity: first.current, from: { ...first.rows, file } },
      " for ",
      { quantity: first.duration, from: { ...first.rows, file } },
    ];
    const reach = [first.relaxedAfter, last.relaxedAfter];
    if (reach.every(isComputable)) {
      const [a, b] = reach as [Quantity, Quantity];
      parts.push(
        "; the relaxed potential goes from ",
        { quantity: a, from: { ...first.restRows, file }, note: "the error holds what may still relax" },
        " to ",
        { quantity: b, from: { ...last.restRows, file } },
      );
    }
    const name = length ? "D" : "D/L²";
    const mean: Answer = length ? train.meanDiffusionCoefficient : train.meanDiffusionRate;
    const accepted = own.filter((p) => isComputable(length ? p.diffusionCoefficient : p.diffusionRate)).length;
    if (isComputable(mean)) {
      parts.push(`; ${name} is `, {
        quantity: { value: mean.value, sigma: mean.sigma, unit: mean.unit },
        from,
        note: "mean and scatter of the pulses",
      });
      parts.push(` from ${accepted} of ${own.length} pulses`);
    } else parts.push(`; no ${name}: ${mean.notComputable}`);
    if (train.plateaus > 0) parts.push(`; ${train.plateaus} of the pulses lie on a two-phase plateau, which has no D`);
    return sentence(...parts, ".");
  });
}

function steps({ steps: all, length }: PotentialStepsStory, file: number): Sentence[] {
  const [first, last] = [all[0], all.at(-1)];
  if (!first || !last) return [];
  const parts: Part[] = [
    "Titration by ",
    { quantity: count(all.length), from: between(first, last, file) },
    " potential steps from ",
    { quantity: first.potential, from: { ...first.rows, file } },
    " to ",
    { quantity: last.potential, from: { ...last.rows, file } },
  ];
  const name = length ? "D" : "D/L²";
  const answer = (step: (typeof all)[number]): Answer => (length ? step.diffusionCoefficient : step.diffusionRate);
  const accepted = all.filter((step) => isComputable(answer(step)));
  const values = accepted.map((step) => answer(step) as Quantity).sort((a, b) => a.value - b.value);
  const [least, most] = [values[0], values.at(-1)];
  if (least && most) {
    const at = (q: Quantity): RowRange => ({ ...accepted.find((step) => (answer(step) as Quantity) === q)!.rows, file });
    parts.push(`; ${name} is `, { quantity: least, from: at(least) });
    if (values.length > 1) parts.push(" to ", { quantity: most, from: at(most) });
    parts.push(` from ${accepted.length} of ${all.length} steps`);
  } else parts.push(`; no ${name}: ${(answer(first) as { notComputable: string }).notComputable}`);
  if (accepted.length > 0 && accepted.length < all.length) {
    const refused = all.map(answer).find((a) => !isComputable(a)) as { notComputable: string };
    parts.push(`; the others are refused: ${refused.notComputable}`);
  }
  return [sentence(...parts, ".")];
}

function halves({ cell, halfCycles, stabilisation, criticalCurrent, softShorts }: SymmetricStory, file: number): Sentence[] {
  const told: Sentence[] = [];
  const [first, last] = [halfCycles[0], halfCycles.at(-1)];
  if (cell === "symmetric" && first && last) {
    told.push(
      sentence(
        "Symmetric cell: the overpotential is ",
        { quantity: first.mean, from: { ...first.rows, file } },
        " in the first half cycle and ",
        { quantity: last.mean, from: { ...last.rows, file } },
        ` in the last of ${halfCycles.length}.`,
      ),
    );
    const all = between(first, last, file);
    const steps = "notComputable" in criticalCurrent ? [] : criticalCurrent.levels;
    if (!("notComputable" in stabilisation)) {
      told.push(
        sentence(
          "It stands still after ",
          { quantity: stabilisation.after, from: all, note: "change point with its error" },
          " at ",
          { quantity: stabilisation.overpotential, from: all },
          ".",
        ),
      );
    } else if (steps.length < 3) told.push(sentence(`No time of stabilisation: ${stabilisation.notComputable}.`));
    if (!("notComputable" in criticalCurrent) && isComputable(criticalCurrent.critical)) {
      told.push(
        sentence(
          "The critical current is ",
          { quantity: criticalCurrent.critical, from: all, note: "middle of the last sound and the first failed level" },
          ": ",
          ...(criticalCurrent.lastSound ? ["sound at ", { quantity: exact(criticalCurrent.lastSound) }] : []),
          ...(criticalCurrent.firstFailed ? [", failed at ", { quantity: exact(criticalCurrent.firstFailed) }] : []),
          ".",
        ),
      );
    } else if (steps.length >= 3 && !("notComputable" in criticalCurrent) && "notComputable" in criticalCurrent.critical)
      told.push(sentence(`No critical current: ${criticalCurrent.critical.notComputable}.`));
  }
  return [...told, ...shorts(softShorts, file)];
}

/** A set value: its digits, not its scatter. */
const exact = ({ value, unit }: Quantity): Quantity => ({ value: Number(value.toPrecision(4)), sigma: null, unit });

function shorts({ verdict, signs, halfCyclesJudged, detectionLimit }: SymmetricStory["softShorts"], file: number): Sentence[] {
  const limit: Part[] = isComputable(detectionLimit)
    ? [" (falls below ", { quantity: { ...detectionLimit, value: Number(detectionLimit.value.toPrecision(2)) } }, " would not be seen)"]
    : [` (${detectionLimit.notComputable})`];
  if (signs.length === 0) return [sentence(`No soft short is found in ${halfCyclesJudged} half cycles`, ...limit, ".")];
  const parts: Part[] = [`Soft shorts are ${verdict}: `];
  for (const [k, { rows, message }] of signs.slice(0, MOST_SIGNS).entries()) {
    parts.push(k > 0 ? "; rows " : "rows ", { quantity: count(rows.first), from: { ...rows, file } }, `–${rows.last}: ${message}`);
  }
  if (signs.length > MOST_SIGNS) parts.push(`; and ${signs.length - MOST_SIGNS} more signs`);
  return [sentence(...parts, ...limit, ".")];
}

function products({ halfCycles, accuracy }: CompositionStory, file: number): Sentence[] {
  const first = halfCycles.find(({ split }) => split !== null);
  if (!first?.split || !isComputable(first.capacity)) return [];
  return [
    sentence(
      `Discharge ${first.cycle} passes `,
      {
        quantity: first.capacity,
        from: { ...first.rows, file },
        note: `the error holds the masses and the instrument's accuracy${accuracy.assumed ? " (assumed)" : ""}: ${accuracy.how}`,
      },
      ` per mass of sulfur, which leaves ${first.split.statement}.`,
    ),
  ];
}

/** Said once: with the first file that the series holds. */
function overTemperatures({ tracks, pairs, unpaired }: PeakTemperatures, file: number): Sentence[] {
  const points = tracks.flatMap((track) => track.points);
  if (Math.min(...points.map((p) => p.file)) !== file) return [];
  const celsius = points.map(({ temperature }) => temperature).sort((a, b) => a.value - b.value);
  const parts: Part[] = ["Between ", { quantity: celsius[0]! }, " and ", { quantity: celsius.at(-1)! }, " the peaks of dQ/dV move by "];
  const moved = tracks.flatMap(({ direction, slope, points: own }) => {
    const at = own.find(({ potential }) => isComputable(potential));
    return isComputable(slope) && at ? [{ direction, slope, at }] : [];
  });
  if (moved.length === 0) return [];
  for (const [k, { direction, slope, at }] of moved.entries()) {
    parts.push(
      k > 0 ? ", " : "",
      { quantity: slope, ...(at.rows ? { from: at.rows } : {}), note: "holds what polarisation loses with temperature" },
      ` (${direction}, `,
      { quantity: at.potential as Quantity, ...(at.rows ? { from: at.rows } : {}) },
      ")",
    );
  }
  const told = [sentence(...parts, ".")];
  const entropies = pairs.flatMap(({ entropy, points: own }) => (isComputable(entropy) && own[0] ? [{ entropy, at: own[0] }] : []));
  if (entropies.length > 0) {
    const list: Part[] = ["Half the sum of discharge and charge gives an entropy of "];
    for (const [k, { entropy, at }] of entropies.entries())
      list.push(k > 0 ? ", " : "", { quantity: entropy, note: "per mole of electrons, of the whole cell" }, " at ", {
        quantity: at.potential,
      });
    told.push(sentence(...list, "."));
  } else if (unpaired) told.push(sentence(`No entropy of the steps: ${unpaired}.`));
  return told;
}
