/** Mass fractions and cells of the phases in a series of powder patterns, refined one after the other. */
import {
  checkCancelled,
  convert,
  isComputable,
  makeTable,
  type Notice,
  parseQuantity,
  type Quantity,
  ThioscopeError,
  textColumn,
} from "@thioscope/core";
import { phaseStructure, type Structure } from "@thioscope/core/crystal";
import { type PowderRefinement, type RefineOptions, refinePattern } from "@thioscope/core/powder";
import type { Part, Sentence, SpectroscopyCurve } from "@thioscope/core/story";
import { type PatternFile, readCifStructures, readPattern } from "@thioscope/formats";
import type { SourceInputs } from "../lines.ts";
import { tableToParquet } from "../parquet.ts";
import type { StepFunction, StepIo } from "../stepModules.ts";
import { jsonBytes } from "./facts.ts";
import { effectsShown, MOST_CURVES, named, partFiles, quantities, readFiles, thinned } from "./spectroscopy/common.ts";

const COPPER = 1.5406;
/** errors above which a phase is there */
const CERTAIN = 3;

export const powderStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as SourceInputs;
  if (parameters.phases === "auto") {
    throw new ThioscopeError(
      "STUDY_INVALID",
      `source ${inputs.source}: which phases? powder: { phases: [Na2S, Na3PS4] }; thioscope powder identify finds them`,
    );
  }
  const phases = await structuresOf(parameters.phases as readonly string[], inputs, io);
  const notices: Notice[] = [];
  const files = await readFiles(inputs, io, readPattern);
  const beam = beamOf(inputs, files[0]!.file, notices);
  const wavelength = beam.wavelengthAngstrom;
  const method = parameters.method as RefineOptions["method"];
  const whole = {
    ...beam,
    method,
    background: Number(parameters.background),
    task: { ...io.context, progress() {} },
  };
  const curves: SpectroscopyCurve[] = [];
  const rows: { file: string; phase: string; fraction: Quantity | null; a: Quantity; b: Quantity; c: Quantity; rwp: number }[] = [];
  const shares: Quantity[] = [];
  let shapes: Pick<RefineOptions, "profile" | "zero" | "free"> = { free: ["zero", "w", "x", "y"] };
  for (const [i, { name, file }] of files.entries()) {
    checkCancelled(io.context);
    io.context.progress(i, files.length, "patterns");
    notices.push(...named(name, file.notices));
    const [from, to] = [Number(parameters.from === "auto" ? 0 : parameters.from), Number(parameters.to === "auto" ? 180 : parameters.to)];
    const kept = [...file.x.keys()].filter((k) => file.x[k]! >= from && file.x[k]! <= to);
    const pick = (values: Float64Array): Float64Array => Float64Array.from(kept, (k) => values[k]!);
    const data = { twoTheta: pick(file.x), intensity: pick(file.y), sigma: file.sigma && pick(file.sigma) };
    const fit = refinePattern(data, phases, { ...whole, ...shapes });
    if (!fit.converged) notices.push({ code: "fit-doubt", message: `${name}: the refinement has not converged` });
    // one instrument: its widths and zero are those of the first pattern
    if (parameters.shapes === "first") shapes = heldShapes(fit);
    const share = shareOf(fit, data);
    shares.push(share);
    const isSeen = share.value > SEEN * share.sigma!;
    for (const { name: phase, cell, massFraction } of fit.phases) {
      // fractions of what is not there are fractions of noise
      const fraction = isSeen && massFraction && isComputable(massFraction) ? massFraction : null;
      rows.push({ file: name, phase, fraction, a: cell[0]!, b: cell[1]!, c: cell[2]!, rwp: fit.rwp.value });
    }
    if (curves.length < MOST_CURVES) {
      const take = thinned(data.twoTheta.length);
      curves.push({
        name,
        x: take(data.twoTheta),
        y: take(data.intensity),
        base: take(fit.background),
        fitted: take(fit.model),
        components: [],
        marks: [],
        account: fit.account,
        ...effectsShown(curves.length, fit.effects, take),
      });
    }
  }
  const names = phases.map(({ name }) => name);
  const of = (phase: string) => files.map(({ name }) => rows.find((row) => row.file === name && row.phase === phase)!);
  const part: Part = {
    kind: "spectroscopy",
    step: "powder",
    source: inputs.source,
    title: "Powder patterns",
    files: partFiles(inputs),
    run: null,
    sentences: [
      ...files.slice(0, MOST_TOLD).flatMap(({ name }, i) => sentencesOf(name, names, (phase) => of(phase)[i]!.fraction, shares[i]!)),
      ...cellSentences(names, of),
    ],
    notices,
    command: `powder ${method === "rietveld" ? "quantify" : "refine"} ${inputs.files[0]!.file} --phases ${names.join(",")} --wavelength ${wavelength}`,
    technique: "XRD",
    x: { label: "2θ", unit: "deg", reversed: false },
    y: { label: "Intensity", unit: "counts" },
    curves,
    left: files.length - curves.length,
    over: method === "rietveld" ? { label: "Mass fraction", unit: "" } : { label: "a", unit: "Å" },
    names: files.map(({ name }) => name),
    series: names.map((phase) => {
      const own = of(phase).map(({ fraction, a }) => (method === "rietveld" ? fraction : a));
      return {
        name: method === "rietveld" ? `${phase}, mass fraction` : `${phase}, a in Å`,
        values: own.map((q) => q?.value ?? null),
        sigma: own.map((q) => q?.sigma ?? null),
        limits: own.map(() => null),
      };
    }),
    found: files.map(({ name }, i) => ({ of: name, name: "share of the counts in reflections", quantity: shares[i]! })),
  };
  return {
    files: {
      "phases.parquet": tableToParquet(
        makeTable([
          textColumn(
            "file",
            rows.map(({ file }) => file),
          ),
          textColumn(
            "phase",
            rows.map(({ phase }) => phase),
          ),
          ...quantities(
            "mass_fraction",
            "",
            rows.map(({ fraction }) => fraction),
          ),
          ...(["a", "b", "c"] as const).flatMap((axis) =>
            quantities(
              axis,
              "Å",
              rows.map((row) => row[axis]),
            ),
          ),
        ]),
      ),
      "part.json": jsonBytes(part),
    },
    notices,
    summary: { patterns: files.length, phases: phases.length },
  };
};

