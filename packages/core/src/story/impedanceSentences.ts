/**
 * What the spectra of a file amount to, in sentences: circuit with its parameters, where Kramers–Kronig holds, the arcs
 * of the distribution of relaxation times. Made from what the story holds; every number names its rows.
 */
import type { Quantity } from "../units/quantity.ts";
import type { ImpedanceStory, RowRange, Sentence, SpectrumFit, SpectrumStory, StoryFile } from "./model.ts";

type Part = Sentence["parts"][number];
/** A sentence before it is said what it is about. */
type Told = Pick<Sentence, "parts">;

const sentence = (...parts: readonly Part[]): Told => ({ parts });

const MOST_WARNINGS = 3;
const MOST_NOTICES = 3;

/** Sentences about the spectra of one file; row ranges name it as `index`. None where it holds no spectra. */
export function impedanceSentences(file: StoryFile, index: number): Sentence[] {
  const { impedance } = file;
  const first = impedance?.spectra[0];
  if (!impedance || !first) return [];
  const last = impedance.spectra.at(-1)!;
  const rows = (spectrum: SpectrumStory): RowRange => ({ ...spectrum.rows, file: index });
  const told = [
    overview(file, impedance, { file: index, first: first.rows.first, last: last.rows.last }),
    ...circuitSentences(impedance, first, last, rows),
    ...validity(impedance, rows),
    ...relaxation(first, last, rows),
    ...newArc(impedance, rows),
    ...(file.trace.row.length === 0 ? notices(file) : []),
  ];
  return told.map(({ parts }) => ({ about: { what: "impedance", file: index }, parts }));
}

function overview(file: StoryFile, { spectra }: ImpedanceStory, all: RowRange): Told {
  const first = spectra[0]!;
  const parts: Part[] = [`${file.name}: `];
  const count = (value: number): Quantity => ({ value, sigma: null, unit: "" });
  if (spectra.length > 1) parts.push({ quantity: count(spectra.length), from: all }, " spectra, the first with ");
  parts.push({ quantity: count(first.row.length), from: { ...first.rows, file: all.file } }, first.row.length === 1 ? " point" : " points");
  const range = frequencies(first);
  if (first.row.length > 1) parts.push(" between ", { quantity: inHertz(range.high) }, " and ", { quantity: inHertz(range.low) });
  const last = spectra.at(-1)!;
  if (spectra.length > 1 && first.timeHour !== null && last.timeHour !== null) {
    parts.push(", over ", {
      quantity: { value: Number((last.timeHour - first.timeHour).toPrecision(4)), sigma: null, unit: "h" },
      from: all,
    });
  }
  parts.push(` (${file.technique}).`);
  return sentence(...parts);
}

function circuitSentences(
  { circuit }: ImpedanceStory,
  first: SpectrumStory,
  last: SpectrumStory,
  rows: (spectrum: SpectrumStory) => RowRange,
): Told[] {
  if ("notComputable" in circuit) return [sentence(`No circuit is fitted: ${circuit.notComputable}.`)];
  const sentences: Told[] = [];
  const told = (spectrum: SpectrumStory): void => {
    const where = first === last ? "" : ` in ${spectrum.name}`;
    if ("notComputable" in spectrum.fit) {
      sentences.push(sentence(`Not fitted${where}: ${spectrum.fit.notComputable}.`));
      return;
    }
    const parts: Part[] = spectrum === first ? [`Circuit ${circuit.text}, ${circuit.how}. It has`, `${where} `] : [`In ${spectrum.name} `];
    for (const [k, parameter] of resistances(spectrum.fit).entries()) {
      if (k > 0) parts.push(", ");
      parts.push(`${parameter.name} = `);
      if (parameter.refused !== null) parts.push(`not determined (${parameter.refused})`);
      else parts.push({ quantity: inOhms(parameter), from: rows(spectrum) });
    }
    parts.push(".");
    sentences.push(sentence(...parts));
  };
  told(first);
  if (last !== first) told(last);
  const doubts = "notComputable" in first.fit ? [] : first.fit.warnings;
  if (doubts.length > 0) {
    const left = doubts.length - MOST_WARNINGS;
    const more = left > 0 ? `; ${left} more ${left === 1 ? "doubt stands" : "doubts stand"} with the parameters` : "";
    sentences.push(sentence(`To be known of the fit: ${doubts.slice(0, MOST_WARNINGS).join("; ")}${more}.`));
  }
  return sentences;
}

