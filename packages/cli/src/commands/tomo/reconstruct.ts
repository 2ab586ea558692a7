/** thioscope tomo reconstruct: projections to slices. */
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { formatQuantity, inUnit, parseQuantity, ThioscopeError, wavelengthAngstrom } from "@thioscope/core";
import { type PaganinOptions, TOMO_FILTERS, type TomoFilter } from "@thioscope/core/imaging";
import { writeTiff } from "@thioscope/formats";
import { openScan, reconstructScan, slicePool } from "@thioscope/study";
import { writeAtomic } from "@thioscope/study/files";
import type { Action } from "../../actions.ts";
import { count, metres, warningLines } from "../../inputs.ts";
import { layoutOf, numberOf, STACK_OPTIONS } from "../xrd/inputs.ts";

const USAGE = "thioscope tomo reconstruct SCAN.h5|PROJECTIONS… [--flat FILES] [--dark FILES] [--pixel 3.61um] -o FOLDER";

export const reconstructAction: Action = {
  usage: USAGE,
  about: `slices of a parallel beam by filtered back projection, or with --rounds iteratively. SCAN.h5 is a Data Exchange or NXtomo file with its own
flats, darks and angles; pictures come in the order of the angles. The rotation axis is found (and printed with its error). Where the object
is larger than the field, projections are continued and the error that stays is stated. FOLDER gets one TIFF per detector row; values
are attenuation per mm where the pixel is known, else per pixel.`,
  options: {
    flat: { type: "string", value: "FILES", help: "flats, separated by commas" },
    dark: { type: "string", value: "FILES", help: "darks, separated by commas" },
    range: { type: "string", value: "DEGREES", help: "angles of pictures that do not state them, last one a step before the end (180)" },
    centre: { type: "string", value: "COLUMN", help: "rotation axis, from 0 (found)" },
    filter: { type: "string", value: "NAME", help: `${TOMO_FILTERS.join(", ")} (hann)` },
    rounds: { type: "string", value: "N", help: "iterative reconstruction with N rounds, f ≥ 0: for few angles" },
    "keep-rings": { type: "boolean", help: "leave stripes of wrong columns in" },
    paganin: { type: "string", value: "DB,Z,E", help: "phase retrieval: δ/β, distance and energy, such as 500,80cm,90keV; needs --pixel" },
    rows: { type: "string", value: "A,B", help: "detector rows from A to B (all)" },
    pixel: { type: "string", value: "LENGTH", help: "edge of a detector pixel, such as 3.61um (the files')" },
    threads: { type: "string", value: "N", help: "processors to use" },
    ...STACK_OPTIONS,
    out: { type: "string", short: "o", value: "FOLDER", help: "where the slices go" },
  },
  examples: [
    "thioscope tomo reconstruct scan.h5 --pixel 3.61um -o slices",
    "thioscope tomo reconstruct proj/*.tif --flat flat.tif --dark dark.tif -o slices",
  ],
  async run(words, options, io) {
    if (words.length === 0) throw new ThioscopeError("USAGE", `projections are needed. Usage: ${USAGE}`);
    const out = options.out;
    if (typeof out !== "string") throw new ThioscopeError("USAGE", `-o must name a folder. Usage: ${USAGE}`);
    const filter = (options.filter ?? "hann") as TomoFilter;
    if (!TOMO_FILTERS.includes(filter)) throw new ThioscopeError("USAGE", `--filter ${filter}: one of ${TOMO_FILTERS.join(", ")}`);
    const list = (word: string | boolean | undefined): string[] => (typeof word === "string" ? word.split(",") : []);
    const whole = (name: string, most: number): number | undefined =>
      numberOf(name, options[name], (x) => Number.isInteger(x) && x >= 1 && x <= most, `1 to ${most}`);
    const rounds = whole("rounds", 1000);
    const threads = whole("threads", 256);
    const range = numberOf("range", options.range, (x) => x > 0 && x <= 3600, "degrees above 0") ?? 180;
    const centre = numberOf("centre", options.centre, (x) => x >= 0, "a column, from 0");
    const scan = await openScan({ projections: words, flats: list(options.flat), darks: list(options.dark) }, layoutOf(options));
    try {
      const pixel = typeof options.pixel === "string" ? metres(options.pixel) : scan.pixelMetre;
      const pool = await slicePool(
        Math.min(scan.height, threads ?? Number.POSITIVE_INFINITY) === Number.POSITIVE_INFINITY ? undefined : threads,
      );
      try {
        await mkdir(out, { recursive: true });
        const perMillimetre = pixel === null ? 1 : 1e-3 / pixel;
        const unit = pixel === null ? "1/pixel" : "1/mm";
        const files: string[] = [];
        let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        const result = await reconstructScan(
          scan,
          pool,
          {
            rangeDegree: range,
            centre: centre ?? null,
            filter,
            rings: options["keep-rings"] !== true,
            rounds: rounds ?? null,
            paganin: phaseOf(options.paganin, pixel),
            rows: rowsOf(options.rows),
          },
          async (values, row) => {
            const size = Math.round(Math.sqrt(values.length));
            for (let i = 0; i < values.length; i++) {
              values[i]! *= perMillimetre;
              low = Math.min(low, values[i]!);
              high = Math.max(high, values[i]!);
            }
            const path = join(out, `slice-${String(row).padStart(5, "0")}.tif`);
            await writeAtomic(
              path,
              writeTiff([{ width: size, height: size, values }], { description: pixel === null ? "" : `voxel ${pixel} m` }),
            );
            files.push(path);
          },
          io.task,
        );
        const lines = warningLines(result.notices);
        for (const line of lines) io.hint(line);
        io.result({
          scan: words.map((word) => basename(word)),
          format: scan.format,
          projections: scan.projections,
          axis: { centre: result.centre, how: result.how },
          filter: rounds === undefined ? filter : null,
          rounds: rounds ?? null,
          size: result.size,
          slices: files,
          pixel: pixel === null ? null : { value: pixel * 1e6, sigma: null, unit: "um" },
          values: { lowest: { value: low, sigma: null, unit }, highest: { value: high, sigma: null, unit } },
          truncationError: { value: result.truncationError * perMillimetre, sigma: null, unit },
          warnings: result.notices,
        });
        io.say(
          `${scan.projections} projections of ${scan.width} × ${scan.height} pixels (${scan.format}) → ${count(files.length, "slice")} of ${result.size} × ${result.size} in ${out}\n` +
            `rotation axis at column ${formatQuantity({ ...result.centre, unit: "" })} (${result.how})\n` +
            `values ${low.toPrecision(3)} to ${high.toPrecision(3)} ${unit}` +
            (result.truncationError > 0
              ? `, smooth error of up to ${(result.truncationError * perMillimetre).toPrecision(2)} ${unit} from the truncated field`
              : ""),
        );
      } finally {
        await pool.close();
      }
    } finally {
      scan.close();
    }
  },
};

function rowsOf(word: string | boolean | undefined): [number, number] | null {
  if (typeof word !== "string") return null;
  const match = /^(\d+),(\d+)$/.exec(word);
  if (!match || Number(match[1]) > Number(match[2])) throw new ThioscopeError("USAGE", `--rows ${word}: two rows A,B with A ≤ B`);
  return [Number(match[1]), Number(match[2])];
}

function phaseOf(word: string | boolean | undefined, pixel: number | null): PaganinOptions | null {
  if (typeof word !== "string") return null;
  const [ratio, distance, energy] = word.split(",");
  if (distance === undefined || energy === undefined || !(Number(ratio) > 0)) {
    throw new ThioscopeError("USAGE", `--paganin ${word}: δ/β, distance and energy are needed, such as 500,80cm,90keV`);
  }
  if (pixel === null) throw new ThioscopeError("USAGE", "--paganin needs the size of a pixel: give --pixel");
  return {
    pixel,
    deltaOverBeta: Number(ratio),
    distance: metres(distance),
    wavelength: wavelengthAngstrom(inUnit(parseQuantity(energy, "keV"), "keV").value) * 1e-10,
  };
}
