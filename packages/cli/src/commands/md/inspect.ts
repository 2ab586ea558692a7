/** thioscope md inspect: what a trajectory is, without keeping it. */
import { basename } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { volumeOf } from "@thioscope/core/atoms";
import type { Action } from "../../actions.ts";
import { count, plain, textTable, warningLines } from "../../text.ts";
import { composition, counted, READING, readInto } from "./inputs.ts";

export const inspectAction: Action = {
  usage: "thioscope md inspect FILE…",
  about: "format, atoms, frames, cell and what a reader had to assume. The whole file is read, in bounded memory.",
  options: { structure: READING.structure },
  examples: ["thioscope md inspect XDATCAR.gz"],
  async run(words, options, io) {
    if (words.length === 0) throw new ThioscopeError("USAGE", "md inspect needs a file");
    const files = [];
    for (const path of words) {
      const cell = { first: null as Float64Array | null, volumes: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] };
      const summary = await readInto(
        path,
        {
          frame(f) {
            if (f.cell) {
              cell.first ??= f.cell.slice();
              const volume = volumeOf(f.cell);
              cell.volumes = [Math.min(cell.volumes[0]!, volume), Math.max(cell.volumes[1]!, volume)];
            }
            return true;
          },
        },
        options,
        io,
      );
      files.push({
        file: basename(path),
        format: summary.format,
        frames: summary.frames,
        species: [...counted(summary.species)].map(([name, atoms]) => ({ name, atoms })),
        timestep: summary.timestepFs === null ? null : plain(summary.timestepFs, "fs"),
        stride: summary.stride,
        cell: cell.first ? { values: cell.first, sigma: null, unit: summary.unit } : null,
        volume: cell.first ? plain(volumeOf(cell.first), "Å^3") : null,
        isCellFixed: cell.first ? cell.volumes[1]! - cell.volumes[0]! <= 1e-9 * cell.volumes[1]! : null,
        isUnwrapped: summary.isUnwrapped,
        warnings: summary.notices,
      });
      for (const line of warningLines(summary.notices)) io.hint(`${basename(path)}: ${line}`);
      io.task.progress(0, 0, "");
      if (!io.json && words.length === 1) {
        io.say(`${basename(path)}  ${summary.format} · ${count(summary.frames, "frame")} · ${count(summary.species.length, "atom")}`);
        io.say(`  atoms   ${composition(summary.species)}`);
        if (cell.first) {
          const [low, high] = cell.volumes as [number, number];
          const fixed = high - low <= 1e-9 * high;
          io.say(
            `  cell    ${axesText(cell.first)} Å, ${fixed ? `${low.toFixed(1)} Å³` : `${low.toFixed(1)} to ${high.toFixed(1)} Å³ (it changes)`}`,
          );
        }
        if (summary.timestepFs !== null) io.say(`  time    ${summary.timestepFs} fs per step`);
        if (summary.stride !== null) io.say(`  frames  every ${summary.stride === 1 ? "step" : `${summary.stride} steps`}`);
      }
    }
    io.result({ files });
    if (!io.json && words.length > 1) {
      io.say(
        textTable(
          ["file", "format", "frames", "atoms"],
          files.map((f) => [f.file, f.format, String(f.frames), f.species.map(({ name, atoms }) => `${name}${atoms}`).join(" ")]),
        ),
      );
    }
  },
};

function axesText(cell: Float64Array): string {
  const axes = [0, 3, 6].map((k) => cell.subarray(k, k + 3));
  const length = (v: Float64Array): number => Math.hypot(v[0]!, v[1]!, v[2]!);
  const angle = (u: Float64Array, v: Float64Array): string =>
    ((Math.acos((u[0]! * v[0]! + u[1]! * v[1]! + u[2]! * v[2]!) / (length(u) * length(v))) * 180) / Math.PI).toFixed(2);
  const [a, b, c] = axes as [Float64Array, Float64Array, Float64Array];
  return `${axes.map((v) => length(v).toFixed(4)).join(" ")}, ${angle(b, c)} ${angle(a, c)} ${angle(a, b)}°`;
}
