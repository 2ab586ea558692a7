/** What every stream saw, and at which step of the cell. */
import { asFloat64, getColumn, makeTable, type Notice, type Quantity, type Table, textColumn } from "@thioscope/core";
import { compositionAtPotential } from "@thioscope/core/clock";
import { type EventTable, eventsOf, type Feature, matchEvents, type Stream, type StreamEvent } from "@thioscope/core/events";
import type { Part } from "@thioscope/core/story";
import type { StudyInputs } from "../../lines.ts";
import { tableFromParquet, tableToParquet } from "../../parquet.ts";
import type { StepFunction, StepIo } from "../../stepModules.ts";
import { numbers } from "../applies.ts";
import { jsonBytes } from "../facts.ts";
import { type CellCourse, PER_ELECTRON } from "./courses.ts";
import { eventSentences, wordsOf } from "./eventsTold.ts";
import { gather, placesOfParameters } from "./gather.ts";

type EvidencePart = Extract<Part, { kind: "evidence" }>;

export const eventsStep: StepFunction = async (given, parameters, io) => {
  const inputs = given as unknown as StudyInputs;
  const places = placesOfParameters(parameters);
  const { main, streams, notices: gathered } = await gather(inputs, places, io);
  const features = main ? await featuresOf(inputs, main, io) : [];
  const { part, table } = eventsPart(streams, features, main, places.system, gathered);
  return {
    files: { "events.parquet": tableToParquet(tableOf(table)), "part.json": jsonBytes(part) },
    notices: part.notices,
    summary: { streams: streams.length, events: table.events.length, features: features.length },
  };
};

/** What the streams saw, as page, report and command show it. */
export function eventsPart(
  streams: readonly Stream[],
  features: readonly Feature[],
  main: CellCourse | null,
  system: string,
  gathered: readonly Notice[],
): { part: EvidencePart; table: EventTable & { events: readonly StreamEvent[] } } {
  const notices: Notice[] = [...gathered];
  const usable = streams.filter((stream) => {
    if (stream.at.length >= 6) return true;
    notices.push({
      code: "stream-short",
      message: `${stream.probe}, ${stream.name}: ${stream.at.length} values; where it bends is looked for from 6 on`,
    });
    return false;
  });
  const events = eventsOf(usable);
  if (features.length === 0)
    notices.push({
      code: "features-missing",
      message: "no peak of dQ/dV is known (the step dqdv with peaks: true gives them): events stand alone",
    });
  const ends = usable.map(({ at }) => [at[0]!, at.at(-1)!] as const);
  const span = [
    Math.min(0, ...ends.map(([a]) => a)),
    Math.max(0, ...ends.map(([, b]) => b), ...features.map(({ at }) => at.value)),
  ] as const;
  const table: EventTable = span[1] > span[0] ? matchEvents(features, events, span) : { features: [], others: [...events], open: [] };
  const part: EvidencePart = {
    kind: "evidence",
    step: "events",
    source: null,
    title: "What happened when",
    files: [],
    run: main?.input.sha256 ?? null,
    sentences: eventSentences(table, main),
    notices,
    command: "events .",
    system,
    charge: [],
    perElectron: PER_ELECTRON,
    species: [],
    groups: [],
    hidden: { notComputable: "the step evidence answers it" },
    shares: [],
    probes: [],
    observed: streams.map(({ name, probe, unit, at, values, sigma }) => ({
      probe,
      species: name,
      form: "total" as const,
      unit,
      at: Array.from(at),
      value: Array.from(values),
      sigma: Array.from(sigma),
    })),
    features: table.features.map(({ feature, seen }) => ({
      label: feature.label,
      at: feature.at,
      potential: feature.potential,
      seen: seen.map(({ event, probability }) => ({ what: wordsOf(event), probe: event.probe, at: event.at, probability })),
    })),
    others: table.others.map((event) => ({ what: wordsOf(event), probe: event.probe, at: event.at })),
  };
  return { part, table: { ...table, events } };
}

/** Peaks of dQ/dV of the half cycle, placed on its course. */
async function featuresOf({ results }: StudyInputs, main: CellCourse, io: StepIo): Promise<Feature[]> {
  const found = results.find(({ step, of }) => step === "dqdv" && of === main.input.file);
  if (!found) return [];
  let table: Table;
  try {
    table = await tableFromParquet(await io.openResult({ result: found.result }, "peaks.parquet"));
  } catch {
    // the step ran without peaks
    return [];
  }
  const column = (name: string): Float64Array => asFloat64(getColumn(table, name));
  const [half, volt, voltSigma, capacity] = [
    column("half_cycle"),
    column("potential_volt"),
    column("potential_volt_sigma"),
    column("capacity_mah_g"),
  ];
  const features: Feature[] = [];
  for (let i = 0; i < half.length; i++) {
    if (half[i] !== main.half || !Number.isFinite(volt[i]!)) continue;
    const potential: Quantity = { value: volt[i]!, sigma: Number.isFinite(voltSigma[i]!) ? voltSigma[i]! : null, unit: "V" };
    const at = compositionAtPotential(main.course, potential);
    if ("notComputable" in at) continue;
    features.push({ label: `${volt[i]!.toFixed(2)} V`, at, halfWidth: Math.abs(capacity[i]! || 0) / PER_ELECTRON / 2, potential });
  }
  return features.sort((a, b) => a.at.value - b.at.value);
}

function tableOf({ features, events }: EventTable & { events: readonly StreamEvent[] }) {
  const claims = events.flatMap((event): { event: StreamEvent; feature: Feature | null; probability: number }[] => {
    const own = features.flatMap(({ feature, seen }) =>
      seen.filter((s) => s.event === event).map((s) => ({ feature, probability: s.probability })),
    );
    return own.length > 0 ? own.map((claim) => ({ event, ...claim })) : [{ event, feature: null, probability: Number.NaN }];
  });
  return makeTable([
    textColumn(
      "stream",
      claims.map(({ event }) => event.stream),
    ),
    textColumn(
      "probe",
      claims.map(({ event }) => event.probe),
    ),
    textColumn(
      "kind",
      claims.map(({ event }) => event.kind),
    ),
    numbers(
      "electrons_per_sulfur",
      "",
      claims.map(({ event }) => event.at.value),
    ),
    numbers(
      "electrons_per_sulfur_sigma",
      "",
      claims.map(({ event }) => event.at.sigma ?? Number.NaN),
    ),
    textColumn(
      "feature",
      claims.map(({ feature }) => feature?.label ?? ""),
    ),
    numbers(
      "probability",
      "",
      claims.map(({ probability }) => probability),
    ),
  ]);
}
