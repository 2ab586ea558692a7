/**
 * What happened when, in sentences: one per step of the electrochemistry, then what belongs to none, then what may belong to several. A stream is told once at a step, by its
 * surest event; the table beside the sentences holds every event with all steps that it may belong to.
 */
import type { EventTable, Feature, StreamEvent } from "@thioscope/core/events";
import type { Sentence } from "@thioscope/core/story";
import type { CellCourse } from "./courses.ts";
import { compositionOf, inGram, joinedBy, rowsOf, sentence } from "./told.ts";

type Piece = Sentence["parts"][number];

/** An event is told at a step that it belongs to with at least this. */
const CERTAIN = 0.5;
/** A rival of at least this is named in the sentence. */
const RIVAL = 0.2;

export const wordsOf = ({ stream, kind }: StreamEvent): string => `${stream} ${kind}`;

export function eventSentences({ features, others, open }: EventTable, main: CellCourse | null): Sentence[] {
  const out: Sentence[] = [];
  const told = new Set<StreamEvent>(others);
  for (const { feature, seen } of features) {
    const certain = seen.filter(({ probability }) => probability >= CERTAIN);
    for (const { event } of certain) told.add(event);
    // the surest come first
    const once = certain.filter(
      ({ event }, k) => certain.findIndex((one) => one.event.stream === event.stream && one.event.probe === event.probe) === k,
    );
    if (once.length === 0 || !feature.potential) continue;
    const events = once
      .toSorted((a, b) => a.event.at.value - b.event.at.value)
      .map(({ event, probability }) => {
        const [rival] = (open.find((one) => one.event === event)?.claims ?? []).filter((claim) => claim.feature !== feature.label);
        return [
          ...placed(event, main),
          `, ${(100 * probability).toFixed(0)} %${rival && rival.probability >= RIVAL ? `; or at ${rival.feature}, ${(100 * rival.probability).toFixed(0)} %` : ""})`,
        ];
      });
    out.push({ parts: sentence(["At ", ...stepPieces(feature, main), ": ", ...joinedBy(events, "; ")]) });
  }
  const list = (events: readonly StreamEvent[], lead: string): void => {
    if (events.length > 0)
      out.push({
        parts: sentence([
          lead,
          ...joinedBy(
            events.map((event) => [...placed(event, main), ")"]),
            "; ",
          ),
        ]),
      });
  };
  list(others, "At no step of the electrochemistry: ");
  const undecided = open.map(({ event }) => event).filter((event) => !told.has(event));
  list(undecided, "Not given to one step, since several may claim it: ");
  return out;
}

function stepPieces({ potential, at }: Feature, main: CellCourse | null): Piece[] {
  const from = rowsOf(main);
  return [
    { quantity: potential!, ...from },
    " (",
    { quantity: inGram(at), ...from },
    ...(at.value > 0 ? [", x = ", { quantity: compositionOf(at), ...from }] : []),
    ")",
  ];
}

/** "Na2S appears (XRD, 841 ± 16 mAh/g", to be closed. */
const placed = (event: StreamEvent, main: CellCourse | null): Piece[] => [
  `${wordsOf(event)} (${event.probe}, `,
  { quantity: inGram(event.at), ...rowsOf(main) },
];
