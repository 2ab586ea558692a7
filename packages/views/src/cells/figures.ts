/** Several cells in one plot: their curves of one cycle, dQ/dV, life and rates. */
import { type Answer, isComputable } from "@thioscope/core";
import { type CapacityBasis, type HalfCycleCurve, inBasis, type StoryFile } from "@thioscope/core/story";
import type { Figure, LegendEntry, Mark, PointMark, Tone } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import { capacityLabel, ownError, type PlotSpec, pythonHead, shellWord } from "../study/context.ts";
import { robustExtent } from "../study/differentialCapacity.ts";
import { DIRECTIONS } from "../study/potentialCapacity.ts";
import { quantityLabel, type Run, richText, unitText } from "../text.ts";
import { at } from "../track.ts";

export interface ComparedCells {
  files: readonly StoryFile[];
  /** of each file; where it has fewer its last one */
  cycle: number;
  /** names in their order; those of their files where absent */
  called?: readonly string[];
}

const PLAIN: CapacityBasis = { unit: "mAh", label: "Capacity", factor: 1, relativeSigma: 0 };
const TONES: readonly Tone[] = ["accent", "first", "second", "third"];

const toneOf = (k: number, of: number): Tone => (of <= TONES.length ? TONES[k]! : { ramp: k / Math.max(1, of - 1) });

/** The first unit that all cells can be given in; mAh where they have none in common. */
function commonBases(files: readonly StoryFile[]): readonly CapacityBasis[] {
  const unit = files[0]?.bases.find((basis) => files.every((file) => file.bases.some((other) => other.unit === basis.unit)))?.unit;
  return files.map((file) => file.bases.find((basis) => basis.unit === unit) ?? PLAIN);
}

function legendOf({ files, called }: Pick<ComparedCells, "files" | "called">, as: LegendEntry["as"]): LegendEntry[] {
  return files.map(({ name }, k) => ({ label: richText(called?.[k] ?? name), tone: toneOf(k, files.length), as }));
}

const NOTHING = (why: string): Figure => ({
  x: { label: [], min: 0, max: 1 },
  panels: [],
  legend: [],
  empty: why,
  data: () => ({ columns: [] }),
});

/** Half cycles of one cycle of every file. */
function halvesOf({ files, cycle }: ComparedCells): { half: HalfCycleCurve; k: number; name: string }[] {
  return files.flatMap((file, k) => {
    const shown = Math.min(cycle, file.halfCycles.at(-1)?.cycle ?? cycle);
    return file.halfCycles.filter((half) => half.cycle === shown).map((half) => ({ half, k, name: file.name }));
  });
}

interface Curve {
  name: string;
  cycle: number;
  direction: string;
  x: Float64Array;
  y: Float64Array;
  tone: Tone;
}

function curvesFigure(
  cells: ComparedCells,
  curves: readonly Curve[],
  x: { label: Run[]; name: string; unit: string },
  y: { label: Run[]; name: string; unit: string },
  isSpiky: boolean,
): Figure {
  if (curves.length === 0) return NOTHING("The chosen cells have no such curve.");
  const marks = curves.map(
    (curve): Mark => ({ kind: "line", x: curve.x, y: curve.y, tone: curve.tone, width: 1.2, dash: curve.direction === "charge" }),
  );
  // where the current is switched one bin can hold a hundred times the rest
  const lists = curves.map((curve) => curve.y);
  const { range, beyond } = isSpiky ? robustExtent(lists) : { range: extent(lists), beyond: 0 };
  const points = curves.flatMap((curve) => Array.from(curve.x, (_, i) => ({ curve, i })));
  return {
    x: { label: x.label, ...padded(extent(curves.map((curve) => curve.x)), 0.02) },
    panels: [
      {
        weight: 1,
        left: { label: y.label, ...padded(range) },
        marks: [...(isSpiky ? [{ kind: "rule" as const, y: 0 }] : []), ...marks],
      },
    ],
    legend: [...DIRECTIONS, ...legendOf(cells, "line")],
    ...(beyond > 0 ? { note: `${beyond} points lie beyond the axis; the table has them all` } : {}),
    aspect: 0.78,
    data: () => ({
      columns: [
        { name: "file", unit: "", values: points.map(({ curve }) => curve.name) },
        { name: "cycle", unit: "", values: points.map(({ curve }) => curve.cycle) },
        { name: "direction", unit: "", values: points.map(({ curve }) => curve.direction) },
        { name: x.name, unit: x.unit, values: points.map(({ curve, i }) => curve.x[i]!) },
        { name: y.name, unit: y.unit, values: points.map(({ curve, i }) => curve.y[i]!) },
      ],
    }),
  };
}

