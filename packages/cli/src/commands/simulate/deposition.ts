/** thioscope simulate deposition: where the plating current gathers around a pore, in which electrolyte, and what follows. */

import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { inUnit, type Quantity, quantity, ThioscopeError } from "@thioscope/core";
import {
  type Compared,
  compareElectrolytes,
  criticalCurrentRange,
  DEFECT_KINDS,
  type Defect,
  type DepositionElectrolyte,
  type DepositionQuestion,
  type Distribution,
  depositionCase,
  depositionQuestion,
  growPore,
  growthCase,
  hotSpotBySize,
  kineticsOf,
  type Parameter,
  type PressureForm,
  planarOverpotential,
  RESOLUTIONS,
  rimStudy,
  type WrittenQuestion,
} from "@thioscope/core/deposition";
import { checkStructure, readYaml } from "@thioscope/formats";
import { writeAtomic } from "@thioscope/study/files";
import type { Action } from "../../actions.ts";
import type { CommandIo } from "../../command.ts";
import { answerText, textTable } from "../../inputs.ts";
import { toJson } from "../../json.ts";
import { interfaceCsv, vtkOf } from "../../simulate/depositionFiles.ts";
import { QUESTION_SCHEMA } from "../../simulate/questionSchema.ts";

const USAGE = "thioscope simulate deposition [PARAMETERS.yaml] [--electrolyte Na3PS4,Na3SbS4] [--pore 10um] [--growth] [--sizes] [-o OUT]";
/** Radii of --sizes, m. */
const SIZES = [0.5, 1, 2, 5, 10, 20, 50].map((um) => um * 1e-6);

type Pit = Extract<Defect, { radius: number }>;

export const depositionAction: Action = {
  usage: USAGE,
  about: `stationary current around a pore, slot or roughness between metal and a single-ion conductor, by finite elements: potential, current along
the interface, the largest i/i_app with the error of the mesh, and the length σRT/(F i_exc) below which a feature does not matter. Every electrolyte
is solved with both forms of the pressure term where there is a pressure: "shift" moves the potential, "factor" multiplies the exchange current.
Parameters come with source and flag. Not in it: concentration gradients, creep of the metal, grains.`,
  options: {
    electrolyte: { type: "string", value: "LIST", help: "Na3PS4, Na3SbS4 (both)" },
    defect: { type: "string", value: "KIND", help: `${DEFECT_KINDS.slice(0, 4).join(", ")} (filled)` },
    pore: { type: "string", value: "RADIUS", help: 'e.g. "10um" (10 µm)' },
    depth: { type: "string", value: "DEPTH", help: "of the pore (its radius; 0 for an empty one)" },
    current: { type: "string", value: "I", help: 'applied, e.g. "0.5 mA/cm2" (that)' },
    pressure: { type: "string", value: "P", help: "of the metal in the pore (none)" },
    temperature: { type: "string", value: "T", help: 'e.g. "60 °C" (298.15 K)' },
    spacing: { type: "string", value: "D", help: "distance of neighbouring pores (100 µm of electrolyte around one)" },
    sizes: { type: "boolean", help: "the hot spot against the pore's radius, 0.5 to 50 µm" },
    growth: { type: "boolean", help: "how the pore fills, the pressure builds and what ends it; the critical current density" },
    fine: { type: "boolean", help: "a mesh of four times as many triangles" },
    out: { type: "string", short: "o", value: "FOLDER", help: "also deposition.json, interface.csv, a .vtk map per electrolyte" },
  },
  examples: [
    "thioscope simulate deposition",
    'thioscope simulate deposition --pore 30um --defect empty --current "1 mA/cm2" --json',
    'thioscope simulate deposition --pore 10um --pressure "100 MPa" -o pore10',
    "thioscope simulate deposition pore.yaml --sizes --growth",
  ],
  async run(words, options, io) {
    if (words.length > 1) throw new ThioscopeError("USAGE", `one file of parameters, not ${words.length}. Usage: ${USAGE}`);
    const written = { ...(words[0] === undefined ? {} : await readQuestion(words[0])), ...ofOptions(options) };
    const { question, electrolytes } = depositionQuestion(written);
    const resolution = options["fine"] ? RESOLUTIONS.fine : RESOLUTIONS.normal;
    const compared = compareElectrolytes(question, electrolytes, resolution, io.task);
    const pit = "radius" in question.defect ? { ...question, defect: question.defect } : null;
    if ((options["sizes"] || options["growth"]) && pit === null) {
      throw new ThioscopeError("USAGE", `--sizes and --growth are about pores, not a defect of kind ${question.defect.kind}`);
    }
    const solved = compared.map((c) => electrolyteAnswer(c, question));
    const answer = {
      defect: defectAnswer(question.defect),
      conditions: conditionsAnswer(question),
      electrolytes: solved,
      parameters: parametersAnswer(question, electrolytes),
      ...(options["sizes"] && pit ? { sizes: sizesAnswer(pit, electrolytes, io) } : {}),
      ...(options["growth"] && pit ? { growth: electrolytes.map((e) => growthAnswer(pit, e, io)) } : {}),
      warnings: warningsOf(solved, compared),
    };
    if (typeof options["out"] === "string") await writeAll(options["out"], compared, answer, io);
    io.result(answer);
    say(answer, io);
  },
};

