/** What all probes say together, in sentences: the order of the species, how much of each there is and what is not crystalline, what cannot be told, and how cells were joined. */
import type { Quantity } from "@thioscope/core";
import { eventsOf, type Stream } from "@thioscope/core/events";
import { type EvidenceAnswer, hiddenShareOf, pathwayOf } from "@thioscope/core/evidence";
import type { Sentence } from "@thioscope/core/story";
import { type CellCourse, PER_ELECTRON, voltAfter } from "./courses.ts";
import type { Gathered } from "./gather.ts";
import { speciesNamed } from "./standards.ts";
import { startsAtSeparator } from "./start.ts";

type Piece = Sentence["parts"][number];
export type Seen = Pick<Gathered, "main" | "streams" | "joined" | "map">;

/** A table alone: no run, no map. */
export const NOTHING_SEEN: Seen = { main: null, streams: [], joined: [], map: null };

/** A share whose band of 90 % is wider than this is not told. */
const UNDECIDED = 0.5;

export function evidenceSentences(answer: EvidenceAnswer, seen: Seen): Sentence[] {
  const { main } = seen;
  const label = (id: string): string => answer.species.find((s) => s.id === id)!.label;
  const stages = pathwayOf(answer);
  const direction = main?.course.direction === "charge" ? "charge" : "discharge";
  const out: Sentence[] = [];
  if (stages.length > 0) {
    const order = `${capital(direction)}, by composition x in ${answer.system === "Li-S" ? "Li" : "Na"}₂Sₓ: ${stages.map((s) => s.label).join(" → ")}`;
    out.push({ parts: sentence([order, ...onsets(answer, seen)]) });
    const amounts = stages.map(({ label: of, at, amount, interval90 }): Piece[] => [
      `${of} `,
      { quantity: percent(amount), note: range90(interval90) },
      " at ",
      { quantity: inGram(at), ...rowsOf(main) },
    ]);
    out.push({ parts: sentence(["The most there is of each, of all sulfur: ", ...joinedBy(amounts, ", ")]) });
  }
  out.push(...hiddenSentences(answer, direction, label));
  for (const { species } of answer.groups.filter((group) => group.species.length > 1))
    out.push({ parts: [`${listed(species.map(label))} are not separable with these data.`] });
  const noTotal = answer.notices.some(({ code }) => code === "evidence-no-total");
  if (noTotal)
    out.push({
      parts: ["What nothing but the balance of charge sees has wide bands: no spectrum tells how much of it there is, crystalline or not."],
    });
  for (const { probe, contradicts, chi2, expected } of answer.probes) {
    if (contradicts)
      out.push({
        parts: [`${probe} contradicts the others: without it χ² falls by ${chi2.toFixed(0)}, ${expected.toFixed(0)} would be usual.`],
      });
  }
  return [...out, ...joinSentence(seen)];
}

/** "; crystalline Na₂S from x = 2.2 (1.17 V in this cell), starting at the separator" for every species that diffraction sees appear. */
function onsets(answer: EvidenceAnswer, { main, streams, map }: Seen): Piece[] {
  const told = streams
    .filter(({ probe, at }) => probe === "XRD" && at.length >= 6)
    .flatMap((stream: Stream) => {
      const id = speciesNamed(answer.system, stream.name);
      const species = answer.species.find((s) => s.id === id);
      const event = eventsOf([stream]).find(({ kind }) => kind === "appears");
      return species && event && event.at.value > 0 ? [{ stream, species, at: event.at }] : [];
    })
    .sort((a, b) => a.at.value - b.at.value);
  const clauses = told.map(({ stream, species, at }, k): Piece[] => {
    const volt = main && voltAfter(main, at);
    const side = map && startsAtSeparator(map, stream.name, at);
    return [
      `${species.label} from x = `,
      { quantity: compositionOf(at), ...rowsOf(main) },
      ...(volt ? [" (", { quantity: volt, ...rowsOf(main) }, k === 0 ? " in this cell)" : ")"] : []),
      side ? ", starting at the separator" : "",
    ];
  });
  return clauses.length > 0 ? ["; crystalline ", ...joinedBy(clauses, ", ")] : [];
}