const names = ({ files }: ComparedCells): string => files.map(({ name }) => shellWord(name)).join(" ");
const common = { height: 300, brushOver: "curve", cursorLine: false } as const;
const pythonOf = (csv: string, x: string, y: string): string =>
  `${pythonHead(csv)}for (file, direction), one in data.groupby(["file", "direction"], sort=False):\n    ax.plot(one["${x}"], one["${y}"], "-" if direction == "discharge" else "--", lw=0.8, label=file)\nax.set(xlabel="${x}", ylabel="${y}")\nax.legend()\nfig.savefig("cells.pdf")\n`;

const CURVES: PlotSpec<ComparedCells> = {
  ...common,
  id: "cells-curves",
  title: "Voltage curves",
  figure(cells) {
    const bases = commonBases(cells.files);
    const curves = halvesOf(cells).map(({ half, k, name }): Curve => {
      const factor = bases[k]!.factor;
      return {
        name,
        cycle: half.cycle,
        direction: half.direction,
        x: Float64Array.from({ length: half.row.length }, (_, i) => at(half.capacityMilliampereHour, i) * factor),
        y: Float64Array.from({ length: half.row.length }, (_, i) => at(half.voltageVolt, i)),
        tone: toneOf(k, cells.files.length),
      };
    });
    const { unit } = bases[0] ?? PLAIN;
    return curvesFigure(
      cells,
      curves,
      { label: capacityLabel(bases[0] ?? PLAIN), name: "capacity", unit },
      { label: quantityLabel("Voltage", "V"), name: "voltage", unit: "V" },
      false,
    );
  },
  command: (cells) => `thioscope cycles ${names(cells)}`,
  python: (_, csv) => pythonOf(csv, "capacity", "voltage"),
};

const DIFFERENTIAL: PlotSpec<ComparedCells> = {
  ...common,
  id: "cells-dqdv",
  title: "dQ/dV",
  figure(cells) {
    const bases = commonBases(cells.files);
    const curves = halvesOf(cells)
      .filter(({ half }) => half.dqdv.voltageVolt.length > 1)
      .map(({ half, k, name }): Curve => {
        const { voltageVolt, milliampereHourPerVolt } = half.dqdv;
        return {
          name,
          cycle: half.cycle,
          direction: half.direction,
          x: Float64Array.from({ length: voltageVolt.length }, (_, i) => at(voltageVolt, i)),
          y: Float64Array.from({ length: voltageVolt.length }, (_, i) => at(milliampereHourPerVolt, i) * bases[k]!.factor),
          tone: toneOf(k, cells.files.length),
        };
      });
    const { unit } = bases[0] ?? PLAIN;
    const perVolt = unit.includes("/") ? unit.replace(/\/(.*)$/, "/($1 V)") : `${unit}/V`;
    return curvesFigure(
      cells,
      curves,
      { label: quantityLabel("Voltage", "V"), name: "voltage", unit: "V" },
      { label: richText(`dQ/dV (${unitText(perVolt)})`), name: "dQ/dV", unit: perVolt },
      true,
    );
  },
  command: (cells) => cells.files.map(({ name }) => `thioscope dqdv ${shellWord(name)}`).join(" && "),
  python: (_, csv) => pythonOf(csv, "voltage", "dQ/dV"),
};

interface Series {
  name: string;
  x: number[];
  answers: Answer[];
  tone: Tone;
}

