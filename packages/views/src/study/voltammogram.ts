/** Current over potential, for sweeps: scans on the ramp. */
import type { Figure, LineMark, Tone } from "../figure/model.ts";
import { extent, padded } from "../figure/scale.ts";
import { quantityLabel } from "../text.ts";
import { at } from "../track.ts";
import { type Context, type FigureSpec, pythonHead, shellWord } from "./context.ts";

function figure({ file, state }: Context): Figure {
  const { trace, cycleTable } = file;
  const { brush } = state;
  const scans =
    cycleTable.length > 0
      ? cycleTable.map((row) => ({ cycle: row.cycle, ...row.rows }))
      : [{ cycle: 1, first: 0, last: Number.POSITIVE_INFINITY }];
  const usable = trace.voltageVolt.length > 0 && trace.currentMilliampere.length > 0;
  const lines = (faint: boolean): LineMark[] =>
    scans.map((scan, k) => {
      const inside: number[] = [];
      for (let i = 0; i < trace.row.length; i++) {
        const row = at(trace.row, i);
        if (row >= scan.first && row <= scan.last && (faint || !brush || (row >= brush.first && row <= brush.last))) inside.push(i);
      }
      const tone: Tone = { ramp: scans.length > 1 ? k / (scans.length - 1) : 0.35 };
      return {
        kind: "line",
        x: inside.map((i) => at(trace.voltageVolt, i)),
        y: inside.map((i) => at(trace.currentMilliampere, i)),
        rows: inside.map((i) => at(trace.row, i)),
        tone,
        width: 1.1,
        ...(faint ? { faint } : {}),
      };
    });
  const shown = usable ? lines(false) : [];
  const current = padded(extent(shown.map((mark) => mark.y)), 0.06);
  return {
    x: { label: quantityLabel("Voltage", "V"), ...padded(extent(shown.map((mark) => mark.x)), 0.02) },
    panels: [
      {
        weight: 1,
        left: { label: quantityLabel("Current", "mA"), ...current },
        marks: [
          ...(current.min < 0 && current.max > 0 ? [{ kind: "rule" as const, y: 0 }] : []),
          ...(brush && usable ? lines(true) : []),
          ...shown,
        ],
      },
    ],
    legend: [],
    ...(scans.length > 1 ? { ramp: { label: "scan", first: scans[0]!.cycle, last: scans.at(-1)!.cycle } } : {}),
    ...(usable ? {} : { empty: "The file does not hold both voltage and current." }),
    aspect: 0.78,
    data: () => ({
      columns: [
        { name: "row", unit: "", values: shown.flatMap((mark) => Array.from(mark.rows ?? [])) },
        { name: "voltage", unit: "V", values: shown.flatMap((mark) => Array.from(mark.x)) },
        { name: "current", unit: "mA", values: shown.flatMap((mark) => Array.from(mark.y)) },
      ],
      notes: ["Reduced for the screen so that every extreme of voltage and current over time stays visible."],
    }),
  };
}

export const VOLTAMMOGRAM: FigureSpec = {
  id: "voltammogram",
  title: "Current – potential",
  height: 340,
  brushOver: "curve",
  cursorLine: false,
  figure,
  command: ({ file }) => `thioscope convert ${shellWord(file.name)} --to bdf-csv`,
  python: (_, name) =>
    `${pythonHead(name)}ax.plot(data["voltage"], data["current"], lw=0.8)\nax.set(xlabel="Voltage (V)", ylabel="Current (mA)")\nfig.savefig("voltammogram.pdf")\n`,
};
