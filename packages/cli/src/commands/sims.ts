/** thioscope sims: mass scale, isotope patterns, ratios of ions over replicates, their differences, and depth. */
import { basename } from "node:path";
import { type Notice, type Quantity, ThioscopeError } from "@thioscope/core";
import {
  type BlankCounts,
  calibrateMass,
  checkPattern,
  depthProfile,
  type IonCounts,
  type IonRatio,
  type MassCalibration,
  parseIon,
  type ReplicateRatio,
  replicateRatio,
  welchTest,
} from "@thioscope/core/sims";
import type { SpectroscopyContent } from "@thioscope/core/story";
import { type IonTable, readIons, readSpectra } from "@thioscope/formats";
import { ionContent, ionRatiosContent } from "@thioscope/study";
import { type Action, commandOf } from "../actions.ts";
import type { CommandIo } from "../command.ts";
import { about, opened, textTable } from "../inputs.ts";
import { EXPORTS, exportSpectra } from "../spectra/export.ts";
import { listOption, numberOption, type Options, plain, sayNotices, short } from "../spectra/inputs.ts";

const OF = { of: { type: "string", value: "A/B", help: "the two ions, as the table names them" } } as const;
const BLANK = {
  blank: { type: "string", value: "TABLE", help: "counts of the electrolyte alone, as many pulses per area; its mean is taken off" },
  share: { type: "string", value: "S", help: "how much of the blank is in the sample (default 1)" },
} as const;

const calibrateAction: Action = {
  usage: "thioscope sims calibrate FILE --ions Li+,Na+,K+ [--check Li3S+]",
  about: `mass scale of a spectrum (time of flight or mass) from --ions, with what is left at each and m/Δm; --check: does the isotope
pattern of these ions fit?`,
  options: {
    ions: { type: "string", value: "IONS", help: "ions with charge, with commas" },
    check: { type: "string", value: "IONS", help: "ions whose isotope patterns are checked" },
    start: { type: "string", value: "T=M,T=M", help: "two times of flight with their masses, roughly" },
    within: { type: "string", value: "U", help: "how far an ion is looked for (default 0.15 u)" },
    window: { type: "string", value: "U", help: "half width of the window about each isotopologue (default 0.05 u)" },
    ...EXPORTS,
  },
  examples: ["thioscope sims calibrate spectrum.txt --ions Li+,Na+,K+ --start 21.8=7,50.9=39 --check Li3S+"],
  run: calibrate,
};

const ratioAction: Action = {
  usage: "thioscope sims ratio TABLE --of Li3S2+/Li3S+ [--blank TABLE]",
  about: `--of A/B from a table of counts (a line per ion, a column per area of the sample), dead time corrected where the table states the
pulses, less the --blank of the electrolyte; the error is the larger of counting and scatter; few counts: an exact interval.`,
  options: { ...OF, ...BLANK, ...EXPORTS },
  examples: ["thioscope sims ratio discharged.txt --of Li3S2+/Li3S+ --blank electrolyte.txt"],
  run: ratio,
};

const compareAction: Action = {
  usage: "thioscope sims compare TABLE TABLE --of Li3S2+/Li3S+ [--blank TABLE]",
  about: "the same ratio of two tables: Welch's test.",
  options: { ...OF, ...BLANK, ...EXPORTS },
  examples: ["thioscope sims compare charged.txt charged-LiI.txt --of Li3S2+/Li3S+"],
  run: compare,
};

const profileAction: Action = {
  usage: "thioscope sims profile TABLE --of Li3S2+/Li3S+ [--step 2]",
  about: "the ratio over depth: columns are slices in order, joined until each holds --least counts of the divisor.",
  options: {
    ...OF,
    least: { type: "string", value: "N", help: "counts of the divisor per slice (default 400)" },
    step: { type: "string", value: "S", help: "sputter time of one column (default 1)" },
    ...EXPORTS,
  },
  examples: ["thioscope sims profile depth.txt --of Li3S2+/Li3S+ --step 2 --plot depth.svg"],
  run: profile,
};

const ionAction: Action = {
  usage: "thioscope sims ion FORMULA…",
  about: "mass and isotope pattern of a formula with charge.",
  options: {},
  examples: ["thioscope sims ion Li3S2+ --json"],
  run: ion,
};

export const command = commandOf("sims", "secondary ions: mass scale, isotope patterns, ratios over replicates, depth", {
  calibrate: calibrateAction,
  ratio: ratioAction,
  compare: compareAction,
  profile: profileAction,
  ion: ionAction,
});

