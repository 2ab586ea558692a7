/** Amounts of every species over the charge from everything the study measured. */
import { makeTable, type Notice, type Quantity, ThioscopeError, textColumn } from "@thioscope/core";
import { parseFormula } from "@thioscope/core/cell";
import { catholyteOf, parseShareRange, sulfurAtomShare } from "@thioscope/core/cycling";
import {
  type Band,
  type EvidenceAnswer,
  electrolyteChargeOf,
  fuse,
  hiddenShareOf,
  type Observation,
  pathwayOf,
  SPECIES_SETS,
  shareOfRange,
  withinReach,
} from "@thioscope/core/evidence";
import type { Part } from "@thioscope/core/story";
import type { StudyInputs } from "../../lines.ts";
import { tableToParquet } from "../../parquet.ts";
import type { StepFunction } from "../../stepModules.ts";
import { numbers } from "../applies.ts";
import { jsonBytes } from "../facts.ts";
import { type CellCourse, PER_ELECTRON } from "./courses.ts";
import { type Gathered, gather, placesOfParameters } from "./gather.ts";
import { evidenceSentences, NOTHING_SEEN, percent, type Seen } from "./told.ts";

type EvidencePart = Extract<Part, { kind: "evidence" }>;

const HIDDEN_ROOM = 0.02;
/** Mass of sulfur of a laboratory cell, where the cell file states no error: the balance alone would say less. */
const USUAL_CHARGE_ERROR = 0.02;
const STATED = 0.005;

export const evidenceStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as StudyInputs;
  const places = placesOfParameters(parameters);
  const gathering = await gather(inputs, places, io);
  const { main, observations: measured, scales, notices: read } = gathering;
  const gathered: Notice[] = [...read];
  const observations = [...measured, ...assumptions(parameters.crystalline, measured)];
  if (measured.length === 0) {
    throw new ThioscopeError(
      "NOT_COMPUTABLE",
      `nothing in the study measures a species of ${places.system} (${SPECIES_SETS[places.system].map(({ id }) => id).join(", ")})${
        gathered.length > 0
          ? `: ${gathered.map(({ message }) => message).join("; ")}`
          : ": it needs phases of xrd.map, weights of xas.lcf, or a table of observations"
      }`,
    );
  }
  const charge = parameters.electrolyte_charge === "auto" ? ([0, 0.4] as const) : parseShareRange(String(parameters.electrolyte_charge));
  const known = main?.course.relativeSigma ?? 0;
  const chargeError = known > STATED ? known : USUAL_CHARGE_ERROR;
  if (known <= STATED)
    gathered.push({
      code: "charge-error-assumed",
      message: "the cell file states no error of the sulfur's mass: 2 % of the charge per sulfur is assumed",
    });
  const answer = fuse(
    {
      system: places.system,
      observations,
      scales,
      chargeError,
      electrolyteCharge: electrolyteChargeOf(charge),
      electrolyteSulfur: sulfurOf(parameters.electrolyte_sulfur, spectraCourses(gathering)),
      order: parameters.order === "off" ? null : SPECIES_SETS[places.system].map(({ id }) => id),
    },
    { leaveOut: parameters.leave_out === true, context: io.context },
  );
  const own = ofOwnCell(answer, measured, main);
  if (own !== answer)
    gathered.push({
      code: "composition-beyond",
      message: `the cell itself went from ${own.charge[0]!.toFixed(2)} to ${own.charge.at(-1)!.toFixed(2)} electrons per S: amounts beyond are of the cells that spectra were taken on, and what is said of the cell leaves them out`,
    });
  const notices = [...gathered, ...answer.notices];
  const part = evidencePart(answer, observations, notices, gathering, own);
  const table = tableOf(answer);
  const { draws: _, charge: _charge, species: _species, meanElectrons: _mean, ...rest } = answer;
  return {
    files: {
      "composition.parquet": tableToParquet(table),
      "evidence.json": jsonBytes({ ...rest, end: endOf(own) }),
      "part.json": jsonBytes(part),
    },
    notices,
    summary: { observations: observations.length, probes: answer.probes.length, species: answer.species.length },
  };
};