async function readQuestion(path: string): Promise<WrittenQuestion> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new ThioscopeError("FILE_MISSING", `${path} cannot be opened`, { file: path }, error);
  }
  const { data, places } = readYaml(text, basename(path), "INVALID_INPUT");
  // an empty file is all defaults
  checkStructure(data ?? {}, QUESTION_SCHEMA, places);
  return (data ?? {}) as WrittenQuestion;
}

function ofOptions(options: Readonly<Record<string, string | boolean | undefined>>): WrittenQuestion {
  const text = (name: string): string | undefined => (typeof options[name] === "string" ? options[name] : undefined);
  const names = text("electrolyte")
    ?.split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const found: Record<string, unknown> = {
    electrolytes: names,
    defect: text("defect"),
    radius: text("pore"),
    depth: text("depth"),
    current: text("current"),
    pressure: text("pressure"),
    temperature: text("temperature"),
    spacing: text("spacing"),
  };
  return Object.fromEntries(Object.entries(found).filter(([, v]) => v !== undefined)) as WrittenQuestion;
}

const micrometre = (value: number): Quantity => quantity(value * 1e6, "µm");
const milliampere = (value: number): Quantity => quantity(value * 0.1, "mA/cm2");
const megapascal = (value: number): Quantity => quantity(value / 1e6, "MPa");

function defectAnswer(defect: Defect): Record<string, unknown> {
  if (defect.kind === "profile") return { kind: defect.kind };
  if (defect.kind === "rough") {
    return { kind: defect.kind, amplitude: micrometre(defect.amplitude), wavelength: micrometre((2 * Math.PI) / defect.wavenumber) };
  }
  return {
    kind: defect.kind,
    radius: micrometre(defect.radius),
    depth: micrometre(defect.depth),
    ...(defect.kind === "partlyFilled" ? { level: micrometre(defect.level) } : {}),
  };
}

function conditionsAnswer(q: DepositionQuestion) {
  return {
    current: milliampere(q.current),
    temperature: quantity(q.temperature, "K"),
    width: micrometre(q.width),
    height: micrometre(q.height),
    porePressure: megapascal(q.pressure?.defect ?? 0),
    flatPressure: megapascal(q.pressure?.flat ?? 0),
    planarOverpotential: quantity(planarOverpotential(kineticsOf(q, "shift"), q.current).overpotential * 1e3, "mV"),
  };
}