/** The parameters in ohm, which a reader asks for first; all where none is. */
function resistances(fit: SpectrumFit): SpectrumFit["parameters"] {
  const ohms = fit.parameters.filter(({ unit }) => unit === "ohm");
  return ohms.length > 0 ? ohms : fit.parameters;
}

function validity({ spectra }: ImpedanceStory, rows: (spectrum: SpectrumStory) => RowRange): Told[] {
  const first = spectra[0]!;
  if ("notComputable" in first.validity) return [sentence(`Kramers–Kronig is not tested: ${first.validity.notComputable}.`)];
  if (spectra.length > 1) {
    const tested = spectra.flatMap((spectrum) =>
      "notComputable" in spectrum.validity ? [] : [{ spectrum, ranges: spectrum.validity.ranges }],
    );
    const bad = tested.filter(({ ranges }) => ranges.some((range) => !range.consistent));
    if (bad.length === 0) return [sentence(`All ${tested.length} spectra are consistent by Kramers–Kronig.`)];
    const worst = bad.flatMap(({ ranges }) => ranges.filter((r) => !r.consistent)).reduce((a, b) => (b.timesNoise > a.timesNoise ? b : a));
    return [
      sentence(
        "By Kramers–Kronig ",
        { quantity: { value: bad.length, sigma: null, unit: "" }, from: rows(bad[0]!.spectrum), note: "the first of them" },
        ` of ${tested.length} spectra are violated somewhere, most between `,
        { quantity: inHertz(worst.fromHertz) },
        " and ",
        { quantity: inHertz(worst.toHertz) },
        `: ${worst.reason}.`,
      ),
    ];
  }
  const { ranges } = first.validity;
  const good = runs(ranges, true);
  const bad = runs(ranges, false);
  const from = rows(first);
  const spans = (list: ReturnType<typeof runs>): Part[] =>
    list.flatMap(({ high, low }, k): Part[] => [
      k > 0 ? " and from " : "from ",
      { quantity: inHertz(high), from },
      " to ",
      { quantity: inHertz(low), from },
    ]);
  const parts: Part[] = good.length > 0 ? ["Consistent by Kramers–Kronig ", ...spans(good)] : ["Nowhere consistent by Kramers–Kronig"];
  for (const run of bad) parts.push("; violated ", ...spans([run]), ` (${run.reason})`);
  parts.push(`, within a noise of ${Number(first.validity.noisePercent.toPrecision(2))}\u00a0%.`);
  return [sentence(...parts)];
}

/** Neighbouring ranges of one verdict, joined. */
function runs(
  ranges: Exclude<SpectrumStory["validity"], { notComputable: string }>["ranges"],
  consistent: boolean,
): { high: number; low: number; reason: string }[] {
  const joined: { high: number; low: number; reason: string }[] = [];
  let open = false;
  for (const range of ranges) {
    const before = joined.at(-1);
    const same = open && before && (consistent || before.reason === (range.reason ?? ""));
    if (range.consistent === consistent) {
      if (same) before.low = range.toHertz;
      else joined.push({ high: range.fromHertz, low: range.toHertz, reason: range.reason ?? "" });
      open = true;
    } else open = false;
  }
  return joined;
}