/** Over the charge that the cell of the diffraction came through; other cells may have gone further. */
function ofOwnCell(answer: EvidenceAnswer, measured: readonly Observation[], main: CellCourse | null): EvidenceAnswer {
  const electrons = main?.course.electrons;
  if (!electrons || electrons.length === 0 || !measured.some(({ kind }) => kind === "crystalline")) return answer;
  return withinReach(answer, [Math.min(...bothEnds(electrons)), Math.max(...bothEnds(electrons))]);
}

const bothEnds = (values: ArrayLike<number>): [number, number] => [values[0]!, values[values.length - 1]!];

/** Wholly crystalline: nothing of it is hidden, at the charges of its own diffraction. */
function assumptions(written: unknown, measured: readonly Observation[]): Observation[] {
  if (!Array.isArray(written)) return [];
  return (written as string[]).flatMap((id) =>
    measured
      .filter(({ kind, species }) => kind === "crystalline" && species[0] === id)
      .map(({ at, species }): Observation => ({ probe: "assumption", kind: "hidden", species, at, value: 0, sigma: HIDDEN_ROOM })),
  );
}

/** Courses of the cells that spectra were taken on; all where none was placed. */
function spectraCourses({ joined, courses }: Gathered): readonly CellCourse[] {
  const own = joined.filter(({ probe }) => probe === "XAS").map(({ course }) => course);
  return own.length > 0 ? own : courses;
}

/** As stated, or from the cell that spectra were taken on: none where its cathode holds no sulfur but the active material's. */
function sulfurOf(stated: unknown, courses: readonly CellCourse[]): { value: number; sigma: number } | null {
  if (stated !== "auto") {
    return shareOfRange(parseShareRange(String(stated)));
  }
  for (const { cell } of courses) {
    const material = catholyteOf(cell);
    if (!material) continue;
    const found = sulfurAtomShare(cell, material).answer;
    if ("value" in found) return { value: found.value, sigma: Math.max(0.01, found.sigma ?? 0.02) };
    if (!holdsSulfur(material)) return { value: 0, sigma: NO_SULFUR };
  }
  return null;
}

/** Traces of sulfur in an electrolyte whose formula has none. */
const NO_SULFUR = 1e-3;

function holdsSulfur(material: string): boolean {
  try {
    return parseFormula(material).has("S");
  } catch {
    // a name and no formula
    return true;
  }
}

/** Half the width of a band of 90 %, in standard deviations. */
const BAND = 1.645;

/** Amounts per sulfur atom of the cathode at the end of the half cycle. */
const endOf = ({ species }: EvidenceAnswer): { species: string; amount: Quantity }[] =>
  species.map(({ id, total: { middle, low, high } }) => ({
    species: id,
    amount: { value: middle.at(-1)!, sigma: (high.at(-1)! - low.at(-1)!) / (2 * BAND), unit: "1" },
  }));

const bandView = ({ middle, low, high }: Band) => ({ middle: rounded(middle), low: rounded(low), high: rounded(high) });
const rounded = (values: ArrayLike<number>): number[] => Array.from(values, (v) => Math.round(v * 1e5) / 1e5);