function words(given: readonly string[], count: number, { usage }: Action): void {
  if (given.length !== count)
    throw new ThioscopeError(
      "USAGE",
      `${count === 1 ? "one file is" : `${count} files are`} taken, ${given.length} were given. Usage: ${usage}`,
    );
}

async function ion(given: readonly string[], _options: Options, io: CommandIo): Promise<void> {
  if (given.length === 0) throw new ThioscopeError("USAGE", "sims ion takes formulae with charge, such as Li3S2+");
  const ions = given.map(parseIon);
  io.result({
    ions: ions.map(({ name, charge, mass, pattern }) => ({
      name,
      charge,
      mass: plain(mass, "u"),
      pattern: pattern.filter((p) => p.fraction > 1e-5).map((p) => ({ mass: plain(p.mass, "u"), fraction: plain(p.fraction) })),
    })),
  });
  for (const { name, pattern } of ions) {
    const rows = pattern.filter((p) => p.fraction > 1e-4).map((p) => [p.mass.toFixed(5), (100 * p.fraction).toFixed(3)]);
    io.say(`${name}\n${textTable(["m/z u", "share %"], rows)}`);
  }
}

async function calibrate(given: readonly string[], options: Options, io: CommandIo): Promise<void> {
  words(given, 1, calibrateAction);
  const ions = listOption(options, "ions");
  if (!ions) throw new ThioscopeError("USAGE", "sims calibrate needs --ions, such as Li+,Na+,K+");
  const file = await opened(given[0]!, readSpectra);
  const spectrum = file.spectra[0]!;
  const { axis } = spectrum;
  await about(basename(given[0]!), async () => {
    if (axis !== "mass" && axis !== "timeOfFlight")
      throw new ThioscopeError(
        "INVALID_INPUT",
        `the spectrum is over ${axis}: masses or times of flight are needed, named in the line above the numbers`,
      );
    const start = typeof options["start"] === "string" ? pairsOf(options["start"]) : undefined;
    const found = calibrateMass({ x: spectrum.x, counts: spectrum.y, axis }, ions, start, numberOption(options, "within") ?? 0.15);
    const checks = (listOption(options, "check") ?? []).map((name) =>
      checkPattern(name, found.mass, spectrum.y, numberOption(options, "window") ?? 0.05),
    );
    const warnings = [...file.notices, ...found.notices, ...checks.flatMap((c) => c.notices)];
    io.result({
      file: basename(given[0]!),
      accuracy: found.accuracy,
      scale: { intercept: plain(found.intercept, "u^0.5"), slope: plain(found.slope, axis === "mass" ? "1" : "u^0.5/µs") },
      ions: found.ions.map(({ ion: name, mass, found: at, deviation, resolution }) => ({
        name,
        mass: plain(mass, "u"),
        found: at,
        deviation,
        resolution,
      })),
      patterns: checks.map(({ ion: name, isotopologues, chi2, fits }) => ({
        name,
        fits,
        misfit: chi2 === null ? null : plain(chi2),
        isotopologues: isotopologues.map((i) => ({
          mass: plain(i.mass, "u"),
          expected: plain(i.expected, "counts"),
          counts: plain(i.counts, "counts"),
        })),
      })),
      warnings,
    });
    io.say(
      found.accuracy
        ? `mass scale good to ${found.accuracy.value.toFixed(1)} ppm at the named ions`
        : "mass scale through two ions, unchecked",
    );
    io.say(
      textTable(
        ["ion", "m/z u", "left ppm", "m/Δm"],
        found.ions.map((i) => [i.ion, i.mass.toFixed(4), short(i.deviation), i.resolution.value.toFixed(0)]),
      ),
    );
    for (const { ion: name, fits, chi2 } of checks)
      io.say(
        `${name}: isotope pattern ${fits === null ? "cannot be judged" : fits ? "fits" : "does not fit"}${chi2 === null ? "" : ` (χ²/ν ${chi2.toFixed(1)})`}`,
      );
    sayNotices(io, warnings);
    const content = () => spectrumContent(spectrum.name, found.mass, spectrum.y, found.ions);
    await exportSpectra(content, basename(given[0]!), options, io);
  });
}

