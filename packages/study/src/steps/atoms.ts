/** Trajectories of one cell: displacement and diffusivity at each temperature, the line over temperatures, radial distribution. */
import { checkCancelled, convert, makeTable, type Notice, parseQuantity, ThioscopeError } from "@thioscope/core";
import { hopsWithoutSites, type IonTracks, smallestHeight, type TrajectorySummary, trackCollector } from "@thioscope/core/atoms";
import type { Part, PartOf } from "@thioscope/core/story";
import {
  arrhenius,
  collectiveTrack,
  conductivityOf,
  diffusionOfReplicas,
  type Estimate,
  meanSquaredDisplacement,
  type ReplicaDiffusion,
  runWarnings,
} from "@thioscope/core/transport";
import type { SourceInputs } from "../lines.ts";
import { basename } from "../names.ts";
import { tableToParquet } from "../parquet.ts";
import type { StepFunction } from "../stepModules.ts";
import { numbers } from "./applies.ts";
import { pictureOf, readFrames, type ShownRun } from "./atomsPicture.ts";
import { jsonBytes } from "./facts.ts";

type Content = PartOf<"atoms">;
type Run = Content["runs"][number];

/** Lags per decade that a plot shows. */
const PER_DECADE = 60;
/** Frames on either side of a hop whose mean is its plateau. */
const HOP_WINDOW = 4;

export const atomsStep: StepFunction = async (inputs, parameters, io) => {
  const { source, files, settings } = inputs as unknown as SourceInputs;
  const species = settings.species as readonly string[] | "auto";
  if (species === "auto") throw new ThioscopeError("STUDY_INVALID", `source ${source}: which ions are followed? species: [Na]`);
  const temperatures = temperaturesOf(
    settings.temperatures as string,
    files.map(({ file }) => file),
    source,
  );
  const notices: Notice[] = [];
  const groups = new Map<number | null, number[]>();
  for (const i of files.keys()) groups.set(temperatures[i]!, [...(groups.get(temperatures[i]!) ?? []), i]);
  const runs: Run[] = [];
  const table = { temperature: [] as number[], time: [] as number[], displacement: [] as number[], collective: [] as number[] };
  let done = 0;
  /** paths in the first file, for its picture */
  let first: ShownRun | null = null;
  for (const [temperature, members] of [...groups].sort(([a], [b]) => (a ?? 0) - (b ?? 0))) {
    const tracks: IonTracks[] = [];
    let intervalFs = 0;
    for (const i of members) {
      checkCancelled(io.context);
      io.context.progress(done++, files.length, "trajectories");
      const collector = trackCollector({ species, skip: Number(parameters.skip), every: Number(parameters.every) });
      const summary = await readFrames(io, files[i]!, collector);
      const own = intervalOf(settings, summary, Number(parameters.every), files[i]!.file);
      if (intervalFs !== 0 && own !== intervalFs) {
        throw new ThioscopeError("INVALID_INPUT", `a frame every ${own} fs cannot be pooled with one every ${intervalFs} fs`, {
          file: files[i]!.file,
        });
      }
      intervalFs = own;
      const found = collector.finish();
      tracks.push(found);
      if (i === 0) first = { tracks: found, frames: summary.frames, intervalPs: own / Number(parameters.every) / 1000 };
      for (const n of [...summary.notices, ...found.notices]) notices.push({ ...n, message: `${basename(files[i]!.file)}: ${n.message}` });
    }
    const { run, warnings } = runOf(tracks, intervalFs, temperature, Number(parameters.charge));
    runs.push({ ...run, files: members });
    const at = temperature === null ? "" : `${temperature} K: `;
    notices.push(...warnings.map((n) => ({ ...n, message: `${at}${n.message}` })));
    for (let k = 0; k < run.time.length; k++) {
      table.temperature.push(temperature ?? Number.NaN);
      table.time.push(run.time[k]!);
      table.displacement.push(run.displacement[k]!);
      table.collective.push(run.collective[k]!);
    }
  }
  const line = lineOf(runs, Number(parameters.at));
  const { radial, structure } = await pictureOf(io, files[0]!, {
    species,
    skip: Number(parameters.skip),
    temperature: temperatures[0]!,
    first: first!,
    notices,
  });
  const part: Part = {
    kind: "atoms",
    step: "md",
    source,
    title: `Motion of ${species.join(", ")}`,
    files: files.map(({ file, sha256 }) => ({ name: basename(file), hash: sha256 })),
    run: null,
    sentences: sentencesOf(runs, line?.activationEnergy ?? null, species.join(", ")),
    notices,
    command: `md diffusion ${files[0]!.file} --species ${species.join(",")}`,
    species,
    runs,
    arrhenius: line,
    radial,
    structure,
  };
  return {
    files: {
      "msd.parquet": tableToParquet(
        makeTable([
          numbers("temperature", "K", table.temperature),
          numbers("time", "ps", table.time),
          numbers("displacement", "Å^2", table.displacement),
          numbers("collective", "Å^2", table.collective),
        ]),
      ),
      "part.json": jsonBytes(part),
    },
    notices,
    summary: { runs: runs.length, frames: table.time.length },
  };
};

