/** thioscope md hops: how often and how far ions hop. */
import { ThioscopeError } from "@thioscope/core";
import {
  densitySites,
  type HopStatistics,
  hopsBetweenSites,
  hopsWithoutSites,
  type IonTracks,
  inverseCell,
  probabilityDensity,
  trackCollector,
  vanHoveSelf,
} from "@thioscope/core/atoms";
import type { Action } from "../../actions.ts";
import { count, oneWord, plain, shortValue, textTable, warningLines } from "../../text.ts";
import { geometricLags, MOTION, positive, readInto, readRun, wholeNumber } from "./inputs.ts";

export const hopsAction: Action = {
  usage: "thioscope md hops FILE --species Na --timestep 2fs [--sites SITES.cif|density --site-species Na --radius 1.2]",
  about: `hops counted from the paths: without sites (glasses) by plateaus, or between sites: those of a
structure, or where the density of the run itself has its maxima (--sites density). Rate, lengths, residence time, the correlation of
consecutive hops, and the van Hove function. Spacings of occupied sites (topology, H0) are another thing and are shown beside.`,
  options: {
    ...MOTION,
    window: { type: "string", value: "N", help: "frames averaged on either side of a hop (default 5)" },
    threshold: { type: "string", value: "LENGTH", help: "shortest hop in Å (default: half the distance to the nearest ion)" },
    sites: {
      type: "string",
      value: "FILE",
      help: "a structure whose atoms are the sites, or the word density: sites of the run's own density",
    },
    "site-species": { type: "string", value: "S", help: "which of its atoms (default: --species)" },
    radius: { type: "string", value: "LENGTH", help: "an ion within this of a site is on it, Å (default 1)" },
  },
  examples: [
    "thioscope md hops XDATCAR --species Na --timestep 2fs --stride 10",
    "thioscope md hops XDATCAR --species Li --timestep 2fs --sites ideal.cif --radius 1",
    "thioscope md hops XDATCAR --species Na --timestep 2fs --sites density",
  ],
  async run(words, options, io) {
    const run = await readRun(oneWord(words, hopsAction.usage), options, io);
    const { tracks, intervalFs } = run;
    const threshold = positive(options, "threshold", "Å");
    const limit = threshold ?? (tracks.spacing === null ? null : tracks.spacing / 2);
    const found: HopStatistics =
      options["sites"] === undefined
        ? hopsWithoutSites(tracks, {
            intervalFs,
            window: wholeNumber(options, "window", 5, 1),
            ...(threshold === null ? {} : { threshold }),
          })
        : hopsBetweenSites(tracks, await sitesOf(options, io, tracks), positive(options, "radius", "Å") ?? 1, intervalFs);
    const lags = geometricLags(tracks.frames - 1, 2).slice(0, 8);
    const hove = vanHoveSelf(tracks, lags);
    const lengths = found.hops.map((h) => h.length).sort((a, b) => a - b);
    io.result({
      file: run.file,
      species: tracks.species,
      ions: tracks.atoms.length,
      frames: tracks.frames,
      method: options["sites"] === undefined ? "plateaus" : "sites",
      threshold: options["sites"] === undefined && limit !== null ? plain(limit, "Å") : null,
      hops: found.hops.length,
      rate: found.rate,
      length: found.hops.length === 0 ? null : found.length,
      lengths: { values: lengths, sigma: null, unit: "Å" },
      residence: found.residence,
      cosine: found.cosine,
      correlation: found.correlation,
      still: plain(found.still, "1"),
      spacing: tracks.spacing === null ? null : plain(tracks.spacing, "Å"),
      vanHove: lags.map((lag, k) => ({
        time: plain((lag * intervalFs) / 1000, "ps"),
        density: { values: hove.curves[k]!, sigma: null, unit: "1/Å" },
      })),
      r: { values: hove.r, sigma: null, unit: "Å" },
      warnings: run.notices,
    });
    for (const line of warningLines(run.notices)) io.hint(line);
    if (io.json) return;
    io.say(
      `${run.file}: ${count(tracks.atoms.length, "ion")}, ${count(tracks.frames, "frame")} every ${intervalFs} fs: ${count(found.hops.length, "hop")}, ${(100 * found.still).toFixed(0)} % of the ions never hop`,
    );
    const rows: string[][] = [["rate per ion", `${shortValue(found.rate)} /ps`]];
    if (found.hops.length > 0) {
      const middle = (q: number): string => lengths[Math.floor(q * (lengths.length - 1))]!.toFixed(2);
      rows.push(["length", `${shortValue(found.length)} Å (10–90 %: ${middle(0.1)} to ${middle(0.9)})`]);
      rows.push(["residence", `${shortValue(found.residence!)} ps`]);
    }
    if (found.correlation) rows.push(["correlation factor", shortValue(found.correlation)]);
    if (tracks.spacing !== null) rows.push(["spacing of ions", `${tracks.spacing.toFixed(2)} Å (to the nearest, first frame)`]);
    io.say(textTable(["", ""], rows).trimStart());
  },
};

/** Å between the points of the density in which sites are looked for. */
const SITE_GRID = 0.3;

/** Fractional centres of the sites. */
async function sitesOf(options: Parameters<Action["run"]>[1], io: Parameters<Action["run"]>[2], tracks: IonTracks): Promise<Float64Array> {
  const path = String(options["sites"]);
  if (path === "density") return densitySites(probabilityDensity(tracks, SITE_GRID)).fractions;
  const species = String(options["site-species"] ?? options["species"]).split(",");
  const collector = trackCollector({ species, drift: false });
  await readInto(path, collector, {}, io);
  const { series, frames, meanCell } = collector.finish();
  if (!meanCell || !tracks.meanCell) throw new ThioscopeError("INVALID_INPUT", "sites and trajectory need a periodic cell", { file: path });
  const inverse = inverseCell(meanCell, new Float64Array(9));
  const count = series.length / (3 * frames);
  return Float64Array.from({ length: 3 * count }, (_, at) => {
    const i = Math.floor(at / 3);
    const x = [0, 1, 2].map((k) => series[(3 * i + k) * frames]!);
    return x[0]! * inverse[at % 3]! + x[1]! * inverse[3 + (at % 3)]! + x[2]! * inverse[6 + (at % 3)]!;
  });
}