/** The spectrum on its new scale, with the ions that made it. */
function spectrumContent(name: string, mass: Float64Array, counts: Float64Array, ions: MassCalibration["ions"]): SpectroscopyContent {
  return {
    ...ionContent("", []),
    x: { label: "m/z", unit: "u", reversed: false },
    y: { label: "Counts", unit: "" },
    curves: [
      { name, x: mass, y: counts, base: null, fitted: null, components: [], marks: ions.map(({ ion: label, mass: x }) => ({ x, label })) },
    ],
    series: [],
  };
}

function pairsOf(text: string): readonly [readonly [number, number], readonly [number, number]] {
  const pairs = text.split(",").map((pair) => pair.split("=").map(Number));
  const [a, b] = pairs;
  if (pairs.length !== 2 || !pairs.flat().every((v) => v > 0) || a!.length !== 2 || b!.length !== 2)
    throw new ThioscopeError("USAGE", `--start ${text}: write two times with their masses, such as 21.8=7,50.9=39`);
  return [
    [a![0]!, a![1]!],
    [b![0]!, b![1]!],
  ];
}

interface Pair {
  a: IonCounts;
  b: IonCounts;
}

function ionsOf(options: Options): [string, string] {
  const text = options["of"];
  const parts = typeof text === "string" ? text.split("/") : [];
  if (parts.length !== 2 || parts.some((p) => p.trim() === "")) throw new ThioscopeError("USAGE", "which ions? Write --of Li3S2+/Li3S+");
  return [parts[0]!.trim(), parts[1]!.trim()];
}

/** Counts of both ions per column of the table. */
function pairsIn(table: IonTable, [top, bottom]: [string, string], file: string): Pair[] {
  const of = (name: string): Float64Array => {
    const found = table.ions.find((i) => i.name === name) ?? table.ions.find((i) => i.name.replace(/\s/g, "") === name);
    if (found) return found.counts;
    throw new ThioscopeError(
      "COLUMN_MISSING",
      `the ion "${name}" is not in the table; it holds ${table.ions
        .map((i) => i.name)
        .slice(0, 20)
        .join(", ")}`,
      { file },
    );
  };
  const [a, b] = [of(top), of(bottom)];
  return Array.from(a, (counts, k) => ({
    a: { counts, pulses: table.pulses?.[k] ?? null },
    b: { counts: b[k]!, pulses: table.pulses?.[k] ?? null },
  }));
}

async function tableOf(path: string): Promise<IonTable> {
  return opened(path, readIons);
}

async function blankOf(options: Options, ions: [string, string]): Promise<BlankCounts | null> {
  if (typeof options["blank"] !== "string") return null;
  const pairs = pairsIn(await tableOf(options["blank"]), ions, basename(options["blank"]));
  const mean = (of: (p: Pair) => IonCounts): IonCounts => ({
    counts: pairs.reduce((sum, p) => sum + of(p).counts, 0) / pairs.length,
    pulses: of(pairs[0]!).pulses,
  });
  const share = numberOption(options, "share") ?? 1;
  if (!(share >= 0)) throw new ThioscopeError("USAGE", `--share ${share} must not be negative`);
  return { a: mean((p) => p.a), b: mean((p) => p.b), share };
}

const notPulses = (notices: readonly Notice[]): Notice[] => notices.filter((n) => n.code !== "pulses-missing");

async function measured(
  path: string,
  options: Options,
): Promise<{ file: string; found: ReplicateRatio; warnings: Notice[]; names: readonly string[] }> {
  const ions = ionsOf(options);
  const file = basename(path);
  const table = await tableOf(path);
  const blank = await blankOf(options, ions);
  const found = await about(file, () => replicateRatio(pairsIn(table, ions, file), blank));
  return { file, found, warnings: [...notPulses(table.notices), ...found.notices], names: table.spectra };
}

const interval = ({ interval95: [low, high] }: IonRatio) => [plain(low), plain(high)];

function ratioAnswer(found: ReplicateRatio, names: readonly string[]) {
  return {
    mean: found.mean,
    deviation: found.deviation,
    counting: plain(found.counting),
    replicates: found.replicates.map((r, k) => ({ name: names[k]!, ratio: r.ratio, range95: interval(r), by: r.by, reason: r.reason })),
    n: found.n,
  };
}