/** Of the names ("600K.xyz", "NTSC_600_K"), one for all, or NAME=KELVIN of each; null where none is known. */
function temperaturesOf(text: string, paths: readonly string[], source: string): (number | null)[] {
  const names = paths.map((path) => basename(path));
  if (text === "auto") {
    const found = names.map((name) => /(?<![\d.])(\d{2,5}(?:\.\d+)?)[ _-]?K(?![a-z])/.exec(name)?.[1]);
    return found.every((t) => t !== undefined) ? found.map(Number) : names.map(() => null);
  }
  const fail = (why: string): never => {
    throw new ThioscopeError("STUDY_INVALID", `source ${source}: temperatures "${text.slice(0, 60)}": ${why}`);
  };
  if (/^\s*[\d.]+\s*$/.test(text)) return names.map(() => Number(text));
  const written = new Map(text.split(",").map((entry) => entry.split("=").map((word) => word.trim()) as [string, string]));
  return names.map((name) => {
    const kelvin = Number(written.get(name));
    return kelvin > 0 && Number.isFinite(kelvin) ? kelvin : fail(`one number in K, or NAME=KELVIN for every file; ${name} has none`);
  });
}

function intervalOf(settings: Readonly<Record<string, unknown>>, summary: TrajectorySummary, every: number, file: string): number {
  const written = settings.timestep as string;
  const timestep = written === "auto" ? summary.timestepFs : fs(written);
  if (timestep === null)
    throw new ThioscopeError("STUDY_INVALID", `the file states no time step: timestep: "2 fs" in its source`, { file });
  const stride = settings.stride === "auto" ? (summary.stride ?? 1) : Number(settings.stride);
  return timestep * stride * every;
}

function fs(text: string): number {
  const { value, unit } = parseQuantity(text, "fs");
  return convert(value, unit, "fs");
}

function runOf(
  tracks: readonly IonTracks[],
  intervalFs: number,
  temperature: number | null,
  charge: number,
): { run: Omit<Run, "files">; warnings: readonly Notice[] } {
  const found: ReplicaDiffusion = diffusionOfReplicas(tracks, { intervalFs });
  const { tracer, pooled } = found;
  const [first] = tracks as [IonTracks];
  const msd = meanSquaredDisplacement(pooled);
  const collective = tracks.length === 1 ? meanSquaredDisplacement(collectiveTrack(first)).total : null;
  const lags = shownLags(pooled.frames - 1);
  const [start, end] = [tracer.regime.startFs / intervalFs, tracer.regime.endFs / intervalFs];
  const inside = (lag: number): boolean => lag >= start - 1e-9 && lag <= end + 1e-9;
  const at = lags.map((lag) => (inside(lag) ? tracer.at(lag) : { value: Number.NaN, sigma: Number.NaN, scatter: Number.NaN }));
  const density = first.meanVolume === null ? null : first.atoms.length / first.meanVolume;
  const conductivity = density === null || temperature === null ? null : conductivityOf(tracer.D, density, temperature, charge);
  const facts = {
    durationFs: (pooled.frames - 1) * intervalFs,
    hop: first.spacing,
    height: first.meanCell ? smallestHeight(first.meanCell) : null,
  };
  return {
    run: {
      temperature,
      ions: first.atoms.length,
      time: lags.map((lag) => (lag * intervalFs) / 1000),
      displacement: lags.map((lag) => msd.total[lag]!),
      collective: lags.map((lag) => collective?.[lag] ?? Number.NaN),
      line: at.map(({ value }) => value),
      sigma: at.map(({ sigma }) => sigma),
      low: at.map(({ value, scatter }) => Math.max(0, value - 1.96 * scatter)),
      high: at.map(({ value, scatter }) => value + 1.96 * scatter),
      regime: [tracer.regime.startFs / 1000, tracer.regime.endFs / 1000],
      D: tracer.D,
      chargeD: found.charge?.D ?? null,
      haven: found.haven,
      conductivity,
      hops: hopsOf(first, intervalFs),
    },
    warnings: [...found.notices, ...runWarnings(tracer.D, facts)],
  };
}

