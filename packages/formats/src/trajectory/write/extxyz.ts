/** Frames as extended XYZ: symbols and positions in Å, the cell as Lattice, step and time where they are known. */
import { inverseCell } from "@thioscope/core/atoms";

export interface WritableAtoms {
  readonly species: readonly string[];
  /** Cartesian, Å, three for each atom */
  readonly positions: Float64Array;
  /** axes row by row, Å; null in open space */
  readonly cell: Float64Array | null;
  readonly step?: number | null;
  /** fs */
  readonly timeFs?: number | null;
}

/** One frame as text, with its last newline. */
export function writeExtxyz({ species, positions, cell, step, timeFs }: WritableAtoms): string {
  const info = [
    ...(cell ? [`Lattice="${Array.from(cell).join(" ")}"`] : []),
    "Properties=species:S:1:pos:R:3",
    ...(step === undefined || step === null ? [] : [`step=${step}`]),
    ...(timeFs === undefined || timeFs === null ? [] : [`time=${timeFs}`]),
    ...(cell ? ['pbc="T T T"'] : []),
  ];
  const lines = species.map(
    (s, i) => `${s} ${positions[3 * i]!.toFixed(8)} ${positions[3 * i + 1]!.toFixed(8)} ${positions[3 * i + 2]!.toFixed(8)}`,
  );
  return `${species.length}\n${info.join(" ")}\n${lines.join("\n")}\n`;
}

/** One frame of an XDATCAR, the header with it where `first` is true. Atoms of one species must follow one another. */
export function writeXdatcar({ species, positions, cell }: WritableAtoms & { cell: Float64Array }, index: number, first: boolean): string {
  const inverse = inverseCell(cell, new Float64Array(9));
  const lines: string[] = [];
  if (first) {
    const runs: [string, number][] = [];
    for (const s of species) {
      const last = runs.at(-1);
      if (last?.[0] === s) last[1]++;
      else runs.push([s, 1]);
    }
    lines.push("trajectory", "1.0", ...[0, 3, 6].map((k) => Array.from(cell.subarray(k, k + 3), (x) => x.toFixed(10)).join(" ")));
    lines.push(runs.map(([s]) => s).join(" "), runs.map(([, n]) => n).join(" "));
  }
  lines.push(`Direct configuration= ${String(index + 1).padStart(6)}`);
  for (let i = 0; i < positions.length; i += 3) {
    const f = [0, 1, 2].map((k) => {
      const s = positions[i]! * inverse[k]! + positions[i + 1]! * inverse[3 + k]! + positions[i + 2]! * inverse[6 + k]!;
      return (s - Math.floor(s)).toFixed(8);
    });
    lines.push(f.join("  "));
  }
  return `${lines.join("\n")}\n`;
}