function hiddenSentences(answer: EvidenceAnswer, direction: string, label: (id: string) => string): Sentence[] {
  const shares = answer.species.flatMap(({ id }) => {
    const hidden = hiddenShareOf(answer, id);
    return "share" in hidden ? [{ id, ...hidden, decided: hidden.interval90[1] - hidden.interval90[0] < UNDECIDED }] : [];
  });
  const decided = shares.filter((s) => s.decided);
  const open = shares.filter((s) => !s.decided);
  const out: Sentence[] = [];
  if (decided.length > 0) {
    const told = decided.map(({ id, share, interval90 }): Piece[] => [
      { quantity: percent(share), note: range90(interval90) },
      ` of the ${label(id)}`,
    ]);
    const where = decided.length > 1 ? ", where there is most of each," : ", where there is most of it,";
    out.push({
      parts: sentence([
        `On ${direction}${where} `,
        ...joinedBy(told, ", ", " and "),
        decided.length > 1 ? " are not crystalline" : " is not crystalline",
      ]),
    });
  }
  if (open.length > 0) {
    const told = open.map(({ id, interval90 }) => `${label(id)} (${range90(interval90)})`);
    out.push({ parts: [`How much is not crystalline is not decided by these data for ${listed(told)}.`] });
  }
  const diffracts = answer.species.some(
    ({ crystalline, hidden }) => crystalline !== null || ("notComputable" in hidden && hidden.notComputable.includes("scale")),
  );
  if (shares.length === 0 && diffracts && "notComputable" in answer.hidden)
    out.push({ parts: [`What is not crystalline has no answer: ${answer.hidden.notComputable}.`] });
  return out;
}

const PROBES: Readonly<Record<string, string>> = { XRD: "diffraction", XAS: "absorption" };

/** Cells of different kinds, by their separator and temperature. */
function joinSentence({ joined }: Seen): Sentence[] {
  const cells = new Map<CellCourse, Set<string>>();
  for (const { probe, course } of joined) cells.set(course, (cells.get(course) ?? new Set()).add(PROBES[probe] ?? probe));
  if (cells.size < 2) return [];
  const told = [...cells].map(([{ cell }, probes]) => {
    const separator =
      cell.layers
        .find(({ role }) => role === "separator")
        ?.composition.map(({ name }) => name)
        .join(" + ") ?? cell.name;
    const temperature = cell.temperature ? `, ${cell.temperature.text}` : "";
    return `${listed([...probes])} (${separator}${temperature})`;
  });
  return [{ parts: [`${capital(listed(told))} come from different cells and are joined by x.`] }];
}

export const inGram = ({ value, sigma }: Quantity): Quantity => ({
  value: value * PER_ELECTRON,
  sigma: sigma === null ? null : sigma * PER_ELECTRON,
  unit: "mAh/g",
});

/** x in Na₂Sₓ after so many electrons per atom of sulfur. */
export const compositionOf = ({ value, sigma }: Quantity): Quantity => ({
  value: 2 / value,
  sigma: sigma === null ? null : (2 * sigma) / value ** 2,
  unit: "1",
});

export const percent = ({ value, sigma }: Quantity): Quantity => ({
  value: 100 * value,
  sigma: sigma === null ? null : 100 * sigma,
  unit: "%",
});

/** Rows of the half cycle, which numbers over the charge come from. */
export const rowsOf = (main: CellCourse | null) => (main ? { from: { file: 0, first: main.row[0]!, last: main.row.at(-1)! } } : {});

/** "a, b and c" of pieces. */
export function joinedBy(lists: readonly (readonly Piece[])[], comma: string, last = comma): Piece[] {
  return lists.flatMap((list, k) => (k === 0 ? [...list] : [k === lists.length - 1 ? last : comma, ...list]));
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
const share = (value: number): string => `${(100 * value).toFixed(0)} %`;
const range90 = ([low, high]: readonly [number, number]): string => `90 %: ${share(low)} to ${share(high)}`;

/** With a full stop; texts that follow one another are one. */
export function sentence(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const piece of [...pieces, "."]) {
    const last = out.at(-1);
    if (typeof piece === "string" && typeof last === "string") out[out.length - 1] = last + piece;
    else if (piece !== "") out.push(piece);
  }
  return out;
}