function hopsOf(tracks: IonTracks, intervalFs: number): Run["hops"] {
  try {
    const { hops, length, rate } = hopsWithoutSites(tracks, { intervalFs, window: HOP_WINDOW });
    return {
      count: hops.length,
      perIon: hops.length / tracks.atoms.length,
      length: hops.length === 0 ? { notComputable: "no ion hops" } : length,
      rate,
    };
  } catch (error) {
    if (error instanceof ThioscopeError && error.code === "INVALID_INPUT") return null;
    throw error;
  }
}

function shownLags(last: number): number[] {
  const lags = new Set<number>();
  for (let x = 1; x <= last; x = Math.max(x + 1, x * 10 ** (1 / PER_DECADE))) lags.add(Math.round(x));
  return [...lags].filter((lag) => lag <= last);
}

function lineOf(runs: readonly Run[], at: number): Content["arrhenius"] {
  const known = runs.filter((run): run is Run & { temperature: number } => run.temperature !== null);
  if (known.length < 3) return null;
  const fit = arrhenius(
    known.map(({ temperature, D }) => ({ temperatureKelvin: temperature, value: D.value, sigma: D.sigma })),
    "X",
    "cm2/s",
  );
  const [low, high] = [Math.min(at, ...known.map((r) => r.temperature)), Math.max(at, ...known.map((r) => r.temperature))];
  const inverse = Array.from({ length: 41 }, (_, k) => 1000 / high + ((1000 / low - 1000 / high) * k) / 40);
  const values = inverse.map((x) => fit.at(1000 / x));
  return {
    activationEnergy: { ...fit.activationEnergy, interval95: fit.activationEnergy95 },
    inverse,
    line: values.map((v) => v.value),
    low: values.map((v) => v.interval95[0]),
    high: values.map((v) => v.interval95[1]),
  };
}

/** "4.73 to 7.92 × 10⁻⁵". */
function rangeText([low, high]: readonly [number, number]): string {
  const power = Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high))));
  const shown = [low, high].map((x) => (x / 10 ** power).toFixed(2).replace("-", "−")).join(" to ");
  return `${shown} × 10${[...String(power)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("")}`;
}

function sentencesOf(runs: readonly Run[], energy: Estimate | null, name: string): Part["sentences"] {
  const found: Part["sentences"][number][] = runs.map(({ temperature, D, regime, files, hops }) => ({
    parts: [
      `${temperature === null ? "" : `At ${temperature} K `}${name} diffuses with `,
      { quantity: { value: D.value, sigma: D.sigma, unit: D.unit } },
      ` (95 %: ${rangeText(D.interval95)} cm²/s), by the displacement from ${regime[0].toPrecision(3)} to ${regime[1].toPrecision(3)} ps${files.length > 1 ? ` of ${files.length} runs` : ""}.`,
      ...(hops ? [` An ion hops ${hops.perIon.toPrecision(2)} times${"value" in hops.length ? ", over " : "."}`] : []),
      ...(hops && "value" in hops.length ? [{ quantity: hops.length }, "."] : []),
    ],
  }));
  if (energy) {
    found.push({
      parts: [
        "The activation energy is ",
        { quantity: { value: energy.value, sigma: energy.sigma, unit: "eV" } },
        ` (95 %: ${energy.interval95.map((x) => x.toFixed(3)).join(" to ")} eV).`,
      ],
    });
  }
  return found;
}