function electrolyteAnswer({ electrolyte, shift, factor }: Compared, question: DepositionQuestion) {
  const forms: [PressureForm, Distribution][] =
    shift === factor
      ? [["shift", shift]]
      : [
          ["shift", shift],
          ["factor", factor],
        ];
  return {
    name: electrolyte.name,
    conductivity: quantity(electrolyte.conductivity.value * 10, "mS/cm"),
    kineticLength: micrometre(shift.kineticLength),
    wagner: quantity(shift.wagner, "1"),
    forms: forms.map(([form, d]) => ({
      form: shift === factor ? "both" : form,
      hotSpot: d.hotSpot,
      hottestAt: micrometre(d.hottestAt.distance),
      coldest: d.coldest,
      farField: d.farField,
      variation: d.variation,
      shareNearby: d.shareNearby,
      areaNearby: d.areaNearby,
      chargeError: quantity(d.chargeError, "1"),
      unknowns: d.unknowns,
      interface: {
        distance: { values: Array.from(d.interface.distance, (x) => x * 1e6), sigma: null, unit: "µm" },
        current: { values: Array.from(d.interface.current, (x) => x * 0.1), sigma: null, unit: "mA/cm2" },
        potential: { values: Array.from(d.interface.potential, (x) => x * 1e3), sigma: null, unit: "mV" },
      },
    })),
    applied: milliampere(question.current),
    ...(hasSharpRim(question.defect)
      ? { rimExponent: rimStudy(depositionCase(question, electrolyte, "shift"), RESOLUTIONS.preview).exponent }
      : {}),
  };
}

/** Where the metal ends in a flat gap, only kinetics bound the current. */
const hasSharpRim = (defect: Defect): boolean => defect.kind === "empty" && defect.depth === 0;

function parametersAnswer({ metal }: DepositionQuestion, electrolytes: readonly DepositionElectrolyte[]) {
  const shown = (of: string, name: string, p: Parameter) => {
    // roots of metres have no place among the units
    const [scale, unit] = p.unit === "Pa m^1/2" ? [1e-6, "MPa m^1/2"] : [1, p.unit];
    return {
      of,
      name,
      quantity: quantity(p.value * scale, unit),
      flag: p.flag,
      source: p.source,
      ...(p.range ? { range: p.range.map((value) => quantity(value * scale, unit)) } : {}),
    };
  };
  return [
    shown(metal.name, "exchange current", metal.exchangeCurrent),
    shown(metal.name, "cathodic transfer coefficient", metal.cathodicTransfer),
    shown(metal.name, "molar volume", metal.molarVolume),
    shown(metal.name, "molar volume of the ion in the electrolyte", metal.ionVolume),
    shown(metal.name, "interface energy", metal.interfaceEnergy),
    shown(metal.name, "yield strength, confined", metal.yieldStrength),
    ...electrolytes.flatMap((e) => [
      shown(e.name, "conductivity", e.conductivity),
      shown(e.name, "Young's modulus", e.youngsModulus),
      shown(e.name, "Poisson's ratio", e.poisson),
      shown(e.name, "fracture toughness", e.toughness),
    ]),
  ];
}

function sizesAnswer(question: DepositionQuestion & { defect: Pit }, electrolytes: readonly DepositionElectrolyte[], io: CommandIo) {
  return hotSpotBySize(question, electrolytes, SIZES, RESOLUTIONS.preview, io.task).map(({ radius, hotSpots }) => ({
    radius: micrometre(radius),
    hotSpots: hotSpots.map((hotSpot, k) => ({ electrolyte: electrolytes[k]!.name, hotSpot })),
  }));
}

function growthAnswer(question: DepositionQuestion & { defect: Pit }, e: DepositionElectrolyte, io: CommandIo) {
  const base = growthCase(question, e);
  const growth = growPore(base, RESOLUTIONS.preview, io.task);
  const [low, high] = criticalCurrentRange(base, e.toughness.range ?? [e.toughness.value, e.toughness.value]);
  const current = (answer: Quantity | { notComputable: string }) => ("notComputable" in answer ? answer : inUnit(answer, "mA/cm2"));
  return {
    electrolyte: e.name,
    end: growth.end,
    crackPressure: megapascal(growth.crackPressure),
    yieldPressure: megapascal(base.yieldPressure),
    compliance: quantity(growth.compliance * 1e24, "µm3/MPa"),
    criticalCurrent: { lowToughness: current(low), highToughness: current(high) },
    states: growth.states.map((s) => ({
      time: Number.isFinite(s.time) ? quantity(s.time, "s") : { notComputable: "the state of rest is reached after an infinite time" },
      level: micrometre(s.level),
      pressure: megapascal(s.pressure),
      stressIntensity: quantity(s.stressIntensity / 1e6, "MPa m^1/2"),
      hotSpot: quantity(s.hotSpot, "1"),
    })),
  };
}

