/** thioscope md msd: mean squared displacement at every lag. */
import { writeFile } from "node:fs/promises";
import { ThioscopeError } from "@thioscope/core";
import { collectiveTrack, meanSquaredDisplacement } from "@thioscope/core/transport";
import type { Action } from "../../actions.ts";
import { count, oneWord, plain, textTable, warningLines } from "../../text.ts";
import { geometricLags, MOTION, readRun } from "./inputs.ts";

export const msdAction: Action = {
  usage: "thioscope md msd FILE --species Na --timestep 2fs [--out msd.csv]",
  about: `mean squared displacement over all time origins, exact at every lag, unwrapped in any cell and without the framework's drift; beside it the
collective displacement per ion (that of charge). --out writes every lag, the table shows some.`,
  options: { ...MOTION, out: { type: "string", value: "FILE.csv", help: "every lag as a table" } },
  examples: ["thioscope md msd XDATCAR --species Na --timestep 2fs --stride 10 --out msd.csv"],
  async run(words, options, io) {
    const run = await readRun(oneWord(words, msdAction.usage), options, io);
    const { frames } = run.tracks;
    if (frames < 2) throw new ThioscopeError("INVALID_INPUT", `${frames} frame: a displacement needs two or more`, { file: run.file });
    const msd = meanSquaredDisplacement(run.tracks);
    const charge = meanSquaredDisplacement(collectiveTrack(run.tracks));
    const lags = geometricLags(frames - 1);
    const pick = (values: Float64Array): Float64Array => Float64Array.from(lags, (lag) => values[lag]!);
    const series = (values: Float64Array) => ({ values: pick(values), sigma: null, unit: "Å^2" });
    const time = { values: lags.map((lag) => (lag * run.intervalFs) / 1000), sigma: null, unit: "ps" };
    io.result({
      file: run.file,
      species: run.tracks.species,
      ions: msd.ions,
      frames,
      interval: plain(run.intervalFs, "fs"),
      time,
      displacement: series(msd.total),
      components: msd.components.map(series),
      collective: series(charge.total),
      warnings: run.notices,
    });
    if (typeof options["out"] === "string") {
      const rows = Array.from({ length: frames - 1 }, (_, k) => {
        const m = k + 1;
        return [(m * run.intervalFs) / 1000, msd.total[m], ...msd.components.map((c) => c[m]), charge.total[m]].join(",");
      });
      const head = "time_ps,msd_A2,msd_x_A2,msd_y_A2,msd_z_A2,collective_A2";
      await writeFile(options["out"], `${head}\n${rows.join("\n")}\n`).catch((error: unknown) => {
        throw new ThioscopeError("WRITE_FAILED", `${options["out"]} cannot be written: ${error}`, {}, error);
      });
    }
    for (const line of warningLines(run.notices)) io.hint(line);
    if (io.json) return;
    io.say(
      `${run.file}: ${count(msd.ions, "ion")} (${run.tracks.species.join(", ")}), ${count(frames, "frame")} every ${run.intervalFs} fs`,
    );
    const shown = geometricLags(frames - 1, 5);
    io.say(
      textTable(
        ["ps", "MSD Å²", "x", "y", "z", "collective"],
        shown.map((m) =>
          [(m * run.intervalFs) / 1000, msd.total[m]!, ...msd.components.map((c) => c[m]!), charge.total[m]!].map((v, k) =>
            k === 0 ? String(Number(v.toPrecision(4))) : v.toFixed(4),
          ),
        ),
      ),
    );
  },
};