function seriesFigure(
  cells: ComparedCells,
  series: readonly Series[],
  x: { label: Run[]; name: string; unit: string; integer?: boolean },
  y: { label: Run[]; name: string; unit: string },
): Figure {
  const known = series.map(({ x: places, answers, ...rest }) => {
    const kept = answers.flatMap((answer, i) =>
      isComputable(answer) && Number.isFinite(places[i]) ? [{ x: places[i]!, y: answer.value, sigma: answer.sigma ?? Number.NaN }] : [],
    );
    return { ...rest, kept };
  });
  if (known.every(({ kept }) => kept.length === 0)) return NOTHING("The chosen cells have no such numbers.");
  const marks = known.map(
    ({ kept, tone }): PointMark => ({
      kind: "points",
      x: kept.map((point) => point.x),
      y: kept.map((point) => point.y),
      sigma: kept.map((point) => point.sigma),
      tone,
      shape: "disc",
      joined: true,
    }),
  );
  const rows = known.flatMap(({ name, kept }) => kept.map((point) => ({ name, ...point })));
  return {
    x: { label: x.label, ...padded(extent(marks.map((mark) => mark.x)), 0.04), ...(x.integer ? { integer: true } : {}) },
    panels: [{ weight: 1, left: { label: y.label, ...padded(extent(marks.map((mark) => mark.y))) }, marks }],
    legend: legendOf(cells, "disc"),
    aspect: 0.78,
    data: () => ({
      columns: [
        { name: "file", unit: "", values: rows.map(({ name }) => name) },
        { name: x.name, unit: x.unit, values: rows.map((row) => row.x) },
        { name: y.name, unit: y.unit, values: rows.map((row) => row.y), sigma: rows.map(({ sigma }) => sigma) },
      ],
    }),
  };
}

const seriesPython = (csv: string, x: string, y: string): string =>
  `${pythonHead(csv)}for file, one in data.groupby("file", sort=False):\n    ax.errorbar(one["${x}"], one["${y}"], one["${y} sigma"], fmt="o-", ms=3, label=file)\nax.set(xlabel="${x}", ylabel="${y}")\nax.legend()\nfig.savefig("cells.pdf")\n`;

const LIFE: PlotSpec<ComparedCells> = {
  ...common,
  id: "cells-life",
  title: "Life: discharge capacity over cycles",
  figure(cells) {
    const bases = commonBases(cells.files);
    const series = cells.files.map(
      ({ name, cycleTable }, k): Series => ({
        name,
        x: cycleTable.map(({ cycle }) => cycle),
        answers: cycleTable.map(({ dischargeCapacity }) => ownError(dischargeCapacity, bases[k]!)),
        tone: toneOf(k, cells.files.length),
      }),
    );
    const basis = bases[0] ?? PLAIN;
    return seriesFigure(
      cells,
      series,
      { label: richText("Cycle"), name: "cycle", unit: "", integer: true },
      { label: capacityLabel(basis), name: "discharge capacity", unit: basis.unit },
    );
  },
  command: (cells) => `thioscope compare ${names(cells)} --by life`,
  python: (_, csv) => seriesPython(csv, "cycle", "discharge capacity"),
};

const RATES: PlotSpec<ComparedCells> = {
  ...common,
  id: "cells-rates",
  title: "Capacity over current",
  figure(cells) {
    const bases = commonBases(cells.files);
    const series = cells.files.map(({ name, rateTable }, k): Series => {
      const groups = rateTable.filter(({ backAt }) => backAt === null);
      return {
        name,
        x: groups.map(({ dischargeCurrent }) => (isComputable(dischargeCurrent) ? Math.abs(dischargeCurrent.value) : Number.NaN)),
        answers: groups.map(({ dischargeCapacity }) => inBasis(dischargeCapacity, bases[k]!)),
        tone: toneOf(k, cells.files.length),
      };
    });
    const basis = bases[0] ?? PLAIN;
    return seriesFigure(
      cells,
      series,
      { label: richText("Discharge current (mA)"), name: "discharge current", unit: "mA" },
      { label: capacityLabel(basis), name: "discharge capacity", unit: basis.unit },
    );
  },
  command: (cells) => `thioscope compare ${names(cells)} --by rate`,
  python: (_, csv) => seriesPython(csv, "discharge current", "discharge capacity"),
};

/** In reading order. */
export const CELL_FIGURES: readonly PlotSpec<ComparedCells>[] = [CURVES, DIFFERENTIAL, LIFE, RATES];