function heldShapes({ profile, zero }: PowderRefinement): Pick<RefineOptions, "profile" | "zero" | "free"> {
  return {
    profile: Object.fromEntries(Object.entries(profile).map(([key, { value }]) => [key, value])),
    zero: zero.value,
    free: [],
  };
}

/** Patterns of a series that are told of one by one. */
const MOST_TOLD = 12;

/** Reflections that hold fewer counts than this many errors are not seen. */
const SEEN = 3;

/** Counts in the reflections of the phases over all counts above zero; the error is that of the phases' scales. */
function shareOf({ phases }: PowderRefinement, { twoTheta, intensity }: { twoTheta: Float64Array; intensity: Float64Array }): Quantity {
  let total = 0;
  for (let i = 1; i < twoTheta.length; i++) total += ((intensity[i]! + intensity[i - 1]!) / 2) * (twoTheta[i]! - twoTheta[i - 1]!);
  let area = 0;
  let variance = 0;
  for (const { lines, scale } of phases) {
    // by Rietveld all lines of a phase share the error of its scale; by Pawley each has its own
    const own = lines.reduce((sum, { intensity: q }) => sum + q.value, 0);
    const errors = lines.map(({ intensity: q }) => q.sigma ?? 0);
    area += own;
    variance += scale ? errors.reduce((sum, e) => sum + e, 0) ** 2 : errors.reduce((sum, e) => sum + e * e, 0);
  }
  return { value: area / total, sigma: Math.sqrt(variance) / total, unit: "" };
}