async function ratio(given: readonly string[], options: Options, io: CommandIo): Promise<void> {
  words(given, 1, ratioAction);
  const { file, found, warnings, names } = await measured(given[0]!, options);
  io.result({ file, of: options["of"], ...ratioAnswer(found, names), warnings });
  io.say(
    `${options["of"]} = ${short(percent(found.mean))} % over ${found.n} areas; counting alone ${(100 * found.counting).toPrecision(2)} %`,
  );
  if (found.deviation) io.say(`one area scatters by ${short(percent(found.deviation))} %`);
  const rows = found.replicates.map((r, k) => [
    names[k]!,
    r.ratio ? short(percent(r.ratio)) : "–",
    r.interval95.map((v) => (Number.isFinite(v) ? (100 * v).toPrecision(3) : "∞")).join(" to "),
    r.by,
  ]);
  io.say(textTable(["area", "ratio %", "95 %", "by"], rows));
  sayNotices(io, warnings);
  await exportSpectra(() => ionRatiosContent(String(options["of"]), names, found.replicates), file, options, io);
}

const percent = (q: Quantity): Quantity => ({ value: 100 * q.value, sigma: q.sigma === null ? null : 100 * q.sigma, unit: "%" });

async function compare(given: readonly string[], options: Options, io: CommandIo): Promise<void> {
  words(given, 2, compareAction);
  const [a, b] = await Promise.all([measured(given[0]!, options), measured(given[1]!, options)]);
  const side = ({ file, found }: typeof a) => {
    if (!found.deviation) throw new ThioscopeError("NOT_COMPUTABLE", `${file}: one area has no scatter to test with; two are needed`);
    return { mean: found.mean.value, deviation: found.deviation.value, n: found.n };
  };
  const test = welchTest(side(a), side(b));
  const warnings = [...a.warnings, ...b.warnings];
  io.result({
    of: options["of"],
    samples: [a, b].map(({ file, found, names }) => ({ file, ...ratioAnswer(found, names) })),
    difference: test.difference,
    t: plain(test.t),
    freedom: plain(test.degreesOfFreedom),
    pValue: plain(test.pValue),
    significant: test.significant,
    warnings,
  });
  for (const { file, found } of [a, b]) io.say(`${file}: ${options["of"]} = ${short(percent(found.mean))} % (n = ${found.n})`);
  const chance = test.pValue < 1e-3 ? "p < 0.001" : `p = ${test.pValue.toPrecision(2)}`;
  io.say(
    `difference ${short(percent(test.difference))} %, ${chance}: ${test.significant ? "significant" : "not significant"} at 5 % (Welch, ${test.degreesOfFreedom.toFixed(1)} degrees of freedom)`,
  );
  sayNotices(io, warnings);
  const samples = [a, b].map(({ file, found }) => ({ name: file, ratio: found }));
  await exportSpectra(() => ionContent(String(options["of"]), samples), `${a.file}, ${b.file}`, options, io);
}

async function profile(given: readonly string[], options: Options, io: CommandIo): Promise<void> {
  words(given, 1, profileAction);
  const ions = ionsOf(options);
  const file = basename(given[0]!);
  const table = await tableOf(given[0]!);
  const pairs = pairsIn(table, ions, file);
  const step = numberOption(options, "step") ?? 1;
  if (!(step > 0)) throw new ThioscopeError("USAGE", `--step ${step} must be positive`);
  const time = Float64Array.from(pairs, (_, k) => step * (k + 1));
  const counts = (of: (p: Pair) => IonCounts): Float64Array => Float64Array.from(pairs, (p) => of(p).counts);
  const slices = depthProfile(
    time,
    counts((p) => p.a),
    counts((p) => p.b),
    table.pulses?.[0] ?? null,
    numberOption(options, "least") ?? 400,
  );
  io.result({
    file,
    of: options["of"],
    slices: slices.map((s) => ({
      from: plain(s.from, "s"),
      to: plain(s.to, "s"),
      counts: [plain(s.a, "counts"), plain(s.b, "counts")],
      ratio: s.ratio.ratio,
      range95: interval(s.ratio),
      by: s.ratio.by,
    })),
    warnings: table.notices,
  });
  const rows = slices.map((s) => [`${s.from} to ${s.to}`, String(s.a), String(s.b), s.ratio.ratio ? short(percent(s.ratio.ratio)) : "–"]);
  io.say(textTable(["sputter time s", ions[0], ions[1], "ratio %"], rows));
  sayNotices(io, table.notices);
  const names = slices.map((s) => `${s.from} to ${s.to} s`);
  const ratios = slices.map((s) => s.ratio);
  await exportSpectra(() => ionRatiosContent(String(options["of"]), names, ratios), file, options, io);
}