function relaxation(first: SpectrumStory, last: SpectrumStory, rows: (spectrum: SpectrumStory) => RowRange): Told[] {
  return (first === last ? [first] : [first, last]).map((spectrum) => {
    const where = first === last ? "" : ` in ${spectrum.name}`;
    const { relaxation: drt } = spectrum;
    if ("notComputable" in drt) return sentence(`No distribution of relaxation times${where}: ${drt.notComputable}.`);
    const n = drt.peaks.length;
    if (n === 0) return sentence(`The distribution of relaxation times${where} shows no arc that stands out of its error.`);
    const parts: Part[] = [`The distribution of relaxation times${where} shows ${inWords(n)} ${n === 1 ? "arc" : "arcs"}: `];
    for (const [k, peak] of drt.peaks.entries()) {
      if (k > 0) parts.push(", ");
      parts.push({ quantity: inOhms(peak.resistance), from: rows(spectrum) }, " at ", {
        quantity: inSeconds(peak.tau),
        from: rows(spectrum),
      });
    }
    parts.push(".");
    return sentence(...parts);
  });
}

function newArc({ newArc: found, spectra }: ImpedanceStory, rows: (spectrum: SpectrumStory) => RowRange): Told[] {
  if (!found) return [];
  if ("notComputable" in found) return [sentence(`No arc appears within the series: ${found.notComputable}.`)];
  const { onset, complete, final } = found;
  if ("notComputable" in onset || "notComputable" in complete || "notComputable" in final)
    return [sentence(`A further arc appears in ${spectra[found.first]!.name}; when it is complete is not told.`)];
  const from = rows(spectra[found.first]!);
  return [
    sentence(
      "A further arc begins after ",
      { quantity: onset, from },
      " and is complete after ",
      { quantity: complete },
      " with ",
      {
        quantity: inOhms(final),
      },
      ".",
    ),
  ];
}

function notices(file: StoryFile): Told[] {
  const told = file.notices.slice(0, MOST_NOTICES).map(({ message }) => sentence(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`));
  const more = file.notices.length - MOST_NOTICES;
  return more > 0 ? [...told, sentence(`${more} more notices are listed with the file.`)] : told;
}

const WORDS = ["no", "one", "two", "three", "four", "five", "six"];
const inWords = (n: number): string => WORDS[n] ?? String(n);

function frequencies({ frequencyHertz }: SpectrumStory): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (let i = 0; i < frequencyHertz.length; i++) {
    low = Math.min(low, frequencyHertz[i]!);
    high = Math.max(high, frequencyHertz[i]!);
  }
  return { low, high };
}

const HERTZ: readonly (readonly [number, string])[] = [
  [1e6, "MHz"],
  [1e3, "kHz"],
  [1, "Hz"],
  [1e-3, "mHz"],
];
const SECONDS: readonly (readonly [number, string])[] = [
  [1, "s"],
  [1e-3, "ms"],
  [1e-6, "µs"],
  [1e-9, "ns"],
];

const unitFor = (value: number, units: typeof HERTZ): readonly [number, string] =>
  units.find(([size]) => value >= 0.9995 * size) ?? units.at(-1)!;

/** A frequency in the unit that suits its size, to three digits: the ends of ranges are places, not results. */
function inHertz(value: number): Quantity {
  const [size, unit] = unitFor(value, HERTZ);
  return { value: Number((value / size).toPrecision(3)), sigma: null, unit };
}

const OHMS: typeof HERTZ = [
  [2e6, "Mohm"],
  [2e4, "kohm"],
  [1, "ohm"],
  [0, "mohm"],
];

/** A resistance in the unit that suits its size; any other quantity as it is. */
function inOhms({ value, sigma, unit }: Quantity): Quantity {
  if (unit !== "ohm") return { value, sigma, unit };
  const suited = OHMS.find(([least]) => Math.abs(value) >= least)![1];
  const factor = suited === "Mohm" ? 1e-6 : suited === "kohm" ? 1e-3 : suited === "mohm" ? 1e3 : 1;
  return { value: value * factor, sigma: sigma === null ? null : sigma * factor, unit: suited };
}

/** A time in the unit that suits its size, error and all. */
function inSeconds(q: Quantity): Quantity {
  const [size, unit] = unitFor(q.value, SECONDS);
  return { value: q.value / size, sigma: q.sigma === null ? null : q.sigma / size, unit };
}