function sentencesOf(name: string, phases: readonly string[], of: (phase: string) => Quantity | null, share: Quantity): Sentence[] {
  const known = phases.flatMap((phase) => {
    const fraction = of(phase);
    return fraction ? [{ phase, fraction }] : [];
  });
  if (known.length === 0) {
    return share.value > SEEN * share.sigma!
      ? []
      : [{ parts: [`${name}: reflections of ${phases.join(", ")} hold `, { quantity: share }, " of the counts: none is seen."] }];
  }
  const isSeen = ({ fraction: { value, sigma } }: (typeof known)[number]): boolean => sigma === null || value > SEEN * sigma;
  const seen = known.filter(isSeen);
  const absent = known.filter((one) => !isSeen(one));
  const limitText = ({ phase, fraction: { value, sigma } }: (typeof known)[number]): string =>
    `${phase} (below ${Number((Math.max(0, value) + 2 * sigma!).toPrecision(1))})`;
  if (seen.length === 0) return [{ parts: [`Of what is crystalline in ${name} no phase is seen: ${absent.map(limitText).join(", ")}.`] }];
  return [
    {
      parts: [
        `Of what is crystalline in ${name}: `,
        ...seen.flatMap(({ phase, fraction }, k): Sentence["parts"][number][] => [
          k > 0 ? `, ${phase} ` : `${phase} `,
          { quantity: fraction },
        ]),
        ` by mass${absent.length > 0 ? `; not seen: ${absent.map(limitText).join(", ")}` : ""}.`,
      ],
    },
  ];
}

/** The cell of each phase in the pattern that holds most of it. */
function cellSentences(
  phases: readonly string[],
  of: (phase: string) => readonly { file: string; fraction: Quantity | null; a: Quantity; b: Quantity; c: Quantity }[],
): Sentence[] {
  return phases.flatMap((phase): Sentence[] => {
    const sure = of(phase).filter(({ fraction }) => fraction !== null && fraction.value > CERTAIN * (fraction.sigma ?? 0));
    if (sure.length === 0) return [];
    const { file, a, b, c } = sure.reduce((best, row) => (row.fraction!.value > best.fraction!.value ? row : best));
    const edges = [
      { name: "a", edge: a },
      ...(b.value === a.value ? [] : [{ name: "b", edge: b }]),
      ...(c.value === a.value ? [] : [{ name: "c", edge: c }]),
    ];
    return [
      {
        parts: [
          `The cell of ${phase}, in ${file}: `,
          ...edges.flatMap(({ name, edge }, k): Sentence["parts"][number][] => [`${k > 0 ? ", " : ""}${name} = `, { quantity: edge }]),
          ".",
        ],
      },
    ];
  });
}

/** The wavelength of the study, else that of the first file (with its doublet), else copper's. */
function beamOf(inputs: SourceInputs, first: PatternFile, notices: Notice[]): Pick<RefineOptions, "wavelengthAngstrom" | "doublet"> {
  if (inputs.settings.wavelength !== "auto") return { wavelengthAngstrom: angstrom(String(inputs.settings.wavelength)) };
  const { wavelengthAngstrom, doublet } = first;
  if (wavelengthAngstrom !== null) return doublet ? { wavelengthAngstrom, doublet } : { wavelengthAngstrom };
  notices.push({ code: "wavelength-assumed", message: `no wavelength is stated: ${COPPER} Å, copper's Kα1, is taken` });
  return { wavelengthAngstrom: COPPER };
}

/** Phases that ship, or structures of the source's own file by their names. */
async function structuresOf(names: readonly string[], { settingFiles, source }: SourceInputs, io: StepIo): Promise<Structure[]> {
  const own: Structure[] = [];
  if (settingFiles.structures) {
    const file = await io.open(settingFiles.structures);
    own.push(...readCifStructures(new TextDecoder().decode(await file.read(0, file.size)), settingFiles.structures.file));
  }
  return names.map((name) => {
    const found = own.find((structure) => structure.name === name);
    if (found) return found;
    const shipped = phaseStructure(name);
    if (shipped.sites === null)
      throw new ThioscopeError(
        "STUDY_INVALID",
        `source ${source}: the atoms of ${name} are not known here: name a CIF file with structures:`,
      );
    return shipped;
  });
}

function angstrom(text: string): number {
  const { value, unit } = parseQuantity(text, "Å");
  return convert(value, unit, "Å");
}