/** The answer as page, report and command show it. @param own over the charge that the study's own cell came through */
export function evidencePart(
  answer: EvidenceAnswer,
  observations: readonly Observation[],
  notices: readonly Notice[],
  seen: Seen = NOTHING_SEEN,
  own: EvidenceAnswer = answer,
): EvidencePart {
  const known = new Map(
    answer.scales.flatMap(({ probe, species, scale }) => ("value" in scale ? [[`${probe} ${species}`, scale.value] as const] : [])),
  );
  const observed = new Map<
    string,
    { probe: string; species: string; form: "total" | "crystalline"; at: number[]; value: number[]; sigma: number[] }
  >();
  const f = "value" in answer.electrolyteSulfur ? answer.electrolyteSulfur.value : 0;
  for (const { probe, kind, species, at, value, sigma } of observations) {
    // a weight that counts parts of several species measures none of them
    if (species.length !== 1 || kind === "chain" || kind === "electrolyte" || kind === "hidden") continue;
    const scale = known.get(`${probe} ${species[0]}`);
    if (kind === "crystalline" && scale === undefined) continue;
    const by = kind === "weight" ? 1 - f : (scale ?? 1);
    const key = `${probe}\n${kind}\n${species[0]}`;
    const one = observed.get(key) ?? {
      probe,
      species: species[0]!,
      form: kind === "crystalline" ? ("crystalline" as const) : ("total" as const),
      at: [],
      value: [],
      sigma: [],
    };
    one.at.push(at.value);
    one.value.push(value / by);
    one.sigma.push(sigma / by);
    observed.set(key, one);
  }
  const largest = new Map(
    pathwayOf(own).flatMap((stage) => (stage.species.length === 1 ? [[stage.species[0]!, percent(stage.amount)]] : [])),
  );
  return {
    kind: "evidence",
    step: "evidence",
    source: null,
    title: "Composition from all probes",
    files: [],
    run: seen.main?.input.sha256 ?? null,
    sentences: evidenceSentences(own, seen),
    notices: [...notices],
    command: "evidence .",
    system: answer.system,
    charge: rounded(answer.charge),
    perElectron: PER_ELECTRON,
    species: answer.species.map(({ id, label, total, crystalline }) => {
      const hidden = hiddenShareOf(own, id);
      return {
        id,
        label,
        total: bandView(total),
        crystalline: crystalline && bandView(crystalline),
        hiddenShare: "share" in hidden ? hidden.share : hidden,
        hidden90: "share" in hidden ? hidden.interval90 : null,
        most: largest.get(id) ?? { notComputable: "its band never leaves zero, or it is told apart in a sum only" },
      };
    }),
    groups: answer.groups.map(({ species, total }) => ({
      species,
      label: species.map((id) => answer.species.find((s) => s.id === id)!.label).join(" + "),
      total: bandView(total),
    })),
    hidden: "notComputable" in answer.hidden ? answer.hidden : bandView(answer.hidden),
    shares: [
      { label: "charge that the electrolyte takes, at the end", answer: answer.electrolyteCharge.atEnd },
      { label: "sulfur atoms of the electrolyte", answer: answer.electrolyteSulfur },
      ...answer.scales.map(({ probe, species, scale }) => ({ label: `scale of ${species} in ${probe}`, answer: scale })),
    ],
    probes: answer.probes.map(({ probe, observations: count, chi2, expected, contradicts, narrows }) => ({
      probe,
      observations: count,
      chi2,
      expected,
      contradicts,
      narrows,
    })),
    observed: [...observed.values()],
    features: [],
    others: [],
  };
}

function tableOf({ charge, species }: EvidenceAnswer) {
  const rows = species.flatMap((s) => Array.from(charge, (q, g) => ({ s, q, g })));
  const of = (band: "total" | "crystalline", part: keyof Band) =>
    rows.map(({ s, g }) => (band === "total" ? s.total[part][g]! : (s.crystalline?.[part][g] ?? Number.NaN)));
  return makeTable([
    textColumn(
      "species",
      rows.map(({ s }) => s.id),
    ),
    numbers(
      "electrons_per_sulfur",
      "",
      rows.map(({ q }) => q),
    ),
    numbers(
      "capacity_mah_g",
      "mAh/g",
      rows.map(({ q }) => q * PER_ELECTRON),
    ),
    ...(["total", "crystalline"] as const).flatMap((band) =>
      (["middle", "low", "high"] as const).map((part) => numbers(`${band}${part === "middle" ? "" : `_${part}`}`, "", of(band, part))),
    ),
  ]);
}