/** Above this exponent a maximum is the mesh's. */
const RIM_EXPONENT = 0.02;

function warningsOf(electrolytes: readonly ReturnType<typeof electrolyteAnswer>[], compared: readonly Compared[]) {
  const warnings = [];
  const sharp = electrolytes.find(({ rimExponent }) => rimExponent !== undefined && rimExponent.value > RIM_EXPONENT);
  if (sharp) {
    warnings.push({
      code: "sharp-rim",
      message: `the largest current in ${sharp.name} lies at a sharp rim and grows with the fineness of the mesh, by the power ${sharp.rimExponent!.value.toFixed(2)}: not a property of the pore`,
    });
  }
  const coarse = compared.find(({ shift }) => shift.hotSpot.sigma! > 0.01 * shift.hotSpot.value);
  if (coarse) {
    warnings.push({
      code: "coarse-mesh",
      message: `the hot spot in ${coarse.electrolyte.name} changes by more than 1 % with the mesh: use --fine, or round the rim`,
    });
  }
  return warnings;
}

async function writeAll(folder: string, compared: readonly Compared[], answer: object, io: CommandIo): Promise<void> {
  const text = new TextEncoder();
  await writeAtomic(join(folder, "deposition.json"), text.encode(`${toJson(answer)}\n`));
  await writeAtomic(join(folder, "interface.csv"), text.encode(interfaceCsv(compared)));
  for (const c of compared)
    await writeAtomic(
      join(folder, `${c.electrolyte.name.replaceAll(/[^\w.+-]/g, "_")}.vtk`),
      text.encode(vtkOf(c.shift, c.electrolyte.name)),
    );
  io.hint(`written: ${folder}`);
}

type DepositionAnswer = {
  electrolytes: ReturnType<typeof electrolyteAnswer>[];
  sizes?: ReturnType<typeof sizesAnswer>;
  growth?: ReturnType<typeof growthAnswer>[];
  warnings: readonly { code: string; message: string }[];
};

const fixed = (q: Quantity, digits: number): string => q.value.toFixed(digits);

function say(answer: DepositionAnswer, io: CommandIo): void {
  io.say(
    textTable(
      ["electrolyte", "pressure form", "max i/i_app", "at µm", "min i/i_app", "variation", "share within 2a", "length µm"],
      answer.electrolytes.flatMap((e) =>
        e.forms.map((f) => [
          e.name,
          f.form,
          fixed(f.hotSpot, 3),
          fixed(f.hottestAt, 1),
          fixed(f.coldest, 3),
          fixed(f.variation, 3),
          fixed(f.shareNearby, 4),
          fixed(e.kineticLength, 1),
        ]),
      ),
    ),
  );
  if (answer.sizes) {
    const names = answer.electrolytes.map((e) => e.name);
    io.say(
      textTable(
        ["radius µm", ...names.map((name) => `max i/i_app ${name}`)],
        answer.sizes.map(({ radius, hotSpots }) => [fixed(radius, 1), ...hotSpots.map(({ hotSpot }) => fixed(hotSpot, 3))]),
      ),
    );
  }
  for (const g of answer.growth ?? []) {
    const [low, high] = [g.criticalCurrent.lowToughness, g.criticalCurrent.highToughness].map(answerText);
    io.say(
      `${g.electrolyte}: ends by ${g.end}; crack at ${fixed(g.crackPressure, 1)} MPa; critical current ${low} to ${high} over the range of toughness`,
    );
  }
  for (const { code, message } of answer.warnings) io.hint(`warning: ${message} [${code}]`);
}
